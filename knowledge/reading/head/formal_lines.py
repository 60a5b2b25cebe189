"""What a single line of a document is: a type, a number, a place and day, a subject, an office, a person's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from knowledge.fold import fold
from knowledge.reading.grammar import TYPES, find_body
from knowledge.reading.head.news import own_title
from knowledge.reading.page.layout import SYMBOL_LABELS, Line, is_rule

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

_MOTTO: Final = re.compile(
    r"cong hoa xa ?hoi chu nghia viet nam|dang cong san viet nam|doc lap[ -]+tu do[ -]+hanh phuc"
)
_TYPES_FOLDED: Final = frozenset(fold(t) for t in TYPES)
_TYPE_TITLE: Final = re.compile(r"^(?:" + "|".join(sorted(_TYPES_FOLDED, key=len, reverse=True)) + r")\b")
_PART_TITLE: Final = re.compile(r"^(?:nhung )?(?:quy dinh|dieu khoan) (?:chung|cu the|khac|chuyen tiep|thi hanh)\b")
"""Headings of chapters that begin like a type of document."""
DECIDES: Final = re.compile(r"\b(?:quyet dinh|quyet nghi|ra nghi quyet|chi thi|ket luan)\s*:?$")
ADDRESS: Final = re.compile(r"^(?:kinh (?:gui|trinh)\b|[^.;:]{5,90} dien ?:$)")
"""What opens the list of addressees; a telegram says who wires: "CHỦ TỊCH … điện:"."""
RECIPIENTS: Final = re.compile(r"^noi nhan\b")
AUTHORITY: Final = re.compile(r"^(?:TM|T/M|T\.M|KT|K/T|TL|T/L|TUQ|T/UQ|Q|TM/)\b\.?(?:\s|$|[A-ZĐỦỞÂ])")
OFFICE: Final = re.compile(
    r"^(?:(?:quyen |pho )?(?:tong )?(?:chu tich|bi thu|giam doc|truong (?:ban|phong|khoi|doan)"
    r"|chanh (?:van phong|thanh tra"
    r"|an)|bo truong|thu truong|thu tuong|vien truong|hieu truong|cuc truong|tong cuc truong|chu nhiem|thu ky|truong"
    r" thon)|pho (?:truong|chanh|thu|chu|vien|bi|giam|tong).*|chanh van phong|uy vien.*)"
)
MARK_OF_HAND: Final = re.compile(r"^\(?(?:da (?:duoc )?ky|ky ten|ky,|ky (?:so|dien tu)|chu ky|con dau)")
"""What stands in print for a signature or a seal."""


def _broken(motto: str) -> set[str]:
    """What can stand on a line where a motto is broken: its beginnings, its ends, three words from within."""
    words = motto.split()
    size = len(words)
    ends = {" ".join(words[:n]) for n in range(1, size)} | {" ".join(words[n:]) for n in range(1, size)}
    within = {" ".join(words[a:b]) for a in range(1, size) for b in range(a + 3, size)}
    return ends | within


_MOTTO_PARTS: Final = frozenset(
    _broken("cong hoa xa hoi chu nghia viet nam")
    | _broken("dang cong san viet nam")
    | (_broken("doc lap tu do hanh phuc") - {"doc"})
) - {"dang"}


def is_motto(line: Line) -> bool:
    """Whether a line is part of the State's or the Party's heading, also where it is broken over several lines."""
    if len(line.folded) > 40 or _MOTTO.search(line.folded):
        return bool(_MOTTO.search(line.folded))
    return " ".join(_WORD.findall(line.folded)) in _MOTTO_PARTS


_WORD: Final = re.compile(r"\w+")


def type_title(line: Line) -> str | None:
    """The type of document where a line is its title ("KẾ HOẠCH"), else ``None``."""
    match = _TYPE_TITLE.match(line.folded)
    if (
        not match
        or not (line.shouting or is_bare_type(line))
        or _PART_TITLE.match(line.folded)
        or (DECIDES.search(line.folded) and len(line.folded) > match.end() + 1)
    ):
        return None
    return next(t for t in TYPES if fold(t) == match.group())


def is_bare_type(line: Line) -> bool:
    """Whether a line is the name of a type and nothing else ("KẾ HOẠCH")."""
    return line.folded.strip(" :") in _TYPES_FOLDED


_TYPED_NUMBER: Final = re.compile(r"^(?:luat|phap lenh|nghi quyet|nghi dinh|lenh) so ?: ?\d{1,4}/[\w/-]+$")
"""As acts of the National Assembly print their number: "Nghị quyết số: 653/2019/UBTVQH14"."""


def is_number_line(line: Line) -> bool:
    """Whether a line gives the document's number, or is where it was left blank."""
    if line.text.startswith("số ") and len(line.text) > 40:
        return False  # a sentence that was broken before its citation: "… Nghị quyết" / "số 25-NQ/TW, ngày …"
    if _TYPED_NUMBER.match(line.folded):
        return True
    return bool(re.match(r"^[*]?so(?: ky hieu)?\s*[:.]?\s*(?:$|[\d./\s…_]*[-/])", line.folded))


def is_place_and_date(line: Line) -> bool:
    """Whether a line is "Trà Vinh, ngày 06 tháng 4 năm 2020", complete or with blanks."""
    return bool(
        re.match(r"^[\w .()-]{2,40},\s*(?:ngay\b|thang\b)[\s\d….]*(?:thang[\s\d….]*)?(?:nam[\s\d….]*)?$", line.folded)
    ) or bool(re.match(r"^[\w .-]{2,40}, ngay \d{1,2}[/-]\d{1,2}[/-]\d{4}$", line.folded))


def is_subject(line: Line) -> bool:
    """Whether a line begins the subject of a công văn: "V/v …"."""
    return bool(re.match(r"^[*(\"]*v/v\b", line.folded)) or (
        line.folded.startswith("ve viec ") and len(line.folded) < 120
    )


def is_formal(line: Line) -> bool:
    """Whether a line is a sign of a document's formal head."""
    return (
        is_motto(line) or is_number_line(line) or is_place_and_date(line) or is_subject(line)
        or type_title(line) is not None or bool(SYMBOL_LABELS.match(line.folded)) or own_title(line)
    )  # fmt: skip


_UNFINISHED: Final = re.compile(r"(?:,|-|\b(?:cua|va|voi|giua|do|cho|tai|tren|giai doan|nhiem ky))$")
_YEARS: Final = re.compile(r"(?:19|20)\d\d(?: ?- ?(?:(?:19|20)\d\d)?)?")


def is_unfinished(line: Line) -> bool:
    """Whether a line of a title cannot end here: "… nhiệm kỳ 2026 -"."""
    return not is_rule(line) and bool(_UNFINISHED.search(line.folded))


def goes_on(line: Line, above: Line) -> bool:
    """Whether a line can only be the rest of the one above, also over a blank line: text copied from Word is spaced."""
    return (
        (line.text[:1].islower() and not MARKER.match(line.text))
        or is_unfinished(above)
        or bool(_YEARS.fullmatch(line.text))
    )


def in_quotes(lines: Sequence[Line]) -> bool:
    """Whether a quotation mark before a subject is still open: blank lines do not end it."""
    return lines[0].text.startswith('"') and sum(x.text.count('"') for x in lines) % 2 == 1


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
        and fold(text) not in _TYPES_FOLDED
        and not (
            text.isupper() and (OFFICE.match(fold(text)) or AUTHORITY.match(text) or find_body(text, 0) is not None)
        )
    )
