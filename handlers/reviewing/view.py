"""Looking at what was sent: /xem a report, its versions and what changed between them; and beginning a correction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from handlers.drafts.choosing import correction_of, taken
from handlers.drafts.draft import filling
from handlers.drafts.filling import ask_next
from handlers.forms.versions import form_for
from handlers.periods import Asked, asked
from handlers.permissions import scope
from handlers.receipts import read_receipt
from handlers.records.people import Unit
from handlers.records.privacy import NoteAccess
from handlers.records.reports import BeginCorrection, Report, Version
from handlers.reply import Choice, Reply
from handlers.reviewing.reported import (
    answers_of,
    differences,
    form_of,
    heading,
    named,
    proofs_of,
    review_choices,
    title_of,
    units_seen,
)
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only
from handlers.units import find_units, near_units
from knowledge.period import Period

_REPORTS: Final = 12


def _view(turn: Turn, words: str) -> Outcome:
    """/xem [receipt | unit] [form] [period]: one report, if it lies within one's units."""
    if read_receipt(words):
        report = named(turn, words, "xem")
        return _shown(turn, report) if isinstance(report, Report) else report
    units = units_seen(turn, "xem")
    what = asked(words, turn.forms, turn.now.date())
    if not what.rest:
        if len({unit.id for unit in units if unit.ended_on is None}) == 1:
            return _of_unit(turn, units[0], what)
        return say_only(say("view.what", example=next((u.name for u in units if u.kind == "commune"), "")))
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


def _of_unit(turn: Turn, unit: Unit, what: Asked) -> Outcome:
    if what.form and what.period:
        report = turn.reads.report(unit.id, what.form.name, what.period.code)
        if report is not None and report.sent:
            return _shown(turn, report)
        return say_only(say("view.not_filed", unit=unit.name, form=what.form.title, period=what.period.label))
    found = [
        report
        for report in turn.reads.submitted(unit.id, 100)
        if (what.form is None or report.form == what.form.name)
        and (what.period is None or report.period == what.period.code)
    ][:_REPORTS]
    if not found:
        asked_for = what.period.label if what.period else what.form.title if what.form else ""
        return say_only(say("view.none_filed", unit=unit.name, what=asked_for))
    if len(found) == 1:
        return _shown(turn, found[0])
    choices = [
        Choice(
            say("view.label", form=title_of(turn, report.form), period=Period.from_code(report.period).label),
            f"xem {report.receipt}",
        )
        for report in found
    ]
    return say_only(say("view.which_report", unit=unit.name, count=len(found)), *choices)


def _shown(turn: Turn, report: Report) -> Outcome:
    """A report in full, with its proof as files."""
    text = say("view.report", heading=heading(turn, report), lines=answers_of(turn, report))
    own = report.unit.id == turn.me.unit.id and scope(turn.me, "suabaocao") is not None
    choices = [
        *([correction_of(report)] if own and report.state != "approved" else []),
        *review_choices(turn, report),
        *([_to_versions(report)] if report.version > 1 or report.state in {"returned", "approved"} else []),
    ]
    return Outcome((Reply(text, tuple(choices), files=proofs_of(turn, report)),), _seen(turn, report))


def _seen(turn: Turn, report: Report) -> tuple[NoteAccess, ...]:
    """That somebody of another unit has seen who made the report."""
    if report.unit.id == turn.me.unit.id:
        return ()
    return (NoteAccess("view-report", f"report:{report.unit.id}/{report.form}/{report.period}", (report.person_id,)),)


def _to_versions(report: Report) -> Choice:
    return Choice(say("view.to_versions"), f"lichsu {report.receipt}")


def _versions(turn: Turn, words: str) -> Outcome:
    """/lichsu receipt: all that happened to a report, with what changed a tap away."""
    report = named(turn, words, "lichsu")
    if not isinstance(report, Report):
        return report
    events = [
        say(
            f"view.event_{version.event}",
            number=version.number,
            person=version.person_name,
            at=version.at,
            reason=version.reason,
            questions=_titles(turn, report, version.questions),
        )
        for version in turn.reads.versions(report.receipt or "")
    ]
    choices = [
        Choice(say("view.compare", number=number), f"sosanh {report.receipt} {number}")
        for number in range(report.version, 1, -1)
    ]
    text = say("view.versions", heading=heading(turn, report), events=events)
    back = Choice(say("view.to_report"), f"xem {report.receipt}")
    return Outcome((Reply(text, (*choices[:_REPORTS], back)),), _seen(turn, report))


def _titles(turn: Turn, report: Report, names: Sequence[str]) -> list[str]:
    form = form_of(turn, report)
    return [question.title if form and (question := form.question(name)) else name for name in names]


def _compare(turn: Turn, words: str) -> Outcome:
    """/sosanh receipt number: what this version has otherwise than the one before it."""
    receipt, _, number = words.partition(" ")
    report = named(turn, receipt, "lichsu")
    if not isinstance(report, Report):
        return report
    sent = {version.number: version for version in turn.reads.versions(report.receipt or "") if _is_sent(version)}
    new = sent.get(int(number)) if number.isdecimal() and len(number) < 6 else sent[report.version]
    old = sent.get(new.number - 1) if new else None
    if new is None or old is None:
        return say_only(say("view.no_version"), _to_versions(report))
    forms = (form_for(turn, report.form, old.form_version), form_for(turn, report.form, new.form_version))
    text = say(
        "view.difference",
        heading=heading(turn, report),
        old=old.number,
        new=new.number,
        at=new.at,
        person=new.person_name,
        lines=differences(turn, forms, old.answers or {}, new.answers or {}),
    )
    earlier = [Choice(say("view.compare", number=old.number), f"sosanh {report.receipt} {old.number}")]
    return say_only(text, *review_choices(turn, report), *(earlier if old.number > 1 else []), _to_versions(report))


def _is_sent(version: Version) -> bool:
    return version.event in {"submitted", "resubmitted"}


def _correct(turn: Turn, words: str) -> Outcome:
    """The button under a sent or returned report: prepare the next version, asked only what is to be mended."""
    receipt, _, number = words.partition(" ")
    if not receipt:
        return _correctable(turn)
    report = named(turn, receipt, "suabaocao")
    if not isinstance(report, Report):
        return report
    form = form_of(turn, report)
    if report.unit.id != turn.me.unit.id or form is None:
        return say_only(say("view.not_yours", unit=report.unit.name), Choice(say("view.to_report"), f"xem {receipt}"))
    to_report = Choice(say("view.to_report"), f"xem {report.receipt}")
    if report.state == "approved":
        approved = [one for one in turn.reads.versions(report.receipt or "") if one.event == "approved"]
        by, at = (approved[-1].person_name, approved[-1].at) if approved else ("", None)
        return say_only(say("view.approved_already", by=by, at=at, receipt=report.receipt), to_report)
    if number and number != str(report.version):
        text = say("view.newer_version", number=report.version, person=report.person_name, at=report.submitted_at)
        return say_only(text, to_report, *([correction_of(report)] if report.state == "returned" else []))
    if report.correction is not None and report.holder_id != turn.me.id:
        return taken(form, report, unsaved=False)
    to_mend = report.to_mend or (tuple(one.name for one in form.questions) if report.state == "returned" else ())
    # What has been answered anew already is not asked again.
    left = [name for name in to_mend if report.working.get(name) == report.answers.get(name)]
    begin = BeginCorrection(report.unit.id, report.form, report.period, report.version)
    note = say("view.mend", reason=report.reason, count=len(left)) if report.state == "returned" else ""
    effects = () if report.correction is not None else (begin,)
    return ask_next(turn, filling(form, report, left), note or say("view.correcting"), effects)


def _correctable(turn: Turn) -> Outcome:
    """/suabaocao alone: what the unit has sent and may still change."""
    found = [one for one in turn.reads.submitted(turn.me.unit.id, 100) if one.state != "approved"][:_REPORTS]
    choices = [
        Choice(
            say("view.label", form=title_of(turn, one.form), period=Period.from_code(one.period).label),
            f"suabaocao {one.receipt}",
        )
        for one in found
    ]
    return say_only(say("view.correct_which" if found else "view.nothing_to_correct"), *choices)


COMMANDS = (
    Command("xem", _view, ("xem bao cao",)),
    Command("lichsu", _versions, ("lich su",)),
    Command("sosanh", _compare),
    Command("suabaocao", _correct),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
