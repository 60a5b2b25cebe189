"""A unit's report as it is filled in: the answers in hand, and how they are shown on a phone."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from json import dumps
from typing import Any

from handlers.periods import Due, due
from handlers.records.reports import Report, SaveAnswer
from handlers.reply import Choice
from handlers.texts import say
from handlers.turn import Conversation, Turn
from knowledge.forms.form import PROOFS, Form, Question
from knowledge.forms.rules import questions_for
from knowledge.forms.values import Problem, fits, show
from knowledge.period import Period

_SHORT = 160
"""Characters of a text shown in the review and as the present answer; the report keeps all of it."""
_LOOKED_AT = 60
"""Reports of a unit among which its last one is looked for: five years of months."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A draft in somebody's hands: the form, the period and the answers so far."""

    form: Form
    period: Period
    answers: Mapping[str, Any]
    only: tuple[str, ...] = ()
    """Questions to be answered (anew) before the review, by name and in this order, such as those staff sent back."""

    last: tuple[str, str] | None = None
    """The platform's key of the message that was taken as an answer last, and the name of its question."""

    def with_answer(self, question: Question, value: Any) -> Filling:
        """The same with one more answer; a question that had to be answered anew now is."""
        return replace(self, answers={**self.answers, question.name: value}).without(question)

    def without(self, question: Question) -> Filling:
        """The same, with this question settled."""
        return replace(self, only=tuple(name for name in self.only if name != question.name))

    @property
    def asked(self) -> Sequence[Question]:
        """The questions that are asked, given the answers so far."""
        return questions_for(self.form, self.answers)

    @property
    def answered(self) -> int:
        """How many of them have an answer, or were skipped."""
        return sum(question.name in self.answers for question in self.asked)

    @property
    def texts(self) -> Mapping[str, str]:
        """The answers in somebody's own words, by question name."""
        given = {one.name: self.answers.get(one.name) for one in self.asked if one.kind == "text"}
        return {name: text for name, text in given.items() if text is not None}

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
        kept: dict[str, Any] = {"only": list(self.only)} if self.only else {}
        kept |= {"last": list(self.last)} if self.last else {}
        return Conversation("report", step, {"form": self.form.name, "period": self.period.code, **kept, **data})


def filling(form: Form, report: Report, only: Sequence[str] = ()) -> Filling:
    """A report as something to fill in. Answers to questions that the form no longer asks are left out.

    ``only`` names the questions that :func:`ask_next` asks before it shows the review, whether or not they have
    an answer: so a cadre mends what staff marked, and nothing else.
    """
    names = {question.name for question in form.questions}
    answers = {name: value for name, value in report.working.items() if name in names}
    return Filling(form, Period.from_code(report.period), answers, tuple(name for name in only if name in names))


def about(draft: Filling, question: Question) -> str:
    """What a message is about that asks this question."""
    return f"report {draft.command} {question.name}"


def keep(turn: Turn, draft: Filling, name: str) -> SaveAnswer:
    """Save the draft's answer to the question of this name."""
    form, value = draft.form, draft.answers[name]
    return SaveAnswer(turn.me.unit.id, form.name, form.version, draft.period.code, name, value)


def last_report(turn: Turn, form: Form, period: Period) -> Report | None:
    """The unit's report for the latest earlier period of the same kind."""
    earlier = [
        (before, report)
        for report in turn.reads.submitted(turn.me.unit.id, _LOOKED_AT)
        if report.form == form.name
        and (before := Period.from_code(report.period)).kind == period.kind
        and before.start < period.start
    ]
    return max(earlier, key=lambda one: one[0].start)[1] if earlier else None


def answers_to_copy(form: Form, report: Report) -> dict[str, Any]:
    """What of an earlier report can be taken over: all answers that fit, but no files, which prove their own period."""
    return {
        question.name: report.answers[question.name]
        for question in form.questions
        if question.kind not in PROOFS
        and question.name in report.answers
        and fits(question, report.answers[question.name])
    }


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


def problem(found: Problem) -> str:
    """The sentence for what is wrong with an answer."""
    return say(f"report.problem_{found.reason}", **found.given)


def cancel() -> Choice:
    """Leave it."""
    return Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))
