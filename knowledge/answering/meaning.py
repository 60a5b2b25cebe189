"""Answers to what an abbreviation stands for."""

from __future__ import annotations

import re
from typing import Final

from knowledge.answer import Answer, Source
from knowledge.answering.context import Context
from knowledge.answering.header import described
from knowledge.fold import fold
from knowledge.wording import abbreviations

_ASKING: Final = frozenset("la gi nghia viet tat cua chu tu co cai z vay the nao hieu cho hoi y".split())  # noqa: SIM905


def meaning(context: Context, intent: str) -> Answer | None:
    """What an abbreviation stands for; a document that is asked "là gì"; ``None``: see what the texts say."""
    if context.target:
        return described(context, context.target) if not context.has_topic else None
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
