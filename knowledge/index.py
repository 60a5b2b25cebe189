"""Passage search in memory: BM25 over accented words, folded words and their adjacent pairs, in flat arrays.

A row is one passage with its heading. Every word is counted as typed and without accents, singly and with its
right neighbour: pairs tell Vietnamese compounds apart without a word segmenter, and the folded half answers
questions typed without accents. Postings are numpy arrays sorted by term, so memory and time grow linearly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.wording import folded_word, words

Ints = NDArray[np.int32]
Keys = NDArray[np.int64]
Floats = NDArray[np.float32]

SEGMENT_ROWS: Final = 8192
"""A full segment is never built again: adding to a large index costs no more than one segment."""
_K1: Final = 1.5
_B: Final = 0.55
_HEADING_TIMES: Final = 2
_COMMON: Final = 0.25
_COMMON_ROWS: Final = 4000

# The four kinds of term and what each is worth; chosen on development questions.
ACCENTED, FOLDED, ACCENTED_PAIR, FOLDED_PAIR = range(4)
_WEIGHTS: Final = (0.6, 0.45, 0.9, 0.7)


@dataclass(slots=True)
class _Segment:
    """The postings of some rows. ``rows[starts[i]:starts[i+1]]`` hold ``keys[i]``, ``counts`` times each."""

    first: int
    keys: Keys
    starts: Ints
    rows: NDArray[np.int32]
    counts: NDArray[np.uint8]
    lengths: Floats

    def find(self, keys: Keys) -> tuple[Ints, Ints]:
        """Begin and end of the postings of each key; equal where this segment has none."""
        if not len(self.keys):
            nothing = np.zeros(len(keys), np.int32)
            return nothing, nothing
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        hit = self.keys[place] == keys
        begin = self.starts[place]
        return begin, np.where(hit, self.starts[place + 1], begin).astype(np.int32)


class Vocabulary:
    """Numbers for words: one for a word with its accents, one for its folded form."""

    def __init__(self) -> None:
        self.accented: dict[str, int] = {}
        self.folded: dict[str, int] = {}
        self.names: list[str] = []
        self._fold_of: list[int] = []
        self.spellings: dict[str, list[int]] = {}
        """The accented words behind a folded one."""

    def number(self, word: str) -> int:
        """The number of an accented word, given now if it is new."""
        known = self.accented.get(word)
        if known is not None:
            return known
        bare = folded_word(word)
        fold_number = self.folded.setdefault(bare, len(self.folded))
        known = self.accented[word] = len(self.names)
        self.names.append(word)
        self._fold_of.append(fold_number)
        self.spellings.setdefault(bare, []).append(known)
        return known

    def fold_numbers(self, numbers: Ints) -> Ints:
        """The folded number of each accented one."""
        return np.asarray(self._fold_of, dtype=np.int32)[numbers]


def _single(kind: int, numbers: Ints) -> Keys:
    return (np.int64(kind) << 60) | numbers.astype(np.int64)


def _pairs(kind: int, left: Ints, right: Ints) -> Keys:
    return (np.int64(kind) << 60) | (left.astype(np.int64) << 30) | right.astype(np.int64)


class Index:
    """Rows that can be searched. Row numbers are given in order of adding and stay; a removed row is skipped."""

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        self.vocabulary = vocabulary or Vocabulary()
        self._segments: list[_Segment] = []
        self._open: list[Ints] = []
        self._open_first = 0
        self._built = 0
        self._removed: set[int] = set()
        self._total_length = 0

    def __len__(self) -> int:
        return self._open_first + len(self._open)

    def add(self, rows: Iterable[tuple[str, str]]) -> range:
        """Add rows of (heading, text) and return their numbers."""
        first = len(self)
        number = self.vocabulary.number
        for heading, text in rows:
            tokens = [number(word) for word in words(heading)] * _HEADING_TIMES
            tokens += [number(word) for word in words(text)]
            self._open.append(np.array(tokens, dtype=np.int32))
            self._total_length += len(tokens)
            if len(self._open) == SEGMENT_ROWS:
                self._segments = self._full_segments()
                self._segments.append(_build(self._open, self._open_first, self.vocabulary))
                self._open_first, self._open, self._built = len(self), [], 0
        return range(first, len(self))

    def remove(self, rows: Iterable[int]) -> None:
        """Leave these rows out of every later search."""
        self._removed.update(rows)

    def _full_segments(self) -> list[_Segment]:
        return [segment for segment in self._segments if segment.first < self._open_first]

    def segments(self) -> list[_Segment]:
        """All segments, the open one built if rows came since."""
        if self._built != len(self._open):
            self._segments = self._full_segments()
            self._segments.append(_build(self._open, self._open_first, self.vocabulary))
            self._built = len(self._open)
        return self._segments

    def frequency(self, keys: Keys) -> NDArray[np.int64]:
        """In how many rows each term stands."""
        total = np.zeros(len(keys), np.int64)
        for segment in self.segments():
            begin, end = segment.find(keys)
            total += end - begin
        return total

    def terms(self, query: Sequence[str], weights: Sequence[float] | None = None) -> tuple[Keys, Floats]:
        """The terms of a question's words, each with its weight; words that no row has are left out."""
        known = self.vocabulary
        accented = [known.accented.get(word, -1) for word in query]
        bare = [known.folded.get(folded_word(word), -1) for word in query]
        given = list(weights) if weights is not None else [1.0] * len(query)
        keys: dict[int, float] = {}
        for kind, numbers in ((ACCENTED, accented), (FOLDED, bare)):
            for number, weight in zip(numbers, given, strict=True):
                if number >= 0:
                    key = (kind << 60) | number
                    keys[key] = keys.get(key, 0.0) + weight * _WEIGHTS[kind]
        for kind, numbers in ((ACCENTED_PAIR, accented), (FOLDED_PAIR, bare)):
            for place in range(len(numbers) - 1):
                left, right = numbers[place], numbers[place + 1]
                if left >= 0 and right >= 0:
                    key = (kind << 60) | (left << 30) | right
                    weight = (given[place] + given[place + 1]) / 2
                    keys[key] = keys.get(key, 0.0) + weight * _WEIGHTS[kind]
        return np.fromiter(keys, np.int64, len(keys)), np.fromiter(keys.values(), np.float32, len(keys))

    def scores(self, query: Sequence[str], weights: Sequence[float] | None = None) -> Floats:
        """BM25 of every row for these words; 0 for removed rows."""
        total = np.zeros(len(self), np.float32)
        keys, weight = self.terms(query, weights)
        if not len(keys) or not len(self):
            return total
        places = [(segment, *segment.find(keys)) for segment in self.segments()]
        frequency = sum((end - begin for _, begin, end in places), np.zeros(len(keys), np.int64))
        idf = np.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32) * weight
        # A word that stands nearly everywhere tells nothing apart, and reading its postings costs the most.
        wanted = frequency <= max(_COMMON * len(self), _COMMON_ROWS)
        average = max(self._total_length / len(self), 1.0)
        for segment, begin, end in places:
            norm = (_K1 * (1 - _B + _B * segment.lengths / average)).astype(np.float32)
            part = total[segment.first : segment.first + len(segment.lengths)]
            for term in np.flatnonzero((end > begin) & wanted):
                place = slice(begin[term], end[term])
                rows = segment.rows[place]
                counts = segment.counts[place]
                part[rows] += idf[term] * (counts / (counts + norm[rows]))
        if self._removed:
            total[list(self._removed)] = 0.0
        return total

    def search(self, query: Sequence[str], limit: int = 10) -> list[tuple[int, float]]:
        """The best rows with their scores, best first."""
        scores = self.scores(query)
        if not len(scores):
            return []
        limit = min(limit, len(scores))
        best = np.argpartition(-scores, limit - 1)[:limit]
        ordered = best[np.lexsort((best, -scores[best]))]
        return [(int(row), float(scores[row])) for row in ordered if scores[row] > 0]


def _build(rows: list[Ints], first: int, vocabulary: Vocabulary) -> _Segment:
    lengths = np.fromiter((len(row) for row in rows), np.int64, len(rows))
    tokens = np.concatenate(rows) if rows else np.zeros(0, np.int32)
    row_of = np.repeat(np.arange(len(rows), dtype=np.int64), lengths)
    bare = vocabulary.fold_numbers(tokens) if len(tokens) else tokens
    inside = row_of[1:] == row_of[:-1]
    next_row = row_of[1:][inside]
    kinds = (
        (_single(ACCENTED, tokens), row_of),
        (_single(FOLDED, bare), row_of),
        (_pairs(ACCENTED_PAIR, tokens[:-1][inside], tokens[1:][inside]), next_row),
        (_pairs(FOLDED_PAIR, bare[:-1][inside], bare[1:][inside]), next_row),
    )
    keys: list[Keys] = []
    sizes: list[Ints] = []
    postings: list[Ints] = []
    counts: list[NDArray[np.uint8]] = []
    for term_keys, term_rows in kinds:  # one after another: the sort's scratch memory is the peak
        unique, place = np.unique(term_keys, return_inverse=True)
        posting, count = np.unique(place * max(len(rows), 1) + term_rows, return_counts=True)
        keys.append(unique)
        sizes.append(np.bincount(posting // max(len(rows), 1), minlength=len(unique)).astype(np.int32))
        postings.append((posting % max(len(rows), 1)).astype(np.int32))
        counts.append(np.minimum(count, 255).astype(np.uint8))
    starts = np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int32)
    return _Segment(
        first,
        np.concatenate(keys),
        starts,
        np.concatenate(postings),
        np.concatenate(counts),
        lengths.astype(np.float32),
    )
