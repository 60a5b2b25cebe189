"""One turn of a conversation as data: what came in, what may be read, and what is to follow from it.

A handler is a function from a ``Turn`` to an ``Outcome``. It decides and nothing else: it never writes, never sends,
and never asks the clock or chance (both are in the turn). ``bot.turns`` commits the outcome in one transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from handlers.records.announcements import AnnouncementReads
from handlers.records.deadlines import DeadlineReads
from handlers.records.documents import DocumentReads
from handlers.records.files import FileReads, ReceivedFile
from handlers.records.forms import FormReads
from handlers.records.groups import GroupReads
from handlers.records.people import Account, PeopleReads, Person
from handlers.records.privacy import PrivacyReads
from handlers.records.pulling import PullingReads
from handlers.records.questions import QuestionReads
from handlers.records.reports import ReportReads
from handlers.reply import Choice, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.forms.form import Form
    from knowledge.library import Library


Unread = Literal["sticker", "voice", "place", "other", "hidden"]
"""What can't be read; hidden is what the platform does not pass on: files, cards, messages of protected people."""


@dataclass(frozen=True, slots=True)
class Push:
    """A message to somebody else, or for later. ``dedupe_key`` makes a repeated push the same push."""

    person_id: int
    reply: Reply
    kind: Literal["announcement", "reminder", "notice"]
    dedupe_key: str
    due_at: dt.datetime | None = None
    announcement_id: int | None = None
    account_id: int | None = None
    """To this account, whosever it is by then; else to the one that the person used last."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a person stands in a flow. A row, never a coroutine: a restart in mid-form is invisible.

    ``data`` holds JSON values only.
    """

    flow: str
    step: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a person sent, the same on every channel: words, or a choice, or files (with words as their caption)."""

    text: str = ""
    """NFC, stripped."""
    action: str | None = None
    """The action of the choice that was tapped, typed by number, key or label; ``None`` for free text."""
    stale: bool = False
    """True where a button of an older message was tapped whose step is no longer open."""
    files: tuple[ReceivedFile, ...] = ()
    sender_name: str = ""
    unread: Unread | None = None
    """What came instead of words, where the channel knows: it is said that it can't be read."""
    key: str | None = None
    """The platform's key of the message, where it has one."""
    edits: bool = False
    """Whether the message with this key was sent before, and now reads like this."""
    about: str | None = None
    """What the message is about that is answered expressly (``Reply.about``)."""


class Effect(Protocol):
    """Something that is to be changed: a frozen dataclass from ``handlers.records``."""


class Reads(
    PeopleReads,
    AnnouncementReads,
    FileReads,
    FormReads,
    QuestionReads,
    ReportReads,
    PullingReads,
    DocumentReads,
    DeadlineReads,
    PrivacyReads,
    GroupReads,
    Protocol,
):
    """All that a handler may ask of the store, within the turn's transaction."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything that a handler may know."""

    now: dt.datetime
    """Aware, in Asia/Ho_Chi_Minh."""
    fresh: str
    """32 random hexadecimal digits, new for each turn: the only source of chance for ids, codes, receipt numbers."""
    account: Account
    person: Person | None
    message: Incoming
    conversation: Conversation | None
    reads: Reads
    library: Library
    """What the documents say; shared by all turns, never changed by a handler."""
    forms: Mapping[str, Form]
    """The report forms, by their name."""

    group: str | None = None
    """The title of the group in which it was said; ``None`` in a private chat. Whatever is said back, all see it."""
    home: str | None = None
    """The address that opens a private chat on the platform that has such links, and takes "?start="."""

    @property
    def me(self) -> Person:
        """The person, in places that only enrolled people reach."""
        assert self.person is not None
        return self.person


class _Keep:
    """The conversation stays as it is."""


KEEP: Final = _Keep()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from a turn, committed as one: replies and pushes, changes, and where the conversation goes."""

    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    pushes: tuple[Push, ...] = ()
    conversation: Conversation | _Keep | None = KEEP
    """The next step; ``None`` ends the conversation; ``KEEP`` leaves it."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that a person can ask for by its name, with or without slash and accents, or by a choice.

    ``run`` gets the turn and what was written after the name. A command that takes no words is only recognised when
    nothing else was written, so that "hạn nộp báo cáo?" stays a question although /han is a command.
    """

    name: str
    run: Callable[[Turn, str], Outcome]
    spellings: tuple[str, ...] = ()
    """Other ways of writing the name, folded: "bao cao", "nop bao cao"."""
    takes_words: bool = False
    when_idle: bool = False
    """True for words that an open conversation hears first: "0" may be an answer, "hủy" ends what is open."""


def say_only(text: str, *choices: Choice) -> Outcome:
    """An outcome that answers and changes nothing."""
    return Outcome(replies=(Reply(text, choices),))


def typed_key(words: str) -> int | None:
    """The key of a row that somebody typed or tapped, or ``None`` where it can be none."""
    return int(words) if words.isdecimal() and len(words) < 19 else None
