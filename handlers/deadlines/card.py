"""A deadline shown whole: to those who look after it, and before a change is confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.asking.answers import named, quoted
from handlers.deadlines.concerned import audience_name
from handlers.permissions import units_for
from handlers.records.deadlines import Deadline, reported_period
from handlers.records.people import Person
from handlers.texts import say
from handlers.turn import Turn
from knowledge.calendar import Occurrence, Rule, last_working_day, next_occurrences
from knowledge.forms.form import Form

_SHOWN: Final = 3


def whole(turn: Turn, deadline: Deadline) -> str:
    """All that holds of it, its next occurrences, and the words of the document that set it."""
    concerned = [unit for unit in units_for(turn.me, "xemhan", turn.reads) if deadline.concerns(unit)]
    form = turn.forms.get(deadline.form or "")
    owner = next((one for one in staff(turn) if one.id == deadline.owner_id), None)
    text = say(
        "schedule.whole",
        title=deadline.title,
        paused=deadline.state == "paused",
        rule=deadline.rule,
        to_whom=deadline.to_whom,
        audience=audience_name(turn, deadline.audience),
        units=len(concerned) if "within" in deadline.audience else None,
        form=form.title if form else None,
        before=[offset for offset in deadline.offsets if offset > 0],
        same_day=0 in deadline.offsets,
        after=[-offset for offset in deadline.offsets if offset < 0] if deadline.form else [],
        owner=owner.name if owner else None,
        coming=coming(turn, deadline.rule),
        other_periods=_other_periods(turn, deadline, form),
    )
    source = turn.reads.document(deadline.document_id) if deadline.document_id is not None else None
    if source is None or not deadline.quote:
        return text
    date = source.date.isoformat() if source.date else None
    name = named(source.type, source.number, date, source.issuer, source.title or source.name)
    return f"{text}\n\n{quoted(deadline.quote)}\n{say('ask.cited', name=name, path=None)}"


def _other_periods(turn: Turn, deadline: Deadline, form: Form | None) -> Sequence[str]:
    """Which periods its next days ask for, where the form is not reported on as often as the deadline comes."""
    if form is None:
        return []
    days = next_occurrences(deadline.rule, turn.now.date(), _SHOWN)
    if all(one.period.kind in form.periods for one in days):
        return []
    return [reported_period(one, deadline.rule, form).label for one in days]


def coming(turn: Turn, rule: Rule) -> Sequence[tuple[Occurrence, object]]:
    """The next three occurrences, each with its last working day."""
    return [(one, last_working_day(one)) for one in next_occurrences(rule, turn.now.date(), _SHOWN)]


def staff(turn: Turn) -> Sequence[Person]:
    """Who can look after a deadline."""
    units = [unit.id for unit in units_for(turn.me, "xemhan", turn.reads)]
    return turn.reads.people(units, ("staff", "admin"))
