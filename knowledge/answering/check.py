"""The last look at every answer: a document of another place than the one asked about answers nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from knowledge.answer import Answer
from knowledge.answering.attached import NUMERALS
from knowledge.answering.context import Context
from knowledge.answering.sources import passage_at, suggestion
from knowledge.library import Held, PassageRow
from knowledge.search.marks import PROVINCES
from knowledge.search.wording import flat

_NUMBERED: Final = re.compile(
    r"\b(dai hoi|khoa)(?: dang| bo| tinh| huyen| xa| phuong| lan| thu| toan quoc| dai bieu)*"
    r" ([ivx]+|\d{1,2})\b(?! (?:thang|nam|ngay|xa))"
)
_OF_ANY_YEAR: Final = frozenset({"deadline", "validity"})
"""A duty of every year is one of the year that is asked about, too."""
_A_YEAR: Final = re.compile(r"\b20\d\d\b")
_EVERY_YEAR: Final = re.compile(r"\b(?:hang|moi) (?:nam|quy|thang|tuan)\b|\bdinh k[iy]\b")
_MORE: Final = 0.2
"""By so much another answer has to hold more of the question to go before the one of the kind asked for."""
_ENOUGH: Final = 0.8
_ASKED_OF: Final = re.compile(rf"(?:^|\b(?:tinh|thanh pho|tp|o|cua|uy ban nhan dan|ben|cho|tai) )({PROVINCES})\b")


def checked(context: Context, given: Answer) -> Answer:
    """The answer, or a refusal that offers the documents of the place asked about where the answer is not of it."""
    first = given.sources[0] if given.sources else None
    if given.kind != "answer" or first is None or first.document is None:
        return given
    if _other_numeral(context.asked.flat, context.library.held[first.document]):
        return Answer("refusal", given.intent, {}, reason="out-of-scope", score=1.0)
    if context.mentioned:
        return given
    if not _of_year(context, given):
        here = suggestion(context.known_of(context.library.held[first.document]))
        return Answer("refusal", given.intent, {}, reason="out-of-scope", suggestions=(here,), score=1.0)
    text = context.asked.flat
    asked_of = {match[1] for match in _ASKED_OF.finditer(text)}
    asked_of |= {name for name in context.library.marks.standing("place", text) if name in PROVINCES.split("|")}
    held = context.library.held
    if not asked_of or any(_names(held[source.document], asked_of) for source in given.sources if source.document):
        return given
    near = dict.fromkeys(row.held for row in _rows(context, asked_of) if _names(row.held, asked_of))
    offered = tuple(suggestion(context.known_of(one)) for one in list(near)[:3])
    return Answer("refusal", given.intent, {}, reason="out-of-scope", suggestions=offered, score=given.score)


def _of_year(context: Context, given: Answer) -> bool:
    """Whether a document that answers speaks of the year that is asked about, if one is."""
    years = {str(year) for year in context.asked.years}
    held = context.library.held
    if given.intent in _OF_ANY_YEAR:
        quoted = flat(" . ".join(source.quote for source in given.sources))
        told = set(_A_YEAR.findall(quoted))
        return not years or not told or bool(years & told or _EVERY_YEAR.search(quoted))
    texts = [_text(held[source.document].document.text) for source in given.sources if source.document is not None]
    return not years or any(year in text.split() for year in years for text in texts)


def _other_numeral(asked: str, held: Held) -> bool:
    """Whether a congress or a term is asked about by its number, and the text speaks of such by other numbers only."""
    for noun, numeral in _NUMBERED.findall(asked):
        text = _text(held.document.text)
        told = {found[1] for found in re.finditer(rf"\b{noun}(?: \w+){{0,8}}? ([ivx]+|\d{{1,2}})\b", text)}
        if told and not told & {numeral, NUMERALS.get(numeral, numeral)}:
            return True
    return False


def held_share(context: Context, given: Answer) -> float:
    """How much of the whole question an answer accounts for: its document by name, and the passage that it quotes."""
    first = given.sources[0] if given.sources else None
    texts = [" . ".join(given.facts.values())]
    if first and first.document is not None:
        held = context.library.held[first.document]
        start = held.document.text.find(first.quote)
        passage = passage_at(held, start)
        texts += [context.known_of(held).text, first.quote]
        texts += [passage.heading, passage.text] if passage else []
    elif first:
        texts += [first.quote]
    return context.want.held(flat(" . ".join(texts)))


def goes_before(context: Context, stated: Answer, formal: Answer) -> bool:
    """Whether what a passage says goes before a formal answer that leaves much of the question aside.

    "Nắm tình hình đời sống của ai" asks for no issuer, though it says "của ai".
    """
    share = held_share(context, formal)
    return share < _ENOUGH and held_share(context, stated) >= share + _MORE


def _rows(context: Context, places: set[str]) -> list[PassageRow]:
    library = context.library
    return [
        library.passage_rows[row] for place in sorted(places) for row, _ in library.passages.search(place.split(), 8)
    ]


def _names(held: Held, places: set[str]) -> bool:
    text = f" {_text(held.document.text)} "
    return any(f" {place} " in text for place in places)


@lru_cache(maxsize=64)
def _text(text: str) -> str:
    """The same few documents answer most questions."""
    return flat(text)
