"""Which report: choosing the form and the period, and what is said where somebody else is at it or it was sent."""

from __future__ import annotations

from handlers.drafts.draft import cancel, filling
from handlers.periods import current
from handlers.records.reports import Report
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import KEEP, Conversation, Outcome, Turn
from knowledge.forms.form import Form
from knowledge.period import Period


def choose_form(turn: Turn, note: str = "", text: str = "") -> Outcome:
    """Which form? ``text`` is a whole report in one message, which waits for the answer."""
    choices = [Choice(form.title, f"baocao {form.name}") for form in turn.forms.values()]
    reply = Reply(say("report.choose_form", note=note), (*choices, cancel()))
    return Outcome((reply,), conversation=Conversation("report", "choose", {"text": text} if text else {}))


def choose_period(turn: Turn, form: Form, note: str = "", text: str = "") -> Outcome:
    """For which period? What is due and not filed comes first."""
    found = current(form, turn.reads.deadlines(), turn.now.date())
    known = {one.period: turn.reads.report(turn.me.unit.id, form.name, one.period.code) for one in found}
    found.sort(key=lambda one: _sent(known[one.period]))
    choices = [
        Choice(
            say(
                "report.period_label",
                period=one.period.label,
                day=one.day,
                late=one.late_on(turn.now.date()),
                filed=_sent(known[one.period]),
                drafted=(report := known[one.period]) is not None and not report.sent,
            ),
            f"baocao {form.name} {one.period.code}",
        )
        for one in found
    ]
    example = found[0].period.previous().label
    reply = Reply(say("report.choose_period", note=note, form=form.title, example=example), (*choices, cancel()))
    return Outcome(
        (reply,), conversation=Conversation("report", "choose", {"form": form.name, **({"text": text} if text else {})})
    )


def _sent(report: Report | None) -> bool:
    return report is not None and report.sent


def taken(form: Form, report: Report, *, unsaved: bool, message: str = "") -> Outcome:
    """Somebody else of the unit is at it. ``message`` is a report in one message, which waits for the answer."""
    draft = filling(form, report)
    text = say(
        "report.taken",
        person=report.holder_name,
        form=form.title,
        period=draft.period.label,
        answered=draft.answered,
        count=len(draft.asked),
        at=report.updated_at,
        unsaved=unsaved,
    )
    choices = (Choice(say("report.take"), ":take"), Choice(say("report.leave"), ":leave"))
    return Outcome((Reply(text, choices),), conversation=draft.at("taken", **({"texts": [message]} if message else {})))


def already(turn: Turn, form: Form, report: Report, *, unsaved: bool = False) -> Outcome:
    """It was submitted: the receipt, once more. A flow about another report goes on.

    ``unsaved``: the message held answers, and they were not taken.
    """
    text = say(
        "report.already",
        unit=report.unit.name,
        form=form.title,
        period=Period.from_code(report.period).label,
        at=report.submitted_at,
        person=report.person_name,
        late=report.late,
        receipt=report.receipt,
        state=report.state,
        reason=report.reason,
        unsaved=unsaved,
    )
    here = turn.conversation
    mine = here is not None and here.flow == "report" and here.data.get("period") in {None, report.period}
    correct = () if report.state == "approved" else (correction_of(report),)
    return Outcome((Reply(text, (view(report.receipt), *correct)),), conversation=None if mine else KEEP)


def view(receipt: str | None) -> Choice:
    """Look at a submitted report."""
    return Choice(say("report.view"), f"xem {receipt}")


def correction_of(report: Report) -> Choice:
    """Prepare another version of what was sent. The button is good for this version only."""
    return Choice(say("report.correct"), f"suabaocao {report.receipt} {report.version}")
