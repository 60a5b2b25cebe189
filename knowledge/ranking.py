"""The best sections for a question: search by words first, then a small trained ranking of the likeliest.

A *section* is an article, or any passage, with the rows below it: its first row is the whole, the others its parts.
The ranking is a weighted sum of what can be read off the words alone; ``ranking.tsv`` holds the weights, which
``tests/bench/train_ranking.py`` finds from questions whose answers are known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.index import Floats, Index, Scores, Tokens
from knowledge.wording import folded_word, official

Rows = NDArray[np.int64]

CANDIDATES: Final = 60
_WHOLE_SHARE: Final = 0.6
"""A section is worth its best row, and this much of itself as a whole."""
_TERM: Final = 14
"""Words within which a definition has said what it defines."""
_NEAR: Final = 4
_OFFICIAL: Final = 0.3
"""What the official words for an everyday one weigh beside it."""
_GLOSSARY: Final = ("giai", "thich", "tu", "ngu")
"""The heading under which every law says what its words mean."""
_WHAT_IS: Final = re.compile(r"\b(?:la gi|khai niem|dinh nghia|nghia la|hieu la|hieu nhu the nao|the nao la)\b")
"""What one says to ask what something is, folded."""
FEATURES: Final = (
    "score",  # against the best score of this question
    "level",  # against what the words of the question could score at most
    "part",  # the best row, against the best score
    "covered",  # how much of the question the section holds
    "part_covered",  # and its best row
    "heading_covered",  # and its heading
    "heading_wanted",  # how much of the heading the question holds
    "near",  # how many neighbours of the question stand near each other
    "defines",  # a row "X là …" for words X of the question: how much of the question X is
    "explains",  # the same if the question asks what X is
    "glossary",  # whether it says what words mean
    "length",
    "part_length",
)


def ranked(index: Index, sections: Rows, query: Sequence[str], limit: int = 10) -> list[tuple[int, float]]:
    """The best sections with their scores, best first.

    :param sections: the first row of each section, ascending from 0
    """
    found, features = candidates(index, sections, query)
    scores = features @ weights()
    best = np.lexsort((found, -scores))[:limit]
    return [(int(found[i]), float(scores[i])) for i in best]


def widened(query: Sequence[str]) -> tuple[list[str], list[float]]:
    """A question's words, followed by what the law says for them, each with its weight."""
    known = official()
    longest = max(map(len, known))
    words, weights = list(query), [1.0] * len(query)
    for place in range(len(query)):
        for size in range(min(longest, len(query) - place), 0, -1):
            for instead in known.get(tuple(query[place : place + size]), ()):
                words += ["", *instead]  # the empty word keeps what follows from pairing with what precedes
                weights += [0.0, *[_OFFICIAL] * len(instead)]
    return words, weights


def section_scores(index: Index, sections: Rows, query: Sequence[str]) -> Floats:
    """How well each section holds a question's words, before the ranking."""
    return _of_sections(index.scores(*widened(query)), sections)


def _of_sections(rows: Floats, sections: Rows) -> Floats:
    best: Floats = np.maximum.reduceat(rows, sections)
    return best + np.float32(_WHOLE_SHARE) * rows[sections]


@cache
def weights() -> Floats:
    """What each feature weighs, in the order of :data:`FEATURES`."""
    lines = (Path(__file__).parent / "ranking.tsv").read_text(encoding="utf-8").splitlines()
    table = dict(line.split("\t") for line in lines if line and not line.startswith("#"))
    return np.array([float(table[name]) for name in FEATURES], np.float32)


def candidates(index: Index, sections: Rows, query: Sequence[str]) -> tuple[Rows, Floats]:
    """The sections that hold most of a question's words, ascending, and their features, a row each."""
    rows = index.scores(*widened(query))
    if not len(rows):
        return np.zeros(0, np.int64), np.zeros((0, len(FEATURES)), np.float32)
    score = _of_sections(rows, sections)
    found = np.flatnonzero(score > 0)
    if len(found) > CANDIDATES:
        found = np.sort(found[np.argpartition(score[found], -CANDIDATES)[-CANDIDATES:]])
    first, count = sections[found], np.append(sections[1:], len(rows))[found] - sections[found]
    inside = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(count.sum())
    owner = np.repeat(np.arange(len(found)), count)
    part = inside[np.lexsort((-rows[inside], owner))[np.cumsum(count) - count]]
    asked = _Asked.of(index, query)
    whole = _Texts.of(asked, *index.texts(first))
    best_part = whole if (part == first).all() else _Texts.of(asked, *index.texts(part))
    defined = np.zeros(len(found))
    np.maximum.at(defined, owner, _defines(index, asked, inside))
    best = float(score.max(initial=0.0)) or 1.0
    return found, np.column_stack(
        [
            score[found] / best,
            score[found] / (asked.mass * 3),
            rows[part] / best,
            whole.covered(asked),
            best_part.covered(asked),
            whole.covered(asked, of_heading=True),
            whole.heading_wanted(asked, np.where(index.vocabulary.numerals(), 0.0, index.rarities())),
            whole.near(asked),
            defined,
            defined * bool(_WHAT_IS.search(" ".join(map(folded_word, query)))),
            whole.headed(index.vocabulary.numbers_of(_GLOSSARY)),
            np.log1p(whole.sizes) / 7,
            np.log1p(best_part.sizes) / 7,
        ]
    ).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The different folded words of a question that some row has, by slots, and which of them are neighbours."""

    slots: NDArray[np.int64]
    """By the folded number of any word, its slot, or the one after the last for a word that is not asked for."""
    worth: Scores
    mass: float
    pairs: NDArray[np.int64]
    """By two slots, the number of the pair that stands side by side in the question, or the one after the last."""
    pair_worth: Scores

    @staticmethod
    def of(index: Index, query: Sequence[str]) -> _Asked:
        rarities = index.rarities()
        unknown = len(rarities) - 1
        words = [index.vocabulary.folded.get(folded_word(word), unknown) for word in query]
        known = [word for word in dict.fromkeys(words) if word != unknown]
        slots = np.full(len(rarities), len(known))
        slots[known] = np.arange(len(known))
        couples = {
            (min(a, b), max(a, b))
            for a, b in pairwise(slots[words].tolist())
            if a != b and a < len(known) and b < len(known)
        }
        pairs = np.full((len(known) + 1, len(known) + 1), len(couples))
        for number, (a, b) in enumerate(couples):
            pairs[a, b] = pairs[b, a] = number
        worth = rarities[known]
        pair_worth = np.array([(worth[a] + worth[b]) / 2 for a, b in couples])
        mass = float(worth.sum()) + float(rarities[unknown]) * words.count(unknown)
        return _Asked(slots, worth, mass or 1.0, pairs, pair_worth)


@dataclass(frozen=True, slots=True)
class _Texts:
    """The words of some texts, one after the other: which text each is of, its slot, and whether it is heading."""

    tokens: Tokens
    owner: NDArray[np.int64]
    slots: NDArray[np.int64]
    heading: NDArray[np.bool_]
    sizes: NDArray[np.int64]

    @staticmethod
    def of(asked: _Asked, tokens: Tokens, sizes: NDArray[np.int64], headings: NDArray[np.int64]) -> _Texts:
        owner = np.repeat(np.arange(len(sizes)), sizes)
        place = np.arange(len(tokens)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return _Texts(tokens, owner, asked.slots[tokens], place < headings[owner], sizes)

    def covered(self, asked: _Asked, of_heading: bool = False) -> Scores:
        """Which share of what is asked each text holds, or its heading."""
        held = np.zeros((len(self.sizes), len(asked.worth) + 1))
        chosen = self.heading if of_heading else slice(None)
        held[self.owner[chosen], self.slots[chosen]] = 1
        return held[:, :-1] @ asked.worth / asked.mass

    def headed(self, words: Sequence[int]) -> NDArray[np.bool_]:
        """Whether the heading of each text holds these folded words in a row."""
        starts = np.flatnonzero(self.heading & (self.tokens == words[0]))
        for apart, word in enumerate(words[1:], start=1):
            starts = starts[self.heading[starts + apart] & (self.tokens[starts + apart] == word)]
        return np.bincount(self.owner[starts], minlength=len(self.sizes)) > 0

    def heading_wanted(self, asked: _Asked, rarities: Scores) -> Scores:
        """Which share of each heading is asked for."""
        worth = rarities[self.tokens] * self.heading
        wanted = np.bincount(self.owner, worth * (self.slots < len(asked.worth)), len(self.sizes))
        return wanted / np.maximum(np.bincount(self.owner, worth, len(self.sizes)), 1e-9)

    def near(self, asked: _Asked) -> Scores:
        """Which share of the neighbours in the question stand near each other in each text, in whichever order."""
        found = np.flatnonzero(self.slots < len(asked.worth))
        held = np.zeros((len(self.sizes), len(asked.pair_worth) + 1))
        for apart in range(1, _NEAR):
            left, right = found[:-apart], found[apart:]
            near = (right - left <= _NEAR) & (self.owner[left] == self.owner[right])
            left, right = left[near], right[near]
            held[self.owner[left], asked.pairs[self.slots[left], self.slots[right]]] = 1
        return held[:, :-1] @ asked.pair_worth / (asked.pair_worth.sum() or 1.0)


def _defines(index: Index, asked: _Asked, rows: Rows) -> Scores:
    """How much of the question the term is that each row defines: "1. Cư trú là …"; 0 where it holds other words."""
    tokens, sizes, headings = index.texts(rows, _TERM)
    owner = np.repeat(np.arange(len(rows)), sizes)
    place = np.arange(len(tokens)) - np.repeat(np.cumsum(sizes) - sizes, sizes) - headings[owner]
    numerals = index.vocabulary.numerals()
    is_means = index.vocabulary.folded.get("la", -1)
    means = np.full(len(rows), -1)
    spots = np.flatnonzero((tokens == is_means) & (place > 0))[::-1]
    means[owner[spots]] = place[spots]
    term = (place >= 0) & (place < means[owner]) & ~numerals[tokens]
    wanted = asked.slots[tokens] < len(asked.worth)
    foreign = np.bincount(owner[term & ~wanted], minlength=len(rows))
    held = np.zeros((len(rows), len(asked.worth) + 1))
    held[owner[term], asked.slots[tokens[term]]] = 1
    return np.where(foreign == 0, held[:, :-1] @ asked.worth / asked.mass, 0.0)
