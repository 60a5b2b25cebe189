"""Announcements: what was told to whom, what became of it, and who has said that they read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from handlers.records.files import StoredFile
from handlers.records.people import Role

if TYPE_CHECKING:
    from handlers.reply import Reply


@dataclass(frozen=True, slots=True)
class Audience:
    """The people of these units who hold one of these roles. The author is never among them."""

    unit_ids: tuple[int, ...]
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people an audience has, and how many of them have no chat account that can be reached."""

    people: int
    without_account: int


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something that was told. Never changed afterwards."""

    id: int
    uid: str
    """The key that its buttons carry: 32 hexadecimal digits."""
    text: str
    files: tuple[StoredFile, ...]
    author_name: str
    author_unit_id: int
    created_at: dt.datetime
    rounds: int
    """How often those who had not read it were reminded."""
    reminded_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Addressee:
    """One of those to whom an announcement went."""

    name: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of an announcement, counted in people: each is in exactly one of the first four.

    Of several rounds the best outcome counts, of a text with files the worst.
    """

    sent: int
    waiting: int
    uncertain: int
    failed: Mapping[str, int]
    """By reason."""
    acknowledged: int
    unread: Sequence[Addressee]
    """Who has not acknowledged it, by unit and name."""

    @property
    def people(self) -> int:
        """All addressees."""
        return self.sent + self.waiting + self.uncertain + sum(self.failed.values())


@dataclass(frozen=True, slots=True)
class Received:
    """An announcement as one of its addressees has it."""

    announcement: Announcement
    acknowledged_at: dt.datetime | None


class AnnouncementReads(Protocol):
    """What handlers may ask about announcements."""

    def reach(self, audience: Audience, author_id: int) -> Reach:
        """How many people an announcement to this audience would go to."""

    def announcement(self, uid: str) -> Announcement | None:
        """The announcement with this key."""

    def announcements(self, unit_ids: Sequence[int], limit: int) -> Sequence[Announcement]:
        """The latest announcements by people of these units, newest first."""

    def progress(self, announcement_id: int) -> Progress:
        """What has become of an announcement so far."""

    def received(self, person_id: int, uid: str | None) -> Received | None:
        """The announcement with this key, or the latest, if it went to this person."""


@dataclass(frozen=True, slots=True)
class SendAnnouncement:
    """Tell an audience: one message to each person, on the account used last. Audited.

    People without an account that can be reached are kept as failed, so that nobody is forgotten silently.
    """

    uid: str
    text: str
    """The words as the author wrote them."""
    files: tuple[StoredFile, ...]
    audience: Audience
    message: Reply
    """What each addressee gets."""


@dataclass(frozen=True, slots=True)
class RemindUnread:
    """Tell those who have not acknowledged an announcement again. Audited."""

    announcement_id: int
    round: int
    message: Reply


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The acting person has read an announcement. A second time changes nothing."""

    announcement_id: int
