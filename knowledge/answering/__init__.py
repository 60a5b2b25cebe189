"""Answering a question from the library: what is asked, which document is meant, what it says, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from knowledge.answer import Answer
from knowledge.answering import header
from knowledge.answering.attached import of_kind, unattached
from knowledge.answering.check import checked, goes_before
from knowledge.answering.clause import clause
from knowledge.answering.context import Context, read
from knowledge.answering.deadlines import deadline
from knowledge.answering.evidence import THRESHOLD, titles
from knowledge.answering.limits import forbidden, is_sum
from knowledge.answering.meaning import meaning
from knowledge.answering.numbered import another_year, carried_out, unknown_number
from knowledge.answering.phrases import phrase
from knowledge.answering.places import elsewhere
from knowledge.answering.said import said
from knowledge.answering.several import bare_subject, halves, joined, side_by_side
from knowledge.answering.shown import as_good
from knowledge.answering.somebody import signatory
from knowledge.answering.sources import suggestion
from knowledge.answering.understand import understand
from knowledge.answering.which import which
from knowledge.library import Known, Library
from knowledge.mentions import TYPES

__all__ = ["THRESHOLD", "answer"]

_MOST: Final = 5


def answer(library: Library, question: str, about: int | None = None, *, threshold: float = THRESHOLD) -> Answer:
    """Answer a question as typed, from the library alone, or refuse.

    ``about`` is the key of the document that was just shown: a follow-up ("còn hạn nộp?") stays with it.
    What each intent carries is told at :class:`knowledge.answer.Answer`.
    """
    first = _one(library, question, about, threshold)
    cut = halves(question)
    if cut is None or first.reason in ("personal-data", "instruction", "unknown-number"):
        return first
    left = _one(library, cut[0], about, threshold)
    shown = next((source.document for source in left.sources if source.document is not None), about)
    return joined(left, _one(library, cut[1], shown, threshold)) or first


def _one(library: Library, question: str, about: int | None, threshold: float) -> Answer:
    asked = understand(question, library.speller, library.passages.vocabulary.accented)
    if reason := forbidden(question, " ".join(asked.words)):
        return Answer("refusal", asked.intent, {}, reason=reason)
    if is_sum(question) or not (asked.words or asked.mentions):
        return Answer("refusal", "other", {}, reason="out-of-scope")
    context = read(library, asked, about)
    found = _found(context, threshold)
    if not context.follows or context.leans:
        return found
    anywhere = _found(read(library, asked, None), threshold)
    return found if as_good(context, found, anywhere) else anywhere


def _found(context: Context, threshold: float) -> Answer:
    """The answer in one context: of the document that is named or shown, or of all."""
    asked = context.asked
    if refused := unknown_number(context) or another_year(context):
        return refused
    if together := side_by_side(context) or bare_subject(context):
        return together
    if len(context.targets) > 1 and asked.intent not in ("which", "cites"):
        return Answer("choice", "document", {}, suggestions=tuple(map(suggestion, context.targets[:_MOST])), score=1.0)
    if not context.mentioned and elsewhere(context):
        return Answer("refusal", asked.intent, {}, reason="out-of-scope", score=1.0)
    result = of_kind(context, checked(context, _by_intent(context)))
    unsure = result.kind == "refusal" or result.score < threshold
    if asked.whether and unsure and context.scope is not None and len(context.scope) == 1:
        stated = checked(context, said(context, "other"))
        result = stated if stated.kind == "answer" and stated.score >= threshold else result
    if result.kind == "answer" and result.score < threshold:
        return _out_of_scope(context, result)
    return replace(result, sources=tuple(dict.fromkeys(result.sources)))


def _by_intent(context: Context) -> Answer:
    if found := signatory(context):
        return found
    if header.names_signer(context):
        return header.signer(context, "signer") or said(context, "other")
    formal = context.asked.intent in ("date", "issuer", "signer", "holder")
    differs = context.differs(context.target) if context.target and not formal else {}
    if context.target and differs and (context.asked.yes_or_no or "issuer" in differs.values()):
        return header.described(context, context.target)
    if found := clause(context) or unattached(context) or carried_out(context):
        return found
    if (one := _asked_what_about(context)) is not None:
        return header.described(context, one)
    refusal: Answer | None = None
    for intent in context.asked.intents:
        if refusal and intent not in ("date", "issuer"):
            continue
        if (reply := _RESPONDERS.get(intent)) and (found := reply(context, intent)):
            if found.kind == "refusal" and intent == "signer":
                refusal = found  # "ban hành ngày nào, ai ký": the other half may be known
                continue
            if intent in _SEEMING and (stated := _stated(context)) and goes_before(context, stated, found):
                return stated
            return found
    if refusal:
        return refusal
    bare = not context.has_topic or context.asked.defines or _told_by_title(context)
    if context.target and bare and not context.target.held and context.asked.intent in ("quantity", "when", "where"):
        return said(context, context.asked.intent)
    kinds = context.asked.intents == ("other",) and set(context.topic.words) <= _TYPE_WORDS
    if context.target and kinds:
        return header.described(context, context.target)  # "là tờ trình hay thông tri"
    held = context.target is not None and context.target.held
    about = _WHAT_ABOUT.search(context.asked.folded) or context.asked.defines
    if held and not context.matter and context.asked.intent == "duty" and not about:
        return said(context, "duty")  # "công văn 447 dặn gì": everything that it charges somebody with
    if context.target and (bare or (context.asked.wants_content and not context.target.held)):
        return header.described(context, context.target)
    return said(context, context.asked.intent)


def _asked_what_about(context: Context) -> Known | None:
    """The document of which nothing is asked but what it is about: "công văn Bình Sơn 2022 về việc gì"."""
    if context.mentioned or not _WHAT_ABOUT.search(context.asked.folded):
        return None
    if context.only_named:
        return None if context.has_topic else context.only_named
    known, _ = context.subject(held_only=True)
    return known if known and context.asked.types and context.topic.covered(known.text) >= _WHOLLY else None


_WHOLLY: Final = 0.9


def _told_by_title(context: Context) -> bool:
    """Whether what is asked of a document that is not stored is what it is said to be about."""
    target, asked = context.target, context.asked
    if target is None or target.held or not target.cited or asked.intents != ("other",) or asked.wants_provisions:
        return False
    return context.topic.covered(target.text) >= _TITLE_TELLS


_TITLE_TELLS: Final = 0.6
_TYPE_WORDS: Final = frozenset(word for kind in TYPES for word in kind.split())
_WHAT_ABOUT: Final = re.compile(
    r"\b(?:ve|noi|la) (?:viec |cai |chuyen |van ban |van de |noi dung )*(?:ve )?(?:viec |cai )?gi\b"
)


def _stated(context: Context) -> Answer | None:
    """What the passages say, if more is asked than a numbered document and they are sure of it."""
    if context.target or not context.has_topic:
        return None
    kinds = (intent for intent in context.asked.intents if intent not in _SEEMING)
    given = said(context, next(kinds, "who" if context.asked.asks_who else "other"))
    return given if given.kind == "answer" and given.score >= THRESHOLD else None


def _out_of_scope(context: Context, weak: Answer) -> Answer:
    near = [known for known, score in titles(context.library, context.asked, context.want) if score >= 0.2][:3]
    suggestions = tuple(suggestion(known) for known in near if known.number)
    return Answer("refusal", weak.intent, {}, reason="out-of-scope", suggestions=suggestions, score=weak.score)


_SEEMING: Final = frozenset({"issuer", "cites"})
"""Kinds of questions that a word or two may seem to ask: "của ai", "căn cứ vào đâu"."""

_RESPONDERS: Final[dict[str, Callable[[Context, str], Answer | None]]] = {
    "phrase": phrase,
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
    "meaning": meaning,
}
