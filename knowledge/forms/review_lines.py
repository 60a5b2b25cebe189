"""A draft as lines of a message, "3. Mô hình mới trong kỳ: 2 mô hình", and the lines of a message, read back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from knowledge.fold import fold
from knowledge.forms.form import Form, Question
from knowledge.forms.rules import questions_for
from knowledge.forms.values import show

BLANK: Final = "(bỏ trống)"
"""Stands for an answer that was left out on purpose."""
UNANSWERED: Final = "(chưa trả lời)"
"""Stands for an answer that is still to come."""

INDENT: Final = "  "
"""Before the further lines of an answer that has several."""

_NUMBERED: Final = re.compile(r"\s*\d{1,2}[.)]\s*")


def line(number: int, question: Question, text: str) -> str:
    """An answer as a line of the review, which ``one_message`` reads back. Further lines are indented."""
    return f"{number}. {question.title}: " + text.replace("\n", f"\n{INDENT}")


def read_line(form: Form, text: str, folded: str, start: int, end: int) -> tuple[Question, str] | None:
    """The question and value of a line that :func:`line` wrote."""
    number = _NUMBERED.match(folded, start, end)
    if not number:
        return None
    for question in sorted(form.questions, key=lambda one: -len(one.title)):
        title = bare(question.title) + ":"
        if folded.startswith(title, number.end(), end):
            value = text[number.end() + len(title) : end].removeprefix(" ")
            return question, value.replace(f"\n{INDENT}", "\n")
    return None


def write(form: Form, answers: Mapping[str, Any]) -> str:
    """The answers as a message that ``knowledge.forms.one_message`` reads as the same answers (but for files)."""
    lines = []
    for number, question in enumerate(questions_for(form, answers), 1):
        value = answers.get(question.name)
        missing = BLANK if question.name in answers else UNANSWERED
        lines.append(line(number, question, missing if value is None else show(question, value)))
    return "\n".join(lines)


def bare(text: str) -> str:
    """The text folded sign by sign, so that every place in it is the same place in the text."""
    return "".join(folded if len(folded := fold(sign)) == 1 else " " for sign in text)


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Where lines begin and end; an indented line belongs to the one before it."""
    start, at = 0, 0
    while at <= len(text):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        following = re.compile(r"\n*" + INDENT).match(text, stop + 1) if stop < len(text) else None
        if following is None:
            if text[start:stop].strip():
                yield start, stop
            start = stop + 1
        at = stop + 1


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A part of a text without separators before it and blanks after it."""
    while start < end and not (text[start].isalnum() or text[start] in "(“\"'-~"):
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
