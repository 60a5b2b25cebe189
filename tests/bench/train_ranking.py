"""Find the weights of the ranking from the development split, and what they are worth on questions not trained on.

    .venv/bin/python -m tests.bench.train_ranking [--write]

The loss is that of choosing the right section among the candidates (softmax), each question's three spellings as three
examples, citizens' questions counted three times because there are few. Cross-validated figures rank every question
with weights found on the other four fifths of the questions, all its spellings left out; mean of three partitions.
``--write`` puts the weights found on all questions into knowledge/search/ranking.tsv.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import knowledge.search.ranking
from knowledge.search.ranking import CANDIDATES, FEATURES, candidates
from knowledge.search.wording import typed_words
from tests.bench.retrieval import BENCH, README, SPELLINGS, corpus, lines, reciprocal_rank

Floats = NDArray[np.float64]

PARTITIONS = 3
FOLDS = 5
STEPS = 150
CITIZEN_TIMES = 3.0
PULL = 1e-3
"""How strongly weights are held to where they start: at the plain search score."""
START = {"score": 8.0}


@dataclass(frozen=True, slots=True)
class Example:
    """One question in one spelling with its candidates."""

    group: tuple[str, str]
    question: str
    relevant: list[str]
    found: list[str]
    features: Floats

    def rank(self, weights: Floats) -> float:
        order = np.argsort(-(self.features @ weights), kind="stable")[:10]
        return reciprocal_rank([self.found[i] for i in order], self.relevant)


def examples() -> list[Example]:
    held = corpus()
    made = []
    for name in README:
        for spelling in SPELLINGS:
            for question in lines(BENCH / name / f"{spelling}.jsonl"):
                words = held.speller.restore(typed_words(question["text"]))
                found, features = candidates(held.index, words, held.sections)
                ids = [held.ids[i] for i in found]
                made.append(Example((name, spelling), question["id"], question["relevant"], ids, features))
    return made


def fit(training: list[Example]) -> Floats:
    """The weights under which the relevant candidates are likeliest; Adam over all examples at once."""
    usable = [one for one in training if set(one.relevant) & set(one.found)]
    features = np.zeros((len(usable), CANDIDATES, len(FEATURES)))
    right = np.zeros((len(usable), CANDIDATES))
    outside = np.ones((len(usable), CANDIDATES), bool)
    for i, one in enumerate(usable):
        features[i, : len(one.found)] = one.features
        right[i, : len(one.found)] = [found in one.relevant for found in one.found]
        outside[i, : len(one.found)] = False
    right /= right.sum(1, keepdims=True)
    times = np.array([CITIZEN_TIMES if one.group[0] == "citizen" else 1.0 for one in usable])
    times /= times.sum()
    start = np.array([START.get(name, 0.0) for name in FEATURES])
    weights, speed, spread = start.copy(), np.zeros(len(start)), np.zeros(len(start))
    for step in range(1, STEPS + 1):
        sums = np.where(outside, -np.inf, features @ weights)
        chance = np.exp(sums - sums.max(1, keepdims=True))
        chance /= chance.sum(1, keepdims=True)
        slope = np.einsum("q,qc,qcf->f", times, chance - right, features) + PULL * (weights - start)
        speed = 0.9 * speed + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope**2
        pace = 0.3 * (1 - step / STEPS)
        weights = weights - pace * (speed / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    return weights


def cross_validated(made: list[Example]) -> dict[tuple[str, str], float]:
    ranks: dict[tuple[str, str], list[float]] = {}
    for seed in range(PARTITIONS):
        questions = sorted({one.question for one in made})
        np.random.default_rng(seed).shuffle(questions)
        fold = {question: place % FOLDS for place, question in enumerate(questions)}
        for left_out in range(FOLDS):
            weights = fit([one for one in made if fold[one.question] != left_out])
            for one in made:
                if fold[one.question] == left_out:
                    ranks.setdefault(one.group, []).append(one.rank(weights))
    return {group: float(np.mean(values)) for group, values in ranks.items()}


def main() -> None:
    made = examples()
    weights = fit(made)
    plain = np.array([float(name == "score") for name in FEATURES])
    ranks: dict[str, dict[tuple[str, str], float]] = {"search alone": {}, "cross-validated": {}, "fitted": {}}
    for group in dict.fromkeys(one.group for one in made):
        ranks["search alone"][group] = float(np.mean([one.rank(plain) for one in made if one.group == group]))
        ranks["fitted"][group] = float(np.mean([one.rank(weights) for one in made if one.group == group]))
    ranks["cross-validated"] = cross_validated(made)
    print(f"{'MRR@10':10} {'':16} {'accented':>9} {'no accents':>11} {'mobile':>8}")
    for name in README:
        for way, table in ranks.items():
            figures = [table[name, spelling] for spelling in SPELLINGS]
            print(f"{name:10} {way:16} {figures[0]:9.3f} {figures[1]:11.3f} {figures[2]:8.3f}")
    text = "# What each feature of the ranking weighs; written by tests/bench/train_ranking.py\n"
    text += "".join(f"{name}\t{weight:.2f}\n" for name, weight in zip(FEATURES, weights, strict=True))
    print("\n" + text)
    if "--write" in sys.argv:
        (Path(knowledge.search.ranking.__file__).parent / "ranking.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
