"""Answers from the formal parts of a document: who signed, to whom, when, which number, what it cites, its validity."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from knowledge.answer import Answer, Source
from knowledge.answering.attached import EITHER
from knowledge.answering.context import Context
from knowledge.answering.coverage import wanted
from knowledge.answering.evidence import THRESHOLD, of_type
from knowledge.answering.quoting import sentences
from knowledge.answering.sources import (
    from_citation,
    from_document,
    from_register,
    naming,
    of_known,
    status_of,
    suggestion,
)
from knowledge.document import Field
from knowledge.fold import fold
from knowledge.library import Known
from knowledge.mentions import TYPES
from knowledge.search.wording import flat

_ROLE: Final = re.compile(
    r"\b((?:pho )?(?:chu tich|tong bi thu|bi thu(?: thuong truc)?|truong ban|giam doc|chanh van phong|truong phong))\b"
)
_PASSIVE: Final = re.compile(r"\b(?:bi|duoc|da) (?:\w+ ){0,4}thay\b|\bhieu luc\b|\bai thay the\b")
_IN_FORCE_WHEN: Final = re.compile(
    r"\bhieu luc\b.*\b(?:khi nao|ngay nao|ngay may|bao gio|luc nao|tu)\b|\b(?:khi nao|bao gio).*hieu luc\b"
)
_IN_FORCE: Final = re.compile(r"\bhieu luc (?:\w+ ){0,3}(?:ke )?tu\b|\bngay (?:co )?hieu luc \d")
_OF_DOCUMENT: Final = re.compile(r"\b(?:van ban|ky(?! niem)|ban hanh|tai lieu)\b")
_HELD_ON: Final = re.compile(r"\b(?:to chuc|dien ra|khai mac|phat dong) (?:vao )?(?:ngay|hom|khi|luc|bao|thang)\b")
"""An event has a day, too, and no header tells it."""
_GUIDES: Final = re.compile(r"\b(?:huong dan|hoat dong|yeu cau|giao) (?:nhung |cac |viec )?(?:gi|nao)\b")
"""What only the text of a document tells; "hd" may be read either way."""
_MOST: Final = 12


def not_stated(context: Context, intent: str, known: Known | None, sources: tuple[Source, ...] = ()) -> Answer:
    """A refusal: the document is here or known, but does not say this. What it is and where we looked is told."""
    facts = naming(known) if known else {}
    if known and not known.held:
        facts["absent"] = "yes"
    near = [suggestion(cited_by) for cited_by in _citing(context, known)[:2]] if known and not known.held else []
    return Answer("refusal", intent, facts, sources, reason="not-stated", suggestions=tuple(near), score=1.0)


def described(context: Context, known: Known) -> Answer:
    """What a document is, by its names; whether its text is stored."""
    listed_only = not known.held and not known.cited and _GUIDES.search(context.asked.folded)
    told = known.title and not (context.asked.wants_provisions or listed_only)
    if (context.asked.wants_content or listed_only) and not (told or known.held):
        return not_stated(context, "document", known)
    facts = naming(known) | context.differs(known)
    facts["held" if known.held else "absent"] = "yes"
    others = dict.fromkeys(context.known_of(cited.held).name for cited in known.cited if cited.held is not known.held)
    if others:
        facts["cited_by"] = "; ".join(others)
    status, detail = status_of(known)
    return Answer("answer", "document", facts, of_known(known), status, detail, score=1.0)


def signer(context: Context, intent: str) -> Answer | None:
    """Who signed it, in which function, for whom."""
    known, score = _signed_by_office(context) or context.subject(held_only=True)
    if known is None:
        return None
    return signed(context, intent, known, score)


def signed(context: Context, intent: str, known: Known, score: float) -> Answer:
    """The signature of a document."""
    header = known.held.document.header if known.held else None
    if header is None or header.signer is None:
        return not_stated(context, intent, known)
    facts = naming(known) | {"signer": header.signer.value}
    if header.signer_title:
        facts["signer_title"] = header.signer_title.value
    if header.signing_authority:
        facts["authority"] = header.signing_authority.value
    role = _ROLE.search(context.asked.folded)
    if role and header.signer_title and fold(header.signer_title.value) != role[1] and names_signer(context):
        facts["differs"] = "signer_title"
    parts = [header.signing_authority, header.signer_title, header.signer]
    return _answered(known, intent, facts, [part for part in parts if part], score, "chữ ký")


def _signed_by_office(context: Context) -> tuple[Known, float] | None:
    """The document that the holder of the office in the question signed: "Tổng Bí thư nào ký quy chế …"."""
    asked = context.asked
    role = _ROLE.search(asked.flat)
    if context.target or context.named or role is None:
        return None
    want = wanted(context.library, asked, {*role[1].split(), *map(str, asked.years)})
    signed = []
    for held in context.library.held.values():
        signed_as, known = held.document.header.signer_title, context.known_of(held)
        in_year = not asked.years or (known.date is not None and known.date.year in asked.years)
        if signed_as and flat(signed_as.value) == role[1] and in_year:
            signed.append((want.covered(known.text), -known.order, known))
    best = max(signed, default=None, key=lambda one: one[:2])
    return (best[2], best[0]) if best and best[0] >= THRESHOLD else None


def names_signer(context: Context) -> bool:
    """Whether the question names the one who signed a document that it is about."""
    text = f" {context.asked.flat} "
    helds = context.named or tuple(known.held for known in context.targets if known.held)
    signers = [held.document.header.signer for held in helds]
    return any(one is not None and f" {flat(one.value)} " in text for one in signers)


def located(context: Context, intent: str) -> Answer | None:
    """Of which province, district or commune it is: only its own header can tell."""
    known, _ = context.subject(held_only=True)
    if known is None or known.held is None:
        return None
    held = known.held
    if held.document.header.place or any(name in held.body for name in held.names):
        return issuer(context, "issuer")
    return not_stated(context, "issuer", known)


def holder(context: Context, intent: str) -> Answer | None:
    """Who holds an office: only a signature of just that office can tell."""
    asked = _ROLE.search(context.asked.folded)
    if asked is None:
        return None
    for held in context.named:
        header = held.document.header
        if header.signer and header.signer_title and fold(header.signer_title.value) == asked[1]:
            return signer(context, "signer")
    known = context.known_of(context.named[0]) if context.named else None
    return not_stated(context, intent, known)


def people(context: Context, intent: str) -> Answer | None:
    """To whom it is addressed, or who receives it."""
    known, score = context.subject(held_only=True)
    if known is None:
        return None
    header = known.held.document.header if known.held else None
    listed = {name: getattr(header, name) if header else () for name in (intent, *_LISTS)}
    if "kinh gui" not in context.asked.folded:
        # Who gets it stands in either list: in that which holds more of what is asked, else in the one asked for.
        asked_for = set(context.topic.words) - _SENDING
        intent = max(listed, key=lambda name: (bool(listed[name]), len(asked_for & _told_whom(listed[name]))))
    fields = listed[intent]
    if not fields:
        return not_stated(context, intent, known)
    facts = naming(known) | {intent: "; ".join(field.value for field in fields)}
    return _answered(known, intent, facts, fields, score, "kính gửi" if intent == "addressees" else "nơi nhận")


_LISTS: Final = ("addressees", "recipients")
_SENDING: Final = frozenset({"gui", "kinh", "nhan", "co", "quan", "don", "vi"})
_SHORT: Final = {"b/c": "báo cáo", "p/h": "phối hợp"}


def _told_whom(fields: tuple[Field, ...]) -> set[str]:
    text = " . ".join(field.quote for field in fields)
    for short, long in _SHORT.items():
        text = text.replace(short, long)
    return set(flat(text).split())


def title(context: Context, intent: str) -> Answer | None:
    """What it is about, in its own words."""
    known, score = context.subject()
    if known is None:
        return None
    if not known.title:
        return not_stated(context, intent, known)
    status, detail = status_of(known)
    return Answer("answer", intent, naming(known), of_known(known), status, detail, score=score)


def dated(context: Context, intent: str) -> Answer | None:
    """Its date, never one that it does not print."""
    asked = context.asked
    meant = context.target or context.about or asked.types or _OF_DOCUMENT.search(asked.folded)
    if (
        (asked.about_reports and not context.target)
        or not meant
        or (_HELD_ON.search(asked.flat) and not context.target)
    ):
        return None  # "ngày truyền thống là ngày nào" asks for no document's date
    known, score = context.subject()
    if known is None:
        return None
    head = _head(context)
    if head is not None and not _is(known, head):
        known = _carrying_out(context, known, head) or known
    if known.date is None or not (head is None or _is(known, head)):
        return not_stated(context, intent, known)
    header = known.held.document.header if known.held else None
    facts = naming(known) | context.differs(known)
    status, detail = status_of(known)
    if header and header.date and known.held:
        source = from_document(known.held, header.date.start, header.date.start + len(header.date.quote), "phần đầu")
        return Answer("answer", intent, facts, (source, *of_known(known, 1)), status, detail, score=score)
    return Answer("answer", intent, facts, of_known(known), status, detail, score=score)


def _head(context: Context) -> str | None:
    """The type that the question begins with; a "báo cáo" may be what is asked about."""
    head = next((kind for kind in TYPES if context.asked.flat.startswith(f"{kind} ")), None)
    return None if head == "bao cao" else head


def _is(known: Known, head: str) -> bool:
    """Whether a document is of this type, or puts one in force.

    "Chương trình phối hợp để làm Quyết định 217" is another document than this.
    """
    kinds = EITHER if head in EITHER else {head}
    return of_type(known, kinds) or f" {head} " in f" {flat(known.title or '')} "


def _carrying_out(context: Context, known: Known, head: str) -> Known | None:
    """The one stored document of a type whose title names another: "kế hoạch triển khai Chỉ thị 52"."""
    number = f" {flat(known.number or '')} "
    naming_it = [
        one for one in _citing(context, known) if of_type(one, {head}) and number in f" {flat(one.title or '')} "
    ]
    return naming_it[0] if len(naming_it) == 1 else None


def issuer(context: Context, intent: str) -> Answer | None:
    """Who issued it."""
    known, score = context.subject()
    if known is None:
        return None
    if not known.issuer:
        return not_stated(context, intent, known)
    status, detail = status_of(known)
    header = known.held.document.header if known.held else None
    sources = of_known(known)
    if header and header.issuer and known.held:
        field = header.issuer
        sources = (from_document(known.held, field.start, field.start + len(field.quote)), *sources[:1])
    facts = naming(known) | context.differs(known)
    return Answer("answer", intent, facts, sources, status, detail, score=score)


def blank_number(context: Context) -> Answer | None:
    """The refusal when a document that is clearly meant was left without a number."""
    if context.target:
        return None
    known, _ = context.subject()
    if known is None or known.number is not None or known.held is None or not context.fits_type(known):
        return None
    symbol = known.held.document.header.symbol
    sources = (from_document(known.held, symbol.start, symbol.start + len(symbol.quote)),) if symbol else ()
    return not_stated(context, "number", known, sources)


def validity(context: Context, intent: str) -> Answer | None:
    """Whether it was replaced or amended: only the register or a text that says so can tell."""
    known, score = context.subject()
    if known is None:
        return None
    if _IN_FORCE_WHEN.search(context.asked.folded) and (stated := _in_force(known)):
        return replace(stated, score=score)
    status, detail = status_of(known)
    directive = known.directive
    if directive and status and detail:
        key = "replaced_by" if status == "replaced" else "amended_by"
        facts = naming(known) | {key: detail}
        return Answer(
            "answer", intent, facts, (from_register(directive), *of_known(known, 1)), status, detail, score=score
        )
    said = [
        (cited.citation.relation, cited)
        for cited in known.cited
        if cited.citation.relation in ("thay thế", "sửa đổi", "bãi bỏ")
    ]
    if said:
        relation, cited = said[0]
        by = context.known_of(cited.held)
        facts = naming(known) | {"relation": relation or "", "replaced_by": by.name}
        return Answer("answer", intent, facts, (from_citation(cited),), score=score)
    replaces, sources = _replaced_by(context, known)
    facts = naming(known) | ({"replaces": "; ".join(replaces)} if replaces else {})
    if replaces and not _PASSIVE.search(context.asked.folded):
        return Answer("answer", intent, facts, sources, score=score)
    return Answer("refusal", intent, facts, of_known(known, 1), reason="not-stated", score=score)


def _in_force(known: Known) -> Answer | None:
    """From when on a stored document is in force, in its own words."""
    for passage in known.held.document.passages if known.held else ():
        for start, end in sentences(known.held.document.text, passage.start, passage.end) if known.held else ():
            if known.held and _IN_FORCE.search(flat(known.held.document.text[start:end])):
                source = from_document(known.held, start, end)
                status, detail = status_of(known)
                return Answer("answer", "when", naming(known), (source,), status, detail)
    return None


def _replaced_by(context: Context, known: Known) -> tuple[list[str], tuple[Source, ...]]:
    """What this document replaces: as its own text says, or as the register does."""
    found: dict[str, Source] = {}
    if known.held:
        for other, cited in context.library.cited_in(known.held.key):
            if cited.citation.relation in ("thay thế", "bãi bỏ"):
                found[other.name] = from_citation(cited)
    for other in context.library.listed:
        if other.directive and known.number in other.directive.replaced_by:
            found.setdefault(other.name, from_register(other.directive))
    return list(found), tuple(found.values())


def cites(context: Context, intent: str) -> Answer | None:
    """What a stored document cites."""
    known, score = context.subject(held_only=True)
    if known is None:
        return None
    cited = known.held.document.citations if known.held else ()
    if not cited or known.held is None:
        return not_stated(context, intent, known)
    facts = naming(known) | {
        "count": str(len(cited)),
        "items": "; ".join(f"{one.type} {one.number}" for one in cited[:_MOST]),
    }
    sources = tuple(from_document(known.held, one.start, one.start + len(one.quote)) for one in cited[:3])
    return Answer("answer", intent, facts, sources, score=score)


def cited_by(context: Context, intent: str) -> Answer | None:
    """Which stored documents cite it."""
    known = context.target
    if known is None:
        return None
    citing = _citing(context, known)
    of_kind = [one for one in citing if context.fits_type(one)] if context.asked.looked_for else []
    citing = of_kind or citing
    if not citing:
        return not_stated(context, intent, known)
    keys = {one.held.key for one in citing if one.held}
    facts = naming(known) | {"count": str(len(citing)), "items": "; ".join(one.name for one in citing[:_MOST])}
    sources = tuple(from_citation(cited) for cited in known.cited if cited.held.key in keys)[:3]
    return Answer("answer", intent, facts, sources, score=1.0)


def _citing(context: Context, known: Known | None) -> list[Known]:
    if known is None:
        return []
    return list(dict.fromkeys(context.known_of(cited.held) for cited in known.cited))


def _answered(
    known: Known, intent: str, facts: dict[str, str], fields: list[Field] | tuple[Field, ...], score: float, path: str
) -> Answer:
    """An answer whose quote runs over neighbouring fields of a header."""
    assert known.held is not None
    start = min(field.start for field in fields)
    end = max(field.start + len(field.quote) for field in fields)
    status, detail = status_of(known)
    return Answer("answer", intent, facts, (from_document(known.held, start, end, path),), status, detail, score=score)
