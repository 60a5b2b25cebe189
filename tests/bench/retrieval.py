"""How well articles of law are found for exam-like and citizens' questions, in three spellings.

    .venv/bin/python -m tests.bench.retrieval [FOLDER]

FOLDER holds the sets of questions, ``alqac/`` and ``citizen/``; by default those of the shared development split.
"Search alone" is BM25 without the trained ranking. The ranking's weights were found on the development split: on it,
the figures that count for other questions are those of ``tests.bench.train_ranking``, which rank every question with
weights found on others. The last column is from the README of the data, on its held-back split.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.search.index import Index
from knowledge.search.query import Speller
from knowledge.search.ranking import ranked, widened
from knowledge.search.wording import typed_words

BENCH = Path(__file__).resolve().parents[2].parent / "shared" / "bench"
SPELLINGS = ("queries", "queries_nodia", "queries_mobile")
_ROWS = 60
README = {"alqac": (".881", ".880", ".872"), "citizen": (".733", ".723", ".739")}


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows(article: dict) -> list[tuple[str, str]]:
    """The article, and each of its clauses under its title."""
    clauses = [c for c in re.split(r"\n+(?=\d+\.\s)", article["text"]) if c.strip()]
    return [(article["title"], text) for text in [article["text"], *(clauses if len(clauses) > 1 else [])]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles, searchable, each a section of the index."""

    ids: list[str]
    index: Index
    speller: Speller
    sections: NDArray[np.int64]


def corpus() -> Corpus:
    articles = lines(BENCH / "corpus.jsonl")
    index = Index()
    sections = [index.add(rows(article))[0] for article in articles]
    index.segments()
    speller = Speller(index.vocabulary, (index,))
    return Corpus([article["id"] for article in articles], index, speller, np.array(sections))


def reciprocal_rank(found: Sequence[str], relevant: Sequence[str]) -> float:
    """One over the rank of the first relevant one among the first ten; 0 if it is not there."""
    return next((1 / rank for rank, one in enumerate(found[:10], start=1) if one in relevant), 0.0)


def by_search(held: Corpus, words: list[str]) -> list[str]:
    rows, _ = held.index.scored(*widened(words)).best(_ROWS)
    places = np.searchsorted(held.sections, rows, side="right") - 1
    return [held.ids[place] for place in dict.fromkeys(places.tolist())][:10]


def by_ranking(held: Corpus, words: list[str]) -> list[str]:
    return [held.ids[place] for place, _ in ranked(held.index, words, held.sections)]


def main(folder: Path = BENCH) -> None:
    began = time.perf_counter()
    held = corpus()
    built = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(held.ids)} articles, {len(held.index)} rows, built in {built:.1f} s, {peak:.0f} MB at most")
    print(f"{'MRR@10':10} {'':13} {'accented':>9} {'no accents':>11} {'mobile':>8}   in-memory BM25 of the README")
    ways: dict[str, Callable[[Corpus, list[str]], list[str]]] = {"search alone": by_search, "with ranking": by_ranking}
    times: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for name, figures in README.items():
        for way, find in ways.items():
            results = []
            for spelling in SPELLINGS:
                questions = lines(folder / name / f"{spelling}.jsonl")
                total = 0.0
                for question in questions:
                    start, cpu = time.perf_counter(), time.process_time()
                    found = find(held, held.speller.restore(typed_words(question["text"])))
                    times[way].append((time.perf_counter() - start, time.process_time() - cpu))
                    total += reciprocal_rank(found, question["relevant"])
                results.append(total / len(questions))
            print(f"{name:10} {way:13} {results[0]:9.3f} {results[1]:11.3f} {results[2]:8.3f}   {' / '.join(figures)}")
    for way, spent in times.items():
        half, most = np.percentile(np.array(spent) * 1000, (50, 99), axis=0)
        print(f"a question, {way}: median {half[0]:.1f} ms, 99 % under {most[0]:.1f} ms ({most[1]:.1f} ms of CPU)")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else BENCH)
