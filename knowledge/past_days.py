"""Days gone by, as a person names them: "hôm qua", "20/11", "từ 1/11 đến 15/11", "tuần trước", "tháng 10"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from knowledge.fold import fold, one_line

_DATE: Final = r"(?:ngay )?(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?"
_RANGE: Final = re.compile(rf"(?<![\w/])(?:tu )?{_DATE} ?(?:den|toi|-) ?{_DATE}(?![\w/])")
_SINCE: Final = re.compile(rf"(?<![\w/])(?:tu|sau|ke tu) {_DATE}(?![\w/])")
_ONE: Final = re.compile(rf"(?<![\w/]){_DATE}(?![\w/])")
_MONTH: Final = re.compile(r"(?<![\w/])thang (\d{1,2})(?:[/ -](?:nam )?(\d{4}))?(?![\w/])")
_LAST: Final = re.compile(r"(?<![\w/])(\d{1,3}) ngay (?:qua|gan day|truoc|vua qua)(?!\w)")
_WORDS: Final = re.compile(r"(?<!\w)(hom nay|hom qua|hom kia|tuan nay|tuan truoc|thang nay|thang truoc|nam nay)(?!\w)")


@dataclass(frozen=True, slots=True)
class PastDays:
    """A stretch of days; ``until`` is the first day that is too late."""

    since: dt.date
    until: dt.date
    rest: str
    """What else was typed, folded."""


def past_days(text: str, today: dt.date) -> PastDays | None:
    """The days that are named anywhere in a text; ``None`` where none are, or they do not exist.

    A date without a year is the last such date.
    """
    words = one_line(fold(text))
    try:
        for pattern, read in _READERS:
            if match := pattern.search(words):
                since, until = read(match, today)
                rest = one_line(f"{words[: match.start()]} {words[match.end() :]}")
                return PastDays(since, until, rest) if since < until else None
    except (ValueError, OverflowError):
        return None
    return None


def _date(match: re.Match[str], first: int, today: dt.date) -> dt.date:
    """The date whose day, month and year are the groups from ``first`` on."""
    day, month, year = match.group(first, first + 1, first + 2)
    if year:
        return dt.date(int(year), int(month), int(day))
    if int(day) == 29 and int(month) == 2:
        return next(dt.date(one, 2, 29) for one in range(today.year, today.year - 9, -1) if _leap(one, today))
    date = dt.date(today.year, int(month), int(day))
    return date if date <= today else date.replace(year=today.year - 1)


def _leap(year: int, today: dt.date) -> bool:
    try:
        return dt.date(year, 2, 29) <= today
    except ValueError:
        return False


def _day_after(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1)


def _range(match: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date]:
    first, last = _date(match, 1, today), _date(match, 4, today)
    if first > last and not match[3]:
        first = first.replace(year=last.year - (1 if first.replace(year=last.year) > last else 0))
    return first, _day_after(last)


def _month_of(year: int, month: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, month, 1), dt.date(year + month // 12, month % 12 + 1, 1)


def _month(match: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date]:
    month = int(match[1])
    return _month_of(int(match[2]) if match[2] else today.year - (month > today.month), month)


def _word(match: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date]:
    monday = today - dt.timedelta(days=today.weekday())
    first = today.replace(day=1)
    before = first - dt.timedelta(days=1)
    match match[1]:
        case "hom nay":
            return today, _day_after(today)
        case "hom qua":
            return today - dt.timedelta(days=1), today
        case "hom kia":
            return today - dt.timedelta(days=2), today - dt.timedelta(days=1)
        case "tuan nay":
            return monday, monday + dt.timedelta(days=7)
        case "tuan truoc":
            return monday - dt.timedelta(days=7), monday
        case "thang nay":
            return _month_of(today.year, today.month)
        case "thang truoc":
            return _month_of(before.year, before.month)
    return dt.date(today.year, 1, 1), dt.date(today.year + 1, 1, 1)


_READERS: Final = (
    (_RANGE, _range),
    (_SINCE, lambda match, today: (_date(match, 1, today), _day_after(today))),
    (_ONE, lambda match, today: (day := _date(match, 1, today), _day_after(day))),
    (_LAST, lambda match, today: (today - dt.timedelta(days=int(match[1])), _day_after(today))),
    (_MONTH, _month),
    (_WORDS, _word),
)
