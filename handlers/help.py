"""The way back: what one can do here, and the words that end something when nothing is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from handlers.menu import abilities, all_commands, menu
from handlers.permissions import scope
from handlers.privacy.requests import waiting
from handlers.reply import Choice
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only


def _help(turn: Turn, words: str) -> Outcome:
    if not turn.me.agreed:
        return say_only(say("enrol.limited"), Choice(say("privacy.back"), "dulieucuatoi"))
    lines = (waiting(turn), abilities(turn.me))
    return say_only("\n\n".join(filter(None, lines)), *menu(turn.me))


def _nothing_open(turn: Turn, words: str) -> Outcome:
    return say_only(say("help.nothing_open"), Choice(say("labels.menu"), "trogiup"))


def _commands(turn: Turn, words: str) -> Outcome:
    """/lenh: everything that can be typed."""
    return say_only(all_commands(turn.me), Choice(say("labels.menu"), "trogiup"))


def _go_on(turn: Turn, words: str) -> Outcome:
    """ "tiếp tục" where nothing is open: what lies half done, and what is due."""
    drafts = turn.reads.drafts(turn.me.unit.id) if scope(turn.me, "nhap") else ()
    choices = [Choice(say(f"help.menu_{name}"), name) for name in (*(("nhap",) if drafts else ()), "han")]
    text = say("help.nothing_to_continue", drafts=len(drafts))
    return say_only(text, *choices, Choice(say("labels.menu"), "trogiup"))


_FOR_HELP: Final = (
    *(
        "tro giup",
        "help",
        "giup",
        "giup toi",
        "giup toi voi",
        "giup voi",
        "giup em voi",
        "giup minh voi",
        "can giup do",
    ),
    *("huong dan", "huong dan su dung", "cach dung", "cach su dung", "ho tro", "menu", "trang chinh"),
)
COMMANDS = (
    Command("trogiup", _help, _FOR_HELP),
    Command("trangchinh", _help, ("0", "?", "quay lai", "tro lai"), when_idle=True),
    Command("huy", _nothing_open, ("huy bo", "thoat", "thoi"), when_idle=True),
    Command("lenh", _commands, ("cac lenh", "tat ca cac lenh", "danh sach lenh")),
    Command("tieptuc", _go_on, ("tiep tuc", "tiep", "tiep di", "tiep nhe", "lai"), when_idle=True),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
