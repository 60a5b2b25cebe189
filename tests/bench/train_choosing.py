"""Find what each sign weighs by which the sentence that answers is chosen, and what it is worth on other questions.

    .venv/bin/python -m tests.bench.train_choosing [--write] [FILE …]

The questions are those of the gold file, our own, and those of FILEs in the shape of either. The loss is that of
choosing a right sentence among the candidates (softmax); the three spellings of a question are three examples.
Cross-validated: chosen with weights found on the other four fifths of the questions. ``--write`` puts the weights found
on all of them into knowledge/answering/choosing.tsv.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.answer import Answer
from knowledge.answering import answer, choosing
from knowledge.answering.choosing import SIGNS, Told
from knowledge.library import Library
from tests.bench import fresh, questions

Floats = NDArray[np.float64]
said = importlib.import_module("knowledge.answering.said")  # the package has a function of this name
FOLDS = 5
PULL = 2e-3
"""How strongly weights are held to where they start."""
START = {"score": 8.0, "share": 2.0, "fits": 2.0}
SPELLINGS = ("accented", "mobile", "mobile_typo")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question typed in some way, and who tells whether an answer is right."""

    number: str
    library: Library
    typed: str
    about: int | None
    right: Callable[[Answer], bool]


@dataclass(frozen=True, slots=True)
class Example:
    """The candidates of one question, a row of signs each, and which of them are right."""

    number: str
    signs: Floats
    right: NDArray[np.bool_]


def asked(files: list[Path]) -> Iterator[Asked]:
    for path in (questions.GOLD, *(file for file in files if file.suffix == ".json")):
        every = questions.gold_questions(path)
        held = fresh.library(questions.needed(every))
        for one in every:
            for field in questions.SPELLINGS.values():
                if one.get(field) and one["expected"] == "answer":
                    right = lambda given, one=one, held=held: questions.judge(held, one, given) == "right"  # noqa: E731
                    yield Asked(f"{path.stem}{one['id']}", held, one[field], None, right)
    for path in (fresh.TABLE, *(file for file in files if file.suffix == ".tsv")):
        for number, own in enumerate(fresh.fresh_questions(path)):
            held = fresh.library(own.library)
            about = next((key for key, doc in held.held.items() if own.about and doc.name.startswith(own.about)), None)
            for spelling in SPELLINGS:
                judged = lambda given, own=own: fresh.judge(own, given) == "right"  # noqa: E731
                if not own.to_refuse:
                    yield Asked(f"{path.stem}{number}", held, fresh.SPELLINGS[spelling](own), about, judged)


def examples(files: list[Path]) -> list[Example]:
    """The questions that have a right candidate and a wrong one."""
    made: list[Example] = []
    make, build = said._candidates, said._answer
    for one in asked(files):
        met: list[tuple[list[Told], list[bool]]] = []

        def record(context, intent, found, accept, strict, one=one, met=met, make=make):  # type: ignore[no-untyped-def]
            candidates = make(context, intent, found, accept, strict)
            typed = accept is not said.anything
            met.append((candidates, [one.right(build(context, intent, found, c, typed)) for c in candidates]))
            return candidates

        said._candidates = record
        try:
            answer(one.library, one.typed, one.about)
        finally:
            said._candidates = make
        for candidates, right in met[:1]:
            if any(right) and not all(right):
                signs = np.array([[c.speaks[sign] for sign in SIGNS] for c in candidates])
                made.append(Example(one.number, signs, np.array(right)))
    return made


def fit(training: list[Example]) -> Floats:
    """The weights under which right candidates are likeliest."""
    start = np.array([START.get(sign, 0.0) for sign in SIGNS])
    weights, speed, spread = start.copy(), np.zeros(len(start)), np.zeros(len(start))
    steps = 250
    for step in range(1, steps + 1):
        slope = PULL * (weights - start)
        for one in training:
            sums = one.signs @ weights
            chance = np.exp(sums - sums.max())
            chance /= chance.sum()
            wanted = chance * one.right
            slope += (chance - wanted / max(wanted.sum(), 1e-12)) @ one.signs / len(training)
        speed = 0.9 * speed + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope**2
        weights = weights - 0.2 * (1 - step / steps) * (speed / (1 - 0.9**step)) / (
            np.sqrt(spread / (1 - 0.99**step)) + 1e-8
        )
    return weights


def share_right(some: list[Example], weights: Floats) -> float:
    return sum(bool(one.right[int(np.argmax(one.signs @ weights))]) for one in some) / max(1, len(some))


def main() -> None:
    made = examples([Path(name) for name in sys.argv[1:] if not name.startswith("--")])
    numbers = sorted({one.number for one in made})
    np.random.default_rng(1).shuffle(numbers)
    fold = {number: place % FOLDS for place, number in enumerate(numbers)}
    kept = 0.0
    for left_out in range(FOLDS):
        test = [one for one in made if fold[one.number] == left_out]
        kept += len(test) * share_right(test, fit([one for one in made if fold[one.number] != left_out]))
    now = np.array(list(choosing.weights("choosing", SIGNS).values()))
    weights = fit(made)
    print(f"{len(made)} examples of {len(numbers)} questions; the right sentence is chosen:")
    for name, share in (
        ("by the ranking alone", share_right(made, np.array([float(sign == "score") for sign in SIGNS]))),
        ("as now", share_right(made, now)),
        ("cross-validated", kept / len(made)),
        ("fitted", share_right(made, weights)),
    ):
        print(f"  {name:22} {share:6.1%}")
    text = "# What each sign weighs by which a sentence is chosen; written by tests/bench/train_choosing.py\n"
    text += "".join(f"{sign}\t{weight:.2f}\n" for sign, weight in zip(SIGNS, weights, strict=True))
    print("\n" + text)
    if "--write" in sys.argv:
        (Path(choosing.__file__).parent / "choosing.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
