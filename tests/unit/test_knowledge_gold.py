"""Reading measured against hand-made gold beside the repository; floors are set just below what is reached."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.facts import facts
from knowledge.fold import fold
from knowledge.reading.parse import parse
from tests.bench import facts as measured

SHARED = Path(__file__).parents[2].parent / "shared"
pytestmark = pytest.mark.shared


@pytest.fixture(autouse=True)
def _needs_shared() -> None:
    if not SHARED.exists():
        if os.environ.get("CI"):
            pytest.fail("the shared gold data is missing")
        pytest.skip("the shared gold data is not beside the repository")


def documents() -> Iterator[tuple[str, dict, dict]]:
    gold = json.loads((SHARED / "gold/document_facts.json").read_text(encoding="utf-8"))
    for entry in gold["documents"]:
        text = (SHARED / "corpus/official" / entry["file"]).read_text(encoding="utf-8")
        yield entry["file"], entry, facts(parse(text))
    gold = json.loads((SHARED / "gold/web_facts.json").read_text(encoding="utf-8"))
    for entry in gold["pages"]:
        text = (SHARED / "corpus/web" / entry["file"]).read_text(encoding="utf-8")
        yield entry["file"], entry, facts(parse(text))


@pytest.fixture(scope="module")
def score() -> measured.Score:
    return measured.measure([*measured.official(), *measured.web()])


def test_headers_are_read_as_a_careful_reader_reads_them(score: measured.Score) -> None:
    header = score.together("header.")
    assert header.expected == 78
    assert min(header.precision, header.recall) >= 0.98, score.wrong


def test_citations_are_all_found_and_none_is_made_up(score: measured.Score) -> None:
    number = score.fields["citations.number"]
    assert number.expected == number.found == number.right == 36
    cited = score.together("citations.")
    assert min(cited.precision, cited.recall) >= 0.98, score.wrong


def test_deadlines_are_found_with_their_days_and_none_is_invented(score: measured.Score) -> None:
    found = score.fields["deadlines.quote"]
    assert found.found == found.right, score.wrong
    assert min(found.recall, score.fields["deadlines.instances"].recall) >= 0.95, score.wrong


def test_replacements_and_documents_without_a_number_are_read_where_the_text_names_them(score: measured.Score) -> None:
    for field in ("relations", "references"):
        assert score.fields[field].precision == score.fields[field].recall == 1, score.wrong


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
