"""Find what each sign weighs by which a sentence is chosen, and by which it is told how sure it is to answer.

    .venv/bin/python -m tests.bench.train_choosing [--write] [FILE …]

The questions are those of the gold file, our own, and those of FILEs in the shape of either. The loss of choosing is
that of a right sentence among the candidates (softmax), the one of being sure is logistic, wrong answers counted twice;
the three spellings of a question are three examples. Cross-validated: with weights found on the other four fifths of
the questions. ``--write`` puts the weights found on all into knowledge/answering/choosing.tsv and
confidence.tsv; how sure it is depends on what is chosen, so write twice.
"""

from __future__ import annotations

import importlib
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.answer import Answer
from knowledge.answering import THRESHOLD, answer, choosing
from knowledge.answering.choosing import SIGNS, SURE, Told
from knowledge.library import Library
from tests.bench import fresh, questions

Floats = NDArray[np.float64]
said = importlib.import_module("knowledge.answering.said")  # the package has a function of this name
MORE = fresh.TABLE.with_name("more_questions.tsv")
FOLDS = 5
WRONG_TIMES = 2.0
"""How often a wrong answer is counted: it harms more than a refusal."""
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
    """The candidates of one question, a row of signs each, which are right, and the signs of the one chosen now."""

    number: str
    signs: Floats
    right: NDArray[np.bool_]
    sure: Floats
    answered: bool
    """Whether the one chosen now is right."""


def asked(files: list[Path]) -> Iterator[Asked]:
    for path in (questions.GOLD, *(file for file in files if file.suffix == ".json")):
        every = questions.gold_questions(path)
        held = fresh.library(questions.needed(every))
        for one in every:
            for field in questions.SPELLINGS.values():
                if one.get(field):
                    yield Asked(f"{path.stem}{one['id']}", held, one[field], None, _of_gold(held, one))
    for path in (fresh.TABLE, MORE, *(file for file in files if file.suffix == ".tsv")):
        for number, own in enumerate(fresh.fresh_questions(path)):
            held = fresh.library(own.library)
            about = next((key for key, doc in held.held.items() if own.about and doc.name.startswith(own.about)), None)
            for spelling in SPELLINGS:
                yield Asked(f"{path.stem}{number}", held, fresh.SPELLINGS[spelling](own), about, _of_ours(own))


def _of_gold(held: Library, one: dict) -> Callable[[Answer], bool]:
    answered = one["expected"] != "say_does_not_know"
    return lambda given: answered and questions.judge(held, one, given) == "right"


def _of_ours(own: fresh.Fresh) -> Callable[[Answer], bool]:
    return lambda given: not own.to_refuse and fresh.judge(own, given) == "right"


def examples(files: list[Path]) -> list[Example]:
    """The questions that passages are looked through for."""
    made: list[Example] = []
    look = said._candidates
    met: list[tuple[Any, str, Any, list[Told]]] = []

    def record(context, intent, found, accept, strict):  # type: ignore[no-untyped-def]
        met.append((context, intent, found, look(context, intent, found, accept, strict)))
        return met[-1][3]

    said._candidates = record
    for one in asked(files):
        met.clear()
        answer(one.library, one.typed, one.about, threshold=0.0)
        if not met or not met[0][3]:
            continue
        context, intent, found, candidates = met[0]
        right = np.array([one.right(said._answer(context, intent, told, 1.0)) for told in candidates])
        signs = np.array([[told.speaks[sign] for sign in SIGNS] for told in candidates])
        told = choosing.chosen(candidates)
        sure = said._signs(context, intent, found, candidates, told)
        taken = bool(right[next(i for i, c in enumerate(candidates) if c is told)])
        made.append(Example(one.number, signs, right, np.array([sure[sign] for sign in SURE]), taken))
    said._candidates = look
    return made


def fit_sure(training: list[Example]) -> Floats:
    """The weights under which it is likeliest what is right and what is not; by Newton's steps."""
    signs = np.array([one.sure for one in training])
    right = np.array([one.answered for one in training], float)
    times = np.where(right == 1, 1.0, WRONG_TIMES)
    scale = np.where(signs.std(0) > 0, signs.std(0), 1.0)
    held = np.where(signs.std(0) > 0, 1.0, 1e-6)
    inputs, weights = signs / scale, np.zeros(len(SURE))
    for _ in range(60):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (times * (chance - right)) + held * weights
        bend = (inputs * (times * chance * (1 - chance))[:, None]).T @ inputs + np.diag(held)
        weights = weights - np.linalg.solve(bend, slope)
    weights = weights / scale
    weights[SURE.index("always")] += math.log(THRESHOLD / (1 - THRESHOLD))  # even chances are the threshold
    return weights


def shares(some: list[Example], sure: Floats, threshold: float) -> tuple[float, float]:
    """Of right answers and of wrong ones, the share that is given at a threshold."""
    right = np.array([one.answered for one in some])
    return float((sure[right] >= threshold).mean()), float((sure[~right] >= threshold).mean())


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
    open_ = [one for one in made if one.right.any() and not one.right.all()]
    kept, sure = 0.0, np.zeros(len(made))
    for left_out in range(FOLDS):
        test = [one for one in open_ if fold[one.number] == left_out]
        kept += len(test) * share_right(test, fit([one for one in open_ if fold[one.number] != left_out]))
        weights = fit_sure([one for one in made if fold[one.number] != left_out])
        for place, one in enumerate(made):
            if fold[one.number] == left_out:
                sure[place] = 1 / (1 + math.exp(-float(one.sure @ weights)))
    now = np.array(list(choosing.weights("choosing", SIGNS).values()))
    chosen_by = fit(open_)
    chosen_by /= chosen_by[SIGNS.index("score")]  # "ahead" is told in the ranking's measure
    found = {"choosing": (SIGNS, chosen_by), "confidence": (SURE, fit_sure(made))}
    print(f"{len(open_)} examples of {len(numbers)} questions; the right sentence is chosen:")
    for name, share in (
        ("by the ranking alone", share_right(open_, np.array([float(sign == "score") for sign in SIGNS]))),
        ("as now", share_right(open_, now)),
        ("cross-validated", kept / len(open_)),
        ("fitted", share_right(open_, found["choosing"][1])),
    ):
        print(f"  {name:22} {share:6.1%}")
    print(f"{len(made)} examples; given of the right answers, and of the wrong ones, cross-validated:")
    for threshold in (0.35, 0.45, THRESHOLD, 0.65, 0.75):
        print(f"  threshold {threshold:.2f}         {'{:6.1%} {:6.1%}'.format(*shares(made, sure, threshold))}")
    for table, (signs, weights) in found.items():
        text = f"# What each sign weighs; written by tests/bench/train_choosing.py, see {table} in choosing.py\n"
        text += "".join(f"{sign}\t{weight:.2f}\n" for sign, weight in zip(signs, weights, strict=True))
        print("\n" + text)
        if "--write" in sys.argv:
            (Path(choosing.__file__).parent / f"{table}.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
