"""A whole report in one message: what is read, what is asked back, and that nothing is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from knowledge.forms.form import PROOFS, Form, Question, load_forms, read_form
from knowledge.forms.one_message import read_message
from knowledge.forms.review_lines import BLANK, write
from knowledge.forms.rules import questions_for
from knowledge.forms.values import clean
from tests.unit.test_values import _values

FORMS = load_forms()
KHEO, QUARTER, HALF = FORMS["dan-van-kheo"], FORMS["quy-che-dan-chu"], FORMS["dan-van-chinh-quyen"]
TODAY = dt.date(2026, 11, 22)
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=120)
EXAMPLE = {"mo_hinh_moi": 2, "buoi_doi_thoai": 3, "nguoi_tham_gia": 120, "kho_khan": "thiếu kinh phí"}


@pytest.mark.parametrize(
    "text",
    [
        "tháng 10: 2 mô hình mới, 3 buổi đối thoại, 120 người, khó khăn: thiếu kinh phí",
        "Báo cáo dân vận khéo tháng 10/2026\n- Mô hình mới: 2\n- Đối thoại: 3 buổi\n- Số người tham gia: 120\n"
        "- Khó khăn: thiếu kinh phí",
        "t10: khó khăn: thiếu kinh phí; đối thoại ba buổi; một trăm hai mươi người tham gia; mô hình mới là 2",
        "tháng 10 xã có hai mô hình mới và 3 buổi đối thoại với 120 lượt người. Khó khăn thiếu kinh phí",
        "mô hình mới 2 đối thoại 3 buổi người tham gia 120 khó khăn: thiếu kinh phí",
        "tháng 10 dân vận khéo: 2 mô hình mới, 3 buổi đối thoại, 120 người, khó khăn: thiếu kinh phí",
    ],
)
def test_a_report_in_one_message_is_read_in_the_ways_people_write_it(text: str) -> None:
    read = read_message(KHEO, text, TODAY)
    assert read.answers == EXAMPLE
    assert (read.doubts, read.unclear, read.unread) == ([], [], [])


@pytest.mark.parametrize(
    "text",
    [
        "thang 10: 2 mo hinh moi, 3 buoi doi thoai, 120 nguoi, kho khan: thieu kinh phi",
        "t10 2 mh moi 3 buoi dt 120 ng kk thieu kinh phi",
        "dvk thang 10 - 2 mo hinh moi; doi thoai 3; 120ng; kk: thieu kinh phi",
    ],
)
def test_it_may_be_written_without_accents_and_shortened(text: str) -> None:
    read = read_message(KHEO, text, TODAY)
    assert read.answers == {**EXAMPLE, "kho_khan": "thieu kinh phi"}
    assert read.period
    assert read.period.code == "2026-10"
    assert read.unread == []


def test_every_kind_of_question_can_be_answered_in_one_message() -> None:
    text = "họp thôn 12 cuộc, công khai: ngân sách, đất đai; ban thanh tra có; đối thoại 15/9; 40 kiến nghị"
    assert read_message(QUARTER, text, TODAY).answers == {
        "hoi_nghi_cong_dong": 12,
        "noi_dung_cong_khai": ["Ngân sách", "Đất đai"],
        "ban_thanh_tra": True,
        "ngay_doi_thoai": "2026-09-15",
        "kien_nghi_giai_quyet": 40,
    }
    text = "6 tháng đầu năm: 5 vb, 98,5%, 120 lượt tiếp dân, vận động 1tr2, hoàn thành tốt"
    assert read_message(HALF, text, TODAY).answers == {
        "van_ban_ban_hanh": 5,
        "ty_le_ho_so_dung_han": "98.5",
        "luot_tiep_dan": 120,
        "nguon_luc_van_dong": "1200000",
        "danh_gia": "Hoàn thành tốt",
    }


def test_a_text_keeps_its_commas_lines_and_numbers() -> None:
    text = "2 mô hình mới\nKhó khăn: thiếu 3 cán bộ, đường xa;\nmưa nhiều\nKiến nghị: hỗ trợ 5 triệu đồng, 1 xe"
    assert read_message(KHEO, text, TODAY).answers == {
        "mo_hinh_moi": 2,
        "kho_khan": "thiếu 3 cán bộ, đường xa;\nmưa nhiều",
        "kien_nghi": "hỗ trợ 5 triệu đồng, 1 xe",
    }


def test_nothing_of_something_is_zero_and_no_difficulty_is_an_answer() -> None:
    read = read_message(KHEO, "không có mô hình mới, chưa có vụ việc, không có khó khăn", TODAY)
    assert read.answers == {"mo_hinh_moi": 0, "vu_viec_giai_quyet": 0, "kho_khan": "không có khó khăn"}


def test_a_number_that_could_answer_several_questions_answers_none() -> None:
    read = read_message(KHEO, "5 mô hình, 3 buổi đối thoại", TODAY)
    assert read.answers == {"buoi_doi_thoai": 3}
    unclear = read.unclear[0]
    assert (unclear.words, unclear.value) == ("5 mô hình", "5")
    assert [question.name for question in unclear.questions] == ["mo_hinh_dang_ky", "mo_hinh_hieu_qua", "mo_hinh_moi"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("khoảng 120 người", "about"),
        ("50 - 60 người", "several_numbers"),
        ("2.941,86 người", "not_whole"),
        ("9.999.999 người", "too_large"),
        ("1tr2 người", "too_large"),
        ("120 người, 130 người", "twice"),
    ],
)
def test_a_number_that_cannot_be_the_answer_is_asked_back(text: str, reason: str) -> None:
    read = read_message(KHEO, text, TODAY)
    assert read.answers == {}
    assert [(doubt.question.name, doubt.problem.reason) for doubt in read.doubts] == [("nguoi_tham_gia", reason)]


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("2 mô hình mới, thời tiết đẹp", "thời tiết đẹp"),
        ("2 mô hình mới, 120 người chưa đồng thuận", "120 người chưa đồng thuận"),
        ("2 mô hình mới, 7 con gà", "7 con gà"),
        ("tổng số xe: 5, 2 mô hình mới", "tổng số xe: 5"),
        ("2 mô hình mới, 15", "15"),
    ],
)
def test_what_is_not_understood_is_said_and_not_guessed(text: str, unread: str) -> None:
    read = read_message(KHEO, text, TODAY)
    assert read.answers == {"mo_hinh_moi": 2}
    assert read.unread == [unread]


def test_the_period_is_found_in_a_heading_of_other_words() -> None:
    read = read_message(KHEO, "Xã Suối Đá báo cáo tháng 10/2026: mô hình mới: 2, tăng 1 so với tháng trước", TODAY)
    assert read.period
    assert read.period.code == "2026-10"
    assert read.answers == {"mo_hinh_moi": 2}


def test_a_womans_name_is_no_number() -> None:
    assert read_message(KHEO, "bà Tư tham gia vụ việc", TODAY).answers == {}
    assert read_message(KHEO, "ba vụ việc", TODAY).answers == {"vu_viec_giai_quyet": 3}


def test_a_review_that_is_sent_back_with_one_line_changed_is_read() -> None:
    answers = {**EXAMPLE, "kien_nghi": None, "kho_khan": "a, 3 mô hình mới\n\nKiến nghị: b"}
    sent = "Xem lại trước khi gửi:\n\n" + write(KHEO, answers).replace("120 lượt", "150 lượt") + "\n\nĐúng rồi thì gửi."
    read = read_message(KHEO, sent, TODAY)
    assert read.answers == {**answers, "nguoi_tham_gia": 150}
    assert not read.doubts


TWISTED = read_form(
    "thu.toml",
    """title = "Thử"
periods = ["month"]
[[question]]
name = "a"
kind = "yes-no"
title = "Có họp"
[[question]]
name = "b"
kind = "whole"
title = "Số: buổi"
show_if = "a = Có"
[[question]]
name = "c"
kind = "text"
title = "Khó khăn"
required = false
[[question]]
name = "d"
kind = "text"
title = "Khó khăn, đề xuất"
required = false
""",
)


def drafts(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    def one(question: Question) -> st.SearchStrategy[Any]:
        return _values(question) | st.none() if not question.required else _values(question)

    asked = {question.name: one(question) for question in form.questions if question.kind not in PROOFS}
    return st.fixed_dictionaries({}, optional=asked)


@CALM
@given(st.data())
@example(data=None)
def test_any_draft_written_as_a_message_is_read_back_as_the_same_answers(data: Any) -> None:
    form, answers = (TWISTED, {"a": True, "c": "x\n9. Khó khăn: y\n  z"}) if data is None else _drawn(data)
    assume(not any(value == BLANK for value in answers.values()))
    shown = {question.name for question in questions_for(form, answers)}
    read = read_message(form, write(form, answers), TODAY)
    assert read.answers == {name: value for name, value in answers.items() if name in shown}
    assert (read.doubts, read.unclear, read.unread) == ([], [], [])


def _drawn(data: Any) -> tuple[Form, dict[str, Any]]:
    form = data.draw(st.sampled_from([*FORMS.values(), TWISTED]))
    return form, data.draw(drafts(form))


_pieces = st.sampled_from(
    [
        "2 mô hình mới", "khó khăn: thiếu kinh phí", "120 ng", "tháng 10", "không có vụ việc", "thời tiết đẹp", "15/9",
        "đối thoại 3 buổi", "5 mô hình", "0912345678", "kk", ":", "1. Mô hình đăng ký: x", "quý 3", "khoảng 5 vụ", "%",
        "kiến nghị", "và", "mưa 👍", "“ ”", "  ", "-", "9" * 30, "năm 2026", "quỹ 3 triệu",
    ]
)  # fmt: skip


@CALM
@given(st.lists(_pieces | st.text(max_size=12), max_size=8), st.sampled_from([", ", "\n", "; ", " ", ". "]))
def test_whatever_is_sent_every_word_is_read_or_said_to_be_not(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    for form in FORMS.values():
        read = read_message(form, text, TODAY)
        for name, value in read.answers.items():
            question = form.question(name)
            assert question is not None
            if question.kind == "text" and value is not None:
                assert str(value) in clean(text)
        if "thời tiết đẹp" in pieces:
            said = [*read.unread, *map(str, read.answers.values()), *(one.words for one in read.doubts + read.unclear)]
            assert any("thời tiết đẹp" in one for one in said)
