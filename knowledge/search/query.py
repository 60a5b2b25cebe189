"""A phone-typed question made searchable: abbreviations, typing slips and missing accents, from the corpus alone.

Every typed word becomes a few candidates (its spellings, the expansions of an abbreviation, words one slip away);
the path whose neighbouring words are most often neighbours in the indexed text wins (Viterbi over pairs).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.fold import fold
from knowledge.search.index import ACCENTED, ACCENTED_PAIR, Index, Keys
from knowledge.search.vocabulary import Vocabulary
from knowledge.search.wording import abbreviations, clipped, folded_word, is_syllable, phrases, typed_words

Counts = NDArray[np.float64]

_FINAL_Y: Final = re.compile(r"(?<=[hklmst])y$")
"""The vocabulary has i for it, as :func:`knowledge.search.wording.folded_word` writes it."""
_ROMAN: Final = re.compile(r"(?=..)x{0,3}(?:ix|iv|v?i{0,3})")
_ROMAN_WORDS: Final = frozenset({"vi", "xi"})
"""Numerals that are words without accents, too."""
_NO_NUMBER: Final = (1 << 29) + 1
_NOTHING: Final = np.zeros(0, np.int64)
_REMEMBERED: Final = 1 << 13
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE: Final = {
    key: "".join(
        other
        for below, line in enumerate(_KEYS)
        for place, other in enumerate(line)
        if other != key and abs(below - row) <= 1 and -1 <= place - column + (below - row) * 0.5 <= 1
    )
    for row, keys in enumerate(_KEYS)
    for column, key in enumerate(keys)
}
"""The letters around each on the keys."""
_CANDIDATES: Final = 10
_PAIR_SHARE: Final = 0.85
MENDED: Final = 0.9
"""Trust in a word that was one slip away."""
GUESSED: Final = 0.5
"""Trust in one of several expansions of an abbreviation."""
# Costs in nats, chosen on development questions.
_SLIP: Final = 5.0
_SLIP_TO_WORD: Final = 9.0
_RARE_SLIP: Final = 2.0
_CLIPPED: Final = 4.0
_SWAPPED: Final = -3.0
"""Two letters in the wrong order are the commonest slip of all: no dearer than a missing accent."""
_NAME_SLIP: Final = 2.5
_REACCENT: Final = 3.0
_RANK: Final = 0.9
_ALSO_A_WORD: Final = 4.0
_UNKNOWN: Final = 14.0
_PHRASE_TIMES: Final = 3


@dataclass(frozen=True, slots=True)
class _Candidate:
    words: tuple[str, ...]
    cost: float
    trust: float


@dataclass(frozen=True, slots=True)
class _Step:
    """The candidates of one typed word: the numbers of their first and last words, and their costs."""

    candidates: list[_Candidate]
    first: Keys
    last: Keys
    costs: Counts


class Speller:
    """Restores accents and mends slips with what the indexes hold. Learns by itself as rows are added."""

    def __init__(self, vocabulary: Vocabulary, indexes: Sequence[Index]) -> None:
        self._vocabulary = vocabulary
        self._indexes = indexes
        self._names: dict[str, set[tuple[str, ...]]] = {}
        taught: dict[int, int] = {}
        for phrase in phrases():
            numbers = [vocabulary.number(word) for word in phrase]
            keys = [(ACCENTED << 60) | number for number in numbers]
            keys += [(ACCENTED_PAIR << 60) | (left << 30) | right for left, right in pairwise(numbers)]
            for key in keys:
                taught[key] = taught.get(key, 0) + _PHRASE_TIMES
        self._taught_keys = np.array(sorted(taught), np.int64)
        self._taught_times = np.array([taught[key] for key in sorted(taught)], np.float64)
        self._taught_words = float(self._taught_times[self._taught_keys >> 60 == ACCENTED].sum())
        self._steps: dict[tuple[str, bool], _Step] = {}
        self._age: tuple[int, ...] = ()

    def add_name(self, name: str) -> None:
        """Let the short forms of a place or body be understood: Bình Sơn may be typed "bson" or "bs"."""
        parts = tuple(typed_words(name))
        if len(parts) < 2:
            return
        bare = [folded_word(part) for part in parts]
        shorts = {"".join(part[0] for part in bare[:-1]) + bare[-1], "".join(part[0] for part in bare)}
        for short in shorts:
            if short not in self._vocabulary.spellings and short not in abbreviations():
                self._names.setdefault(short, set()).add(parts)
                self._age = ()

    def restore(self, typed: Iterable[str]) -> list[str]:
        """The words meant by the words typed (as :func:`knowledge.search.wording.typed_words` gives them)."""
        return [word for word, _ in self.read(typed)]

    def read(self, typed: Iterable[str]) -> list[tuple[str, float]]:
        """The same, each with how far to trust it: as typed 1, mended :data:`MENDED`, a guess :data:`GUESSED`."""
        kept: list[_Step] = []
        words = list(typed)
        careful = _with_accents(words)
        for word in reversed(words):
            if not self._is_padding(word, last=not kept):
                kept.append(self._step(word, careful))
        return self._best_path(kept[::-1])

    def _is_padding(self, word: str, last: bool) -> bool:
        """Whether a word is mere politeness. "nha" is so only at the end: elsewhere it is "nhà" without accents."""
        known = self._vocabulary.spellings
        return abbreviations().get(word) == ((),) and (last or len(word) < 3 or not word.isascii() or word not in known)

    def _step(self, word: str, careful: bool) -> _Step:
        """What a typed word can mean; remembered until more rows come."""
        age = len(self._vocabulary.names), *map(len, self._indexes)
        if age != self._age or len(self._steps) >= _REMEMBERED:
            self._age, self._steps = age, {}
        if (word, careful) not in self._steps:
            candidates = self._candidates(word, careful)
            self._steps[word, careful] = _Step(
                candidates,
                np.array([self._number(one.words[0]) for one in candidates], np.int64),
                np.array([self._number(one.words[-1]) for one in candidates], np.int64),
                np.array([one.cost for one in candidates]),
            )
        return self._steps[word, careful]

    def _candidates(self, word: str, careful: bool) -> list[_Candidate]:
        """``careful``: who types accents elsewhere means a bare word as it stands, if there is such a word."""
        known = self._vocabulary
        bare = folded_word(word)
        accented = not word.isascii() or (careful and word in known.accented and is_syllable(word))
        short = abbreviations().get(word) or (None if accented else abbreviations().get(fold(word)))
        if short == ((),):
            short = None
        if any(char.isdecimal() for char in word) or (_ROMAN.fullmatch(word) and word not in _ROMAN_WORDS):
            return [_Candidate((word,), 0.0, 1.0)]
        found: dict[tuple[str, ...], float] = {}

        def offer(parts: tuple[str, ...], cost: float) -> None:
            found[parts] = min(cost, found.get(parts, math.inf))

        # "KH" stands in the texts, too, but who types it means a word.
        spellings = known.spellings.get(bare, []) if not short or is_syllable(bare) else []
        for number in spellings:
            name = known.names[number]
            offer((name,), 0.0 if not accented or name == word else _REACCENT)
        if accented and spellings and word in known.accented and (not short or not word.isascii()):
            found = {(word,): 0.0}
        for rank, parts in enumerate(short or ()):
            offer(parts, rank * _RANK + (_ALSO_A_WORD if spellings else 0.0))
        for parts in self._names.get(bare, ()):
            offer(parts, 0.5)
        if not spellings and not short:
            for parts in clipped().get(bare, ()):
                offer(parts, _CLIPPED)
        guessed = not spellings and not short and bare in clipped()
        if not short and not accented and spellings and len(bare) > 2:
            for slip, rare in sorted(_slips(bare).items()):
                for number in known.spellings.get(slip, ()):
                    offer((known.names[number],), _SLIP_TO_WORD + rare)
        # A good syllable with its accents is no slip, only a word that no text here has.
        if (guessed or not found) and len(bare) >= 2 and not (accented and is_syllable(bare)):
            for slip, rare in sorted(_slips(bare).items()):
                for number in known.spellings.get(_FINAL_Y.sub("i", slip), ()):
                    offer((known.names[number],), _SLIP + rare)
                if len(bare) < 3 or len(slip) < 3:
                    continue
                for parts in abbreviations().get(slip, ()):
                    if parts:
                        offer(parts, _SLIP + 1.0 + rare)
                for parts in self._names.get(slip, ()):
                    offer(parts, rare + (_SLIP if is_syllable(bare) else _NAME_SLIP))
        if not found:
            found[(word,)] = _UNKNOWN
        if len(found) > _CANDIDATES:
            offered = list(found)
            numbers = np.array([self._number(parts[0]) for parts in offered], np.int64)
            counts = self._counts((ACCENTED << 60) | numbers).tolist()
            worth = {parts: found[parts] - math.log(1 + count) for parts, count in zip(offered, counts, strict=True)}
            found = {parts: found[parts] for parts in sorted(offered, key=worth.__getitem__)[:_CANDIDATES]}
        trust = GUESSED if len(short or ()) > 1 else MENDED if not short and not spellings else 1.0
        return [_Candidate(parts, cost, trust) for parts, cost in found.items()]

    def _number(self, word: str) -> int:
        return self._vocabulary.accented.get(word, _NO_NUMBER)

    def _counts(self, keys: Keys) -> Counts:
        """In how many rows each term stands, of the indexed ones and of what was taught."""
        total = self._taught_counts(keys)
        for index in self._indexes:
            total += index.frequency(keys)
        return total

    def _taught_counts(self, keys: Keys) -> Counts:
        place = np.minimum(np.searchsorted(self._taught_keys, keys), len(self._taught_keys) - 1)
        return np.where(self._taught_keys[place] == keys, self._taught_times[place], 0.0)

    def _best_path(self, lattice: list[_Step]) -> list[tuple[str, float]]:
        if not lattice:
            return []
        first = np.concatenate([step.first for step in lattice])
        last = np.concatenate([step.last for step in lattice])
        widths = [len(step.first) for step in lattice]
        ends = np.cumsum(widths)
        counts = self._counts((ACCENTED << 60) | np.concatenate([first, last]))
        total = 1.0 + self._taught_words + sum(len(index) for index in self._indexes) * 20.0
        alone = (counts[: len(first)] + 0.05) / total
        # Every candidate beside every candidate of the word before.
        begins = ends - widths
        left = [np.repeat(np.arange(begins[i], ends[i]), widths[i + 1]) for i in range(len(lattice) - 1)]
        right = [np.tile(np.arange(begins[i], ends[i]), widths[i - 1]) for i in range(1, len(lattice))]
        before, after = np.concatenate([_NOTHING, *left]), np.concatenate([_NOTHING, *right])
        seen = self._counts((ACCENTED_PAIR << 60) | (last[before] << 30) | first[after])
        follow = _PAIR_SHARE * seen / (counts[len(first) :][before] + 0.5) + (1 - _PAIR_SHARE) * alone[after]
        step_costs = -np.log(follow)
        cost = lattice[0].costs - np.log(alone[: widths[0]])
        origins: list[NDArray[np.int64]] = []
        at = 0
        for step, width, step_before in zip(lattice[1:], widths[1:], widths, strict=False):
            ways = cost[:, None] + step_costs[at : at + width * step_before].reshape(step_before, width)
            at += ways.size
            origins.append(ways.argmin(axis=0))
            cost = ways.min(axis=0) + step.costs
        place = int(cost.argmin())
        path = [place]
        for origin in reversed(origins):
            place = int(origin[place])
            path.append(place)
        chosen = [step.candidates[i] for step, i in zip(lattice, reversed(path), strict=True)]
        return [(word, one.trust) for one in chosen for word in one.words]


_ACCENTED_SHARE: Final = 0.6
_FEW: Final = 4


def _with_accents(typed: Sequence[str]) -> bool:
    """Whether a question is typed with its accents, as three of four Vietnamese syllables have them."""
    letters = [word for word in typed if word.isalpha()]
    return len(letters) >= _FEW and sum(not word.isascii() for word in letters) >= _ACCENTED_SHARE * len(letters)


def _slips(word: str) -> dict[str, float]:
    """Every string one slip of a finger away, with what it costs beyond a usual slip.

    Usual are a letter lost, typed twice, swapped with its neighbour, or exchanged for one beside it on the keys.
    """
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {a + letter + b[1:]: _RARE_SLIP for a, b in cuts if b for letter in _LETTERS}
    found |= {a + b[1:]: _RARE_SLIP for a, b in cuts if b}
    found |= {a + letter + b: 0.0 for a, b in cuts for letter in _LETTERS}
    found |= {a + letter + b[1:]: 0.0 for a, b in cuts if b for letter in _BESIDE.get(b[0], "")}
    found |= {a + b[1] + b[0] + b[2:]: _SWAPPED for a, b in cuts if len(b) > 1}
    found |= {a + b[1:]: 0.0 for a, b in cuts if len(b) > 1 and b[0] == b[1]}
    found.pop(word, None)
    return found
