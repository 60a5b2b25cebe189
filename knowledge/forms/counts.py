"""Numbers within a sentence and what they count: "2 mô hình mới", "đối thoại ba buổi", "không có vụ việc"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from knowledge.forms.form import NUMBERS, Form
from knowledge.forms.labels import idle, meaning
from knowledge.forms.review_lines import bare
from knowledge.numbers import parse_number

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
_BLANKS: Final = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its words, and where both together stand."""

    start: int
    end: int
    words: str
    """What is counted, folded."""
    number: str
    """As it was written: "không có"."""
    typed: str
    """As an answer is typed: "0"."""


def counts(form: Form, text: str, folded: str, start: int, end: int) -> Iterator[Count]:
    """Each number in a part of a text; all words before the first one tell whether what is counted comes after it."""
    numbers = [(match.start(), match.end()) for match in _NUMBER.finditer(folded, start, end)]
    lead = leading(text, folded, start, end)
    if lead is not None:
        numbers = [(start, lead), *(one for one in numbers if one[0] >= lead)]

    def count(whole: tuple[int, int], words: tuple[int, int], number: tuple[int, int]) -> Count:
        said = text[slice(*number)]
        typed = "0" if _NONE.match(folded + " a", number[0]) else said
        return Count(*whole, folded[slice(*words)], said.strip(), typed)

    if numbers and idle(folded[start : numbers[0][0]]):
        ends = [*(begin for begin, _ in numbers[1:]), end]
        for (begin, stop), until in zip(numbers, ends, strict=True):
            percent = folded[stop - 1] == "%" and not folded[stop:until].strip()
            yield count((begin, until), (stop - 1 if percent else stop, until), (begin, stop))
        return
    begin = start
    for place, (number, stop) in enumerate(numbers):
        after = end if place == len(numbers) - 1 else _unit_end(form, folded, begin, number, stop)
        yield count((begin, after), (begin, number), (number, stop))
        begin = after


def begins_with_number(text: str, folded: str, start: int, end: int) -> bool:
    """Whether a number stands at the beginning, in digits or in words."""
    return bool(_NUMBER.match(folded, start, end) or leading(text, folded, start, end))


def leading(text: str, folded: str, start: int, end: int) -> int | None:
    """Where a number that is said in words at the beginning ends: "hai buổi", "không có mô hình mới"."""
    none = none_end(folded, start, end)
    return number_words_end(text, folded, start, end) if none is None else none


def none_end(folded: str, start: int, end: int) -> int | None:
    """Where words that say "none" at the beginning end: "không có", "chưa phát sinh"."""
    match = _NONE.match(folded, start, end)
    return match.end() if match else None


def number_words_end(text: str, folded: str, start: int, end: int) -> int | None:
    """Where number words at the beginning end. In an accented text only accented words are numbers: "bà" is not 3."""
    match = _NUMBER_WORDS.match(text if _ACCENT.search(text) else folded, start, end)
    if not match or parse_number(folded[start : match.end()]) is None:
        return None
    return start + len(text[start : match.end()].rstrip())


def _unit_end(form: Form, folded: str, begin: int, number: int, stop: int) -> int:
    """After the unit that follows a number, where it does."""
    found = meaning(form, folded[begin:number], NUMBERS)
    unit = bare(found.questions[0].unit) if len(found.questions) == 1 else ""
    blanks = _BLANKS.match(folded, stop)
    at = blanks.end() if blanks else stop
    after = at + len(unit)
    follows = unit and folded.startswith(unit, at) and not folded[after : after + 1].isalnum()
    return after if follows else stop
