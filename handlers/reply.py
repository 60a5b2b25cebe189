"""What is said back: a message, and what can be chosen under it."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.records.files import MadeFile, StoredFile


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap, or to type where there are no buttons.

    ``action`` is a command line as it could be typed ("baocao dan-van-kheo 2026-10"), valid for ever; or, with a
    leading colon, a step of the open conversation (":skip"), valid only while the message that offered it is the
    latest one.
    """

    label: str
    action: str
    key: str | None = None
    """A short word to type for it ("lại", "bỏ", "hủy") where a number could be mistaken for an answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message back to the person. Text is plain; channels escape, split and add the choices as they can."""

    text: str
    choices: tuple[Choice, ...] = ()
    files: tuple[StoredFile | MadeFile, ...] = ()
    numbered: bool = True
    """False where a typed number is an answer and not a choice: then choices are typed by their key or label."""
    secret: str | None = None
    """A part of the text that is nobody else's business, a code: once the message has arrived, it is not kept."""
    about: str | None = None
    """What an express answer to this message is about: a question of an open form, or a command that shows it."""
