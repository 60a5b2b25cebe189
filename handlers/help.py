"""The way back: what one can do here, and the words that end something when nothing is open."""

from __future__ import annotations

from collections.abc import Callable

from handlers.menu import abilities, menu
from handlers.reply import Choice
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only


def _help(turn: Turn, words: str) -> Outcome:
    return say_only(abilities(turn.me), *menu(turn.me))


def _nothing_open(turn: Turn, words: str) -> Outcome:
    return say_only(say("help.nothing_open"), Choice(say("labels.menu"), "trogiup"))


COMMANDS = (
    Command("trogiup", _help, ("tro giup", "help", "giup", "giup toi", "huong dan", "menu", "trang chinh")),
    Command("trangchinh", _help, ("0", "quay lai", "tro lai"), when_idle=True),
    Command("huy", _nothing_open, ("huy bo", "thoat", "thoi"), when_idle=True),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
