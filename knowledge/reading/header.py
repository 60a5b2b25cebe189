"""The formal parts of a document, each with the words it was read from; what is not printed stays ``None``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from knowledge.document import Field, Header
from knowledge.fold import fold, one_line
from knowledge.reading.formal_lines import (
    DASH,
    MARK_OF_HAND,
    goes_on,
    is_motto,
    is_number_line,
    is_place_and_date,
    is_subject,
    is_unfinished,
    looks_like_name,
    own_title,
    type_title,
)
from knowledge.reading.grammar import (
    BLANK_NUMBER,
    DATE,
    NUMBER,
    TYPE_AT,
    canonical_type,
    cased_name,
    date_of,
    symbol_of,
    tidy_number,
    type_from_symbol,
)
from knowledge.reading.issuer import read_issuer
from knowledge.reading.layout import SYMBOL_LABELS, Line, is_rule
from knowledge.reading.quotes import Quotes
from knowledge.reading.zones import Zoned, news_lead, opening

NEWS_OF: Final = "Tin (đưa lại {})"
"""Type of a page that reports on a document instead of printing it."""


def read_header(original: str, zoned: Sequence[Zoned]) -> Header:
    """Everything formal that the text itself gives; state layout, Party layout, or a web page's headline."""
    head = [z.line for z in zoned if z.zone == "title"]
    body = [z.line for z in zoned if z.zone == "body"]
    addressees = [z.line for z in zoned if z.zone == "addressees"]
    formal = any(is_motto(x) or is_number_line(x) for x in head)
    title_line = next((x for x in head if own_title(x)), None)
    lead = None
    if not formal and title_line is None and not addressees:
        lead = next((x for x in opening(body) if news_lead(x)), None)
    quotes = Quotes(original)
    labelled = _labelled(quotes, head)
    number, symbol = _number(quotes, head, title_line, lead)
    date, place = _date_and_place(quotes, head, title_line, lead)
    signer, signer_title, authority = _signature(quotes, [z.line for z in zoned if z.zone == "signature"])
    doc_type = _type(quotes, head, title_line, lead, symbol, body, formal)
    number = number or labelled.get("so hieu")
    return Header(
        type=doc_type or labelled.get("loai van ban"),
        number=number,
        symbol=symbol or (_symbol_field(number) if number else None),
        date=date or labelled.get("ngay ban hanh") or _adopted(quotes, body),
        place=place,
        issuer=read_issuer(quotes, head, title_line, lead, body) or labelled.get("co quan ban hanh"),
        title=_title(quotes, head, title_line, lead),
        addressees=_listed(quotes, addressees, r"(?:kính\s+(?:gửi|trình)\s*:?|[^.;:\n]{5,90}\sđiện\s*:)"),
        signer=signer or labelled.get("nguoi ky"),
        signer_title=signer_title,
        signing_authority=authority,
        recipients=_listed(quotes, [z.line for z in zoned if z.zone == "recipients"], r"nơi\s+nhận\s*:?"),
    )


def _symbol_field(number: Field) -> Field:
    return Field(symbol_of(number.value), number.quote, number.start)


def _number(
    quotes: Quotes, head: Sequence[Line], title_line: Line | None, lead: Line | None
) -> tuple[Field | None, Field | None]:
    flow = quotes.flow([x for x in head if not is_rule(x) and not SYMBOL_LABELS.match(x.folded)])
    blank: Field | None = None
    for match in re.finditer(r"(?:^|\n)\W*(?:Số|SỐ|số)\s*(?:ký hiệu\s*)?[:.]?\s*", flow.text):
        number = NUMBER.match(flow.text, match.end())
        start = match.start() + len(match.group()) - len(match.group().lstrip("\n* "))
        if number:
            field = quotes.of_flow(flow, tidy_number(number.group()), start, number.end())
            return field, Field(symbol_of(field.value), field.quote, field.start)
        empty = BLANK_NUMBER.match(flow.text, start)
        if empty and blank is None:
            blank = quotes.of_flow(flow, tidy_number(empty["symbol"]), start, empty.end())
    if blank:
        return None, blank
    for line in (title_line, lead):
        flow = quotes.flow([line] if line else [])
        number = NUMBER.search(flow.text)
        if number:
            field = quotes.of_flow(flow, tidy_number(number.group()), number.start(), number.end())
            return field, Field(symbol_of(field.value), field.quote, field.start)
    return None, None


def _date_and_place(
    quotes: Quotes, head: Sequence[Line], title_line: Line | None, lead: Line | None
) -> tuple[Field | None, Field | None]:
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
    for source in (title_line, lead):
        if source is None:
            continue
        flow = quotes.flow([source])
        match = re.search(r"(?:ngày|Ngày)\s+(?=\d)", flow.text)
        date = DATE.match(flow.text, match.end()) if match else None
        day = date_of(date) if date else None
        if match and date and day:
            return quotes.of_flow(flow, day.isoformat(), match.start(), date.end()), None
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


def _type(
    quotes: Quotes,
    head: Sequence[Line],
    title_line: Line | None,
    lead: Line | None,
    symbol: Field | None,
    body: Sequence[Line],
    formal: bool,
) -> Field | None:
    for line in head:
        found = type_title(line)
        if found and not SYMBOL_LABELS.match(line.folded):
            return quotes.of_lines(found, [line])
    if title_line is not None:
        match = TYPE_AT.match(title_line.text)
        if match:
            return quotes.of_lines(canonical_type(match.group()), [title_line])
    if lead is not None:
        number = NUMBER.search(lead.text)
        before = re.findall(TYPE_AT.pattern, lead.text[: number.start()] if number else "", re.IGNORECASE)
        found = canonical_type(before[-1]) if before else None
        if found:
            # A page that prints the document's own sections is that document; a note about it is news.
            whole = "toan van" in lead.folded or any(
                re.match(r"^(?:[ivx]+\.|dieu 1\b|chuong i\b)", x.folded) for x in body
            )
            return quotes.of_lines(found if whole else NEWS_OF.format(found), [lead])
    if symbol is not None and (found := type_from_symbol(symbol.value)):
        return Field(found, symbol.quote, symbol.start)
    subject = next((x for x in head if is_subject(x)), None)
    return quotes.of_lines("Công văn", [subject]) if subject and formal else None


def _title(quotes: Quotes, head: Sequence[Line], title_line: Line | None, lead: Line | None) -> Field | None:
    for at, line in enumerate(head):
        if is_subject(line):
            lines = [line, *_wrapped(head, at)]
            text = re.sub(r"^\W*(?:V/v|Về việc)\s*:?\s*", "", quotes.printed(lines), flags=re.IGNORECASE)
            return quotes.of_lines(text.strip(" *."), lines)
    for at, line in enumerate(head):
        if type_title(line) and not SYMBOL_LABELS.match(line.folded):
            own = re.sub(r"^\W*", "", quotes.printed([line]))[len(type_title(line) or "") :].strip(" :-")
            lines = _wrapped(head, at)
            if own:
                return quotes.of_lines(_without_about(f"{own} {quotes.printed(lines)}"), [line, *lines])
            if lines:
                return quotes.of_lines(_without_about(quotes.printed(lines)), lines)
    for source in (title_line, lead):
        if source is None:
            continue
        flow = quotes.flow([source])
        match = re.search(r"\b(?:về việc|về)\s+", flow.text)
        if match:
            sentence_end = re.compile(r"\.\s+(?=[A-ZĐ])|\n").search(flow.text, match.end())
            end = len(flow.text[: sentence_end.start() if sentence_end else None].rstrip(" .\n"))
            return quotes.of_flow(flow, one_line(flow.text[match.end() : end]), match.start(), end)
    plain = [x for x in head if not is_rule(x)]
    return quotes.of_lines(quotes.printed(plain), plain) if lead and plain else None


def _without_about(title: str) -> str:
    """A title without the "Về (việc)" that introduces it."""
    title = re.sub(r"^của\s+[A-ZĐỦỞ][^,.;]{3,60}?\s+(?=về\s)", "", title.strip(), flags=re.IGNORECASE)
    return re.sub(r"^(?:về việc|về)\s+", "", title, flags=re.IGNORECASE)


_DECIDING: Final = re.compile(
    r"^(?:chu tich|bo truong|giam doc|thu tuong|uy ban nhan dan|hoi dong nhan dan|ban thuong vu|ban chap hanh)\b"
)


def _wrapped(head: Sequence[Line], at: int) -> list[Line]:
    """The lines that go on with the subject or title that begins at a line."""
    lines: list[Line] = []
    for line in head[at + 1 :]:
        before = lines[-1] if lines else head[at]
        titled = bool(lines) or is_subject(head[at])
        if titled and line.shouting and _DECIDING.match(line.folded) and not is_unfinished(before):
            break  # who decides, on a line of its own below the title
        formal = is_rule(line) or is_motto(line) or is_number_line(line) or is_place_and_date(line)
        if formal or type_title(line) or (line.gap and not goes_on(line, before) and (lines or is_subject(head[at]))):
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
        if value:
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
        if joined and re.fullmatch(r"(?:TM|T/M|KT|TL|T/L|TUQ|Q)\.?", joined[-1][-1].text):
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


def _labelled(quotes: Quotes, head: Sequence[Line]) -> dict[str, Field]:
    """The properties that a law library prints above a document, by folded label."""
    found: dict[str, Field] = {}
    for line in head:
        match = SYMBOL_LABELS.match(line.folded)
        if not match:
            continue
        label = match.group().strip(" :")
        value = line.text[len(match.group()) :].strip(" :") if len(line.folded) == len(line.text) else ""
        if not value:
            continue
        if label.startswith("ngay"):
            date = DATE.search(value)
            day = date_of(date) if date else None
            if day:
                found[label] = quotes.of_lines(day.isoformat(), [line])
        else:
            found[label] = quotes.of_lines(value, [line])
    return found
