"""The demo's dates, set by the present: what its documents print, what is due, and who has reported when.

Whatever day it is, one deadline is open with part of the reports in, one has just passed with two communes missing,
and two periods of each form lie behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Template
from typing import Final

from bot.clock import VIETNAM
from knowledge.calendar import Occurrence, Rule, occurrences
from knowledge.fold import nfc
from knowledge.period import Period

MODELS, DEMOCRACY, GOVERNMENT = "dan-van-kheo", "quy-che-dan-chu", "dan-van-chinh-quyen"

_MONTHLY: Final = Rule("month", day=5, exclusive=True)
_QUARTERLY: Final = Rule("quarter", month=3, day=15, exclusive=True)
_PARTY: Final = "Ban Tuyên giáo và Dân vận Tỉnh ủy"
_HOME_OFFICE: Final = "Sở Nội vụ"

_SLOW: Final = ("Xã Suối Trầm", "Phường Cửa Rạch")
_MISSING: Final = ("Xã Đá Nghiêng", "Xã Khe Mơ")
_NOT_YET: Final = (*_MISSING, "Xã Mộc Hà", "Xã Mộc Hạ", "Xã Suối Trầm", "Phường Đông Lạc", "Xã Cù Lao Nhạn")


@dataclass(frozen=True, slots=True)
class Duty:
    """A deadline, as its document sets it."""

    document: str
    """File name."""
    words: str
    """Some words of the sentence that sets it."""
    title: str
    rule: Rule
    form: str
    to_whom: str
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Filing:
    """The reports on one form for one period."""

    form: str
    period: Period
    due: dt.date
    """Last day on which they are in time."""
    step: int
    """How many periods after the first one of the demo: figures grow with it."""
    missing: tuple[str, ...] = ()
    late: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that depends on the day."""

    now: dt.datetime
    began: dt.datetime
    """When people enrolled."""
    documents: dict[str, str]
    """Text by file name."""
    duties: tuple[Duty, ...]
    filings: tuple[Filing, ...]
    open: Filing
    """The one that is due within days; also among ``filings``."""


def timeline(now: dt.datetime) -> Timeline:
    """The demo as of a moment."""
    today = now.astimezone(VIETNAM).date()
    overdue = today - dt.timedelta(days=2)
    urged = today - dt.timedelta(days=9)
    quarters = _past(_QUARTERLY, today)
    settled = [one for one in quarters if one.last_admissible_day + dt.timedelta(days=12) <= today]
    late = settled[-1]
    month = Period.of("month", today)
    early = min(today + dt.timedelta(days=8), month.next().start + dt.timedelta(days=3))
    noticed = max(today - dt.timedelta(days=5), month.start)
    # The plan is the year's; the standing rules are of the year that was well under way some months ago.
    year, standing = (today - dt.timedelta(days=40)).year, (today - dt.timedelta(days=120)).year
    values: dict[str, str | int] = {
        "nam": year,
        "nam_goc": standing,
        "nam_truoc": standing - 1,
        "ky_cham": late.period.label,
        "ngay_don_doc": _long(urged),
        "han_cham": f"{overdue:%d/%m/%Y}",
        "ngay_thong_bao": _long(noticed),
        "thang": month.label,
        "han_gui_som": f"{early:%d/%m/%Y}",
    }
    open_now = Filing(MODELS, month, early - dt.timedelta(days=1), 3, _NOT_YET)
    return Timeline(
        now=now,
        began=_at(today - dt.timedelta(days=600), 8),
        documents=_documents(values),
        duties=_duties(today, year, overdue, late.period, early, month, _at(urged, 9), min(_at(noticed, 8), now)),
        filings=(*_monthly(today, month), *_quarterly(quarters, late), *_of_the_year(today, year), open_now),
        open=open_now,
    )


def _monthly(today: dt.date, running: Period) -> list[Filing]:
    past = _past(_MONTHLY, today)[-2:]
    filings = [_complete(MODELS, one, step) for step, one in enumerate(past)]
    last = running.previous()
    if past[-1].period != last and today > running.start:  # the month before is not due yet, but some are quick
        due = running.start + dt.timedelta(days=3)
        filings.append(Filing(MODELS, last, due, 2, (*_MISSING, "Xã Mộc Hạ", "Xã Suối Trầm")))
    return filings


def _quarterly(past: Sequence[Occurrence], late: Occurrence) -> list[Filing]:
    at = past.index(late)
    before = _complete(DEMOCRACY, past[at - 1], 0)
    filings = [before, Filing(DEMOCRACY, late.period, late.last_admissible_day, 1, _MISSING, _SLOW)]
    return filings + [_complete(DEMOCRACY, one, 2) for one in past[at + 1 :]]


def _of_the_year(today: dt.date, year: int) -> list[Filing]:
    past = [due for before in (year - 1, year) for due in _yearly(before) if due[1] <= today]
    return [
        Filing(GOVERNMENT, period, printed - dt.timedelta(days=1), step, late=_SLOW[:1])
        for step, (period, printed) in enumerate(past[-2:])
    ]


def _yearly(year: int) -> tuple[tuple[Period, dt.date], ...]:
    return (Period("half-year", year, 1), dt.date(year, 6, 15)), (Period("year", year), dt.date(year, 12, 15))


def _complete(form: str, occurrence: Occurrence, step: int) -> Filing:
    return Filing(form, occurrence.period, occurrence.last_admissible_day, step, late=_SLOW)


def _duties(
    today: dt.date,
    year: int,
    overdue: dt.date,
    late: Period,
    early: dt.date,
    month: Period,
    urged: dt.datetime,
    noticed: dt.datetime,
) -> tuple[Duty, ...]:
    half, whole = _yearly(year)
    plan = ("ke-hoach-dan-van-chinh-quyen.txt", "Gửi báo cáo công tác dân vận chính quyền")
    through = "UBND tỉnh (qua Sở Nội vụ)"
    # Nothing is asked for from before the reports of the demo begin.
    months = _at(_past(_MONTHLY, today)[-2].date - dt.timedelta(days=20), 9)
    planned = _at(dt.date(year, 1, 13), 9)

    def once(date: dt.date, period: Period) -> Rule:
        return Rule("once", date=date, exclusive=True, period=period.code)

    return (
        Duty(
            "huong-dan-dan-van-kheo.txt",
            "trước ngày 05 hàng tháng",
            "Mô hình “Dân vận khéo”, hằng tháng",
            _MONTHLY,
            MODELS,
            _PARTY,
            months,
        ),
        Duty(
            "cong-van-quy-che-dan-chu.txt",
            "gửi báo cáo quý về quy chế dân chủ",
            "Quy chế dân chủ ở cơ sở, hằng quý",
            _QUARTERLY,
            DEMOCRACY,
            _HOME_OFFICE,
            urged,
        ),
        Duty(*plan, "Dân vận chính quyền, 6 tháng đầu năm", once(half[1], half[0]), GOVERNMENT, through, planned),
        Duty(*plan, "Dân vận chính quyền, cả năm", once(whole[1], whole[0]), GOVERNMENT, through, planned),
        Duty(
            "cong-van-don-doc.txt",
            "Gửi báo cáo quy chế dân chủ ở cơ sở",
            "Quy chế dân chủ ở cơ sở, đôn đốc",
            once(overdue, late),
            DEMOCRACY,
            _HOME_OFFICE,
            urged,
        ),
        Duty(
            "thong-bao-bao-cao-som.txt",
            "gửi báo cáo mô hình “Dân vận khéo”",
            "Mô hình “Dân vận khéo”, gửi sớm",
            once(early, month),
            MODELS,
            _PARTY,
            noticed,
        ),
    )


def _past(rule: Rule, today: dt.date) -> list[Occurrence]:
    """The occurrences of the last year and a half that can no longer be met, oldest first."""
    found = occurrences(rule, today - dt.timedelta(days=550), today)
    return [one for one in found if one.last_admissible_day < today]


def _documents(values: dict[str, str | int]) -> dict[str, str]:
    return {name: nfc(template.substitute(values)) for name, template in _templates().items()}


@cache
def _templates() -> dict[str, Template]:
    folder = resources.files("bot.demo") / "documents"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".txt")), key=lambda file: file.name)
    return {file.name: Template(file.read_text("utf-8")) for file in files}


def _long(day: dt.date) -> str:
    """A day as official documents print it."""
    return f"ngày {day.day:02} tháng {f'{day.month:02}' if day.month < 3 else day.month} năm {day.year}"


def _at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), VIETNAM)
