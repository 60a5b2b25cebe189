"""Classes of wording: words of the frame, this or that, whether, whose clause, a phrase to complete, who gets it."""

import pytest

from knowledge.answering import answer
from knowledge.answering.understand import understand
from knowledge.library import Library
from knowledge.reading.parse import parse

PLAN = """ỦY BAN NHÂN DÂN
TỈNH SÔNG LAM
-------
Số: 58/KH-UBND
Sông Lam, ngày 03 tháng 3 năm 2026

KẾ HOẠCH
Trồng cây ven sông giai đoạn 2026 - 2030

Thực hiện Chỉ thị số 21/CT-TTg ngày 04/5/2025 của Thủ tướng Chính phủ về trồng cây ven sông giai đoạn 2025 - 2029; \
Ủy ban nhân dân tỉnh lập kế hoạch như sau:

1. Các xã trồng tre thường xuyên trong mùa mưa, giữ phương châm "Trồng một cây, sống một cây, xanh một bờ".

2. Chủ tịch Ủy ban nhân dân xã chỉ đạo việc gieo ươm theo Chỉ thị số 21/CT-TTg ngày 04/5/2025.

3. Các xã gửi báo cáo kết quả trồng cây về Sở Nội vụ trước ngày 20/11/2026.

Nơi nhận:
- Văn phòng Chính phủ (b/c);
- Các sở, ngành (p/h);
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Lê Văn Bưởi
"""
LETTER = """ỦY BAN NHÂN DÂN
TỈNH SÔNG LAM
-------
Số: 77/UBND-VX
Sông Lam, ngày 09 tháng 4 năm 2026

V/v khơi thông kênh mương

Kính gửi: Ủy ban nhân dân các xã.

1. Các xã khơi thông kênh mương trước mùa lũ.
"""


def _library() -> Library:
    library = Library()
    library.add(1, "plan.txt", parse(PLAN))
    library.add(2, "letter.txt", parse(LETTER))
    return library


LIBRARY = _library()


def ask(question: str):
    return answer(LIBRARY, question)


@pytest.mark.parametrize(
    "question",
    [
        "Văn bản nào trong kho có dẫn Chỉ thị 21/CT-TTg?",
        "Chỉ thị 21/CT-TTg được những văn bản nào ở đây nhắc tới?",
        "vb nao trong kho co dan ct 21/ct-ttg",
        "Văn bản nào thi hành Chỉ thị 21/CT-TTg?",
    ],
)
def test_words_that_say_where_to_look_do_not_change_what_is_asked(question):
    given = ask(question)
    assert (given.kind, given.intent, given.sources[0].source) == ("answer", "cited-by", "plan.txt")


def test_a_question_that_chooses_is_answered_by_a_sentence_that_holds_one_of_the_two():
    given = ask("Các xã trồng tre thường xuyên hay theo đợt?")
    assert given.kind == "answer"
    assert "thường xuyên" in given.sources[0].quote


def test_what_is_good_or_not_chooses_nothing():
    asked = understand("cách trồng tre này hay không", LIBRARY.speller)
    assert asked.either is None


def test_the_clause_that_is_named_is_of_the_number_beside_it():
    given = ask("Ai chỉ đạo gieo ươm theo Chỉ thị 21 ở mục 2 kế hoạch 58?")
    assert given.kind == "answer"
    assert given.sources[0].path == "mục 2"


@pytest.mark.parametrize(
    "question", ["Câu “Trồng một cây, sống một cây” nói đủ là gì?", "trong mot cay song mot cay noi du la gi"]
)
def test_a_phrase_is_completed_by_the_sentence_that_holds_it(question):
    given = ask(question)
    assert given.kind == "answer"
    assert "xanh một bờ" in given.sources[0].quote


def test_a_phrase_that_no_document_has_is_refused():
    assert ask("Câu “Nước chảy đá mòn nhà ai” nói đủ là gì?").kind == "refusal"


def test_who_gets_a_document_is_told_from_the_list_that_holds_the_one_asked_for():
    given = ask("Kế hoạch 58 gửi cơ quan nào để báo cáo?")
    assert (given.intent, given.sources[0].path) == ("recipients", "nơi nhận")
    assert ask("Công văn 77 gửi những ai?").intent == "addressees"


def test_a_period_is_told_by_a_period_and_not_by_another_time():
    given = ask("Chỉ thị 21/CT-TTg áp dụng cho giai đoạn nào?")
    assert given.kind == "answer"
    assert "2025 - 2029" in given.sources[0].quote


def test_a_deadline_that_is_not_set_is_answered_with_what_is_nearest_and_no_day_of_its_own():
    given = ask("Kế hoạch 58 có ghi hạn cho các xã nộp giống tre về kho lạnh không?")
    assert given.facts["near"] == "yes"
    assert "due" not in given.facts


@pytest.mark.parametrize(
    ("typed", "meant"), [("ke hoach noa", "nào"), ("trong cay nma nao", "năm"), ("chi doa", "đạo")]
)
def test_swapped_letters_are_read_as_the_word_that_was_meant(typed, meant):
    assert meant in understand(typed, LIBRARY.speller).words
