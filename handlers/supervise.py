"""Pulling figures: /tonghop totals, /chuanop who is missing, /xem one report, /xuat a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from handlers.periods import Asked, asked, current
from handlers.permissions import units_for
from handlers.receipts import read_receipt
from handlers.records.files import MadeFile
from handlers.records.people import Unit
from handlers.records.reports import Report
from handlers.reply import Choice, Reply
from handlers.summary import Summary, summarise, totals_of
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only
from handlers.units import find_units, near_units
from knowledge.forms import PROOFS, Form
from knowledge.period import Period
from knowledge.values import Total, show, show_number

_NAMES: Final = 40
"""Missing units that are named: a few screens of a phone; the spreadsheet has them all."""
_REPORTS: Final = 12


def _totals(turn: Turn, words: str) -> Outcome:
    """/tonghop [period] [form]: one phone screen."""
    found = _wanted(turn, words, "tonghop")
    if isinstance(found, Outcome):
        return found
    before = summarise(turn.reads, found.form, found.due.period.previous(), found.units)
    earlier = {total.question.name: total for total in totals_of(turn.reads, before)} if before.filed else {}
    text = say(
        "supervise.summary",
        form=found.form.title,
        period=found.due.period.label,
        filed=len(found.filed),
        units=len(found.units),
        late=found.late,
        missing=len(found.missing),
        day=found.due.day,
        totals=[
            {
                "title": total.question.title,
                "value": _amount(total),
                "change": _change(total, earlier.get(total.question.name)),
            }
            for total in totals_of(turn.reads, found)
            if total.question.kind not in PROOFS
        ],
        before=before.due.period.label if before.filed else None,
        filed_before=len(before.filed),
    )
    command = _command(found)
    choices = [
        *(
            [Choice(say("supervise.to_missing", count=len(found.missing)), f"chuanop {command}")]
            if found.missing
            else []
        ),
        Choice(say("supervise.to_sheet"), f"xuat {command}"),
        Choice(say("supervise.to_previous"), f"tonghop {found.form.name} {found.due.period.previous().code}"),
        Choice(say("supervise.to_overview"), "tonghop"),
    ]
    return say_only(text, *choices)


def _amount(total: Total) -> str:
    if total.amount is not None:
        return show_number(total.question, total.amount)
    if total.counts:
        return ", ".join(say("supervise.total_option", name=name, count=count) for name, count in total.counts)
    return say("supervise.total_answered", count=total.answered)


def _change(total: Total, before: Total | None) -> str:
    if total.amount is None or before is None or before.amount is None:
        return ""
    by: Decimal = total.amount - before.amount
    if not by:
        return say("supervise.change_same")
    return say("supervise.change_up" if by > 0 else "supervise.change_down", by=show_number(total.question, abs(by)))


def _missing(turn: Turn, words: str) -> Outcome:
    """/chuanop [period] [form]: who has not filed, and how late they are."""
    found = _wanted(turn, words, "chuanop")
    if isinstance(found, Outcome):
        return found
    today, day, missing = turn.now.date(), found.due.day, found.missing
    about = {"form": found.form.title, "period": found.due.period.label, "units": len(found.units)}
    to_summary = Choice(say("supervise.to_summary"), f"tonghop {_command(found)}")
    if not missing:
        return say_only(say("supervise.none_missing", **about), to_summary)
    text = say(
        "supervise.missing",
        **about,
        missing=len(missing),
        day=day,
        days_late=found.due.days_late(today),
        days_left=(day - today).days if day else 0,
        names=[unit.name for unit in missing[:_NAMES]],
        more=max(0, len(missing) - _NAMES),
    )
    return say_only(text, to_summary, Choice(say("supervise.to_sheet"), f"xuat {_command(found)}"))


def _sheet(turn: Turn, words: str) -> Outcome:
    """/xuat [period] [form]: the period as a spreadsheet, made when it is sent."""
    found = _wanted(turn, words, "xuat")
    if isinstance(found, Outcome):
        return found
    form, period = found.form, found.due.period
    text = say(
        "supervise.sheet",
        form=form.title,
        period=period.label,
        filed=len(found.filed),
        units=len(found.units),
    )
    units = units_for(turn.me, "xuat", turn.reads)
    ids = {unit.id for unit in units}
    top = next(unit.id for unit in units if unit.parent_id not in ids)
    parameters = {"form": form.name, "period": period.code, "within": top}
    file = MadeFile("report-sheet", f"{form.name}-{period.code}.xlsx", parameters)
    return Outcome((Reply(text, files=(file,)),))


def _wanted(turn: Turn, words: str, action: str) -> Summary | Outcome:
    """The form and period that the words name, summed up; or a choice among all forms where they name none."""
    if not turn.forms:
        return say_only(say("supervise.no_forms"))
    today = turn.now.date()
    what = asked(words, turn.forms, today)
    units = units_for(turn.me, action, turn.reads)
    fitting = [
        form
        for form in turn.forms.values()
        if what.form in {None, form} and (what.period is None or what.period.kind in form.periods)
    ]
    if what.rest:
        return _overview(
            turn,
            units,
            action,
            what,
            say("supervise.not_understood", words=what.rest[:60], example=_example(turn, action)),
        )
    if not fitting and what.period:
        title = what.form.title if what.form else ""
        return _overview(
            turn,
            units,
            action,
            Asked(what.form, None, ""),
            say("supervise.wrong_kind", form=title, period=what.period.label),
        )
    if len(fitting) > 1:
        return _overview(turn, units, action, what, "")
    period = what.period or current(fitting[0], turn.reads.deadlines(), today)[0].period
    return summarise(turn.reads, fitting[0], period, units)


def _example(turn: Turn, action: str) -> str:
    form = next(iter(turn.forms.values()))
    period = current(form, (), turn.now.date())[0].period
    return f"/{action} {period.label} {form.name}"


def _overview(turn: Turn, units: Sequence[Unit], action: str, what: Asked, note: str) -> Outcome:
    """One line for each form, for the period named or the one now due."""
    lines, choices = [], []
    for form in turn.forms.values():
        if what.period and what.period.kind not in form.periods:
            continue
        period = what.period or current(form, turn.reads.deadlines(), turn.now.date())[0].period
        found = summarise(turn.reads, form, period, units)
        lines.append(
            {
                "form": form.title,
                "period": period.label,
                "filed": len(found.filed),
                "units": len(found.units),
                "late": found.late,
            }
        )
        label = say("supervise.overview_label", form=form.title, period=period.label)
        choices.append(Choice(label, f"{action} {_command(found)}"))
    title = say(f"supervise.overview_{action}")
    return say_only(say("supervise.overview", note=note, title=title, lines=lines), *choices)


def _command(found: Summary) -> str:
    return f"{found.form.name} {found.due.period.code}"


def _view(turn: Turn, words: str) -> Outcome:
    """/xem [receipt | unit] [form] [period]: one report, if it lies within one's units."""
    units = units_for(turn.me, "xem", turn.reads)
    if receipt := read_receipt(words):
        return _by_receipt(turn, units, *receipt)
    what = asked(words, turn.forms, turn.now.date())
    if not what.rest:
        if len(units) == 1:
            return _of_unit(turn, units[0], what)
        return say_only(say("supervise.view_what", example=next((u.name for u in units if u.kind == "commune"), "")))
    if what.rest.startswith("#"):
        found = [unit for unit in units if str(unit.id) == what.rest[1:]]
    else:
        found = find_units(what.rest, units)
    if len(found) == 1:
        return _of_unit(turn, found[0], what)
    near = found or near_units(what.rest, units)
    if found:
        text = say("supervise.which_unit", count=len(found), name=what.rest[:60])
    else:
        text = say("supervise.no_unit", name=what.rest[:60], near=bool(near))
    tail = f"{what.form.name if what.form else ''} {what.period.code if what.period else ''}"
    return say_only(text, *(Choice(unit.name, f"xem #{unit.id} {tail}".rstrip()) for unit in near))


def _by_receipt(turn: Turn, units: Sequence[Unit], receipt: str, right: bool) -> Outcome:
    if not right:
        return say_only(say("supervise.wrong_receipt", receipt=receipt))
    report = turn.reads.report_by_receipt(receipt)
    # What exists outside of one's units is not told either.
    if report is None or report.unit.id not in {unit.id for unit in units}:
        return say_only(say("supervise.no_report", receipt=receipt))
    return Outcome((_shown(turn, report),))


def _of_unit(turn: Turn, unit: Unit, what: Asked) -> Outcome:
    if what.form and what.period:
        report = turn.reads.report(unit.id, what.form.name, what.period.code)
        if report is not None and report.state == "submitted":
            return Outcome((_shown(turn, report),))
        return say_only(say("supervise.not_filed", unit=unit.name, form=what.form.title, period=what.period.label))
    found = [
        report
        for report in turn.reads.submitted(unit.id, 100)
        if (what.form is None or report.form == what.form.name)
        and (what.period is None or report.period == what.period.code)
    ][:_REPORTS]
    if not found:
        asked_for = what.period.label if what.period else what.form.title if what.form else ""
        return say_only(say("supervise.none_filed", unit=unit.name, what=asked_for))
    if len(found) == 1:
        return Outcome((_shown(turn, found[0]),))
    choices = [
        Choice(
            say(
                "supervise.overview_label", form=_title(turn, report.form), period=Period.from_code(report.period).label
            ),
            f"xem {report.receipt}",
        )
        for report in found
    ]
    return say_only(say("supervise.which_report", unit=unit.name, count=len(found)), *choices)


def _title(turn: Turn, name: str) -> str:
    form = turn.forms.get(name)
    return form.title if form else name


def _shown(turn: Turn, report: Report) -> Reply:
    """A report in full, with its proof as files."""
    form: Form | None = turn.forms.get(report.form)
    lines: list[tuple[str, str]] = []
    files = []
    for question in form.questions if form else ():
        value: Any = report.answers.get(question.name)
        lines.append((question.title, show(question, value)))
        if question.kind in PROOFS:
            files += [file for key in value or () if (file := turn.reads.file(key)) is not None]
    text = say(
        "supervise.view",
        form=form.title if form else report.form,
        period=Period.from_code(report.period).label,
        unit=report.unit.name,
        receipt=report.receipt,
        person=report.person_name,
        at=report.submitted_at,
        late=report.late,
        lines=lines,
    )
    return Reply(text, files=tuple(files))


COMMANDS = (
    Command("tonghop", _totals, ("tong hop",), takes_words=True, when_idle=True),
    Command("chuanop", _missing, ("chua nop", "xa chua nop", "don vi chua nop"), takes_words=True, when_idle=True),
    Command("xem", _view, ("xem bao cao",)),
    Command("xuat", _sheet, ("xuat excel", "xuat bang tinh"), takes_words=True, when_idle=True),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
