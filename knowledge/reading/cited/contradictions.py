"""What does not fit together in a text, for staff to see. Nothing is resolved here, and nothing looked up outside."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from knowledge.document import Citation, Contradiction, Document, Header
from knowledge.fold import fold, symbol_key
from knowledge.reading.grammar import DATE, date_of
from knowledge.reading.page.flow import Flow

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


_LONGEST_SERIES: Final = 200
"""More documents of one series and year than any text cites; what does is no document."""


def _out_of_order(citations: Sequence[Citation]) -> list[Contradiction]:
    """Numbers of one series run with time; a higher number with an earlier date, twice contradicted, is a slip."""
    series: dict[tuple[str, int], list[tuple[int, dt.date, Citation]]] = defaultdict(list)
    for citation in citations:
        number, *letters = symbol_key(citation.number).split("/")
        if citation.date and number.isdecimal() and not any(p.isdecimal() for p in letters):
            series["/".join(letters), citation.date.year].append((int(number), citation.date, citation))
    found = []
    for group in series.values():
        for higher, date, odd in group if len(group) <= _LONGEST_SERIES else ():
            against = [other for lower, later, other in group if lower < higher and later > date]
            if len(against) >= 2:
                found.append(Contradiction("out-of-order", odd.number, (odd.quote, *(one.quote for one in against))))
    return found


def contradictions_between(documents: Sequence[Document]) -> list[Contradiction]:
    """What several documents say differently: one number of one body with two dates, in their heads or citations.

    A number alone proves nothing (numbers of a people's committee begin anew each year, and 16/CT-TTg exists twice):
    the dates must be of one year, or the titles the same.
    """
    said: dict[str, list[tuple[dt.date, str | None, str, str]]] = defaultdict(list)
    for document in documents:
        head = document.header
        if head.number and head.date:
            issuer, title = (field.value if field else None for field in (head.issuer, head.title))
            date = dt.date.fromisoformat(head.date.value)
            said[symbol_key(head.number.value)].append((date, issuer, fold(title or ""), head.date.quote))
        for one in document.citations:
            if one.date:
                said[symbol_key(one.number)].append((one.date, one.issuer, fold(one.about or ""), one.quote))
    found = []
    for group in said.values():
        first = group[0]
        odd = [
            other
            for other in group[1:]
            if other[0] != first[0]
            and _can_be_one(first[1], other[1])
            and (other[0].year == first[0].year or (len(first[2]) > 20 and first[2] == other[2]))
        ]
        if odd:
            quotes = tuple(dict.fromkeys(one[3] for one in (first, *odd)))
            found.append(Contradiction("two-dates", _number_of(documents, first[3]), quotes))
    return found


def _can_be_one(a: str | None, b: str | None) -> bool:
    """Whether two names can be one body; a name that is not given can be any."""
    mine, theirs = set(fold(a or "").split()), set(fold(b or "").split())
    return mine <= theirs or theirs <= mine


def _number_of(documents: Sequence[Document], quote: str) -> str | None:
    cited = (c.number for d in documents for c in d.citations if c.quote == quote)
    own = (
        d.header.number.value for d in documents if d.header.number and d.header.date and d.header.date.quote == quote
    )
    return next(cited, None) or next(own, None)


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
