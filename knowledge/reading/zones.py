"""Which lines of a document are its formal head, whom it is addressed to, its body, its recipients, its signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from knowledge.fold import fold
from knowledge.reading.grammar import DATE, NUMBER, TYPE_AT, TYPES, find_body
from knowledge.reading.layout import SYMBOL_LABELS, Line, is_rule
from knowledge.reading.parties import who_is_told

Zone = Literal["title", "addressees", "body", "recipients", "signature", "outside"]

MARKER: Final = re.compile(
    r"^[-+•*.\s\"]*(?:(?P<part>phần|chương|mục|tiểu mục|điều|phụ lục)\s+(?:thứ\s+)?(?P<name>[ivxlc]+|\d+[a-z]?"
    r"|nhất|hai|ba|tư|năm|sáu|bảy|tám|chín|mười)\b\s*[.:)-]?"
    r"|(?P<roman>[IVX]{1,6})\s*[.)-](?=\s|[A-ZĐ]|$)"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2}){1,3})\.?\s(?=\D)"
    r"|(?P<number>\d{1,2})\s*(?:[.)]|[-/](?=\s))(?!\d)"
    r"|(?P<letter>[a-zđ])\s*[.)](?=\s))",
    re.IGNORECASE,
)
"""What a numbered section begins with. ``roman`` and ``letter`` still need their case checked."""
DASH: Final = re.compile(r"^(?:[-–+•*·✓►]|\u2022|o)\s*(?=\S)")

_MOTTO: Final = re.compile(r"cong hoa xa hoi chu nghia viet nam|dang cong san viet nam|doc lap ?- ?tu do ?- ?hanh phuc")
_TYPE_TITLE: Final = re.compile(r"^(?:" + "|".join(sorted((fold(t) for t in TYPES), key=len, reverse=True)) + r")\b")
_PART_TITLE: Final = re.compile(r"^(?:nhung )?(?:quy dinh|dieu khoan) (?:chung|cu the|khac|chuyen tiep|thi hanh)\b")
"""Headings of chapters that begin like a type of document."""
_OPENER: Final = re.compile(
    r"^(?:-\s*)?(?:can cu|thuc hien|trien khai|thi hanh|de |nham|theo |ngay \d|xet |trong |huong toi|chap hanh"
    r"|quan triet"
    r"|sau khi|tiep theo|phuc dap|nhung nam|vua qua|thoi gian qua|hien nay|uy ban nhan dan|ubnd|ban thuong vu)"
)
_DECIDES: Final = re.compile(r"\b(?:quyet dinh|quyet nghi|ra nghi quyet|chi thi|ket luan)\s*:?$")
_ADDRESS: Final = re.compile(r"^(?:kinh (?:gui|trinh)\b|[^.;:]{5,90} dien ?:$)")
"""What opens the list of addressees; a telegram says who wires: "CHỦ TỊCH … điện:"."""
_RECIPIENTS: Final = re.compile(r"^noi nhan\b")
_AUTHORITY: Final = re.compile(r"^(?:TM|T/M|T\.M|KT|K/T|TL|T/L|TUQ|T/UQ|Q|TM/)\b\.?(?:\s|$|[A-ZĐỦỞÂ])")
_OFFICE: Final = re.compile(
    r"^(?:(?:quyen |pho )?(?:tong )?(?:chu tich|bi thu|giam doc|truong (?:ban|phong|khoi|doan)"
    r"|chanh (?:van phong|thanh tra"
    r"|an)|bo truong|thu truong|thu tuong|vien truong|hieu truong|cuc truong|tong cuc truong|chu nhiem|thu ky|truong"
    r" thon)|pho (?:truong|chanh|thu|chu|vien|bi|giam|tong).*|chanh van phong|uy vien.*)"
)
MARK_OF_HAND: Final = re.compile(r"^\(?(?:da (?:duoc )?ky|ky ten|ky,|ky (?:so|dien tu)|chu ky|con dau)")
"""What stands in print for a signature or a seal."""
_CLOSED: Final = re.compile(r"\./\.\s*$")


@dataclass(frozen=True, slots=True)
class Zoned:
    """A line and the zone that it belongs to."""

    line: Line
    zone: Zone


def is_motto(line: Line) -> bool:
    """Whether a line is part of the State's or the Party's heading, also where it is broken over two lines."""
    words = line.folded.strip(" -_*")
    return bool(_MOTTO.search(words)) or words in {
        "cong", "hoa xa hoi chu nghia viet nam", "cong hoa xa hoi", "chu nghia viet nam", "dang cong san", "viet nam",
        "cong hoa xa hoi chu nghia", "doc lap - tu do", "hanh phuc", "dang cong", "san viet nam",
    }  # fmt: skip


def type_title(line: Line) -> str | None:
    """The type of document where a line is its title ("KẾ HOẠCH"), else ``None``."""
    if not line.shouting and line.folded.strip(" :") not in {fold(t) for t in TYPES}:
        return None
    match = _TYPE_TITLE.match(line.folded)
    if (
        not match
        or _PART_TITLE.match(line.folded)
        or (_DECIDES.search(line.folded) and len(line.folded) > match.end() + 1)
    ):
        return None
    return next(t for t in TYPES if fold(t) == match.group())


def is_number_line(line: Line) -> bool:
    """Whether a line gives the document's number, or is where it was left blank."""
    if line.text.startswith("số ") and len(line.text) > 40:
        return False  # a sentence that was broken before its citation: "… Nghị quyết" / "số 25-NQ/TW, ngày …"
    return bool(re.match(r"^[*]?so(?: ky hieu)?\s*[:.]?\s*(?:$|[\d./\s…_]*[-/])", line.folded))


def is_place_and_date(line: Line) -> bool:
    """Whether a line is "Trà Vinh, ngày 06 tháng 4 năm 2020", complete or with blanks."""
    return bool(
        re.match(r"^[\w .()-]{2,40},\s*(?:ngay\b|thang\b)[\s\d….]*(?:thang[\s\d….]*)?(?:nam[\s\d….]*)?$", line.folded)
    ) or bool(re.match(r"^[\w .-]{2,40}, ngay \d{1,2}[/-]\d{1,2}[/-]\d{4}$", line.folded))


def is_subject(line: Line) -> bool:
    """Whether a line begins the subject of a công văn: "V/v …"."""
    return bool(re.match(r"^[*(]*v/v\b", line.folded)) or (
        line.folded.startswith("ve viec ") and len(line.folded) < 120
    )


def own_title(line: Line) -> re.Match[str] | None:
    """The number in a line such as "Kế hoạch số 17-KH/BDVTW ngày 02/6/2020 của … về …", a web page's headline."""
    if not _TYPE_TITLE.match(line.folded):
        return None
    match = NUMBER.search(line.text)
    return match if match and match.start() < 45 and not line.text.rstrip().endswith((";", ",")) else None


ISSUED: Final = re.compile(
    rf"\s*\b(?:đã |vừa |mới )*(?:(?:ký )?(?:ban hành|có)\s+|ra\s+(?=(?:{TYPE_AT.pattern})))", re.IGNORECASE
)
"""What a page says of the body that issued the document it reports on."""


def news_lead(line: Line) -> bool:
    """Whether a line reports that somebody issued a document: the first sentence of a page about it."""
    head = line.text[:400]
    verb = ISSUED.search(head)
    number = NUMBER.search(head)
    return bool(
        verb and number and verb.start() < number.start() and (DATE.search(head) and re.search(r"(?i)\bngày", head))
    )


def opening(lines: Sequence[Line]) -> list[Line]:
    """The first lines that can hold a page's first sentence: menus and other short scraps are passed over."""
    return [x for x in lines if not x.chrome and len(x.text) > 40][:4]


def zone_lines(lines: Sequence[Line]) -> list[Zoned]:
    """Every line with its zone. A text without formal parts is body throughout."""
    body = _body_start(lines)
    zones: list[Zone] = [
        "outside" if line.chrome else "title" if at < body else "body" for at, line in enumerate(lines)
    ]
    _mark_addressees(lines, zones, body)
    _mark_end(lines, zones, body)
    return [Zoned(line, zone) for line, zone in zip(lines, zones, strict=True)]


def is_formal(line: Line) -> bool:
    """Whether a line is a sign of a document's formal head."""
    return (
        is_motto(line) or is_number_line(line) or is_place_and_date(line) or is_subject(line)
        or type_title(line) is not None or bool(SYMBOL_LABELS.match(line.folded)) or own_title(line) is not None
    )  # fmt: skip


def _body_start(lines: Sequence[Line]) -> int:
    """The first line that is no longer part of the head; 0 where nothing looks like a head."""
    head = next((at for at, line in enumerate(lines[:60]) if not line.chrome and is_formal(line)), None)
    if head is None:
        return _headline_end(lines)
    first = next((at for at, line in enumerate(lines) if _starts_body(line)), len(lines))
    if head > first:  # the first formal line stands inside the body
        return _headline_end(lines)
    at = head
    last = head
    title_open = False
    while at < len(lines) and at < head + 80:
        line = lines[at]
        if line.chrome or is_rule(line):
            title_open = title_open and line.chrome
            at += 1
            continue
        if is_formal(line):
            title_open = type_title(line) is not None or is_subject(line) or own_title(line) is not None
            last = at
        elif _ADDRESS.match(line.folded) or _RECIPIENTS.match(line.folded) or _starts_section(line):
            break
        elif title_open and not line.folded.startswith("can cu") and _continues_title(lines, at):
            last = at
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


def is_formal_ahead(lines: Sequence[Line], at: int) -> bool:
    """Whether a formal line follows within a few lines: an issuing body may stand before any of them."""
    return any(is_formal(line) for line in lines[at + 1 : at + 8] if not line.chrome and not _starts_section(line))


def _continues_title(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is still the title: it follows at once, or is the first after the type's own line."""
    line, before = lines[at], lines[at - 1]
    if line.gap and not goes_on(line, before):
        return type_title(before) is not None and not line.text.endswith(":") and len(line.text) < 400
    return type_title(before) is not None or line.shouting == before.shouting or line.text[:1].islower()


_UNFINISHED: Final = re.compile(r"(?:,|-|\b(?:cua|va|voi|giua|do|cho|tai|tren))$")


def is_unfinished(line: Line) -> bool:
    """Whether a line of a title cannot end here: "… nhiệm kỳ 2026 -"."""
    return not is_rule(line) and bool(_UNFINISHED.search(line.folded))


def goes_on(line: Line, above: Line) -> bool:
    """Whether a line can only be the rest of the one above, also over a blank line: text copied from Word is spaced."""
    return (line.text[:1].islower() and not MARKER.match(line.text)) or is_unfinished(above)


def _decides(line: Line) -> bool:
    return line.shouting and bool(_DECIDES.search(line.folded)) and type_title(line) is None


def _starts_section(line: Line) -> bool:
    match = MARKER.match(line.text)
    return bool(match) and not is_number_line(line)


def _starts_body(line: Line) -> bool:
    return not line.chrome and (
        bool(_ADDRESS.match(line.folded)) or _starts_section(line) or (len(line.text) > 200 and own_title(line) is None)
    )


def _headline_end(lines: Sequence[Line]) -> int:
    """Where the headline of a news page ends: before the sentence that names the document, if there is one."""
    first = opening(lines)
    for at, line in enumerate(lines):
        if line.chrome or (line not in first and at > 7):
            continue
        if news_lead(line):
            return at
        if (first and line is first[-1]) or len(line.text) > 250 or line.text.endswith(".") or _starts_section(line):
            return 0
    return 0


def _mark_addressees(lines: Sequence[Line], zones: list[Zone], body: int) -> None:
    at = next((i for i, line in enumerate(lines[: body + 40]) if _ADDRESS.match(line.folded)), None)
    if at is None:
        return
    zones[at] = "addressees"
    complete = bool(re.search(r"kinh (?:gui|trinh)\s*:?\s*[^\s:]", lines[at].folded))
    for i in range(at + 1, min(at + 60, len(lines))):
        line, before = lines[i], lines[i - 1]
        if line.chrome or is_rule(line):
            continue
        listed = bool(DASH.match(line.text))
        unfinished = before.text.endswith((",", ";", ":")) or line.text[:1].islower()
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
        if zones[at] == "body" and _RECIPIENTS.match(line.folded):
            at = _mark_recipients(lines, zones, at)
        elif (zones[at] == "body" and _AUTHORITY.match(line.text) and line.shouting) or (
            zones[at] == "body" and _lone_office(lines, zones, at)
        ):
            at = _mark_signature(lines, zones, at)
        else:
            at += 1


def _lone_office(lines: Sequence[Line], zones: Sequence[Zone], at: int) -> bool:
    """Whether an office in capitals ("CHỦ TỊCH") is signed: after recipients or the closing mark, a name below it."""
    line = lines[at]
    if not (line.shouting and _OFFICE.match(line.folded) and len(line.text) < 60):
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
        return bool(_AUTHORITY.match(line.text) or (_OFFICE.match(line.folded) and len(line.text) < 60))
    return looks_like_name(line.text)


def _mark_signature(lines: Sequence[Line], zones: list[Zone], at: int) -> int:
    for i in range(at, len(lines)):
        line = lines[i]
        if line.chrome or is_rule(line):
            continue
        if looks_like_name(line.text) and not (
            line.shouting and (_OFFICE.match(line.folded) or _AUTHORITY.match(line.text))
        ):
            zones[i] = "signature"
            return i + 1
        signed = MARK_OF_HAND.match(line.folded)
        official = line.shouting and len(line.text) < 90 and type_title(line) is None
        if i > at and not (signed or official or (i - at < 6 and _OFFICE.match(line.folded) and len(line.text) < 60)):
            return i
        zones[i] = "signature"
    return len(lines)


_ACADEMIC: Final = re.compile(r"^(?:(?:GS|PGS|TS|ThS|BS|CN|KS|Đ/c|Ông|Bà)(?:\.\s*|\s+))+", re.IGNORECASE)


def looks_like_name(text: str) -> bool:
    """Whether a line is a person's name and nothing else: two to six words, each with a capital."""
    words = _ACADEMIC.sub("", text).split()
    return (
        2 <= len(words) <= 6
        and all(
            w[0].isupper() and w.replace("'", "").isalpha() and len(w) <= 7 and (w.istitle() or text.isupper())
            for w in words
        )
        and not (
            text.isupper() and (_OFFICE.match(fold(text)) or _AUTHORITY.match(text) or find_body(text, 0) is not None)
        )
    )
