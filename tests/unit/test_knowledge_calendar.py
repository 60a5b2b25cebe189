"""Deadlines on the calendar: printed days stay, working days and reminders follow from them."""

import datetime as dt

import pytest

from knowledge.calendar import (
    VIETNAM,
    Rule,
    due_reminders,
    is_working_day,
    last_working_day,
    next_occurrences,
    occurrences,
    rule_of,
)
from knowledge.document import Recurrence
from knowledge.period import Period, parse_period

BEFORE_30_10 = Rule("year", month=10, day=30, exclusive=True)
OFFSETS = (7, 3, 1, 0, -1, -3)
CREATED = dt.datetime(2026, 1, 5, 8, tzinfo=VIETNAM)


def at(day: str, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), VIETNAM)


def sent_at(day: str, hour: int = 9, sent: set | frozenset = frozenset()) -> list[int]:
    return [r.offset for r in due_reminders(BEFORE_30_10, OFFSETS, at(day, hour), sent, CREATED)]


def days(rule: Rule, start: str, end: str) -> list[str]:
    found = occurrences(rule, dt.date.fromisoformat(start), dt.date.fromisoformat(end))
    return [o.date.isoformat() for o in found]


def test_before_a_saturday_the_last_working_day_is_the_friday_before() -> None:
    occurrence = occurrences(BEFORE_30_10, dt.date(2027, 1, 1), dt.date(2027, 12, 31))[0]
    assert occurrence.date == dt.date(2027, 10, 30)
    assert occurrence.last_admissible_day == last_working_day(occurrence) == dt.date(2027, 10, 29)


def test_a_short_month_is_due_on_its_last_day_and_leap_days_come_every_four_years() -> None:
    assert days(Rule("month", day=31), "2026-01-01", "2026-04-30") == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
    ]
    assert days(Rule("year", month=2, day=29), "2026-01-01", "2028-12-31") == ["2026-02-28", "2027-02-28", "2028-02-29"]


def test_quarters_and_half_years_recur_in_their_own_month() -> None:
    assert days(Rule("quarter", month=3, day=15), "2026-01-01", "2026-12-31") == [
        "2026-03-15", "2026-06-15", "2026-09-15", "2026-12-15",
    ]  # fmt: skip
    assert days(Rule("half-year", month=5, day=10), "2026-01-01", "2026-12-31") == ["2026-05-10", "2026-11-10"]


def test_a_past_date_of_one_year_never_rolls_forward() -> None:
    once = Rule("once", date=dt.date(2021, 10, 30), exclusive=True)
    assert days(once, "2022-01-01", "2030-01-01") == []
    assert next_occurrences(once, dt.date(2026, 1, 1)) == []


def test_a_swapped_saturday_is_worked_and_the_day_it_pays_for_is_not() -> None:
    assert is_working_day(dt.date(2024, 5, 4))
    assert not is_working_day(dt.date(2024, 4, 29))
    assert is_working_day(dt.date(2026, 8, 22))
    assert not is_working_day(dt.date(2026, 8, 31))
    assert not is_working_day(dt.date(2027, 2, 8))


def test_a_report_due_early_in_a_period_is_about_the_one_before() -> None:
    def covered(rule: Rule) -> list[str]:
        return [o.period.code for o in occurrences(rule, dt.date(2026, 1, 1), dt.date(2026, 4, 30))]

    assert covered(Rule("month", day=5)) == ["2025-12", "2026-01", "2026-02", "2026-03"]
    assert covered(Rule("month", day=20)) == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert covered(Rule("quarter", month=1, day=10)) == ["2025-Q4", "2026-Q1"]


def test_a_rule_is_stored_and_read_back_and_a_broken_one_is_refused() -> None:
    assert Rule.from_dict(BEFORE_30_10.to_dict()) == BEFORE_30_10
    for broken in ({"every": "year", "day": 3}, {"every": "month", "day": 32}, {"every": "never"}, {"every": "once"}):
        with pytest.raises(ValueError):
            Rule.from_dict(broken)
    with pytest.raises(ValueError, match="unknown"):
        Rule.from_dict({"every": "month", "day": 1, "hour": 3})


def test_a_recurrence_read_from_print_becomes_a_rule_and_a_bare_cadence_does_not() -> None:
    assert rule_of(Recurrence("year", 30, 10, exclusive=True)) == BEFORE_30_10
    assert rule_of(Recurrence("half-year", 15, 12)) == Rule("half-year", month=6, day=15)
    assert rule_of(Recurrence("year")) is None


def test_reminders_come_at_their_days() -> None:
    assert sent_at("2026-10-21") == []
    assert sent_at("2026-10-22") == [7]
    assert sent_at("2026-10-26") == [3]
    assert sent_at("2026-10-29") == [0]
    assert sent_at("2026-10-30") == [-1]


def test_nothing_is_sent_at_night_or_on_a_weekend_while_it_can_wait() -> None:
    assert sent_at("2026-10-22", 6) == []
    assert sent_at("2026-10-22", 20) == []
    assert sent_at("2026-10-24") == []


def test_of_several_missed_reminders_only_the_nearest_is_sent_once() -> None:
    assert sent_at("2026-10-28") == [1]
    assert sent_at("2026-10-28", sent={(dt.date(2026, 10, 30), 1)}) == []


def test_a_reminder_that_could_not_go_out_on_a_working_day_goes_out_while_the_deadline_is_open() -> None:
    rule = Rule("once", date=dt.date(2026, 11, 8))  # a Sunday
    found = due_reminders(rule, OFFSETS, at("2026-11-07"), set(), CREATED)
    assert [r.offset for r in found] == [0]


def test_what_was_due_before_the_deadline_was_made_is_not_sent() -> None:
    rule = Rule("once", date=dt.date(2026, 10, 30))
    made = at("2026-10-26", 15)
    assert due_reminders(rule, (7, 1), at("2026-10-27"), set(), made) == []
    assert [r.offset for r in due_reminders(rule, (7, 1), at("2026-10-29"), set(), made)] == [1]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("quý 3/2026", "2026-Q3"), ("q3", "2026-Q3"), ("quý III năm 2025", "2025-Q3"), ("tháng mười hai", "2025-12"),
        ("6 tháng đầu năm 2026", "2026-H1"), ("06 thang cuoi nam 2025", "2025-H2"), ("6 tháng", "2026-H1"),
        ("t10", "2026-10"), ("10/2026", "2026-10"), ("năm ngoái", "2025"), ("quý trước", "2026-Q3"), ("2026", "2026"),
        ("báo cáo quý 2", "2026-Q2"), ("tuần này", "2026-W47"),
    ],
)  # fmt: skip
def test_a_period_always_has_its_year(typed: str, code: str) -> None:
    period = parse_period(typed, dt.date(2026, 11, 22))
    assert period is not None
    assert period.code == code


def test_what_names_no_single_period_is_none() -> None:
    for typed in ("9 tháng đầu năm", "tháng 13", "quý 5", "hôm qua", ""):
        assert parse_period(typed, dt.date(2026, 11, 22)) is None


def test_a_period_is_named_as_reports_name_it() -> None:
    assert Period("quarter", 2026, 3).label == "quý III/2026"
    assert Period("half-year", 2026, 2).label == "6 tháng cuối năm 2026"
    assert Period("month", 2026, 1).previous().code == "2025-12"
