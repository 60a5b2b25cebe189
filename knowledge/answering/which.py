"""Answers to "which document": by what documents are called and about, or by what their passages say."""

from __future__ import annotations

from typing import Final

from knowledge.answer import Answer, Source
from knowledge.answering import header
from knowledge.answering.context import Context
from knowledge.answering.evidence import FORMAL, best_quote, known_text, passages, titles
from knowledge.answering.sources import from_citation, from_document, naming, of_known, status_of
from knowledge.library import Cited, Known
from knowledge.wording import flat

_CLOSE: Final = 0.08
_DEEPER: Final = 0.12
_SPEAKS: Final = 0.8
_MOST: Final = 5


def which(context: Context, intent: str) -> Answer | None:
    """Which document covers X: by title first, by what the passages say otherwise."""
    asked, library = context.asked, context.library
    if intent == "number" and (blank := header.blank_number(context)):
        return blank
    ranked = titles(library, asked, context.want)
    speaking: list[tuple[Known, float]] = []
    if context.target:
        # "Kết luận nào tiếp tục thực hiện Chỉ thị 05": what is looked for speaks of it.
        number = f" {flat(context.target.number or '')} "
        others = [(known, score) for known, score in ranked if known is not context.target]
        speaking = [(known, max(score, _SPEAKS)) for known, score in others if number in f" {known_text(known)} "]
        ranked = speaking or others
    found = [] if speaking else passages(library, asked, context.topic, context.scope)
    top = ranked[0][1] if ranked else 0.0
    deep = found[0].confidence if found else 0.0
    # A preamble says of its own document what the title says, too.
    own = bool(ranked and found and ranked[0][0].held is found[0].row.held and found[0].row.passage.path in FORMAL)
    if found and deep > top + _DEEPER and not own:
        quote = best_quote(found[0].row, context.topic)
        inside = _cited_inside(context, found[0].row.held.key, found[0].row.passage.start, found[0].row.passage.end)
        fitting = [known for known, _ in inside if context.fits_type(known)]
        if inside and (asked.types or intent == "number"):
            pick = fitting or []
            if pick:
                sources = tuple(from_citation(cited) for known, cited in inside if known in pick)
                return _listed(pick, sources, deep)
        if quote:
            begin, end, _ = quote
            source = from_document(found[0].row.held, begin, end)
            known = context.known_of(found[0].row.held)
            status, detail = status_of(known)
            sources = (source,)
            named = [known]
            if fitting:
                named = [*dict.fromkeys([known, *fitting])]
            facts = naming(known) | {"path": source.path or ""} | _others(named[1:])
            return Answer("answer", "which", facts, sources, status, detail, score=deep)
    if not ranked:
        return None
    best = [known for known, score in ranked if score >= top - _CLOSE][:_MOST]
    sources = tuple(source for known in best[:1] for source in of_known(known, 2))
    sources += tuple(source for known in best[1:] for source in of_known(known, 1)[:1])
    return _listed(best, sources, top)


def _listed(best: list[Known], sources: tuple[Source, ...], score: float) -> Answer:
    status, detail = status_of(best[0])
    facts = naming(best[0]) | _others(best[1:])
    return Answer("answer", "which", facts, sources, status, detail, score=score)


def _others(known: list[Known]) -> dict[str, str]:
    return {"others": "; ".join(one.name for one in known)} if known else {}


def _cited_inside(context: Context, key: int, start: int, end: int) -> list[tuple[Known, Cited]]:
    """What a passage cites, with the place where the document cites it first."""
    cited = context.library.cited_in(key)
    text = context.library.held[key].document.text[start:end]
    return [pair for pair in cited if start <= pair[1].citation.start < end or (pair[0].number or "\0") in text]
