"""What one sees while filling in a report: a question, the review, and where each leaves the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from handlers.drafts.draft import Filling, about, answers_to_copy, cancel, filling, keep, last_report, shown, when_due
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Conversation, Effect, Outcome, Turn
from knowledge.forms.form import NUMBERS, PROOFS, Question
from knowledge.forms.review_lines import BLANK, UNANSWERED, line
from knowledge.forms.rules import Disagreement, Jump, disagreements, jumps
from knowledge.forms.values import NO, YES, first_open, show_number
from knowledge.numbers import format_number
from knowledge.period import Period
from knowledge.personal import personal_numbers

__all__ = ["Filling", "ask", "ask_next", "filling", "review"]


def ask_next(turn: Turn, draft: Filling, note: str = "", effects: Sequence[Effect] = ()) -> Outcome:
    """What is to be answered anew, then the first question that is open, then the review."""
    asked = {question.name: question for question in draft.asked}
    anew = next((asked[name] for name in draft.only if name in asked), None)
    question = anew or first_open(draft.form, draft.answers)
    return ask(turn, draft, question, note, effects) if question else review(turn, draft, note, effects)


def ask(turn: Turn, draft: Filling, question: Question, note: str = "", effects: Sequence[Effect] = ()) -> Outcome:
    """One question, with what is to be said before it."""
    number = draft.asked.index(question) + 1
    given = draft.answers.get(question.name)
    last = None if draft.answers else last_report(turn, draft.form, draft.period)
    text = say(
        "report.question",
        note=note,
        number=number,
        count=len(draft.asked),
        title=question.title,
        unit="đồng" if question.kind == "money" else question.unit,
        required=question.required,
        help="\n".join(filter(None, (question.help, _hint(question)))),
        current=shown(turn, question, given),
        last=Period.from_code(last.period).label if last else None,
    )
    choices = tuple(_choices(draft, question, number, given))
    if last:
        choices = (Choice(say("report.copy"), ":copy", say("report.copy_key")), *choices)
    # Where a typed number is an answer, choices are typed by their key.
    reply = Reply(text, choices, numbered=question.kind not in {*NUMBERS, "text", "date"}, about=about(draft, question))
    return Outcome((reply,), tuple(effects), conversation=draft.at("answer", question=question.name))


def explain(turn: Turn, draft: Filling, question: Question) -> Outcome:
    """The question again, with all that helps to answer it."""
    note = say(
        "report.explain",
        kind=question.kind,
        title=question.title,
        required=question.required,
        least=question.minimum,
        most=show_number(question, Decimal(question.maximum)) if question.kind in NUMBERS else question.maximum,
        options=question.options,
        jump=question.jump,
    )
    return ask(turn, draft, question, note)


def _hint(question: Question) -> str:
    return say("report.pick_several") if question.kind == "several" else ""


def _choices(draft: Filling, question: Question, number: int, given: Any) -> Iterable[Choice]:
    for place, option in enumerate(options_of(question), 1):
        picked = question.kind == "several" and option in (given or ())
        yield Choice(say("report.picked", option=option) if picked else option, f":pick {place}")
    if question.kind == "several" or (question.kind in PROOFS and given):
        yield Choice(say("report.done"), ":done", say("report.done_key"))
    elif question.name in draft.answers and given is not None:
        yield Choice(say("report.keep"), ":done", say("report.keep_key"))
    if question.kind in PROOFS and given:
        yield Choice(say("report.clear"), ":clear", say("report.clear_key"))
    if number > 1:
        yield Choice(say("labels.back"), ":back", say("labels.back_key"))
    if not question.required and not (question.kind in PROOFS and given):
        label = say("report.leave_empty") if given is not None else say("labels.skip")
        yield Choice(label, ":skip", say("labels.skip_key"))
    yield cancel()


def options_of(question: Question) -> tuple[str, ...]:
    """What can be tapped as an answer."""
    return (YES, NO) if question.kind == "yes-no" else question.options


def warn(draft: Filling, question: Question, text: str, numbers: Sequence[str]) -> Outcome:
    """The answer holds personal numbers: drop them, keep them, or answer anew."""
    choices = (
        Choice(say("report.redact"), ":redact"),
        Choice(say("report.as_is"), ":as-is"),
        Choice(say("labels.back"), ":again", say("labels.back_key")),
    )
    reply = Reply(say("report.warn", numbers=numbers), choices)
    return Outcome((reply,), conversation=draft.at("warn", question=question.name, text=text))


def review(turn: Turn, draft: Filling, note: str = "", effects: Sequence[Effect] = ()) -> Outcome:
    """All answers before they are sent. The button that sends is good for these answers only, and for ever."""
    when = when_due(turn, draft.form, draft.period)
    last = last_report(turn, draft.form, draft.period)
    wrong = disagreements(draft.form, draft.answers)
    missing = first_open(draft.form, draft.answers) is not None
    numbers = personal_numbers("\n".join(draft.texts.values()))
    text = say(
        "report.review",
        note=note,
        form=draft.form.title,
        period=draft.period.label,
        unit=turn.me.unit.name,
        lines=_lines(turn, draft),
        last=Period.from_code(last.period).label if last else None,
        copied=_as_before(draft, last.answers) if last else (),
        jumps=[_jump(draft, jump) for jump in jumps(draft.form, draft.answers, last.answers)] if last else (),
        wrong=[_disagreement(draft, one) for one in wrong],
        day=when.day,
        late=when.late_on(turn.now.date()),
        missing=missing,
        numbers=numbers,
    )
    send = Choice(say("labels.send"), f"gui {draft.command} {draft.digest}", say("report.send_key"))
    go_on = Choice(say("report.go_on"), ":next", say("report.go_on_key"))
    choices = (
        *((go_on,) if missing else () if wrong else (send,)),
        Choice(say("labels.edit"), ":edit", say("report.edit_key")),
        *((Choice(say("report.redact"), ":redact", say("report.redact_key")),) if numbers else ()),
        Choice(say("report.later"), ":later", say("report.later_key")),
        cancel(),
    )
    return Outcome((Reply(text, choices, numbered=False),), tuple(effects), conversation=draft.at("review"))


def _lines(turn: Turn, draft: Filling) -> list[str]:
    """Each question with its answer, as ``knowledge.forms.one_message`` reads them back."""
    lines = []
    for number, question in enumerate(draft.asked, 1):
        missing = BLANK if question.name in draft.answers else UNANSWERED
        lines.append(line(number, question, shown(turn, question, draft.answers.get(question.name)) or missing))
    return lines


def _as_before(draft: Filling, before: Mapping[str, Any]) -> list[int]:
    """The numbers of texts and days that are just the last period's: perhaps copied, and to be looked at."""
    return [
        number
        for number, question in enumerate(draft.asked, 1)
        if question.kind in {"text", "date"}
        and draft.answers.get(question.name) is not None
        and draft.answers[question.name] == before.get(question.name)
    ]


def _jump(draft: Filling, jump: Jump) -> dict[str, Any]:
    return {
        "number": draft.asked.index(jump.question) + 1,
        "title": jump.question.title,
        "before": format_number(jump.before),
        "now": format_number(jump.now),
    }


def _disagreement(draft: Filling, one: Disagreement) -> dict[str, Any]:
    titles = {question.name: question.title for question in draft.asked}
    return {
        "title": titles[one.check.name],
        "amount": format_number(one.amount),
        "sign": one.check.sign,
        "others": [titles[name] for name in one.check.others if name in titles],
        "sum": format_number(one.sum),
    }


def sure(turn: Turn, draft: Filling, found: Sequence[Jump]) -> Outcome:
    """Numbers that are many times the last period's are asked back before the report is sent."""
    lines = [_jump(draft, jump) for jump in found]
    right = Choice(say("report.jump_right"), f"gui {draft.command} {draft.digest} dung", say("report.right_key"))
    edits = [Choice(say("report.edit_number", number=one["number"]), f":edit {one['number']}") for one in lines]
    reply = Reply(say("report.sure", lines=lines), (right, *edits), numbered=False)
    return Outcome((reply,), conversation=draft.at("review"))


def copied(turn: Turn, draft: Filling) -> Outcome:
    """The last period's answers become this draft's, to be changed where something changed."""
    last = last_report(turn, draft.form, draft.period)
    if last is None or draft.answers:
        return ask_next(turn, draft)
    draft = Filling(draft.form, draft.period, answers_to_copy(draft.form, last))
    note = say("report.copied", last=Period.from_code(last.period).label)
    effects = [keep(turn, draft, name) for name in draft.answers]
    return review(turn, draft, note, effects)


def choose_edit(draft: Filling) -> Outcome:
    """Which answer is to be changed?"""
    choices = [Choice(question.title, f":edit {number}") for number, question in enumerate(draft.asked, 1)]
    reply = Reply(say("report.edit_which"), (*choices, Choice(say("labels.back"), ":again", say("labels.back_key"))))
    return Outcome((reply,), conversation=draft.at("review"))


def drop_or_keep(draft: Filling, step: Conversation) -> Outcome:
    """Cancelling loses answers, so it is asked; the conversation stays where it is."""
    choices = (
        Choice(say("report.go_on"), ":again"),
        Choice(say("report.later"), ":later", say("report.later_key")),
        Choice(say("report.drop"), ":drop"),
    )
    reply = Reply(say("report.drop_or_keep", answered=draft.answered), choices)
    return Outcome((reply,), conversation=step)
