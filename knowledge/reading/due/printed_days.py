"""The days that a sentence prints as bounds: "trước ngày 15/6 và 15/12 hàng năm", and what they mean."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.document import Header, Instance, Recurrence
from knowledge.fold import fold, one_line
from knowledge.period import Kind, Period
from knowledge.reading.grammar import to_date

ONE_OFF, RECURRING, CADENCE, ON_EVENT, UNDATED = "one-off", "recurring", "cadence", "on-event", "undated"
"""Kinds of rule: with a date, with a yearly or shorter rhythm, a rhythm without a date, when something happens, or a
review that is ordered without saying when."""

_BOUND: Final = re.compile(
    r"(?P<bound>(?:trước|(?:chậm nhất|muộn nhất)(?:\s+(?:là|đến|vào|trước))*|không muộn hơn)"
    r"(?:\s+\d{1,2}\s*(?:giờ|h)\s*(?:\d{1,2})?(?:\s*phút|['’])?,?)?"
    r"|không quá|hạn (?:cuối|chót)(?:\s+\w+){0,4}:?(?:\s+\d{1,2}\s*(?:giờ|h)\s*(?:\d{1,2})?(?:\s*phút|['’])?,?)?"
    r"|trong(?=\s+ngày\s+\d)|thời hạn(?:\s+\w+){0,3}:?"
    r"|thời gian (?:hoàn thành|nộp|gửi|báo cáo|trình)(?:\s+\w+){0,3}:"
    r"|hạn(?:\s+\w+){0,4}\s+(?:là|đến|trước):?|hạn\s+(?:nộp|gửi|báo cáo|hoàn thành|trả lời)(?:\s+\w+){0,2}\s*:"
    r"|(?:trước khi\s+|đến\s+)?hết\s+giờ(?:\s+(?:làm việc|hành chính))?(?:\s+của)?,?"
    r"|(?:thời hạn|hạn)\s+(?:nộp|gửi|báo cáo|hoàn thành|trả lời|nhận|trình|đăng ký)\b[^;:.¶]{0,140}?"
    r"\s(?:là|đến|vào)(?:\s+trước)?"
    r"|đến(?:\s+hết)?|xong\s+trước|vào|hết)\s+"
    r"(?:(?:các\s+)?(?P<label>ngày|thứ)\s+)?(?:m[ồù]ng\s+)?"
    r"(?:(?P<d>\d{1,2})(?:\s*[/.-]\s*(?P<m>\d{1,2})(?:\s*[/.-]\s*(?P<y>\d{4}))?"
    r"|\s+tháng\s+(?P<m2>\d{1,2})(?:(?:\s*,)?\s+năm\s+(?P<y2>\d{4}))?)?"
    r"|(?P<weekday>hai|ba|tư|năm|sáu|bảy|Hai|Ba|Tư|Năm|Sáu|Bảy|[2-7])\b)(?![\d%])",
    re.IGNORECASE,
)


_PLAIN_DAY: Final = re.compile(
    r"\bngày\s+(?P<d>\d{1,2})(?:\s*/\s*(?P<m>\d{1,2}))?(?=\s*(?:\)?\s*)(?:của\s+)?(?:hàng|hằng|tháng cuối|mỗi"
    r"|tháng đầu))",
    re.IGNORECASE,
)


IN_PERIOD: Final = re.compile(
    r"\b(?P<bound>(?:xong\s+|hoàn thành\s+)?(?:trong|trước)|đến hết|hết|thời gian(?: hoàn thành"
    r"| thực hiện)?\s*:(?:\s*trong)?)\s+"
    r"(?P<what>quý\s+(?:IV|I{1,3}|[1-4])|tháng\s+\d{1,2}|6 tháng (?:đầu|cuối) năm|06 tháng (?:đầu|cuối) năm)"
    r"\s*(?:[/,-]|\s+năm)?\s*(?P<y>\d{4})\b",
    re.IGNORECASE,
)
"""A bound that is a whole period: "trong quý II/2024"."""


RHYTHM: Final = re.compile(
    r"\b(?:(?:hàng|hằng|mỗi)\s+(?P<every>năm|quý|tháng|tuần)"
    r"|(?P<count>0?6|sáu|0?3|ba|01|1|một)\s+(?P<unit>tháng|năm)(?:\s+một lần|/lần|/01 lần)?"
    r"|định\s+kỳ\s+(?:(?:hàng|hằng)\s+)?(?P<every2>năm|quý|tháng|tuần)"
    r"|(?P<quarter>tháng (?:cuối|đầu)(?: cùng| tiên)? (?:của )?(?:mỗi )?quý)"
    r"|(?P<next>(?:của )?tháng (?:sau|liền kề|kế tiếp|tiếp theo)|của (?:mỗi )?tháng(?=\s*(?:[.,;:)¶]|$)))"
    r"|báo\s+cáo\s+(?P<paper>năm|quý|tháng|tuần)(?=\s*(?:gửi|nộp|trình|trước|chậm|muộn|:|,|\(|\[)))",
    re.IGNORECASE,
)
"""A rhythm as printed: "hàng năm", "6 tháng", "định kỳ hằng quý", "báo cáo tháng"."""


NOT_A_DEADLINE: Final = re.compile(
    r"có hiệu lực|kỷ niệm|ngày truyền thống|kể từ|ban hành trước|giai đoạn|nhiệm kỳ|chào mừng|khai mạc|diễn ra"
    r"|sinh ngày|dự kiến",
    re.IGNORECASE,
)
"""Words near a day that is an event, an anniversary or the start of validity."""


@dataclass(frozen=True, slots=True)
class Day:
    """A printed day with its bound: "trước ngày 15/6", the second one of "trước ngày 15/6 và 15/12"."""

    start: int
    end: int
    bound: str
    exclusive: bool
    day: int
    month: int | None
    year: int | None
    weekday: bool = False


_RECURS: Final = re.compile(r"\b(?:hàng|hằng|mỗi|định\s+kỳ)\b", re.IGNORECASE)


_NEXT_YEAR: Final = re.compile(r"\s*(?:của\s+)?năm\s+(?:sau|liền kề|kế tiếp|tiếp theo)\b", re.IGNORECASE)
_AND_DAY: Final = re.compile(
    r"\s*(?:,|;|và|,\s*và)\s*(?:ngày\s+)?(?P<d>\d{1,2})\s*/\s*(?P<m>\d{1,2})(?:\s*/\s*(?P<y>\d{4}))?(?![\d/])"
)


_WEEKDAYS: Final = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6}


def find_days(text: str) -> list[Day]:
    """The days of a sentence that something is due by, in order."""
    days: list[Day] = []
    for match in _BOUND.finditer(text):
        if not _is_deadline(match, text):
            continue
        bound, exclusive = _bound_word(match["bound"])
        if match["weekday"] and not match["d"]:
            word = match["weekday"].lower()
            weekday = _WEEKDAYS.get(word) or int(word) - 1
            days.append(Day(match.start(), match.end(), bound, exclusive, weekday, None, None, weekday=True))
            continue
        month, year = match["m"] or match["m2"], match["y"] or match["y2"]
        days.append(Day(match.start(), match.end(), bound, exclusive, int(match["d"]), _int(month), _int(year)))
        while more := _AND_DAY.match(text, days[-1].end):
            day = Day(more.start(), more.end(), bound, exclusive, int(more["d"]), int(more["m"]), _int(more["y"]))
            days.append(day)
    for match in _PLAIN_DAY.finditer(text):
        if not any(d.start <= match.start() < d.end for d in days):
            days.append(Day(match.start(), match.end(), "ngày", False, int(match["d"]), _int(match["m"]), None))
    return sorted(days, key=lambda d: d.start)


def _int(digits: str | None) -> int | None:
    return int(digits) if digits else None


_CUT_OFF: Final = re.compile(
    r"\b(?:tính|chốt|lấy)(?:\s+(?:số liệu|báo cáo|từ\s+(?:ngày\s+)?[\d/]+))*\s*$", re.IGNORECASE
)
"""What leads to the day up to which figures are counted: "(số liệu tính đến hết ngày 15/11)"."""


def _is_deadline(match: re.Match[str], text: str) -> bool:
    bound = match["bound"].lower()
    around = text[max(match.start() - 45, 0) : match.end() + 25]
    if NOT_A_DEADLINE.search(around):
        return False
    if _CUT_OFF.search(text, max(match.start() - 60, 0), match.start()):
        return False
    if match["weekday"] and not match["d"]:
        return (match["label"] or "").lower() == "thứ"
    if not match["m"] and not match["m2"]:
        # "trước ngày 15" alone is a day of a rhythm; "đến 5 mô hình" is no date at all.
        if (match["label"] or "").lower() != "ngày":
            return False
        return bool(RHYTHM.search(text)) and int(match["d"]) <= 31
    if bound.startswith(("đến", "vào", "hết", "trong")):
        # "từ ngày 1/7 đến ngày 30/7" is a span of time; "vào ngày 19/8" is an event, unless it recurs as a report.
        since = re.search(
            r"\btừ\s+(?:ngày\s+)?[\d/ ]+(?:tháng[\d\s]+)?(?:năm \d{4}\s*)?$|\btính\s+từ\s[^;]{4,60}$",
            text[: match.start()],
            re.IGNORECASE,
        )
        report = re.search(r"\b(?:báo cáo|gửi|nộp|hoàn thành|hạn)\b", text, re.IGNORECASE)
        recurs = RHYTHM.search(text)
        if bound == "trong":
            return re.search(r"\b(?:gửi|nộp|báo cáo|hoàn thành|xong)\b[^,;]*$", text[: match.start()], re.I) is not None
        return since is None and bool(report) and (bound.startswith(("đến hết", "hết")) or bool(recurs))
    return True


def read_days(text: str, days: Sequence[Day], header: Header) -> tuple[list[Instance], list[Recurrence]]:
    """What the days of a sentence mean: concrete dates, and rules of the calendar."""
    instances: list[Instance] = []
    recurring: list[Recurrence] = []
    for at, day in enumerate(days):
        previous = days[at - 1].end if at else 0
        following = days[at + 1].start if at + 1 < len(days) else len(text)
        named = _IN_BRACKETS.match(text, day.end)
        before = _IN_BRACKETS.match(text, previous) if at else None
        period = _period_before(named[1] if named else text[before.end() if before else previous : day.start])
        if day.weekday:
            recurring.append(Recurrence("week", day.day, None, day.exclusive))
            continue
        if day.month and day.year:
            date = to_date(day.year, day.month, day.day)
            if date:
                instances.append(instance_of(period, day.bound, day.exclusive, date))
            continue
        rhythm = _rhythm_around(text, previous, day.end, following)
        if day.month and _NEXT_YEAR.match(text, day.end):
            recurring.append(Recurrence("year", day.day, day.month, day.exclusive))
            continue
        if day.month and period and (_is_regime(text, header) or (recurring and not _ANY_YEAR.search(text))):
            recurring.append(Recurrence("year", day.day, day.month, day.exclusive))
            continue
        if day.month and (rhythm is None or not _RECURS.search(text)):
            date = _date_of_the_year(text, day.month, day.day, header)
            if date:
                instances.append(instance_of(period, day.bound, day.exclusive, date))
            continue
        if rhythm is None or to_date(2024, day.month or 1, day.day) is None:
            continue
        every = "year" if day.month else rhythm
        month = day.month or (_month_of_quarter(text[day.end : following]) if every == "quarter" else None)
        recurring.append(Recurrence(every, day.day, month, day.exclusive))
    return instances, _joined(recurring)


_REGIME: Final = re.compile(
    r"\bchế độ\s+(?:\S+\s+){0,3}báo cáo\b|\bbáo cáo\s+(?:\S+\s+)?định kỳ\b|\b(?:quy chế|nội quy|điều lệ)\b",
    re.IGNORECASE,
)
_ANY_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")


def _is_regime(text: str, header: Header) -> bool:
    """Whether a sentence without a year belongs to a document that lays down standing reports: its days recur."""
    title = header.title.value if header.title else ""
    kind = header.type.value if header.type else ""
    return bool(_REGIME.search(f"{kind} {title}")) and not _ANY_YEAR.search(title) and not _ANY_YEAR.search(text)


_IN_BRACKETS: Final = re.compile(r"\s*\(((?:đối với\s+)?(?:báo cáo|kỳ)\s[^)]{2,40})\)", re.IGNORECASE)
"""The period of a day that is said behind it: "trước ngày 15/6 (báo cáo 6 tháng)"."""


def _month_of_quarter(after: str) -> int:
    """Which month of the quarter a day of it lies in: the last one, unless the text says the first."""
    return 1 if re.match(r"[\s(]*(?:của\s+)?tháng đầu", after) else 3


def _joined(found: list[Recurrence]) -> list[Recurrence]:
    """Yearly days half a year apart on the same day of the month are one half-yearly rhythm; four, a quarterly one."""
    if len(found) == 2 and all(r.every == "year" and r.month for r in found) and found[0].day == found[1].day:
        first, second = sorted(r.month or 0 for r in found)
        if second - first == 6:
            return [Recurrence("half-year", found[0].day, first, found[0].exclusive)]
    months = sorted(r.month or 0 for r in found)
    if len({(r.every, r.day) for r in found}) == 1 and months in ([m, m + 3, m + 6, m + 9] for m in (1, 2, 3)):
        return [Recurrence("quarter", found[0].day, months[0], found[0].exclusive)]
    return list(dict.fromkeys(found))


def _bound_word(printed: str) -> tuple[str, bool]:
    """The bound as printed, and whether the day itself is too late: "trước 16 giờ ngày" still includes it."""
    folded = fold(printed)
    if re.search(r"\d", folded):
        return f"{one_line(printed).strip(' ,').lower()} ngày", False
    if re.match(r"truoc|xong|(?:thoi )?han\b.*\btruoc$", folded) and "het gio" not in folded:
        return "trước ngày", True
    if folded.startswith(("cham", "muon", "khong", "han", "thoi han")):
        return "chậm nhất", False
    return "ngày", False


def instance_of(period: str | None, bound: str, exclusive: bool, date: dt.date) -> Instance:
    """A printed day with the last one on which it can still be met: the day before, for "trước ngày"."""
    last = date - dt.timedelta(days=1) if exclusive else date
    return Instance(period, bound, date, last)


def instances_of_periods(periods: Sequence[re.Match[str]]) -> list[Instance]:
    """What matches of :data:`IN_PERIOD` mean: the last day of the period, or for "trước" the day before it begins."""
    instances: list[Instance] = []
    for match in periods:
        what, year = fold(match["what"]), int(match["y"])
        kind: Kind = "quarter" if what.startswith("quy") else "half-year" if what[:1].isdecimal() else "month"
        if kind == "quarter":
            word = what.split()[-1]
            index = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(word) or int(word)
        elif kind == "half-year":
            index = 2 if "cuoi" in what else 1
        else:
            index = int(what.split()[-1])
        if not 1 <= index <= 12 or not 1900 <= year <= 2999:
            continue
        period = Period(kind, year, index)
        before = fold(match["bound"]).endswith("truoc")
        date = period.start if before else period.end
        bound = "trước ngày" if before else "ngày"
        instances.append(instance_of(one_line(f"{match['what']}/{match['y']}"), bound, before, date))
    return instances


def _period_before(text: str) -> str | None:
    """The period that a date in brackets belongs to: "06 tháng (trước ngày 10/5/2021)"."""
    matches = list(
        re.finditer(
            r"(?:0?6|sáu|0?3|0?9|01|1|một)\s+(?:tháng|năm)(?:\s+(?:đầu|cuối)\s+năm)?|quý\s+(?:IV|I{1,3}"
            r"|[1-4])\b|tháng\s+\d{1,2}\b"
            r"|(?:báo cáo|kỳ)\s+(?:năm|quý|tháng)\b",
            text,
            re.IGNORECASE,
        )
    )
    near = [m for m in matches if len(text) - m.end() < 60]
    return one_line(re.sub(r"^(?:báo cáo|kỳ)\s+", "", near[-1].group(), flags=re.IGNORECASE)) if near else None


_EVERY: Final = {"năm": "year", "quý": "quarter", "tháng": "month", "tuần": "week"}


def _rhythm_around(text: str, previous: int, end: int, following: int) -> str | None:
    """The rhythm that a day belongs to: said right after it, else the nearest one before it, else any."""
    after = text[end : min(end + 40, following)]
    if re.match(r"[\s(]*(?:của\s+)?tháng (?:cuối|đầu)(?: cùng| tiên)? (?:của )?(?:mỗi )?quý", after):
        return "quarter"
    near = RHYTHM.match(after.lstrip(" ,()"))
    before = list(RHYTHM.finditer(text, previous, end))
    anywhere = near or (before[-1] if before else None) or RHYTHM.search(text)
    return _rhythm_word(anywhere) if anywhere else None


def _date_of_the_year(text: str, month: int, day: int, header: Header) -> dt.date | None:
    """A day printed without its year: of the one year that the sentence names, else of the document's own date."""
    years = {int(y) for y in re.findall(r"(?:\bnăm\s+|\d{1,2}/\d{1,2}/)(\d{4})\b", text)}
    if len(years) == 1:
        return to_date(years.pop(), month, day)
    if header.date and not years:
        own = dt.date.fromisoformat(header.date.value)
        date = to_date(own.year, month, day)
        return date if date and date >= own else None
    return None


def every_of(text: str) -> str | None:
    """The shortest rhythm that a stretch of text names, or ``None``."""
    rhythms = {_rhythm_word(m) for m in RHYTHM.finditer(text)}
    order = ("week", "month", "quarter", "half-year", "year")
    return next((name for name in order if name in rhythms), None)


def _rhythm_word(match: re.Match[str]) -> str:
    if match["quarter"]:
        return "quarter"
    if match["next"]:
        return "month"
    if word := match["every"] or match["every2"] or match["paper"]:
        return _EVERY[word.lower()]
    count = {"sáu": 6, "ba": 3, "một": 1}.get(match["count"].lower()) or int(match["count"])
    if match["unit"].lower() == "năm":
        return "year"
    return {6: "half-year", 3: "quarter"}.get(count, "month")
