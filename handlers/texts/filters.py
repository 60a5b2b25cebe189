"""How values are written in sentences: dates, moments, sizes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from knowledge.calendar import Rule

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_EVERY = {
    "ad-hoc": "theo từng đợt",
    "week": "hằng tuần",
    "month": "hằng tháng",
    "quarter": "hằng quý",
    "half-year": "6 tháng một lần",
    "year": "hằng năm",
}
_LAST = "cuối cùng của"
_LAST_DAYS = {("month", None, 31), ("quarter", 3, 31)}
_UNITS = {"week": "tuần", "month": "tháng", "quarter": "quý", "half-year": "nửa năm", "year": "năm"}


def day(value: dt.date) -> str:
    """29/10/2027."""
    return f"{value:%d/%m/%Y}"


def weekday(value: dt.date) -> str:
    """Thứ Sáu 29/10/2027, in lower case for the middle of a sentence."""
    return f"{_WEEKDAYS[value.weekday()]} {value:%d/%m/%Y}"


def moment(value: dt.datetime) -> str:
    """14:05 ngày 29/10/2027."""
    return f"{value:%H:%M} ngày {value:%d/%m/%Y}"


def size(value: int) -> str:
    """Bytes as a person reads them: 1,5 MB."""
    if value < 1024 * 1024:
        return f"{max(1, round(value / 1024))} KB"
    return f"{value / 1024 / 1024:.1f} MB".replace(".", ",")


def every(value: str) -> str:
    """How often: "half-year" is "6 tháng một lần"."""
    return _EVERY.get(value, value)


def rule(value: Rule) -> str:
    """A calendar rule as documents print it: "trước ngày 30/10 hằng năm"."""
    bound = "trước " if value.exclusive else ""
    if value.every == "once" and value.date:
        return f"{bound}ngày {value.date:%d/%m/%Y}"
    often = f" {_EVERY[value.every]}" if value.interval == 1 else f", {value.interval} {_UNITS[value.every]} một lần"
    if value.awaits_date:
        return f"{often.lstrip(' ,')}, chưa có ngày"
    of_each = _UNITS[value.every] if value.interval == 1 else f"{_UNITS[value.every]}{often}"
    if value.last_working:
        return f"{bound}ngày làm việc {_LAST} {of_each}"
    if (value.every, value.month, value.day) in _LAST_DAYS:
        return f"{bound}ngày {_LAST} {of_each}"
    if value.every == "week":
        return f"{bound}{_WEEKDAYS[(value.day or 1) - 1]}{often}"
    if value.every == "month":
        return f"{bound}ngày {value.day}{often}"
    if value.every == "quarter":
        return f"{bound}ngày {value.day} tháng thứ {value.month}{often}"
    if value.every == "half-year" and value.interval == 1:
        return f"{bound}ngày {value.day}/{value.month} và {value.day}/{(value.month or 0) + 6} hằng năm"
    return f"{bound}ngày {value.day}/{value.month}{often}"


FILTERS: dict[str, Callable[..., str]] = {
    "day": day,
    "weekday": weekday,
    "moment": moment,
    "size": size,
    "every": every,
    "rule": rule,
}
