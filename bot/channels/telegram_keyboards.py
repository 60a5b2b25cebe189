"""Choices as Telegram shows them: buttons under a message; in a group, links to the private chat."""

from __future__ import annotations

from collections.abc import Callable

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.base import Outgoing
from handlers.links import GROUP_COMMANDS, payload
from handlers.reply import Choice

ONCE = "!"
"""Marks the data of a button whose keyboard is to go when one of it was pressed."""
_SHORT = 14
"""Labels up to this length go two to a row: more would be cut on a small phone."""


def keyboard(message: Outgoing, home: str | None = None) -> InlineKeyboardMarkup | None:
    """The choices as buttons: one to a row, two where both are short. A button refers to its message and its place.

    Those of an open conversation are marked: once one is taken, the others mean nothing any more. In a group a button
    that is not for everybody opens the private chat at ``home``, or is left out.
    """
    button = _in_group(message, home) if message.address.startswith("-") else _in_private(message)
    rows: list[list[InlineKeyboardButton]] = []
    for place, choice in enumerate(message.choices):
        if (made := button(place, choice)) is None:
            continue
        beside = rows[-1] if rows and len(rows[-1]) == 1 else None
        if beside and len(made.text) <= _SHORT and len(beside[0].text) <= _SHORT:
            beside.append(made)
        else:
            rows.append([made])
    return InlineKeyboardMarkup(rows) if rows else None


def is_once(message: Outgoing) -> bool:
    """Whether its buttons are good for one answer only."""
    return any(choice.action.startswith(":") for choice in message.choices)


def _in_private(message: Outgoing) -> Callable[[int, Choice], InlineKeyboardButton | None]:
    return lambda place, choice: InlineKeyboardButton(choice.label, callback_data=_data(message.id, place, choice))


def _in_group(message: Outgoing, home: str | None) -> Callable[[int, Choice], InlineKeyboardButton | None]:
    def button(place: int, choice: Choice) -> InlineKeyboardButton | None:
        if choice.action.split(maxsplit=1)[0] in GROUP_COMMANDS:
            return InlineKeyboardButton(choice.label, callback_data=_data(message.id, place, choice))
        start = payload(choice.action)
        return InlineKeyboardButton(choice.label, url=f"{home}?start={start}") if home and start else None

    return button


def _data(message: int, place: int, choice: Choice) -> str:
    return f"{message}:{place}{ONCE if choice.action.startswith(':') else ''}"
