"""Units, people, their chat accounts, and the codes with which they enrol."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

Role = Literal["cadre", "staff", "supervisor", "admin"]

NOTICE_VERSION: Final = "1"
"""The version of ``enrol.notice`` that people agree to. Whoever agreed to another one is asked again: raise it with
every change of what is kept, why, by whom, or for how long."""

CODE_DAYS: Final = 14
"""Days for which an enrolment code can be used, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit: the province at the root, communes below it."""

    id: int
    name: str
    kind: str
    """"province", "office" or "commune"."""
    parent_id: int | None
    successor_id: int | None = None
    """Where it was merged into another unit: that one. Its reports stay its own."""
    ended_on: dt.date | None = None
    """The first day on which it was no more."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has enrolled. ``agreed`` is false until the purpose notice in force was accepted."""

    id: int
    name: str
    role: Role
    unit: Unit
    agreed: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One chat account on one channel. ``wrong_codes`` and ``locked_until`` slow down the guessing of codes."""

    id: int
    channel: str
    address: str
    person_id: int | None
    wrong_codes: int = 0
    locked_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an enrolment code stands for. Only the code's hash is kept."""

    unit: Unit
    role: Role
    person_name: str | None
    expires_at: dt.datetime
    used: bool


class PeopleReads(Protocol):
    """What handlers may ask about units and people."""

    def unit(self, unit_id: int) -> Unit | None:
        """The unit with this key."""

    def units_within(self, unit_id: int) -> Sequence[Unit]:
        """The unit and all active units below it, by name."""

    def former_units(self) -> Sequence[Unit]:
        """Every unit that was merged into another one."""

    def people(self, unit_ids: Sequence[int], roles: Sequence[Role]) -> Sequence[Person]:
        """Active people of these units who hold one of these roles."""

    def invitation(self, code_hash: str) -> Invitation | None:
        """What the code with this hash stands for; nobody else can use the code until the turn is over."""


@dataclass(frozen=True, slots=True)
class IssueCode:
    """Make an enrolment code good for one person of a unit. Audited."""

    code_hash: str
    unit_id: int
    role: Role
    person_name: str | None
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class RedeemCode:
    """Make a person of the stranger behind an account, who has agreed to the purpose notice. Audited.

    Raises LookupError where the code can no longer be used.
    """

    code_hash: str
    account_id: int
    person_name: str
    agreed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class AgreeToNotice:
    """The acting person agrees to the purpose notice in force."""


@dataclass(frozen=True, slots=True)
class RecordWrongCode:
    """An account has tried a code that does not exist, so many times in a row now."""

    account_id: int
    wrong_codes: int
    locked_until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class RemovePerson:
    """End a person's access at once: accounts are let go, waiting messages are dropped. Reports stay. Audited."""

    person_id: int


@dataclass(frozen=True, slots=True)
class MergeUnit:
    """From a day on a unit is part of another one of its kind. Audited.

    Its people, its open codes, the units below it and its drafts (where the other has none for the same period) go to
    the successor; what it has sent stays its own. Raises IntegrityError where one of the two is no longer a unit.
    """

    unit_id: int
    into_id: int
    on: dt.date


@dataclass(frozen=True, slots=True)
class RenameUnit:
    """From a day on a unit has another name; reports sent before keep the old one. Audited."""

    unit_id: int
    name: str
    on: dt.date
