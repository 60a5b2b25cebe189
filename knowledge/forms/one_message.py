"""A whole report in one message: "tháng 10: 2 mô hình mới, 3 buổi đối thoại, 120 người, khó khăn: thiếu kinh phí".

People write a number before or after what it counts, with or without accents and separators, or send back the lines of
a review with something changed. What is read is shown to them before it counts, and so is what is not: nothing
is lost, and where words could mean two questions neither is taken.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from knowledge.fold import fold
from knowledge.forms.counts import begins_with_number, counts, none_end
from knowledge.forms.form import NUMBERS, PROOFS, Form, Question
from knowledge.forms.heading import period_within, read_heading
from knowledge.forms.labels import Meaning, idle, meaning, named_at
from knowledge.forms.review_lines import BLANK, UNANSWERED, bare, lines, read_line, trimmed
from knowledge.forms.values import Problem, Value, check, clean
from knowledge.period import Period

_LONGEST_LABEL: Final = 9


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words that mean a question whose answer they cannot be: too large, not exact, said twice."""

    question: Question
    words: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words whose number could answer several questions."""

    words: str
    value: str
    questions: tuple[Question, ...]


@dataclass(slots=True)
class Read:
    """What a message says. Words are quoted as they were written."""

    period: Period | None = None
    answers: dict[str, Value | None] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    named: bool = False
    """Whether it names the form."""


def read_message(form: Form, text: str, today: dt.date) -> Read:
    """Read a message as answers to a form's questions."""
    text = clean(text)
    reader = _Reader(form, text, bare(text), today)
    loose = []
    for start, end in lines(text):
        numbered = read_line(form, text, reader.bare, start, end)
        if numbered is None:
            loose.append((start, end))
        else:
            reader.take(numbered[0], text[start:end], numbered[1])
    for place, (start, end) in enumerate(loose):
        if place and loose[place - 1][1] + 1 != start:
            reader.close()  # a numbered line stood between
        reader.loose(start, end)
    reader.close()
    for doubt in reader.read.doubts:
        if doubt.problem.reason == "twice":
            reader.read.answers.pop(doubt.question.name, None)
    return reader.read


_BULLET: Final = re.compile(r"\s*(?:[-+*•–]\s*|\d{1,2}[.)]\s+(?=\S))?")
_SEPARATOR: Final = re.compile(
    r"[;\n|•]|(?<!\d),|,(?!\d)|\.(?=\s|$)|\s[-–+]\s(?!\d)|(?<!\d)\s[-–+]\s|\s(?:va|voi|cung)\s+(?=(?:\d|khoang))|(?<=[a-z])\.(?=\d)"
)
_COLON: Final = re.compile(r"[:=]\s*")
_BLANKS: Final = re.compile(r"\s*")
_AFTER_LABEL: Final = re.compile(r"\s*(?:[:=]|(?:la|gom|co|duoc|dat)\b)?\s*")


class _Reader:
    """Goes through one message."""

    def __init__(self, form: Form, text: str, folded: str, today: dt.date) -> None:
        self.form, self.text, self.bare, self.today = form, text, folded, today
        self.read = Read()
        self.first: dict[str, str] = {}
        """The words of the first answer to each question."""
        self.open: tuple[Question, int, int, int] | None = None
        """A text or several choices that further words may go on with: from where, from where its value, up to."""

    def take(self, question: Question, words: str, value: str) -> None:
        """An answer, or what is wrong with it."""
        if question.kind in PROOFS or value.strip() == UNANSWERED:
            return
        answer: Value | Problem | None = None
        if value.strip() != BLANK or question.required:
            answer = check(question, value, self.today)
        if isinstance(answer, Problem):
            self.read.doubts.append(Doubt(question, words.strip(), answer))
            return
        known = self.read.answers
        first = self.first.setdefault(question.name, words.strip())
        if known.setdefault(question.name, answer) != answer:
            self.read.doubts.append(Doubt(question, f"{first} / {words.strip()}", Problem("twice")))

    def loose(self, start: int, end: int) -> None:
        """A line in somebody's own words, part by part."""
        bullet = _BULLET.match(self.bare, start, end)
        at = bullet.end() if bullet else start
        anew = True
        for stop, following in self._parts(at, end):
            self.part(at, stop, anew)
            anew = not self.bare[stop:following].startswith(",")
            at = following

    def _parts(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where each part of a line ends and the next begins: at separators, and before a label with its colon."""
        named = named_at(self.form, self.bare, start, end)
        marks = [(begin, begin) for begin, _ in named if not idle(self.bare[start:begin])]
        for match in _SEPARATOR.finditer(self.bare, start, end):
            if not any(begin <= match.start() < colon for begin, colon in named):  # "Khó khăn, vướng mắc: …"
                marks.append((match.start(), match.end()))
        yield from sorted(marks)
        yield end, end

    def part(self, start: int, end: int, anew: bool) -> None:
        """One part: what it names is taken; else it goes on with the text before it, or is not understood.

        A part after a comma, and not ``anew``, goes on with a text unless it plainly names a question.
        """
        start, end = trimmed(self.text, start, end)
        if start >= end:
            return
        if self.open is None or anew:
            start = self._heading(start, end)
        if start >= end:
            return
        text = self._text_label(start, end)
        if text < end:
            self.part(start, text, anew)
            start = text
        if not (self._labelled(start, end, anew) or self._numbers(start, end, anew) or self._option(start, end)):
            self._unread(start, end)

    def _heading(self, start: int, end: int) -> int:
        """Where the answers begin, after greetings, the form's name and the period."""
        heading = read_heading(self.form, self.text, self.bare, start, end, self.today, self.read.period)
        self.read.period = heading.period
        self.read.named |= heading.named
        return heading.end

    def _labelled(self, start: int, end: int, anew: bool = True) -> bool:
        """Words for a question, then its answer: "khó khăn: thiếu kinh phí", "đối thoại 3 buổi"."""
        colon = _COLON.search(self.bare, start, end)
        if colon:
            found = meaning(self.form, self.bare[start : colon.start()])
            if found.questions:
                return self._given(found, start, colon.end(), end)
        for stop in self._label_ends(start, end) if anew or self.open is None else ():
            found = meaning(self.form, self.bare[start:stop], exactly=True)
            if len(found.questions) != 1:
                continue
            question = found.questions[0]
            for gap in (_AFTER_LABEL, _BLANKS):
                value = gap.match(self.bare, stop, end).end()  # type: ignore[union-attr]  # both match nothing, too
                read = check(question, self.text[value:end], self.today)
                if not isinstance(read, Problem):
                    return self._given(found, start, value, end)
        return False

    def _option(self, start: int, end: int) -> bool:
        """Just an option of a choice: "hoàn thành tốt"."""
        typed = self.bare[start:end].strip(" .!")
        asking = [
            question
            for question in self.form.questions
            if question.kind == "choice" and typed in [fold(option) for option in question.options]
        ]
        if len(asking) != 1:
            return False
        self.close()
        self.take(asking[0], self.text[start:end], typed)
        return True

    def _label_ends(self, start: int, end: int) -> list[int]:
        """After which of the first words a label could end, the longest first."""
        ends = [start + match.end() for match in re.finditer(r"[a-z0-9]+", self.bare[start:end])]
        return ends[:_LONGEST_LABEL][::-1]

    def _given(self, found: Meaning, start: int, value: int, end: int) -> bool:
        if len(found.questions) > 1:
            self.close()
            words = self.text[value:end].strip()
            self.read.unclear.append(Unclear(self.text[start:end].strip(), words, found.questions))
            return True
        question = found.questions[0]
        self.close()
        if question.kind in {"text", "several"}:
            self.open = (question, start, value, end)
        elif value < end:
            self.take(question, self.text[start:end], self.text[value:end])
        else:
            return False
        self._extra(found, start, end)
        return True

    def _numbers(self, start: int, end: int, anew: bool) -> bool:
        """Numbers with what they count, before or after them."""
        found = [
            (meaning(self.form, count.words, NUMBERS), count)
            for count in counts(self.form, self.text, self.bare, start, end)
        ]
        if not found:
            return False
        if self.open is not None and not anew and not all(named.exact for named, _ in found):
            return False  # in a text there are numbers too
        if not any(named.questions for named, _ in found):
            return self._none(start, end)
        self.close()
        for named, count in found:
            if not named.questions:
                self._tail(count.start, count.end)
            elif len(named.questions) > 1:
                words = self.text[count.start : count.end].strip()
                self.read.unclear.append(Unclear(words, count.number, named.questions))
            else:
                self.take(named.questions[0], self.text[count.start : count.end], count.typed)
                self._extra(named, count.start, count.end)
        return True

    def _tail(self, start: int, end: int) -> None:
        if not self._labelled(start, end):
            self.read.unread.append(self.text[start:end].strip())

    def _none(self, start: int, end: int) -> bool:
        """ "Không có khó khăn" answers a text question as it stands."""
        none = none_end(self.bare, start, end)
        if none is None:
            return False
        found = meaning(self.form, self.bare[none:end], frozenset({"text"}), exactly=True)
        if len(found.questions) != 1:
            return False
        self.close()
        self.take(found.questions[0], self.text[start:end], self.text[start:end])
        return True

    def _text_label(self, start: int, end: int) -> int:
        """Where after a number and its words a text begins: "120 người khó khăn thiếu kinh phí"."""
        if self.open is not None or not begins_with_number(self.text, self.bare, start, end):
            return end
        none = none_end(self.bare, start, end)  # "không có khó khăn" is one answer
        words = [(start + word.start(), start + word.end()) for word in re.finditer(r"[a-z]+", self.bare[start:end])]
        for place, (at, _) in enumerate(words[1:], 1):
            for _, stop in words[place : place + 4]:
                named = meaning(self.form, self.bare[at:stop], frozenset({"text"}), exactly=True)
                if named.questions:
                    return end if none is not None and at <= none + 1 else at
        return end

    def _extra(self, found: Meaning, start: int, end: int) -> None:
        if found.extra:
            self.read.unread.append(self.text[start:end].strip())

    def _unread(self, start: int, end: int) -> None:
        if self.open is not None:
            question, begin, value, _ = self.open
            self.open = (question, begin, value, end)
        else:
            if not (self.read.answers or self.read.doubts or self.read.unclear):
                self.read.period = self.read.period or period_within(self.text, self.bare, start, end, self.today)
            self.read.unread.append(self.text[start:end].strip())

    def close(self) -> None:
        """The text that was open is complete."""
        if self.open is None:
            return
        question, start, value, end = self.open
        self.open = None
        self.take(question, self.text[start:end], self.text[value:end])
