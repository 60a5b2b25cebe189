"""Receipt numbers that can be read out, and the period that a command's words mean."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.periods import asked, current, due, may_report_on
from handlers.receipts import new_receipt, read_receipt
from handlers.records.deadlines import EVERY_COMMUNE, Deadline
from knowledge.calendar import Rule
from knowledge.forms.form import load_forms, read_form
from knowledge.period import Period, parse_period

FORMS = load_forms()
TODAY = dt.date(2026, 11, 18)
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def deadline(rule: Rule, form: str, since: dt.datetime = LONG_AGO) -> Deadline:
    return Deadline(1, None, "Báo cáo", None, rule, form, None, EVERY_COMMUNE, (3,), since)


@given(st.integers(2026, 2099), st.integers(0, 16**32 - 1))
def test_a_receipt_is_read_back_however_it_is_spaced(year: int, chance: int) -> None:
    receipt = new_receipt(year, f"{chance:032x}")
    assert len(receipt) == 12
    for typed in (receipt, receipt.replace("-", ""), receipt.replace("-", " "), f" {receipt}."):
        assert read_receipt(typed) == (receipt, True)


@given(st.integers(0, 10**7 - 1), st.integers(0, 9), st.integers(1, 9))
def test_every_single_wrong_digit_of_a_receipt_is_noticed(chance: int, place: int, by: int) -> None:
    digits = new_receipt(2026, f"{chance:x}").replace("-", "")
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    read = read_receipt(wrong)
    assert read is not None
    assert not read[1]


@pytest.mark.parametrize("typed", ["", "26-4821", "Sơn Hà", "2026-10", "26-4821-37956", "²6-4821-3795"])
def test_what_is_no_receipt_is_not_taken_for_one(typed: str) -> None:
    assert read_receipt(typed) is None


@pytest.mark.parametrize(
    ("words", "form", "period", "rest"),
    [
        ("dan-van-kheo 2026-10", "dan-van-kheo", "2026-10", ""),
        ("quy 3 qcdc", "quy-che-dan-chu", "2026-Q3", ""),
        ("Mô hình “Dân vận khéo” tháng 10/2026 Sơn Hà", "dan-van-kheo", "2026-10", "Sơn Hà"),
        ("6 tháng đầu năm dvcq", "dan-van-chinh-quyen", "2026-H1", ""),
        ("xã Ba Tơ", None, None, "xã Ba Tơ"),
        ("", None, None, ""),
    ],
)
def test_form_period_and_the_rest_are_found_in_any_order(
    words: str, form: str | None, period: str | None, rest: str
) -> None:
    what = asked(words, FORMS, TODAY)
    assert (what.form and what.form.name, what.period and what.period.code, what.rest) == (form, period, rest)


def test_before_a_day_means_that_the_day_itself_is_late() -> None:
    monthly = deadline(Rule("month", day=25, exclusive=True), "dan-van-kheo")
    when = due(FORMS["dan-van-kheo"], Period.from_code("2026-11"), [monthly])
    assert when.day == dt.date(2026, 11, 24)
    assert not when.late_on(dt.date(2026, 11, 24))
    assert when.late_on(dt.date(2026, 11, 25))
    assert when.days_late(dt.date(2026, 11, 27)) == 3


def test_a_deadline_that_came_into_force_after_its_day_makes_nobody_late() -> None:
    since = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    monthly = deadline(Rule("month", day=25), "dan-van-kheo", since)
    assert due(FORMS["dan-van-kheo"], Period.from_code("2026-09"), [monthly]).day is None
    assert due(FORMS["dan-van-kheo"], Period.from_code("2026-11"), [monthly]).day == dt.date(2026, 11, 25)


def test_a_deadline_of_another_form_does_not_count() -> None:
    monthly = deadline(Rule("month", day=25), "quy-che-dan-chu")
    assert due(FORMS["dan-van-kheo"], Period.from_code("2026-11"), [monthly]).day is None


def test_the_period_whose_deadline_is_nearest_is_offered_first() -> None:
    form = FORMS["dan-van-kheo"]
    assert current(form, [deadline(Rule("month", day=25), form.name)], TODAY)[0].period.code == "2026-11"
    assert current(form, [deadline(Rule("month", day=5), form.name)], TODAY)[0].period.code == "2026-10"


def test_without_a_deadline_the_period_that_ended_last_is_offered_first() -> None:
    assert current(FORMS["dan-van-kheo"], (), TODAY)[0].period.code == "2026-10"
    assert current(FORMS["quy-che-dan-chu"], (), TODAY)[0].period.code == "2026-Q3"
    assert current(FORMS["dan-van-chinh-quyen"], (), TODAY)[0].period.code == "2026-H1"


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("2026-11", True),
        ("2026-12", True),
        ("2027-01", False),
        ("2024-10", True),
        ("2023-10", False),
        ("2026-Q3", False),
    ],
)
def test_one_may_report_early_for_the_next_period_and_late_for_two_years(code: str, allowed: bool) -> None:
    assert may_report_on(FORMS["dan-van-kheo"], Period.from_code(code), TODAY) is allowed


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)))
def test_every_day_has_a_period_to_report_on(day: dt.date) -> None:
    for form in FORMS.values():
        found = current(form, (), day)
        assert may_report_on(form, found[0].period, day)
        assert len({one.period for one in found}) == len(found)


AD_HOC = read_form(
    "tiep-dan.toml",
    'title = "Tiếp dân"\nperiods = ["ad-hoc"]\n[[question]]\nname = "buoi"\nkind = "whole"\ntitle = "Buổi"\n',
)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("đợt 20/11/2026", dt.date(2026, 11, 20)),
        ("dot xuat ngay 20/11", dt.date(2026, 11, 20)),
        ("đợt 5/1", dt.date(2027, 1, 5)),
        ("dot 29.2.2028", dt.date(2028, 2, 29)),
        ("2026-11-20", dt.date(2026, 11, 20)),
    ],
)
def test_a_round_of_reports_is_named_after_its_day(typed: str, day: dt.date) -> None:
    found = parse_period(typed, TODAY)
    assert found == Period.of("ad-hoc", day)
    assert found is not None
    assert Period.from_code(found.code) == found
    assert found.start == found.end == day


@pytest.mark.parametrize("typed", ["đợt 31/2", "đợt 31/2/2026", "đợt 20/13", "2026-02-30", "đợt"])
def test_a_day_that_does_not_exist_names_no_round(typed: str) -> None:
    assert parse_period(typed, TODAY) is None


@given(st.dates(dt.date(1901, 1, 2), dt.date(2900, 1, 1)))
def test_every_day_is_a_round_with_a_code_and_neighbours(day: dt.date) -> None:
    period = Period.of("ad-hoc", day)
    assert Period.from_code(period.code) == period
    assert period.next().previous() == period
    assert (period.next().start - day).days == 1


def test_rounds_of_an_ad_hoc_form_are_offered_where_deadlines_ask_for_them_else_today() -> None:
    asked_for = deadline(Rule("once", date=dt.date(2026, 11, 20)), "tiep-dan")
    assert [one.period.code for one in current(AD_HOC, [asked_for], TODAY)] == ["2026-11-20"]
    assert [one.period.code for one in current(AD_HOC, [], TODAY)] == ["2026-11-18"]
    assert may_report_on(AD_HOC, Period.of("ad-hoc", dt.date(2026, 11, 20)), TODAY)
    assert due(AD_HOC, Period.of("ad-hoc", dt.date(2026, 11, 20)), [asked_for]).day == dt.date(2026, 11, 20)
