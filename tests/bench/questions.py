"""How well questions about the five official documents are answered.

    .venv/bin/python -m tests.bench.questions [--wrong]

Right: the first source is the right document and its quote, or the passage it stands in, overlaps a gold quote, or
the gold document number is named. For a question that has no answer: it is refused, and nothing forbidden is said.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from knowledge.answer import Answer
from knowledge.answering import THRESHOLD, answer
from knowledge.fold import nfc, symbol_key
from knowledge.library import Library
from knowledge.reading.parse import parse
from knowledge.wording import flat

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
SPELLINGS = {"accented": "question", "mobile": "mobile", "mobile_typo": "mobile_typo"}


def official_library() -> Library:
    """The five official documents, read as they are."""
    library = Library()
    for key, path in enumerate(sorted((SHARED / "corpus" / "official").glob("*.txt")), start=1):
        library.add(key, path.name, parse(path.read_text(encoding="utf-8")))
    return library


def gold_questions() -> list[dict]:
    return json.loads((SHARED / "gold" / "questions.json").read_text(encoding="utf-8"))["questions"]


def judge(library: Library, question: dict, given: Answer) -> str:
    """One of "right", "wrong", "refused"."""
    said = " ".join([*given.facts.values(), *(source.quote for source in given.sources)])
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
    if not given.sources or given.sources[0].source not in gold["seed_files"]:
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


def main() -> None:
    library = official_library()
    questions = gold_questions()
    show = "--wrong" in sys.argv
    print(f"{'':12} {'threshold':>9} {'right':>7} {'wrong':>7} {'refused':>8} {'right refusals':>15} {'ms':>6}")
    for spelling, field in SPELLINGS.items():
        times = []
        for threshold in (0.45, THRESHOLD, 0.65):
            counts = {"right": 0, "wrong": 0, "refused": 0}
            refusals = [0, 0]
            for question in questions:
                began = time.perf_counter()
                given = answer(library, question[field], threshold=threshold)
                times.append((time.perf_counter() - began) * 1000)
                verdict = judge(library, question, given)
                if question["expected"] == "say_does_not_know":
                    refusals[0] += verdict == "right"
                    refusals[1] += 1
                counts[verdict] += 1
                if show and verdict != "right" and threshold == THRESHOLD:
                    source = given.sources[0] if given.sources else None
                    understood = f"{given.kind}/{given.intent}/{given.reason}"
                    print(
                        f"  {verdict} {question['id']} {question[field]!r} → {understood} "
                        f"{given.score:.2f} {given.facts.get('number')} {source and (source.source[:3], source.path)} "
                        f"{source and source.quote[:90]!r}"
                    )
            total = len(questions)
            print(
                f"{spelling:12} {threshold:9.2f} {counts['right'] / total:7.1%} {counts['wrong'] / total:7.1%} "
                f"{counts['refused'] / total:8.1%} {refusals[0] / refusals[1]:15.1%} {statistics.median(times):6.1f}"
            )
    if not show:
        from tests.bench import fresh

        print("\nQuestions of our own (typo rows: slips drawn anew by a seed), on three collections")
        fresh.main()


if __name__ == "__main__":
    main()
