"""Sources and facts of an answer, made from where they stand."""

from __future__ import annotations

import datetime as dt

from knowledge.answer import Source, Suggestion
from knowledge.document import Passage
from knowledge.library import Cited, Held, Known
from knowledge.register import Directive


def shown_date(date: dt.date | None) -> str | None:
    """A date as Vietnamese documents print it, "07/01/2016"."""
    return f"{date:%d/%m/%Y}" if date else None


def passage_at(held: Held, offset: int) -> Passage | None:
    """The innermost passage that holds this place of the original."""
    around = [p for p in held.document.passages if p.start <= offset < p.end]
    return max(around, key=lambda p: (p.depth, p.start), default=None)


def from_document(held: Held, start: int, end: int, path: str | None = None) -> Source:
    """A stretch of a stored document as a source; its path is that of the innermost passage."""
    header = held.document.header
    passage = passage_at(held, start)
    return Source(
        document=held.key,
        type=header.type.value if header.type else None,
        number=header.number.value if header.number else None,
        date=header.date.value if header.date else None,
        issuer=header.issuer.value if header.issuer else None,
        title=header.title.value if header.title else None,
        path=path or (passage.path if passage else None),
        quote=held.document.text[start:end],
        source=held.name,
    )


def from_register(directive: Directive) -> Source:
    """An entry of the register as a source."""
    return Source(
        document=None,
        type=directive.type,
        number=directive.number,
        date=directive.date.isoformat() if directive.date else None,
        issuer=directive.issuer,
        title=directive.title,
        path=None,
        quote=directive.fact,
        source=directive.source,
    )


def from_citation(cited: Cited) -> Source:
    """The place where a stored document cites another."""
    start = cited.citation.start
    return from_document(cited.held, start, start + len(cited.citation.quote))


def of_known(known: Known, limit: int = 3) -> tuple[Source, ...]:
    """Where a document is known from: itself, then those that cite it most fully, then the register."""
    found: list[Source] = []
    if known.held:
        header = known.held.document.header
        field = header.title or header.number or header.symbol or header.type
        if field:
            found.append(from_document(known.held, field.start, field.start + len(field.quote)))
        elif known.held.document.passages:
            first = known.held.document.passages[0]
            found.append(from_document(known.held, first.start, min(first.end, first.start + 200)))
    fullness = sorted(
        known.cited,
        key=lambda cited: (cited.citation.date is None, cited.citation.about is None, cited.held.key),
    )
    found += [from_citation(cited) for cited in fullness]
    found = found[:limit]
    if known.directive and (len(found) < limit or not known.held):
        found.append(from_register(known.directive))
    return tuple(found)


def naming(known: Known) -> dict[str, str]:
    """The facts that name a document, as far as they are known: type, number, date, issuer, about."""
    facts = {
        "type": known.type,
        "number": known.number,
        "date": shown_date(known.date),
        "issuer": known.issuer,
        "about": known.title,
    }
    return {name: value for name, value in facts.items() if value}


def suggestion(known: Known) -> Suggestion:
    """A document offered by its name."""
    return Suggestion(label=known.name, question=known.name)


def status_of(known: Known | None) -> tuple[str | None, str | None]:
    """What the register knows of validity, and by which documents."""
    directive = known.directive if known else None
    if directive is None or directive.status is None:
        return None, None
    by = directive.replaced_by if directive.status == "replaced" else directive.amended_by
    return directive.status, "; ".join(by) or None
