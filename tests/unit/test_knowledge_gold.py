"""Reading measured against hand-made gold beside the repository; floors are set just below what is reached."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.facts import facts
from knowledge.fold import fold, symbol_key
from knowledge.reading.parse import parse

SHARED = Path(__file__).parents[2].parent / "shared"
pytestmark = pytest.mark.shared

ABBREVIATIONS = {
    "bdvtu": "ban dan van tinh uy",
    "bcsd": "ban can su dang",
    "ubnd": "uy ban nhan dan",
    "btv": "ban thuong vu",
    "bch": "ban chap hanh",
    "duk": "dang uy khoi",
    "ccb": "cuu chien binh",
}


@pytest.fixture(autouse=True)
def _needs_shared() -> None:
    if not SHARED.exists():
        if os.environ.get("CI"):
            pytest.fail("the shared gold data is missing")
        pytest.skip("the shared gold data is not beside the repository")


def words(value: object) -> list[str]:
    text = re.sub(r"\([^)]*\)|“|”|\*", " ", str(value or ""))
    tokens = re.findall(r"[a-z0-9]+", fold(text))
    return " ".join(ABBREVIATIONS.get(t, t) for t in tokens).split()


def alike(expected: object, found: object) -> bool:
    """Equal but for spelling, abbreviations and a place that only one of the two adds in brackets or at the end."""
    if expected is None or found is None:
        return expected == found
    a, b = words(expected), words(found)
    if not a or not b:
        return a == b
    return a == b or set(a) <= set(b) or (set(b) <= set(a) and len(b) >= 0.5 * len(a))


def documents() -> Iterator[tuple[str, dict, dict]]:
    gold = json.loads((SHARED / "gold/document_facts.json").read_text(encoding="utf-8"))
    for entry in gold["documents"]:
        text = (SHARED / "corpus/official" / entry["file"]).read_text(encoding="utf-8")
        yield entry["file"], entry, facts(parse(text))
    gold = json.loads((SHARED / "gold/web_facts.json").read_text(encoding="utf-8"))
    for entry in gold["pages"]:
        text = (SHARED / "corpus/web" / entry["file"]).read_text(encoding="utf-8")
        yield entry["file"], entry, facts(parse(text))


HEADER = (
    "doc_type", "number", "symbol", "date", "place", "issuer", "trich_yeu", "addressees", "signer", "signer_title",
    "signing_authority", "noi_nhan",
)  # fmt: skip


def test_headers_are_read_as_a_careful_reader_reads_them() -> None:
    right, wrong = 0, []
    for name, gold, found in documents():
        expected = gold["header"] | {k: gold[k] for k in HEADER if k in gold}
        for key in HEADER:
            if key not in expected:
                continue
            want, have = expected[key], found["header"][key]
            same = (
                len(want) == len(have) and all(alike(w, h) for w, h in zip(want, have, strict=True))
                if isinstance(want, list)
                else alike(want, have)
            )
            right += same
            wrong += [] if same else [(name, key, want, have)]
    assert right / (right + len(wrong)) >= 0.98, wrong


def test_citations_are_all_found_and_none_is_made_up() -> None:
    expected = found_count = right = fields = 0
    wrong = []
    for name, gold, found in documents():
        by_number = {symbol_key(c["number"]): c for c in found["citations"]}
        expected += len(gold["citations"])
        found_count += len(found["citations"])
        for citation in gold["citations"]:
            have = by_number.get(symbol_key(citation["number"]))
            for key in ("type", "date", "issuer", "about", "occurrences"):
                if key not in citation:
                    continue
                fields += 1
                same = have is not None and (
                    citation[key] == have[key] if key in {"date", "occurrences"} else alike(citation[key], have[key])
                )
                right += same
                wrong += [] if same else [(name, citation["number"], key, citation[key], have and have[key])]
    assert expected == found_count
    assert right / fields >= 0.98, wrong


def test_deadlines_are_found_with_their_days_and_none_is_invented() -> None:
    expected = hit = invented = 0
    wrong = []
    for name, gold, found in documents():
        remaining = list(found["deadlines"])
        for deadline in gold["deadlines"]:
            expected += 1
            match = next(
                (
                    d
                    for d in remaining
                    if fold(deadline["quote"])[:40] in fold(d["quote"]) or fold(d["quote"]) in fold(deadline["quote"])
                ),
                None,
            )
            days = [(i["date"], i["last_admissible_day"], i["period"]) for i in deadline.get("instances", [])]
            if match is None:
                wrong.append((name, deadline["quote"]))
                continue
            remaining.remove(match)
            same_days = days == [(i["date"], i["last_admissible_day"], i["period"]) for i in match["instances"]]
            hit += same_days
            wrong += [] if same_days else [(name, days, match["instances"])]
        invented += len(remaining)
        wrong += [(name, "invented", d["quote"]) for d in remaining]
    assert invented == 0, wrong
    assert hit / expected >= 0.95, wrong


def test_replacements_are_read_where_the_text_says_so() -> None:
    for name, gold, found in documents():
        stated = [r for r in gold.get("relations", []) if "source" not in r]
        assert [(r["kind"], r["target"]) for r in found["relations"]] == [(r["kind"], r["target"]) for r in stated], (
            name
        )


def test_every_duty_of_the_gold_is_found_in_its_section() -> None:
    missed = []
    total = 0
    for name, gold, found in documents():
        starts = [fold(re.sub(r"\*", "", t["quote"])) for t in found["tasks"]]
        for task in gold.get("tasks", []):
            if task.get("is_purpose"):
                continue
            total += 1
            head = fold(re.sub(r"\*", "", task["text_first_15_words"]))[:50]
            if not any(head in start for start in starts):
                missed.append((name, task["section"], head))
    assert len(missed) <= 0.05 * total, missed


def test_every_official_document_is_read_without_losing_a_character() -> None:
    for path in sorted((SHARED / "corpus").glob("*/*.txt")):
        text = path.read_text(encoding="utf-8")
        document = parse(text)
        covered = 0
        for passage in document.passages:
            assert passage.start >= covered
            assert not document.text[covered : passage.start].strip()
            covered = passage.end
        assert not document.text[covered:].strip()
