"""What stands before the answers of a report in one message: "Kính gửi anh chị, dân vận khéo tháng 10: …"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from knowledge.fold import fold
from knowledge.forms.counts import number_words_end
from knowledge.forms.form import Form
from knowledge.forms.labels import words_of
from knowledge.forms.review_lines import trimmed
from knowledge.numbers import parse_number
from knowledge.period import Period, parse_period

_FILLER: Final = re.compile(
    r"(?:(?:da|vang|em|toi|chung toi|don vi|xa|phuong|xin|kinh|gui|chao|anh|chi|anh chi|bc|bao cao|so lieu|ket qua"
    r"|nhu sau|tong hop|trong ky|ky nay|ky|cua|nhu|sau|thuc hien|nop|duoc|co|a|nhe|cu the)(?:\s+|(?=[:,.])|$))+"
)
_LONGEST_PERIOD: Final = 6


@dataclass(slots=True)
class Heading:
    """Where the answers begin, and what was said before them."""

    end: int
    period: Period | None
    named: bool = False
    """Whether the form was named."""


def read_heading(
    form: Form, text: str, folded: str, start: int, end: int, today: dt.date, known: Period | None
) -> Heading:
    """Greetings, the form's name and the period, in any order. Another period than the one ``known`` is none."""
    heading = Heading(start, known)
    while heading.end < end:
        at = heading.end
        after = _filler(form, text, folded, at, end)
        if after is None:
            after = _form_name(form, folded, at, end)
            heading.named |= after is not None
        if after is None:
            period = _period(text, folded, at, end, today, heading.period)
            if period is None:
                break
            after, heading.period = period
        heading.end = trimmed(text, after, end)[0]
    return heading


def period_within(text: str, folded: str, start: int, end: int, today: dt.date) -> Period | None:
    """The period in a heading of other words: "Xã Suối Đá báo cáo tháng 10: …"."""
    for word in re.finditer(r"(?<!\S)[a-z]", folded[start:end]):
        found = _period(text, folded, start + word.start(), end, today, None)
        if found is not None:
            return found[1]
    return None


def _filler(form: Form, text: str, folded: str, start: int, end: int) -> int | None:
    match = _FILLER.match(folded, start, end)
    if not match or number_words_end(text, folded, start, end):
        return None
    return None if folded.startswith(_labels(form), start, end) else match.end()


def _form_name(form: Form, folded: str, start: int, end: int) -> int | None:
    names = {fold(form.title), form.name, form.name.replace("-", " "), *form.spellings}
    for name in sorted(names, key=len, reverse=True):
        after = start + len(name)
        if not folded.startswith(name, start, end) or folded[after : after + 1].isalnum():
            continue
        rest = folded[after:end].strip(" :=-")
        if rest and parse_number(rest) is not None and not any(one in rest for one in _labels(form)):
            return None  # "mô hình dân vận khéo: 5" is an answer, "dân vận khéo: 4 mô hình đăng ký" has one
        return after
    return None


def _period(
    text: str, folded: str, start: int, end: int, today: dt.date, known: Period | None
) -> tuple[int, Period] | None:
    """The longest period at the beginning, and where it ends."""
    words = [match.end() for match in re.finditer(r"[^\s:,;]+", text[start:end])][:_LONGEST_PERIOD]
    for stop in reversed(words):
        typed = text[start : start + stop]
        if not re.search(r"[a-z/-]", folded[start : start + stop]) or "quỹ" in typed.lower():
            continue
        period = parse_period(typed, today)
        if period is not None and known in {None, period}:
            return start + stop, period
    return None


def _labels(form: Form) -> tuple[str, ...]:
    return tuple(words for question in form.questions for words in words_of(question))
