"""Past days as people name them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar import is_working_day, working_days_after
from knowledge.past_days import past_days

TODAY = dt.date(2026, 11, 18)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("typed", "since", "until", "rest"),
    [
        ("hôm nay", "2026-11-18", "2026-11-19", ""),
        ("hom qua", "2026-11-17", "2026-11-18", ""),
        ("Nguyễn Văn An hôm kia", "2026-11-16", "2026-11-17", "nguyen van an"),
        ("tuần này", "2026-11-16", "2026-11-23", ""),
        ("tuan truoc duyet", "2026-11-09", "2026-11-16", "duyet"),
        ("tháng này", "2026-11-01", "2026-12-01", ""),
        ("thang truoc", "2026-10-01", "2026-11-01", ""),
        ("tháng 12", "2025-12-01", "2026-01-01", ""),
        ("tháng 3/2025", "2025-03-01", "2025-04-01", ""),
        ("năm nay", "2026-01-01", "2027-01-01", ""),
        ("15/11", "2026-11-15", "2026-11-16", ""),
        ("ngày 20/11", "2025-11-20", "2025-11-21", ""),
        ("20/11/2024 trả lại", "2024-11-20", "2024-11-21", "tra lai"),
        ("từ 1/11 đến 15/11", "2026-11-01", "2026-11-16", ""),
        ("20/12 - 5/1", "2025-12-20", "2026-01-06", ""),
        ("từ 10/11", "2026-11-10", "2026-11-19", ""),
        ("3 ngày qua", "2026-11-15", "2026-11-19", ""),
        ("29/2", "2024-02-29", "2024-03-01", ""),
    ],
)
def test_the_days_that_are_named_and_what_is_left_of_the_words(typed: str, since: str, until: str, rest: str) -> None:
    found = past_days(typed, TODAY)
    assert found is not None
    assert (found.since, found.until, found.rest) == (day(since), day(until), rest)


@pytest.mark.parametrize(
    "typed", ["", "Nguyễn Văn An", "31/2", "tháng 13", "duyệt 12", "45/11/2026", "15/11/2026 đến 1/11/2026"]
)
def test_where_no_day_is_named_or_it_does_not_exist_none_is_made_up(typed: str) -> None:
    assert past_days(typed, TODAY) is None


@given(st.text(max_size=40))
def test_whatever_is_typed_is_survived(typed: str) -> None:
    found = past_days(typed, TODAY)
    assert found is None or found.since < found.until


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-18", "2026-11-20"),  # Wednesday: Friday
        ("2026-11-20", "2026-11-25"),  # Friday: over the weekend and 24/11
        ("2026-11-21", "2026-11-25"),  # Saturday
        ("2026-04-29", "2026-05-05"),  # before 30/4 and 1/5, a Friday
        ("2026-02-13", "2026-02-24"),  # before Tết
    ],
)
def test_two_working_days_pass_over_weekends_and_holidays(asked: str, due: str) -> None:
    found = working_days_after(day(asked), 2)
    assert found == day(due)
    assert is_working_day(found)
