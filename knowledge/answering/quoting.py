"""Sentences of a document, and the one that is quoted: word for word, short enough for a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from knowledge.answering.coverage import Wanted
from knowledge.library import Held, PassageRow
from knowledge.search.wording import flat

_QUOTE_LENGTH: Final = 320
_BREAK: Final = re.compile(r"[.;!?…]['\"”’)*]*\s+|\n\s*")

_WRITTEN: Final = {"một": "1", "hai": "2", "ba": "3", "bốn": "4", "sáu": "6", "bảy": "7", "tám": "8", "chín": "9"}
_WRITTEN_WORD: Final = re.compile(rf"\b({'|'.join(_WRITTEN)}|mười)\b(?! (?:số|cửa)\b)", re.IGNORECASE)


def counted(text: str) -> str:
    """The folded words of a text, with numbers in digits: "hai lần" is "2 lan", and "vùng sâu" is no six."""
    digits = _WRITTEN_WORD.sub(lambda match: _WRITTEN.get(match[1].lower(), "10"), text)
    return flat(digits.replace("%", " phần trăm "))


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the sentences of a stretch of the original stand; a line broken inside a sentence is no end."""
    begin = start
    for match in _BREAK.finditer(text, start, end):
        after = text[match.end() : match.end() + 1]
        if not after or match.end() - begin < 15:
            continue
        if after.islower() and (match[0].startswith("\n") or match[0][0] in ".…"):
            continue
        yield begin, match.start() + len(match[0].rstrip())
        begin = match.end()
    while begin < end and text[begin].isspace():
        begin += 1
    stop = end
    while stop > begin and text[stop - 1].isspace():
        stop -= 1
    if stop > begin:
        yield begin, stop


def sentence_at(held: Held, offset: int) -> tuple[int, int]:
    """Where the sentence of a stored document stands that an offset lies in."""
    around = [p for p in held.document.passages if p.start <= offset < p.end]
    inner = max(around, key=lambda p: (p.depth, p.start), default=None)
    found = sentences(held.document.text, inner.start, inner.end) if inner else ()
    return next(((a, b) for a, b in found if a <= offset < b), (offset, offset))


def best_quote(
    row: PassageRow, want: Wanted, accept: Callable[[str], bool] | None = None
) -> tuple[int, int, float] | None:
    """The sentence of a passage that holds most of what is wanted, as offsets in the original, with its share.

    Long sentences are cut at commas so that the quote fits a phone. ``accept`` tells which folded sentences will do.
    """
    text = row.held.document.text
    best: tuple[float, int, int] | None = None
    for begin, end in sentences(text, row.passage.start, row.passage.end):
        if accept and not accept(counted(text[begin:end])):
            continue
        share = want.covered(flat(text[begin:end]))
        if best is None or share > best[0] + 1e-6:
            best = (share, begin, end)
    if best is None:
        return None
    share, begin, end = best
    if text[end - 1] not in ".;!?…" and begin == _first(text, row.passage.start):
        end = _after_heading(row, end)
    begin, end = _window(text, begin, end, want)
    return begin, end, share


def _first(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _after_heading(row: PassageRow, end: int) -> int:
    """A heading says too little alone: the quote goes on with the sentence below it."""
    passages = row.held.document.passages
    below = [p for p in passages if p.start >= row.passage.end and p.depth > row.passage.depth][:1]
    stop = row.passage.end if row.passage.end > end + 1 else (below[0].end if below else end)
    for begin, after in sentences(row.held.document.text, end, stop):
        if begin - end < 5 and after - begin <= _QUOTE_LENGTH:
            return after
        return min(after, begin + _QUOTE_LENGTH) if begin - end < 5 else end
    return end


def _window(text: str, begin: int, end: int, want: Wanted) -> tuple[int, int]:
    if end - begin <= _QUOTE_LENGTH:
        return begin, end
    cuts = [begin, *(m.end() for m in re.finditer(r"[,;:]\s+", text[:end]) if m.end() > begin), end]
    best = (-1.0, begin, min(end, cuts[1]))
    for i, left in enumerate(cuts[:-1]):
        fitting = [right for right in cuts[i + 1 :] if right - left <= _QUOTE_LENGTH] or [cuts[i + 1]]
        share = want.covered(flat(text[left : fitting[-1]]))
        if share > best[0] + 1e-6:
            best = (share, left, fitting[-1])
    _, left, right = best
    while right > left and text[right - 1] in " \n\t,":
        right -= 1
    return left, right
