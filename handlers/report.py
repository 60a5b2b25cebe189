"""Filling in and sending a unit's report: /baocao, /nhap, /dagui.

The answers lie in the draft, saved with each turn; the conversation only says which question is open. So a draft
survives whatever happens to the conversation, and a colleague can go on with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from handlers.files import attached, refusal
from handlers.filling import (
    Filling,
    already,
    ask,
    ask_next,
    choose_edit,
    choose_form,
    choose_period,
    drop_or_keep,
    filling,
    options_of,
    problem,
    review,
    taken,
    view,
    warn,
    when_due,
)
from handlers.forms import form_for
from handlers.periods import Asked, asked, may_report_on
from handlers.receipts import new_receipt
from handlers.records.reports import (
    DropDraft,
    Report,
    ResubmitReport,
    SaveAnswer,
    StartDraft,
    SubmitReport,
    TakeOverDraft,
)
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Effect, Outcome, Turn, say_only
from knowledge.forms import PROOFS, Form, Question
from knowledge.period import Period, parse_period
from knowledge.personal import personal_numbers, redacted
from knowledge.values import YES, Problem, check, check_file, first_open, fits

_SHOWN: Final = 12
"""Submitted reports that /dagui lists: a phone screen."""


def _report(turn: Turn, words: str) -> Outcome:
    """/baocao [form] [period]: fill in a report, or go on with it."""
    if not turn.forms:
        return say_only(say("report.no_forms"))
    return _chosen(turn, asked(words, turn.forms, turn.now.date()))


def _chosen(turn: Turn, what: Asked) -> Outcome:
    note = say("report.not_understood") if what.rest else ""
    form = what.form or (next(iter(turn.forms.values())) if len(turn.forms) == 1 else None)
    if form is None:
        fitting = [one for one in turn.forms.values() if what.period and what.period.kind in one.periods]
        form = fitting[0] if len(fitting) == 1 and not what.rest else None
    if form is None:
        return choose_form(turn, note)
    if what.period is None:
        return choose_period(turn, form, note)
    if what.period.kind not in form.periods:
        return choose_period(turn, form, say("report.wrong_kind", period=what.period.label))
    if not may_report_on(form, what.period, turn.now.date()):
        return choose_period(turn, form, say("report.wrong_time", period=what.period.label))
    return _open(turn, form, what.period)


def _open(turn: Turn, form: Form, period: Period) -> Outcome:
    report = turn.reads.report(turn.me.unit.id, form.name, period.code)
    if report is None:
        return _begin(turn, form, period)
    form = form_for(turn, form.name, report.form_version) or form
    if not report.open:
        return already(turn, form, report)
    if report.holder_id != turn.me.id:
        return taken(form, report, unsaved=False)
    draft = filling(form, report)
    return ask_next(turn, draft, _resumed(draft) if draft.answers else "")


def _begin(turn: Turn, form: Form, period: Period) -> Outcome:
    when = when_due(turn, form, period)
    note = say(
        "report.begin",
        form=form.title,
        period=period.label,
        unit=turn.me.unit.name,
        day=when.day,
        late=when.late_on(turn.now.date()),
        count=len(form.questions),
    )
    start = StartDraft(turn.me.unit.id, form.name, form.version, period.code)
    return ask_next(turn, Filling(form, period, {}), note, (start,))


def _resumed(draft: Filling) -> str:
    answered, count = len(draft.answers), len(draft.form.questions)
    return say("report.resume", form=draft.form.title, period=draft.period.label, answered=answered, count=count)


def _step(turn: Turn) -> Outcome:
    """The next message in an open report."""
    assert turn.conversation is not None
    if turn.conversation.step == "choose":
        return _choose(turn, turn.conversation)
    name, period = turn.conversation.data["form"], Period.from_code(turn.conversation.data["period"])
    report = turn.reads.report(turn.me.unit.id, name, period.code)
    form = form_for(turn, name, report.form_version if report else None)
    if form is None:
        return Outcome((Reply(say("report.form_gone")),), conversation=None)
    if report is not None and not report.open:
        return already(turn, form, report)
    if report is not None and report.holder_id != turn.me.id:
        return _not_mine(turn, form, report)
    only = turn.conversation.data.get("only", ())
    draft = filling(form, report, only) if report else Filling(form, period, {})
    return _mine(turn, turn.conversation, draft)


def _choose(turn: Turn, step: Conversation) -> Outcome:
    """A form or a period is to be chosen, and something else than a button's command came."""
    form = turn.forms.get(step.data.get("form", ""))
    if turn.message.action == ":cancel":
        return Outcome((Reply(say("report.cancelled")),), conversation=None)
    if turn.message.action is not None:
        return choose_period(turn, form) if form else choose_form(turn)
    today = turn.now.date()
    what = asked(turn.message.text, turn.forms, today)
    if form and what.period is None and "month" in form.periods:
        # "10" is enough for a month.
        what = replace(what, period=parse_period(f"tháng {turn.message.text}", today))
    if what.form is None and what.period is None:
        note = say("report.not_understood")
        return choose_period(turn, form, note) if form else choose_form(turn, note)
    return _chosen(turn, Asked(what.form or form, what.period, ""))


def _not_mine(turn: Turn, form: Form, report: Report) -> Outcome:
    if turn.message.action == ":take":
        draft = filling(form, report)
        take = TakeOverDraft(turn.me.unit.id, form.name, report.period)
        return ask_next(turn, draft, say("report.took"), (take,))
    if turn.message.action in {":leave", ":cancel", ":later"}:
        return Outcome((Reply(say("report.left", person=report.holder_name)),), conversation=None)
    return taken(form, report, unsaved=turn.message.action is None)


def _mine(turn: Turn, step: Conversation, draft: Filling) -> Outcome:
    action = turn.message.action
    if action == ":later":
        return Outcome((Reply(say("report.saved_for_later")),), conversation=None)
    if action == ":cancel" and draft.answers:
        return drop_or_keep(draft, step)
    if action in {":drop", ":cancel"}:
        drop = DropDraft(turn.me.unit.id, draft.form.name, draft.period.code)
        text = say("report.dropped" if draft.answers else "report.cancelled")
        return Outcome((Reply(text),), (drop,), conversation=None)
    question = draft.form.question(step.data.get("question", ""))
    if turn.message.files:
        return _files(turn, draft, question)
    if question is None:
        return _reviewing(turn, draft)
    if step.step == "warn" and action in {":redact", ":as-is"}:
        text = step.data["text"]
        return _save(turn, draft, question, redacted(text) if action == ":redact" else text)
    if action is None:
        return _typed(turn, draft, question)
    return _tapped(turn, draft, question, action)


def _reviewing(turn: Turn, draft: Filling) -> Outcome:
    action, count = turn.message.action, len(draft.form.questions)
    if draft.only or first_open(draft.form, draft.answers):
        return ask_next(turn, draft)
    if action == ":edit":
        return choose_edit(draft)
    typed = turn.message.text if action is None else (action or "").removeprefix(":edit ")
    number = typed.strip(" .")
    if number.isdecimal() and len(number) < 4 and 1 <= int(number) <= count:
        return ask(turn, draft, draft.form.questions[int(number) - 1])
    return review(turn, draft, say("report.no_such_question", count=count) if action is None else "")


def _typed(turn: Turn, draft: Filling, question: Question) -> Outcome:
    value = check(question, turn.message.text, turn.now.date())
    if isinstance(value, Problem):
        return ask(turn, draft, question, problem(value))
    if question.kind == "text" and (numbers := personal_numbers(str(value))):
        return warn(draft, question, str(value), numbers)
    return _save(turn, draft, question, value)


def _tapped(turn: Turn, draft: Filling, question: Question, action: str) -> Outcome:
    given = draft.answers.get(question.name)
    match action.split():
        case [":back"]:
            place = draft.form.questions.index(question)
            return ask(turn, draft, draft.form.questions[max(place - 1, 0)])
        case [":skip"] if question.required:
            return ask(turn, draft, question, say("report.problem_required"))
        case [":skip"]:
            return _save(turn, draft, question, None)
        case [":clear"] if question.kind in PROOFS:
            draft = draft.with_answer(question, [])
            return ask(turn, draft, question, effects=(_keep(turn, draft, question),))
        case [":done"] if question.name in draft.answers and fits(question, given):
            return ask_next(turn, draft.without(question))
        case [":done"] if question.kind == "several":
            reason = Problem("too_few_options", {"least": question.minimum})
            return ask(turn, draft, question, problem(reason))
        case [":done"]:
            return ask(turn, draft, question, problem(Problem("needs_file" if question.kind in PROOFS else "empty")))
        case [":pick", place]:
            return _picked(turn, draft, question, place)
        case _:
            return ask(turn, draft, question)


def _picked(turn: Turn, draft: Filling, question: Question, place: str) -> Outcome:
    options = options_of(question)
    if not place.isdecimal() or not 1 <= int(place) <= len(options):
        return ask(turn, draft, question)  # the form file has changed since it was offered
    option = options[int(place) - 1]
    if question.kind != "several":
        return _save(turn, draft, question, option == YES if question.kind == "yes-no" else option)
    picked = set(draft.answers.get(question.name) or ()) ^ {option}
    draft = draft.with_answer(question, [one for one in options if one in picked])
    return ask(turn, draft, question, effects=(_keep(turn, draft, question),))


def _save(turn: Turn, draft: Filling, question: Question, value: Any) -> Outcome:
    draft = draft.with_answer(question, value)
    return ask_next(turn, draft, effects=(_keep(turn, draft, question),))


def _keep(turn: Turn, draft: Filling, question: Question) -> Effect:
    value = draft.answers[question.name]
    return SaveAnswer(turn.me.unit.id, draft.form.name, draft.form.version, draft.period.code, question.name, value)


def _files(turn: Turn, draft: Filling, asked_now: Question | None) -> Outcome:
    """Files go to the question that asks for them, even when they come early: nothing that was sent is lost."""
    here = asked_now if asked_now and asked_now.kind in PROOFS else None
    question = here or next((one for one in draft.form.questions if one.kind in PROOFS), None)
    if question is None:
        return _again(turn, draft, asked_now, say("report.files_unwanted"))
    notes, names = [], []
    keys: list[int] = list(draft.answers.get(question.name) or ())
    for file in turn.message.files:
        stored = attached(file)
        if stored is None:
            notes.append(refusal(file))
            continue
        added = check_file(question, stored.media_type, keys, stored.id)
        if isinstance(added, Problem):
            notes.append(problem(added))
            continue
        keys = added
        names.append(stored.name)
    effects: tuple[Effect, ...] = ()
    if names:
        draft = draft.with_answer(question, keys)
        effects = (_keep(turn, draft, question),)
        number = draft.form.questions.index(question) + 1
        got = say("report.files_got", names=names)
        notes.append(got if here else say("report.files_moved", names=names, number=number, title=question.title))
    return _again(turn, draft, asked_now, "\n".join(notes), effects)


def _again(
    turn: Turn, draft: Filling, question: Question | None, note: str, effects: tuple[Effect, ...] = ()
) -> Outcome:
    return ask(turn, draft, question, note, effects) if question else ask_next(turn, draft, note, effects)


def _send(turn: Turn, words: str) -> Outcome:
    """The button under a review. Tapped twice, or delivered twice, it answers with the same receipt."""
    what = asked(words, turn.forms, turn.now.date())
    if what.form is None or what.period is None:
        return _drafts(turn, "")
    report = turn.reads.report(turn.me.unit.id, what.form.name, what.period.code)
    if report is None or not report.open or report.holder_id != turn.me.id:
        return _open(turn, what.form, what.period)
    draft = filling(form_for(turn, report.form, report.form_version) or what.form, report)
    if first_open(draft.form, draft.answers) or what.rest != draft.digest:
        return ask_next(turn, draft, say("report.changed_meanwhile"))
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
    return Outcome((Reply(text, (view(receipt),)),), (submit,), conversation=None)


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
    return Outcome((Reply(text, (view(report.receipt),)),), (resubmit,), conversation=None)


def _drafts(turn: Turn, words: str) -> Outcome:
    """/nhap: go on with an unfinished report."""
    found = [report for report in turn.reads.drafts(turn.me.unit.id) if report.form in turn.forms]
    if not found:
        return say_only(say("report.no_drafts"))
    if len(found) == 1:
        return _open(turn, turn.forms[found[0].form], Period.from_code(found[0].period))
    found.sort(key=lambda report: report.holder_id != turn.me.id)
    choices = [
        Choice(
            say(
                "report.draft_label",
                form=turn.forms[report.form].title,
                period=Period.from_code(report.period).label,
                person="" if report.holder_id == turn.me.id else report.holder_name,
            ),
            f"baocao {report.form} {report.period}",
        )
        for report in found
    ]
    return say_only(say("report.drafts", count=len(found)), *choices)


def _filed(turn: Turn, words: str) -> Outcome:
    """/dagui: what my unit has submitted."""
    found = turn.reads.submitted(turn.me.unit.id, _SHOWN)
    if not found:
        return say_only(say("report.none_filed", unit=turn.me.unit.name))
    lines = [
        {
            "receipt": report.receipt,
            "form": turn.forms[report.form].title if report.form in turn.forms else report.form,
            "period": Period.from_code(report.period).label,
            "at": report.submitted_at,
            "late": report.late,
        }
        for report in found
    ]
    text = say("report.filed", unit=turn.me.unit.name, lines=lines, more=len(found) == _SHOWN)
    choices = [
        Choice(say("report.filed_label", form=line["form"], period=line["period"]), f"xem {line['receipt']}")
        for line in lines
    ]
    return say_only(text, *choices)


COMMANDS = (
    Command("baocao", _report, ("bao cao", "lam bao cao", "nop bao cao", "gui bao cao")),
    Command("gui", _send),
    Command("nhap", _drafts, ("ban nhap", "bao cao nhap", "lam tiep")),
    Command("dagui", _filed, ("da gui", "bao cao da gui", "da nop")),
)
FLOWS = {"report": _step}
