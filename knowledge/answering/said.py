"""Answers to what the documents say about something: the passage and the sentence that hold its words best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from knowledge.answer import Answer
from knowledge.answering import header
from knowledge.answering.context import Context
from knowledge.answering.evidence import FORMAL, THRESHOLD, Found, Wanted, best_quote, counted, passages, share_of
from knowledge.answering.fitting import Accept, anything, fitting, strictly
from knowledge.answering.sources import from_citation, from_document, naming, status_of, suggestion
from knowledge.library import Held, PassageRow
from knowledge.wording import flat

_MOST: Final = 5
_TRIED: Final = 8
_LEAST: Final = 2
_TYPED: Final = (0.85, 0.75)
"""What a sentence of the right kind is worth: an amount, a time or a place more than somebody who acts."""
_AROUND: Final = 0.9
_NOT_IN_TITLES: Final = frozenset({"when", "where", "quantity", "who", "meaning"})
_OF_PASSAGES: Final = frozenset({"duty", "who", "when", "where", "quantity", "meaning"})


def said(context: Context, intent: str) -> Answer:
    """What the documents say about X: the passage and the sentence that hold its words best."""
    asked, topic = context.asked, context.topic
    intent = {"date": "when", "deadline": "when"}.get(intent, intent if intent in _OF_PASSAGES else "other")
    if context.target and not context.target.held:
        return _from_citations(context, intent)
    if not topic.words and context.scope is not None and len(context.scope) == 1:
        whole = context.library.held[next(iter(context.scope))]
        if intent in ("quantity", "when", "where"):
            return _anywhere(context, intent, whole)
        listed = _duties(context, intent, whole) if intent in ("who", "duty") else None
        return listed or header.described(context, context.known_of(whole))
    found = passages(context.library, asked, topic, context.scope)
    if context.scope is None and len(topic.words) < _LEAST:
        return Answer("refusal", intent, {}, reason="out-of-scope")  # one syllable stands anywhere
    if (strict := strictly(context, intent)) and (told := _told(context, intent, found, strict)):
        return told
    accept = fitting(context, intent)
    if told := _told(context, intent, found, accept):
        return told
    if asked.defines and intent == "meaning":
        near = dict.fromkeys(context.known_of(one.row.held) for one in found[:6] if one.confidence >= THRESHOLD)
        if not near:
            return Answer("refusal", intent, {}, reason="out-of-scope")
        refused_term = header.not_stated(context, intent, None)
        return replace(refused_term, suggestions=tuple(map(suggestion, list(near)[:3])))
    if found and accept is not anything and found[0].confidence >= THRESHOLD:
        return header.not_stated(context, intent, context.known_of(found[0].row.held) if context.scope else None)
    return Answer("refusal", intent, {}, reason="out-of-scope")


def _told(context: Context, intent: str, found: Sequence[Found], accept: Accept) -> Answer | None:
    """The answer of the first of these passages that has a sentence of the kind that is asked for."""
    topic = context.topic
    for one in found[: _TRIED if context.scope is None else len(found)]:
        if intent in _NOT_IN_TITLES and one.row.passage.path == "tiêu đề":
            continue
        if quote := best_quote(one.row, topic, accept):
            begin, end, share = quote
            confidence = one.confidence
            if accept is not anything:
                fits = _fits(topic, intent, one.row, begin, end)
                if max(share, fits, one.own - 0.2) < 0.3 and not _labelled(one.row, intent, begin):
                    continue
                confidence = max(
                    confidence, _TYPED[intent == "who"] * fits
                )  # to be of the kind that is asked for tells, too
            announces = intent == "duty" and one.row.held.document.text[end - 1] == ":"  # "… nội dung sau:"
            if announces and (listed := _duties(context, intent, one.row.held)):
                return replace(listed, score=confidence)
            source = from_document(one.row.held, begin, end)
            known = context.known_of(one.row.held)
            facts = naming(known) | {"path": source.path or ""}
            if who := _who(context, one.row.held.key, begin, end):
                facts["who"] = who
            status, detail = status_of(known)
            return Answer("answer", intent, facts, (source,), status, detail, score=confidence)
    return None


def _fits(topic: Wanted, intent: str, row: PassageRow, begin: int, end: int) -> float:
    """The share of what is wanted that a sentence holds together with the headings that it stands under."""
    heading, text = flat(row.passage.heading), row.held.document.text
    # "Tổng thống Mỹ là ai" is not answered by the words here and there.
    sentence = f"{heading} . {counted(text[begin:end])}"
    if intent == "who":
        return (topic.held(sentence) + topic.covered(sentence)) / 2
    around = counted(text[row.passage.start : row.passage.end])
    return max(topic.held(sentence), _AROUND * topic.held(f"{heading} . {around}"))


_LABELS: Final = {
    "when": ("thoi gian", "thoi han", "ngay"),
    "where": ("dia diem", "noi"),
    "quantity": ("so luong", "so", "kinh phi"),
    "who": ("thanh phan", "don vi", "nguoi"),
}
"""What stands before the answer in a document that is set out as a list: "Thời gian: …"."""


def _labelled(row: PassageRow, intent: str, begin: int) -> bool:
    line = row.held.document.text[begin : begin + 60].partition(":")
    return bool(line[1]) and flat(line[0]).startswith(_LABELS.get(intent, ("\0",)))


def _anywhere(context: Context, intent: str, held: Held) -> Answer:
    """An amount, a time or a place of a document, asked by nothing else: the one sentence that holds some."""
    accept = fitting(context, intent)
    for row in context.library.passage_rows:
        if row.held is not held or row.passage.path in FORMAL:
            continue
        if quote := best_quote(row, context.topic, accept):
            source = from_document(held, quote[0], quote[1])
            facts = naming(context.known_of(held)) | {"path": source.path or ""}
            status, detail = status_of(context.known_of(held))
            return Answer("answer", intent, facts, (source,), status, detail, score=0.6)
    return header.not_stated(context, intent, context.known_of(held))


def _duties(context: Context, intent: str, held: Held) -> Answer | None:
    """Everything that one document charges somebody with."""
    duties = held.document.duties
    if not duties:
        return None
    charged = dict.fromkeys(duty.who for duty in duties if duty.who)
    facts = naming(context.known_of(held)) | {"count": str(len(duties))}
    if charged:
        facts["who"] = "; ".join(charged)
    sources = tuple(from_document(held, duty.start, duty.start + len(duty.quote)) for duty in duties[:_MOST])
    return Answer("answer", intent, facts, sources, score=0.8)


def _from_citations(context: Context, intent: str) -> Answer:
    """A document that is only cited: its citations may hold the answer, its own text is not here."""
    known = context.target
    assert known is not None
    accept = fitting(context, intent)
    if context.asked.defines:
        return header.described(context, known)
    for cited in known.cited:
        text = counted(cited.citation.quote)
        if accept(text) and (accept is not anything or share_of(context.topic, [cited.citation.quote]) >= 0.7):
            status, detail = status_of(known)
            return Answer("answer", "document", naming(known), (from_citation(cited),), status, detail, score=0.9)
    if context.differs(known) or (context.topic.words and share_of(context.topic, [known.title, known.issuer]) >= 0.7):
        return header.described(context, known) or header.not_stated(context, intent, known)
    return header.not_stated(context, intent, known)


def _who(context: Context, key: int, begin: int, end: int) -> str | None:
    for duty in context.library.held[key].document.duties:
        if duty.who and duty.start < end and begin < duty.start + len(duty.quote):
            return duty.who
    return None
