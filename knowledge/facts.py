"""A document's facts as JSON: what ``danvan facts FILE --json`` prints, in the keys that hand-made gold uses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from knowledge.document import Citation, Document, Field, FoundDeadline, Reference
from knowledge.reading.cited.contradictions import contradictions_between

RELATIONS: Final = {
    "thay thế": "replaces",
    "được thay thế bởi": "replaced_by",
    "sửa đổi": "amends",
    "bổ sung": "supplements",
    "bãi bỏ": "repeals",
    "hướng dẫn": "guides",
}
"""Relations that change or explain another document; "căn cứ" and "thực hiện" stay with the citation."""


def facts(document: Document, others: Sequence[Document] = ()) -> dict[str, object]:
    """Everything that was read from a document; ``None`` where the text does not say it.

    ``others`` are documents that it is compared with: what they say differently joins its contradictions.
    """
    contradictions = [*document.contradictions, *(contradictions_between([document, *others]) if others else ())]
    return {
        "header": _header(document),
        "sections": [
            {"path": p.path, "heading": p.heading or None, "start": p.start, "end": p.end} for p in document.passages
        ],
        "citations": [_citation(c) for c in document.citations],
        "unnumbered_references": [_reference(r) for r in document.references],
        "relations": [
            {"kind": RELATIONS[c.relation], "target": c.number, "quote": c.quote}
            for c in document.citations
            if c.relation in RELATIONS
        ],
        "tasks": [{"section": d.path, "quote": d.quote, "responsible": d.who} for d in document.duties],
        "deadlines": [_deadline(d) for d in document.deadlines],
        "contradictions": [{"kind": c.kind, "about": c.about, "quotes": list(c.quotes)} for c in contradictions],
    }


def _header(document: Document) -> dict[str, object]:
    header = document.header
    single = {
        "doc_type": header.type,
        "number": header.number,
        "symbol": header.symbol,
        "date": header.date,
        "place": header.place,
        "issuer": header.issuer,
        "trich_yeu": header.title,
        "signer": header.signer,
        "signer_title": header.signer_title,
        "signing_authority": header.signing_authority,
    }
    several = {"addressees": header.addressees, "noi_nhan": header.recipients}
    values: dict[str, object] = {key: field.value if field else None for key, field in single.items()}
    values |= {key: [field.value for field in fields] for key, fields in several.items()}
    values |= {f"{key}_quote": field.quote for key, field in single.items() if field}
    values |= {f"{key}_quote": _joint_quote(document, fields) for key, fields in several.items() if fields}
    return values


def _joint_quote(document: Document, fields: tuple[Field, ...]) -> str:
    """The entries of a list as one stretch of the original."""
    return document.text[fields[0].start : fields[-1].start + len(fields[-1].quote)]


def _citation(citation: Citation) -> dict[str, object]:
    return {
        "type": citation.type,
        "number": citation.number,
        "date": _iso(citation.date),
        "issuer": citation.issuer,
        "about": citation.about,
        "relation": citation.relation,
        "quote": citation.quote,
        "start": citation.start,
        "occurrences": citation.occurrences,
    }


def _reference(reference: Reference) -> dict[str, object]:
    return {
        "type": reference.type,
        "name": reference.name,
        "date": _iso(reference.date),
        "year": reference.year,
        "relation": reference.relation,
        "quote": reference.quote,
        "start": reference.start,
        "occurrences": reference.occurrences,
    }


def _deadline(deadline: FoundDeadline) -> dict[str, object]:
    recurrence = deadline.recurrence
    return {
        "quote": deadline.quote,
        "start": deadline.start,
        "who_reports": deadline.who_reports,
        "to_whom": deadline.to_whom,
        "rule": deadline.rule,
        "instances": [
            {
                "period": instance.period,
                "bound": instance.bound,
                "date": instance.date.isoformat(),
                "last_admissible_day": instance.last_admissible_day.isoformat(),
            }
            for instance in deadline.instances
        ],
        "recurrence": None
        if recurrence is None
        else {
            "every": recurrence.every,
            "month": recurrence.month,
            "day": recurrence.day,
            "exclusive": recurrence.exclusive,
        },
        "term": deadline.term,
        "receiver_gone": deadline.receiver_gone,
    }


def _iso(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None
