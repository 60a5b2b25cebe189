"""Fitting a reply to a channel: splitting long texts, and choices as lines where there are no buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.channels.base import Limits
from handlers.reply import Choice, Reply
from handlers.texts import say

_CHOICE_ROOM = 400
"""Characters kept free in the last piece for choices written as lines."""


def split(text: str, limit: int) -> list[str]:
    """Cut a text into pieces of at most ``limit`` characters: at paragraphs, else lines, sentences, spaces."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        window = rest[: limit + 1]
        cut = next(
            (
                place
                for mark in ("\n\n", "\n", ". ", "; ", " ")
                if (place := window.rfind(mark) + len(mark)) > limit // 3
            ),
            limit,
        )
        cut = min(cut, limit)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest or not pieces else pieces


def pieces(reply: Reply, limits: Limits) -> list[Reply]:
    """A reply as messages that the channel can carry: texts in order, the choices under the last, then each file."""
    room = limits.text - (0 if limits.buttons or not reply.choices else min(_CHOICE_ROOM, limits.text // 4))
    *first, last = split(reply.text, room)
    texts = [*(Reply(text) for text in first), replace(reply, text=last, files=())]
    return [*texts, *(Reply("", files=(file,)) for file in reply.files)]


def as_lines(text: str, choices: Sequence[Choice], *, numbered: bool) -> str:
    """The text with its choices written below it, for a channel without buttons."""
    if not choices:
        return text
    if numbered:
        lines = [f"{number}. {choice.label}" for number, choice in enumerate(choices, 1)]
    else:
        lines = [say("labels.type_key", key=choice.key or choice.label, label=choice.label) for choice in choices]
    return "\n".join([text, "", *lines])
