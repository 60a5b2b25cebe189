"""A sent report as it is shown: its answers, where it stands, what changed in it, and what strikes the eye."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from handlers.forms.versions import form_for
from handlers.permissions import scope, units_for
from handlers.receipts import read_receipt
from handlers.records.files import StoredFile
from handlers.records.people import Unit
from handlers.records.reports import WAITING, Report
from handlers.reply import Choice
from handlers.texts import say
from handlers.turn import Outcome, Turn, say_only
from handlers.units import present_unit, with_former
from knowledge.forms.catalogue import Catalogue
from knowledge.forms.form import PROOFS, Form, Question
from knowledge.forms.rules import disagreements, jumps, questions_for
from knowledge.forms.values import show, show_number
from knowledge.period import Period

_LOOKED_AT: Final = 60
"""Reports of a unit among which its last round is looked for."""


def form_of(turn: Turn, report: Report) -> Form | None:
    """The form on which it was written; ``None`` where nobody knows it any more."""
    return form_for(turn, report.form, report.form_version)


def title_of(turn: Turn, form: str) -> str:
    """A form's title, or its name where the form is gone."""
    known = form_for(turn, form) or (turn.forms.last(form) if isinstance(turn.forms, Catalogue) else None)
    return known.title if known else form


def units_seen(turn: Turn, action: str) -> list[Unit]:
    """The units on whose reports this person may do it, with those that were merged into them."""
    return with_former(units_for(turn.me, action, turn.reads), turn.reads.former_units())


def named(turn: Turn, words: str, action: str) -> Report | Outcome:
    """The report whose receipt number comes first, if it lies within one's units, or what is wrong with the number.

    What exists outside of one's units is not told either.
    """
    receipt = words.split(" ", 1)[0]
    if not receipt:
        return say_only(say("view.which_receipt", command=action))
    read = read_receipt(words) or read_receipt(receipt)
    if read is None or not read[1]:
        return say_only(say("view.wrong_receipt", receipt=receipt[:20]))
    report = turn.reads.report_by_receipt(read[0])
    if report is None or report.unit.id not in {unit.id for unit in units_seen(turn, action)}:
        return say_only(say("view.no_report", receipt=read[0]))
    return report


def heading(turn: Turn, report: Report) -> str:
    """Which report it is, who sent it when, and where it stands."""
    now = present_unit(turn.reads, report.unit)
    return say(
        "view.heading",
        form=title_of(turn, report.form),
        period=Period.from_code(report.period).label,
        unit=report.unit.name,
        now=now.name if now.id != report.unit.id else "",
        receipt=report.receipt,
        version=report.version,
        person=report.person_name,
        at=report.submitted_at,
        late=report.late,
        state=state_of(report),
    )


def state_of(report: Report) -> str:
    """Where it stands, in words."""
    correcting = report.correction.person_name if report.correction else ""
    return say(f"view.state_{report.state}", reason=report.reason, correcting=correcting)


def answers_of(turn: Turn, report: Report, most: int = 0) -> list[tuple[str, str]]:
    """Title and answer of each question that was asked; long answers cut after so many characters."""
    form = form_of(turn, report)
    asked = questions_for(form, report.answers) if form else ()
    return [(one.title, _cut(show(one, report.answers.get(one.name)), most)) for one in asked]


def _cut(text: str, most: int) -> str:
    return f"{text[:most].rstrip()}…" if most and len(text) > most else text


def proofs_of(turn: Turn, report: Report) -> tuple[StoredFile, ...]:
    """The files that were sent with it."""
    form = form_of(turn, report)
    keys = [
        key
        for question in (form.questions if form else ())
        if question.kind in PROOFS
        for key in report.answers.get(question.name) or ()
    ]
    return tuple(file for key in keys if (file := turn.reads.file(key)) is not None)


def flags_of(turn: Turn, report: Report) -> list[str]:
    """What a reviewer should look at: late, numbers that jump against the last period, sums that disagree."""
    flags = [say("review.flag_late")] if report.late else []
    form = form_of(turn, report)
    if form is None:
        return flags
    titles = {one.name: one.title for one in form.questions}
    before = last_period(turn, report)
    for jump in jumps(form, report.answers, before.answers if before else {}):
        was, now = (show_number(jump.question, number) for number in (jump.before, jump.now))
        flags.append(say("review.flag_jump", title=jump.question.title, was=was, now=now))
    for one in disagreements(form, report.answers):
        others = " + ".join(titles[name] for name in one.check.others)
        flags.append(say("review.flag_sum", title=titles[one.check.name], sign=one.check.sign, others=others))
    return flags


def last_period(turn: Turn, report: Report) -> Report | None:
    """What the unit sent for the period before; of reports that are asked for now and then, in the round before."""
    period = Period.from_code(report.period)
    if period.kind == "ad-hoc":
        rounds = [
            (Period.from_code(one.period).start, one)
            for one in turn.reads.submitted(report.unit.id, _LOOKED_AT)
            if one.form == report.form and Period.from_code(one.period).kind == "ad-hoc"
        ]
        return max((one for one in rounds if one[0] < period.start), key=lambda one: one[0], default=(None, None))[1]
    found = turn.reads.report(report.unit.id, report.form, period.previous().code)
    return found if found is not None and found.sent else None


def differences(
    turn: Turn, forms: tuple[Form | None, Form | None], old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[str]:
    """A line for each answer that is another one in ``new``; of lists, what was added and what was removed.

    ``forms``: on which each was written.
    """
    questions: dict[str, Question] = {}
    for form in reversed(forms):
        for question in form.questions if form else ():
            questions.setdefault(question.name, question)
    lines = []
    for name, question in questions.items():
        was, now = old.get(name), new.get(name)
        if (was or None) == (now or None) and was == now:
            continue
        if isinstance(was, list) or isinstance(now, list):
            added = _names(turn, question, [one for one in now or () if one not in (was or ())])
            removed = _names(turn, question, [one for one in was or () if one not in (now or ())])
            if added or removed:
                lines.append(say("view.list_changed", title=question.title, added=added, removed=removed))
            continue
        lines.append(say("view.changed", title=question.title, was=show(question, was), now=show(question, now)))
    return lines


def _names(turn: Turn, question: Question, values: Sequence[Any]) -> list[str]:
    if question.kind not in PROOFS:
        return [str(value) for value in values]
    return [file.name for key in values if (file := turn.reads.file(key)) is not None]


def review_choices(turn: Turn, report: Report) -> list[Choice]:
    """What a reviewer can do with it now; each good for this version only."""
    if scope(turn.me, "chapnhan") is None:
        return []
    version = f"{report.receipt} {report.version}"
    approve = [Choice(say("review.approve"), f"chapnhan {version}")] if report.state in WAITING else []
    giving_back = Choice(say("review.give_back"), f"tralai {version}")
    return [*approve, *([giving_back] if report.state != "returned" and can_mend(turn, report) else [])]


def can_mend(turn: Turn, report: Report) -> bool:
    """Whether its unit is still there to mend it."""
    return present_unit(turn.reads, report.unit).id == report.unit.id
