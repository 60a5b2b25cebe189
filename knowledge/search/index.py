"""Passage search in memory: BM25 over words and their adjacent pairs, as typed and without accents, in flat arrays.

A row is one passage with its heading. Every word counts as typed and without accents, singly and with its right
neighbour: pairs tell Vietnamese compounds apart without a word segmenter, and the folded half answers questions typed
without accents. Memory and time grow linearly.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.search.postings import MOST_ROWS, STEPS, Column, Segment, build, merge
from knowledge.search.vocabulary import NOWHERE, PAIR, SPELLING_BITS, Codes, Vocabulary, pair
from knowledge.search.wording import folded_word, words

Keys = NDArray[np.int64]
Floats = NDArray[np.float32]
Scores = NDArray[np.float64]
Tokens = NDArray[np.int32]
Counts = NDArray[np.int64]
Rows = NDArray[np.int64]

SEGMENT_ROWS: Final = 2048
"""A full segment is never built again, only merged: adding stays quick at any size."""
_MERGED: Final = 4
"""So many segments of one size become one."""
_HEADING_TIMES: Final = 2
_MANY: Final = 8
"""Of more than one row in so many, the columns are read from end to end rather than picked from."""
_COMMON: Final = 0.25
"""A term in more than this share of the rows, and in more than :data:`_COMMON_ROWS`, is left out."""
_COMMON_ROWS: Final = 4000

# The four kinds of term and what each is worth; chosen on development questions.
ACCENTED, FOLDED, ACCENTED_PAIR, FOLDED_PAIR = range(4)
_WEIGHTS: Final = (0.6, 0.45, 0.9, 0.7)


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of a question: stretches of keys, from ``low`` up to, not including, ``high``, with weights."""

    stretches: list[tuple[int, int]]
    low: Keys
    high: Keys
    weights: Scores


@dataclass(frozen=True, slots=True)
class _Part:
    """The scores of one segment so far, and the columns of common terms that are still to be added."""

    segment: Segment
    scores: Scores
    common: list[tuple[float, Column]]

    def complete(self, rows: Rows | None = None) -> Scores:
        """The whole scores, of all rows or of some."""
        if rows is not None and len(rows) * _MANY > self.segment.size:
            return self.complete()[rows]  # reading on is quicker than picking
        total = self.scores.copy() if rows is None else self.scores[rows]
        for worth, column in self.common:
            total += worth * (column.impacts if rows is None else column.impacts[rows])
        return total

    @property
    def most(self) -> float:
        """How much the common terms can add to any row."""
        return math.fsum(worth * column.most for worth, column in self.common)


class Index:
    """Rows that can be searched. Row numbers are given in order of adding and stay; a removed row is skipped."""

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        self.vocabulary = vocabulary or Vocabulary()
        self._segments: list[Segment] = []
        self._open: list[Codes] = []
        self._open_headings: list[int] = []
        self._open_first = 0
        self._built: Segment | None = None
        self._rarities: Scores | None = None
        self._gone = np.zeros(0, bool)
        # The folded numbers of all words, heading and text, row after row; where each row begins; words of its heading.
        self._tokens, self._begins, self._headings = array("i"), array("q", [0]), array("i")

    def __len__(self) -> int:
        return self._open_first + len(self._open)

    def add(self, rows: Iterable[tuple[str, str]]) -> range:
        """Add rows of (heading, text) and return their numbers."""
        first = len(self)
        coded = self.vocabulary.coded
        for heading, text in rows:
            above = coded(words(heading))
            codes = np.array(above + coded(words(text)), dtype=np.int64)
            self._open.append(codes)
            self._open_headings.append(len(above))
            self._tokens.frombytes((codes >> SPELLING_BITS).astype(np.int32).tobytes())
            self._begins.append(len(self._tokens))
            self._headings.append(len(above))
            self._built = self._rarities = None
            if len(self._open) == SEGMENT_ROWS:
                self._close()
        return range(first, len(self))

    def remove(self, rows: Iterable[int]) -> None:
        """Leave these rows out of every later search."""
        self._gone = np.r_[self._gone, np.zeros(len(self) - len(self._gone), bool)]
        self._gone[list(rows)] = True

    def _close(self) -> None:
        self._segments.append(self._build_open())
        self._open_first, self._open, self._open_headings, self._built = len(self), [], [], None
        last = self._segments[-_MERGED:]
        while len(last) == _MERGED and last[0].size == last[-1].size <= MOST_ROWS // _MERGED:
            self._segments[-_MERGED:] = [merge(last)]
            last = self._segments[-_MERGED:]

    def _build_open(self) -> Segment:
        return build(self._open, self._open_headings, _HEADING_TIMES, self._open_first)

    def segments(self) -> list[Segment]:
        """All segments, the open one built if rows came since."""
        if self._open and self._built is None:
            self._built = self._build_open()
        return [*self._segments, self._built] if self._built else self._segments

    def frequency(self, keys: Keys) -> NDArray[np.int64]:
        """In how many rows each term stands.

        A key is ``kind << 60`` with the word's number of that kind, or, for a pair, ``left << 30 | right``.
        """
        low, high = self._stretches(keys)
        total = np.zeros(len(keys), np.int64)
        if np.array_equal(high, low + 1):  # accented words and pairs: no stretches, but the keys themselves
            ascending, place = np.unique(low, return_inverse=True)
            for segment in self.segments():
                total += segment.count(ascending)[place]
            return total
        for segment in self.segments():
            begin, end = segment.find(low, high)
            total += end - begin
        return total

    def rarities(self) -> Scores:
        """The weight of every folded word by its rarity, in the order of their numbers, and last of an unknown one."""
        segments = self.segments()
        if self._rarities is None:
            frequency = np.zeros(len(self.vocabulary.folded) + 1, np.int64)
            for segment in segments:
                singles = int(np.searchsorted(segment.keys, PAIR))
                np.add.at(frequency, segment.keys[:singles] >> SPELLING_BITS, np.diff(segment.starts[: singles + 1]))
            self._rarities = np.log(1 + np.maximum(len(self) - frequency + 0.5, 0.5) / (frequency + 0.5))
        return self._rarities

    def texts(self, rows: Rows) -> tuple[Tokens, Counts, Counts]:
        """The folded numbers of the words of some rows, one row after the other.

        :returns: the numbers, how many each row has, and how many of these are its heading
        """
        if not len(rows):
            return np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64)
        begins = np.frombuffer(self._begins, np.int64)
        first = begins[rows]
        sizes = begins[rows + 1] - first
        ends = np.cumsum(sizes)
        place = np.repeat(first - (ends - sizes), sizes) + np.arange(ends[-1])
        headings = np.frombuffer(self._headings, np.int32)[rows].astype(np.int64)
        return np.frombuffer(self._tokens, np.int32)[place], sizes, headings

    def openings(self, rows: Rows, most: int) -> Tokens:
        """The folded numbers of the first words of some rows' texts, a line each, -1 after the last word."""
        if not len(rows):
            return np.zeros((0, most), np.int32)
        begins, tokens = np.frombuffer(self._begins, np.int64), np.frombuffer(self._tokens, np.int32)
        place = (begins[rows] + np.frombuffer(self._headings, np.int32)[rows])[:, None] + np.arange(most)
        opening: Tokens = np.where(place < begins[rows + 1][:, None], tokens[np.minimum(place, len(tokens) - 1)], -1)
        return opening

    def _stretches(self, keys: Keys) -> tuple[Keys, Keys]:
        kind = keys >> 60
        paired = kind >= ACCENTED_PAIR
        folded = (kind == FOLDED) | (kind == FOLDED_PAIR)
        codes = self.vocabulary.table()

        def code(number: Keys) -> Keys:
            spelt = codes[np.minimum(number, len(codes) - 1)]
            return np.where(folded, np.minimum(number, NOWHERE) << SPELLING_BITS, spelt)

        left, right = code((keys >> 30) & ((1 << 30) - 1)), code(keys & ((1 << 30) - 1))
        low = np.where(paired, pair(left, right), right)
        span = np.where(folded, np.where(paired, 1 << (2 * SPELLING_BITS), 1 << SPELLING_BITS), 1)
        return low, low + span

    def _terms(self, query: Sequence[str], weights: Sequence[float] | None) -> _Terms:
        """The terms of a question's words; words that no row has are left out."""
        known = self.vocabulary
        given = list(weights) if weights is not None else [1.0] * len(query)
        folded = [known.folded.get(folded_word(word), NOWHERE) for word in query]
        spelt = [known.codes[n] if (n := known.accented.get(word)) is not None else -1 for word in query]
        found: dict[tuple[int, int], float] = {}

        def want(low: int, bits: int, weight: float) -> None:
            stretch = (low, low + (1 << bits))
            found[stretch] = found.get(stretch, 0.0) + weight

        for bare, exact, weight in zip(folded, spelt, given, strict=True):
            if bare != NOWHERE:
                want(bare << SPELLING_BITS, SPELLING_BITS, weight * _WEIGHTS[FOLDED])
            if exact >= 0:
                want(exact, 0, weight * _WEIGHTS[ACCENTED])
        for i, weight in enumerate(map(fmean, pairwise(given))):
            if folded[i] != NOWHERE != folded[i + 1]:
                low = pair(folded[i] << SPELLING_BITS, folded[i + 1] << SPELLING_BITS)
                want(low, 2 * SPELLING_BITS, weight * _WEIGHTS[FOLDED_PAIR])
            if spelt[i] >= 0 <= spelt[i + 1]:
                want(pair(spelt[i], spelt[i + 1]), 0, weight * _WEIGHTS[ACCENTED_PAIR])
        stretches = list(found)
        edges = np.array(stretches, np.int64).reshape(-1, 2)
        return _Terms(stretches, edges[:, 0], edges[:, 1], np.fromiter(found.values(), np.float64, len(found)) / STEPS)

    def _parts(self, query: Sequence[str], weights: Sequence[float] | None) -> list[_Part]:
        terms = self._terms(query, weights)
        segments = self.segments()
        places = [segment.find(terms.low, terms.high) for segment in segments]
        frequency = sum((end - begin for begin, end in places), np.zeros(len(terms.low), np.int64))
        worth = _rarity(frequency, len(self)) * terms.weights
        parts: list[_Part] = []
        for segment, (begin, end) in zip(segments, places, strict=True):
            size = np.where(worth > 0, end - begin, 0)
            common: list[tuple[float, Column]] = []
            if segment.columns:
                for i in np.flatnonzero(size):
                    if column := segment.columns.get(terms.stretches[i]):
                        common.append((float(worth[i]), column))
                        size[i] = 0
            read = np.repeat(begin - (np.cumsum(size) - size), size) + np.arange(size.sum())
            values = segment.impacts[read] * np.repeat(worth, size)
            scores = np.bincount(segment.rows[read], values, segment.size).astype(np.float64, copy=False)
            gone = self._gone[segment.first : segment.first + segment.size]
            scores[: len(gone)][gone] = -np.inf
            parts.append(_Part(segment, scores, common))
        return parts

    def scored(self, query: Sequence[str], weights: Sequence[float] | None = None) -> Scored:
        """The scores of the rows for these words, each word with its weight, to be asked for."""
        return Scored(self._parts(query, weights))

    def scores(self, query: Sequence[str], weights: Sequence[float] | None = None) -> Floats:
        """BM25 of every row for these words; 0 for removed rows."""
        return self.scored(query, weights).of(np.arange(len(self))).astype(np.float32)

    def search(
        self, query: Sequence[str], limit: int = 10, weights: Sequence[float] | None = None
    ) -> list[tuple[int, float]]:
        """The best rows with their scores, best first; the same as sorting :meth:`scores`, only quicker."""
        rows, scores = self.scored(query, weights).best(limit)
        return list(zip(rows.tolist(), scores.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Scored:
    """How well each row holds the words of a question. Common terms are added up only where it is asked for."""

    parts: list[_Part]

    def best(self, limit: int) -> tuple[Rows, Scores]:
        """The best rows that hold any of the words, with their scores, best first.

        Common terms are added up only for rows that they can still lift among the best.
        """
        rough = np.concatenate([np.zeros(0), *(part.scores for part in self.parts)])
        limit = min(limit, len(rough))
        if not limit:
            return np.zeros(0, np.int64), np.zeros(0)
        likely = np.flatnonzero(rough >= rough.max() / 2)
        if len(likely) < limit:
            likely = np.arange(len(rough))
        likely = np.sort(likely[np.argpartition(rough[likely], -limit)[-limit:]])
        bound = self.of(likely).min()
        rows = np.flatnonzero(np.concatenate([part.scores + part.most >= bound for part in self.parts]))
        scores = self.of(rows)
        if len(rows) > limit:
            good = np.flatnonzero(scores >= np.partition(scores, -limit)[-limit])
            rows, scores = rows[good], scores[good]
        order = np.lexsort((rows, -scores))[:limit]
        order = order[scores[order] > 0]
        return rows[order], scores[order]

    def of(self, rows: Rows) -> Scores:
        """The scores of some rows, given in ascending order; 0 for removed ones."""
        cuts = [*np.searchsorted(rows, [part.segment.first for part in self.parts]), len(rows)]
        pieces = [
            part.complete(rows[a:b] - part.segment.first)
            for part, a, b in zip(self.parts, cuts, cuts[1:], strict=False)
            if a < b
        ]
        return np.concatenate([np.zeros(0), *pieces]).clip(0)


def _rarity(frequency: NDArray[np.int64], rows: int) -> Scores:
    """The weight of a term by its rarity; 0 for one that stands nearly everywhere, for it tells nothing apart."""
    weight = np.log(1 + np.maximum(rows - frequency + 0.5, 0.5) / (frequency + 0.5))
    return np.where((frequency > 0) & (frequency <= max(_COMMON * rows, _COMMON_ROWS)), weight, 0.0)
