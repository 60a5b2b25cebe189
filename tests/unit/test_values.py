"""What people may answer to a question, and how their answers become totals."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.forms.form import Form, Question, load_forms
from knowledge.forms.rules import Condition
from knowledge.forms.values import Problem, check, check_file, first_open, fits, show, totals
from knowledge.personal import personal_numbers, redacted

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=80)
TODAY = dt.date(2026, 11, 22)
COUNT = Question("so", "whole", "Số buổi", unit="buổi", maximum=1000, sums="sum")
AREA = Question("dien_tich", "decimal", "Diện tích", unit="ha", maximum=10**6)
MONEY = Question("tien", "money", "Kinh phí", maximum=10**12)
TEXT = Question("chu", "text", "Khó khăn", minimum=1, maximum=2000)
ONE = Question("mot", "choice", "Đánh giá", options=("Tốt", "Khá", "Chưa đạt"), sums="count")
MANY = Question(
    "nhieu", "several", "Nội dung", minimum=1, maximum=3, options=("Ngân sách", "Đất đai", "Chế độ, chính sách")
)
DAY = Question("ngay", "date", "Ngày họp")
WHETHER = Question("co", "yes-no", "Có họp không")
PROOF = Question("tep", "file", "Minh chứng", minimum=1, maximum=2)
PHOTO = Question("anh", "photo", "Ảnh", minimum=1, maximum=2)
FORM = Form("mau", "Mẫu", ("month",), (COUNT, AREA, MONEY, TEXT, ONE, MANY, DAY, WHETHER, PROOF))


@pytest.mark.parametrize(
    ("question", "typed", "value"),
    [
        (COUNT, "12", 12),
        (COUNT, "hai buổi", 2),
        (COUNT, "không có", 0),
        (COUNT, "120 ng", 120),
        (COUNT, "mười lăm", 15),
        (COUNT, "ba lăm buổi", 35),
        (COUNT, "3 trăm", 300),
        (COUNT, "một trăm hai", 120),
        (COUNT, "tám buổi", 8),
        (AREA, "2.941,86", "2941.86"),
        (AREA, "12,50 ha", "12.5"),
        (MONEY, "1tr2", "1200000"),
        (MONEY, "1,2 tỷ đồng", "1200000000"),
        (MONEY, "1 triệu 2", "1200000"),
        (MONEY, "một triệu hai", "1200000"),
        (MONEY, "3 trăm triệu", "300000000"),
        (TEXT, "  Thiếu kinh phí \x00", "Thiếu kinh phí"),
        (ONE, "kha", "Khá"),
        (ONE, "3", "Chưa đạt"),
        (ONE, "chua dat", "Chưa đạt"),
        (ONE, "đạt", "Chưa đạt"),
        (ONE, "chua ddat", "Chưa đạt"),
        (MANY, "1,3", ["Ngân sách", "Chế độ, chính sách"]),
        (MANY, "đất đai và ngân sách", ["Ngân sách", "Đất đai"]),
        (MANY, "Chế độ, chính sách", ["Chế độ, chính sách"]),
        (DAY, "5/10", "2026-10-05"),
        (DAY, "15 tháng 9 năm 2026", "2026-09-15"),
        (WHETHER, "Có ạ", True),
        (WHETHER, "chưa", False),
    ],
)
def test_an_answer_as_people_type_it_becomes_its_value(question, typed, value):
    assert check(question, typed, TODAY) == value


@pytest.mark.parametrize(
    ("question", "typed", "reason"),
    [
        (COUNT, "👍", "no_words"),
        (COUNT, "-3", "negative"),
        (COUNT, "2.941,86", "not_whole"),
        (COUNT, "1,5", "not_whole"),
        (COUNT, "1001", "too_large"),
        (COUNT, "nhiều lắm", "no_number"),
        (COUNT, "khoảng 50", "about"),
        (COUNT, "gần 50 buổi", "about"),
        (COUNT, "~50", "about"),
        (COUNT, "50-60", "several_numbers"),
        (COUNT, "5 đến 6 buổi", "several_numbers"),
        (COUNT, "9" * 10_000, "too_long"),
        (COUNT, "²", "no_number"),
        (COUNT, "\u200b", "no_words"),
        (AREA, "1,23456", "too_fine"),
        (MONEY, "0,5", "not_whole"),
        (TEXT, "a" * 10_000, "too_long"),
        (TEXT, "🙏🙏🙏", "no_words"),
        (TEXT, "", "empty"),
        (ONE, "4", "no_option"),
        (ONE, "²", "no_option"),
        (ONE, "tạm được", "no_option"),
        (MANY, "1,9", "no_option"),
        (MANY, ";", "no_words"),
        (DAY, "31/2/2026", "no_date"),
        (DAY, "hôm nọ", "no_date"),
        (WHETHER, "để xem", "no_yes_no"),
        (PROOF, "gửi sau", "needs_file"),
        (PHOTO, "gửi sau", "needs_photo"),
    ],
)
def test_a_wrong_answer_gets_its_own_reason(question, typed, reason):
    problem = check(question, typed, TODAY)
    assert isinstance(problem, Problem)
    assert problem.reason == reason


def test_files_of_several_messages_add_up_until_there_are_enough():
    assert check_file(PROOF, "application/pdf", [], 7) == [7]
    assert check_file(PROOF, "image/jpeg", [7], 8) == [7, 8]
    assert check_file(PROOF, "image/jpeg", [7, 8], 8) == [7, 8]
    assert check_file(PROOF, "image/jpeg", [7, 8], 9) == Problem("too_many_files", {"most": 2})
    assert check_file(PHOTO, "application/pdf", [], 7) == Problem("not_photo", {"is": "application/pdf"})


def _values(question: Question) -> st.SearchStrategy:
    match question.kind:
        case "whole":
            return st.integers(0, question.maximum)
        case "decimal":
            return st.integers(0, question.maximum * 100).map(
                lambda n: check(question, str(Decimal(n) / 100).replace(".", ","), TODAY)
            )
        case "money":
            return st.integers(0, question.maximum).map(str)
        case "text":
            return (
                st.text(max_size=300)
                .map(lambda text: check(question, text, TODAY))
                .filter(lambda v: isinstance(v, str))
            )
        case "choice":
            return st.sampled_from(question.options)
        case "several":
            return st.sets(st.sampled_from(question.options), min_size=1).map(
                lambda picked: [option for option in question.options if option in picked]
            )
        case "date":
            return st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)).map(dt.date.isoformat)
        case _:
            return st.booleans()


@CALM
@given(st.data())
def test_an_answer_written_out_and_read_back_is_the_same_answer(data):
    shipped = [question for form in load_forms().values() for question in form.questions]
    question = data.draw(st.sampled_from([q for q in (*FORM.questions, *shipped) if q.kind != "file"]))
    value = data.draw(_values(question))
    assert fits(question, value)
    assert check(question, show(question, value), TODAY) == value


@CALM
@given(
    st.sampled_from(FORM.questions),
    st.text(max_size=100) | st.from_regex(r"[-+]?[0-9.,]{1,12} ?[a-z]{0,5}", fullmatch=True),
)
def test_whatever_is_typed_is_either_a_value_that_fits_or_a_problem(question, typed):
    answer = check(question, typed, TODAY)
    assert isinstance(answer, Problem) or fits(question, answer)


@CALM
@given(
    st.lists(st.none() | st.integers(0, 1000), max_size=30),
    st.lists(st.none() | st.sampled_from(ONE.options), max_size=30),
)
def test_totals_are_the_sum_of_what_was_reported(counts, grades):
    reports = [{"so": count} for count in counts] + [{"mot": grade} for grade in grades]
    by_name = {total.question.name: total for total in totals(FORM, reports)}
    assert by_name["so"].amount == sum(count for count in counts if count is not None)
    assert dict(by_name["mot"].counts) == {name: grades.count(name) for name in ONE.options}
    assert by_name["chu"].answered == 0


def test_answers_to_questions_that_were_not_asked_count_in_no_total():
    asked_if = dataclasses.replace(COUNT, show_if=Condition("co", "=", True))
    form = Form("mau", "Mẫu", ("month",), (WHETHER, asked_if))
    reports = [{"co": True, "so": 3}, {"co": False, "so": 40}, {"so": 500}]
    assert {total.question.name: total.amount for total in totals(form, reports)}["so"] == 3
    assert first_open(form, {"co": True}) is asked_if
    assert first_open(form, {"co": False}) is None


def test_the_first_open_question_is_the_first_without_an_answer_that_fits():
    form = Form("mau", "Mẫu", ("month",), (COUNT, TEXT, WHETHER))
    assert first_open(form, {}) is COUNT
    assert first_open(form, {"so": 1}) is TEXT
    assert first_open(form, {"so": 5000, "chu": "x", "co": True}) is COUNT
    assert first_open(form, {"so": 1, "chu": None, "co": True}) is TEXT
    assert first_open(form, {"so": 1, "chu": "x", "co": False}) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Liên hệ chị Lan 0912 345 678 nhé", ["0912 345 678"]),
        ("sđt +84912345678.", ["+84912345678"]),
        ("CCCD 051093001234", ["051093001234"]),
        ("CMND 212345678", ["212345678"]),
        ("Vận động 120.000.000 đồng", []),
        ("Vận động 212345678 đồng", []),
        ("Công văn 2012/UBND ngày 15/10/2026", []),
        ("Có 3321 đơn vị, 2.941,86 ha", []),
    ],
)
def test_phone_and_identity_numbers_in_free_text_are_seen(text, numbers):
    assert personal_numbers(text) == numbers
    assert personal_numbers(redacted(text)) == []
