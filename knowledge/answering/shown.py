"""Whether the document just shown answers a question that is whole in itself, or any other does it better."""

from __future__ import annotations

from typing import Final

from knowledge.answer import Answer
from knowledge.answering.context import Context
from knowledge.answering.sources import passage_at
from knowledge.search.wording import flat

_OF_ALL: Final = frozenset({"which", "number", "cited-by"})
"""Who asks which document it is does not ask the one at hand."""
_WELL: Final = 0.7
_LESS: Final = 0.2
"""By so much less the document at hand may hold of what is wanted."""


def as_good(context: Context, shown: Answer, anywhere: Answer) -> bool:
    """Whether what the document at hand says is to be told, and not what all documents say together."""
    if shown.kind != "answer":
        return anywhere.kind == "refusal"
    if anywhere.kind == "choice":
        return True
    if anywhere.kind == "answer" and anywhere.intent in _OF_ALL:
        return False
    least = _held(context, anywhere) - _LESS if anywhere.kind == "answer" else _WELL
    return _held(context, shown) >= least


def _held(context: Context, told: Answer) -> float:
    """How much of what is wanted the place holds that answers it, with its headings and what its document is about."""
    source = told.sources[0] if told.sources else None
    if source is None or source.document is None:
        return 0.0
    held = context.library.held[source.document]
    passage = passage_at(held, held.document.text.find(source.quote))
    around = f"{passage.heading} . {passage.text}" if passage else source.quote
    return round(context.want.covered(flat(f"{around} . {held.subject}")), 1)
