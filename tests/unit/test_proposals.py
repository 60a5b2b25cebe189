"""From printed or typed words to a rule for the calendar."""

from __future__ import annotations

import datetime as dt

import pytest

from handlers.texts.filters import rule as written
from knowledge.calendar import Rule
from knowledge.document import Document, FoundDeadline, Instance, Recurrence
from knowledge.proposals import proposals, typed_rule

TODAY = dt.date(2026, 11, 18)


def found(**values: object) -> Document:
    deadline = FoundDeadline(quote="q", start=0, who_reports=None, to_whom=None, **values)  # type: ignore[arg-type]
    return Document("q", deadlines=(deadline,))


@pytest.mark.parametrize(
    ("typed", "every", "rule"),
    [
        ("30/10", "year", Rule("year", month=10, day=30)),
        ("truoc ngay 30/10 hang nam", "once", Rule("year", month=10, day=30, exclusive=True)),
        ("Trước ngày 30/10 hằng năm", "once", Rule("year", month=10, day=30, exclusive=True)),
        ("ngày 5 hằng tháng", "once", Rule("month", day=5)),
        ("5", "month", Rule("month", day=5)),
        ("15/12/2027", "year", Rule("once", date=dt.date(2027, 12, 15))),
        ("chậm nhất ngày 20/11", "once", Rule("once", date=dt.date(2026, 11, 20))),
        ("15/6 6 tháng một lần", "once", Rule("half-year", month=6, day=15)),
        ("15/12", "half-year", Rule("half-year", month=6, day=15)),
        ("25/3 hằng quý", "year", Rule("quarter", month=3, day=25)),
        ("thứ 6 hằng tuần", "once", Rule("week", day=5)),
        ("chủ nhật", "week", Rule("week", day=7)),
        ("khi nào cũng được", "year", None),
        ("32/13", "year", None),
        ("😀", "once", None),
        ("", "month", None),
        ("1" * 10_000, "month", None),
    ],
)
def test_a_typed_date_becomes_a_rule_or_is_refused(typed: str, every: str, rule: Rule | None) -> None:
    assert typed_rule(typed, every, TODAY) == rule


def test_two_dates_in_one_sentence_are_two_single_days_each_with_its_period() -> None:
    document = found(
        rule="one-off",
        instances=(
            Instance("06 tháng", "trước ngày", dt.date(2027, 5, 10), dt.date(2027, 5, 9)),
            Instance("01 năm", "trước ngày", dt.date(2027, 10, 30), dt.date(2027, 10, 29)),
        ),
    )
    half, year = proposals(document)
    assert half.rule == Rule("once", date=dt.date(2027, 5, 10), exclusive=True, period="2027-H1")
    assert year.rule == Rule("once", date=dt.date(2027, 10, 30), exclusive=True, period="2027")
    assert not half.past(TODAY)


def test_a_day_that_is_over_is_past_and_stays_a_single_day() -> None:
    document = found(rule="one-off", instances=(Instance(None, "ngày", dt.date(2021, 10, 30), dt.date(2021, 10, 30)),))
    (only,) = proposals(document)
    assert only.past(TODAY)
    assert only.every == "once"


def test_a_cadence_without_a_date_proposes_no_rule() -> None:
    (only,) = proposals(found(rule="cadence", recurrence=Recurrence("half-year")))
    assert only.rule is None
    assert only.every == "half-year"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule("once", date=dt.date(2027, 12, 15), exclusive=True), "trước ngày 15/12/2027"),
        (Rule("year", month=10, day=30, exclusive=True), "trước ngày 30/10 hằng năm"),
        (Rule("half-year", month=6, day=15), "ngày 15/6 và 15/12 hằng năm"),
        (Rule("quarter", month=3, day=20), "ngày 20 tháng thứ 3 hằng quý"),
        (Rule("month", day=5), "ngày 5 hằng tháng"),
        (Rule("week", day=5), "thứ Sáu hằng tuần"),
        (Rule("month", day=5, interval=2), "ngày 5, 2 tháng một lần"),
    ],
)
def test_a_rule_is_written_as_documents_print_it(rule: Rule, words: str) -> None:
    assert written(rule) == words
