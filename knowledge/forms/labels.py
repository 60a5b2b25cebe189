"""Which question of a form some words name: its title, one of its labels, a part of them, or the unit it counts in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from knowledge.fold import fold
from knowledge.forms.form import NUMBERS, Form, Question

_SHORT: Final = {
    "ng": "nguoi", "mh": "mo hinh", "dt": "doi thoai", "hn": "hoi nghi", "kk": "kho khan", "kn": "kien nghi",
    "vv": "vu viec", "vd": "van dong", "tt": "tuyen truyen", "dx": "de xuat", "vb": "van ban",
    "cd": "cong dan", "nd": "nhan dan", "tg": "tham gia", "gq": "giai quyet", "dk": "dang ky", "hq": "hieu qua",
    "dvk": "dan van kheo", "dv": "dan van", "hs": "ho so", "tc": "to chuc", "tyle": "ty le", "tl": "ty le",
}  # fmt: skip
"""Syllables as people shorten them."""
_IDLE: Final = frozenset(
    (
        "so", "tong", "luot", "trong", "ky", "nay", "da", "duoc", "la", "co", "cac", "nhung", "cua", "voi", "va", "ve",
        "thi", "o", "tai", "them", "cung", "tren", "dia", "ban", "to", "chuc", "thuc", "hien", "xay", "dung", "dat",
        "ba", "con", "nhan", "dan",
    )
)  # fmt: skip
"""Syllables that tell no question from another."""
_CLOSE: Final = 86
_LEAST: Final = 0.5
"""The part of the words that must name the question, where words are left over."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What words name: nothing, one question, or one of several."""

    questions: tuple[Question, ...] = ()
    exact: bool = False
    """Whether they are just its title, a label or its unit."""
    extra: bool = False
    """Whether they say more than that."""


def words_of(question: Question) -> tuple[str, ...]:
    """The title and labels of a question, folded."""
    return tuple(fold(words) for words in (question.title, *question.labels))


def named_at(form: Form, folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where a label of the form stands with a colon after it: the label's beginning and the colon's place."""
    found = []
    labels = [words for question in form.questions for words in words_of(question)]
    for colon in re.finditer(r"[:=]", folded[start:end]):
        stop = start + len(folded[start : start + colon.start()].rstrip())
        begins = [
            stop - len(words)
            for words in labels
            if folded.endswith(words, start, stop)
            and not folded[max(stop - len(words) - 1, 0) : stop - len(words)].isalnum()
        ]
        if begins:
            found.append((min(begins), start + colon.end()))
    return found


def meaning(form: Form, words: str, kinds: frozenset[str] = frozenset(), *, exactly: bool = False) -> Meaning:
    """The question that words name among those of some kinds (all unless told); several where it is not clear.

    ``exactly``: only where the words are a title, a label or a unit, and nothing else.
    """
    asked = _tokens(words)
    if not asked:
        return Meaning()
    labels = [one for one in _labels(form) if not kinds or one.question.kind in kinds]
    for strong in (True, False):
        same = _unique(one.question for one in labels if one.strong == strong and one.tokens == asked)
        if same:
            return Meaning(same, exact=True)
    if exactly:
        return Meaning()
    wanted = set(asked)
    inside = _unique(one.question for one in labels if wanted <= set(one.tokens))
    if inside:
        return Meaning(inside)
    typed = " ".join(asked)
    close = _unique(one.question for one in labels if one.strong and fuzz.ratio(typed, " ".join(one.tokens)) >= _CLOSE)
    if close:
        return Meaning(close)
    around = [one for one in labels if set(one.tokens) <= wanted and len(one.tokens) >= _LEAST * len(asked)]
    most = max((len(one.tokens) for one in around), default=0)
    found = _unique(one.question for one in around if len(one.tokens) == most)
    return Meaning(found, extra=bool(found))


def idle(folded: str) -> bool:
    """Whether words name nothing at all: "trong kỳ đã tổ chức"."""
    return all(one in _IDLE for one in re.findall(r"[a-z0-9]+", folded))


@dataclass(frozen=True, slots=True)
class _Label:
    question: Question
    tokens: tuple[str, ...]
    strong: bool


@lru_cache(maxsize=64)
def _labels(form: Form) -> Sequence[_Label]:
    found = []
    for question in form.questions:
        for words in words_of(question):
            found.append(_Label(question, _tokens(words), True))
        if question.unit and question.kind in NUMBERS:
            found.append(_Label(question, _tokens(question.unit), False))
    return [one for one in found if one.tokens]


def _unique(questions: Iterable[Question]) -> tuple[Question, ...]:
    return tuple(dict.fromkeys(questions))


def _tokens(words: str) -> tuple[str, ...]:
    """The syllables that tell questions apart; all of them where none does."""
    found = [part for one in re.findall(r"[a-z0-9]+|%", fold(words)) for part in _SHORT.get(one, one).split()]
    return tuple(one for one in found if one not in _IDLE) or tuple(found)
