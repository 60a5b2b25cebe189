"""A whole report in one message: "tháng 10: 2 mô hình mới, 3 buổi đối thoại, 120 người, khó khăn: thiếu kinh phí".

People write a number before or after what it counts, with or without accents and separators, or send back the lines of
a review with something changed. What is read is shown to them before it counts, and so is what is not: nothing
is lost, and where words could mean two questions neither is taken.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from knowledge.fold import fold
from knowledge.forms.form import NUMBERS, PROOFS, Form, Question
from knowledge.forms.labels import Meaning, idle, meaning, named_at, words_of
from knowledge.forms.review_lines import BLANK, INDENT, UNANSWERED, bare, lines
from knowledge.forms.values import Problem, Value, check, clean
from knowledge.numbers import parse_number
from knowledge.period import Period, parse_period

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
        numbered = reader.numbered(start, end)
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


_NUMBERED: Final = re.compile(r"\s*\d{1,2}[.)]\s*")
_ABOUT: Final = r"(?:(?:(?:vao |uoc |do |co )?khoang|uoc|(?:uoc |do )?chung|gan|hon|tren|duoi|tam)\s+(?=\d)|~\s*)?"
_SCALE: Final = (
    r"(?:\s?(?:ty|ti|trieu|tr|nghin|ngan|k|tram|chuc)(?![a-z])"
    r"(?:\d{1,3}(?![\d.,/])|\s\d{1,3}(?![\d.,/a-z]|\s+[a-z]))?(?:\s?ruoi)?)*"
)
_NUMBER: Final = re.compile(
    rf"(?<![\d.,/a-z])(?:{_ABOUT}-?\d+(?:[.,]\d+)*(?:\s\d{{3}}(?![\d.,]))*{_SCALE}(?:\s?%)?"
    r"(?:\s?(?:-|den|toi)\s?\d+)?)(?![\d/]|[.,]\d|[a-z]+\d)"
)
_NONE: Final = re.compile(r"(?:khong|ko|chua|hong)(?: co| phat sinh)?(?=\s+[a-z])")
_NUMBER_WORDS: Final = re.compile(
    r"(?:(?:mot|mốt|một|hai|ba|bon|bốn|tu|tư|nam|năm|lam|lăm|sau|sáu|bay|bảy|bẩy|tam|tám|chin|chín|muoi|mười|mươi"
    r"|tram|trăm|nghin|nghìn|ngan|ngàn|trieu|triệu|linh|lẻ|le|chuc|chục|ruoi|rưỡi)(?:\s+|$))+",
    re.IGNORECASE,
)
_ACCENT: Final = re.compile(r"[^\x00-\x7f]")
_BULLET: Final = re.compile(r"\s*(?:[-+*•–]\s*|\d{1,2}[.)]\s+(?=\S))?")
_SEPARATOR: Final = re.compile(
    r"[;\n|•]|(?<!\d),|,(?!\d)|\.(?=\s|$)|\s[-–+]\s(?!\d)|(?<!\d)\s[-–+]\s|\s(?:va|voi|cung)\s+(?=(?:\d|khoang))|(?<=[a-z])\.(?=\d)"
)
_COLON: Final = re.compile(r"[:=]\s*")
_BLANKS: Final = re.compile(r"\s*")
_AFTER_LABEL: Final = re.compile(r"\s*(?:[:=]|(?:la|gom|co|duoc|dat)\b)?\s*")
_FILLER: Final = re.compile(
    r"(?:(?:da|vang|em|toi|chung toi|don vi|xa|phuong|xin|kinh|gui|chao|anh|chi|anh chi|bc|bao cao|so lieu|ket qua"
    r"|nhu sau|tong hop|trong ky|ky nay|ky|cua|nhu|sau|thuc hien|nop|duoc|co|a|nhe|cu the)(?:\s+|(?=[:,.])|$))+"
)


class _Reader:
    """Goes through one message."""

    def __init__(self, form: Form, text: str, folded: str, today: dt.date) -> None:
        self.form, self.text, self.bare, self.today = form, text, folded, today
        self.read = Read()
        self.first: dict[str, str] = {}
        """The words of the first answer to each question."""
        self.open: tuple[Question, int, int, int] | None = None
        """A text or several choices that further words may go on with: from where, from where its value, up to."""

    def numbered(self, start: int, end: int) -> tuple[Question, str] | None:
        """The question and value of a line as the review writes it: "3. Mô hình mới trong kỳ: 2"."""
        match = _NUMBERED.match(self.bare, start, end)
        if not match:
            return None
        for question in sorted(self.form.questions, key=lambda one: -len(one.title)):
            title = bare(question.title) + ":"
            if self.bare.startswith(title, match.end(), end):
                value = self.text[match.end() + len(title) : end].removeprefix(" ")
                return question, value.replace(f"\n{INDENT}", "\n")
        return None

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
        start, end = self._strip(start, end)
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

    def _strip(self, start: int, end: int) -> tuple[int, int]:
        while start < end and not (self.text[start].isalnum() or self.text[start] in "(“\"'-~"):
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        return start, end

    def _heading(self, start: int, end: int) -> int:
        """Where the answers begin, after greetings, the form's name and the period."""
        while start < end:
            after = self._filler(start, end) or self._form_name(start, end) or self._period(start, end)
            if after is None:
                return start
            start = self._strip(after, end)[0]
        return start

    def _filler(self, start: int, end: int) -> int | None:
        match = _FILLER.match(self.bare, start, end)
        if not match or match.end() == start or _number_words(self.text, self.bare, start, end):
            return None
        if any(self.bare[start:end].startswith(label) for label in _label_words(self.form)):
            return None
        return match.end()

    def _form_name(self, start: int, end: int) -> int | None:
        names = {fold(self.form.title), self.form.name, self.form.name.replace("-", " "), *self.form.spellings}
        for name in sorted(names, key=len, reverse=True):
            after = start + len(name)
            if not self.bare.startswith(name, start, end) or self.bare[after : after + 1].isalnum():
                continue
            rest = self.bare[after:end].strip(" :=-")
            if rest and parse_number(rest) is not None and not any(one in rest for one in _label_words(self.form)):
                return None  # "mô hình dân vận khéo: 5" is an answer, "dân vận khéo: 4 mô hình đăng ký" has one
            self.read.named = True
            return after
        return None

    def _period(self, start: int, end: int) -> int | None:
        words = [(match.start(), match.end()) for match in re.finditer(r"[^\s:,;]+", self.text[start:end])][:6]
        for _, stop in reversed(words):
            typed = self.text[start : start + stop]
            if not re.search(r"[a-z/-]", self.bare[start : start + stop]) or "quỹ" in typed.lower():
                continue
            period = parse_period(typed, self.today)
            if period is not None and self.read.period in {None, period}:
                self.read.period = period
                return start + stop
        return None

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
        pairs = list(self._pairs(start, end))
        if not pairs:
            return False
        read = [(meaning(self.form, self.bare[a:b], NUMBERS), whole, number) for whole, (a, b), number in pairs]
        if self.open is not None and not anew and not all(found.exact for found, _, _ in read):
            return False  # in a text there are numbers too
        if not any(found.questions for found, _, _ in read):
            return self._none(start, end)
        self.close()
        for found, (a, b), (number, stop) in read:
            if not found.questions:
                self._tail(a, b)
            elif len(found.questions) > 1:
                unclear = Unclear(self.text[a:b].strip(), self.text[number:stop].strip(), found.questions)
                self.read.unclear.append(unclear)
            else:
                self.take(found.questions[0], self.text[a:b], _typed(self.bare, self.text, number, stop))
                self._extra(found, a, b)
        return True

    def _tail(self, start: int, end: int) -> None:
        if not self._labelled(start, end):
            self.read.unread.append(self.text[start:end].strip())

    def _none(self, start: int, end: int) -> bool:
        """ "Không có khó khăn" answers a text question as it stands."""
        match = _NONE.match(self.bare, start, end)
        if not match:
            return False
        found = meaning(self.form, self.bare[match.end() : end], frozenset({"text"}), exactly=True)
        if len(found.questions) != 1:
            return False
        self.close()
        self.take(found.questions[0], self.text[start:end], self.text[start:end])
        return True

    def _pairs(self, start: int, end: int) -> Iterator[tuple[tuple[int, int], tuple[int, int], tuple[int, int]]]:
        """Each number with its words: (all of it, its words, the number)."""
        numbers = [(match.start(), match.end()) for match in _NUMBER.finditer(self.bare, start, end)]
        lead = self._leading(start, end)
        if lead is not None:
            numbers = [(start, lead), *(one for one in numbers if one[0] >= lead)]
        if numbers and idle(self.bare[start : numbers[0][0]]):
            ends = [*(begin for begin, _ in numbers[1:]), end]
            for (begin, stop), until in zip(numbers, ends, strict=True):
                percent = self.bare[stop - 1] == "%" and not self.bare[stop:until].strip()
                yield (begin, until), (stop - 1 if percent else stop, until), (begin, stop)
            return
        begin = start
        for place, (number, stop) in enumerate(numbers):
            after = end if place == len(numbers) - 1 else self._unit_end(begin, number, stop)
            yield (begin, after), (begin, number), (number, stop)
            begin = after

    def _leading(self, start: int, end: int) -> int | None:
        """Where a number that is said in words at the beginning ends: "hai buổi", "không có mô hình mới"."""
        none = _NONE.match(self.bare, start, end)
        return none.end() if none else _number_words(self.text, self.bare, start, end)

    def _text_label(self, start: int, end: int) -> int:
        """Where after a number and its words a text begins: "120 người khó khăn thiếu kinh phí"."""
        if self.open is not None or not (_NUMBER.match(self.bare, start, end) or self._leading(start, end)):
            return end
        none = _NONE.match(self.bare, start, end)  # "không có khó khăn" is one answer
        words = [(start + word.start(), start + word.end()) for word in re.finditer(r"[a-z]+", self.bare[start:end])]
        for place, (at, _) in enumerate(words[1:], 1):
            for _, stop in words[place : place + 4]:
                named = meaning(self.form, self.bare[at:stop], frozenset({"text"}), exactly=True)
                if named.questions:
                    return end if none and at <= none.end() + 1 else at
        return end

    def _unit_end(self, begin: int, number: int, stop: int) -> int:
        """After the unit that follows a number, where it does."""
        found = meaning(self.form, self.bare[begin:number], NUMBERS)
        unit = bare(found.questions[0].unit) if len(found.questions) == 1 else ""
        rest = re.compile(r"\s*").match(self.bare, stop)
        after = rest.end() if rest else stop
        return after + len(unit) if unit and _starts(self.bare, unit, after, len(self.bare)) else stop

    def _extra(self, found: Meaning, start: int, end: int) -> None:
        if found.extra:
            self.read.unread.append(self.text[start:end].strip())

    def _unread(self, start: int, end: int) -> None:
        if self.open is not None:
            question, begin, value, _ = self.open
            self.open = (question, begin, value, end)
        else:
            if not (self.read.answers or self.read.doubts or self.read.unclear):
                self._period_within(start, end)
            self.read.unread.append(self.text[start:end].strip())

    def _period_within(self, start: int, end: int) -> None:
        """The period in a heading of other words: "Xã Suối Đá báo cáo tháng 10: …"."""
        for word in re.finditer(r"(?<!\S)[a-z]", self.bare[start:end]):
            if self.read.period is None:
                self._period(start + word.start(), end)

    def close(self) -> None:
        """The text that was open is complete."""
        if self.open is None:
            return
        question, start, value, end = self.open
        self.open = None
        self.take(question, self.text[start:end], self.text[value:end])


def _typed(folded: str, text: str, start: int, end: int) -> str:
    """A number as an answer is typed."""
    return "0" if _NONE.match(folded + " a", start) else text[start:end]


def _number_words(text: str, folded: str, start: int, end: int) -> int | None:
    """Where number words at the beginning end. In an accented text only accented words are numbers: "bà" is not 3."""
    match = _NUMBER_WORDS.match(text if _ACCENT.search(text) else folded, start, end)
    if not match or parse_number(folded[start : match.end()]) is None:
        return None
    return start + len(text[start : match.end()].rstrip())


def _label_words(form: Form, kinds: frozenset[str] = frozenset()) -> Sequence[str]:
    """Every label of the form's questions of these kinds, folded, the longest first."""
    questions = [question for question in form.questions if not kinds or question.kind in kinds]
    return sorted((words for question in questions for words in words_of(question)), key=len, reverse=True)


def _starts(folded: str, label: str, at: int, end: int) -> bool:
    after = at + len(label)
    return folded.startswith(label, at, end) and not folded[after : after + 1].isalnum()
