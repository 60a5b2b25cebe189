"""What one sees while filling in a report: the screens of the report flow, and where each leaves the conversation."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from json import dumps
from typing import Any

from handlers.periods import Due, current, due
from handlers.records.reports import Report
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import KEEP, Conversation, Effect, Outcome, Turn
from knowledge.forms import NUMBERS, PROOFS, Form, Question
from knowledge.period import Period
from knowledge.values import NO, YES, Problem, first_open, show

_SHORT = 160
"""Characters of a text shown in the review and as the present answer; the report keeps all of it."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A draft in somebody's hands: the form, the period and the answers so far."""

    form: Form
    period: Period
    answers: Mapping[str, Any]
    only: tuple[str, ...] = ()
    """Questions to be answered (anew) before the review, by name and in this order, such as those staff sent back."""

    def with_answer(self, question: Question, value: Any) -> Filling:
        """The same with one more answer; a question that had to be answered anew now is."""
        return replace(self, answers={**self.answers, question.name: value}).without(question)

    def without(self, question: Question) -> Filling:
        """The same, with this question settled."""
        return replace(self, only=tuple(name for name in self.only if name != question.name))

    @property
    def command(self) -> str:
        """The words by which a button names this report."""
        return f"{self.form.name} {self.period.code}"

    @property
    def digest(self) -> str:
        """Changes with the answers, so that a button sends what was on the screen above it and nothing else."""
        return f"{zlib.crc32(dumps(self.answers, sort_keys=True).encode()):08x}"

    def at(self, step: str, **data: Any) -> Conversation:
        """The conversation at a step of this report."""
        only = {"only": list(self.only)} if self.only else {}
        return Conversation("report", step, {"form": self.form.name, "period": self.period.code, **only, **data})


def filling(form: Form, report: Report, only: Sequence[str] = ()) -> Filling:
    """A report as something to fill in. Answers to questions that the form no longer asks are left out.

    ``only`` names the questions that :func:`ask_next` asks before it shows the review, whether or not they have
    an answer: so a cadre mends what staff marked, and nothing else.
    """
    names = {question.name for question in form.questions}
    answers = {name: value for name, value in report.working.items() if name in names}
    return Filling(form, Period.from_code(report.period), answers, tuple(name for name in only if name in names))


def cancel() -> Choice:
    """Leave it."""
    return Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))


def choose_form(turn: Turn, note: str = "") -> Outcome:
    """Which form?"""
    choices = [Choice(form.title, f"baocao {form.name}") for form in turn.forms.values()]
    reply = Reply(say("report.choose_form", note=note), (*choices, cancel()))
    return Outcome((reply,), conversation=Conversation("report", "choose", {}))


def choose_period(turn: Turn, form: Form, note: str = "") -> Outcome:
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
    return Outcome((reply,), conversation=Conversation("report", "choose", {"form": form.name}))


def _sent(report: Report | None) -> bool:
    return report is not None and report.sent


def ask_next(turn: Turn, draft: Filling, note: str = "", effects: Sequence[Effect] = ()) -> Outcome:
    """What is to be answered anew, then the first question that is open, then the review."""
    anew = next((question for name in draft.only if (question := draft.form.question(name))), None)
    question = anew or first_open(draft.form, draft.answers)
    return ask(turn, draft, question, note, effects) if question else review(turn, draft, note, effects)


def ask(turn: Turn, draft: Filling, question: Question, note: str = "", effects: Sequence[Effect] = ()) -> Outcome:
    """One question, with what is to be said before it."""
    number = draft.form.questions.index(question) + 1
    given = draft.answers.get(question.name)
    text = say(
        "report.question",
        note=note,
        number=number,
        count=len(draft.form.questions),
        title=question.title,
        unit="đồng" if question.kind == "money" else question.unit,
        required=question.required,
        help="\n".join(filter(None, (question.help, _hint(question)))),
        current=shown(turn, question, given),
    )
    choices = tuple(_choices(draft, question, number, given))
    # Where a typed number is an answer, choices are typed by their key.
    reply = Reply(text, choices, numbered=question.kind not in {*NUMBERS, "text", "date"})
    return Outcome((reply,), tuple(effects), conversation=draft.at("answer", question=question.name))


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


def problem(found: Problem) -> str:
    """The sentence for what is wrong with an answer."""
    return say(f"report.problem_{found.reason}", **found.given)


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
    text = say(
        "report.review",
        note=note,
        form=draft.form.title,
        period=draft.period.label,
        unit=turn.me.unit.name,
        lines=[(one.title, shown(turn, one, draft.answers.get(one.name))) for one in draft.form.questions],
        day=when.day,
        late=when.late_on(turn.now.date()),
    )
    choices = (
        Choice(say("labels.send"), f"gui {draft.command} {draft.digest}", say("report.send_key")),
        Choice(say("labels.edit"), ":edit", say("report.edit_key")),
        Choice(say("report.later"), ":later", say("report.later_key")),
        cancel(),
    )
    return Outcome((Reply(text, choices, numbered=False),), tuple(effects), conversation=draft.at("review"))


def choose_edit(draft: Filling) -> Outcome:
    """Which answer is to be changed?"""
    choices = [Choice(question.title, f":edit {number}") for number, question in enumerate(draft.form.questions, 1)]
    reply = Reply(say("report.edit_which"), (*choices, Choice(say("labels.back"), ":again", say("labels.back_key"))))
    return Outcome((reply,), conversation=draft.at("review"))


def drop_or_keep(draft: Filling, step: Conversation) -> Outcome:
    """Cancelling loses answers, so it is asked; the conversation stays where it is."""
    choices = (
        Choice(say("report.go_on"), ":again"),
        Choice(say("report.later"), ":later", say("report.later_key")),
        Choice(say("report.drop"), ":drop"),
    )
    reply = Reply(say("report.drop_or_keep", answered=len(draft.answers)), choices)
    return Outcome((reply,), conversation=step)


def taken(form: Form, report: Report, *, unsaved: bool) -> Outcome:
    """Somebody else of the unit is at it."""
    draft = filling(form, report)
    text = say(
        "report.taken",
        person=report.holder_name,
        form=form.title,
        period=draft.period.label,
        answered=len(draft.answers),
        count=len(form.questions),
        at=report.updated_at,
        unsaved=unsaved,
    )
    choices = (Choice(say("report.take"), ":take"), Choice(say("report.leave"), ":leave"))
    return Outcome((Reply(text, choices),), conversation=draft.at("taken"))


def already(turn: Turn, form: Form, report: Report) -> Outcome:
    """It was submitted: the receipt, once more. A flow about another report goes on."""
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


def when_due(turn: Turn, form: Form, period: Period) -> Due:
    """When this report is due."""
    return due(form, period, turn.reads.deadlines())


def shown(turn: Turn, question: Question, value: Any) -> str:
    """An answer on the phone: files by their names, long texts cut."""
    if question.kind in PROOFS and value:
        return ", ".join(file_names(turn.reads.file, value))
    text = show(question, value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rstrip()}…"


def file_names(file: Callable[[int], Any], keys: Sequence[int]) -> list[str]:
    """The names of files by their keys."""
    return [known.name for key in keys if (known := file(key)) is not None]
