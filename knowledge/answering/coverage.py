"""How much of a question a text holds: its words by their weight, and whether neighbours stand side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from knowledge.answering.asked import Asked
from knowledge.library import Library
from knowledge.search.index import FOLDED
from knowledge.search.wording import alike, flat, folded_word, official

_FOCUS: Final = 2.0
"""What comes after "về" is what the question is about."""
_CARRYING: Final = 0.4
"""Words that any official sentence may have tell little by being there, or not."""
_LIGHT: Final = 0.3
_PAIR_PART: Final = 0.6
"""How much of the confidence depends on neighbouring words being neighbours in the text too."""
_ALIKE: Final = 0.75
"""What a word that means nearly the same counts for."""


@dataclass(frozen=True, slots=True)
class Instead:
    """The places of words of a question, and folded phrases that stand for them, with what they are worth then."""

    places: tuple[int, ...]
    phrases: tuple[str, ...]
    worth: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What one text holds of what is wanted."""

    hits: list[float]
    """How far each word."""
    swapped: set[int]
    """The places of words that other words may stand for here."""
    beside: list[bool]
    """Which pairs stand side by side."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a question that an answer has to hold, with what each is worth and which are neighbours."""

    words: tuple[str, ...]
    weights: tuple[float, ...]
    pairs: tuple[tuple[int, int], ...]
    sure: tuple[str, ...]
    """The words that are no guess."""
    instead: tuple[Instead, ...] = ()
    """What documents write for everyday words: "gỡ" is held by "giải quyết"."""
    either: tuple[frozenset[int], frozenset[int]] | None = None
    """The places of what the question chooses between: an answer need hold only one of them."""

    def held(self, text: str) -> float:
        """From 0 to 1: how much of what is wanted a folded text holds, wherever the words stand."""
        return self._share(self._hits(f" {text} ")) if self.words else 0.0

    def covered(self, text: str) -> float:
        """The same; pairs must stand side by side."""
        return self.together(self.seen(text))

    def seen(self, text: str) -> Seen:
        """What a folded text holds of it, to be put together with what others hold."""
        padded = _joined(f" {text} ")
        meant = [one for one in self.instead if _any_of(one.phrases, padded)]
        hits = [float(_stands(word, padded)) for word in self.words]
        for one in meant:
            for place in one.places:
                hits[place] = max(hits[place], one.worth)
        swapped = {place for one in meant for place in one.places}
        beside = [hits[a] > 0 < hits[b] and self._beside(a, b, padded) for a, b in self.pairs]
        return Seen(hits, swapped, beside)

    def together(self, one: Seen, *others: Seen) -> float:
        """How much of what is wanted some texts cover together."""
        for other in others:
            hits = [max(pair) for pair in zip(one.hits, other.hits, strict=True)]
            beside = [a or b for a, b in zip(one.beside, other.beside, strict=True)]
            one = Seen(hits, one.swapped | other.swapped, beside)
        if not self.words:
            return 0.0
        single = self._share(one.hits)
        if not self.pairs or not single:
            return single
        total = double = 0.0
        weights = self._weights(one.hits)
        for (left, right), stands in zip(self.pairs, one.beside, strict=True):
            if not weights[left] or not weights[right]:
                continue
            worth = weights[left] + weights[right]
            total += worth
            if stands:
                double += worth
            elif left in one.swapped or right in one.swapped:
                double += worth * min(one.hits[left], one.hits[right])
        return single * (1 - _PAIR_PART + _PAIR_PART * double / total) if total else single

    def beyond(self, known: Seen, text: Seen) -> float:
        """How much of the words that one text does not hold another one does; 1 if there are none."""
        weights = self._weights(text.hits)
        left = [weight * (1 - hit) for weight, hit in zip(weights, known.hits, strict=True)]
        if sum(left) <= 0:
            return 1.0
        return sum(weight * hit for weight, hit in zip(left, text.hits, strict=True)) / sum(left)

    def _beside(self, left: int, right: int, padded: str) -> bool:
        a, b = self.words[left], self.words[right]
        return f" {a} {b} " in padded or (a in _NUMBERS and f" {_NUMBERS[a]} {b} " in padded)

    def _hits(self, padded: str) -> list[float]:
        """How far each word is held: 1, or less by one that only means nearly the same."""
        hits = [float(_stands(word, padded)) for word in self.words]
        for one in self.instead:
            if any(hits[place] < one.worth for place in one.places) and _any_of(one.phrases, padded):
                for place in one.places:
                    hits[place] = max(hits[place], one.worth)
        return hits

    def _share(self, hits: Sequence[float]) -> float:
        weights = self._weights(hits)
        return sum(weight * hit for weight, hit in zip(weights, hits, strict=True)) / sum(weights)

    def _weights(self, hits: Sequence[float]) -> Sequence[float]:
        """What each word is worth: nothing, where a text holds more of what the question chooses it against."""
        if self.either is None:
            return self.weights
        held = [sum(self.weights[place] * hits[place] for place in side) for side in self.either]
        if not any(held):
            return self.weights
        lesser = self.either[held[0] >= held[1]]
        return [0.0 if place in lesser else weight for place, weight in enumerate(self.weights)]


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
    silent, carrying, light = asked.silent, asked.carrying, asked.light
    for place, word in enumerate(asked.words):
        bare = folded_word(word)
        if place in silent or bare in leave_out or (len(bare) == 1 and not bare.isdecimal()):
            before = before if word in ("ở", "các", "những") else None
            continue
        factor = (_FOCUS if place > asked.focus else 1.0) * asked.trust[place]
        factor *= _CARRYING if place in carrying else _LIGHT if place in light else 1.0
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
        _either(asked, order),
    )


def _either(asked: Asked, order: Mapping[str, int]) -> tuple[frozenset[int], frozenset[int]] | None:
    if asked.either is None:
        return None
    left, right = (
        {order[word] for at in side if (word := folded_word(asked.words[at])) in order} for side in asked.either
    )
    return (frozenset(left - right), frozenset(right - left)) if left - right and right - left else None


def _instead(asked: Sequence[str], order: Mapping[str, int]) -> Iterator[Instead]:
    for known, worth in ((official(), 1.0), (alike(), _ALIKE)):
        longest = max(map(len, known))
        for place in range(len(asked)):
            for size in range(1, min(longest, len(asked) - place) + 1):
                if others := known.get(tuple(asked[place : place + size])):
                    bare = map(folded_word, asked[place : place + size])
                    if places := tuple(order[word] for word in bare if word in order):
                        yield Instead(places, tuple(" ".join(map(folded_word, other)) for other in others), worth)


def share_of(want: Wanted, texts: Sequence[str | None]) -> float:
    """How much of what is wanted some texts hold together."""
    return want.covered(flat(" . ".join(text for text in texts if text)))
