"""How values are written in sentences: dates, moments, sizes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


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


FILTERS: dict[str, Callable[..., str]] = {"day": day, "weekday": weekday, "moment": moment, "size": size}
