"""Numbers for words, made so that all spellings of one folded word lie side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.search.wording import folded_word

Codes = NDArray[np.int64]

SPELLING_BITS: Final = 8
FOLDED_BITS: Final = 22
_LAST_SPELLING: Final = (1 << SPELLING_BITS) - 1
_LAST_FOLDED: Final = (1 << FOLDED_BITS) - 2
PAIR: Final = 1 << 62
"""Keys of pairs are not less than this, those of single words are."""
NOWHERE: Final = (1 << FOLDED_BITS) - 1
"""The folded number of a word that no row has."""


class Vocabulary:
    """Two numbers for a word: one for it with its accents, one for its folded form.

    Its *code* is the folded number followed by which of the spellings it is. What is sorted by codes has "dân", "dần"
    and "dan" in one stretch, so that a question without accents reads that stretch and needs no list of its own.
    Beyond four million folded words, or 255 spellings of one, the last number is shared.
    """

    def __init__(self) -> None:
        self.accented: dict[str, int] = {}
        self.folded: dict[str, int] = {}
        self.names: list[str] = []
        self.codes: list[int] = []
        """The code of each accented word."""
        self._coded: dict[str, int] = {}
        self._numerals = np.zeros(0, bool)
        self._table = np.zeros(0, np.int64)
        self.spellings: dict[str, list[int]] = {}
        """The accented words behind a folded one."""

    def number(self, word: str) -> int:
        """The number of an accented word, given now if it is new."""
        known = self.accented.get(word)
        if known is not None:
            return known
        bare = folded_word(word)
        folded = self.folded.setdefault(bare, min(len(self.folded), _LAST_FOLDED))
        spellings = self.spellings.setdefault(bare, [])
        known = self.accented[word] = len(self.names)
        self.names.append(word)
        code = self._coded[word] = folded << SPELLING_BITS | min(len(spellings), _LAST_SPELLING)
        self.codes.append(code)
        spellings.append(known)
        return known

    def coded(self, words: Iterable[str]) -> list[int]:
        """The codes of words, given now to the new ones."""
        known = self._coded
        return [code if (code := known.get(word)) is not None else self.codes[self.number(word)] for word in words]

    def numbers_of(self, bare: Iterable[str]) -> list[int]:
        """The folded numbers of folded words, -1 for an unknown one."""
        return [self.folded.get(word, -1) for word in bare]

    def numerals(self) -> NDArray[np.bool_]:
        """Which folded numbers are those of digits; one more for an unknown word."""
        if len(self._numerals) != len(self.folded) + 1:
            self._numerals = np.array([*map(str.isdecimal, self.folded), False])
        return self._numerals

    def table(self) -> Codes:
        """The codes by number, and after the last one the code of no word."""
        if len(self._table) != len(self.codes) + 1:
            self._table = np.array([*self.codes, NOWHERE << SPELLING_BITS], np.int64)
        return self._table


T = TypeVar("T", int, Codes)


def pair(left: T, right: T) -> T:
    """The keys of two words side by side: the folded numbers first, then the spellings. A single word's is its code."""
    folded = (left >> SPELLING_BITS) << FOLDED_BITS | (right >> SPELLING_BITS)
    spelling = (left & _LAST_SPELLING) << SPELLING_BITS | (right & _LAST_SPELLING)
    return PAIR | folded << (2 * SPELLING_BITS) | spelling
