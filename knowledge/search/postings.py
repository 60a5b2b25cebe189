"""In which rows each term stands and how much it tells about each: flat sorted arrays, built once, never changed.

What a term is worth in a row (the saturated count of BM25, in 255 steps) depends on that row alone. So postings can be
merged without being computed anew, and rows added one by one score exactly as rows added at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.search.vocabulary import PAIR, SPELLING_BITS, Codes, pair

MOST_ROWS: Final = 1 << 15
"""Rows of one segment; their numbers within it fit two bytes."""
STEPS: Final = 255
_COMMON: Final = 16
"""A term in more than one of so many rows gets a column: adding that up is quicker than reading its postings."""
_K1: Final = 1.5
_B: Final = 0.55
_USUAL_LENGTH: Final = 137.0
"""Words of a usual row, its heading counted twice. Fixed, not the average of what is held: see above."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a common term is worth in every row of a segment, and the most that is."""

    impacts: NDArray[np.uint8] | NDArray[np.uint16]
    most: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows ``first`` and following: ``rows[starts[i]:starts[i+1]]`` hold ``keys[i]``, worth ``impacts`` there."""

    first: int
    size: int
    keys: Codes
    starts: NDArray[np.int64]
    rows: NDArray[np.uint16]
    impacts: NDArray[np.uint8]
    columns: Mapping[tuple[int, int], Column]
    """Of stretches of keys that stand in many of the rows, what they are worth in every row."""

    def find(self, low: Codes, high: Codes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the postings of the keys from each ``low`` up to, not including, its ``high`` begin and end."""
        return self.starts[np.searchsorted(self.keys, low)], self.starts[np.searchsorted(self.keys, high)]

    def count(self, keys: Codes) -> NDArray[np.int64]:
        """In how many rows each of these keys stands; quickest for ascending ones."""
        if not len(self.keys):
            return np.zeros(len(keys), np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.starts[place + 1] - self.starts[place], 0)


def build(rows: Sequence[Codes], heading_lengths: Sequence[int], heading_times: int, first: int) -> Segment:
    """The postings of some rows, each the codes of its heading's words and then of its text's."""
    sizes = np.fromiter(map(len, rows), np.int64, len(rows))
    headings = np.asarray(heading_lengths, np.int64)
    codes = np.concatenate([np.zeros(0, np.int64), *rows])
    row_of = np.repeat(np.arange(len(rows)), sizes)
    place = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    times = np.where(place < headings[row_of], heading_times, 1)
    # A pair may not reach from one row, or from a heading, into what follows.
    inside = (row_of[1:] == row_of[:-1]) & (times[1:] == times[:-1])
    keys = np.concatenate([codes, pair(codes[:-1], codes[1:])[inside]])
    row_of = np.concatenate([row_of, row_of[1:][inside]])
    times = np.concatenate([times, times[1:][inside]])
    order = np.argsort(keys, kind="stable")
    keys, row_of, times = keys[order], row_of[order], times[order]
    new_key = np.r_[True, keys[1:] != keys[:-1]] if len(keys) else np.zeros(0, bool)
    new_row = new_key | np.r_[True, row_of[1:] != row_of[:-1]] if len(keys) else new_key
    begins = np.flatnonzero(new_row)
    counts = np.add.reduceat(times, begins) if len(begins) else begins
    posting_rows = row_of[begins]
    lengths = sizes + (heading_times - 1) * headings
    norms = _K1 * (1 - _B + _B * lengths / _USUAL_LENGTH)
    impacts = np.maximum(np.rint(STEPS * counts / (counts + norms[posting_rows])), 1)
    starts = np.append(np.flatnonzero(new_key[begins]), len(begins))
    return Segment(
        first,
        len(rows),
        keys[new_key],
        starts,
        posting_rows.astype(np.uint16),
        impacts.astype(np.uint8),
        {},
    )


def merge(segments: Sequence[Segment]) -> Segment:
    """One segment of several that follow each other."""
    first = segments[0].first
    keys = np.concatenate([one.keys for one in segments])
    shifts = np.cumsum([0, *(len(one.rows) for one in segments)])
    starts = np.concatenate([one.starts[:-1] + shift for one, shift in zip(segments, shifts, strict=False)])
    sizes = np.concatenate([np.diff(one.starts) for one in segments])
    rows = np.concatenate([one.rows + np.uint16(one.first - first) for one in segments])
    impacts = np.concatenate([one.impacts for one in segments])
    order = np.argsort(keys, kind="stable")
    keys, sizes = keys[order], sizes[order]
    ends = np.cumsum(sizes)
    take = np.repeat(starts[order] - (ends - sizes), sizes) + np.arange(len(rows))
    new_key = np.r_[True, keys[1:] != keys[:-1]] if len(keys) else np.zeros(0, bool)
    begins = np.append((ends - sizes)[new_key], len(rows))
    size = sum(one.size for one in segments)
    keys, rows, impacts = keys[new_key], rows[take], impacts[take]
    return Segment(
        first,
        size,
        keys,
        begins,
        rows,
        impacts,
        _columns(size, keys, begins, rows, impacts),
    )


def _columns(
    size: int, keys: Codes, starts: NDArray[np.int64], rows: NDArray[np.uint16], impacts: NDArray[np.uint8]
) -> dict[tuple[int, int], Column]:
    columns: dict[tuple[int, int], Column] = {}
    bits = np.where(keys < PAIR, SPELLING_BITS, 2 * SPELLING_BITS)
    low = keys >> bits << bits
    first = np.flatnonzero(np.r_[True, low[1:] != low[:-1]]) if len(keys) else np.zeros(0, np.int64)
    last = np.append(first[1:], len(keys))
    stretches = (
        (low[first], low[first] + (1 << bits[first]), starts[first], starts[last]),
        (keys, keys + 1, starts[:-1], starts[1:]),
    )
    for lows, highs, begins, ends in stretches:
        for i in np.flatnonzero((ends - begins) * _COMMON > size):
            place = slice(begins[i], ends[i])
            column = np.bincount(rows[place], impacts[place], size)
            most = int(column.max())
            narrow = column.astype(np.uint8) if most <= STEPS else column.astype(np.uint16)
            columns[int(lows[i]), int(highs[i])] = Column(narrow, most)
    return columns
