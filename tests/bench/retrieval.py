"""How well articles of law are found for exam-like and citizens' questions, in three spellings.

    .venv/bin/python -m tests.bench.retrieval

The figures beside ours are of the README of the data, on its held-back split; ours are on the development split.
"""

from __future__ import annotations

import json
import re
import resource
import time
from pathlib import Path

import numpy as np

from knowledge.index import Index
from knowledge.query import Speller
from knowledge.wording import typed_words

BENCH = Path(__file__).resolve().parents[2].parent / "shared" / "bench"
SPELLINGS = ("queries", "queries_nodia", "queries_mobile")
README = {"alqac": (".881", ".880", ".872"), "citizen": (".733", ".723", ".739")}
WHOLE_SHARE = 0.6
"""An article is worth its best clause, and this much of itself as a whole."""


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows(article: dict) -> list[tuple[str, str]]:
    """The article, and each of its clauses under its title."""
    clauses = [c for c in re.split(r"\n+(?=\d+\.\s)", article["text"]) if c.strip()]
    return [(article["title"], text) for text in [article["text"], *(clauses if len(clauses) > 1 else [])]]


def main() -> None:
    articles = lines(BENCH / "corpus.jsonl")
    began = time.perf_counter()
    index = Index()
    owner: list[int] = []
    for number, article in enumerate(articles):
        owner += [number] * len(index.add(rows(article)))
    index.segments()
    speller = Speller(index.vocabulary, (index,))
    built = time.perf_counter() - began
    owners = np.array(owner)
    whole = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(articles)} articles, {len(index)} rows, built in {built:.1f} s, {peak:.0f} MB at most")
    print(f"{'MRR@10':10} {'accented':>9} {'no accents':>11} {'mobile':>8}   in-memory BM25 of the README")
    times: list[float] = []
    for name, figures in README.items():
        results = []
        for spelling in SPELLINGS:
            questions = lines(BENCH / name / f"{spelling}.jsonl")
            total = 0.0
            for question in questions:
                start = time.perf_counter()
                scores = index.scores(speller.restore(typed_words(question["text"])))
                best = np.zeros(len(articles), np.float32)
                np.maximum.at(best, owners, scores)
                best += WHOLE_SHARE * scores[whole]
                top = np.argsort(-best)[:10]
                times.append((time.perf_counter() - start) * 1000)
                ranks = [rank for rank, at in enumerate(top, 1) if articles[at]["id"] in question["relevant"]]
                total += 1 / ranks[0] if ranks else 0
            results.append(total / len(questions))
        print(f"{name:10} {results[0]:9.3f} {results[1]:11.3f} {results[2]:8.3f}   {' / '.join(figures)}")
    print(f"a question: median {np.median(times):.1f} ms, 99 % under {np.percentile(times, 99):.1f} ms")


if __name__ == "__main__":
    main()
