"""Announcements: what was told to whom, what became of it, and who has said that they read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Protocol

from handlers.records.files import StoredFile
from handlers.records.people import Role

if TYPE_CHECKING:
    from handlers.reply import Reply

AnnouncementState = Literal["waiting", "scheduled", "sent", "cancelled", "refused"]
"""Waiting is for a second person's approval; cancelled may be after some had it."""

APPROVAL_HOURS: Final = 24
"""Hours for which a second person can approve an announcement."""


@dataclass(frozen=True, slots=True)
class Audience:
    """The people of these units who hold one of these roles. The author is never among them.

    The conditions are looked at when it is sent, not when it is planned.
    """

    unit_ids: tuple[int, ...]
    roles: tuple[Role, ...]
    not_filed: tuple[str, str] | None = None
    """Form and period: only units that have not sent this report."""
    not_read: int | None = None
    """Only people to whom this announcement went and who have not acknowledged it."""
    groups: tuple[int, ...] = ()
    """Besides, posted in these groups (keys of their accounts)."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people an audience has, and how many of them have no chat account that can be reached."""

    people: int
    without_account: int
    sample: Sequence[Addressee] = ()
    """A few of them."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something that was told, or is going to be."""

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
    author_id: int
    state: AnnouncementState
    send_at: dt.datetime
    """When it goes, or went, out."""
    corrected_at: dt.datetime | None

    def may_be_approved(self, now: dt.datetime) -> bool:
        """Whether it waits for a second person, and not too long yet."""
        return self.state == "waiting" and now < self.created_at + dt.timedelta(hours=APPROVAL_HOURS)


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
    corrections: Mapping[str, int] = field(default_factory=dict)
    """What became of the latest correction, by state: "edited" in place, "sent" as a message of its own …"""
    groups: Sequence[tuple[str, str]] = ()
    """The title of each group to which it went, and what has become of it there, as in the outbox."""
    held: bool = False
    """Whether a platform takes no more at present: its quota is used up, or the pace was too fast."""

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

    def planned_announcements(self, unit_ids: Sequence[int]) -> Sequence[Announcement]:
        """What people of these units have planned for later or put up for approval, the soonest first."""

    def two_must_agree(self) -> bool:
        """Whether what goes to the whole province needs a second person's approval."""

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
    send_at: dt.datetime | None = None
    """When; at once where it is not said."""
    approval: bool = False
    """Whether a second person has to approve it first."""


@dataclass(frozen=True, slots=True)
class DecideAnnouncement:
    """A second person approves or refuses what waits for it. Audited."""

    announcement_id: int
    approve: bool


@dataclass(frozen=True, slots=True)
class WithdrawAnnouncement:
    """Send it to nobody more: what is planned is dropped, what waits to be delivered is taken back. Audited."""

    announcement_id: int


@dataclass(frozen=True, slots=True)
class CorrectAnnouncement:
    """Other words in place of those that were sent: changed where the platform can, else told anew. Audited."""

    announcement_id: int
    text: str
    message: Reply
    """What it now reads."""
    instead: str
    """What is told where a message that was sent can't be changed."""


@dataclass(frozen=True, slots=True)
class RequireTwo:
    """From now on what goes to the whole province needs (or no longer needs) a second person. Audited."""

    on: bool


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
