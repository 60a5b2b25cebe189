"""Of the sentences that may answer, the one that most speaks for, and how sure it is that it answers.

``choosing.tsv`` and ``confidence.tsv`` hold what each sign weighs; ``tests/bench/train_choosing.py`` finds the weights
from questions whose answers are known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from knowledge.answering.evidence import Found

SIGNS: Final = (
    "score",  # of the ranking of passages
    "formal",  # how formal the part is that it stands in
    "own",  # how much of the question the passage holds without what its document is about
    "beyond",  # the same of those words alone that do not stand in what its document is about
    "share",  # how much the sentence holds
    "fits",  # and the sentence with the headings above it, where a time, an amount, a place or somebody is asked
    "labelled",  # whether it begins with "Thời gian: " where a time is asked
    "strict",  # whether it says just what is asked: "chịu trách nhiệm"
    "another's",  # whether it charges a body that the question does not name: "7. Trung tâm Truyền thông: …"
    "subject",  # how much the passage holds of what comes after "về"
)


SURE: Final = (
    "kind",  # how much of the question the sentence holds, being of the kind asked for
    "whole",  # how much the passage holds together with what its document is about
    "own",  # and how much alone
    "lead",  # by how much the ranking puts the passage before every other
    "ahead",  # by how much more speaks for the sentence than for any other
    "always",
)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that may answer, as offsets in the original, with what speaks for it, by name."""

    found: Found
    begin: int
    end: int
    typed: bool
    """Whether a time, an amount, a place or somebody is asked for, and it holds such."""
    speaks: Mapping[str, float]


def chosen(candidates: Sequence[Told]) -> Told | None:
    """The likeliest of these; the first of equal ones."""
    return max(candidates, key=worth, default=None)


def worth(one: Told) -> float:
    """How much speaks for a sentence."""
    return sum(weight * one.speaks[sign] for sign, weight in weights("choosing", SIGNS).items())


def confidence(signs: Mapping[str, float]) -> float:
    """How likely it is that a sentence with these signs answers, from 0 to 1."""
    return 1 / (1 + math.exp(-sum(weight * signs[sign] for sign, weight in weights("confidence", SURE).items())))


@cache
def weights(table: str, signs: tuple[str, ...]) -> dict[str, float]:
    """What each of these signs weighs."""
    lines = (Path(__file__).parent / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
    found = dict(line.split("\t") for line in lines if line and not line.startswith("#"))
    return {sign: float(found[sign]) for sign in signs}
