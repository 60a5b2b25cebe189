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

from knowledge.search.index import Counts, Floats, Index, Rows, Scored, Scores, Tokens
from knowledge.search.wording import folded_word, official

CANDIDATES: Final = 30
_ROWS_OF_EACH: Final = 3
"""So many rows for each section that is wanted tell which sections are likely."""
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


def ranked(
    index: Index,
    query: Sequence[str],
    sections: Rows | None = None,
    within: Rows | None = None,
    limit: int = 10,
) -> list[tuple[int, float]]:
    """The best sections with their scores, best first. A score is read as odds: one more is e times likelier.

    :param sections: the first row of each section, ascending from 0; without, every row is one
    :param within: only these rows, ascending, every one a section
    :param limit: so many; if it is greater than :data:`CANDIDATES`, so many are looked at
    :returns: the places of the sections, or the rows
    """
    found, features = candidates(index, query, sections, within, max(limit, CANDIDATES))
    scores = features @ weights()
    best = np.lexsort((found, -scores))[:limit]
    return list(zip(found[best].tolist(), scores[best].tolist(), strict=True))


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


@cache
def weights() -> Floats:
    """What each feature weighs, in the order of :data:`FEATURES`."""
    lines = (Path(__file__).parent / "ranking.tsv").read_text(encoding="utf-8").splitlines()
    table = dict(line.split("\t") for line in lines if line and not line.startswith("#"))
    return np.array([float(table[name]) for name in FEATURES], np.float32)


def candidates(
    index: Index,
    query: Sequence[str],
    sections: Rows | None = None,
    within: Rows | None = None,
    most: int = CANDIDATES,
) -> tuple[Rows, Floats]:
    """The sections that hold most of a question's words, and their features, a row each; see :func:`ranked`."""
    likely = _likely(index.scored(*widened(query)), len(index), sections, within, most)
    found, owner, inside, part = likely.found, likely.owner, likely.inside, likely.part
    if not len(found):
        return found, np.zeros((0, len(FEATURES)), np.float32)
    asked = _Asked.of(index, query)
    whole = _Texts.of(asked, *index.texts(likely.first))
    best_part = whole if part is likely.first else _Texts.of(asked, *index.texts(part))
    defined = np.zeros(len(found))
    np.maximum.at(defined, owner, _defines(index, asked, inside))
    best = float(likely.score.max())
    return found, np.column_stack(
        [
            likely.score / best,
            likely.score / (asked.mass * 3),
            likely.part_score / best,
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
class _Likely:
    """The sections to be ranked: their places, first rows and scores, all their rows, and the best row of each."""

    found: Rows
    first: Rows
    score: Scores
    inside: Rows
    owner: Rows
    """Of each row inside, the number of its section."""
    part: Rows
    part_score: Scores


def _likely(scored: Scored, size: int, sections: Rows | None, within: Rows | None, most: int) -> _Likely:
    """The sections that hold most of the words. What none of the best rows belongs to can hardly be among them."""
    if within is None:
        rows, scores = scored.best(most if sections is None else _ROWS_OF_EACH * most)
    else:
        scores = scored.of(within)
        order = np.lexsort((within, -scores))[:most]
        order = order[scores[order] > 0]
        rows, scores = within[order], scores[order]
    if sections is None:
        score = (1 + _WHOLE_SHARE) * scores
        return _Likely(rows, rows, score, rows, np.arange(len(rows)), rows, scores)
    found = np.unique(np.searchsorted(sections, rows, side="right") - 1)
    first, inside, owner = _inside(sections, found, size)
    scores = scored.of(inside)
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    score = np.maximum.reduceat(scores, starts) + _WHOLE_SHARE * scores[starts] if len(found) else scores
    if len(found) > most:
        found = found[np.sort(np.argpartition(score, -most)[-most:])]
        first, inside, owner = _inside(sections, found, size)
        scores = scored.of(inside)
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        score = np.maximum.reduceat(scores, starts) + _WHOLE_SHARE * scores[starts]
    best = np.lexsort((-scores, owner))[starts]
    return _Likely(found, first, score, inside, owner, inside[best], scores[best])


def _inside(sections: Rows, found: Rows, size: int) -> tuple[Rows, Rows, Rows]:
    """The first rows of some sections, all their rows, and of each of these the number of its section."""
    first = sections[found]
    count = np.append(sections[1:], size)[found] - first
    inside = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(count.sum())
    return first, inside, np.repeat(np.arange(len(found)), count)


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
    """The words of some texts, one text after the other, and which of them are asked for."""

    tokens: Tokens
    sizes: Counts
    headings: Counts
    """How many words of each text are its heading."""
    begins: Counts
    hits: NDArray[np.int64]
    """The places of the words that are asked for."""
    slots: NDArray[np.int64]
    """And of each of these, its slot,"""
    owner: NDArray[np.int64]
    """and its text."""

    @staticmethod
    def of(asked: _Asked, tokens: Tokens, sizes: Counts, headings: Counts) -> _Texts:
        slots = asked.slots[tokens]
        hits = np.flatnonzero(slots < len(asked.worth))
        ends = np.cumsum(sizes)
        owner = np.searchsorted(ends, hits, side="right")
        return _Texts(tokens, sizes, headings, ends - sizes, hits, slots[hits], owner)

    def covered(self, asked: _Asked, of_heading: bool = False) -> Scores:
        """Which share of what is asked each text holds, or its heading."""
        held = np.zeros((len(self.sizes), len(asked.worth)))
        chosen = self.hits < (self.begins + self.headings)[self.owner] if of_heading else slice(None)
        held[self.owner[chosen], self.slots[chosen]] = 1
        return held @ asked.worth / asked.mass

    def headed(self, words: Sequence[int]) -> NDArray[np.bool_]:
        """Whether the heading of each text holds these folded words in a row."""
        starts, owner = self._of_headings()
        held = np.ones(max(len(starts) - len(words) + 1, 0), bool)
        for apart, word in enumerate(words):
            held &= self.tokens[starts[apart : apart + len(held)]] == word
        held &= owner[len(words) - 1 :] == owner[: len(held)]
        return np.bincount(owner[: len(held)][held], minlength=len(self.sizes)) > 0

    def heading_wanted(self, asked: _Asked, worth: Scores) -> Scores:
        """Which share of each heading is asked for."""
        places, owner = self._of_headings()
        tokens = self.tokens[places]
        whole = worth[tokens]
        wanted = np.bincount(owner, whole * (asked.slots[tokens] < len(asked.worth)), len(self.sizes))
        return wanted / np.maximum(np.bincount(owner, whole, len(self.sizes)), 1e-9)

    def near(self, asked: _Asked) -> Scores:
        """Which share of the neighbours in the question stand near each other in each text, in whichever order."""
        held = np.zeros((len(self.sizes), len(asked.pair_worth) + 1))
        for apart in range(1, _NEAR):
            near = np.flatnonzero(
                (self.hits[apart:] - self.hits[:-apart] <= _NEAR) & (self.owner[apart:] == self.owner[:-apart])
            )
            held[self.owner[near], asked.pairs[self.slots[near], self.slots[near + apart]]] = 1
        return held[:, :-1] @ asked.pair_worth / (asked.pair_worth.sum() or 1.0)

    def _of_headings(self) -> tuple[Rows, Rows]:
        """The places of the words of all headings, and of each the text."""
        owner = np.repeat(np.arange(len(self.sizes)), self.headings)
        shift = self.begins - (np.cumsum(self.headings) - self.headings)
        return np.arange(len(owner)) + shift[owner], owner


def _defines(index: Index, asked: _Asked, rows: Rows) -> Scores:
    """How much of the question the term is that each row defines: "1. Cư trú là …"; 0 where it holds other words."""
    tokens = index.openings(rows, _TERM)
    is_means = tokens == index.vocabulary.folded.get("la", -2)
    is_means[:, 0] = False
    share = np.zeros(len(rows))
    defining = np.flatnonzero(is_means.any(1))
    tokens, means = tokens[defining], is_means[defining].argmax(1)
    term = (np.arange(_TERM) < means[:, None]) & ~index.vocabulary.numerals()[tokens]
    slots = np.where(term, asked.slots[tokens], len(asked.worth))
    held = np.zeros((len(defining), len(asked.worth) + 1))
    held[np.arange(len(defining))[:, None], slots] = 1
    foreign = (term & (slots == len(asked.worth))).any(1)
    share[defining] = np.where(foreign, 0.0, held[:, :-1] @ asked.worth / asked.mass)
    return share
