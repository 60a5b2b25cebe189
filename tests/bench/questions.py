"""How well questions in the shape of the gold file are answered: right, wrong and refused by spelling.

    .venv/bin/python -m tests.bench.questions [FILE] [--wrong] [--library official|all]

FILE is the gold file unless named. The library is the official documents, and the web ones, too, where FILE needs them.

Right: the first source is the right document and its quote, or the passage it stands in, overlaps a gold quote, or
the gold document number is named. For a question that has no answer: it is refused, and nothing forbidden is said.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

from knowledge.answer import Answer
from knowledge.answering import THRESHOLD, answer
from knowledge.fold import nfc, symbol_key
from knowledge.library import Library
from knowledge.reading.parse import parse
from knowledge.search.wording import flat

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
GOLD = SHARED / "gold" / "questions.json"
SPELLINGS = {"accented": "question", "mobile": "mobile", "mobile_typo": "mobile_typo"}


def official_library() -> Library:
    """The five official documents, read as they are."""
    library = Library()
    for key, path in enumerate(sorted((SHARED / "corpus" / "official").glob("*.txt")), start=1):
        library.add(key, path.name, parse(path.read_text(encoding="utf-8")))
    return library


def gold_questions(path: Path = GOLD) -> list[dict]:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return loaded["questions"] if isinstance(loaded, dict) else loaded


def judge(library: Library, question: dict, given: Answer) -> str:
    """One of "right", "wrong", "refused"."""
    said = " ".join([*given.facts.values(), *(source.quote for source in given.sources)])
    if question["expected"] == "correct_premise" and (given.kind != "answer" or "differs" in given.facts):
        return "wrong" if any(bad in said for bad in question.get("must_not_contain", ())) else "right"
    if question["expected"] == "say_does_not_know":
        if given.kind != "answer" and not any(bad in said for bad in question.get("must_not_contain", ())):
            return "right"
        return "wrong"
    if given.kind != "answer":
        return "refused"
    if any(bad in said for bad in question.get("must_not_contain", ())):
        return "wrong"
    gold = question["gold"]
    numbers = {symbol_key(number) for number in gold["document_numbers"]}
    held_numbers = {symbol_key(s.number) for s in given.sources[:1] if s.number and s.document is None}
    if numbers & ({symbol_key(given.facts.get("number", "-"))} | held_numbers) and question["category"] in (
        "which-directive",
        "number-lookup",
    ):
        return "right"
    seeds = {Path(name).name for name in gold["seed_files"]}
    if not given.sources or given.sources[0].source not in seeds:
        return "wrong"
    if not gold["quotes"]:
        return "right"
    first = given.sources[0]
    quote = flat(nfc(first.quote))
    held = library.held[first.document] if first.document is not None else None
    start = held.document.text.find(first.quote) if held else -1
    around = [p for p in held.document.passages if p.start <= start < p.end] if held else []
    texts = [quote]
    if around:
        inner = max(around, key=lambda p: p.depth)
        texts.append(flat(held.document.text[inner.start : inner.end]))
    for wanted in (flat(nfc(q)) for q in gold["quotes"]):
        if any(wanted in text or quote in wanted for text in texts):
            return "right"
    return "wrong"


def needed(questions: list[dict]) -> str:
    """The smallest collection that holds every document these questions have their answers in."""
    official = {path.name for path in (SHARED / "corpus" / "official").glob("*.txt")}
    seeds = {Path(name).name for question in questions for name in question["gold"]["seed_files"]}
    return "official" if seeds <= official else "all"


def told(question: dict, typed: str, given: Answer, verdict: str) -> str:
    """One line for whoever mends it."""
    source = given.sources[0] if given.sources else None
    return (
        f"  {verdict:7} {question.get('id', '')} [{question['category']}] {typed!r} → {given.kind}/{given.intent}/"
        f"{given.reason} {given.score:.2f} {given.facts.get('number')} {source and (source.source[:3], source.path)} "
        f"{source and source.quote[:90]!r} ≠ {question['gold']['document_numbers']} {question['gold'].get('section')}"
    )


def table(library: Library, questions: list[dict], thresholds: tuple[float, ...], show: bool = False) -> None:
    print(f"{'':12} {'threshold':>9} {'right':>7} {'wrong':>7} {'refused':>8} {'right refusals':>15} {'ms':>6}")
    for spelling, field in SPELLINGS.items():
        asked = [(question, question[field]) for question in questions if question.get(field)]
        for threshold in thresholds:
            counts = {"right": 0, "wrong": 0, "refused": 0}
            refusals = [0, 0]
            times = []
            for question, typed in asked:
                began = time.perf_counter()
                given = answer(library, typed, threshold=threshold)
                times.append((time.perf_counter() - began) * 1000)
                verdict = judge(library, question, given)
                if question["expected"] == "say_does_not_know":
                    refusals[0] += verdict == "right"
                    refusals[1] += 1
                counts[verdict] += 1
                if show and verdict != "right":
                    print(told(question, typed, given, verdict))
            total = max(1, len(asked))
            print(
                f"{spelling:12} {threshold:9.2f} {counts['right'] / total:7.1%} {counts['wrong'] / total:7.1%} "
                f"{counts['refused'] / total:8.1%} {refusals[0] / max(1, refusals[1]):15.1%} "
                f"{statistics.median(times or [0.0]):6.1f}"
            )


def main() -> None:
    from tests.bench import fresh

    parser = argparse.ArgumentParser(prog="tests.bench.questions", description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, help="questions in the shape of the gold file")
    parser.add_argument("--wrong", action="store_true", help="list what was not answered right")
    parser.add_argument("--library", choices=("official", "all"), help="which documents to answer from")
    given = parser.parse_args()
    questions = gold_questions(given.file or GOLD)
    library = fresh.library(given.library or needed(questions))
    table(library, questions, (THRESHOLD,) if given.wrong else (0.45, THRESHOLD, 0.65), given.wrong)
    if not (given.file or given.wrong):
        print("\nQuestions of our own (typo rows: slips drawn anew by a seed), on three collections")
        fresh.main()


if __name__ == "__main__":
    main()
