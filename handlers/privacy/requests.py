"""Requests about personal data: their clock, who may answer them, and how they are named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from handlers.permissions import may_invite, scope, units_for
from handlers.records.people import Person, Unit
from handlers.records.privacy import DataRequest, RequestKind
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Push, Turn
from knowledge.calendar import working_days_after

_DAYS: Final = 2
"""Working days in which a person is answered (Luật số 91/2025/QH15, Nghị định số 356/2025/NĐ-CP)."""
_CLOSING: Final = dt.time(17)
_MORNING: Final = dt.time(8)


def due_at(now: dt.datetime) -> dt.datetime:
    """Until when a request made now is to be answered: the end of the second working day after this one."""
    return dt.datetime.combine(working_days_after(now.date(), _DAYS), _CLOSING, now.tzinfo)


def kind_name(kind: RequestKind) -> str:
    """What is asked for, in words."""
    return say(f"request.kind_{kind}")


def may_decide(turn: Turn, who: Person, about: Person) -> bool:
    """Whether somebody may answer this person's request: as with codes, staff for cadres, admins for all."""
    return (
        who.id != about.id
        and about.role in may_invite(who)
        and about.unit.id in {unit.id for unit in units_for(who, "yeucau", turn.reads)}
    )


def deciders(turn: Turn, about: Person) -> Sequence[Person]:
    """Everybody who may answer this person's request."""
    unit: Unit | None = about.unit
    while unit is not None and unit.parent_id is not None:
        unit = turn.reads.unit(unit.parent_id)
    everywhere = [one.id for one in turn.reads.units_within(unit.id)] if unit else []
    people = turn.reads.people(everywhere, ("staff", "admin"))
    return [one for one in people if one.agreed and may_decide(turn, one, about)]


def reminders(turn: Turn, number: int, kind: RequestKind, due: dt.datetime, people: Sequence[Person]) -> list[Push]:
    """Tell these people of a request at once, and again in the morning of the day on which its time ends."""
    me, show = turn.me, (Choice(say("request.show", number=number), f"yeucau {number}"),)
    values = {"number": number, "kind": kind_name(kind), "name": me.name, "unit": me.unit.name, "due": due}
    new, ending = Reply(say("request.new", **values), show), Reply(say("request.ending", **values), show)
    morning = dt.datetime.combine(due.date(), _MORNING, due.tzinfo)
    return [
        push
        for one in people
        for push in (
            Push(one.id, new, "notice", f"request:{number}:{one.id}"),
            Push(one.id, ending, "notice", f"request-due:{number}:{one.id}", due_at=morning),
        )
    ]


def open_for(turn: Turn) -> list[DataRequest]:
    """The open requests that this person may answer, those due first first."""
    if scope(turn.me, "yeucau") is None:
        return []
    units = [unit.id for unit in units_for(turn.me, "yeucau", turn.reads)]
    return [
        one
        for one in turn.reads.open_requests(units)
        if one.person is not None and may_decide(turn, turn.me, one.person)
    ]


def waiting(turn: Turn) -> str:
    """A line about open requests for whoever may answer them; empty where there is nothing."""
    found = open_for(turn)
    if not found:
        return ""
    late = sum(one.due_at < turn.now for one in found)
    return say("request.waiting", count=len(found), late=late, due=found[0].due_at)
