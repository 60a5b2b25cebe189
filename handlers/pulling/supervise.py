"""Pulling figures: /tonghop totals on one screen, /chuanop who is missing and a nudge to them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from handlers.permissions import scope
from handlers.pulling.summary import Summary, amount_of, period_before, totals_of
from handlers.pulling.wanted import Wanted, summed, wanted
from handlers.records.people import Unit
from handlers.records.pulling import NoteNudge
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Push, Turn, say_only
from knowledge.forms.form import PROOFS
from knowledge.forms.values import Total, show_number

_NAMES: Final = 40
"""Missing units that are named: a few screens of a phone; the spreadsheet has them all."""


def _totals(turn: Turn, words: str) -> Outcome:
    """/tonghop [period] [form] [unit]: one phone screen."""
    what = wanted(turn, words, "tonghop")
    if isinstance(what, Outcome):
        return what
    found = summed(turn, what)
    before = summed(turn, what, period_before(turn.reads, found.form, what.period))
    earlier = {total.question.name: total for total in totals_of(turn.reads, before)} if before.filed else {}
    text = say(
        "supervise.summary",
        form=found.form.title,
        period=found.due.period.label,
        unit=what.unit.name if what.unit else "",
        filed=len(found.filed),
        units=len(found.units),
        late=found.late,
        missing=len(found.missing),
        day=found.due.day,
        totals=[
            {
                "title": total.question.title,
                "value": amount_of(total),
                "change": _change(total, earlier.get(total.question.name)),
            }
            for total in totals_of(turn.reads, found)
            if total.question.kind not in PROOFS
        ],
        before=before.due.period.label if before.filed else None,
        filed_before=len(before.filed),
    )
    return say_only(text, *_from_totals(turn, what, found))


def _from_totals(turn: Turn, what: Wanted, found: Summary) -> list[Choice]:
    """Where one can go on from the totals."""
    command = what.command
    choices = []
    if found.missing:
        choices.append(Choice(say("supervise.to_missing", count=len(found.missing)), f"chuanop {command}"))
    if found.filed:
        choices.append(Choice(say("supervise.to_details"), f"chitiet {command}"))
        choices.append(Choice(say("supervise.to_chart"), f"bieudo {command}"))
    previous = period_before(turn.reads, found.form, what.period).code
    unit = f"#{what.unit.id} " if what.unit else ""
    return [
        *choices,
        Choice(say("supervise.to_files"), f"xuat {command}"),
        Choice(say("supervise.to_previous"), f"tonghop {unit}{found.form.name} {previous}"),
        Choice(say("supervise.to_overview"), "tonghop"),
    ]


def _change(total: Total, before: Total | None) -> str:
    if total.amount is None or before is None or before.amount is None:
        return ""
    by: Decimal = total.amount - before.amount
    if not by:
        return say("supervise.change_same")
    return say("supervise.change_up" if by > 0 else "supervise.change_down", by=show_number(total.question, abs(by)))


def _missing(turn: Turn, words: str) -> Outcome:
    """/chuanop [period] [form] [unit]: who has not filed, and how late they are."""
    what = wanted(turn, words, "chuanop")
    if isinstance(what, Outcome):
        return what
    found = summed(turn, what)
    today, day, missing = turn.now.date(), found.due.day, found.missing
    about = {"form": found.form.title, "period": found.due.period.label, "units": len(found.units)}
    to_summary = Choice(say("supervise.to_summary"), f"tonghop {what.command}")
    if not missing:
        return say_only(say("supervise.none_missing", **about), to_summary)
    nudged = turn.reads.nudged(found.form.name, found.due.period.code, today)
    text = say(
        "supervise.missing",
        **about,
        missing=len(missing),
        day=day,
        days_late=found.due.days_late(today),
        days_left=(day - today).days if day else 0,
        names=[unit.name for unit in missing[:_NAMES]],
        more=max(0, len(missing) - _NAMES),
        nudged=sum(unit.id in nudged for unit in missing),
    )
    left = [unit for unit in missing if unit.id not in nudged]
    nudge = []
    if left and scope(turn.me, "nhacnop"):
        nudge = [Choice(say("supervise.nudge", count=len(left)), f"nhacnop {what.command}")]
    return say_only(text, *nudge, to_summary, Choice(say("supervise.to_files"), f"xuat {what.command}"))


def _nudge(turn: Turn, words: str) -> Outcome:
    """/nhacnop [period] [form] [unit]: tell the cadres of the missing units; at most once a day for each unit."""
    what = wanted(turn, words, "nhacnop")
    if isinstance(what, Outcome):
        return what
    found = summed(turn, what)
    form, period, today = found.form, found.due.period, turn.now.date()
    nudged = turn.reads.nudged(form.name, period.code, today)
    units = {unit.id: unit for unit in found.missing if unit.id not in nudged}
    people = turn.reads.people(list(units), ("cadre",)) if units else ()
    with_people = {person.unit.id for person in people}
    alone: list[Unit] = [unit for key, unit in units.items() if key not in with_people]
    text = say(
        "supervise.nudged",
        form=form.title,
        period=period.label,
        people=len(people),
        units=len(with_people),
        before=sum(unit.id in nudged for unit in found.missing),
        missing=len(found.missing),
        alone=[unit.name for unit in alone],
    )
    pushes = tuple(
        Push(
            person.id,
            Reply(
                say(
                    "supervise.notice",
                    unit=person.unit.name,
                    form=form.title,
                    period=period.label,
                    day=found.due.day,
                    days_late=found.due.days_late(today),
                    office=turn.me.unit.name,
                ),
                (Choice(say("supervise.report_now"), f"baocao {form.name} {period.code}"),),
            ),
            "notice",
            f"nudge:{form.name}:{period.code}:{person.unit.id}:{today}:{person.id}",
        )
        for person in people
    )
    effects = (NoteNudge(form.name, period.code, tuple(sorted(with_people))),) if with_people else ()
    back = Choice(say("supervise.to_missing", count=len(found.missing)), f"chuanop {what.command}")
    return Outcome((Reply(text, (back,)),), effects, pushes)


COMMANDS = (
    Command("tonghop", _totals, ("tong hop",), takes_words=True, when_idle=True),
    Command("chuanop", _missing, ("chua nop", "xa chua nop", "don vi chua nop"), takes_words=True, when_idle=True),
    Command("nhacnop", _nudge, ("nhac nop", "nhac", "don doc", "nhac cac xa", "nhac cac xa chua nop")),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
