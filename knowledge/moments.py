"""The moment that a person names for something to happen: "8h sáng mai", "14:00 25/11", "thứ hai 7h30"."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from knowledge.fold import fold, one_line

_MORNING: Final = dt.time(8)
"""When a day is named without an hour."""
_HOUR: Final = re.compile(
    r"(?<![\d/.-])(?P<hour>\d{1,2})\s*(?:(?:h|:|g|gio)\s*(?P<minute>\d{2})(?!\d)(?:\s*(?:p|phut))?"
    r"|(?:h|g|gio)(?:\s*(?P<half>ruoi))?)(?![a-z\d/-])"
    r"(?:\s*(?P<part>sang|trua|chieu|toi|dem))?"
)
_BEFORE: Final = re.compile(r"^(?:luc|vao luc|vao|gui luc|gui vao|hen|hen gui)\s+")
_AFTER: Final = re.compile(r"(?:sau\s+)?(?P<count>\d{1,3})\s*(?P<unit>phut|p|gio|tieng|h|ngay)(?:\s+(?:nua|sau))?")
_DATE: Final = re.compile(r"(?:ngay\s+)?(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})(?:\s*[/.-]\s*(?P<year>\d{4}))?")
_WORDED_DATE: Final = re.compile(
    r"(?:ngay\s+)?(?P<day>\d{1,2})\s+thang\s+(?P<month>\d{1,2})(?:\s+nam\s+(?P<year>\d{4}))?"
)
_WEEKDAY: Final = re.compile(
    r"(?:thu\s*(?P<number>[2-7]|hai|ba|tu|nam|sau|bay)|(?P<sunday>chu nhat|cn))(?P<next>\s+tuan\s+(?:sau|toi))?"
)
_WEEKDAYS: Final = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5} | {str(n): n - 2 for n in range(2, 8)}
_NEAR: Final = re.compile(
    r"(?:(?P<part>sang|trua|chieu|toi|dem)\s+)?(?P<what>hom nay|nay|ngay mai|mai|ngay kia|ngay mot|mot|kia)"
)
_DAYS_ON: Final = {"hom nay": 0, "nay": 0, "ngay mai": 1, "mai": 1, "ngay kia": 2, "ngay mot": 2, "mot": 2, "kia": 2}
_PARTS: Final = {"sang": dt.time(8), "trua": dt.time(11), "chieu": dt.time(14), "toi": dt.time(19), "dem": dt.time(21)}


def parse_moment(text: str, now: dt.datetime) -> dt.datetime | None:
    """The moment that was typed, aware as ``now`` is; ``None`` where none is meant or it does not exist.

    A day without an hour is 8:00 of it, an hour without a day the next time that it comes, a date without a year the
    next such date. What lies in the past is returned as it is, for the caller to refuse.
    """
    if len(text) > 60:
        return None
    words = _BEFORE.sub("", one_line(fold(text)).strip(" .!?,"))
    if (match := _AFTER.fullmatch(words)) and (words.startswith("sau") or words.endswith(("nua", "sau", "phut"))):
        return now + _span(int(match["count"]), match["unit"])
    try:
        return _moment(words, now)
    except ValueError:
        return None


def _span(count: int, unit: str) -> dt.timedelta:
    if unit in {"phut", "p"}:
        return dt.timedelta(minutes=count)
    return dt.timedelta(days=count) if unit == "ngay" else dt.timedelta(hours=count)


def _moment(words: str, now: dt.datetime) -> dt.datetime | None:
    """What the words say, each of them used once; what is left over would have been guessed at."""
    hour = _HOUR.search(words)
    part = hour["part"] if hour else None
    rest = _without(words, hour)
    day, found_part, rest = _day(rest, now)
    part = part or found_part
    if not part and (lone := re.search(r"\b(sang|trua|chieu|toi|dem)\b", rest)):
        part, rest = lone[1], _without(rest, lone)
    if re.sub(r"\b(?:luc|vao|ngay|hom|buoi)\b|[,\s]", "", rest):
        return None
    if hour is None:
        time = _PARTS[part] if part else _MORNING
        return dt.datetime.combine(day, time, now.tzinfo) if day else None
    time = _time(hour, part)
    if day is not None:
        return dt.datetime.combine(day, time, now.tzinfo)
    today = dt.datetime.combine(now.date(), time, now.tzinfo)
    return today if today > now else today + dt.timedelta(days=1)


def _time(hour: re.Match[str], part: str | None) -> dt.time:
    number = int(hour["hour"])
    if (part in {"chieu", "toi", "dem"} and number < 12) or (part == "trua" and number < 5):
        number += 12
    return dt.time(number, 30 if hour["half"] else int(hour["minute"] or 0))


def _day(words: str, now: dt.datetime) -> tuple[dt.date | None, str | None, str]:
    """The day that is named, the part of it if that is said with it, and the words that are left."""
    today = now.date()
    if match := _DATE.search(words) or _WORDED_DATE.search(words):
        left = re.sub(_WEEKDAY, "", _without(words, match))
        return _date(match, today), None, left
    if match := _WEEKDAY.search(words):
        number = 6 if match["sunday"] else _WEEKDAYS[match["number"]]
        monday = today - dt.timedelta(days=today.weekday())
        if match["next"]:
            day = monday + dt.timedelta(days=7 + number)
        else:
            day = today + dt.timedelta(days=(number - today.weekday()) % 7 or 7)
        return day, None, _without(words, match)
    if match := _NEAR.search(words):
        return today + dt.timedelta(days=_DAYS_ON[match["what"]]), match["part"], _without(words, match)
    return None, None, words


def _date(match: re.Match[str], today: dt.date) -> dt.date:
    day, month = int(match["day"]), int(match["month"])
    if match["year"]:
        return dt.date(int(match["year"]), month, day)
    date = dt.date(today.year, month, day)
    return date if date >= today else dt.date(today.year + 1, month, day)


def _without(words: str, match: re.Match[str] | None) -> str:
    return f"{words[: match.start()]} {words[match.end() :]}" if match else words
