"""Words, document numbers, figures and days as people write them."""

import datetime as dt
import unicodedata
from decimal import Decimal

import pytest

from knowledge.fold import fold, same_symbol, syllables, symbol_key, tone_normal
from knowledge.numbers import format_number, parse_date, parse_number

TODAY = dt.date(2026, 11, 22)


def test_accents_case_dashes_and_quotes_do_not_tell_words_apart() -> None:
    assert fold("Đảng uỷ – “Dân\u00a0vận”") == 'dang uy - "dan van"'
    assert fold(unicodedata.normalize("NFD", "Hòa Thuỷ")) == fold("Hoà Thủy") == "hoa thuy"
    assert syllables("QCDC, cơ-sở!") == ["qcdc", "co", "so"]


def test_both_places_of_a_tone_mark_are_one_spelling() -> None:
    assert tone_normal("hoà uỷ quí thuỷ khoẻ") == "hòa ủy quý thủy khỏe"
    assert tone_normal("quỷ hoàn toàn của lúa") == "quỷ hoàn toàn của lúa"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("kl 120", "120-KL/TW"),
        ("Kết luận số 120-KL/TW", "120-KL/TW"),
        ("120 – kl / tw", "120-KL/TW"),
        ("chi thi 33 ttg", "33/CT-TTg"),
        ("7/kh-ubnd", "07/KH-UBND"),
        ("nd 59/2023", "59/2023/NĐ-CP"),
        ("luật 10/2022/qh 15", "10/2022/QH15"),
        ("1 38-KL/TW", "138-KL/TW"),
    ],
)
def test_a_number_is_known_in_any_way_of_writing_it(typed: str, printed: str) -> None:
    assert same_symbol(typed, printed)


def test_a_neighbouring_number_is_another_document() -> None:
    assert not same_symbol("51-CT/TU", "52-CT/TU")
    assert not same_symbol("52-CT/TU", "52-KL/TU")
    assert symbol_key("Số: /UBND-VX") == "ubnd/vx"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2.941,86", "2941.86"), ("1tr2", "1200000"), ("hai buổi", "2"), ("120 ng", "120"), ("1.200", "1200"),
        ("12,5%", "12.5"), ("1 tỷ 200 triệu", "1200000000"), ("2 triệu rưỡi", "2500000"), ("hai mươi mốt hộ", "21"),
        ("mot tram linh nam", "105"), ("khoảng 120 người", "120"), ("không có", "0"), ("chưa", "0"), ("-5", "-5"),
        ("500k", "500000"), ("1 200 000", "1200000"), ("dạ 12 ạ", "12"), ("1,200,000", "1200000"), ("15 m2", "15"),
    ],
)  # fmt: skip
def test_figures_are_read_as_people_type_them(typed: str, value: str) -> None:
    assert parse_number(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["😀", "5️⃣", "", "không biết", "Ba Tơ", "10/12", "120 ng, 30 nữ", "9" * 10_000, "tr"])
def test_what_is_no_single_figure_is_not_guessed(typed: str) -> None:
    assert parse_number(typed) is None


def test_figures_are_printed_as_documents_print_them() -> None:
    assert format_number(Decimal("2941.860")) == "2.941,86"
    assert format_number(Decimal("-1200")) == "-1.200"
    assert format_number(Decimal("1E+3")) == "1.000"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("5/10/2026", "2026-10-05"), ("5 thang 10 nam 2026", "2026-10-05"), ("ngày 05 tháng 10 năm 2026", "2026-10-05"),
        ("mai", "2026-11-23"), ("thứ 6", "2026-11-27"), ("chủ nhật", "2026-11-22"), ("cuối tháng", "2026-11-30"),
        ("5.10.26", "2026-10-05"), ("30/10", "2026-10-30"), ("2026-10-05", "2026-10-05"),
    ],
)  # fmt: skip
def test_days_are_read_day_before_month(typed: str, day: str) -> None:
    assert parse_date(typed, TODAY) == dt.date.fromisoformat(day)


def test_a_day_for_a_deadline_lies_ahead() -> None:
    assert parse_date("30/10", TODAY, ahead=True) == dt.date(2027, 10, 30)
    assert parse_date("30/10/2026", TODAY, ahead=True) == dt.date(2026, 10, 30)


@pytest.mark.parametrize("typed", ["31/2/2026", "10/25/2026", "hôm nào đó", "x" * 500, "cuối tháng 13"])
def test_a_day_that_the_calendar_does_not_have_is_none(typed: str) -> None:
    assert parse_date(typed, TODAY) is None
