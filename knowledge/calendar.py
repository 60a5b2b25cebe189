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
from dateutil.rrule import MONTHLY, WEEKLY, rrule

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

SNOOZE_KEPT_AWAKE: Final = dt.timedelta(hours=1)
"""A reminder that somebody asked for at an hour of the night goes out then, but not later that night."""

_MONTHS_OF: Final = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Rule:
    """When something is due. Raises ``ValueError`` for a rule that names no day where it must.

    ``once`` needs ``date``. ``week`` needs ``day`` as ISO weekday (1 Monday to 7 Sunday). The others have
    ``day`` (1–31; a month that is shorter has its last day instead) and, but for ``month``, ``month``: of
    the year (1–12), of the quarter (1–3) or of the half-year (1–6). Or they have ``last_working`` and name no
    day. With neither, they are a cadence that awaits its day: it has no occurrences until staff give one.
    """

    every: Every
    date: dt.date | None = None
    month: int | None = None
    day: int | None = None
    exclusive: bool = False
    """True for "trước ngày": the printed day itself is too late."""
    interval: int = 1
    """Every n-th time, counted from the first one at or after ``date`` (or from year 2000)."""
    last_working: bool = False
    """True for "ngày làm việc cuối cùng của tháng/quý/…": that day, whichever it is, is the printed one."""
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
        elif self.day is None and self.month is None:
            pass  # the last working day, or a cadence that awaits its day
        elif not 1 <= (self.day or 0) <= 31:
            raise ValueError("a rule needs a day from 1 to 31")
        elif self.every != "month" and not 1 <= (self.month or 0) <= _MONTHS_OF[self.every]:
            raise ValueError(f"a rule every {self.every} needs a month from 1 to {_MONTHS_OF[self.every]}")
        if self.last_working and (self.every in {"once", "week"} or self.day or self.month):
            raise ValueError("the last working day is that of a month, quarter, half-year or year")
        if self.period is not None:
            Period.from_code(self.period)

    @property
    def awaits_date(self) -> bool:
        """Whether it is a cadence whose day is not known yet."""
        return self.every != "once" and self.day is None and not self.last_working

    def to_dict(self) -> dict[str, str | int | bool]:
        """The rule as JSON, defaults left out."""
        raw: dict[str, str | int | bool | None] = {
            "every": self.every,
            "date": self.date.isoformat() if self.date else None,
            "month": self.month,
            "day": self.day,
            "exclusive": self.exclusive or None,
            "interval": self.interval if self.interval > 1 else None,
            "last_working": self.last_working or None,
            "period": self.period,
        }
        return {key: value for key, value in raw.items() if value is not None}

    @classmethod
    def from_dict(cls, data: dict[str, object]) -> Rule:
        """The rule that :meth:`to_dict` wrote; raises ``ValueError`` where it is none."""
        known = {"every", "date", "month", "day", "exclusive", "interval", "last_working", "period"}
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
    elif rule.awaits_date:
        days = []
    else:
        days = [day for day in _recurrence(rule, from_date, until) if from_date <= day <= until]
    return [_occurrence(rule, day) for day in days]


def next_occurrences(rule: Rule, today: dt.date, count: int = 3) -> list[Occurrence]:
    """The next few occurrences that can still be met on ``today``: what staff see before they confirm a
    rule."""
    years = count * rule.interval + 2
    until = dt.date(min(today.year + years, dt.MAXYEAR), 12, 31)
    coming = (o for o in occurrences(rule, today, until) if o.last_admissible_day >= today)
    return [occurrence for occurrence, _ in zip(coming, range(count), strict=False)]


def _recurrence(rule: Rule, from_date: dt.date, until: dt.date) -> Iterable[dt.date]:
    if rule.interval > 1:
        # An every-n-th series has a fixed beginning, so that it does not depend on who asks, or when.
        anchor = rule.date or dt.date(2000, 1, 3)
        begin = next(day for moment in _series(rule, anchor, 1) if (day := moment.date()) >= anchor)
    else:
        begin = max(rule.date or dt.date.min, dt.date(max(from_date.year - 1, 1), 1, 1))
    # Up to a month later: a working day may come long before the end of the month that it is the last one of.
    after, before = _midnight(max(begin, from_date)), _midnight(min(until, dt.date(9998, 1, 1)) + dt.timedelta(days=31))
    for moment in _series(rule, begin, rule.interval).between(after, before, inc=True):
        yield _working_day_near(moment.date(), -1) if rule.last_working else moment.date()


def _series(rule: Rule, begin: dt.date, interval: int) -> rrule:
    """The calendar days of a rule, from the period that ``begin`` lies in."""
    if rule.every == "week":
        monday = begin - dt.timedelta(days=min(begin.weekday(), begin.toordinal() - 1))
        return rrule(WEEKLY, interval=interval, dtstart=_midnight(monday), byweekday=(rule.day or 1) - 1)
    length = _MONTHS_OF[rule.every]
    month = (begin.month - 1) // length * length + (rule.month or (length if rule.last_working else 1))
    # (day, -1) and the first of the two: the day itself, or the last day of a month that is too short.
    days = (-1,) if rule.last_working else (rule.day or 1, -1)
    start = _midnight(begin.replace(month=month, day=1))
    return rrule(MONTHLY, interval=interval * length, dtstart=start, bymonthday=days, bysetpos=1)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


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
def _swaps() -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    """Saturdays that are worked, and the days off that they pay for."""
    source = Path(__file__).with_name("working_saturdays.toml").read_text(encoding="utf-8")
    swaps = tomllib.loads(source)["swap"]
    return frozenset(one["worked"] for one in swaps), frozenset(one["off"] for one in swaps)


@cache
def _calendar(year: int) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    """Of a year: the Saturdays that are worked, and the days off."""
    known = holidays.country_holidays("VN", years=year)
    worked, off = _swaps()
    return worked | known.weekend_workdays, off | frozenset(known)


def is_working_day(day: dt.date) -> bool:
    """Whether offices are open: no weekend, no public holiday, or a Saturday that pays for a swapped day off.

    24/11 counts as a day off, as the ``holidays`` package has it; the sources did not settle it, and the
    earlier last working day is the safe side.
    """
    worked, off = _calendar(day.year)
    return day in worked or (day.weekday() < 5 and day not in off)


def last_working_day(occurrence: Occurrence) -> dt.date:
    """The last working day on which the deadline can be met; never after the last admissible day."""
    return _working_day_near(occurrence.last_admissible_day, -1)


def _working_day_near(day: dt.date, step: Literal[-1, 1]) -> dt.date:
    for _ in range(30):  # the longest run of days off is Tết with two weekends
        if is_working_day(day):
            break
        day += dt.timedelta(days=step)
    return day


def working_days_after(day: dt.date, count: int) -> dt.date:
    """The last of the ``count`` working days that follow a day, which itself does not count."""
    for _ in range(count):
        day = _working_day_near(day + dt.timedelta(days=1), 1)
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


def reached_reminders(rule: Rule, offsets: Collection[int], today: dt.date, born: dt.date) -> list[Reminder]:
    """For each occurrence the nearest step that was reached by ``today``, oldest first, sent or not.

    ``offsets`` are days before the last working day, negative ones days overdue. A step that lies before the
    deadline was ``born`` is none, but for the one nearest to the day itself: who hears of a deadline late, hears
    of it. Steps before the deadline lapse with it, overdue ones after a month.
    """
    if not offsets:
        return []
    reach = dt.timedelta(days=max(0, *offsets) + 40)
    back = dt.timedelta(days=-min(0, *offsets) + 10) + OVERDUE_LAPSES_AFTER
    found = []
    for occurrence in occurrences(rule, max(born, today - back), today + reach):
        is_open = today <= occurrence.last_admissible_day
        nearest = min((offset for offset in offsets if offset >= 0), default=None)
        reached = []
        for offset in offsets:
            day = reminder_day(occurrence, offset)
            lapsed = not is_open if offset >= 0 else today - day > OVERDUE_LAPSES_AFTER
            if day <= today and not lapsed and (born <= day or offset == nearest):
                reached.append(offset)
        if reached and occurrence.last_admissible_day >= born:
            found.append(Reminder(occurrence, min(reached)))
    return found


def due_reminders(
    rule: Rule,
    offsets: Collection[int],
    now: dt.datetime,
    already_sent: Collection[tuple[dt.date, int]],
    created_at: dt.datetime,
) -> list[Reminder]:
    """The reminders to send at ``now``, oldest occurrence first; usually none or one.

    ``already_sent`` holds pairs of (printed date, offset). Of several offsets that were missed only the nearest
    is sent, and none once a nearer one went out. Nothing goes out in quiet hours or on a day off, unless the
    deadline would close before it may: so a step of the last day goes out from 07:00 on, and what could not go
    out by 20:00 of that day goes out in its last hours. Downtime delays a reminder, it never skips one while
    the deadline is open.
    """
    local = now.astimezone(VIETNAM)
    today = local.date()
    if local.time() < QUIET_UNTIL:
        return []
    return [
        one
        for one in reached_reminders(rule, offsets, today, created_at.astimezone(VIETNAM).date())
        if _may_go_out(one.occurrence, local)
        and not any((one.occurrence.date, offset) in already_sent for offset in offsets if offset <= one.offset)
    ]


def _may_go_out(occurrence: Occurrence, local: dt.datetime) -> bool:
    """Whether this is an hour of a working day, or the last chance before the deadline closes."""
    today, last = local.date(), occurrence.last_admissible_day
    if is_quiet(local):
        return today == last
    return is_working_day(today) or (today <= last < _working_day_near(today, 1))


def snooze_is_over(until: dt.datetime, now: dt.datetime) -> bool:
    """Whether a reminder that somebody put off ``until`` a moment goes out now.

    At the hour that they chose, be it at night; where that was missed, not before the morning.
    """
    night = now.astimezone(VIETNAM).time() < QUIET_UNTIL
    return until <= now and (not night or now - until < SNOOZE_KEPT_AWAKE)


def days_left(occurrence: Occurrence, today: dt.date) -> int:
    """Calendar days until the last admissible day; 0 on the day itself, negative when overdue."""
    return (occurrence.last_admissible_day - today).days
