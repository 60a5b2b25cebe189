"""Questions that name what they ask for: a regulation by the decision behind it, a body, the theme of a document."""

import pytest

from knowledge.answering import answer
from knowledge.library import Library
from knowledge.reading.parse import parse
from tests.unit.asked_documents import ask, library, read

YEAR = """ỦY BAN NHÂN DÂN
TỈNH SÔNG LAM
-------
Số: 12/KH-UBND
Sông Lam, ngày 5 tháng 01 năm 2026

KẾ HOẠCH
Chăm sóc bờ sông năm 2026, chủ đề “Mỗi xã một khúc sông xanh”

Thực hiện Quyết định số 58-QĐ/HU ngày 04/5/2025 của Huyện ủy Ngàn Sâu về Quy chế trông coi bờ sông của Ngàn Sâu; \
Kết luận số 6-KL/TU ngày 03/3/2025 của Tỉnh ủy Sông Lam về bờ sông; Ủy ban nhân dân tỉnh lập kế hoạch như sau:

I. YÊU CẦU

Các xã giữ cho sông sạch.

II. TỔ CHỨC THỰC HIỆN

1. Các xã

Cắm mốc bờ sông, làm tốt chủ đề năm 2025 đã chọn.

2. Các sở, ngành

Tổ chức giúp các xã làm theo Kế hoạch bờ sông năm 2026, chủ đề “Mỗi xã một khúc sông xanh”.
"""


def _year() -> Library:
    held = Library()
    held.add(1, "bo-song.txt", parse(YEAR))
    return held


# A regulation, and the decision that puts it in force.


@pytest.mark.parametrize(
    "question", ["QUY CHẾ TRÔNG COI BỜ SÔNG SỐ MẤY", "quy che trong coi bo song so may", "quy chế nào về bờ sông"]
)
def test_a_regulation_is_found_by_the_decision_that_puts_it_in_force(question: str) -> None:
    given = answer(_year(), question)
    assert (given.kind, given.facts["number"]) == ("answer", "58-QĐ/HU")


def test_a_decision_that_only_speaks_of_something_is_no_regulation() -> None:
    given = ask("quy chế nào về nêu gương trong trồng rừng")
    assert (given.kind, given.reason) == ("refusal", "not-stated")


# A body that nobody charges.


@pytest.mark.parametrize(
    "question", ["ban trồng trọt được giao gì", "hội làm vườn phải làm gì", "công an huyện có nhiệm vụ gì"]
)
def test_a_body_that_no_text_names_is_not_told_what_others_must_do(question: str) -> None:
    given = ask(question)
    assert (given.kind, given.reason) == ("refusal", "out-of-scope")


def test_each_office_is_charged_where_all_of_them_are() -> None:
    given = answer(_year(), "sở giao thông phải làm gì")
    assert "giúp các xã" in given.sources[0].quote


# The theme of a document.


@pytest.mark.parametrize("question", ["kế hoạch này chủ đề gì", "ke hoach nay chu de gi", "chủ đề năm nay là gì"])
def test_the_theme_of_a_document_is_told_by_its_title(question: str) -> None:
    given = answer(_year(), question, 1)
    assert given.intent == "title"
    assert "Mỗi xã một khúc sông xanh" in given.sources[0].quote


def test_a_document_without_a_theme_is_said_to_have_none() -> None:
    given = answer(library(), "kế hoạch này chủ đề gì", 1)
    assert (given.kind, given.reason, given.facts["number"]) == ("refusal", "not-stated", "109/KH-UBND")


# Several numbers of one type, and one short word.


@pytest.mark.parametrize("question", ["Kế hoạch 36 và 109 nói về gì", "kh 36 va 109 noi ve gi"])
def test_numbers_in_a_row_share_the_type_before_the_first(question: str) -> None:
    given = ask(question)
    assert given.intent == "compare"
    assert "36-KH/TU" in given.facts["items"]
    assert "109/KH-UBND" in given.facts["items"]


def test_what_is_counted_after_a_number_is_no_other_document() -> None:
    assert [one.number for one in read("kế hoạch 36 và 5 xã nói gì").mentions] == [36]


def test_an_abbreviation_that_is_to_be_written_out_is_no_phrase() -> None:
    given = ask("BCSĐ viết đủ là gì")
    assert (given.intent, given.facts["meaning"]) == ("meaning", "ban cán sự đảng")


def test_a_whole_year_is_read_without_accents() -> None:
    assert read("bc ca nam gui truoc ngay may").words[:4] == ("báo", "cáo", "cả", "năm")
