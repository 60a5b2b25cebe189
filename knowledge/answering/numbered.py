"""Answers that the numbers in a question decide: none has it, it is of another year, it is cited by what is asked."""

from __future__ import annotations

import re
from typing import Final

from knowledge.answer import Answer
from knowledge.answering.context import Context
from knowledge.answering.sources import from_citation, naming, suggestion
from knowledge.answering.understand import as_typed
from knowledge.fold import fold
from knowledge.mentions import TYPES

_YEAR: Final = re.compile(r"\d[\w./-]* (?:cua nam |nam )?((?:19|20)\d\d)\b(?! (?:den|-))")
"""The year that a number is said to be of: "07/KH-UBND năm 2023"."""
BEFORE_OR_AFTER: Final = re.compile(rf"\b(truoc|sau) (?:khi )?(?:co )?(?:{'|'.join(TYPES)})\b")
"""What leads to a document that another one goes before, or follows: "trước Chỉ thị 33 có chỉ thị nào"."""


def unknown_number(context: Context) -> Answer | None:
    """The refusal of a number that no document has, with those that are written nearly so."""
    if context.unknown is None:
        return None
    near = tuple(map(suggestion, context.library.neighbours(context.unknown)))
    facts = {"number": as_typed(context.asked.typed, context.unknown)}
    return Answer("refusal", "document", facts, reason="unknown-number", suggestions=near, score=1.0)


def another_year(context: Context) -> Answer | None:
    """The refusal of a number that is known of another year only: numbers begin anew each year."""
    target, mentions = context.target, context.asked.mentions
    year = _YEAR.search(fold(context.asked.typed))
    if target is None or target.date is None or not mentions or year is None:
        return None
    if context.asked.looked_for and BEFORE_OR_AFTER.search(context.asked.flat):
        return None  # the year is that of the other one
    if target.date.year == int(year[1]) or year[1] in target.text:
        return None
    facts = {"number": f"{as_typed(context.asked.typed, mentions[0])} năm {year[1]}"}
    return Answer("refusal", "document", facts, reason="unknown-number", suggestions=(suggestion(target),), score=1.0)


def carried_out(context: Context) -> Answer | None:
    """Where a stored document that is named cites the numbered one, if nothing more is asked of the two."""
    if context.target or context.has_topic or not context.mentioned or not context.asked.folded.endswith(" khong"):
        return None
    for known in context.mentioned:
        for cited in known.cited:
            if cited.held.key in (context.scope or ()):
                facts = naming(context.known_of(cited.held))
                return Answer("answer", "other", facts, (from_citation(cited),), score=0.9)
    return None
