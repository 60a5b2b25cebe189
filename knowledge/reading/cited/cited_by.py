"""Who issued a cited document, and when: what the words around its number say, and the letters of its symbol."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from knowledge.fold import fold, one_line
from knowledge.reading.grammar import DATE, bodies_end, body_end, cased_name, date_of, find_body

_TERM: Final = r"(?:\s*\((?:khóa|khoá|nhiệm kỳ)\s[^)¶]{1,24}\))?"
_DATE_AFTER: Final = re.compile(
    rf"{_TERM}\s*"
    r"[,(]?\s*(?:(?:được )?(?:ban hành|ký)\s+|cùng\s+"
    r"|(?:đã\s+)?được\s+(?:Quốc hội|HĐND|Hội đồng)\s[^;:.¶]{0,60}?thông qua\s+(?:tại\s+[^;:.¶]{3,50}?)?)?ngày\s+",
    re.IGNORECASE,
)
_UNREAD_DATE: Final = re.compile(
    r"\s*[,(]?\s*ngày[\s\dlIOo.…_]{1,12}(?:/|\s?tháng\b)[\s\dlIOo.…_]{0,12}(?:/|năm\s)\s?\d{4}(?!\d)"
)
"""A day that was left blank or misread by a scanner; what follows it still belongs to the document."""
_MEETING: Final = r"Hội nghị\s+(?:lần thứ|Trung ương)\s+\S+,?\s+(?:của\s+)?(?=Ban\s|BCH)"
_ISSUER_AFTER: Final = re.compile(rf"{_TERM}\s*,?\s*\(?(?:(?:của|do|giữa)\s+(?:{_MEETING})?|{_MEETING})")
"""What leads to the issuer; the Central Committee decides at meetings: "… ngày … Hội nghị lần thứ sáu Ban …"."""
_JOINT: Final = re.compile(r"liên|phối hợp")
"""Types of documents that several bodies issue together."""
_SAID_IN: Final = re.compile(r"\s+(?:nêu\s+)?tại\s+(?:các\s+)?(?:[Vv]ăn bản\s+)?(?:số\s*:?\s*)?$")
_ACT_BEFORE: Final = re.compile(
    r"\s*,?\s*(?:cũng\s+)?(?:đã|vừa|mới)?\s*(?:(?:cùng|kịp thời)\s+)?"
    r"(?:(?:ký\s+|được\s+)?(?:ban hành|có|ra|gửi|phát hành)|ký(?:\s+kết)?)\s+(?:các\s+|(?:kèm\s+)?(?:theo|tại)\s+)?$",
    re.IGNORECASE,
)


def date_after(text: str, at: int) -> tuple[dt.date | None, int]:
    """The day that follows the number or the issuer, and where it ends."""
    label = _DATE_AFTER.match(text, at)
    printed = DATE.match(text, label.end()) if label else None
    return (date_of(printed), printed.end()) if printed else (None, at)


def unread_date(text: str, at: int) -> int:
    """Where a day ends that nobody can read; ``at`` where there is none."""
    unread = _UNREAD_DATE.match(text, at)
    return unread.end() if unread else at


def issuer_after(text: str, at: int, kind: str, symbol: str) -> tuple[str | None, int]:
    """The body that follows a cited number or its day, and where its name ends."""
    label = _ISSUER_AFTER.match(text, at)
    if not label:
        return _unled_issuer(text, at, symbol)
    end = body_end(text, label.end())
    name = find_body(text, label.end())
    if name is None:
        return None, at
    whose = _WHOSE.match(text, end) if _PART.match(name) else None
    if whose and (whole := find_body(text, whose.end())):
        return f"{name} của {whole}", body_end(text, whose.end())
    if _JOINT.search(kind) and (listed := bodies_end(text, end)) > end:
        name, end = one_line(re.sub(r"[*¶]", "", text[label.end() : listed])).strip(" ,;"), listed
    return re.sub(r"(?<!đạo)(?<!tác)\s\d{1,3}\s", " ", name), end


_PART: Final = re.compile(r"(?:Ban|Tổ|Tiểu ban|Văn phòng|Thường trực)\b(?!.*\b(?:tỉnh|huyện|xã|phường|Trung ương)\b)")
_WHOSE: Final = re.compile(r"\s+của\s+(?=(?:HĐND|UBND|Hội đồng|Ủy ban|Uỷ ban|Quốc hội|Thủ tướng|Chính phủ)\b)")
"""What a part of a body is a part of: "Ban Pháp chế của HĐND tỉnh"."""
_ACTS: Final = re.compile(
    r"\s+(?:cũng|đã|đang|sẽ|vừa|mới|ban hành|triển khai|thực hiện|xây dựng|yêu cầu|đề nghị|tổ chức|báo cáo|thông báo"
    r"|hướng dẫn|phối hợp|giao|lập|chỉ đạo|nhận|có|tiến hành|phân công|cử|gửi|tăng cường|tiếp tục|đồng ý|thống nhất"
    r"|kính|mong|quyết định|xét|ra|đề ra|trình|quán triệt|kiến nghị)\b"
)
"""What a body does that is the subject of what follows, not the issuer of what came before."""


def _unled_issuer(text: str, at: int, symbol: str) -> tuple[str | None, int]:
    """The issuer where the word "của" was lost: the letters of the symbol must be those of its name."""
    led = re.compile(r"\s+(?=[A-ZĐỦ])").match(text, at)
    name = find_body(text, led.end()) if led else None
    if led is None or name is None or not _spelt_by(symbol, name):
        return None, at
    end = body_end(text, led.end())
    return (None, at) if _ACTS.match(text, end) else (name, end)


_CENTRE: Final = ("bo chinh tri", "ban bi thu", "ban chap hanh trung uong", "bch trung uong")
"""Bodies whose symbol is "TW"."""


def _spelt_by(symbol: str, name: str) -> bool:
    """Whether letters of the symbol are the first letters of the name: "HD/BTCTW" and "Ban Tổ chức Trung ương"."""
    parts = [part for part in re.split(r"[-/]", fold(symbol)) if len(part) > 1]
    if "tw" in parts:
        return fold(name).startswith(_CENTRE)
    initials = _initials(name.replace("Trung ương", "TW"))
    return any(part in initials for part in parts[1:] or parts)


def _initials(name: str) -> str:
    """ "btctw" for "Ban Tổ chức Trung ương"; an abbreviation counts whole."""
    words = [w for w in re.findall(r"\w+", name) if fold(w) not in {"va", "cua"}]
    return "".join(fold(w) if w.isupper() else fold(w)[0] for w in words)


_CENTRAL: Final = re.compile(r"(?<!\w)(?=(?:Bộ|Sở|Ban|Ủy ban|Uỷ ban|Văn phòng)\s+[A-ZĐ])")
_NO_MINISTRY: Final = re.compile(r"Bộ (?:Chính trị|Chỉ huy|Tư lệnh|luật)", re.IGNORECASE)
_MOST: Final = 120


def central_bodies(text: str) -> dict[str, str]:
    """Letters → the ministry, department or board of the Centre that a text writes out: "bnv" → "Bộ Nội vụ"."""
    found: dict[str, str] = {}
    for match, _ in zip(_CENTRAL.finditer(text), range(_MOST), strict=False):
        name = find_body(text, match.start())
        if name is None or _NO_MINISTRY.match(name):
            continue
        if name.startswith(("Bộ ", "Sở ")) or name.endswith("Trung ương"):
            found.setdefault(_initials(name.replace("Trung ương", "TW")), name)
    return found


_ENDED: Final = re.compile(r"(?<=[a-zà-ỹ\d)”])[.;]\s")


def before(text: str, paragraph: int, start: int) -> tuple[dt.date | None, str | None]:
    """Date and issuer of "Ngày 24/6/2019, Ban Tuyên giáo … đã ban hành Công văn số …"."""
    window = text[max(paragraph, start - 260) : start]
    nearest = max(len(window) - 60, 0)
    act = _ACT_BEFORE.search(window, nearest) or _SAID_IN.search(window, nearest)
    if not act:
        return None, None
    said = window[: act.start()]
    ended = [m.end() for m in _ENDED.finditer(said)]
    said = said[ended[-1] :] if ended else said
    for match in re.finditer(r"(?:^|[\s,;.(])(?=[A-ZĐỦ])", said):
        at = match.end()
        reached = body_end(said, at)
        if reached > at and not said[reached:].strip(" ,"):
            dated = re.search(r"ngày\s+([\d/.\s-]+(?:tháng[\d\s]+năm[\d\s]+)?)[,\s]*$", said[:at], re.IGNORECASE)
            printed = DATE.search(dated[1]) if dated else None
            name = find_body(said, at)
            return (date_of(printed) if printed else None), name and cased_name(name)
    return None, None
