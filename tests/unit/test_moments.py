"""When something is to happen, as people type it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import VIETNAM
from knowledge.moments import parse_moment

NOW = dt.datetime(2026, 11, 18, 12, 0, tzinfo=VIETNAM)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("8h sáng mai", "2026-11-19 08:00"),
        ("14:00 25/11", "2026-11-25 14:00"),
        ("14h30 ngày 25/11/2026", "2026-11-25 14:30"),
        ("25/11 8h", "2026-11-25 08:00"),
        ("lúc 7 giờ 15 ngày 1/12", "2026-12-01 07:15"),
        ("8 giờ rưỡi thứ hai", "2026-11-23 08:30"),
        ("7h30 thứ 2 tuần sau", "2026-11-23 07:30"),
        ("thu 4", "2026-11-25 08:00"),
        ("chủ nhật 9h", "2026-11-22 09:00"),
        ("2 giờ chiều mai", "2026-11-19 14:00"),
        ("chiều mai", "2026-11-19 14:00"),
        ("2h chiều nay", "2026-11-18 14:00"),
        ("tối nay", "2026-11-18 19:00"),
        ("ngày mai", "2026-11-19 08:00"),
        ("mai 8h", "2026-11-19 08:00"),
        ("sáng ngày kia", "2026-11-20 08:00"),
        ("15h", "2026-11-18 15:00"),
        ("7:00", "2026-11-19 07:00"),
        ("25 tháng 11 năm 2026 lúc 16h", "2026-11-25 16:00"),
        ("5/1 8h", "2027-01-05 08:00"),
        ("sau 2 tiếng", "2026-11-18 14:00"),
        ("30 phút nữa", "2026-11-18 12:30"),
        ("17/11/2026 8h", "2026-11-17 08:00"),
        ("8H SANG MAI", "2026-11-19 08:00"),
        ("thứ sáu, 20/11, 8h00", "2026-11-20 08:00"),
    ],
)
def test_a_moment_is_understood_as_it_is_typed(typed: str, meant: str) -> None:
    assert parse_moment(typed, NOW) == dt.datetime.fromisoformat(meant).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    "typed", ["", "khi nào cũng được", "31/2 8h", "25h", "8h61", "8h mai hay kia", "13", "99/99", "8h sáng mai nếu kịp"]
)
def test_what_names_no_moment_or_none_that_exists_is_not_guessed(typed: str) -> None:
    assert parse_moment(typed, NOW) is None


@given(st.text(max_size=70))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    found = parse_moment(text, NOW)
    assert found is None or found.tzinfo is not None


@given(st.integers(1, 1_000_000))
def test_a_moment_written_out_is_that_moment(minutes: int) -> None:
    meant = NOW + dt.timedelta(minutes=minutes)
    assert parse_moment(f"{meant:%H:%M %d/%m/%Y}", NOW) == meant
    assert parse_moment(f"{meant:%Hh%M} ngày {meant:%d/%m/%Y}", NOW) == meant
