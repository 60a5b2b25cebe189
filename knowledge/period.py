"""The period that a report is about: a month, quarter, half-year, year, week or one day asked for, with its year."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from knowledge.fold import fold, one_line

Kind = Literal["ad-hoc", "week", "month", "quarter", "half-year", "year"]
"""``ad-hoc``: no calendar period, but one round of reports that was asked for by a day, and is named after it."""

_MONTHS: Final[dict[Kind, int]] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_ROMAN: Final = ("", "I", "II", "III", "IV")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period: ``index`` counts from 1 within the year (day, week, month, quarter, half; 1 for a year).

    A plain calendar period; the shifted State reporting periods (15th to 14th) are a matter of the deadline.
    Raises ``ValueError`` for an index that the year does not have.
    """

    kind: Kind
    year: int
    index: int = 1

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind) or not 1900 <= self.year <= 2999:
            raise ValueError(f"no such period: {self.kind} {self.year}")
        if not 1 <= self.index <= _count(self.kind, self.year):
            raise ValueError(f"no such period: {self.kind} {self.index} of {self.year}")

    @classmethod
    def of(cls, kind: Kind, day: dt.date) -> Period:
        """The period of a kind that a day falls into. Weeks are ISO weeks, Monday to Sunday."""
        if kind == "ad-hoc":
            return cls(kind, day.year, day.timetuple().tm_yday)
        if kind == "week":
            iso = day.isocalendar()
            return cls("week", iso.year, iso.week)
        return cls(kind, day.year, (day.month - 1) // _MONTHS[kind] + 1)

    @classmethod
    def from_code(cls, code: str) -> Period:
        """The period that :attr:`code` stands for; raises ``ValueError`` for anything else."""
        match = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|H([12])|W(\d\d)|(\d\d)|(\d\d-\d\d)))?", code)
        if not match:
            raise ValueError(f"not a period code: {code!r}")
        year, quarter, half, week, month, day = match.groups()
        if day:
            return cls.of("ad-hoc", dt.date.fromisoformat(code))
        if quarter:
            return cls("quarter", int(year), int(quarter))
        if half:
            return cls("half-year", int(year), int(half))
        if week:
            return cls("week", int(year), int(week))
        return cls("month", int(year), int(month)) if month else cls("year", int(year))

    @property
    def code(self) -> str:
        """The canonical spelling for storage: "2026-10", "2026-Q3", "2026-H1", "2026-W47", "2026", "2026-11-20"."""
        suffix = {
            "ad-hoc": f"-{self.start:%m-%d}",
            "week": f"-W{self.index:02}",
            "month": f"-{self.index:02}",
            "quarter": f"-Q{self.index}",
            "half-year": f"-H{self.index}",
            "year": "",
        }[self.kind]
        return f"{self.year}{suffix}"

    @property
    def label(self) -> str:
        """The Vietnamese name with its year, as official reports write it: "quý III/2026"."""
        return {
            "ad-hoc": f"đợt {self.start.day}/{self.start.month}/{self.year}",
            "week": f"tuần {self.index}/{self.year}",
            "month": f"tháng {self.index}/{self.year}",
            "quarter": f"quý {_ROMAN[self.index] if self.index <= 4 else ''}/{self.year}",
            "half-year": f"6 tháng {'đầu' if self.index == 1 else 'cuối'} năm {self.year}",
            "year": f"năm {self.year}",
        }[self.kind]

    @property
    def start(self) -> dt.date:
        """First day."""
        if self.kind == "ad-hoc":
            return dt.date(self.year, 1, 1) + dt.timedelta(days=self.index - 1)
        if self.kind == "week":
            return dt.date.fromisocalendar(self.year, self.index, 1)
        return dt.date(self.year, (self.index - 1) * _MONTHS[self.kind] + 1, 1)

    @property
    def end(self) -> dt.date:
        """Last day, inclusive."""
        if self.kind == "ad-hoc":
            return self.start
        if self.kind == "week":
            return dt.date.fromisocalendar(self.year, self.index, 7)
        month = self.index * _MONTHS[self.kind]
        return dt.date(self.year, month, calendar.monthrange(self.year, month)[1])

    def previous(self) -> Period:
        """The period just before, of the same kind."""
        return Period.of(self.kind, self.start - dt.timedelta(days=1))

    def next(self) -> Period:
        """The period just after, of the same kind."""
        return Period.of(self.kind, self.end + dt.timedelta(days=1))

    def contains(self, day: dt.date) -> bool:
        """Whether a day falls into the period."""
        return self.start <= day <= self.end


def _count(kind: Kind, year: int) -> int:
    """How many periods of a kind a year has."""
    if kind == "ad-hoc":
        return 365 + calendar.isleap(year)
    return dt.date(year, 12, 28).isocalendar().week if kind == "week" else 12 // _MONTHS[kind]


_WORDS: Final = {
    "mot": 1, "gieng": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8,
    "chin": 9, "muoi": 10, "muoi mot": 11, "muoi hai": 12, "chap": 12, "i": 1, "ii": 2, "iii": 3, "iv": 4,
}  # fmt: skip
_INDEX: Final = r"(?P<i>\d{1,2}|muoi mot|muoi hai|muoi|gieng|chap|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|iv|i{1,3})"
_YEAR: Final = r"(?:\s*(?:[/.,-]|nam\b|cua nam\b)*\s*(?P<y>\d{4}|nay|truoc|ngoai))?"
_TODAY_WORDS: Final = {"nay": 0, "truoc": -1, "vua roi": -1, "vua qua": -1, "roi": -1, "sau": 1, "toi": 1}
_NEAR: Final = r"(?P<near>nay|truoc|vua roi|vua qua|roi|sau|toi)"
_KINDS: Final[dict[str, Kind]] = {"tuan": "week", "thang": "month", "quy": "quarter", "nam": "year"}

_SPELLINGS: Final[tuple[tuple[Kind, str], ...]] = (
    ("half-year", rf"(?:0?6|sau) thang (?P<half>dau|cuoi)(?: nam)?{_YEAR}"),
    ("half-year", rf"(?:nua|ban)(?: nam)? (?P<half>dau|cuoi)(?: nam)?{_YEAR}"),
    ("half-year", rf"h(?P<i>[12]){_YEAR}"),
    ("half-year", rf"(?P<half>)(?:0?6|sau) thang{_YEAR}"),
    ("quarter", rf"(?:quy|q) ?{_INDEX}{_YEAR}"),
    ("month", rf"thang ?{_INDEX}{_YEAR}"),
    ("month", rf"t ?(?P<i>\d{{1,2}}){_YEAR}"),
    ("month", r"(?P<i>\d{1,2}) ?[/-] ?(?P<y>\d{4})"),
    ("month", r"(?P<y>\d{4})-(?P<i>\d{2})"),
    ("quarter", r"(?P<y>\d{4})-q(?P<i>[1-4])"),
    ("half-year", r"(?P<y>\d{4})-h(?P<i>[12])"),
    ("week", rf"tuan (?:thu )?(?P<i>\d{{1,2}}){_YEAR}"),
    ("week", r"(?P<y>\d{4})-w(?P<i>\d\d)"),
    ("year", r"(?:(?:ca )?nam )?(?P<y>\d{4})"),
    ("year", r"ca nam"),
)
_ROUND: Final = re.compile(
    r"(?:dot|dot xuat)(?: ngay)? (?P<d>\d{1,2}) ?[/.-] ?(?P<m>\d{1,2})(?: ?[/.-] ?(?P<y>\d{4}))?"
    r"|(?:dot )?(?P<iso>\d{4}-\d\d-\d\d)"
)
_PATTERNS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _SPELLINGS)
_NEARBY: Final = re.compile(rf"(?P<what>tuan|thang|quy|nam) {_NEAR}|(?P<last>nam ngoai)")
_FRAME: Final = re.compile(r"^(?:(?:bao cao|so lieu|tong hop|ky|cho|cua|trong|thuoc)\s+)+|\s+(?:nhe|a|nha|di|ne)$")


def parse_period(text: str, today: dt.date) -> Period | None:
    """The period that a person names, or ``None``: "quý 3/2026", "q3", "6 tháng đầu năm", "tháng 10", "2026",
    "đợt 20/11".

    Without a year it is the latest one that has begun by ``today`` ("quý 4" said in January is last year's);
    "6 tháng" alone is the first half-year. Nine-month reports are no period of their own: ``None``.
    """
    if len(text) > 60:
        return None
    folded = _FRAME.sub("", one_line(fold(text)).strip(" .!?;,"))
    try:
        return _nearby(folded, today) or _round(folded, today) or _named(folded, today)
    except ValueError:
        return None


def _nearby(folded: str, today: dt.date) -> Period | None:
    match = _NEARBY.fullmatch(folded)
    if not match:
        return None
    if match["last"]:
        return Period("year", today.year - 1)
    period = Period.of(_KINDS[match["what"]], today)
    step = _TODAY_WORDS[match["near"]]
    if step == 0:
        return period
    return period.previous() if step < 0 else period.next()


def _round(folded: str, today: dt.date) -> Period | None:
    """A day that a round of reports is named after; without a year the nearest one."""
    match = _ROUND.fullmatch(folded)
    if not match:
        return None
    if match["iso"]:
        return Period.of("ad-hoc", dt.date.fromisoformat(match["iso"]))
    if match["y"]:
        return Period.of("ad-hoc", dt.date(int(match["y"]), int(match["m"]), int(match["d"])))
    first = dt.date(today.year, int(match["m"]), 1)
    days = [first.replace(year=today.year + step, day=int(match["d"])) for step in (-1, 0, 1)]
    return Period.of("ad-hoc", min(days, key=lambda day: abs((day - today).days)))


def _named(folded: str, today: dt.date) -> Period | None:
    for kind, pattern in _PATTERNS:
        match = pattern.fullmatch(folded)
        if not match:
            continue
        found = match.groupdict()
        index = 1
        if found.get("half") is not None:
            index = 2 if found["half"] == "cuoi" else 1
        elif word := found.get("i"):
            index = int(word) if word.isdecimal() else _WORDS[word]
        year = found.get("y")
        if year and year.isdecimal():
            return Period(kind, int(year), index)
        if year:
            return Period(kind, today.year - (year in {"truoc", "ngoai"}), index)
        period = Period(kind, today.year, index)
        unsaid_half = found.get("half") == ""
        return period if period.start <= today or unsaid_half else Period(kind, today.year - 1, index)
    return None
