"""Search at 10 and 100 thousand passages: speed, memory and growth, beside bm25s, tantivy and SQLite FTS5.

    .venv/bin/python -m tests.bench.scale [--rows 10000,100000] [--systems "ours,bm25s"]

The passages are the articles and clauses of the shared corpus, and as many variants of them as are wanted: the
sentences of a clause in another order, one of them exchanged for a sentence of another clause of the same law, and
every number changed. So words, their neighbours and lengths stay distributed as in law, and nothing is a copy.
Each system is measured in a process of its own, one after the other, with the same passages and questions.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from knowledge.answering import answer
from knowledge.document import Document, Field, Header, Passage
from knowledge.library import Library
from knowledge.search.index import Index
from knowledge.search.query import Speller
from knowledge.search.ranking import ranked
from knowledge.search.wording import folded_word, typed_words
from tests.bench.retrieval import BENCH, SPELLINGS, lines, rows

SEED = 20240101
MORE = 100
"""Passages of the incremental update."""
COUNTS = (10_000, 100_000)
_DOCUMENT = 50
_SENTENCE = re.compile(r"(?<=[.;])\s+")
_NUMBER = re.compile(r"\d+")


def passages(count: int) -> Iterator[tuple[str, str]]:
    """So many passages, each a heading and a text; the first ones are those of the corpus itself."""
    chance = random.Random(SEED)
    base = [row for article in lines(BENCH / "corpus.jsonl") for row in rows(article)]
    chance.shuffle(base)
    yield from base[:count]
    laws: dict[str, list[str]] = {}
    for heading, text in base:
        laws.setdefault(heading.split(" Điều")[0], []).extend(_SENTENCE.split(text))
    for number in range(len(base), count):
        heading, text = base[number % len(base)]
        sentences = _SENTENCE.split(text)
        sentences[chance.randrange(len(sentences))] = chance.choice(laws[heading.split(" Điều")[0]])
        chance.shuffle(sentences)
        changed = _NUMBER.sub(lambda m: str(int(m[0]) + chance.randrange(1, 9)), " ".join(sentences))
        yield heading, changed


def questions() -> list[str]:
    """All questions of the shared sets in all spellings, mixed."""
    texts = [
        question["text"]
        for name in ("alqac", "citizen")
        for spelling in SPELLINGS
        for question in lines(BENCH / name / f"{spelling}.jsonl")
    ]
    random.Random(SEED).shuffle(texts)
    return texts


Ask = Callable[[str], object]
Update = Callable[[], object] | None
"""Adding some passages; ``None``: all has to be built anew."""
Rows = list[tuple[str, str]]


def ours(held: Rows, more: Rows) -> tuple[Ask, Update]:
    """Our index with the question's words restored: what finding costs before anything is answered."""
    index = Index()
    speller = Speller(index.vocabulary, (index,))
    index.add(held)
    index.segments()

    def update() -> object:
        index.add(more)
        return index.search(["báo", "cáo"])

    return lambda text: index.search(speller.restore(typed_words(text))), update


def ranking(held: Rows, more: Rows) -> tuple[Ask, Update]:
    """The same with the trained ranking of the likeliest rows."""
    index = Index()
    speller = Speller(index.vocabulary, (index,))
    index.add(held)

    def ask(text: str) -> object:
        return ranked(index, speller.restore(typed_words(text)))

    def update() -> object:
        index.add(more)
        return ask("báo cáo")

    return ask, update


def answering(held: Rows, more: Rows) -> tuple[Ask, Update]:
    """The whole answer, from a library of documents of some fifty passages each."""
    library = Library()

    def add(key: int, some: Rows) -> None:
        text, passages_ = "", []
        for number, (heading, body) in enumerate(some, start=1):
            passages_.append(Passage(f"Điều {number}", heading, body, len(text), len(text) + len(body), 1))
            text += body + "\n"
        number = Field(f"{key}/KH-UBND", f"{key}/KH-UBND", 0)
        title = Field(some[0][0], some[0][0], 0)
        library.add(key, f"{key}.txt", Document(text, Header(number=number, title=title), tuple(passages_)))

    for key, at in enumerate(range(0, len(held), _DOCUMENT), start=1):
        add(key, held[at : at + _DOCUMENT])
    library.passages.segments()

    def update() -> object:
        add(len(library.held) + 1, more)
        return answer(library, "báo cáo về việc gì")

    return lambda text: answer(library, text), update


def with_bm25s(held: Rows, more: Rows) -> tuple[Ask, Update]:
    """Folded words, no restoring, as fast as it goes; it can only be built anew."""
    import bm25s

    peer = bm25s.BM25()
    peer.index([_folded(f"{heading} {text}") for heading, text in held], show_progress=False)
    return lambda text: peer.retrieve([_folded(text)], k=10, show_progress=False), None


def with_tantivy(held: Rows, more: Rows) -> tuple[Ask, Update]:
    """Folded words, any of them, in an index in memory."""
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("text").build()
    peer = tantivy.Index(schema)

    def add(some: Rows) -> None:
        writer = peer.writer()
        for heading, text in some:
            writer.add_document(tantivy.Document(text=" ".join(_folded(f"{heading} {text}"))))
        writer.commit()
        writer.wait_merging_threads()
        peer.reload()

    add(held)
    return lambda text: peer.searcher().search(peer.parse_query(" ".join(_folded(text)), ["text"]), 10), lambda: add(
        more
    )


def with_fts5(held: Rows, more: Rows) -> tuple[Ask, Update]:
    """Folded words and their adjacent pairs as phrases, the title three times: the better query of the README."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE passage USING fts5(heading, text, tokenize = 'unicode61')")

    def add(some: Rows) -> None:
        folded = ((" ".join(_folded(heading)), " ".join(_folded(text))) for heading, text in some)
        base.executemany("INSERT INTO passage VALUES (?, ?)", folded)
        base.commit()

    def ask(text: str) -> object:
        asked = _folded(text)
        wanted = [f'"{word}"' for word in asked] + [f'"{a} {b}"' for a, b in pairwise(asked)]
        return base.execute(
            "SELECT rowid FROM passage WHERE passage MATCH ? ORDER BY bm25(passage, 3.0, 1.0) LIMIT 10",
            (" OR ".join(wanted),),
        ).fetchall()

    add(held)
    return ask, lambda: add(more)


def _folded(text: str) -> list[str]:
    return [folded_word(word) for word in typed_words(text)]


SYSTEMS: dict[str, Callable[[Rows, Rows], tuple[Ask, Update]]] = {
    "ours": ours,
    "with ranking": ranking,
    "whole answer": answering,
    "bm25s": with_bm25s,
    "tantivy": with_tantivy,
    "FTS5 pairs": with_fts5,
}
_ASKED = {"FTS5 pairs": 12}
"""So many questions of a slow one; of the others :data:`_MOST_ASKED`."""
_MOST_ASKED = 300
_WARMING = 5


def measure(system: str, count: int) -> dict[str, float]:
    """The figures of one system, in this process."""
    made = list(passages(count + MORE))
    texts = questions()[: _ASKED.get(system, _MOST_ASKED)]
    before = _memory()
    began, cpu = time.perf_counter(), time.process_time()
    ask, update = SYSTEMS[system](made[:count], made[count:])
    figures = {"build": time.perf_counter() - began, "build_cpu": time.process_time() - cpu}
    figures["memory"] = _memory() - before
    for text in texts[:_WARMING]:
        ask(text)
    wall: list[float] = []
    spent: list[float] = []
    for text in texts:
        began, cpu = time.perf_counter(), time.thread_time()
        ask(text)
        wall.append((time.perf_counter() - began) * 1000)
        spent.append((time.thread_time() - cpu) * 1000)
    for name, times in (("wall", wall), ("cpu", spent)):
        for share in (50, 99):
            figures[f"{name}{share}"] = float(np.percentile(times, share))
    if update:
        began = time.perf_counter()
        update()
        figures["update"] = time.perf_counter() - began
    return figures


def _memory() -> float:
    """Resident memory now, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main(counts: Sequence[int] = COUNTS, systems: Sequence[str] = tuple(SYSTEMS)) -> None:
    wall, cpu = "p50 ms     p99", "CPU p50     p99"
    print(f"{'passages':>9} {'':14} {'build s':>8} {'CPU s':>6} {'MB':>5} {wall:>15} {cpu:>16}   + {MORE} rows, s")
    for count in counts:
        for system in systems:
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.scale", "--one", system, str(count)],
                capture_output=True,
                text=True,
                check=True,
            )
            got = json.loads(done.stdout.splitlines()[-1])
            print(
                f"{count:9} {system:14} {got['build']:8.1f} {got['build_cpu']:6.1f} {got['memory']:5.0f} "
                f"{got['wall50']:7.1f} {got['wall99']:7.1f} {got['cpu50']:8.1f} {got['cpu99']:7.1f}"
                f"   {format(got['update'], '.2f') if 'update' in got else 'all anew'}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]))))
    else:
        parser = argparse.ArgumentParser()
        parser.add_argument("--rows", default=",".join(map(str, COUNTS)))
        parser.add_argument("--systems", default=",".join(SYSTEMS))
        given = parser.parse_args()
        main([int(count) for count in given.rows.split(",")], given.systems.split(","))
