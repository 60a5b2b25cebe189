"""Questions that name several documents, or nothing but a word: told side by side, or offered to choose from."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from knowledge.answer import Answer, Source
from knowledge.answering.context import Context
from knowledge.answering.evidence import titles
from knowledge.answering.sources import of_known, status_of, suggestion
from knowledge.fold import fold
from knowledge.library import Known

_MOST: Final = 5
_SIDE_BY_SIDE: Final = frozenset({"other", "meaning", "duty", "document", "which", "title", "date", "issuer"})
_COMPARING: Final = re.compile(r"\b(?:khac|so sanh|giong|so voi|hai van ban)\b")
_BARE: Final = 4
"""Words of a question that may be no more than a subject."""
_FITS: Final = 0.75


def side_by_side(context: Context) -> Answer | None:
    """Two or more numbered documents: what each is, so that the reader can compare. No judgement is made up."""
    known = context.mentioned
    if len(known) < 2 or context.asked.intent not in _SIDE_BY_SIDE:
        return None
    comparing = _COMPARING.search(context.asked.folded)
    if not comparing and (context.asked.intent == "which" or context.asked.clauses or _within(context)):
        return None
    sources: list[Source] = []
    for one in known[:_MOST]:
        sources += of_known(one, 1)[:1]
    status, detail = status_of(known[0]) if len({status_of(one) for one in known}) == 1 else (None, None)
    items = "; ".join(_told(one) for one in known[:_MOST])
    return Answer("answer", "compare", {"items": items}, tuple(sources), status, detail, score=1.0)


def _within(context: Context) -> bool:
    """Whether one of them is asked what it says about another that it cites."""
    first, *others = context.mentioned
    if first.held is None or not context.has_topic:
        return False
    citing = {cited.held.key for other in others for cited in other.cited}
    return first.held.key in citing


def _told(known: Known) -> str:
    parts = [known.name]
    if known.date:
        parts.append(f"ngày {known.date:%d/%m/%Y}")
    if known.issuer:
        parts.append(known.issuer)
    return ", ".join(parts) + (f": {known.title}" if known.title and known.number else "")


def bare_subject(context: Context) -> Answer | None:
    """A type, a year or a word or two and no question: the documents that it can mean; ``None``: it is more."""
    asked = context.asked
    if asked.intents != ("other",) or context.scope is not None or context.mentioned or asked.clauses:
        return None
    named = {str(year) for year in asked.years} | {part for kind in asked.types for part in kind.split()} | {"nam"}
    subject = [word for word in context.topic.words if word not in named]
    if not subject:
        return _of_kind(context)
    if len(subject) > _BARE or len(asked.words) > _BARE + len(named):
        return None
    found = [known for known, score in titles(context.library, asked, context.want) if score >= _FITS]
    return _offered([known for known in found if context.fits_type(known)])


def _of_kind(context: Context) -> Answer | None:
    """The documents of a type and of a year."""
    asked = context.asked
    if not asked.types and not asked.years:
        return None
    known = [one for one in context.library.known() if context.fits_type(one)]
    if asked.years:
        known = [one for one in known if one.date and one.date.year in asked.years]
    known.sort(key=lambda one: (one.held is None, one.directive is None, -len(one.cited), one.order))
    return _offered(known)


def _offered(known: list[Known]) -> Answer | None:
    if len(known) < 2:
        return None
    return Answer("choice", "document", {}, suggestions=tuple(map(suggestion, known[:_MOST])), score=1.0)


_AND: Final = re.compile(r"\s+(?:và|va|với lại|voi lai|rồi|roi)\s+|[,;?]\s+", re.IGNORECASE)
_FORMAL: Final = (
    ("signer", re.compile(r"\b(?:ai ky|nguoi ky)\b")),
    ("deadline", re.compile(r"\bhan (?:nop|bao cao|bc|gui)|\bhan\b.*\b(?:khi nao|ngay nao|ngay may)\b|\btruoc ngay\b")),
    ("addressees", re.compile(r"\b(?:kinh )?gui (?:cho |den )?(?:nhung )?(?:ai|don vi nao|co quan nao)\b")),
    ("recipients", re.compile(r"\bnoi nhan\b")),
    ("cites", re.compile(r"\bcan cu (?:vao )?(?:nhung |cac )?(?:van ban|vb|gi|dau)\b")),
    ("validity", re.compile(r"\bcon hieu luc\b|\bthay the\b")),
    ("date", re.compile(r"\b(?:ban hanh|ky|ra) (?:khi nao|ngay nao|ngay may|luc nao)\b")),
)
"""Things asked of a document that go well together in one message."""


def halves(question: str) -> tuple[str, str] | None:
    """A message that asks two formal things ("ai ký và hạn nộp khi nào"), taken apart; ``None``: it is one question."""
    folded = fold(question)
    if len(folded) != len(question) or sum(bool(cue.search(folded)) for _, cue in _FORMAL) < 2:
        return None
    for cut in _AND.finditer(question):
        left = {name for name, cue in _FORMAL if cue.search(folded[: cut.start()])}
        right = {name for name, cue in _FORMAL if cue.search(folded[cut.end() :])}
        if left and right and left != right:
            return question[: cut.start()], question[cut.end() :]
    return None


def joined(left: Answer, right: Answer) -> Answer | None:
    """Two answers about one document as one; ``None`` where they are not two such answers."""
    parts = (left, right)
    if any(part.kind == "choice" or part.reason not in (None, "not-stated") for part in parts):
        return None
    if left.facts.get("number") != right.facts.get("number") or left.kind == right.kind == "refusal":
        return None
    lead, other = (left, right) if left.kind == "answer" else (right, left)
    return replace(lead, more=(other,), score=min(left.score, right.score))
