"""What does not fit together in a text, for staff to see. Nothing is resolved here, and nothing looked up outside."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from knowledge.document import Citation, Contradiction, Header
from knowledge.fold import symbol_key
from knowledge.reading.grammar import DATE, date_of
from knowledge.reading.layout import Flow

_RANGE: Final = re.compile(r"(?P<a>\d{1,2}/\d{1,2}/(?P<y1>\d{4}))\s*[-–]\s*(?P<b>\d{1,2}/\d{1,2}/(?P<y2>\d{4}))")
_NUMERIC: Final = re.compile(r"(?<![\d/])(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})(?![\d/])")
_WEEKDAY: Final = re.compile(
    r"(?:(?P<before>thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)[\s,(]+(?:ngày\s+)?)?"
    r"(?P<d>\d{1,2})\s*(?:/|\s+tháng\s+)\s*(?P<m>\d{1,2})\s*(?:/|\s+năm\s+)\s*(?P<y>\d{4})"
    r"(?:\s*[(,]\s*(?P<after>thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật))?",
    re.IGNORECASE,
)
_DAYS: Final = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "nhật": 6} | {
    str(n): n - 2 for n in range(2, 8)
}


def read_contradictions(
    original: str, flow: Flow, header: Header, citations: Sequence[Citation]
) -> list[Contradiction]:
    """Two dates for one number, a cited date after the document's own, impossible days, reversed spans."""
    return [
        *_two_dates(citations),
        *_from_the_future(header, citations),
        *_out_of_order(citations),
        *_odd_dates(original, flow),
    ]


def _two_dates(citations: Sequence[Citation]) -> list[Contradiction]:
    by_number: dict[str, list[Citation]] = defaultdict(list)
    for citation in citations:
        if citation.date:
            by_number[symbol_key(citation.number)].append(citation)
    return [
        Contradiction("two-dates", group[0].number, tuple(c.quote for c in group))
        for group in by_number.values()
        if len({c.date for c in group}) > 1
    ]


def _from_the_future(header: Header, citations: Sequence[Citation]) -> list[Contradiction]:
    if header.date is None:
        return []
    own = dt.date.fromisoformat(header.date.value)
    return [
        Contradiction("later-than-document", c.number, (c.quote, header.date.quote))
        for c in citations
        if c.date and c.date > own
    ]


def _out_of_order(citations: Sequence[Citation]) -> list[Contradiction]:
    """Numbers of one series run with time; a higher number with an earlier date, twice contradicted, is a slip."""
    series: dict[str, list[Citation]] = defaultdict(list)
    for citation in citations:
        key = symbol_key(citation.number).split("/")
        if citation.date and key[0].isdecimal() and not any(p.isdecimal() for p in key[1:]):
            series["/".join(key[1:])].append(citation)
    found = []
    for group in series.values():
        for c in group:
            here = int(symbol_key(c.number).split("/")[0])
            year = c.date.year if c.date else 0
            against = [
                other
                for other in group
                if other.date and c.date and int(symbol_key(other.number).split("/")[0]) < here
                and other.date > c.date and other.date.year == year
            ]  # fmt: skip
            if len(against) >= 2:
                quotes = (c.quote, *(a.quote for a in against))
                found.append(Contradiction("out-of-order", c.number, quotes))
    return found


def _odd_dates(original: str, flow: Flow) -> list[Contradiction]:
    found = []
    for match in _RANGE.finditer(flow.text):
        if int(match["y1"]) > int(match["y2"]):
            found.append(Contradiction("reversed-span", None, (_quote(original, flow, match),)))
    for match in _NUMERIC.finditer(flow.text):
        printed = DATE.match(match.group())
        if printed and date_of(printed) is None:
            found.append(Contradiction("no-such-day", None, (_quote(original, flow, match),)))
    for match in _WEEKDAY.finditer(flow.text):
        name = match["before"] or match["after"]
        printed = DATE.match(f"{match['d']}/{match['m']}/{match['y']}")
        day = date_of(printed) if printed else None
        if name and day and day.weekday() != _DAYS.get(name.lower().split()[-1]):
            found.append(Contradiction("wrong-weekday", None, (_quote(original, flow, match),)))
    return found


def _quote(original: str, flow: Flow, match: re.Match[str]) -> str:
    start, end = flow.span(match.start(), match.end())
    return original[start:end]
