"""Finding what answers a question: the documents that it names, and the sentences that hold its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from knowledge.answering.understand import Asked
from knowledge.fold import fold
from knowledge.library import Held, Known, Library, PassageRow
from knowledge.search import marks
from knowledge.search.index import FOLDED
from knowledge.search.ranking import ranked as likeliest
from knowledge.search.wording import flat, folded_word, official

THRESHOLD: Final = 0.55
"""Below this confidence an answer is a refusal. Chosen on development questions, see tests/bench."""
_ROWS: Final = 40
_READ: Final = 12
"""So many of the likeliest passages of all documents are looked at closely."""
_SURER: Final = 16
"""What the ranking's score is divided by, to be weighed against :data:`FORMAL`."""
_QUOTE_LENGTH: Final = 320
_BREAK: Final = re.compile(r"[.;!?…]['\"”’)*]*\s+|\n\s*")
_FOCUS: Final = 2.0
"""What comes after "về" is what the question is about."""
_CARRYING: Final = 0.4
"""Words that any official sentence may have tell little by being there, or not."""
_NAMED: Final = 0.25
# How clearly a mark names a document, and how clearly one has to be named.
_BY_PLACE, _BY_TYPE, _BY_YEAR, _BY_BODY, _BY_ASSOCIATION, _CLEAR = 6, 3, 4, 3, 6, 6
_PAIR_PART: Final = 0.6
"""How much of the confidence depends on neighbouring words being neighbours in the text too."""


FORMAL: Final = {"nơi nhận": 0.6, "chữ ký": 0.6, "kính gửi": 0.3, "tiêu đề": 0.2, "mở đầu": 0.1, "kết": 0.1}
"""Formal parts say who and why, seldom what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a question that an answer has to hold, with what each is worth and which are neighbours."""

    words: tuple[str, ...]
    weights: tuple[float, ...]
    pairs: tuple[tuple[int, int], ...]
    sure: tuple[str, ...]
    """The words that are no guess."""
    instead: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...] = ()
    """Places of everyday words, and what documents write for them: "gỡ" is held by "giải quyết"."""

    def held(self, text: str) -> float:
        """From 0 to 1: how much of what is wanted a folded text holds, wherever the words stand."""
        if not self.words:
            return 0.0
        return self._share(self._hits(f" {text} "))

    def covered(self, text: str) -> float:
        """The same; pairs must stand side by side."""
        if not self.words:
            return 0.0
        padded = _joined(f" {text} ")
        hits = self._hits(padded)
        single = self._share(hits)
        if not self.pairs:
            return single
        swapped = {place for places, others in self.instead for place in places if _any_of(others, padded)}
        total = double = 0.0
        for left, right in self.pairs:
            worth = self.weights[left] + self.weights[right]
            total += worth
            a, b = self.words[left], self.words[right]
            if left in swapped or right in swapped:
                double += worth if hits[left] and hits[right] else 0.0
            elif f" {a} {b} " in padded or f" {_NUMBERS.get(a, a)} {b} " in padded:
                double += worth
        return single * (1 - _PAIR_PART + _PAIR_PART * double / total)

    def _hits(self, padded: str) -> list[bool]:
        hits = [_stands(word, padded) for word in self.words]
        for places, others in self.instead:
            if not all(hits[place] for place in places) and _any_of(others, padded):
                for place in places:
                    hits[place] = True
        return hits

    def _share(self, hits: Sequence[bool]) -> float:
        return sum(weight for weight, hit in zip(self.weights, hits, strict=True) if hit) / sum(self.weights)


def _any_of(phrases: Sequence[str], padded: str) -> bool:
    return any(f" {phrase} " in padded for phrase in phrases)


_NUMBERS: Final = {
    "1": "mot",
    "2": "hai",
    "3": "ba",
    "4": "bon",
    "5": "nam",
    "6": "sau",
    "7": "bay",
    "8": "tam",
    "9": "chin",
}


_ROMAN: Final = {
    **{"9": "ix", "10": "x", "11": "xi", "12": "xii", "13": "xiii", "14": "xiv", "15": "xv", "16": "xvi"},
    **{"20": "xx", "27": "xxvii"},
}
"""Terms and congresses, which documents count in Roman numerals: "khóa 11"."""


def _stands(word: str, padded: str) -> bool:
    """Whether a text holds a word; "6" may be written out, "11" be "XI"."""
    if f" {word} " in padded:
        return True
    return word.isdecimal() and any(f" {way[word]} " in padded for way in (_NUMBERS, _ROMAN) if word in way)


def _joined(text: str) -> str:
    """The text without the words that only stand between: "dân chủ cơ sở" is "dân chủ ở cơ sở"."""
    return text.replace(" o ", " ").replace(" cac ", " ").replace(" nhung ", " ")


def wanted(library: Library, asked: Asked, leave_out: Collection[str] = ()) -> Wanted:
    """The content words of a question, rare ones worth more; ``leave_out`` holds folded words that do not count."""
    factors: dict[str, float] = {}
    sure: list[str] = []
    pairs: list[tuple[str, str]] = []
    before: str | None = None
    silent, carrying = asked.silent, asked.carrying
    for place, word in enumerate(asked.words):
        bare = folded_word(word)
        if place in silent or bare in leave_out or (len(bare) == 1 and not bare.isdecimal()):
            before = before if word in ("ở", "các", "những") else None
            continue
        factor = (_FOCUS if place > asked.focus else 1.0) * asked.trust[place]
        factor *= _CARRYING if place in carrying else 1.0
        factors[bare] = max(factor, factors.get(bare, 0.0))
        if before and before != bare:
            pairs.append((before, bare))
        if asked.trust[place] == 1.0:
            sure.append(bare)
        before = bare
    kept = list(factors)
    order = {word: place for place, word in enumerate(kept)}
    numbers = [library.passages.vocabulary.folded.get(word, (1 << 29) + 1) for word in kept]
    keys = np.array([(FOLDED << 60) | number for number in numbers], dtype=np.int64)
    frequency = library.passages.frequency(keys) + library.titles.frequency(keys) if kept else np.zeros(0)
    total = len(library.passages) + len(library.titles) + 1
    weights = np.log(1.5 + total / (frequency + 1.0)) * np.array(list(factors.values()))
    return Wanted(
        tuple(kept),
        tuple(float(w) for w in weights),
        tuple((order[a], order[b]) for a, b in pairs),
        tuple(sure),
        tuple(_instead(asked.words, order)),
    )


def _instead(asked: Sequence[str], order: Mapping[str, int]) -> Iterator[tuple[tuple[int, ...], tuple[str, ...]]]:
    known = official()
    longest = max(map(len, known))
    for place in range(len(asked)):
        for size in range(1, min(longest, len(asked) - place) + 1):
            if others := known.get(tuple(asked[place : place + size])):
                bare = map(folded_word, asked[place : place + size])
                if places := tuple(order[word] for word in bare if word in order):
                    yield places, tuple(" ".join(map(folded_word, other)) for other in others)


def association(held: Held) -> str | None:
    """The name of the association that a document is by, without its level: "hoi cuu chien binh"."""
    return marks.association(held.body)


def named(library: Library, asked: Asked) -> list[Held]:
    """The stored documents that a question names without their number, the clearest first; empty if none is named."""
    told = library.marks
    clear: Counter[int] = Counter()
    for worth, keys in (
        (_BY_PLACE, told.keys("place", told.standing("place", asked.flat))),
        (_BY_TYPE, told.keys("type", asked.types)),
        (_BY_YEAR, told.keys("year", map(str, asked.years))),
        (_BY_BODY, told.keys("body", told.standing("body", asked.flat))),
    ):
        clear.update(dict.fromkeys(keys, worth))
    own = told.keys("association", told.standing("association", asked.flat))
    if len(own) == 1:
        clear.update(dict.fromkeys(own, _BY_ASSOCIATION))
    best = max(clear.values(), default=0)
    if best < _CLEAR:
        return []
    return [library.held[key] for key in sorted(clear, key=lambda key: (-clear[key], key)) if clear[key] >= best - 1]


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that may answer, with a score to rank by and a confidence between 0 and 1."""

    row: PassageRow
    score: float
    confidence: float
    own: float
    """How much of what is wanted the passage holds itself, without what its document is about."""


def passages(library: Library, asked: Asked, want: Wanted, scope: Collection[int] | None) -> list[Found]:
    """The passages that hold what is wanted, best first; ``scope`` limits them to some stored documents."""
    within = None
    if scope is not None:
        rows = sorted(row for key in scope for row in library.rows_of(key))
        if asked.clauses:
            rows = [i for i in rows if in_clauses(library.passage_rows[i].passage.path, asked.clauses)] or rows
        within = np.array(rows, np.int64)
    ranked = [
        (score / _SURER - FORMAL.get(library.passage_rows[place].passage.path, 0.0), library.passage_rows[place])
        for place, score in likeliest(library.passages, asked.words, within=within, limit=_ROWS)
    ]
    ranked.sort(key=lambda pair: -pair[0])
    result: list[Found] = []
    for score, row in ranked if scope is not None else ranked[:_READ]:
        text = f"{flat(row.passage.heading)} . {flat(row.passage.text)}"
        own, whole = want.covered(text), want.covered(f"{text} {flat(row.held.subject)}")
        if scope is not None and len(scope) == 1:  # the document is named: only the place in it is in doubt
            whole = _NAMED + (1 - _NAMED) * whole
        result.append(Found(row, score, whole, own))
    return result


def in_clauses(path: str, clauses: Collection[str]) -> bool:
    """Whether a path names all these clauses: "Điều 3, khoản 1" names "dieu 3" and "khoan 1"."""
    folded = fold(path)
    return all(re.search(rf"\b{re.escape(clause)}(?![\w.])", folded) for clause in clauses)


def titles(library: Library, asked: Asked, want: Wanted) -> list[tuple[Known, float]]:
    """The documents whose title, issuer, type and place hold what is wanted, with confidence, best first."""
    best: dict[int, tuple[Known, float]] = {}
    for row, _ in library.titles.search(list(asked.words), _ROWS):
        known = library.title_rows[row]
        if id(known) not in best:
            best[id(known)] = (known, want.covered(known_text(known)))
    pairs = list(best.values())
    if types := asked.looked_for or asked.types:
        fitting = [(known, score) for known, score in pairs if of_type(known, types)]
        if fitting and max(score for _, score in fitting) >= 0.4:
            pairs = fitting
    return sorted(pairs, key=lambda pair: (-round(pair[1], 2), known_rank(pair[0])))


def known_rank(known: Known) -> tuple[bool, bool, int, int]:
    """Of documents that fit alike: what the register lists and was not replaced comes first, then the most cited."""
    replaced = known.directive is not None and known.directive.status == "replaced"
    return replaced, known.directive is None, -len(known.cited), known.order


def of_type(known: Known, types: Collection[str]) -> bool:
    """Whether a document is of one of these types; a joint programme is a programme, too."""
    kind = f" {flat(known.type)} "
    return any(f" {one} " in kind for one in types)


def known_text(known: Known) -> str:
    """Everything that a document may be called by, folded."""
    parts = [known.type, known.number, known.issuer, f"{known.type} {known.title or ''}"]
    if known.date:
        parts.append(f"{known.date.day}/{known.date.month}/{known.date.year}")
    parts += [cited.citation.about for cited in known.cited]
    parts += [cited.citation.issuer for cited in known.cited]
    if known.directive:
        parts += [known.directive.title, *known.directive.keywords]
    if known.held:
        parts.append(known.held.subject)
    return " . ".join(flat(part) for part in parts if part)


_WRITTEN: Final = {"một": "1", "hai": "2", "ba": "3", "bốn": "4", "sáu": "6", "bảy": "7", "tám": "8", "chín": "9"}
_WRITTEN_WORD: Final = re.compile(rf"\b({'|'.join(_WRITTEN)}|mười)\b(?! (?:số|cửa)\b)", re.IGNORECASE)


def counted(text: str) -> str:
    """The folded words of a text, with numbers in digits: "hai lần" is "2 lan", and "vùng sâu" is no six."""
    digits = _WRITTEN_WORD.sub(lambda match: _WRITTEN.get(match[1].lower(), "10"), text)
    return flat(digits.replace("%", " phần trăm "))


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the sentences of a stretch of the original stand; a line broken inside a sentence is no end."""
    begin = start
    for match in _BREAK.finditer(text, start, end):
        after = text[match.end() : match.end() + 1]
        if not after or match.end() - begin < 15:
            continue
        if after.islower() and (match[0].startswith("\n") or match[0][0] in ".…"):
            continue
        yield begin, match.start() + len(match[0].rstrip())
        begin = match.end()
    while begin < end and text[begin].isspace():
        begin += 1
    stop = end
    while stop > begin and text[stop - 1].isspace():
        stop -= 1
    if stop > begin:
        yield begin, stop


def sentence_at(held: Held, offset: int) -> tuple[int, int]:
    """Where the sentence of a stored document stands that an offset lies in."""
    around = [p for p in held.document.passages if p.start <= offset < p.end]
    inner = max(around, key=lambda p: (p.depth, p.start), default=None)
    found = sentences(held.document.text, inner.start, inner.end) if inner else ()
    return next(((a, b) for a, b in found if a <= offset < b), (offset, offset))


def best_quote(
    row: PassageRow, want: Wanted, accept: Callable[[str], bool] = lambda _: True
) -> tuple[int, int, float] | None:
    """The sentence of a passage that holds most of what is wanted, as offsets in the original, with its share.

    Long sentences are cut at commas so that the quote fits a phone. ``accept`` tells which folded sentences will do.
    """
    text = row.held.document.text
    best: tuple[float, int, int] | None = None
    for begin, end in sentences(text, row.passage.start, row.passage.end):
        if not accept(counted(text[begin:end])):
            continue
        share = want.covered(flat(text[begin:end]))
        if best is None or share > best[0] + 1e-6:
            best = (share, begin, end)
    if best is None:
        return None
    share, begin, end = best
    if text[end - 1] not in ".;!?…" and begin == _first(text, row.passage.start):
        end = _after_heading(row, end)
    begin, end = _window(text, begin, end, want)
    return begin, end, share


def _first(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _after_heading(row: PassageRow, end: int) -> int:
    """A heading says too little alone: the quote goes on with the sentence below it."""
    passages = row.held.document.passages
    below = [p for p in passages if p.start >= row.passage.end and p.depth > row.passage.depth][:1]
    stop = row.passage.end if row.passage.end > end + 1 else (below[0].end if below else end)
    for begin, after in sentences(row.held.document.text, end, stop):
        if begin - end < 5 and after - begin <= _QUOTE_LENGTH:
            return after
        return min(after, begin + _QUOTE_LENGTH) if begin - end < 5 else end
    return end


def _window(text: str, begin: int, end: int, want: Wanted) -> tuple[int, int]:
    if end - begin <= _QUOTE_LENGTH:
        return begin, end
    cuts = [begin, *(m.end() for m in re.finditer(r"[,;:]\s+", text[:end]) if m.end() > begin), end]
    best = (-1.0, begin, min(end, cuts[1]))
    for i, left in enumerate(cuts[:-1]):
        fitting = [right for right in cuts[i + 1 :] if right - left <= _QUOTE_LENGTH] or [cuts[i + 1]]
        share = want.covered(flat(text[left : fitting[-1]]))
        if share > best[0] + 1e-6:
            best = (share, left, fitting[-1])
    _, left, right = best
    while right > left and text[right - 1] in " \n\t,":
        right -= 1
    return left, right


def share_of(want: Wanted, texts: Sequence[str | None]) -> float:
    """How much of what is wanted some texts hold together."""
    return want.covered(flat(" . ".join(text for text in texts if text)))
