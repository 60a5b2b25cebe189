"""Deadlines on the calendar: printed days stay, working days and reminders follow from them."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.calendar import (
    VIETNAM,
    Rule,
    due_reminders,
    is_quiet,
    is_working_day,
    last_working_day,
    next_occurrences,
    occurrences,
    reminder_day,
    rule_of,
    snooze_is_over,
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


# What staff type, and what the calendar makes of it.


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("month", last_working=True), ["2027-01-29", "2027-02-26", "2027-03-31"]),
        (Rule("quarter", last_working=True), ["2027-03-31", "2027-06-30", "2027-09-30"]),
        (Rule("half-year", last_working=True), ["2027-06-30", "2027-12-31", "2028-06-30"]),
        (Rule("year", last_working=True), ["2027-12-31", "2028-12-29", "2029-12-31"]),
    ],
)
def test_the_last_working_day_of_a_period_is_a_printed_day_of_its_own(rule: Rule, expected: list[str]) -> None:
    found = next_occurrences(rule, dt.date(2027, 1, 1))
    assert [o.date.isoformat() for o in found] == expected
    assert all(is_working_day(o.date) and o.last_admissible_day == o.date for o in found)


def test_the_last_working_day_before_tet_can_lie_well_before_the_end_of_the_month() -> None:
    # In 2052 the whole last week of January is Tết.
    january = occurrences(Rule("month", last_working=True), dt.date(2052, 1, 1), dt.date(2052, 1, 31))
    (only,) = january
    assert is_working_day(only.date)
    following = [only.date + dt.timedelta(days=n) for n in range(1, 32)]
    assert not any(is_working_day(day) for day in following if day.month == 1)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("month", day=10, interval=2, date=dt.date(2026, 11, 22)), ["2026-12-10", "2027-02-10", "2027-04-10"]),
        (Rule("year", month=10, day=30, interval=3, date=dt.date(2026, 11, 22)), ["2027-10-30", "2030-10-30"]),
        (Rule("week", day=5, interval=2, date=dt.date(2026, 11, 22)), ["2026-11-27", "2026-12-11", "2026-12-25"]),
        (Rule("quarter", month=3, day=31, interval=2, date=dt.date(2026, 11, 22)), ["2026-12-31", "2027-06-30"]),
    ],
)
def test_every_nth_time_counts_from_the_first_one_whoever_asks_and_when(rule: Rule, expected: list[str]) -> None:
    assert [o.date.isoformat() for o in next_occurrences(rule, dt.date(2026, 11, 22))][: len(expected)] == expected
    later = dt.date.fromisoformat(expected[0]) + dt.timedelta(days=1)
    assert next_occurrences(rule, later)[0].date.isoformat() == expected[1]


def test_a_cadence_without_a_day_has_no_occurrence_until_it_is_given_one() -> None:
    bare = Rule("half-year")
    assert bare.awaits_date
    assert next_occurrences(bare, dt.date(2026, 11, 22)) == []
    assert due_reminders(bare, OFFSETS, at("2026-12-01"), set(), CREATED) == []
    assert Rule.from_dict(bare.to_dict()) == bare
    assert not Rule("year", last_working=True).awaits_date
    with pytest.raises(ValueError):
        Rule("week")
    with pytest.raises(ValueError):
        Rule("month", day=3, last_working=True)


def test_a_swap_that_the_holidays_package_does_not_know_counts_too() -> None:
    assert not is_working_day(dt.date(2026, 1, 2))
    assert is_working_day(dt.date(2026, 1, 10))
    assert is_working_day(dt.date(2025, 4, 26))


def test_what_could_not_go_out_by_eight_on_the_last_day_goes_out_that_evening() -> None:
    assert sent_at("2026-10-29", 19) == [0]
    assert sent_at("2026-10-29", 22) == [0], "the quiet hours yield: tomorrow it is too late"
    assert sent_at("2026-10-28", 22) == [], "tomorrow it is not"
    assert sent_at("2026-10-29", 5) == [], "at seven it is not too late"


def test_who_hears_of_a_deadline_in_its_last_hours_hears_of_it() -> None:
    rule = Rule("once", date=dt.date(2026, 11, 8))  # a Sunday: its last step was on Friday
    made = at("2026-11-07", 10)
    assert [r.offset for r in due_reminders(rule, OFFSETS, at("2026-11-07", 11), set(), made)] == [0]
    assert due_reminders(Rule("once", date=dt.date(2026, 11, 6)), OFFSETS, at("2026-11-07", 11), set(), made) == []


def test_in_the_weeks_of_tet_a_reminder_comes_before_them() -> None:
    rule = Rule("year", month=2, day=9)  # within the holidays of 2027, from 4 to 10 February
    (occurrence,) = occurrences(rule, dt.date(2027, 1, 1), dt.date(2027, 12, 31))
    assert last_working_day(occurrence) == dt.date(2027, 2, 3)
    assert reminder_day(occurrence, 0) == dt.date(2027, 2, 3)
    assert reminder_day(occurrence, 7) == dt.date(2027, 1, 27)
    assert reminder_day(occurrence, -1) == dt.date(2027, 2, 11)


def test_a_reminder_put_off_comes_at_its_hour_or_when_the_machine_is_up_again_but_not_at_night() -> None:
    assert not snooze_is_over(at("2026-11-20", 19), at("2026-11-20", 18))
    assert snooze_is_over(at("2026-11-20", 19), at("2026-11-20", 19))
    assert snooze_is_over(at("2026-11-20", 19), at("2026-11-20", 23)), "late, but today"
    assert not snooze_is_over(at("2026-11-20", 19), at("2026-11-21", 3)), "not in the night after"
    assert snooze_is_over(at("2026-11-20", 19), at("2026-11-21", 7))
    assert snooze_is_over(at("2026-11-21", 5), at("2026-11-21", 5)), "who asks for five in the morning gets it"


RULES = st.one_of(
    st.builds(Rule, st.just("year"), month=st.integers(1, 12), day=st.integers(1, 31), exclusive=st.booleans()),
    st.builds(Rule, st.just("month"), day=st.integers(1, 31), exclusive=st.booleans(), interval=st.integers(1, 3)),
    st.builds(Rule, st.just("quarter"), month=st.integers(1, 3), day=st.integers(1, 31)),
    st.builds(Rule, st.sampled_from(["month", "quarter", "half-year", "year"]), last_working=st.just(True)),
    st.builds(Rule, st.just("week"), day=st.integers(1, 7), exclusive=st.booleans()),
    st.builds(
        Rule, st.just("once"), date=st.dates(dt.date(2027, 1, 20), dt.date(2027, 6, 30)), exclusive=st.booleans()
    ),
)
CUSTOM = st.sets(st.integers(-10, 30), min_size=1, max_size=6).map(tuple)
START = dt.datetime(2027, 1, 15, 9, tzinfo=VIETNAM)
UPTIME = st.lists(st.tuples(st.integers(0, 170), st.integers(0, 23)), min_size=1, max_size=40)


@settings(max_examples=80, deadline=None)
@given(RULES, CUSTOM, UPTIME)
def test_planned_over_any_uptime_each_step_is_due_once_and_none_is_skipped_while_open(
    rule: Rule, offsets: tuple[int, ...], uptime: list[tuple[int, int]]
) -> None:
    """Whenever the machine runs, in whatever order its clock says so: jumps forward and back are in the list."""
    sent: dict[tuple[dt.date, int], dt.datetime] = {}
    for day, hour in uptime:
        now = START + dt.timedelta(days=day, hours=hour - 9)
        known = {step for step, moment in sent.items() if moment <= now}
        due = due_reminders(rule, offsets, now, known, START)
        assert len({one.occurrence for one in due}) == len(due), "of each occurrence one step at most"
        for one in due:
            last = one.occurrence.last_admissible_day
            assert one.offset < 0 or now.date() <= last, "nothing before the deadline is sent after it"
            assert one.offset >= 0 or now.date() > last, "nothing is overdue while it is open"
            assert not is_quiet(now) or (now.hour >= 20 and now.date() == last)
            sent.setdefault((one.occurrence.date, one.offset), now)
        again = due_reminders(rule, offsets, now, {step for step, moment in sent.items() if moment <= now}, START)
        assert all((one.occurrence.date, one.offset) in sent for one in again), "a second look finds nothing new"
        if now.hour < 7 or (is_quiet(now) and not any(o.last_admissible_day == now.date() for o in near(rule, now))):
            continue
        for occurrence in near(rule, now):
            if not now.date() <= occurrence.last_admissible_day or occurrence.last_admissible_day < START.date():
                continue
            if is_quiet(now) and occurrence.last_admissible_day != now.date():
                continue
            if not is_working_day(now.date()) and occurrence.last_admissible_day != now.date():
                continue
            reached = [n for n in offsets if n >= 0 and START.date() <= reminder_day(occurrence, n) <= now.date()]
            if reached:
                nearest = min(reached)
                # A step that a clock in the future sent stands for itself, and for no other.
                gone = {n: at_ for (date, n), at_ in sent.items() if date == occurrence.date}
                known_now = [n for n, at_ in gone.items() if at_ <= now or n == nearest]
                assert min(known_now, default=99) <= min(reached), "the nearest step that was reached has gone out"


def near(rule: Rule, now: dt.datetime) -> list:
    return occurrences(rule, now.date() - dt.timedelta(days=3), now.date() + dt.timedelta(days=75))
