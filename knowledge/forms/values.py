"""Answers to the questions of a form: what is accepted, how it is written back, how many answers become one.

A value is JSON: str for a text and a choice, int for a whole number, str of a plain decimal ("2941.86") for a decimal
or money, list of str for several choices, "2026-10-05" for a date, bool for yes/no, list of file keys for proof.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from rapidfuzz import fuzz, process

from knowledge.fold import fold, nfc
from knowledge.forms.form import NUMBERS, PROOFS, Form, Question
from knowledge.forms.rules import questions_for, relevant
from knowledge.numbers import format_number, parse_date, parse_number

Value: TypeAlias = str | int | bool | list[str] | list[int]

YES, NO = "Có", "Không"
_YES: Final = frozenset({"co", "co a", "dung", "dung a", "roi", "da co", "da", "ok", "yes", "y", "u", "dong y"})
_NO: Final = frozenset({"khong", "khong a", "ko", "k", "chua", "chua co", "khong co", "no", "n", "sai", "khg", "hong"})
_CLOSE: Final = 88
_MOST_DECIMALS: Final = 4
_ENDLESS: Final = re.compile(r"\d[\d., ]{14,}")
"""More digits than any count has: too large, and not "no number"."""


_ABOUT: Final = re.compile(
    r"(?:(?:co|la|duoc|tong|tong cong|so) )*"
    r"(?:~|(?:(?:(?:vao |uoc |do |co )?khoang|uoc|(?:uoc |do )?chung|gan|hon|tren|duoi)\b)|tam(?=\s*\d))"
)
"""Before a number that is not meant exactly: a report needs the exact one, so it is asked."""
_RANGE: Final = re.compile(r"\d\s*(?:-|den|toi|hoac|hay|,|;|va|/)\s*\d")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an answer is not accepted. ``reason`` names the sentence to say, ``given`` what belongs into it."""

    reason: str
    given: Mapping[str, Any] = field(default_factory=dict)


def check(question: Question, text: str, today: dt.date) -> Value | Problem:
    """The value that typed words mean as an answer to the question, or what is wrong with them."""
    words = clean(text)
    if not words:
        return Problem("empty")
    if question.kind in PROOFS:
        return Problem("needs_photo" if question.kind == "photo" else "needs_file")
    longest = question.maximum if question.kind == "text" else 200
    if len(words) > longest:
        return Problem("too_long", {"length": len(words), "most": longest})
    if not any(char.isalnum() for char in words):
        return Problem("no_words")
    if question.kind in NUMBERS:
        return _number(question, words)
    match question.kind:
        case "text":
            return words if len(words) >= question.minimum else Problem("too_short", {"least": question.minimum})
        case "choice":
            return _option(words, question.options) or Problem("no_option")
        case "several":
            return _several(question, words)
        case "date":
            day = parse_date(words, today)
            return day.isoformat() if day else Problem("no_date")
        case _:
            folded = fold(words).strip(" .!,")
            return True if folded in _YES else False if folded in _NO else Problem("no_yes_no")


def check_file(question: Question, media_type: str, present: Sequence[int], file_id: int) -> list[int] | Problem:
    """The files of an answer with one more, or why it cannot be added. What a file is, its content says."""
    if question.kind == "photo" and not media_type.startswith("image/"):
        return Problem("not_photo", {"is": media_type})
    if file_id in present:
        return list(present)
    if len(present) >= question.maximum:
        return Problem("too_many_files", {"most": question.maximum})
    return [*present, file_id]


def clean(text: str) -> str:
    """Typed words as they are stored: composed, trimmed, without control characters."""
    kept = (char for char in text.replace("\r\n", "\n") if char == "\n" or unicodedata.category(char) not in _UNSEEN)
    return nfc("".join(kept)).strip()


_UNSEEN: Final = frozenset({"Cc", "Cs", "Cn"})


def _number(question: Question, words: str) -> Value | Problem:
    number = parse_number(words)
    if number is None and _ENDLESS.fullmatch(words):
        return Problem("too_large", {"number": f"{words[:20]}…", "most": format_number(Decimal(question.maximum))})
    if number is None:
        return Problem("several_numbers" if _RANGE.search(fold(words)) else "no_number")
    written = format_number(number)
    if _ABOUT.match(fold(words)):
        return Problem("about", {"number": written})
    if number < 0:
        return Problem("negative", {"number": written})
    whole = question.kind in {"whole", "money"}
    if whole and number != number.to_integral_value():
        return Problem("not_whole", {"number": written})
    if not whole and number != round(number, _MOST_DECIMALS):
        return Problem("too_fine", {"number": written, "most": _MOST_DECIMALS})
    if number > question.maximum:
        return Problem("too_large", {"number": written, "most": format_number(Decimal(question.maximum))})
    if number < question.minimum:
        return Problem("too_small", {"number": written, "least": format_number(Decimal(question.minimum))})
    return int(number) if question.kind == "whole" else _plain(number)


def _plain(number: Decimal) -> str:
    digits = f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _option(words: str, options: Sequence[str]) -> str | None:
    """The one option that is meant: by its number, its name, some of its words, or its name with a slip in it."""
    typed = fold(words).strip(" .")
    if typed.isdecimal():
        return options[int(typed) - 1] if len(typed) < 4 and 1 <= int(typed) <= len(options) else None
    folded = [fold(option) for option in options]
    if typed in folded:
        return options[folded.index(typed)]
    begin = [at for at, option in enumerate(folded) if option.startswith(typed)]
    if len(begin) == 1 and len(typed) >= 3:
        return options[begin[0]]
    holding = [at for at, option in enumerate(folded) if set(typed.split()) <= set(option.split())]
    if len(holding) == 1:
        return options[holding[0]]
    close = process.extract(typed, folded, scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=2)
    return options[close[0][2]] if len(close) == 1 else None


def _several(question: Question, words: str) -> list[str] | Problem:
    if whole := _option(words, question.options):
        picked = [whole]
    else:
        # An option may itself hold a comma, so a semicolon or line break parts before a comma does.
        parts = re.split(r"[;\n]", words) if re.search(r"[;\n]", words) else re.split(r",|\s+va\s+|\s+và\s+", words)
        if all(part.strip().replace(" ", "").isdecimal() for part in parts):
            parts = [number for part in parts for number in part.split()]
        found = [_option(part, question.options) for part in parts if part.strip()]
        if not found or None in found:
            return Problem("no_option")
        picked = [option for option in question.options if option in found]
    if len(picked) < question.minimum:
        return Problem("too_few_options", {"least": question.minimum})
    if len(picked) > question.maximum:
        return Problem("too_many_options", {"most": question.maximum})
    return picked


def fits(question: Question, value: Any) -> bool:
    """Whether a stored value still answers the question as the form asks it now; ``None`` stands for skipped."""
    if value is None:
        return not question.required
    kinds: dict[str, type] = {"whole": int, "several": list, "photo": list, "file": list, "yes-no": bool}
    right_kind = isinstance(value, kinds.get(question.kind, str))
    if not right_kind:
        return False
    match question.kind:
        case "photo" | "file":
            return question.minimum <= len(value) <= question.maximum
        case "several":
            return set(value) <= set(question.options) and question.minimum <= len(value) <= question.maximum
        case "choice":
            return value in question.options
        case "text":
            return question.minimum <= len(value) <= question.maximum
        case "whole" | "decimal" | "money":
            return question.minimum <= _decimal(value) <= question.maximum
        case _:
            return True


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(value)
    except (InvalidOperation, TypeError):
        return Decimal("-Infinity")


def first_open(form: Form, answers: Mapping[str, Any]) -> Question | None:
    """The first question that is asked and has no answer that fits; ``None`` when the form is complete."""
    for question in questions_for(form, answers):
        if question.name not in answers or not fits(question, answers[question.name]):
            return question
    return None


def show(question: Question, value: Any) -> str:
    """A value as people read it; :func:`check` reads it back as the same value (but for files). "" for skipped."""
    if value is None:
        return ""
    match question.kind:
        case "whole" | "decimal" | "money":
            return show_number(question, Decimal(value))
        case "several":
            return "; ".join(value)
        case "date":
            return f"{dt.date.fromisoformat(value):%d/%m/%Y}"
        case "yes-no":
            return YES if value else NO
        case "photo" | "file":
            return f"{len(value)} tệp"
        case _:
            return str(value)


def show_number(question: Question, number: Decimal) -> str:
    """A number with the unit that the question counts in."""
    unit = "đồng" if question.kind == "money" else question.unit
    return f"{format_number(number)}{'' if unit == '%' else ' '}{unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Total:
    """The answers of many reports to one question."""

    question: Question
    answered: int
    """How many reports answer it."""
    amount: Decimal | None = None
    """The sum, where answers are added."""
    counts: tuple[tuple[str, int], ...] = ()
    """How often each option was chosen, where answers are counted."""


def totals(form: Form, answers: Sequence[Mapping[str, Any]]) -> list[Total]:
    """What the reports of one period come to, question by question.

    Values that do not fit the form, and answers to questions that were not asked, are left out.
    """
    if any(question.show_if for question in form.questions):
        answers = [relevant(form, given) for given in answers]
    return [total_of(question, [given.get(question.name) for given in answers]) for question in form.questions]


def total_of(question: Question, values: Sequence[Any]) -> Total:
    """What many answers to one question come to. Values that do not fit it are left out."""
    if question.kind == "whole" and question.sums in {"sum", "latest"}:
        # The common case, without the detour over Decimal: a province has thousands of reports.
        whole = [value for value in values if type(value) is int and question.minimum <= value <= question.maximum]
        return Total(question, len(whole), Decimal(sum(whole)))
    if question.kind == "text":
        return Total(question, sum(type(value) is str for value in values))
    given = [value for value in values if value is not None and fits(question, value)]
    if question.sums in {"sum", "latest"}:
        # Each unit reports once for a period, so the latest of each unit is its only one.
        return Total(question, len(given), sum((Decimal(value) for value in given), Decimal(0)))
    if question.sums == "count" and question.kind in {"choice", "several", "yes-no"}:
        names = question.options or (YES, NO)
        counted = Counter(
            name for value in given for name in (value if isinstance(value, list) else [show(question, value)])
        )
        return Total(question, len(given), counts=tuple((name, counted[name]) for name in names))
    return Total(question, len(given))
