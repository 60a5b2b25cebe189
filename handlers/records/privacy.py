"""What is held on a person, what they ask about it, and the trail of who did what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from handlers.records.people import Person

RequestKind = Literal["correct", "erase", "withdraw"]


@dataclass(frozen=True, slots=True)
class Held:
    """What is held on a person, in numbers. The export has it in full."""

    agreed_version: str | None
    """Of the purpose notice; ``None`` where consent was withdrawn."""
    agreed_at: dt.datetime | None
    since: dt.datetime
    accounts: Sequence[tuple[str, str]]
    """Channel and address."""
    reports: int
    drafts: int
    received: int
    """Messages that came from this person …"""
    sent: int
    """… and went to them."""
    questions: int
    read: int
    """Announcements that they said they read."""
    actions: int
    """Rows of the audit trail."""
    kept: Mapping[str, int] = field(default_factory=dict)
    """How long the operator keeps "messages" (days), "reports" and "audit" (years; 0: always), where it is known."""


@dataclass(frozen=True, slots=True)
class DataRequest:
    """What somebody asked about their own data."""

    number: int
    person: Person | None
    """``None`` where their access has ended since."""
    kind: RequestKind
    text: str | None
    asked_at: dt.datetime
    due_at: dt.datetime
    outcome: Literal["done", "refused"] | None = None
    """``None`` while nobody has answered."""
    reason: str | None = None
    decided_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """Which rows of the audit trail are wanted. What is ``None`` is not asked for."""

    people: Sequence[int] | None = None
    """Who did it, or to whom it was done."""
    actions: Sequence[str] | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    """The first moment that is too late."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what to which thing, and when."""

    id: int
    at: dt.datetime
    person_id: int | None
    """``None``: the operator's command line, or a clock."""
    person_name: str | None
    unit_name: str | None
    action: str
    subject: str
    """The thing: "report:7/dan-van-kheo/2026-10", "person:12"."""
    detail: Mapping[str, Any]


class PrivacyReads(Protocol):
    """What handlers may ask about personal data and the audit trail."""

    def held(self, person_id: int) -> Held:
        """What is held on this person. Raises NoResultFound for nobody."""

    def next_request(self) -> int:
        """The number that the next request gets."""

    def requests_of(self, person_id: int) -> Sequence[DataRequest]:
        """This person's requests, the latest first."""

    def open_requests(self, unit_ids: Sequence[int]) -> Sequence[DataRequest]:
        """Requests of people of these units that nobody has answered, those due first first."""

    def data_request(self, number: int) -> DataRequest | None:
        """The request with this number."""

    def audit_count(self, trail: Trail) -> int:
        """How many rows of the trail these are."""

    def audit_lines(self, trail: Trail, limit: int, skip: int = 0) -> Sequence[AuditLine]:
        """These rows of the trail, the latest first."""

    def names(self, person_ids: Sequence[int]) -> Mapping[int, str]:
        """The names of these people, whether they still have access or not."""

    def people_named(self) -> Sequence[tuple[int, str]]:
        """Keys and names of everybody who has ever been here."""


@dataclass(frozen=True, slots=True)
class NoteAccess:
    """The acting person has seen data of other people. Audited, with their keys and nothing else of them."""

    action: str
    subject: str
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AskAboutData:
    """The acting person asks for something about their own data. Audited.

    Raises IntegrityError where the number was given to somebody else in between.
    """

    number: int
    kind: RequestKind
    text: str | None
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """Answer a request. Reminders of it that wait are called back. Audited.

    Raises IntegrityError where somebody else has answered it in between.
    """

    number: int
    outcome: Literal["done", "refused"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RenamePerson:
    """The acting person's name was wrong. Audited, without either name."""

    name: str


@dataclass(frozen=True, slots=True)
class MovePerson:
    """A person belongs to another unit. What the unit has in hand stays the unit's. Audited."""

    person_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class DeclineNotice:
    """The acting person does not agree to the purpose notice in force: nothing is sent to them any more. Audited."""


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """A person's consent ends: they are not served and nothing is sent to them until they agree again. Audited."""

    person_id: int


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Erase all that is held on a person. What is the unit's or the office's stays, without the name. Audited."""

    person_id: int
    instead: str
    """What stands where the name stood."""
