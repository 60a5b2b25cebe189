"""Questions for the number or the day of something that the documents name without it: nothing beside it answers.

"Nghị quyết Đại hội Đảng bộ huyện lần thứ XI" may stand in one sentence with plans that have numbers and dates; these
belong to the plans.
"""

from __future__ import annotations

import re
from typing import Final

from knowledge.answer import Answer, Source
from knowledge.answering.asked import STOP
from knowledge.answering.context import Context
from knowledge.answering.quoting import sentences
from knowledge.answering.sources import from_document, naming
from knowledge.fold import fold
from knowledge.library import Held, Known, goes_by
from knowledge.mentions import TYPES
from knowledge.search.wording import flat, folded_word

_SLOT: Final = re.compile(
    r"^(.*?)((?: (?:da|duoc|la|mang|co|do|ra|ra doi|ky|ki|de|thong qua|ban hanh|ban ra|dang ky|quoc hoi thong qua"
    rf"|(?:{'|'.join(TYPES)})))*) (ngay (?:nao|may|bao nhieu)|khi nao|bao gio|hom nao"
    r"|so (?:may|bao nhieu|nao|hieu))\b"
)
_CITED_BY: Final = re.compile(r" (?:ma|duoc|neu|nhac|dan)\b(?! (?:van|chu|toc|cu|so)\b)")
"""After a name, who speaks of it: "… mà kế hoạch của tỉnh nhắc tới"."""
_LABELLED: Final = re.compile(r"\b((?:bieu )?mau|bieu|phu luc)(?: so)? (?:may|nao|bao nhieu)\b")
NUMERALS: Final = {
    **{"6": "vi", "7": "vii", "8": "viii", "9": "ix", "10": "x", "11": "xi", "12": "xii", "13": "xiii", "14": "xiv"},
    **{"15": "xv", "16": "xvi", "17": "xvii", "18": "xviii", "19": "xix", "20": "xx", "27": "xxvii"},
}
_IGNORED: Final = frozenset({"thu", "dang", "o", "cua"})
"""Words that a name goes by with and without: "lần thứ XI", "lần 11"; "Nghị quyết Đại hội XIII của Đảng"."""
_LEVELS: Final = frozenset({"tinh", "huyen", "xa", "phuong", "thi"})
EITHER: Final = frozenset({"quy dinh", "quyet dinh"})
"""What "qd" may stand for."""
_LEAST: Final = 3
"""Words that a name must have beside its type: two stand together anywhere."""
_BETWEEN: Final = r"(?: \w+){0,3}? "
_CLOSE: Final = 0.8
_OWN: Final = re.compile(r"^(?: \w+){0,2}? (?:so \d|ngay \d|nam \d{4}|\d{1,2} \d{1,2} \d{4})")


def unattached(context: Context) -> Answer | None:
    """The refusal where the documents name the thing and nowhere give the number or the day that is asked for."""
    return (None if context.asked.mentions else _thing(context)) or _form(context)


def _thing(context: Context) -> Answer | None:
    asked = _SLOT.search(context.asked.flat)
    kind = next((kind for kind in TYPES if asked and re.match(rf"(?:\w+ )?{kind}\b", asked[1])), None)
    if asked is None or kind is None or kind not in (context.asked.looked_for or {kind}):
        return None
    if kind == "bao cao" and context.asked.intent == "deadline":
        return None  # a report that falls due is none that the documents name
    begin = asked[1].index(kind) + len(kind)
    end = begin + len(_CITED_BY.split(asked[1][begin:])[0])
    places = range(context.asked.flat[:begin].count(" ") + 1, context.asked.flat[:end].count(" ") + 1)
    name = [folded_word(word) for at in places if (word := context.asked.words[at]) not in STOP]
    first: Source | None = None
    for row in context.rows(context.asked.words):
        words = _name(name, row.held)
        if len(words) < _LEAST or any(_is(known, words) for known in context.library.of_type({kind})):
            return None
        pattern = re.compile(rf"\b{kind}{_BETWEEN}{_BETWEEN.join(words)}\b")
        for begin, end in sentences(row.held.document.text, row.passage.start, row.passage.end):
            text = flat(row.held.document.text[begin:end])
            for match in pattern.finditer(text):
                if re.match(rf"{kind}(?: so)? \d", match[0]):
                    continue
                if _OWN.match(text[match.end() :]):
                    return None
                first = first or from_document(row.held, begin, end)
    if first is None or first.document is None:
        return None
    facts = naming(context.library.known_of(first.document))
    return Answer("refusal", context.asked.intent, facts, (first,), reason="not-stated", score=1.0)


def of_kind(context: Context, given: Answer) -> Answer:
    """The answer, or a refusal where a document of some type is asked for and what is told has none of that type."""
    kinds = set(context.asked.looked_for)
    if given.kind != "answer" or given.intent != "which" or not kinds:
        return given
    if kinds & EITHER:
        kinds |= EITHER
    quotes = " . ".join(flat(source.quote) for source in given.sources)
    after = r"(?: so)?(?: \w+){0,2}? \d" if "number" in context.asked.intents else ""
    told = f"{goes_by(given.facts.get('type', ''), given.facts.get('about'))} . {flat(given.facts.get('others', ''))}"
    if re.search(rf"\b(?:{'|'.join(kinds)})\b", told) or re.search(rf"\b(?:{'|'.join(kinds)})\b{after}", quotes):
        return given
    return Answer("refusal", given.intent, given.facts, given.sources, reason="not-stated", score=1.0)


def _form(context: Context) -> Answer | None:
    """The refusal where the number of a form is asked and the documents that are meant give none."""
    asked = _LABELLED.search(f"{context.asked.flat} . {fold(context.asked.typed)}")
    if asked is None:
        return None
    numbered = re.compile(rf"\b{asked[1].split()[-1]} (?:so )?\d")
    if any(numbered.search(flat(row.passage.text)) for row in context.rows(context.asked.words)):
        return None
    one = next(iter(context.scope)) if context.scope is not None and len(context.scope) == 1 else None
    facts = naming(context.library.known_of(one)) if one is not None else {}
    return Answer("refusal", context.asked.intent, facts, reason="not-stated", score=1.0)


def _name(words: list[str], held: Held) -> list[str]:
    """The words of a name as a document would write it: its own places are left out, numerals are Roman."""
    place = {word for name in held.names if f" {name} " in f" {' '.join(words)} " for word in name.split()}
    kept = [NUMERALS.get(word, word) for word in words if word not in place | _IGNORED]
    return [word for word in kept if not (place and word in _LEVELS)]


def _is(known: Known, words: list[str]) -> bool:
    """Whether a document that is known by itself goes by this name."""
    told = set(known.text.split())
    return sum(word in told for word in words) / len(words) >= _CLOSE
