"""Questions for the number or the day of something that the documents name without it: nothing beside it answers.

"Nghị quyết Đại hội Đảng bộ huyện lần thứ XI" may stand in one sentence with plans that have numbers and dates; these
belong to the plans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knowledge.answer import Answer
from knowledge.answering.asked import STOP
from knowledge.answering.context import Context
from knowledge.answering.quoting import sentences
from knowledge.answering.sources import from_document, naming
from knowledge.fold import fold
from knowledge.library import Held, Known
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
_NUMERALS: Final = {
    **{"6": "vi", "7": "vii", "8": "viii", "9": "ix", "10": "x", "11": "xi", "12": "xii", "13": "xiii", "14": "xiv"},
    **{"15": "xv", "16": "xvi", "17": "xvii", "18": "xviii", "19": "xix", "20": "xx", "27": "xxvii"},
}
_IGNORED: Final = frozenset({"thu", "dang", "o", "cua"})
"""Words that a name goes by with and without: "lần thứ XI", "lần 11"; "Nghị quyết Đại hội XIII của Đảng"."""
_LEVELS: Final = frozenset({"tinh", "huyen", "xa", "phuong", "thi"})
_EITHER: Final = frozenset({"quy dinh", "quyet dinh"})
"""What "qd" may stand for."""
_LEAST: Final = 3
"""Words that a name must have beside its type: two stand together anywhere."""
_BETWEEN: Final = r"(?: \w+){0,3}? "
_CLOSE: Final = 0.8
_OWN: Final = re.compile(r"^(?: \w+){0,2}? (?:so \d|ngay \d|nam \d{4}|\d{1,2} \d{1,2} \d{4})")


def unattached(context: Context) -> Answer | None:
    """The refusal where the documents name the thing and nowhere give the number or the day that is asked for."""
    if context.mentioned or context.asked.mentions:
        return _form(context)
    asked = _SLOT.search(context.asked.flat)
    if asked is None:
        return _form(context)
    kind = next((kind for kind in TYPES if re.match(rf"(?:\w+ )?{kind}\b", asked[1])), None)
    if kind is None or (context.asked.looked_for and kind not in context.asked.looked_for):
        return _form(context)
    begin = asked[1].index(kind) + len(kind)
    end = begin + len(_CITED_BY.split(asked[1][begin:])[0])
    places = range(context.asked.flat[:begin].count(" ") + 1, context.asked.flat[:end].count(" ") + 1)
    name = [folded_word(word) for at in places if (word := context.asked.words[at]) not in STOP]
    named: list[tuple[Held, int, int]] = []
    for held in _searched(context):
        words = _name(name, held)
        if len(words) < _LEAST or any(_is(known, kind, words) for known in _numbered(context, kind)):
            return None
        pattern = re.compile(rf"\b{kind}{_BETWEEN}{_BETWEEN.join(words)}\b")
        for begin, end in _sentences(held):
            text = flat(held.document.text[begin:end])
            for match in pattern.finditer(text):
                if re.match(rf"{kind}(?: so)? \d", match[0]):
                    continue
                if _OWN.match(text[match.end() :]):
                    return None
                named.append((held, begin, end))
    if not named:
        return _form(context)
    held, begin, end = named[0]
    source = from_document(held, begin, end)
    facts = naming(context.known_of(held))
    return Answer("refusal", context.asked.intent, facts, (source,), reason="not-stated", score=1.0)


def of_kind(context: Context, given: Answer) -> Answer:
    """The answer, or a refusal where a document of some type is asked for and what is told has none of that type."""
    kinds = set(context.asked.looked_for)
    if given.kind != "answer" or given.intent != "which" or not kinds:
        return given
    if kinds & _EITHER:
        kinds |= _EITHER
    quotes = " . ".join(flat(source.quote) for source in given.sources)
    after = r"(?: so)?(?: \w+){0,2}? \d" if "number" in context.asked.intents else ""
    told = " . ".join(flat(given.facts.get(name, "")) for name in ("type", "others"))
    if re.search(rf"\b(?:{'|'.join(kinds)})\b", told) or re.search(rf"\b(?:{'|'.join(kinds)})\b{after}", quotes):
        return given
    return Answer("refusal", given.intent, given.facts, given.sources, reason="not-stated", score=1.0)


def _form(context: Context) -> Answer | None:
    """The refusal where the number of a form is asked and the documents that are meant give none."""
    asked = _LABELLED.search(f"{context.asked.flat} . {fold(context.asked.typed)}")
    if asked is None:
        return None
    numbered = re.compile(rf"\b{asked[1].split()[-1]} (?:so )?\d")
    if any(numbered.search(flat(held.document.text)) for held in _searched(context)):
        return None
    one = next(iter(context.scope)) if context.scope is not None and len(context.scope) == 1 else None
    facts = naming(context.library.known_of(one)) if one is not None else {}
    return Answer("refusal", context.asked.intent, facts, reason="not-stated", score=1.0)


def _searched(context: Context) -> list[Held]:
    held = context.library.held
    return [held[key] for key in sorted(context.scope)] if context.scope is not None else list(held.values())


def _sentences(held: Held) -> Iterator[tuple[int, int]]:
    for passage in held.document.passages:
        yield from sentences(held.document.text, passage.start, passage.end)


def _name(words: list[str], held: Held) -> list[str]:
    """The words of a name as a document would write it: its own places are left out, numerals are Roman."""
    place = {word for name in held.names if f" {name} " in f" {' '.join(words)} " for word in name.split()}
    kept = [_NUMERALS.get(word, word) for word in words if word not in place | _IGNORED]
    return [word for word in kept if not (place and word in _LEVELS)]


def _numbered(context: Context, kind: str) -> list[Known]:
    return [known for known in context.library.of_type({kind}) if known.number or known.held]


def _is(known: Known, kind: str, words: list[str]) -> bool:
    """Whether a document that has a number goes by this name."""
    told = set(known.text.split())
    return sum(word in told for word in words) / len(words) >= _CLOSE
