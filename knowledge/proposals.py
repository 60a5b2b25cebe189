"""From the deadlines that a document prints to rules for the calendar, for staff to confirm or mend."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from knowledge.calendar import Every, Rule, period_of, rule_of
from knowledge.document import Document, FoundDeadline, Instance
from knowledge.fold import fold, one_line
from knowledge.numbers import parse_date

_MONTHS: Final[dict[str, int]] = {"quarter": 3, "half-year": 6, "year": 12}
_WORDING: Final[Sequence[tuple[Every, str]]] = (
    ("half-year", r"\b(?:(?:hang|moi|dinh ky) )?(?:0?6|sau) thang(?: mot lan)?\b"),
    ("year", r"\b(?:hang|moi|dinh ky) nam\b|\bnam mot lan\b"),
    ("quarter", r"\b(?:hang|moi|dinh ky) quy\b|\bquy mot lan\b"),
    ("month", r"\b(?:hang|moi|dinh ky) thang\b|\bthang mot lan\b"),
    ("week", r"\b(?:hang|moi|dinh ky) tuan\b|\btuan mot lan\b"),
    ("once", r"\b(?:chi |mot |duy nhat )+lan\b"),
)
_EVERY: Final = tuple((every, re.compile(pattern)) for every, pattern in _WORDING)
_EXCLUSIVE: Final = re.compile(r"^truoc\b(?: ngay)?")
_INCLUSIVE: Final = re.compile(r"^(?:cham nhat|muon nhat|den|vao|han|het)\b(?: (?:la|vao|den))?(?: ngay)?")
_ONLY_DAY: Final = re.compile(r"(?:ngay |mung |mong )?(\d{1,2})")
_WEEKDAY: Final = re.compile(r"thu ([2-7])|(chu nhat|cn)")
_COUNT: Final[dict[str, int]] = {
    "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
}  # fmt: skip
_NAMED: Final[dict[str, Every]] = {"tuan": "week", "thang": "month", "quy": "quarter", "nam": "year"}
_N: Final = rf"(\d{{1,2}}|{'|'.join(_COUNT)}) ({'|'.join(_NAMED)})"
_EVERY_N: Final = re.compile(rf"\b(?:(?:cu|moi|dinh ky) {_N}(?: (?:mot|1) lan)?|{_N} (?:mot|1) lan)\b")
_SINCE: Final = re.compile(r"\b(?:bat dau |ke )?tu(?: ngay)? (\d{1,2}[/.-]\d{1,2}[/.-]\d{4})\b")
_DAY_AND_MONTH: Final = re.compile(r"(?:ngay )?(\d{1,2})[/.-](\d{1,2})")
_OF: Final = r"(?: cua| trong)?(?: moi| hang)?(?: (?P<of>0?6 thang|sau thang|nua nam|thang|quy|nam))?"
_LAST_WORKING: Final = re.compile(rf"(?:ngay )?lam viec cuoi(?: cung)?{_OF}")
_LAST_DAY: Final = re.compile(rf"(?:ngay )?cuoi(?: cung)?{_OF}")
_IN_QUARTER: Final = re.compile(
    r"(?:ngay )?(?P<day>\d{1,2})(?: cua)? thang (?:thu )?(?P<month>dau|nhat|1|giua|hai|2|cuoi|ba|3)(?: tien| cung)?"
    r"(?:(?: cua)?(?: moi| hang)? quy)?"
)
_ALSO: Final[dict[tuple[int, str], Every]] = {
    (6, "month"): "half-year",
    (12, "month"): "year",
    (2, "quarter"): "half-year",
}
_LEAP_DAYS: Final = {("29", "2"), ("29", "02")}
_LAST_OF: Final[dict[str, int | None]] = {"month": None, "quarter": 3, "half-year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One deadline of a document as the calendar could keep it."""

    found: FoundDeadline
    instance: Instance | None
    """The printed date that it is, where the text gives concrete dates."""
    rule: Rule | None
    """``None`` for a cadence whose date the text does not give: staff must supply it."""
    every: str
    """"once", or how often it recurs."""

    def past(self, today: dt.date) -> bool:
        """Whether it is a single day that is over. It never rolls forward by itself."""
        return self.instance is not None and self.instance.last_admissible_day < today


def proposals(document: Document) -> list[Proposal]:
    """All that a document's deadlines propose, one for each concrete date or rule: dated ones first, then cadences.

    Otherwise in the order of the text.
    """
    found: list[Proposal] = []
    for deadline in document.deadlines:
        again = deadline.recurrence
        if again is not None:
            found.append(Proposal(deadline, None, rule_of(again), again.every))
        elif deadline.instances:
            found += [Proposal(deadline, one, _once(one), "once") for one in deadline.instances]
        else:
            found.append(Proposal(deadline, None, None, "once"))
    return sorted(found, key=lambda one: (one.rule is None, one.every == "once" and one.rule is None))


def _once(instance: Instance) -> Rule:
    exclusive = instance.last_admissible_day < instance.date
    rule = Rule("once", date=instance.date, exclusive=exclusive)
    kind = _period_kind(instance.period)
    if kind is None:
        return rule
    # What a half-yearly or yearly report of that day is about does not depend on its being due once only.
    shape = Rule(kind, month=1, day=1)
    return replace(rule, period=period_of(shape, instance.last_admissible_day).code)


def _period_kind(printed: str | None) -> Every | None:
    words = one_line(fold(printed or ""))
    if re.search(r"\b(?:0?9|chin) thang\b", words):
        return None  # nine months are no period of the calendar; the day itself holds
    if re.search(r"\b(?:0?6|sau) thang\b", words):
        return "half-year"
    kinds: tuple[tuple[str, Every], ...] = (("quy", "quarter"), ("thang", "month"), ("nam", "year"))
    return next((every for word, every in kinds if re.search(rf"\b{word}\b", words)), None)


def typed_rule(text: str, every: str, today: dt.date) -> Rule | None:
    """The rule that somebody types for a deadline which recurs as ``every`` says, or ``None`` where it is no date.

    "30/10", "trước ngày 30/10 hằng năm", "ngày 5 hằng tháng", "thứ 6 hằng tuần", "15/12/2027", "ngày làm việc cuối
    cùng của quý", "ngày 20 tháng cuối quý", "ngày 10, 2 tháng một lần". A year makes it a single day unless words
    say that it recurs; "trước" leaves the day itself out. Every n-th time counts from the day that is named, or from
    today. A cadence alone ("hằng quý") awaits its day.
    """
    if len(text) > 80:
        return None
    words = one_line(fold(text).replace(",", " ")).strip(" .!?;")
    interval, said = 1, None
    if counted := _EVERY_N.search(words):
        number, name = (part for part in counted.groups() if part)
        interval, said = int(number) if number.isdecimal() else _COUNT[number], _NAMED[name]
        if interval == 0:
            return None
        if (interval, said) in _ALSO:
            interval, said = 1, _ALSO[interval, said]
        words = _EVERY_N.sub(" ", words)
    said = said or next((name for name, pattern in _EVERY if pattern.search(words)), None)
    for _, pattern in _EVERY:
        words = pattern.sub(" ", words)
    since = _SINCE.search(words)
    # "2 tháng một lần, từ 10/12/2026": the day itself is in the beginning.
    words = one_line(_SINCE.sub(" ", words)) or (since[1] if since else "")
    exclusive = bool(_EXCLUSIVE.match(words))
    words = one_line(_INCLUSIVE.sub("", _EXCLUSIVE.sub("", words))).strip(" ,")
    rule = _said_rule(words, said, said or every, today)
    if rule is None:
        return None
    if interval > 1:
        rule = replace(rule, interval=interval, date=(since and parse_date(since[1], today)) or rule.date or today)
    return replace(rule, exclusive=exclusive)


def _said_rule(words: str, said: Every | None, chosen: str, today: dt.date) -> Rule | None:
    """The rule without how often and whether exclusive; its ``date`` is a day that was named with its year."""
    if not words:
        return Rule(said) if said in _LAST_OF else None
    if last := _LAST_WORKING.fullmatch(words) or _LAST_DAY.fullmatch(words):
        period = _period_kind(last["of"]) if last["of"] else chosen
        if period not in _LAST_OF:
            return None
        if last.re is _LAST_WORKING:
            return Rule(period, last_working=True)  # type: ignore[arg-type]
        return Rule(period, day=31, month=_LAST_OF[period])  # type: ignore[arg-type]
    if chosen == "quarter" or words.endswith(" quy"):
        placed = _IN_QUARTER.fullmatch(words)
        if placed and 1 <= int(placed["day"]) <= 31:
            month = {"dau": 1, "nhat": 1, "1": 1, "giua": 2, "hai": 2, "2": 2}.get(placed["month"], 3)
            return Rule("quarter", month=month, day=int(placed["day"]))
    if chosen == "week" and (weekday := _WEEKDAY.fullmatch(words)):
        return Rule("week", day=int(weekday[1]) - 1 if weekday[1] else 7)
    if chosen == "month" and (only := _ONLY_DAY.fullmatch(words)) and 1 <= int(only[1]) <= 31:
        return Rule("month", day=int(only[1]))
    # A leap day recurs although next year has none.
    leap = chosen == "year" and (found := _DAY_AND_MONTH.fullmatch(words)) and found.groups() in _LEAP_DAYS
    if leap:
        return Rule("year", month=2, day=29)
    date = parse_date(words, today, ahead=True) or parse_date(f"ngày {words}", today, ahead=True)
    if date is None:
        return None
    if chosen == "once" or (said is None and re.search(r"\d{4}", words)):
        return Rule("once", date=date)
    named = date if re.search(r"\d{4}", words) else None
    if chosen == "week":
        return Rule("week", day=date.isoweekday(), date=named)
    if chosen == "month":
        return Rule("month", day=date.day, date=named)
    if chosen in _MONTHS:
        month = (date.month - 1) % _MONTHS[chosen] + 1
        return Rule(chosen, month=month, day=date.day, date=named)  # type: ignore[arg-type]
    return None


_OFFSET: Final = re.compile(
    r"(?P<after>qua han|sau han|sau|tre)|(?P<before>truoc)|(?P<same>dung ngay|dung han|ngay cuoi(?: cung)?|chinh ngay)"
    r"|(?P<n>-?\d{1,3})"
)
_MOST_DAYS: Final = 60
_MOST_OFFSETS: Final = 10


def typed_offsets(text: str) -> tuple[int, ...] | None:
    """The days on which to remind that somebody types, before the last working day and (negative) after the deadline.

    "7, 3, 1, 0, -1", or "trước 7, 3, 1 ngày, đúng ngày, quá hạn 1, 3 ngày"; ``None`` where it says something else.
    """
    words = one_line(fold(text)) if len(text) <= 120 else ""
    if re.sub(r"\b(?:nhac|ngay|va|han|vao)\b|[\s,;.+]", "", _OFFSET.sub("", words)):
        return None
    sign, found = 1, set[int]()
    for match in _OFFSET.finditer(words):
        if match["n"] is not None:
            found.add(int(match["n"]) * sign)
        elif match["same"]:
            found.add(0)
        else:
            sign = -1 if match["after"] else 1
    if not 1 <= len(found) <= _MOST_OFFSETS or max(map(abs, found)) > _MOST_DAYS:
        return None
    return tuple(sorted(found, reverse=True))
