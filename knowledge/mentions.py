"""Document numbers inside a typed question: "kl 120", "chi thi 33 ttg", "120-kl/tw", "nq25", "447 cv/hu"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from knowledge.fold import TYPE_LETTERS, TYPE_OF_LETTERS, fold
from knowledge.types import ASKED_FOR

TYPES: Final = {kind: TYPE_LETTERS[kind] for kind in map(fold, ASKED_FOR)}
"""Folded name of a type → its letters in a symbol, "" where it has none; a longer name before a shorter one."""
_CODES: Final = frozenset(
    code for code, name in TYPE_OF_LETTERS.items() if name in ASKED_FOR
) | frozenset(code for code in TYPES.values() if code)  # fmt: skip
_BODIES: Final = frozenset(
    ["ttg", "cp", "tw", "tu", "hu", "du", "ubnd", "hdnd", "qh", "bdv", "bdvtu", "bdvtw", "bcsd", "ubtvqh", "mttq"]
)
_WEAK: Final = frozenset({"ct", "nd", "tt", "hd", "da", "bc", "tb", "qc", "cd", "tc", "pa"})
"""Letters that mean too many other things to take "nd 3" for a document that ought to be known."""
_NOT_BEFORE: Final = frozenset(
    ["muc", "dieu", "khoan", "diem", "quy", "thang", "nam", "ngay", "phan", "khoa", "trang", "han"]
)

_GOES_ON: Final = re.compile(r"\s+(?:khi|ngay|luc|thang|nam|dau|bao|quy|nao)\b")
"""After these, "109 từ khi nào" is no Tỉnh ủy."""

_COUNTED: Final = re.compile(
    r"\s*(?:thang|nam(?! (?:19|20)\d\d)|quy|tuan|ngay|lan|ky|xa|thon|nguoi|ho|mo hinh|chi tieu|trieu|dong|%)\b"
    r"(?! (?:nao|may|bao nhieu|gi)\b)"
)
"""What is counted is no document."""

_TYPE: Final = re.compile(
    r"(?<![^\W_])("
    + "|".join([*(t.replace(" ", r"\s+") for t in TYPES), *sorted(_CODES, key=len, reverse=True)])
    + r")\.?\s*(?:so|:)?\s*:?\s*(?=\d)"
)
_GLUED: Final = re.compile(
    r"(?<![^\W_])(?<!\d[./-])(\d{1,5})(?=(?:" + "|".join(sorted(_CODES - _WEAK - {"bc"})) + r")(?![^\W\d_]))"
)
"""A number typed without a sign before the letters of its type: "17kh bdvtw"."""
_NUMBER: Final = re.compile(r"(?<![^\W_])(?<![\d.,]/)(?<!\d-)(\d{1,5})(?!\d)")
_YEAR_PART: Final = re.compile(r"\s*/\s*((?:19|20)\d\d)(?=\s*[/-]\s*[a-z]|[^\d/-]|$)")
_LETTERS: Final = re.compile(r"(\s*[-/]\s*|\s+)([a-z]+\d{0,2})(?![^\W_])")


_CODE: Final = "|".join(sorted(_CODES, key=len, reverse=True)).replace("d", "[dđ]")
_BODY: Final = "|".join(sorted(_BODIES, key=len, reverse=True))
_TYPE_FIRST: Final = re.compile(rf"(?<![^\W_])({_CODE})(\d{{1,5}})(?:-?({_BODY}))?(?![^\W\d_])", re.IGNORECASE)
_NUMBER_FIRST: Final = re.compile(rf"(?<![^\W_])(\d{{1,5}})[-/]?({_CODE})[-/]?({_BODY})(?![^\W_])", re.IGNORECASE)


_GLUED_LETTERS: Final = re.compile(
    r"(?<![^\W_])([a-z]{2,5})(?=\d{1,5}(?![^\W_]))|(?<=\d)([a-z]{3,9})(?![^\W_])", re.IGNORECASE
)
_WELL_GLUED: Final = _CODES | {code + body for code in _CODES for body in _BODIES}


def _mended(match: re.Match[str]) -> str:
    """Letters beside a number without the commonest slips: two of them swapped, one typed twice."""
    typed: str = match[0].lower()
    if typed in _WELL_GLUED:
        return match[0]
    swapped = (typed[:i] + typed[i + 1] + typed[i] + typed[i + 2 :] for i in range(len(typed) - 1))
    slips = [slip for slip in swapped if slip not in _WEAK]
    slips += [typed[:i] + typed[i + 1 :] for i in range(len(typed) - 1) if typed[i] == typed[i + 1]]
    meant = [slip for slip in dict.fromkeys(slips) if slip in _WELL_GLUED]
    return meant[0] if len(meant) == 1 else match[0]


def unglued(text: str) -> str:
    """A number typed together with its type or body, taken apart: "nq25", "kh36hu", "109khubnd" → "109/kh-ubnd"."""
    text = _GLUED_LETTERS.sub(_mended, text)
    text = _NUMBER_FIRST.sub(r"\1/\2-\3", text)
    return _TYPE_FIRST.sub(lambda match: f"{match[1]} {match[2]}" + (f"-{match[3]}" if match[3] else ""), text)


@dataclass(frozen=True, slots=True)
class Mention:
    """One document number as typed, with what surrounds the bare number as far as it was written."""

    number: int
    year: int | None
    type: str | None
    """Folded name of the type where it was written out or abbreviated ("chi thi"), its letters otherwise."""
    letters: frozenset[str]
    weak: bool
    """True where it may well be no document number at all ("nd 3", "kế hoạch 2021")."""
    written: str

    @property
    def code(self) -> str:
        """The type's letters in a symbol, "" where it has none or none was written."""
        return TYPES.get(self.type, self.type) if self.type else ""


def find_mentions(question: str) -> tuple[Mention, ...]:
    """Every document number in a question, in the order typed; dates, clauses and periods are left out."""
    text = re.sub(r"\b(qh)\s+(\d\d)\b", r"\1\2", unglued(fold(question)))
    text = _GLUED.sub(r"\1-", text)
    types = {match.end(): " ".join(match[1].split()) for match in _TYPE.finditer(text)}
    found: list[Mention] = []
    position = 0
    while match := _NUMBER.search(text, position):
        start, position = match.start(), match.end()
        mention, end = _mention(text, match, types.get(start))
        if mention:
            found.append(mention)
            position = end
    return tuple(found)


def _mention(text: str, match: re.Match[str], kind: str | None) -> tuple[Mention | None, int]:
    end, number, year = match.end(), int(match[1]), None
    if part := _YEAR_PART.match(text, end):
        year, end = int(part[1]), part.end()
    letters: list[str] = []
    joined = False
    while part := _LETTERS.match(text, end):
        tight = part[1].strip() != ""
        word = part[2]
        bare = word.rstrip("0123456789")
        if not tight and bare not in _CODES and bare not in _BODIES:
            break
        # "10/2022/QH15 đã sửa đổi" and "kh 109 qd …": a second type is a word of the question.
        if not tight and bare in _CODES and (joined or (kind is not None and bare != TYPES.get(kind, kind))):
            break
        if (
            not tight
            and word in ("tu", "hu", "du")
            and (_GOES_ON.match(text, part.end()) or (kind is None and not letters))
        ):
            break
        letters.append(word)
        joined, end = joined or tight, part.end()
    before = text[: match.start()].split()
    organ = bool(letters) and letters[-1].rstrip("0123456789") in _BODIES
    if kind is None and not joined and not (organ and len(letters) > 1):
        return None, match.end()
    if kind is None and before and before[-1] in _NOT_BEFORE and not joined:
        return None, match.end()
    if not letters and year is None and re.match(r"\s*[/-]\s*\d", text[end:]):
        return None, match.end()  # a date or a period: "kế hoạch 2017-2021"
    counted = None if letters or year is not None else _COUNTED.match(text, end)
    if counted and (kind in (None, "bao cao") or counted[0].strip() != "ky"):  # "chỉ thị 33 ký ngày nào"
        return None, match.end()  # "báo cáo 6 tháng"
    looks_like_year = not letters and year is None and 1900 <= number <= 2100
    weak = not letters and year is None and (looks_like_year or kind in _WEAK or kind == "bao cao")
    return Mention(number, year, kind, frozenset(letters), weak, text[match.start() : end]), end
