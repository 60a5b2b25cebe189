"""Answers to what an abbreviation stands for."""

from __future__ import annotations

import re
from typing import Final

from knowledge.answer import Answer, Source
from knowledge.answering.context import Context
from knowledge.answering.evidence import THRESHOLD, titles
from knowledge.answering.header import described, not_stated
from knowledge.answering.quoting import sentences
from knowledge.answering.sources import from_document, naming, of_known, status_of
from knowledge.fold import fold
from knowledge.mentions import TYPES
from knowledge.search.wording import abbreviations, flat, is_syllable, typed_words

_ASKING: Final = frozenset("la gi nghia viet tat cua chu tu co cai z vay the nao hieu cho hoi y".split())  # noqa: SIM905
_EXPRESSLY: Final = re.compile(
    r"\b(?:viet tat|viet (?:day )?du|nghia (?:la )?(?:cai )?(?:gi|sao|the nao)|hieu la (?:gi|sao)|chu gi)\b"
)
_SYMBOL: Final = re.compile(r"\S*\d\S*")
_BEGINS: Final = re.compile(r"(?:chu |tu |cum tu )?\S+ la (?:cai )?gi\b")
_SHORT: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_OFFICE: Final = "chu tich|bi thu|truong|giam doc|chanh|thu tuong|bo truong|pho"
_SIGNING: Final = re.compile(
    rf"\b(tm|t/m|kt|k/t|tl|t/l|tuq|q)\b\.? ?(?=(?:{_OFFICE}|ubnd|ban|uy ban|[^\w]*(?:la|nghia))\b)"
)
_SIGNED: Final = {"tm": "thay mặt", "kt": "ký thay", "tl": "thừa lệnh", "tuq": "thừa ủy quyền", "q": "quyền"}
"""What stands before the office of whoever signs: Nghị định 30/2020/NĐ-CP, Phụ lục I."""
_CLOSE: Final = 0.1
_THEME: Final = re.compile(r"\bchu de\b")


def _themed(context: Context) -> Answer | None:
    """The title that names the theme asked for: it is told where the document presents itself."""
    if context.scope is not None:
        meant = (context.known_of(context.library.held[key]) for key in sorted(context.scope))
        ranked = [(known, context.topic.covered(known.text)) for known in meant]
        ranked.sort(key=lambda pair: -pair[1])
    else:
        ranked = titles(context.library, context.asked, context.want)
    themed = [(known, score) for known, score in ranked if _THEME.search(flat(known.title or ""))]
    themed = [(known, score) for known, score in themed if known.held and score >= ranked[0][1] - _CLOSE]
    if not themed and context.scope is not None and len(context.scope) == 1:
        known = ranked[0][0]
        names = known.held and "chủ đề" in known.held.document.text.lower()
        return None if names else not_stated(context, "meaning", known)
    if not themed or themed[0][1] < THRESHOLD:
        return None
    known, score = themed[0]
    return Answer("answer", "title", naming(known), of_known(known), *status_of(known), score=score)


def meaning(context: Context, intent: str) -> Answer | None:
    """What an abbreviation stands for; a document that is asked "là gì"; ``None``: see what the texts say."""
    expressly = bool(_EXPRESSLY.search(context.asked.folded))
    shows = expressly or bool(_BEGINS.match(fold(context.asked.typed)))
    if shows and (told := _abbreviation(context, shows)):
        return told
    if context.target:
        return described(context, context.target) if not context.has_topic else None
    if _THEME.search(context.asked.folded):
        return _themed(context)
    return None if shows else _abbreviation(context, shows)


def _abbreviation(context: Context, expressly: bool) -> Answer | None:
    """What the one abbreviation in the question stands for, and where the documents have it."""
    typed = context.asked.typed
    if signing := _SIGNING.search(fold(typed)):
        short = signing[1].replace("/", "")
        return _told(context, short.upper() + ".", [_SIGNED[short]], "Nghị định 30/2020/NĐ-CP, Phụ lục I")
    asked_for = [word for word in _SHORT.findall(_SYMBOL.sub(" ", typed)) if not set(fold(word).split("-")) <= _ASKING]
    shorts = [word for word in asked_for if len(asked_for) == 1 or (expressly and _is_short(word))]
    if len(shorts) != 1 or not (meanings := _meanings(shorts[0])):
        return None
    return _told(context, shorts[0], meanings, "danh mục chữ viết tắt")


def _is_short(word: str) -> bool:
    """Whether a word among others can only be an abbreviation that is asked about, and no type of document."""
    parts = word.split("-")
    if any(is_syllable(part) or not _expanded(part) for part in parts):
        return False
    longs = _expanded(word)
    return len(parts) > 1 or (" " in longs[0] and not any(flat(long) in TYPES for long in longs))


def _expanded(short: str) -> list[str]:
    table = abbreviations()
    return [" ".join(words) for words in table.get(short.lower()) or table.get(fold(short)) or () if words]


def _meanings(short: str) -> list[str]:
    """What an abbreviation can stand for; of one with hyphens, its parts together."""
    parts = [_expanded(part) for part in short.split("-")]
    if not all(parts):
        return []
    return parts[0] if len(parts) == 1 else [" - ".join(long[0] for long in parts)]


def _told(context: Context, short: str, meanings: list[str], source: str) -> Answer:
    listed = Source(None, None, None, None, None, None, None, meanings[0], source)
    sources = (*_standing(context, short, meanings[0]), listed)
    return Answer("answer", "meaning", {"term": short, "meaning": " / ".join(meanings)}, sources, score=1.0)


def _standing(context: Context, short: str, meaning: str) -> list[Source]:
    """A sentence that has the abbreviation: of the documents that are meant, else of the likeliest passages."""
    written = re.compile(rf"(?<!\w){re.escape(fold(short))}(?!\w)")
    for row in context.rows(typed_words(meaning)):  # the index has abbreviations written out
        for begin, end in sentences(row.held.document.text, row.passage.start, row.passage.end):
            if written.search(fold(row.held.document.text[begin:end])):
                return [from_document(row.held, begin, end)]
    return []
