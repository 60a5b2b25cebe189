"""The document that a page without a letterhead presents: named in a headline, reported in a sentence, linked to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from knowledge.document import Citation, Field, Header
from knowledge.fold import one_line, symbol_key
from knowledge.reading.grammar import DATE, date_of, find_body, tidy_number
from knowledge.reading.head.news import (
    Told,
    own_title,
    paragraph,
    pointer_at,
    read_headline,
    read_pointer,
    read_report,
    report_at,
)
from knowledge.reading.head.quotes import Quotes
from knowledge.reading.head.who_acts import SHORT
from knowledge.reading.page.flow import Flow
from knowledge.reading.page.layout import Line, is_rule

NEWS_OF: Final = "Tin (đưa lại {})"
"""Type of a page that reports on a document instead of printing it."""


def is_news(kind: str) -> bool:
    """Whether the type of a page is that of a report on a document."""
    return kind.startswith(NEWS_OF.partition("{")[0])


@dataclass(frozen=True, slots=True)
class Presented:
    """What a page tells of its document."""

    type: Field | None = None
    number: Field | None = None
    date: Field | None = None
    issuer: Field | None = None
    signer: Field | None = None
    title: Field | None = None


NOTHING: Final = Presented()


def read_headlines(quotes: Quotes, lines: Sequence[Line], head_ends: int, number: Field | None) -> Presented:
    """What the headlines of a page say of its document, the first that says it; they may stand in several wordings.

    :param head_ends: the offset before which the first of them stands
    :param number: the number in the letterhead, if the page prints one: a headline of another document says nothing
    """
    found: list[tuple[Flow, Told]] = []
    headlines = _headlines(lines)
    for at in headlines if headlines and lines[headlines[0]].start < head_ends else ():
        flow = _sentence(quotes, paragraph(lines, at))
        if told := read_headline(flow.text):
            found.append((flow, told))
    own = symbol_key(number.value) if number else next((_key(x, t) for x, t in found if t.number), None)
    same = [(flow, told) for flow, told in found if own is None or _key(flow, told) == own]
    if not same:
        return NOTHING
    every = [_fields(quotes, flow, told) for flow, told in same]
    introduced = [x.title for x, (_, told) in zip(every, same, strict=True) if x.title and not told.plain_title]
    titles = introduced or sorted((x.title for x in every if x.title), key=lambda f: -len(f.value))
    return Presented(
        type=every[0].type,
        number=next((x.number for x in every if x.number), None),
        date=next((x.date for x in every if x.date), None),
        issuer=next((x.issuer for x in every if x.issuer), None),
        title=titles[0] if titles else None,
    )


def _headlines(lines: Sequence[Line]) -> list[int]:
    """Which lines above the first sentence name a document: a list below a sentence is no headline."""
    found = []
    for at, line in enumerate(lines[:60]):
        if own_title(line):
            found.append(at)
        elif not line.chrome and len(line.text) > 100 and line.text.endswith("."):
            break
    return found


def _sentence(quotes: Quotes, lines: Sequence[Line]) -> Flow:
    """A sentence over several lines as one text."""
    flow = quotes.flow(lines)
    flow.text = flow.text.replace("\n", " ")
    return flow


def _key(flow: Flow, told: Told) -> str:
    return symbol_key(flow.text[slice(*told.number)]) if told.number else ""


def read_news(quotes: Quotes, lines: Sequence[Line], titled: str | None) -> Presented:
    """What a page of news says of the document that it reports on or sends its reader to.

    :param titled: the type that the page prints as its title: a report on another type is about something else, but
        for the decision by which such a document was issued
    """
    at = report_at(lines)
    if at is not None:
        flow = _sentence(quotes, paragraph(lines, at))
        told = read_report(flow.text)
    elif (at := pointer_at(lines)) is not None:
        flow = _sentence(quotes, [lines[at]])
        told = read_pointer(flow.text)
    else:
        return NOTHING
    if told is None or (titled and told.type not in {titled, "Quyết định", "Nghị quyết"}):
        return NOTHING
    found = _fields(quotes, flow, told)
    headline = _headline(lines[:at])
    kind = found.type
    if kind and not _prints(lines, at):
        kind = Field(NEWS_OF.format(kind.value), kind.quote, kind.start)
    issuer = found.issuer or (_who_heads(quotes, headline) if headline else None)
    title = found.title or (quotes.of_lines(quotes.printed([headline]), [headline]) if headline else None)
    return Presented(kind, found.number, found.date, issuer, found.signer, title)


_CONTENT: Final = re.compile(r"\btoan van\b|\bnoi dung (?:cua )?(?:ban )?[\w ]{4,30} nhu sau\b|\bsau day la noi dung\b")
_SECTION: Final = re.compile(r"^(?:[ivx]+\.|dieu 1\b|chuong i\b)")


def _prints(lines: Sequence[Line], at: int) -> bool:
    """Whether a page goes on to print the document itself: its sections, or the words that announce them."""
    return any(
        _SECTION.match(x.folded) or (near < 4 and _CONTENT.search(x.folded)) for near, x in enumerate(lines[at:])
    )


_NO_HEADLINE: Final = re.compile(
    r"\d{1,2}[/-]\d{1,2}[/-]\d{4}|\d:\d\d|\s[>»|]\s|^\W*(?:Ảnh|Hình|Nguồn|Toàn cảnh|Quang cảnh|Một góc)\b|[.:;]$"
)
"""Lines above a report that are no headline: dates, paths of a menu, captions."""


def _headline(above: Sequence[Line]) -> Line | None:
    """The headline of a page of news: the longest line above its first sentence."""
    lines = [x for x in above if not x.chrome and not is_rule(x) and len(x.text) > 20]
    first = next((at for at, x in enumerate(lines) if len(x.text) > 60 and x.text.endswith(".")), len(lines))
    titles = [x for x in lines[: first or len(lines)] if not _NO_HEADLINE.search(x.text)]
    return max(titles, key=lambda x: len(x.text), default=None)


def _who_heads(quotes: Quotes, headline: Line) -> Field | None:
    """Who acts in a headline: "Bộ Nội vụ hướng dẫn …"."""
    flow = quotes.flow([headline])
    body = find_body(flow.text, 0)
    if body and re.match(r"\s+(?:đã |vừa )?[a-zđà-ỹ]", flow.text[len(body) :]):
        return quotes.of_flow(flow, body, 0, len(body))
    return None


def _fields(quotes: Quotes, flow: Flow, told: Told) -> Presented:

    def field(span: tuple[int, int] | None, value: str | None = None) -> Field | None:
        return quotes.of_flow(flow, value or one_line(flow.text[slice(*span)]), *span) if span else None

    def name(span: tuple[int, int] | None) -> str:
        return _body(flow.text[slice(*span)]) if span else ""

    whole = [x for x in (told.issuer, told.committee) if x]
    issuer = (min(x[0] for x in whole), max(x[1] for x in whole)) if told.issuer else None
    date = DATE.search(flow.text, *told.date) if told.date else None
    day = date_of(date) if date else None
    return Presented(
        type=field(told.at, told.type),
        number=field(told.number, tidy_number(flow.text[slice(*told.number)]) if told.number else None),
        date=field(told.date, day.isoformat()) if day else None,
        issuer=field(issuer, f"{name(told.issuer)} {name(told.committee)}".strip()),
        signer=field(told.signer),
        title=field(told.title),
    )


def _body(printed: str) -> str:
    """The name of a body without what stands in brackets inside it: "Ủy ban nhân dân (UBND) tỉnh"."""
    return one_line(SHORT.sub("", printed)).strip(" ,")


def completed(headline: Presented, news: Presented) -> Presented:
    """A headline with what the first sentence of the page says besides, where it reports the same document."""
    if headline.type is None:
        return news
    if not (headline.number and news.number and _same(headline.number, news.number)):
        return headline
    return Presented(
        # A headline that only names a document is one of news about it.
        type=headline.type if headline.title or headline.date or headline.issuer else news.type,
        number=headline.number,
        date=headline.date or news.date,
        issuer=headline.issuer or news.issuer,
        signer=news.signer,
        title=headline.title or news.title,
    )


def _same(one: Field, other: Field) -> bool:
    return symbol_key(one.value) == symbol_key(other.value)


def as_presented(citation: Citation, header: Header) -> Citation:
    """A citation of the very document that a page of news presents, with what its sentence tells of it."""
    if header.number is None or symbol_key(citation.number or "") != symbol_key(header.number.value):
        return citation
    kind = header.type.value.removeprefix(NEWS_OF.partition("{")[0]).rstrip(")") if header.type else None
    return replace(
        citation,
        type=kind or citation.type,
        date=dt.date.fromisoformat(header.date.value) if header.date else citation.date,
        issuer=header.issuer.value if header.issuer else citation.issuer,
    )
