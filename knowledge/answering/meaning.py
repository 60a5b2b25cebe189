"""Answers to what an abbreviation stands for."""

from __future__ import annotations

import re
from typing import Final

from knowledge.answer import Answer, Source
from knowledge.answering.context import Context
from knowledge.answering.evidence import THRESHOLD, titles
from knowledge.answering.header import described
from knowledge.answering.sources import naming, of_known, status_of
from knowledge.fold import fold
from knowledge.search.wording import abbreviations, flat

_ASKING: Final = frozenset("la gi nghia viet tat cua chu tu co cai z vay the nao hieu cho hoi y".split())  # noqa: SIM905


_CLOSE: Final = 0.1
_THEME: Final = re.compile(r"\bchu de\b")


def _themed(context: Context) -> Answer | None:
    """The title that names the theme asked for: it is told where the document presents itself."""
    ranked = titles(context.library, context.asked, context.want)
    themed = [(known, score) for known, score in ranked if _THEME.search(flat(known.title or ""))]
    themed = [(known, score) for known, score in themed if known.held and score >= ranked[0][1] - _CLOSE]
    if not themed or themed[0][1] < THRESHOLD:
        return None
    known, score = themed[0]
    return Answer("answer", "title", naming(known), of_known(known), *status_of(known), score=score)


def meaning(context: Context, intent: str) -> Answer | None:
    """What an abbreviation stands for; a document that is asked "là gì"; ``None``: see what the texts say."""
    if context.target:
        return described(context, context.target) if not context.has_topic else None
    if _THEME.search(context.asked.folded):
        return _themed(context)
    typed = re.findall(r"[^\W_]+", context.asked.typed)
    asked_for = [word for word in typed if fold(word) not in _ASKING]
    if len(asked_for) != 1:
        return None
    short = asked_for[0]
    long = abbreviations().get(short.lower()) or abbreviations().get(fold(short))
    if not long or not any(long):
        return None
    meanings = [" ".join(parts) for parts in long if parts]
    source = Source(None, None, None, None, None, None, None, meanings[0], "abbreviations.tsv")
    return Answer("answer", "meaning", {"term": short, "meaning": " / ".join(meanings)}, (source,), score=1.0)
