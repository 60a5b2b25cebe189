"""Fitting a reply to a channel: splitting long texts, and choices as lines where there are no buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.channels.base import Limits
from handlers.reply import Choice, Reply
from handlers.texts import say

_LONGEST_LABEL, _SHORTEST_LABEL = 120, 24
"""Characters of a choice that is written as a line: shorter where there are many."""


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
    """A reply as messages that the channel can carry: texts in order, the choices under the last, then each file.

    Where choices are written as lines, the last text leaves room for them, or they make a message of their own.
    """
    texts = split(reply.text, limits.text)
    if reply.choices and not limits.buttons:
        room = limits.text - len(as_lines("", reply.choices, numbered=reply.numbered, limit=limits.text)) - 2
        if len(texts[-1]) > room:
            *texts, last = texts
            texts += split(last, room) if room > limits.text // 3 else [last, ""]
    *first, last = texts
    replies = [*(Reply(text) for text in first), replace(reply, text=last, files=())]
    if not reply.text.strip() and not reply.choices and reply.files:
        replies = []
    return [*replies, *(Reply("", files=(file,)) for file in reply.files)]


def in_words(text: str, links: Sequence[str], choices: Sequence[Choice], *, numbered: bool, limit: int) -> list[str]:
    """A message as a channel that carries text alone says it: its words, links to its files, its choices as lines.

    In parts of at most ``limit`` characters.
    """
    words = "\n\n".join([*([text] if text.strip() else []), *links])
    lines = as_lines(words, choices, numbered=numbered, limit=limit)
    return parts(lines if lines.strip() else "…", limit)


def parts(text: str, limit: int) -> list[str]:
    """A text in parts that a platform takes whose limit may count as JavaScript does, where an emoji is two."""
    wide = sum(letter > "\uffff" for letter in text)
    return split(text, limit - wide if wide < limit // 2 else limit // 2)


def as_lines(text: str, choices: Sequence[Choice], *, numbered: bool, limit: int | None = None) -> str:
    """The text with its choices written below it, for a channel without buttons.

    Labels are shortened where the lines alone would not fit into ``limit`` characters.
    """
    if not choices:
        return text
    lines = _lines(choices, numbered, _LONGEST_LABEL)
    if limit is not None:
        longest = _LONGEST_LABEL
        while len("\n".join(lines)) > limit - 2 and longest > _SHORTEST_LABEL:
            longest -= 8
            lines = _lines(choices, numbered, longest)
    return "\n".join([text, "", *lines] if text else lines)


def _lines(choices: Sequence[Choice], numbered: bool, longest: int) -> list[str]:
    if numbered:
        return [f"{number}. {_short(choice.label, longest)}" for number, choice in enumerate(choices, 1)]
    return [
        say("labels.type_key", key=choice.key, label=_short(choice.label, longest))
        if choice.key
        else say("labels.type_label", label=choice.label)
        for choice in choices
    ]


def _short(label: str, longest: int) -> str:
    return label if len(label) <= longest else label[: longest - 1].rstrip() + "…"
