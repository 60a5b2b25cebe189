"""Sending a report: what is checked before, and the receipt."""

from __future__ import annotations

from dataclasses import replace

from handlers.drafts.choosing import view
from handlers.drafts.draft import Filling, filling, keep, last_report, when_due
from handlers.drafts.filling import ask_next, review, sure
from handlers.forms.versions import form_for, forms_in_hand
from handlers.periods import asked
from handlers.receipts import new_receipt
from handlers.records.reports import Report, ResubmitReport, SubmitReport
from handlers.reply import Reply
from handlers.report.lists import drafts
from handlers.report.opening import open_report
from handlers.texts import say
from handlers.turn import Effect, Outcome, Turn
from knowledge.forms.rules import disagreements, jumps
from knowledge.forms.values import first_open


def send(turn: Turn, words: str) -> Outcome:
    """The button under a review. Tapped twice, or delivered twice, it answers with the same receipt."""
    what = asked(words, forms_in_hand(turn), turn.now.date())
    if what.form is None or what.period is None:
        return drafts(turn, "")
    report = turn.reads.report(turn.me.unit.id, what.form.name, what.period.code)
    if report is None or not report.open or report.holder_id != turn.me.id:
        return open_report(turn, what.form, what.period)
    draft = filling(form_for(turn, report.form, report.form_version) or what.form, report)
    digest, _, confirmed = what.rest.partition(" ")
    if first_open(draft.form, draft.answers) or digest != draft.digest:
        return ask_next(turn, draft, say("report.changed_meanwhile"))
    if disagreements(draft.form, draft.answers):
        return review(turn, draft)
    last = last_report(turn, draft.form, draft.period)
    if last and not confirmed and (found := jumps(draft.form, draft.answers, last.answers)):
        return sure(turn, draft, found)
    if report.sent:
        return _resend(turn, draft, report)
    late = when_due(turn, draft.form, draft.period).late_on(turn.now.date())
    receipt = new_receipt(turn.now.year, turn.fresh)
    text = say(
        "report.receipt",
        form=draft.form.title,
        period=draft.period.label,
        unit=turn.me.unit.name,
        late=late,
        receipt=receipt,
    )
    submit = SubmitReport(turn.me.unit.id, draft.form.name, draft.period.code, receipt, late)
    return Outcome((Reply(text, (view(receipt),)),), (*_unasked(turn, draft), submit), conversation=None)


def _resend(turn: Turn, draft: Filling, report: Report) -> Outcome:
    """A correction takes the place of what was sent, under the same receipt number."""
    assert report.receipt is not None
    text = say(
        "report.resent",
        form=draft.form.title,
        period=draft.period.label,
        unit=turn.me.unit.name,
        version=report.version + 1,
        receipt=report.receipt,
    )
    resubmit = ResubmitReport(turn.me.unit.id, draft.form.name, draft.period.code)
    return Outcome((Reply(text, (view(report.receipt),)),), (*_unasked(turn, draft), resubmit), conversation=None)


def _unasked(turn: Turn, draft: Filling) -> list[Effect]:
    """A report that is sent says of questions that were not asked that they were skipped, in whatever way it came."""
    names = {question.name for question in draft.form.questions} - {question.name for question in draft.asked}
    blank = replace(draft, answers={**draft.answers, **dict.fromkeys(names)})
    return [keep(turn, blank, name) for name in sorted(names) if draft.answers.get(name, ...) is not None]
