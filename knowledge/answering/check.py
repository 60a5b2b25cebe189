"""The last look at every answer: a document of another place than the one asked about answers nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from knowledge.answer import Answer
from knowledge.answering.context import Context
from knowledge.answering.places import PROVINCES
from knowledge.answering.sources import suggestion
from knowledge.library import Held, PassageRow
from knowledge.search.wording import flat

_ASKED_OF: Final = re.compile(rf"(?:^|\b(?:tinh|thanh pho|tp|o|cua|uy ban nhan dan|ben|cho|tai) )({PROVINCES})\b")


def checked(context: Context, given: Answer) -> Answer:
    """The answer, or a refusal that offers the documents of the place asked about where the answer is not of it."""
    first = given.sources[0] if given.sources else None
    if given.kind != "answer" or first is None or first.document is None or context.mentioned:
        return given
    text = context.asked.flat
    asked_of = {match[1] for match in _ASKED_OF.finditer(text)}
    asked_of |= {name for name in context.library.marks.standing("place", text) if name in PROVINCES.split("|")}
    held = context.library.held
    if not asked_of or any(_names(held[source.document], asked_of) for source in given.sources if source.document):
        return given
    near = dict.fromkeys(row.held for row in _rows(context, asked_of) if _names(row.held, asked_of))
    offered = tuple(suggestion(context.known_of(one)) for one in list(near)[:3])
    return Answer("refusal", given.intent, {}, reason="out-of-scope", suggestions=offered, score=given.score)


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
