"""Answering a question from the library: what is asked, which document is meant, what it says, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from knowledge.answer import Answer, Source, Suggestion
from knowledge.answering import header
from knowledge.answering.context import Context, read
from knowledge.answering.deadlines import deadline
from knowledge.answering.evidence import best_quote, passages, share_of, titles
from knowledge.answering.sources import from_citation, from_document, naming, of_known, status_of, suggestion
from knowledge.answering.understand import as_typed, forbidden, understand
from knowledge.answering.which import which
from knowledge.fold import fold
from knowledge.library import Held, Known, Library
from knowledge.mentions import Mention
from knowledge.wording import abbreviations, flat

THRESHOLD: Final = 0.45
"""Below this confidence an answer is a refusal. Chosen on development questions, see tests/bench."""
_MOST: Final = 5

_OF_PASSAGES: Final = frozenset({"duty", "who", "when", "where", "quantity", "meaning"})
_NUMERAL: Final = r"(?:\d[\d.,]*|[ivx]+|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)"
_ASKED_AMOUNT: Final = re.compile(r"\b(?:bao nhieu|may|so luong) ((?:\w+)(?: \w+)?)")
_AMOUNT_BEFORE: Final = re.compile(r"\b(\w+) (?:thu )?(?:bao nhieu|may)$")
_TIME: Final = re.compile(
    r"\b(?:sau khi|truoc|ngay \d|thang \d|quy|hang nam|hang thang|hang quy|dinh ky|kip thoi|thuong xuyen"
    r"|tu ngay|den ngay|nam \d|giai doan|trong nam|cuoi nam|dau nam|khi)\b"
)


def answer(library: Library, question: str, about: int | None = None, *, threshold: float = THRESHOLD) -> Answer:
    """Answer a question as typed, from the library alone, or refuse.

    ``about`` is the key of the document that was just shown: a follow-up ("còn hạn nộp?") stays with it.
    What each intent carries is told at :class:`knowledge.answer.Answer`.
    """
    asked = understand(question, library.speller)
    if reason := forbidden(question, " ".join(asked.words)):
        return Answer("refusal", asked.intent, {}, reason=reason)
    if not asked.words and not asked.mentions:
        return Answer("refusal", "other", {}, reason="out-of-scope")
    context = read(library, asked, about)
    if context.unknown:
        return _unknown_number(context, context.unknown)
    if len(context.targets) > 1 and asked.intent not in ("which", "cites"):
        return Answer("choice", "document", {}, suggestions=tuple(map(suggestion, context.targets[:_MOST])), score=1.0)
    result = _by_intent(context)
    if result.kind == "answer" and result.score < threshold:
        return _out_of_scope(context, result)
    return replace(result, sources=tuple(dict.fromkeys(result.sources)))


def _by_intent(context: Context) -> Answer:
    if header.names_signer(context):
        return header.signer(context, "signer") or _passage(context, "other")
    formal = context.asked.intent in ("date", "issuer", "signer", "holder")
    if context.target and context.asked.yes_or_no and not formal and context.differs(context.target):
        return _described(context, context.target)
    refusal: Answer | None = None
    for intent in context.asked.intents:
        if refusal and intent not in ("date", "issuer"):
            continue
        if (reply := _RESPONDERS.get(intent)) and (found := reply(context, intent)):
            if found.kind == "refusal" and intent == "signer":
                refusal = found  # "ban hành ngày nào, ai ký": the other half may be known
                continue
            return found
    if refusal:
        return refusal
    plain = context.asked.wants_content or not context.has_topic
    if plain and (found := _document(context, "document")):
        return found
    return _passage(context, context.asked.intent)


def _unknown_number(context: Context, mention: Mention) -> Answer:
    near = context.library.neighbours(mention)
    facts = {"number": as_typed(context.asked.typed, mention)}
    return Answer(
        "refusal", "document", facts, reason="unknown-number", suggestions=tuple(map(suggestion, near)), score=1.0
    )


def _out_of_scope(context: Context, weak: Answer) -> Answer:
    near = [known for known, score in titles(context.library, context.asked, context.want) if score >= 0.2][:3]
    suggestions: tuple[Suggestion, ...] = tuple(suggestion(known) for known in near if known.number)
    return Answer("refusal", weak.intent, {}, reason="out-of-scope", suggestions=suggestions, score=weak.score)


def _document(context: Context, intent: str) -> Answer | None:
    """What is document N."""
    return _described(context, context.target) if context.target else None


def _described(context: Context, known: Known) -> Answer:
    if context.asked.wants_content and not (known.title or known.held):
        return header.not_stated(context, "document", known)
    facts = naming(known) | context.differs(known)
    if known.held:
        facts["held"] = "yes"
    others = dict.fromkeys(context.known_of(cited.held).name for cited in known.cited if cited.held is not known.held)
    if others:
        facts["cited_by"] = "; ".join(others)
    status, detail = status_of(known)
    return Answer("answer", "document", facts, of_known(known), status, detail, score=1.0)


def _meaning(context: Context, intent: str) -> Answer | None:
    """What an abbreviation stands for; a document that is asked "là gì"; otherwise what the texts say."""
    if context.target:
        return _document(context, "document") if not context.has_topic else None
    typed = re.findall(r"[^\W_]+", context.asked.typed)
    asked_for = [word for word in typed if fold(word) not in _ASKING]
    if len(asked_for) == 1:
        short = asked_for[0]
        long = abbreviations().get(short.lower()) or abbreviations().get(fold(short))
        if long and any(long):
            meanings = [" ".join(parts) for parts in long if parts]
            source = Source(None, None, None, None, None, None, None, meanings[0], "abbreviations.tsv")
            facts = {"term": short, "meaning": " / ".join(meanings)}
            return Answer("answer", "meaning", facts, (source,), score=1.0)
    return None


_ASKING: Final = frozenset(
    [
        "la",
        "gi",
        "nghia",
        "viet",
        "tat",
        "cua",
        "chu",
        "tu",
        "co",
        "cai",
        "z",
        "vay",
        "the",
        "nao",
        "hieu",
        "cho",
        "hoi",
        "y",
    ]
)


def _passage(context: Context, intent: str) -> Answer:
    """What the documents say about X: the passage and the sentence that hold its words best."""
    asked, topic = context.asked, context.topic
    intent = {"date": "when", "deadline": "when"}.get(intent, intent if intent in _OF_PASSAGES else "other")
    if context.target and not context.target.held:
        return _from_citations(context, intent)
    if not topic.words and context.scope is not None and len(context.scope) == 1:
        whole = context.library.held[next(iter(context.scope))]
        listed = _duties(context, intent, whole) if intent in ("who", "duty") else None
        return listed or _described(context, context.known_of(whole))
    found = passages(context.library, asked, topic, context.scope)
    accept = _accept(context, intent)
    refused: tuple[Source, ...] = ()
    for one in found[:6]:
        if quote := best_quote(one.row, topic, accept):
            begin, end, share = quote
            if accept is not _anything and share < 0.3:
                continue
            announces = intent == "duty" and one.row.held.document.text[end - 1] == ":"  # "… nội dung sau:"
            if announces and (listed := _duties(context, intent, one.row.held)):
                return replace(listed, score=one.confidence)
            source = from_document(one.row.held, begin, end)
            known = context.known_of(one.row.held)
            facts = naming(known) | {"path": source.path or ""}
            if who := _who(context, one.row.held.key, begin, end):
                facts["who"] = who
            status, detail = status_of(known)
            return Answer("answer", intent, facts, (source,), status, detail, score=one.confidence)
        refused = refused or (from_document(one.row.held, one.row.passage.start, one.row.passage.end),)
    if found and accept is not _anything and found[0].confidence >= THRESHOLD:
        return header.not_stated(context, intent, context.known_of(found[0].row.held) if context.scope else None)
    return Answer("refusal", intent, {}, reason="out-of-scope")


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
    accept = _accept(context, intent)
    for cited in known.cited:
        text = flat(cited.citation.quote)
        if accept(text) and (accept is not _anything or share_of(context.topic, [cited.citation.quote]) >= 0.7):
            status, detail = status_of(known)
            return Answer("answer", "document", naming(known), (from_citation(cited),), status, detail, score=0.9)
    if context.differs(known) or (context.topic.words and share_of(context.topic, [known.title, known.issuer]) >= 0.7):
        return _document(context, "document") or header.not_stated(context, intent, known)
    return header.not_stated(context, intent, known)


def _anything(_: str) -> bool:
    return True


def _accept(context: Context, intent: str) -> Callable[[str], bool]:
    """What a sentence must hold to answer this kind of question at all: an amount, a time, a place to send to."""
    folded = context.asked.folded
    if intent == "quantity":
        if match := _ASKED_AMOUNT.search(folded):
            noun = match[1].split()
            first = r"[ _]".join(noun)
            pattern = re.compile(rf"\b{_NUMERAL} (?:\w+ ){{0,2}}(?:{first}|{noun[0]})\b|\b{noun[0]} {_NUMERAL}\b")
            return lambda text: bool(pattern.search(text))
        if context.topic.words and folded.endswith(("bao nhieu", "may")):
            head = context.topic.words[0]
            return lambda text: f" {head} " in f" {text} " and any(char.isdecimal() for char in text)
        if match := _AMOUNT_BEFORE.search(folded):
            pattern = re.compile(rf"\b{match[1]} (?:thu )?{_NUMERAL}\b")
            return lambda text: bool(pattern.search(text))
    if intent == "when":
        return lambda text: bool(_TIME.search(text))
    return _anything


def _who(context: Context, key: int, begin: int, end: int) -> str | None:
    for duty in context.library.held[key].document.duties:
        if duty.who and duty.start < end and begin < duty.start + len(duty.quote):
            return duty.who
    return None


_RESPONDERS: Final[dict[str, Callable[[Context, str], Answer | None]]] = {
    "signer": header.signer,
    "holder": header.holder,
    "recipients": header.people,
    "addressees": header.people,
    "title": header.title,
    "date": header.dated,
    "issuer": header.issuer,
    "located": header.located,
    "number": which,
    "validity": header.validity,
    "cites": header.cites,
    "cited-by": header.cited_by,
    "deadline": deadline,
    "which": which,
    "meaning": _meaning,
}
