"""A phone-typed question made searchable: abbreviations, typing slips and missing accents, from the corpus alone.

Every typed word becomes a few candidates (its spellings, the expansions of an abbreviation, words one slip away);
the path whose neighbouring words are most often neighbours in the indexed text wins (Viterbi over pairs).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from knowledge.fold import fold
from knowledge.index import ACCENTED, ACCENTED_PAIR, Index, Vocabulary
from knowledge.wording import abbreviations, folded_word, is_syllable, phrases, typed_words

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_CANDIDATES: Final = 10
_PAIR_SHARE: Final = 0.85
MENDED: Final = 0.9
"""Trust in a word that was one slip away."""
GUESSED: Final = 0.5
"""Trust in one of several expansions of an abbreviation."""
# Costs in nats, chosen on development questions.
_SLIP: Final = 5.0
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


class Speller:
    """Restores accents and mends slips with what the indexes hold. Learns by itself as rows are added."""

    def __init__(self, vocabulary: Vocabulary, indexes: Sequence[Index]) -> None:
        self._vocabulary = vocabulary
        self._indexes = indexes
        self._names: dict[str, set[tuple[str, ...]]] = {}
        self._taught: dict[int, int] = {}
        for phrase in phrases():
            numbers = [vocabulary.number(word) for word in phrase]
            for number in numbers:
                self._teach((ACCENTED << 60) | number)
            for left, right in pairwise(numbers):
                self._teach(_pair(left, right))

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

    def restore(self, typed: Iterable[str]) -> list[str]:
        """The words meant by the words typed (as :func:`knowledge.wording.typed_words` gives them)."""
        return [word for word, _ in self.read(typed)]

    def read(self, typed: Iterable[str]) -> list[tuple[str, float]]:
        """The same, each with how far to trust it: as typed 1, mended :data:`MENDED`, a guess :data:`GUESSED`."""
        lattice = [candidates for word in typed if (candidates := self._candidates(word))]
        return self._best_path(lattice)

    def _teach(self, key: int) -> None:
        self._taught[key] = self._taught.get(key, 0) + _PHRASE_TIMES

    def _candidates(self, word: str) -> list[_Candidate]:
        known = self._vocabulary
        bare = folded_word(word)
        accented = any(not char.isascii() for char in word)
        short = abbreviations().get(word) or (None if accented else abbreviations().get(fold(word)))
        if short == ((),):
            return []
        if word.isdecimal() or any(char.isdecimal() for char in word):
            return [_Candidate((word,), 0.0, 1.0)]
        found: dict[tuple[str, ...], float] = {}

        def offer(parts: tuple[str, ...], cost: float) -> None:
            found[parts] = min(cost, found.get(parts, math.inf))

        # "KH" stands in the texts, too, but who types it means a word.
        spellings = known.spellings.get(bare, []) if not short or is_syllable(bare) else []
        for number in spellings:
            name = known.names[number]
            offer((name,), 0.0 if not accented or name == word else _REACCENT)
        if accented and spellings and word in known.accented:
            found = {(word,): 0.0}
        for rank, parts in enumerate(short or ()):
            offer(parts, rank * _RANK + (_ALSO_A_WORD if spellings else 0.0))
        for parts in self._names.get(bare, ()):
            offer(parts, 0.5)
        # A good syllable with its accents is no slip, only a word that no text here has.
        if not found and len(bare) >= 2 and not (accented and is_syllable(bare)):
            for slip in _slips(bare):
                for number in known.spellings.get(slip, ()):
                    offer((known.names[number],), _SLIP)
                if len(bare) < 3 or len(slip) < 3:
                    continue
                for parts in abbreviations().get(slip, ()):
                    if parts:
                        offer(parts, _SLIP + 1.0)
                for parts in self._names.get(slip, ()):
                    offer(parts, _SLIP if is_syllable(bare) else _NAME_SLIP)
        if not found:
            found[(word,)] = _UNKNOWN
        if len(found) > _CANDIDATES:
            offered = list(found)
            counts = self._counts([(ACCENTED << 60) | self._number(parts[0]) for parts in offered])
            worth = {parts: found[parts] - math.log(1 + count) for parts, count in zip(offered, counts, strict=True)}
            found = {parts: found[parts] for parts in sorted(offered, key=worth.__getitem__)[:_CANDIDATES]}
        trust = GUESSED if len(short or ()) > 1 else MENDED if not short and not spellings else 1.0
        return [_Candidate(parts, cost, trust) for parts, cost in found.items()]

    def _number(self, word: str) -> int:
        return self._vocabulary.accented.get(word, (1 << 29) + 1)

    def _counts(self, keys: list[int]) -> list[float]:
        array = np.array(keys, dtype=np.int64)
        total = np.zeros(len(keys), dtype=np.float64)
        for index in self._indexes:
            total += index.frequency(array)
        return [count + self._taught.get(key, 0) for count, key in zip(total.tolist(), keys, strict=True)]

    def _best_path(self, lattice: list[list[_Candidate]]) -> list[tuple[str, float]]:
        if not lattice:
            return []
        singles = sorted({self._number(c.words[end]) for step in lattice for c in step for end in (0, -1)})
        pairs = sorted(
            {
                _pair(self._number(left.words[-1]), self._number(right.words[0]))
                for before, after in pairwise(lattice)
                for left in before
                for right in after
            }
        )
        count = dict(zip(singles, self._counts([(ACCENTED << 60) | n for n in singles]), strict=True))
        pair_count = dict(zip(pairs, self._counts(pairs), strict=True)) if pairs else {}
        total = 1.0 + sum(len(index) for index in self._indexes) * 20.0

        def alone(number: int) -> float:
            return (count[number] + 0.05) / total

        best = [(c.cost - math.log(alone(self._number(c.words[0]))), -1) for c in lattice[0]]
        steps = [best]
        for before, after in pairwise(lattice):
            row: list[tuple[float, int]] = []
            for right in after:
                number = self._number(right.words[0])
                options = []
                for place, left in enumerate(before):
                    prior = self._number(left.words[-1])
                    seen = pair_count[_pair(prior, number)]
                    follow = _PAIR_SHARE * seen / (count[prior] + 0.5) + (1 - _PAIR_SHARE) * alone(number)
                    options.append((best[place][0] - math.log(follow), place))
                cost, place = min(options)
                row.append((cost + right.cost, place))
            best = row
            steps.append(row)
        place = min(range(len(best)), key=lambda i: best[i][0])
        path: list[_Candidate] = []
        for step in range(len(lattice) - 1, -1, -1):
            path.append(lattice[step][place])
            place = steps[step][place][1]
        return [(word, chosen.trust) for chosen in reversed(path) for word in chosen.words]


def _pair(left: int, right: int) -> int:
    return (ACCENTED_PAIR << 60) | (left << 30) | right


def _slips(word: str) -> set[str]:
    """Every string one slip of a finger away: a letter lost, added, swapped with its neighbour, or wrong."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {a + b[1:] for a, b in cuts if b}
    found |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    found |= {a + letter + b[1:] for a, b in cuts if b for letter in _LETTERS}
    found |= {a + letter + b for a, b in cuts for letter in _LETTERS}
    found.discard(word)
    return found
