"""What a channel is: a way in for updates, a way out for messages, and the errors that sending can end in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from handlers.reply import Choice
from handlers.turn import Unread


class SendError(Exception):
    """A message was not, or perhaps not, delivered."""


class Gone(SendError):
    """The account has blocked us or no longer exists. Final, until the person writes again."""


class Refused(SendError):
    """The platform will never take this message as it is. Final."""


class Unreachable(SendError):
    """The message has certainly not arrived; trying again later may help."""


class Uncertain(SendError):
    """The message may have arrived: the request went out, and no answer came back."""


class Moved(SendError):
    """The chat has another address now; nothing was delivered."""

    def __init__(self, address: str) -> None:
        super().__init__("moved")
        self.address = address


class TooFast(SendError):
    """The platform asks to wait. ``everywhere`` says whether that concerns the whole channel or this chat only."""

    def __init__(self, retry_after: float, *, everywhere: bool = False) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after
        self.everywhere = everywhere


class FileProblem(Exception):
    """A file that was sent to us can't be had: ``reason`` is one of ``ReceivedFile.problem``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a platform calls us, instead of being polled."""

    public_url: str
    """Beginning with https; the path is added."""
    secret: str
    """Shown with each call. Telegram takes 1 to 256 letters, digits, ``_`` and ``-``; Zalo 8 to 256 characters."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can carry, and how fast."""

    text: int
    """Characters in one message."""
    buttons: bool
    per_second: float
    """Messages a second over the whole channel."""
    chat_interval: Callable[[str], float]
    """Seconds between messages to the chat of this address, once a short burst is used up."""
    in_flight: int
    """Requests at the same time."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that lies with the platform until it is fetched."""

    reference: str
    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A chat of many, in which somebody has addressed the bot."""

    title: str
    speaker: str
    """The address at which whoever spoke would write privately; empty where they hide who they are."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update, as far as every channel has it."""

    text: str = ""
    pressed: tuple[int, int] | None = None
    """Which message's button (its outbox key) and which of its choices."""
    files: tuple[RemoteFile, ...] = ()
    sender_name: str = ""
    unread: Unread | None = None
    """What came instead of words, where the platform says what it was."""
    replies_to: str | None = None
    """The platform's key of the message that it answers expressly."""
    key: str | None = None
    """The platform's key of this message."""
    edits: bool = False
    """Whether the message with this key was sent before, and now reads like this."""
    album: str | None = None
    """What it has in common with others that were sent together with it."""
    group: Group | None = None
    moved_to: str | None = None
    """Where the chat is found from now on."""


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update to be written down before it is confirmed to the platform."""

    key: str
    address: str
    payload: Mapping[str, Any]
    has_files: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on its way out: its bytes lie at ``path``."""

    name: str
    media_type: str
    path: Path


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, ready to be sent."""

    id: int
    """Its key in the outbox: buttons refer to it."""
    address: str
    text: str
    choices: tuple[Choice, ...] = ()
    numbered: bool = True
    files: tuple[Attachment, ...] = ()


Journal = Callable[[Sequence[NewUpdate]], Awaitable[None]]
"""Writes updates down; when it returns they are durable and may be confirmed to the platform."""

Edit = Callable[[Outgoing, str], Awaitable[None]]
"""What a channel has as ``edit`` where a message that was sent can be changed: the message as it is to be, and the
platform's key of the one that was sent. Raises a ``SendError``; Refused where this one can't be changed any more."""


class Channel(Protocol):
    """One platform."""

    name: str
    limits: Limits

    def read(self, payload: Mapping[str, Any]) -> Arrival:
        """What an update says. Pure: it is read again after a restart."""

    async def listen(self, journal: Journal) -> None:
        """Take updates until cancelled, each written down before it is confirmed."""

    async def download(self, file: RemoteFile, limit: int) -> bytes:
        """The bytes of a file of at most ``limit`` bytes. Raises FileProblem (final) or Unreachable (try again)."""

    async def send(self, message: Outgoing) -> str | None:
        """Deliver a message and return the platform's key of it. Raises a ``SendError``."""

    async def close(self) -> None:
        """Let go of connections."""
