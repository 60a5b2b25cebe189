"""A number or a day is told of the thing it belongs to, never of what stands beside it."""

import pytest

from knowledge.answering import answer
from knowledge.library import Library
from knowledge.reading.parse import parse

LETTER = """HUYỆN ỦY SÔNG LAM
*
Số 88-CV/HU
Sông Lam, ngày 6 tháng 5 năm 2025

V/v đẩy mạnh phong trào trồng cây gây rừng

Thực hiện Công văn số 640-CV/TU ngày 02/4/2025 của Tỉnh ủy; Huyện ủy đề nghị các xã làm tốt một số việc sau:

1. Các xã góp phần hoàn thành 9 nhóm chỉ tiêu theo Nghị quyết Đại hội Đảng bộ huyện lần thứ VII; Kế hoạch số \
52-KH/HU ngày 14/3/2025 của Huyện ủy về trồng cây gây rừng; tham gia Hội thi Vườn ươm xanh giai đoạn 2025 - 2030.

2. Ban Dân vận Huyện ủy hướng dẫn tiêu chí chấm điểm vườn ươm sau khi có hướng dẫn của Tỉnh ủy. Các xã gửi báo cáo \
trồng cây về Huyện ủy trước ngày 15/11 hằng năm (qua Ban Dân vận Huyện ủy).

3. Các cấp chính quyền ký kết chương trình phối hợp với Hội Nông dân để thực hiện Quyết định số 305-QĐ/TW ngày \
10/10/2024 của Bộ Chính trị.

T/M BAN THƯỜNG VỤ
BÍ THƯ

Trần Văn Mít
"""


def _library() -> Library:
    library = Library()
    library.add(1, "letter.txt", parse(LETTER))
    return library


LIBRARY = _library()


@pytest.mark.parametrize(
    "question",
    [
        "Nghị quyết Đại hội Đảng bộ huyện Sông Lam lần thứ VII thông qua ngày nào?",
        "nq dai hoi dang bo huyen song lam lan 7 thong qua ngay nao",
        "Nghị quyết Đại hội Đảng bộ huyện lần thứ VII mang số mấy?",
        "Nghị quyết Đại hội Đảng bộ huyện lần thứ VII ban hành khi nào?",
        "Báo cáo trồng cây gửi Huyện ủy Sông Lam theo mẫu số mấy?",
        "Hướng dẫn tiêu chí chấm điểm vườn ươm ra ngày mấy?",
        "Hội thi Vườn ươm xanh tổ chức ngày nào?",
    ],
)
def test_what_the_text_names_without_a_number_or_a_day_gets_none_of_its_neighbours(question):
    assert answer(LIBRARY, question).kind == "refusal"


def test_the_refusal_quotes_where_the_thing_is_named():
    given = answer(LIBRARY, "Nghị quyết Đại hội Đảng bộ huyện lần thứ VII thông qua ngày nào?")
    assert given.reason == "not-stated"
    assert given.facts["number"] == "88-CV/HU"
    assert "lần thứ VII" in given.sources[0].quote


def test_the_neighbour_keeps_its_own_day_and_the_thing_what_is_said_of_it():
    assert (
        answer(LIBRARY, "Kế hoạch của Huyện ủy về trồng cây gây rừng ban hành ngày nào?").facts["date"] == "14/03/2025"
    )
    told = answer(LIBRARY, "Có mấy nhóm chỉ tiêu theo Nghị quyết Đại hội Đảng bộ huyện lần thứ VII?")
    assert "9 nhóm" in told.sources[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "Tỉnh ủy gửi công văn nào xuống mà Sông Lam mới ra công văn 88?",
        "Huyện ủy Sông Lam ra công văn 88 để thực hiện công văn nào của Tỉnh ủy?",
    ],
)
def test_what_leads_to_a_document_is_the_one_that_it_carries_out(question):
    assert answer(LIBRARY, question).facts["number"] == "640-CV/TU"


def test_who_has_to_act_on_a_cited_document_is_told_by_the_clause_not_by_whose_it_is():
    given = answer(LIBRARY, "Ai phải ký chương trình phối hợp với Hội Nông dân để làm Quyết định 305?")
    assert given.sources[0].path == "mục 3"
    assert given.facts.get("number") != "305-QĐ/TW"


def test_through_whom_a_report_goes_is_answered_though_nobody_acts_there():
    given = answer(LIBRARY, "Báo cáo trồng cây của Sông Lam nộp qua ban nào để gom lại?")
    assert given.kind == "answer"
    assert "qua Ban Dân vận" in given.sources[0].quote
