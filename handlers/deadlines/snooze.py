"""A reminder is put off to an hour that the person chooses. It is put off, never switched off."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

from handlers.deadlines.dues import dues
from handlers.records.deadlines import SnoozeReminders
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only
from knowledge.calendar import occurrences
from knowledge.fold import fold, one_line
from knowledge.moments import parse_moment

_LONGEST: Final = dt.timedelta(hours=48)
_SOONEST: Final = dt.timedelta(minutes=1)
_EVENING: Final = dt.time(19)
_MORNING: Final = dt.time(8)


def snooze(turn: Turn, words: str) -> Outcome:
    """Offer some hours, or take the one that is named. No conversation: an open form stays open."""
    if not words:
        return _offer(turn, say("snooze.when"))
    until = parse_moment(_plain(words), turn.now)
    if until is None:
        return _offer(turn, say("snooze.unclear", typed=words[:40]))
    if not turn.now + _SOONEST <= until <= turn.now + _LONGEST:
        return _offer(turn, say("snooze.too_far"))
    if until.date() > turn.now.date() and (last := _ends_today(turn)):
        return _offer(turn, say("snooze.last_day", title=last))
    return Outcome((Reply(say("snooze.done", until=until)),), (SnoozeReminders(until),))


def unasked(turn: Turn) -> Outcome | None:
    """A reminder that is asked for in plain words: "nhắc lại sau 2 tiếng"; ``None`` for anything else."""
    typed = _CALLED.fullmatch(one_line(fold(turn.message.text)).strip(" .!"))
    if typed is None:
        return None
    when = _plain(typed["when"] or "")
    return (
        snooze(turn, "" if when in _SOME_TIME else when) if when in _SOME_TIME or parse_moment(when, turn.now) else None
    )


def _plain(words: str) -> str:
    """Without the words that only make it polite: "16h nhé"."""
    return re.sub(r"(?:^| )(?:(?:nhe|nha|a|di|giup|voi|em|minh|toi)(?: |$))+$", "", one_line(fold(words)).strip(" .!"))


_CALLED: Final = re.compile(
    r"(?:(?:hay|nho|lam on|xin|em|bot) )*nhac (?:lai|toi|em|minh|anh|chi)"
    r"(?: (?:lai|toi|em|minh|giup|anh|chi))*(?: (?P<when>.+))?"
)
_SOME_TIME: Final = frozenset({"", "sau", "luc khac", "it phut nua", "chut nua", "lat nua"})


def _offer(turn: Turn, text: str) -> Outcome:
    evening = dt.datetime.combine(turn.now.date(), _EVENING, turn.now.tzinfo)
    morning = dt.datetime.combine(turn.now.date() + dt.timedelta(days=1), _MORNING, turn.now.tzinfo)
    hours = [moment for moment in (evening, morning) if moment > turn.now + _SOONEST]
    if _ends_today(turn):
        later = turn.now + dt.timedelta(hours=2)
        hours = [hour for hour in (later, evening) if turn.now + _SOONEST < hour and hour.date() == turn.now.date()]
    labels = [
        Choice(say("snooze.at", until=hour, today=hour.date() == turn.now.date()), f"nhaclai {hour:%H:%M %d/%m/%Y}")
        for hour in hours
    ]
    return say_only(text, *labels)


def _ends_today(turn: Turn) -> str | None:
    """The title of a deadline that closes today and that the person's unit has not met."""
    today = turn.now.date()
    tomorrow = today + dt.timedelta(days=1)
    found = dues(turn.reads, turn.forms, [turn.me.unit], lambda one, _: occurrences(one.rule, today, tomorrow))
    closing = (one for one in found if one.occurrence.last_admissible_day == today and not one.done)
    return next((one.deadline.title for one in closing), None)


COMMANDS = (Command("nhaclai", snooze, ("nhac lai luc", "nhac toi luc"), takes_words=True),)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
