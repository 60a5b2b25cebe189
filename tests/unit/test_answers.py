"""Answers put into words: the quote stays as it is, validity is never asserted, refusals are honest."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.asking.answers import QUOTE_LENGTH, quoted, render, to_json
from knowledge.answer import Answer, Source, Suggestion
from knowledge.answering import answer
from knowledge.library import Library
from knowledge.reading.parse import parse

SOURCE = Source(
    document=3,
    type="Kế hoạch",
    number="45/KH-UBND",
    date="2026-02-12",
    issuer="UBND tỉnh Bình Lâm",
    title="Dân vận khéo",
    path="mục II.2",
    quote="gửi báo cáo  \nvề Sở Nội vụ",
    source="ke-hoach.txt",
)
FOUND = Answer("answer", "other", {}, (SOURCE,), score=0.8)


def inner(text: str) -> str:
    return text[text.index("“") + 1 : text.rindex("”")]


@given(st.text(st.characters(codec="utf-8"), max_size=3000))
def test_a_shown_quote_is_always_part_of_the_original(original: str) -> None:
    assert inner(quoted(original)) in original


def test_a_long_quote_ends_after_a_whole_sentence() -> None:
    sentence = "Các xã gửi báo cáo trước ngày quy định. "
    shown = inner(quoted(sentence * 60))
    assert shown.endswith(".")
    assert len(shown) <= QUOTE_LENGTH


def test_blanks_and_line_breaks_inside_a_quote_are_kept() -> None:
    assert f"“{SOURCE.quote}”" in render(FOUND).text


def test_an_answer_names_document_date_issuer_and_clause_and_says_that_validity_is_unknown() -> None:
    text = render(FOUND).text
    assert "Theo: Kế hoạch 45/KH-UBND, ngày 12/02/2026, UBND tỉnh Bình Lâm, mục II.2." in text
    assert "Hiệu lực: chưa rõ" in text
    assert "còn hiệu lực" not in text.lower()


def test_a_replaced_document_names_what_replaced_it() -> None:
    text = render(replace(FOUND, status="replaced", status_detail="23-QĐ/TW")).text
    assert "đã được thay thế bởi 23-QĐ/TW" in text


def test_the_choices_lead_to_the_original_and_to_related_documents() -> None:
    actions = [choice.action for choice in render(FOUND).choices]
    assert actions == ["nguyenvan 3 mục II.2", "lienquan 3"]


@pytest.mark.parametrize(
    "reason", ["unknown-number", "not-stated", "out-of-scope", "personal-data", "instruction", None]
)
@pytest.mark.parametrize("intent", ["other", "validity", "deadline"])
def test_every_refusal_is_polite_and_offers_what_is_near(reason: str | None, intent: str) -> None:
    refused = Answer("refusal", intent, {"number": "1-KL/TW"}, reason=reason, suggestions=(Suggestion("A", "B"),))
    reply = render(refused)
    assert reply.text
    assert [(choice.label, choice.action) for choice in reply.choices] == [("A", "hoi B")]
    assert "Theo:" not in reply.text


def test_json_carries_the_whole_quote_and_every_citation() -> None:
    long = replace(SOURCE, quote="Một câu. " * 300)
    data = to_json(replace(FOUND, sources=(long, SOURCE)))
    assert [citation["quote"] for citation in data["citations"]] == [long.quote, SOURCE.quote]
    assert set(data) == {"kind", "text", "citations", "suggestions", "score"}
    assert set(data["citations"][0]) == {"type", "symbol", "date", "issuer", "path", "quote", "source"}


@pytest.fixture(scope="module")
def official(shared: Path) -> Library:
    library = Library()
    for key, path in enumerate(sorted((shared / "corpus" / "official").glob("*.txt")), 1):
        library.add(key, path.name, parse(path.read_text(encoding="utf-8")))
    return library


@pytest.mark.shared
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Văn bản nào chỉ đạo về dân chủ ở cơ sở?", "120-KL/TW"),
        ("van ban nao noi ve qcdc o co so", "120-KL/TW"),
        ("hạn nộp báo cáo Dân vận khéo?", "30/10"),
    ],
)
def test_the_clients_own_questions_get_a_right_quoted_cited_answer(
    official: Library, question: str, expected: str
) -> None:
    found = answer(official, question)
    text = render(found).text
    assert found.kind == "answer"
    assert expected in text
    assert "Theo: " in text
    texts = [held.document.text for held in official.held.values()]
    first = text[text.index("\n\n“") + 3 : text.index("”\nTheo")]
    assert any(first in original for original in texts)


@pytest.mark.shared
@pytest.mark.parametrize("question", ["giá vàng hôm nay", "mức phạt nồng độ cồn xe máy", "lương tối thiểu vùng 2027"])
def test_what_the_documents_do_not_cover_gets_an_honest_no(official: Library, question: str) -> None:
    found = answer(official, question)
    assert found.kind == "refusal"
    assert re.match(r"Không có", render(found).text)
