"""What is due, when, and whether it has been filed: for one's own unit, or counted over all units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from handlers.deadlines.concerned import may_see
from handlers.deadlines.dues import Due, dues
from handlers.permissions import scope, units_for
from handlers.records.deadlines import Deadline
from handlers.records.files import MadeFile
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only
from knowledge.calendar import Occurrence, days_left, last_working_day, next_occurrences, occurrences
from knowledge.forms.form import Form

YEAR: Final = dt.timedelta(days=366)
"""How far ahead the calendar file reaches."""
_LINES: Final = 8
_LATE: Final = 3
_CHOICES: Final = 3
_BACK: Final = dt.timedelta(days=400)
"""How far back a report that was never filed is still listed."""
_BACK_WITHOUT_FORM: Final = dt.timedelta(days=7)
"""Where nothing is filed here nobody can say that it is done: a past day is soon left out."""


def due(turn: Turn, words: str) -> Outcome:
    """List deadlines: overdue ones first, then what comes next."""
    own = scope(turn.me, "han") == "own"
    units = units_for(turn.me, "han", turn.reads)
    today = turn.now.date()
    every = dues(turn.reads, turn.forms, units, lambda one, form: _of_interest(turn, one, form))
    found = [one for one in every if not (one.done and one.occurrence.last_admissible_day < today)]
    resting = _resting(turn) if scope(turn.me, "suahan") else ()
    found.sort(key=lambda one: (one.done, one.occurrence.last_admissible_day, one.deadline.id))
    if not found and not resting:
        adding = [Choice(say("deadline.add"), "hanmoi")] if scope(turn.me, "hanmoi") else []
        return say_only(say("deadline.none"), *adding)
    late = [one for one in found if one.occurrence.last_admissible_day < today]
    coming = [one for one in found if one not in late]
    # The newest of what is overdue, so that a long neglected report does not push everything else off the screen.
    listed = (late[-_LATE:] + coming)[:_LINES]
    lines = [_line(one, today, own) for one in listed]
    text = say(
        "deadline.list",
        own=own,
        unit=turn.me.unit.name,
        lines=lines,
        left=len(found) - len(listed),
        resting=[(one.title, one.rule, one.state == "paused") for one in resting],
    )
    more = [Choice(say("deadline.manage"), "xemhan")] if scope(turn.me, "ketthuchan") else []
    more.append(Choice(say("deadline.file"), "lich"))
    return say_only(text, *_choices(turn, listed, own), *more)


def _resting(turn: Turn) -> Sequence[Deadline]:
    """What staff must not forget although nobody is reminded of it: paused, or without a day yet."""
    return [
        one for one in turn.reads.calendar() if (one.state == "paused" or one.rule.awaits_date) and may_see(turn, one)
    ]


def file(turn: Turn, words: str) -> Outcome:
    """What is due in the next twelve months, as a file for the calendar of a phone."""
    own = scope(turn.me, "lich") == "own"
    units = units_for(turn.me, "lich", turn.reads)
    until = turn.now.date() + YEAR
    coming = dues(turn.reads, turn.forms, units, lambda one, _: occurrences(one.rule, turn.now.date(), until))
    if not any(not one.done and one.occurrence.last_admissible_day >= turn.now.date() for one in coming):
        return say_only(say("deadline.none"))
    parameters = {"units": [unit.id for unit in units], "at": turn.now.isoformat()}
    made = MadeFile("deadline-calendar", say("deadline.file_name"), parameters)
    return Outcome((Reply(say("deadline.file_here", own=own, unit=turn.me.unit.name), files=(made,)),))


def _of_interest(turn: Turn, deadline: Deadline, form: Form | None) -> list[Occurrence]:
    """What is past, as far back as that matters, and the next one."""
    today = turn.now.date()
    back = today - (_BACK if form else _BACK_WITHOUT_FORM)
    past = occurrences(deadline.rule, max(deadline.created_at.date(), back), today)
    return [
        *(one for one in past if one.last_admissible_day < today),
        *next_occurrences(deadline.rule, today, 1),
    ]


def _line(one: Due, today: dt.date, own: bool) -> str:
    return say(
        "deadline.line",
        title=one.deadline.title,
        period=one.period.label if one.deadline.form else None,
        rule=one.deadline.rule,
        printed=one.occurrence.date,
        working=last_working_day(one.occurrence),
        left=days_left(one.occurrence, today),
        own=own,
        filed=one.filed,
        units=one.units,
        done=one.done,
        counted=one.deadline.form is not None,
        to_whom=one.deadline.to_whom,
    )


def _choices(turn: Turn, found: Sequence[Due], own: bool) -> Iterator[Choice]:
    action = "baocao" if own else "chuanop"
    if scope(turn.me, action) is None:
        return
    waiting = [one for one in found if one.deadline.form and not one.done]
    unique = {(one.deadline.form, one.period.code): one for one in waiting}
    for (form, period), one in list(unique.items())[:_CHOICES]:
        label = say("deadline.open" if own else "deadline.missing", title=one.deadline.title, period=one.period.label)
        yield Choice(label, f"{action} {form} {period}")


COMMANDS = (
    Command("han", due, ("han nop", "cac han", "han bao cao")),
    Command("lich", file, ("lich bao cao", "tai lich", "xuat lich")),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
