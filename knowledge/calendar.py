"""The deadline calendar: a rule as data, its occurrences, working days, and which reminder is due now.

Pure: the present moment is passed in. A printed date is never moved; what moves is the last working day on
which it can still be met, and the day on which a reminder goes out.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

import holidays
from dateutil.rrule import MONTHLY, WEEKLY, YEARLY, rrule

from knowledge.document import Recurrence
from knowledge.period import Kind, Period

Every = Literal["once", "week", "month", "quarter", "half-year", "year"]

VIETNAM: Final = dt.timezone(dt.timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam has had one offset and no summer time since 1975, so no time-zone database is needed."""

QUIET_FROM: Final = dt.time(20, 0)
QUIET_UNTIL: Final = dt.time(7, 0)
OVERDUE_LAPSES_AFTER: Final = dt.timedelta(days=30)
"""An overdue reminder that could not go out for this long is no longer news."""

DEFAULT_OFFSETS: Final = (7, 3, 1, 0, -1, -3)
"""Days before the last working day; negative ones are days after the deadline has passed."""

_MONTHS_OF: Final = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Rule:
    """When something is due. Raises ``ValueError`` for a rule that names no day.

    ``once`` needs ``date``. ``week`` needs ``day`` as ISO weekday (1 Monday to 7 Sunday). The others need
    ``day`` (1–31; a month that is shorter has its last day instead) and, but for ``month``, ``month``: of
    the year (1–12), of the quarter (1–3) or of the half-year (1–6).
    """

    every: Every
    date: dt.date | None = None
    month: int | None = None
    day: int | None = None
    exclusive: bool = False
    """True for "trước ngày": the printed day itself is too late."""
    interval: int = 1
    """Every n-th such period, counted from the first one at or after ``date`` (or from year 2000)."""
    period: str | None = None
    """Of a one-off deadline: code of the period it reports on, where the text says so ("2021-H1")."""

    def __post_init__(self) -> None:
        if self.every not in get_args(Every) or self.interval < 1:
            raise ValueError(f"no such rule: {self.every} {self.interval}")
        if self.every == "once":
            if self.date is None:
                raise ValueError("a one-off rule needs its date")
        elif self.every == "week":
            if not 1 <= (self.day or 0) <= 7:
                raise ValueError("a weekly rule needs a weekday from 1 to 7")
        elif not 1 <= (self.day or 0) <= 31:
            raise ValueError("a rule needs a day from 1 to 31")
        elif self.every != "month" and not 1 <= (self.month or 0) <= _MONTHS_OF[self.every]:
            raise ValueError(f"a rule every {self.every} needs a month from 1 to {_MONTHS_OF[self.every]}")
        if self.period is not None:
            Period.from_code(self.period)

    def to_dict(self) -> dict[str, str | int | bool]:
        """The rule as JSON, defaults left out."""
        raw: dict[str, str | int | bool | None] = {
            "every": self.every,
            "date": self.date.isoformat() if self.date else None,
            "month": self.month,
            "day": self.day,
            "exclusive": self.exclusive or None,
            "interval": self.interval if self.interval > 1 else None,
            "period": self.period,
        }
        return {key: value for key, value in raw.items() if value is not None}

    @classmethod
    def from_dict(cls, data: dict[str, object]) -> Rule:
        """The rule that :meth:`to_dict` wrote; raises ``ValueError`` where it is none."""
        known = {"every", "date", "month", "day", "exclusive", "interval", "period"}
        if unknown := set(data) - known:
            raise ValueError(f"unknown in a rule: {', '.join(sorted(unknown))}")
        raw = data.get("date")
        try:
            date = dt.date.fromisoformat(str(raw)) if raw else None
            return cls(**{**data, "date": date})  # type: ignore[arg-type]
        except TypeError as error:
            raise ValueError(str(error)) from error


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One concrete due date of a rule."""

    date: dt.date
    """The printed date."""
    last_admissible_day: dt.date
    """The day before it for "trước ngày", else the date itself."""
    period: Period
    """What is reported on: see :func:`period_of`."""


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """A reminder that is to go out now: for which occurrence, and as which of the offsets."""

    occurrence: Occurrence
    offset: int


def rule_of(recurrence: Recurrence) -> Rule | None:
    """The calendar rule of a recurrence read from print; ``None`` for a cadence whose day staff must
    supply."""
    if recurrence.day is None or recurrence.every not in get_args(Every):
        return None
    month = recurrence.month
    if recurrence.every in {"quarter", "half-year"} and month is not None:
        month = (month - 1) % _MONTHS_OF[recurrence.every] + 1
    try:
        every: Every = recurrence.every  # type: ignore[assignment]
        return Rule(every=every, month=month, day=recurrence.day, exclusive=recurrence.exclusive)
    except ValueError:
        return None


def occurrences(rule: Rule, from_date: dt.date, until: dt.date) -> list[Occurrence]:
    """Every occurrence whose printed date lies between the two days, both included, in order."""
    if rule.every == "once":
        days = [rule.date] if rule.date and from_date <= rule.date <= until else []
    else:
        days = [moment.date() for moment in _recurrence(rule, from_date, until)]
    return [_occurrence(rule, day) for day in days]


def next_occurrences(rule: Rule, today: dt.date, count: int = 3) -> list[Occurrence]:
    """The next few occurrences that can still be met on ``today``: what staff see before they confirm a
    rule."""
    years = count * rule.interval + 2
    until = dt.date(min(today.year + years, dt.MAXYEAR), 12, 31)
    coming = (o for o in occurrences(rule, today, until) if o.last_admissible_day >= today)
    return [occurrence for occurrence, _ in zip(coming, range(count), strict=False)]


def _recurrence(rule: Rule, from_date: dt.date, until: dt.date) -> Iterable[dt.datetime]:
    # An every-n-th series starts at a fixed day, so that it does not depend on who asks, or when.
    anchor = dt.date(2000, 1, 3) if rule.interval > 1 else dt.date(max(from_date.year - 1, 1), 1, 1)
    start = dt.datetime.combine(rule.date or anchor, dt.time())
    after, before = dt.datetime.combine(from_date, dt.time()), dt.datetime.combine(until, dt.time())
    day = rule.day or 1
    if rule.every == "week":
        series = rrule(WEEKLY, interval=rule.interval, dtstart=start, byweekday=day - 1)
    elif rule.every == "year":
        # (day, -1) and the first of the two: the day itself, or the last day of a month that is too short.
        series = rrule(
            YEARLY,
            interval=rule.interval,
            dtstart=start.replace(month=1, day=1),
            bymonth=rule.month,
            bymonthday=(day, -1),
            bysetpos=1,
        )
    else:
        length = _MONTHS_OF[rule.every]
        first = start.replace(month=(start.month - 1) // length * length + (rule.month or 1), day=1)
        series = rrule(MONTHLY, interval=rule.interval * length, dtstart=first, bymonthday=(day, -1), bysetpos=1)
    return (moment for moment in series.between(after, before, inc=True) if moment >= start)


def _occurrence(rule: Rule, day: dt.date) -> Occurrence:
    last = day - dt.timedelta(days=1) if rule.exclusive and day > dt.date.min else day
    return Occurrence(day, last, period_of(rule, last))


def period_of(rule: Rule, last_day: dt.date) -> Period:
    """The period that a report due by ``last_day`` is about.

    It is the running period, or the one before where the report is due in the first third of a period: "ngày
    05 hàng tháng" reports on the month that has ended, "ngày 20 hàng tháng" on the running one. A one-off
    deadline has its own period, else the month of its last day.
    """
    if rule.every == "once":
        return Period.from_code(rule.period) if rule.period else Period.of("month", last_day)
    kind: Kind = rule.every
    running = Period.of(kind, last_day)
    third = (running.end - running.start).days / 3
    early = (last_day - running.start).days < third
    return running.previous() if early and running.year > 1900 else running


@cache
def _working_saturdays() -> frozenset[dt.date]:
    source = Path(__file__).with_name("working_saturdays.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(source)["days"])


@cache
def _days_off(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("VN", years=year))


def is_working_day(day: dt.date) -> bool:
    """Whether offices are open: no weekend, no public holiday, or a Saturday that pays for a swapped day off.

    24/11 counts as a day off, as the ``holidays`` package has it; the sources did not settle it, and the
    earlier last working day is the safe side.
    """
    if day in _working_saturdays():
        return True
    return day.weekday() < 5 and day not in _days_off(day.year)


def last_working_day(occurrence: Occurrence) -> dt.date:
    """The last working day on which the deadline can be met; never after the last admissible day."""
    return _working_day_near(occurrence.last_admissible_day, -1)


def _working_day_near(day: dt.date, step: Literal[-1, 1]) -> dt.date:
    for _ in range(30):  # the longest run of days off is Tết with two weekends
        if is_working_day(day):
            break
        day += dt.timedelta(days=step)
    return day


def is_quiet(moment: dt.datetime) -> bool:
    """Whether a moment lies in the quiet hours, 20:00 to 07:00 in Vietnam."""
    time = moment.astimezone(VIETNAM).time()
    return time >= QUIET_FROM or time < QUIET_UNTIL


def reminder_day(occurrence: Occurrence, offset: int) -> dt.date:
    """The working day from which the reminder of an offset may go out.

    Before the deadline a day off moves it earlier, so that it is never too late; after it, later.
    """
    if offset >= 0:
        return _working_day_near(last_working_day(occurrence) - dt.timedelta(days=offset), -1)
    return _working_day_near(occurrence.last_admissible_day - dt.timedelta(days=offset), 1)


def due_reminders(
    rule: Rule,
    offsets: Collection[int],
    now: dt.datetime,
    already_sent: Collection[tuple[dt.date, int]],
    created_at: dt.datetime,
) -> list[Reminder]:
    """The reminders to send at ``now``, oldest occurrence first; usually none or one.

    ``offsets`` are days before the last working day, negative ones days overdue. ``already_sent`` holds
    pairs of (printed date, offset). Of several offsets that were missed only the nearest is sent, and none
    once a nearer one went out. Nothing goes out in quiet hours or on a day off, unless the deadline would
    close before the next working day: downtime delays a reminder, it never skips one while the deadline is
    open. What was due before the deadline was created at all is no reminder.
    """
    local = now.astimezone(VIETNAM)
    today = local.date()
    if is_quiet(now) or not offsets:
        return []
    born = created_at.astimezone(VIETNAM).date()
    reach = dt.timedelta(days=max(0, *offsets) + 40)
    back = dt.timedelta(days=-min(0, *offsets) + 10) + OVERDUE_LAPSES_AFTER
    found = []
    for occurrence in occurrences(rule, max(born, today - back), today + reach):
        reminder = _due(occurrence, offsets, today, already_sent, born)
        if reminder is not None:
            found.append(reminder)
    return found


def _due(
    occurrence: Occurrence,
    offsets: Collection[int],
    today: dt.date,
    already_sent: Collection[tuple[dt.date, int]],
    born: dt.date,
) -> Reminder | None:
    is_open = today <= occurrence.last_admissible_day
    reached = []
    for offset in offsets:
        day = reminder_day(occurrence, offset)
        lapsed = not is_open if offset >= 0 else today - day > OVERDUE_LAPSES_AFTER
        if born <= day <= today and not lapsed:
            reached.append(offset)
    if not reached:
        return None
    nearest = min(reached)
    if any((occurrence.date, offset) in already_sent for offset in offsets if offset <= nearest):
        return None
    if not is_working_day(today):
        can_wait = not is_open or _working_day_near(today, 1) <= occurrence.last_admissible_day
        if can_wait:
            return None
    return Reminder(occurrence, nearest)


def days_left(occurrence: Occurrence, today: dt.date) -> int:
    """Calendar days until the last admissible day; 0 on the day itself, negative when overdue."""
    return (occurrence.last_admissible_day - today).days
