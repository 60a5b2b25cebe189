"""Which lines of a document are its formal head, whom it is addressed to, its body, its recipients, its signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from knowledge.reading.due.parties import who_is_told
from knowledge.reading.grammar import DATE, NUMBER, find_body
from knowledge.reading.head.formal_lines import (
    ADDRESS,
    AUTHORITY,
    DASH,
    DECIDES,
    MARK_OF_HAND,
    MARKER,
    OFFICE,
    RECIPIENTS,
    goes_on,
    in_quotes,
    is_bare_type,
    is_formal,
    is_motto,
    is_number_line,
    is_place_and_date,
    is_subject,
    is_unfinished,
    looks_like_name,
    type_title,
)  # fmt: skip
from knowledge.reading.head.news import own_title, pointer_at, report_at
from knowledge.reading.page.layout import Line, is_rule

Zone = Literal["title", "addressees", "body", "recipients", "signature", "outside"]

_OPENER: Final = re.compile(
    r"^(?:-\s*)?(?:can cu|dua (?:vao|tren|theo)\b|thuc hien|trien khai|thi hanh|de |nham|theo |ngay \d|xet |trong "
    r"|huong toi|chap hanh|quan triet|sau khi|tiep theo|phuc dap|nhung nam|vua qua|thoi gian qua|hien nay"
    r"|uy ban nhan dan|ubnd|ban thuong vu)"
)
_GROUNDS: Final = re.compile(r"^-?\s*(?:can (?:cu|huong dan|nghi quyet|ke hoach|luat|quy)|dua (?:vao|tren) )\b")
"""What a document is based on: no title goes on so."""
_CLOSED: Final = re.compile(r"\./\.\s*$")


@dataclass(frozen=True, slots=True)
class Zoned:
    """A line and the zone that it belongs to."""

    line: Line
    zone: Zone


def zone_lines(lines: Sequence[Line]) -> list[Zoned]:
    """Every line with its zone. A text without formal parts is body throughout."""
    head, body = 0, _body_start(lines)
    if not any(is_motto(line) or is_number_line(line) for line in lines[:body]):
        # A page that introduces a document and then prints it: what comes before its letterhead is not its head.
        below = _letterhead(lines, body)
        head, body = (below, below + _body_start(lines[below:])) if below is not None else (head, body)
    zones: list[Zone] = [
        "outside" if line.chrome else "title" if head <= at < body else "body" for at, line in enumerate(lines)
    ]
    _mark_addressees(lines, zones, body)
    _mark_end(lines, zones, body)
    return [Zoned(line, zone) for line, zone in zip(lines, zones, strict=True)]


_FURTHEST_LETTERHEAD: Final = 80
"""Lines. What stands further down is an annex or another document."""


def _letterhead(lines: Sequence[Line], start: int) -> int | None:
    """Where a letterhead begins: the State's or the Party's name with a number and a day.

    Below prose, which may have a form or another document in it, the number and the day must be filled in.
    """
    prose = False
    for at in range(start, min(len(lines), _FURTHEST_LETTERHEAD)):
        line = lines[at]
        prose = prose or len(line.text) > _LONGEST_SCRAP
        if line.chrome or not (is_motto(line) or is_number_line(line)):
            continue
        around = [x for x in lines[max(start, at - 7) : at + 9] if not x.chrome]
        numbers = [x for x in around if is_number_line(x)]
        days = [x for x in around if is_place_and_date(x)]
        if prose and not (days and any(NUMBER.search(x.text) for x in numbers) and any(map(is_motto, around))):
            continue
        if (is_motto(line) and (numbers or days)) or (numbers and days):
            while at > start and _above_motto(lines[at - 1]):
                at -= 1
            return at
    return None


_LONGEST_SCRAP: Final = 100
"""Characters. What a menu says is shorter, what an article says is longer."""


def _above_motto(line: Line) -> bool:
    """Whether a line can stand in a letterhead above the State's or the Party's name: the body, the number, a rule."""
    if line.chrome or is_rule(line) or is_number_line(line) or is_place_and_date(line):
        return True
    return line.shouting and len(line.text) < 90 and not (line.gap and type_title(line)) and not MARKER.match(line.text)


def _body_start(lines: Sequence[Line]) -> int:
    """The first line that is no longer part of the head; 0 where nothing looks like a head."""
    head = next((at for at, line in enumerate(lines[:60]) if not line.chrome and is_formal(line)), None)
    if head is None:
        return _headline_end(lines)
    first = next((at for at, line in enumerate(lines) if _starts_body(line)), len(lines))
    if head > first and not _is_menu(lines[first:head]):  # the first formal line stands inside the body
        return _headline_end(lines)
    at = head
    last = opened = head
    title_open = False
    while at < len(lines) and at < head + 80:
        line = lines[at]
        if line.chrome or is_rule(line):
            title_open = title_open and line.chrome
            at += 1
            continue
        if is_formal(line):
            title_open = type_title(line) is not None or is_subject(line) or own_title(line)
            last = opened = at
        elif ADDRESS.match(line.folded) or RECIPIENTS.match(line.folded) or _starts_section(line):
            break
        elif title_open and (_is_quoted(lines, opened, at) or _continues_title(lines, at)):
            last = at
        elif line.shouting and any(_GROUNDS.match(x.folded) for x in lines[at + 1 : at + 6]):
            last = at  # a title whose type was lost, and who decides
        elif (
            (_OPENER.match(line.folded) and not line.shouting)
            or len(line.text) > 160
            or not (line.shouting or len(line.text) < 100)
            or _decides(line)
            or (line.text.endswith(".") and not is_formal_ahead(lines, at))
        ):
            break
        elif is_formal_ahead(lines, at):
            last = at
        else:
            break
        at += 1
    return last + 1


_LONGEST_SUBJECT: Final = 6
"""Lines over which a quoted subject is followed to its closing mark."""


def _is_quoted(lines: Sequence[Line], opened: int, at: int) -> bool:
    """Whether a line still belongs to a subject that began with a quotation mark."""
    return at - opened < _LONGEST_SUBJECT and in_quotes(lines[opened:at])


def _is_menu(lines: Sequence[Line]) -> bool:
    """Whether numbered lines are the menu of a web page: few, short, and no sentences."""
    return len(lines) < 12 and all(len(x.text) < 50 and not x.text.endswith((".", ";", ":")) for x in lines)


def is_formal_ahead(lines: Sequence[Line], at: int) -> bool:
    """Whether a formal line follows within a few lines: an issuing body may stand before any of them."""
    return any(is_formal(line) for line in lines[at + 1 : at + 8] if not line.chrome and not _starts_section(line))


def _opens_body(line: Line, above: Line) -> bool:
    """Whether a line below a title says what the document is based on, or what it carries out."""
    if _GROUNDS.match(line.folded):
        return True
    opens = line.text[:1].isupper() and not line.shouting and bool(_OPENER.match(line.folded))
    sentence = NUMBER.search(line.text) or line.text.endswith((".", ":", ";")) or DATE.match(line.text, 5)
    return opens and not is_bare_type(above) and not is_unfinished(above) and bool(sentence)


def _continues_title(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is still the title: it follows at once, or is the first after the type's own line."""
    line, before = lines[at], lines[at - 1]
    if _opens_body(line, before):
        return False
    typed = type_title(before) is not None and (is_bare_type(before) or line.shouting or not _OPENER.match(line.folded))
    if line.gap and not goes_on(line, before):
        return typed and not line.text.endswith(":") and len(line.text) < 400
    return typed or line.shouting == before.shouting or goes_on(line, before)


def _decides(line: Line) -> bool:
    return line.shouting and bool(DECIDES.search(line.folded)) and type_title(line) is None


def _starts_section(line: Line) -> bool:
    match = MARKER.match(line.text)
    return bool(match) and not is_number_line(line)


def _starts_body(line: Line) -> bool:
    return not line.chrome and (
        bool(ADDRESS.match(line.folded)) or _starts_section(line) or (len(line.text) > 200 and not own_title(line))
    )


def _headline_end(lines: Sequence[Line]) -> int:
    """Where the headline of a news page ends: before the sentence that names the document, if there is one."""
    at = report_at(lines)
    if at is None and pointer_at(lines) is not None:
        at = next((i + 1 for i, line in enumerate(lines) if not line.chrome and len(line.text) > 20), None)
    above = [line for line in lines[: at or 0] if not line.chrome]
    if any(len(x.text) > 250 or x.text.endswith(".") or _starts_section(x) for x in above):
        return 0
    return at or 0


def _mark_addressees(lines: Sequence[Line], zones: list[Zone], body: int) -> None:
    at = next((i for i, line in enumerate(lines[: body + 40]) if ADDRESS.match(line.folded)), None)
    if at is None:
        return
    zones[at] = "addressees"
    dashed = False
    complete = bool(re.search(r"kinh (?:gui|trinh)\s*:?\s*[^\s:]", lines[at].folded))
    for i in range(at + 1, min(at + 60, len(lines))):
        line, before = lines[i], lines[i - 1]
        if line.chrome or is_rule(line):
            continue
        listed = bool(DASH.match(line.text))
        dashed = dashed or listed
        # Below a list with dashes, a line without one is the rest of an entry, or no addressee.
        open_ = (",", ":") if dashed else (",", ";", ":")
        unfinished = before.text.endswith(open_) or line.text[:1].islower()
        if listed or not complete or (unfinished and not _starts_section(line) and len(line.text) < 150):
            zones[i], complete = "addressees", True
        elif not line.gap and len(line.text) < 90 and not line.text.endswith(":") and _is_body(line.text):
            zones[i] = "addressees"
        else:
            break


def _is_body(text: str) -> bool:
    """Whether a line names a body, and does not say what it does."""
    return find_body(text, 0) is not None and who_is_told(text) is None


def _mark_end(lines: Sequence[Line], zones: list[Zone], body: int) -> None:
    """Recipients and signature; what follows them (an annex, a second document) is body again."""
    at = body
    while at < len(lines):
        line = lines[at]
        if zones[at] == "body" and RECIPIENTS.match(line.folded):
            at = _mark_recipients(lines, zones, at)
        elif (zones[at] == "body" and AUTHORITY.match(line.text) and line.shouting) or (
            zones[at] == "body" and _lone_office(lines, zones, at)
        ):
            at = _mark_signature(lines, zones, at)
        else:
            at += 1


def _lone_office(lines: Sequence[Line], zones: Sequence[Zone], at: int) -> bool:
    """Whether an office in capitals ("CHỦ TỊCH") is signed: after recipients or the closing mark, a name below it."""
    line = lines[at]
    if not (line.shouting and OFFICE.match(line.folded) and len(line.text) < 60):
        return False
    before = [i for i in range(max(at - 4, 0), at) if not is_rule(lines[i])]
    closed = any(zones[i] == "recipients" or _CLOSED.search(lines[i].text) for i in before)
    return closed or any(looks_like_name(follower.text) for follower in lines[at + 1 : at + 5])


def _mark_recipients(lines: Sequence[Line], zones: list[Zone], at: int) -> int:
    zones[at] = "recipients"
    for i in range(at + 1, len(lines)):
        line = lines[i]
        if line.chrome:
            continue
        if line.column or _signed(line):  # printed to the right of the recipients
            zones[i] = "signature"
            continue
        listed = bool(DASH.match(line.text))
        wrapped = lines[i - 1].text[-1:] not in (".", ";") and line.text[:1].islower() and not MARKER.match(line.text)
        if not (listed or wrapped) or (line.shouting and not listed):
            return i
        zones[i] = "recipients"
    return len(lines)


def _signed(line: Line) -> bool:
    """Whether a line among the recipients belongs to the signature beside them."""
    if MARK_OF_HAND.match(line.folded):
        return True
    if line.shouting:
        return bool(AUTHORITY.match(line.text) or (OFFICE.match(line.folded) and len(line.text) < 60))
    return looks_like_name(line.text)


def _mark_signature(lines: Sequence[Line], zones: list[Zone], at: int) -> int:
    for i in range(at, len(lines)):
        line = lines[i]
        if line.chrome or is_rule(line):
            continue
        if looks_like_name(line.text) and not (
            line.shouting and (OFFICE.match(line.folded) or AUTHORITY.match(line.text))
        ):
            zones[i] = "signature"
            return i + 1
        signed = MARK_OF_HAND.match(line.folded)
        official = line.shouting and len(line.text) < 90 and type_title(line) is None
        if i > at and not (signed or official or (i - at < 6 and OFFICE.match(line.folded) and len(line.text) < 60)):
            return i
        zones[i] = "signature"
    return len(lines)
