"""Answers to "what does mục 4 say": the clause itself, or that there is none."""

from __future__ import annotations

from typing import Final

from knowledge.answer import Answer
from knowledge.answering.context import Context
from knowledge.answering.evidence import in_clauses
from knowledge.answering.header import not_stated
from knowledge.answering.sources import from_document, naming, status_of
from knowledge.document import Passage
from knowledge.fold import fold
from knowledge.library import OUTSIDE, Held

_LENGTH: Final = 600
_ALSO_WORDS: Final = frozenset(["vi", "xi"])
"""Roman numerals that are words, too: "kỷ niệm chương vì sự nghiệp" typed without accents."""
_SAYS_NOTHING: Final = frozenset(["yeu", "cau", "neu", "the", "dieu", "doc", "xem"])


def clause(context: Context) -> Answer | None:
    """The clause that is named of the one document that is meant; ``None`` where no clause or more is asked."""
    asked = context.asked
    if not asked.clauses:
        return None
    if context.target and not context.target.held:
        return not_stated(context, "document", context.target)
    if context.scope is None or len(context.scope) != 1:
        return None
    held = context.library.held[next(iter(context.scope))]
    known = context.known_of(held)
    found = _passages(held, asked.clauses)
    if not found and context.has_topic and all(clause.split()[-1] in _ALSO_WORDS for clause in asked.clauses):
        return None
    if not found:
        return not_stated(context, "document", known)
    if context.has_topic and set(context.topic.words) - _SAYS_NOTHING:
        return None  # what is asked may stand deeper in it
    first = found[0]
    end = max((p.end for p in _below(held, first) if p.end - first.start <= _LENGTH), default=first.end)
    source = from_document(held, first.start, end, first.path)
    status, detail = status_of(known)
    facts = naming(known) | {"path": first.path}
    return Answer("answer", "other", facts, (source,), status, detail, score=1.0)


def _passages(held: Held, clauses: tuple[str, ...]) -> list[Passage]:
    """The passages of these clauses; "mục 5" is "mục II.5", too, where only one part has a fifth."""
    passages = [p for p in held.document.passages if p.path != OUTSIDE]
    if exact := [p for p in passages if in_clauses(p.path, clauses)]:
        return exact
    ends = [p for p in passages if all(fold(p.path).endswith(f".{clause.split()[-1]}") for clause in clauses)]
    return ends if len(ends) == 1 else []


def _below(held: Held, top: Passage) -> list[Passage]:
    """A passage and what stands below it, as far as it runs on."""
    after = [p for p in held.document.passages if p.start >= top.start and p is not top]
    kept = [top]
    for passage in after:
        if passage.depth <= top.depth and not passage.path.startswith(top.path):
            break
        kept.append(passage)
    return kept
