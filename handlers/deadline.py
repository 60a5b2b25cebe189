"""What is due, when, and whether it has been filed: for one's own unit, or counted over all units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.permissions import scope, units_for
from handlers.records.deadlines import Deadline, reported_period
from handlers.records.people import Unit
from handlers.reply import Choice
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only
from knowledge.calendar import Occurrence, days_left, last_working_day, next_occurrences, occurrences
from knowledge.period import Period

_LINES: Final = 8
_LATE: Final = 3
_CHOICES: Final = 3
_BACK: Final = dt.timedelta(days=400)
"""How far back a report that was never filed is still listed."""
_BACK_WITHOUT_FORM: Final = dt.timedelta(days=7)
"""Where nothing is filed here nobody can say that it is done: a past day is soon left out."""


@dataclass(frozen=True, slots=True)
class Due:
    """One occurrence of a deadline for some units, and how many of them have filed."""

    deadline: Deadline
    occurrence: Occurrence
    period: Period
    units: int
    filed: int

    @property
    def done(self) -> bool:
        """Whether everybody has filed."""
        return self.filed == self.units


def due(turn: Turn, words: str) -> Outcome:
    """List deadlines: overdue ones first, then what comes next."""
    own = scope(turn.me, "han") == "own"
    units = units_for(turn.me, "han", turn.reads)
    today = turn.now.date()
    found = [one for deadline in turn.reads.deadlines() for one in _due(turn, deadline, units, today)]
    found.sort(key=lambda one: (one.done, one.occurrence.last_admissible_day, one.deadline.id))
    if not found:
        adding = [Choice(say("deadline.add"), "hanmoi")] if scope(turn.me, "hanmoi") else []
        return say_only(say("deadline.none"), *adding)
    late = [one for one in found if one.occurrence.last_admissible_day < today]
    coming = [one for one in found if one not in late]
    # The newest of what is overdue, so that a long neglected report does not push everything else off the screen.
    listed = (late[-_LATE:] + coming)[:_LINES]
    lines = [_line(one, today, own) for one in listed]
    text = say("deadline.list", own=own, unit=turn.me.unit.name, lines=lines, left=len(found) - len(listed))
    more = [Choice(say("deadline.manage"), "xemhan")] if scope(turn.me, "ketthuchan") else []
    return say_only(text, *_choices(turn, listed, own), *more)


def _due(turn: Turn, deadline: Deadline, units: Sequence[Unit], today: dt.date) -> Iterator[Due]:
    concerned = [unit.id for unit in units if deadline.concerns(unit)]
    if not concerned:
        return
    form = turn.forms.get(deadline.form or "")
    born = deadline.created_at.date()
    back = _BACK if form else _BACK_WITHOUT_FORM
    past = [
        one for one in occurrences(deadline.rule, max(born, today - back), today) if one.last_admissible_day < today
    ]
    for occurrence in (*past, *next_occurrences(deadline.rule, today, 1)):
        period = reported_period(occurrence, deadline.rule, form)
        filed = len(turn.reads.filed(form.name, period.code, concerned)) if form else 0
        one = Due(deadline, occurrence, period, len(concerned), filed)
        if not (one.done and occurrence.last_admissible_day < today):
            yield one


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


COMMANDS = (Command("han", due, ("han nop", "cac han", "han bao cao")),)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
