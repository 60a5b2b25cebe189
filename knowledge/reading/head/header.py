"""The formal parts of a document, each with the words it was read from; what is not printed stays ``None``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from knowledge.document import Field, Header
from knowledge.fold import fold, one_line
from knowledge.reading.grammar import (
    BLANK_NUMBER,
    DATE,
    NUMBER,
    cased_name,
    date_of,
    symbol_of,
    tidy_number,
    type_from_symbol,
)
from knowledge.reading.head.formal_lines import (
    ADDRESS,
    DASH,
    MARK_OF_HAND,
    goes_on,
    in_quotes,
    is_bare_type,
    is_motto,
    is_number_line,
    is_place_and_date,
    is_subject,
    is_unfinished,
    looks_like_name,
    type_title,
)
from knowledge.reading.head.issuer import read_issuer, spelt_by, who_speaks
from knowledge.reading.head.metadata import read_properties
from knowledge.reading.head.news import own_title
from knowledge.reading.head.presented import completed, read_headlines, read_news
from knowledge.reading.head.quotes import Quotes
from knowledge.reading.head.zones import Zoned
from knowledge.reading.page.layout import SYMBOL_LABELS, Line, is_rule


def read_header(original: str, zoned: Sequence[Zoned]) -> Header:
    """Everything formal that the text itself gives.

    A letterhead, of State or Party, comes first; then the headline of a web page, the properties that a law library
    prints, the sentence of a page of news, and last the body that speaks.
    """
    quotes = Quotes(original)
    lines = [z.line for z in zoned]
    properties = read_properties(quotes, lines)
    listed = properties.fields
    head = [z.line for z in zoned if z.zone == "title" and z.line.start not in properties.lines]
    body = [z.line for z in zoned if z.zone == "body" and z.line.start not in properties.lines]
    addressees = [z.line for z in zoned if z.zone == "addressees"]
    number, symbol = _number(quotes, head)
    letterhead = next((x.start for x in head if is_motto(x) or is_number_line(x)), None)
    head_ends = letterhead if letterhead is not None else max((x.end for x in head), default=0)
    headline = read_headlines(quotes, lines, head_ends, number)
    titled = _type(quotes, head)
    if letterhead is None and not addressees and not listed:
        headline = completed(headline, read_news(quotes, lines, titled.value if titled else None))
    number = number or (None if symbol else headline.number or listed.get("number") or _lone_number(quotes, lines))
    symbol = symbol or (Field(symbol_of(number.value), number.quote, number.start) if number else None)
    date, place = _date_and_place(quotes, head)
    signer, signer_title, authority = _signature(quotes, [z.line for z in zoned if z.zone == "signature"])
    issuer = _named_whole(read_issuer(quotes, head, body), listed.get("issuer")) or headline.issuer
    issuer = _who_acts(issuer, headline.issuer, authority)
    if issuer is None and (headline.type or any(type_title(x) or is_motto(x) or is_subject(x) for x in head)):
        issuer = who_speaks(quotes, body)
    if issuer is None and number:
        issuer = spelt_by(quotes, lines, number.value)
    addressed = [*filter(is_subject, head), *addressees] if letterhead is not None else []
    return Header(
        type=(headline.type if letterhead is None and headline.number else titled)
        or headline.type
        or titled
        or listed.get("type")
        or _type_meant(quotes, symbol, addressed),
        number=number,
        symbol=symbol,
        date=date or headline.date or listed.get("date") or _adopted(quotes, body),
        place=place,
        issuer=issuer,
        title=_title(quotes, head) or headline.title or listed.get("title"),
        addressees=_listed(quotes, addressees, r"(?:kính\s+(?:gửi|trình)\s*:?|[^.;:\n]{5,90}\sđiện\s*:)"),
        signer=signer or listed.get("signer") or headline.signer,
        signer_title=signer_title,
        signing_authority=authority,
        recipients=_listed(quotes, [z.line for z in zoned if z.zone == "recipients"], r"nơi\s+nhận\s*:?"),
    )


def _named_whole(printed: Field | None, listed: Field | None) -> Field | None:
    """The issuer of the letterhead; where that has lost its level, as a law library lists it."""
    if printed and listed and fold(printed.value) in {"uy ban nhan dan", "hoi dong nhan dan"}:
        return listed
    return printed or listed


_CENTRAL: Final = re.compile(r"(?:^|\s)(bo chinh tri|ban bi thu)$")


def _who_acts(printed: Field | None, told: Field | None, authority: Field | None) -> Field | None:
    """Who acts under the letterhead that the central organs of the Party share, as a headline or the signature says."""
    if printed is None or fold(printed.value) != "ban chap hanh trung uong":
        return printed
    if told and _CENTRAL.search(fold(told.value)):
        return told
    found = _CENTRAL.search(fold(authority.value)) if authority else None
    return (
        Field("Bộ Chính trị" if "chinh" in found[1] else "Ban Bí thư", authority.quote, authority.start)
        if authority and found
        else printed
    )


def _number(quotes: Quotes, head: Sequence[Line]) -> tuple[Field | None, Field | None]:
    """Number and symbol of the letterhead; a number that was left blank gives the symbol alone."""
    flow = quotes.flow([x for x in head if not is_rule(x) and not SYMBOL_LABELS.match(x.folded)])
    blank: Field | None = None
    for match in re.finditer(
        r"(?:^|\n)\W*(?:(?:Luật|Pháp lệnh|Lệnh|Nghị (?:quyết|định)) )?(?:Số|SỐ|số)\s*(?:ký hiệu\s*)?[:.]?\s*", flow.text
    ):
        number = NUMBER.match(flow.text, match.end())
        start = match.start() + len(match.group()) - len(match.group().lstrip("\n* "))
        if number:
            field = quotes.of_flow(flow, tidy_number(number.group()), start, number.end())
            return field, Field(symbol_of(field.value), field.quote, field.start)
        empty = BLANK_NUMBER.match(flow.text, start)
        if empty and blank is None:
            blank = quotes.of_flow(flow, tidy_number(empty["symbol"]), start, empty.end())
    return None, blank


_LONE_NUMBER: Final = re.compile(rf"(?:(?:CV|[Ss]ố)\s*:?\s*)?{NUMBER.pattern}")


def _lone_number(quotes: Quotes, lines: Sequence[Line]) -> Field | None:
    """The number that a page prints on a line of its own, without "Số", above its headline, subject or addressees."""
    page = [x for x in lines[:40] if not x.chrome]
    end = next((at for at, x in enumerate(page) if own_title(x) or is_subject(x) or ADDRESS.match(x.folded)), 0)
    alone = [x for x in page[:end] if x.columns == 1 and _LONE_NUMBER.fullmatch(x.text)]
    if len(alone) != 1:
        return None
    flow = quotes.flow(alone)
    found = NUMBER.search(flow.text)
    return quotes.of_flow(flow, tidy_number(found.group()), *found.span()) if found else None


def _date_and_place(quotes: Quotes, head: Sequence[Line]) -> tuple[Field | None, Field | None]:
    for count in (1, 2, 3):
        # "Hà / Nội, ngày 30 tháng 7 năm 2021" may be broken over up to three lines.
        for at in range(len(head) - count + 1):
            lines = head[at : at + count]
            if any(is_rule(x) or is_number_line(x) or is_motto(x) or (x.shouting and count > 1) for x in lines):
                continue
            joined = Line(lines[0].start, lines[-1].end, " ".join(x.text for x in lines), "", False)
            joined = Line(joined.start, joined.end, joined.text, fold(joined.text), False)
            if is_place_and_date(joined) and not _continues_date(head, at + count) and not _cut_place(head, at):
                return _printed_date(quotes, joined), quotes.of_lines(_place(joined.text), lines)
    return None, None


def _continues_date(head: Sequence[Line], following: int) -> bool:
    return following < len(head) and bool(
        re.match(r"^(?:\d{1,2} )?(?:thang|nam) ?\d|^\d{1,2} thang|^(?:19|20)\d\d$", head[following].folded)
    )


def _cut_place(head: Sequence[Line], at: int) -> bool:
    """Whether the name of the place begins on the line above: "Hà" / "Nội, ngày …"."""
    if at == 0 or head[at].gap or "," not in head[at].text:
        return False
    above = head[at - 1]
    words = above.text.split()
    return len(words) <= 2 and all(w.isalpha() and w.istitle() for w in words)


_ADOPTED: Final = re.compile(
    r"^(?:Bộ luật|Luật|Pháp lệnh|Nghị quyết)\s+này\s+(?:đã\s+)?được\s[^.;]{5,160}?thông\s+qua\s+ngày\s+(?=\d)"
)


def _adopted(quotes: Quotes, body: Sequence[Line]) -> Field | None:
    """The date of a law without one in its head: "Luật này được Quốc hội … thông qua ngày …"."""
    for at in range(len(body) - 1, -1, -1):
        flow = quotes.flow(body[at : at + 3])
        label = _ADOPTED.match(flow.text)
        date = DATE.match(flow.text, label.end()) if label else None
        day = date_of(date) if date else None
        if date and day:
            return quotes.of_flow(flow, day.isoformat(), 0, date.end())
    return None


def _place(text: str) -> str:
    return one_line(text.partition(",")[0].strip(" *-"))


def _printed_date(quotes: Quotes, line: Line) -> Field | None:
    date = DATE.search(line.text)
    day = date_of(date) if date else None
    return quotes.field(day.isoformat(), line.start, line.end) if day else None


def _type(quotes: Quotes, head: Sequence[Line]) -> Field | None:
    for line in head:
        found = type_title(line)
        if found and not SYMBOL_LABELS.match(line.folded):
            return quotes.of_lines(found, [line])
    return None


def _type_meant(quotes: Quotes, symbol: Field | None, addressed: Sequence[Line]) -> Field | None:
    """The type where none is printed: what the symbol stands for, or a công văn, which has a subject or addressees."""
    if symbol is not None and (found := type_from_symbol(symbol.value)):
        return Field(found, symbol.quote, symbol.start)
    return quotes.of_lines("Công văn", addressed[:1]) if addressed else None


def _title(quotes: Quotes, head: Sequence[Line]) -> Field | None:
    for at, line in enumerate(head):
        if is_subject(line):
            lines = [line, *_wrapped(head, at)]
            text = re.sub(r"^\W*(?:V[/⁄∕／]v|Về việc)\s*:?\s*", "", quotes.printed(lines), flags=re.IGNORECASE)
            return quotes.of_lines(text.strip(' *.“”"'), lines)
    for at, line in enumerate(head):
        if type_title(line) and not SYMBOL_LABELS.match(line.folded):
            own = re.sub(r"^\W*", "", quotes.printed([line]))[len(type_title(line) or "") :].strip(" :-")
            lines = _wrapped(head, at)
            if own:
                return quotes.of_lines(_without_about(f"{own} {quotes.printed(lines)}"), [line, *lines])
            if lines:
                return quotes.of_lines(_without_about(quotes.printed(lines)), lines)
    lines = _title_alone(head)
    return quotes.of_lines(quotes.printed(lines), lines) if lines else None


def _title_alone(head: Sequence[Line]) -> list[Line]:
    """The title where the line with its type was lost: in capitals, from the number and the day to who decides."""
    formal = [at for at, x in enumerate(head) if is_number_line(x) or is_place_and_date(x)]
    at = next((i for i, x in enumerate(head) if formal and i > formal[-1] and not is_rule(x)), None)
    if at is None or not head[at].shouting or _decides(head, at):
        return []
    lines = [head[at], *_wrapped(head, at)]
    after = head.index(lines[-1]) + 1
    return lines if after < len(head) and _decides(head, after) else []


def _without_about(title: str) -> str:
    """A title without the "Về (việc)" that introduces it."""
    title = re.sub(r"^của\s+[A-ZĐỦỞ][^,.;]{3,60}?\s+(?=về\s)", "", title.strip(), flags=re.IGNORECASE)
    return re.sub(r"^(?:về việc|về)\s+", "", title, flags=re.IGNORECASE)


_DECIDING: Final = re.compile(
    r"^(?:chu tich|bo truong|giam doc|thu tuong|uy ban nhan dan|hoi dong nhan dan|ban thuong vu|ban chap hanh)\b"
)


_PLACE: Final = re.compile(r"^(?:tinh|huyen|xa|phuong|quan|thi xa|thi tran|thanh pho|tp\.?|dac khu)\s+(?!uy\b)")


def _decides(head: Sequence[Line], at: int) -> bool:
    """Whether a line below a title says who decides: an office, or the body that the letterhead names."""
    line = head[at]
    named = (x.folded for x in head[:at] if x.shouting and not is_motto(x) and not _PLACE.match(x.folded))
    again = any(x.count(" ") > 1 and line.folded.startswith(x) for x in named)
    return line.shouting and (bool(_DECIDING.match(line.folded)) or again)


def _wrapped(head: Sequence[Line], at: int) -> list[Line]:
    """The lines that go on with the subject or title that begins at a line."""
    lines: list[Line] = []
    for below, line in enumerate(head[at + 1 :], start=at + 1):
        before = lines[-1] if lines else head[at]
        titled = bool(lines) or not is_bare_type(head[at])
        if titled and _decides(head, below) and not is_unfinished(before):
            break
        formal = is_rule(line) or is_motto(line) or is_number_line(line) or is_place_and_date(line)
        apart = line.gap and not goes_on(line, before) and not in_quotes([head[at], *lines])
        if formal or is_bare_type(line) or (apart and (lines or is_subject(head[at]))):
            break
        lines.append(line)
    return lines


def _listed(quotes: Quotes, lines: Sequence[Line], label: str) -> tuple[Field, ...]:
    """The entries of "Kính gửi" or "Nơi nhận", one field each; a wrapped entry is put together."""
    entries: list[tuple[str, int, int]] = []
    opened = False
    for line in lines:
        if is_rule(line):
            continue
        text, start = quotes.original[line.start : line.end].replace("*", " "), line.start
        if found := re.match(rf"\W*{label}\s*", text, re.IGNORECASE):
            text, start = text[found.end() :], start + found.end()
            if not text.strip():
                continue
        listed = bool(DASH.match(text.lstrip()))
        if entries and opened and not listed:
            value, first, _ = entries[-1]
            entries[-1] = (f"{value} {text}", first, line.end)
        else:
            entries.append((text, start, line.end))
        opened = not text.rstrip().endswith((";", "."))
    fields = []
    for text, start, end in entries:
        value = DASH.sub("", one_line(text)).strip(" ;.,*")
        if any(c.isalnum() for c in value):
            fields.append(quotes.field(value, start, end))
    return tuple(fields)


def _signature(quotes: Quotes, lines: Sequence[Line]) -> tuple[Field | None, Field | None, Field | None]:
    """Signer, office and signing authority of the first signature block."""
    block: list[Line] = []
    signer: Field | None = None
    for line in lines:
        if is_rule(line):
            continue
        if looks_like_name(line.text) and block:
            signer = quotes.of_lines(cased_person(line.text), [line])
            break
        if not MARK_OF_HAND.match(line.folded):
            block.append(line)
    joined: list[list[Line]] = []
    for line in block:
        cut = line.text.isalpha() and not line.column  # "TM. BAN THƯỜNG" / "VỤ"
        if joined and (cut or re.fullmatch(r"(?:TM|T/M|KT|TL|T/L|TUQ|Q)\.?", joined[-1][-1].text)):
            joined[-1].append(line)
        else:
            joined.append([line])
    if not joined:
        return signer, None, None
    authority = joined[:-1]
    title: Field | None = None
    last = " ".join(x.text for x in joined[-1])
    if re.match(r"^(?:TM|T/M|KT|K/T|TL|T/L|TUQ|T/UQ|Q)\b", last):
        authority = joined
    else:
        title = quotes.of_lines(cased_name(last), joined[-1])
    if not authority:
        return signer, title, None
    value = " / ".join(" ".join(x.text for x in part) for part in authority)
    return signer, title, quotes.of_lines(value, [x for part in authority for x in part])


def cased_person(name: str) -> str:
    """A person's name in usual case."""
    words = one_line(name).split()
    return " ".join(w.capitalize() if w.isupper() and len(w) > 1 else w for w in words)
