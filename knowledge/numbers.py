"""Numbers and days as people type them in Vietnamese: "2.941,86", "1tr2", "hai buổi", "5 thang 10", "mai"."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from decimal import Decimal
from typing import Final

from knowledge.fold import fold, one_line

_LONGEST: Final = 80
_LARGEST: Final = Decimal(10) ** 15

_SCALES: Final = {
    "ty": Decimal(10) ** 9,
    "ti": Decimal(10) ** 9,
    "trieu": Decimal(10) ** 6,
    "tr": Decimal(10) ** 6,
    "cu": Decimal(10) ** 6,
    "nghin": Decimal(1000),
    "ngan": Decimal(1000),
    "ng": Decimal(1000),
    "k": Decimal(1000),
    "tram": Decimal(100),
    "chuc": Decimal(10),
}
_DIGITS: Final = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8,
    "chin": 9,
}  # fmt: skip
_AFTER_DIGIT: Final = frozenset({"muoi", "tram", "chuc", "nghin", "ngan", "trieu", "ty", "lam", "mot"})
"""Words that make more of a digit before them."""
_BEFORE: Final = re.compile(
    r"^(?:(?:da|thua|vang|co|duoc|la|so|khoang|gan|hon|tren|duoi|tam|chung|tong|cong|tat ca|dung|~|:)\s*)+"
    r"(?=\d|\S+ )"
)
_UNITS: Final = (
    "buoi|nguoi|ho|lan|cuoc|mo hinh|vu|viec|vu viec|dot|hoi nghi|xa|thon|cai|luot|luot nguoi|ngay|thang|nam"
    "|dong|ha|km|tan|met|m|m2|lop|nhom|doan|phuong|chi bo|don|y kien|kien nghi|doi thoai|buoi doi thoai"
    "|cong trinh|phan viec|tap the|ca nhan|can bo|dang vien|hoi vien|cau|truong hop|ban|bai|tin|tin bai"
    "|san pham|can|can nha"
)
_NONE: Final = re.compile(rf"^(?:khong|ko|hong|kg|chua)(?: co)?(?: (?:{_UNITS}))?(?: (?:nao|ca|gi))?$")
_NUMBER: Final = (
    r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:,\d+)?"
    r"|\d+(?:[.,]\d+)?"
)
_DIGITAL: Final = re.compile(rf"^(?P<minus>-\s?)?(?P<number>{_NUMBER})(?P<rest>(?:\s*(?:%|[a-z][a-z0-9²³/.&() -]*))?)$")
_SCALED: Final = re.compile(
    r"^\s*(?P<scale>ty|ti|trieu|tr|cu|nghin|ngan|k|tram|chuc)(?![a-z])\s*(?P<more>\d{1,3}(?![\d.,]))?(?P<half>\s*ruoi)?\s*(?P<rest>.*)$"
)
_TAIL: Final = re.compile(r"^(?:[a-z][a-z²³/.&() -]*[23]?|%)?\.?$")


def parse_number(text: str) -> Decimal | None:
    """The one number that a short typed answer means, or ``None`` where it is none, several, or unclear.

    Vietnamese writing: dot for thousands, comma for decimals ("2.941,86"); "1,200" is therefore 1.2. Scales
    and words count ("1tr2", "3 nghìn", "hai buổi", "không có" is 0), a unit after the number is dropped
    ("120 ng", "12,5%" is 12.5). A sign is kept, so that the caller can refuse a negative count.
    """
    if len(text) > _LONGEST:
        return None
    folded = one_line(fold(text)).strip(" .!?;,")
    if _NONE.match(folded):
        return Decimal(0)
    folded = _BEFORE.sub("", folded)
    value = _digital(folded)
    if value is None:
        value = _in_words(folded)
    if value is None or abs(value) >= _LARGEST:
        return None
    whole = value.to_integral_value()
    return whole if whole == value else value


def _digital(folded: str) -> Decimal | None:
    match = _DIGITAL.match(folded)
    if not match:
        return None
    value = _plain_number(match["number"])
    rest = match["rest"].strip()
    sign = -1 if match["minus"] else 1
    total = Decimal(0)
    for _ in range(4):  # "1 tỷ 200 triệu 300 nghìn": each scale is followed by a smaller one
        scaled = _SCALED.match(rest)
        if not scaled:
            break
        scale = _SCALES[scaled["scale"]]
        tail = scaled["more"]
        if scale < 1000:  # hundreds and tens may count thousands and millions: "3 trăm triệu"
            value = value * scale + (scale * Decimal(tail).scaleb(-len(tail)) if tail else 0)
            value, rest = value + (scale / 2 if scaled["half"] else 0), scaled["rest"]
            continue
        following = _SCALED.match(scaled["rest"]) if tail else None
        total += value * scale + (scale / 2 if scaled["half"] else 0)
        if following and tail:
            value, rest = Decimal(tail), scaled["rest"]
            continue
        if tail:  # "1tr2" is one and two tenths of a million; "1tr250" one and 250 thousandths
            total += scale * Decimal(tail).scaleb(-len(tail))
        value, rest = Decimal(0), scaled["rest"]
        break
    if rest.startswith("ruoi"):
        value, rest = value + Decimal("0.5"), rest[4:].strip()
    return sign * (total + value) if _TAIL.match(rest) else None


def _plain_number(digits: str) -> Decimal:
    if re.fullmatch(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?", digits):
        return Decimal(digits.replace(",", ""))
    if re.fullmatch(r"\d+\.\d+", digits) and not re.fullmatch(r"\d{1,3}\.\d{3}", digits):
        return Decimal(digits)
    return Decimal(digits.replace(".", "").replace(" ", "").replace(",", "."))


def _in_words(folded: str) -> Decimal | None:
    """Number words, perhaps with a unit after them; ``None`` for anything else: "Ba Tơ" is a place."""
    words = re.findall(r"[a-z0-9]+", folded)
    if not words or " ".join(words) != folded.replace("-", " "):
        return None
    total = Decimal(0)
    group = Decimal(0)
    last: Decimal | None = None
    used = 0
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if word == "nam" and last is not None and last < 10:
            break  # "hai năm" is two years: a digit cannot follow a digit
        if word in _DIGITS and last is not None and last >= 100 and following not in _AFTER_DIGIT:
            # "một triệu hai" is 1.2 million: a full 1,000,002 says "không trăm linh hai".
            group += _DIGITS[word] * last / 10
            used = at + 1
            break
        if word in _DIGITS and (last is None or last >= 10):
            last = Decimal(_DIGITS[word])
            group += last
        elif word == "lam" and last is not None:  # "ba lăm" is 35
            group += last * 9 + 5
            last = Decimal(5)
        elif word == "mot" and last is not None:
            break
        elif word == "muoi":
            tens = Decimal(10)
            group = group - last + last * tens if last is not None and last < 10 else group + tens
            last = tens
        elif word in {"tram", "chuc"} and last is not None and last < 10:
            group += last * _SCALES[word] - last
            last = _SCALES[word]
        elif word in {"nghin", "ngan", "trieu", "ty"} and group:
            total += group * _SCALES[word]
            group, last = Decimal(0), _SCALES[word]
        elif word in {"linh", "le"} and following in _DIGITS:
            last = Decimal(10)
        elif word == "ruoi" and last is not None:
            total += last / 2 if last >= 100 else Decimal("0.5")
            used = at + 1
            break
        else:
            break
        used = at + 1
    rest = " ".join(words[used:])
    if not used or (rest and not re.fullmatch(rf"(?:{_UNITS})(?: (?:{_UNITS}|dan|nao|a))*", rest)):
        return None
    return total + group


def format_number(value: Decimal) -> str:
    """A number as official documents print it: dot for thousands, comma for decimals, no idle zeros."""
    whole, _, decimals = f"{value:,f}".partition(".")
    decimals = decimals.rstrip("0")
    whole = whole.replace(",", ".")
    if whole == "-0" and not decimals:
        whole = "0"
    return f"{whole},{decimals}" if decimals else whole


_DAYS_AWAY: Final = {
    "hom nay": 0, "hnay": 0, "bua nay": 0, "ngay mai": 1, "mai": 1, "hom qua": -1, "hom kia": -2,
    "ngay kia": 2, "ngay mot": 2, "mot": 2,
}  # fmt: skip
_WEEKDAYS: Final = {
    "2": 0, "hai": 0, "3": 1, "ba": 1, "4": 2, "tu": 2, "5": 3, "nam": 3, "6": 4, "sau": 4, "7": 5, "bay": 5,
}  # fmt: skip
_YMD: Final = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_DMY: Final = re.compile(
    r"(?:ngay |mung |mong )*(?P<d>\d{1,2})\s*(?:[/.-]\s*|\s+thang\s+|\s+)(?P<m>\d{1,2})"
    r"(?:\s*(?:[/.-]|\s+nam\s+|,?\s+)\s*(?P<y>\d{4}|\d{2}))?"
)
_DAY: Final = re.compile(r"(?:ngay|mung|mong) (?P<d>\d{1,2})(?: thang nay)?")
_WEEKDAY: Final = re.compile(
    r"(?:thu (?P<w>[2-7]|hai|ba|tu|nam|sau|bay)|(?P<sun>chu nhat|cn))(?P<next> (?:tuan )?(?:sau|toi))?"
)
_MONTH_END: Final = re.compile(r"cuoi thang(?: (?P<m>\d{1,2})(?:(?:/| nam )(?P<y>\d{4}))?| nay)?")


def parse_date(text: str, today: dt.date, *, ahead: bool = False) -> dt.date | None:
    """The day that a short typed answer means, day before month, or ``None``.

    Without a year it is the year of ``today``; with ``ahead`` (a deadline) the next such day that has not
    passed. A weekday is the next one, today included.
    """
    if len(text) > _LONGEST:
        return None
    folded = one_line(fold(text)).strip(" .!?;,")
    if folded in _DAYS_AWAY:
        return _shifted(today, _DAYS_AWAY[folded])
    if match := _YMD.fullmatch(folded):
        return _date(int(match["y"]), int(match["m"]), int(match["d"]))
    if match := _DMY.fullmatch(folded):
        day, month = int(match["d"]), int(match["m"])
        if match["y"]:
            return _date(int(match["y"]) + (2000 if len(match["y"]) == 2 else 0), month, day)
        return _yearless(today, month, day, ahead)
    if match := _DAY.fullmatch(folded):
        return _date(today.year, today.month, int(match["d"]))
    if match := _WEEKDAY.fullmatch(folded):
        weekday = 6 if match["sun"] else _WEEKDAYS[match["w"]]
        if match["next"]:
            return _shifted(today, 7 - today.weekday() + weekday)
        return _shifted(today, (weekday - today.weekday()) % 7)
    if match := _MONTH_END.fullmatch(folded):
        month, year = int(match["m"] or today.month), int(match["y"] or today.year)
        if not 1 <= month <= 12 or not 1 <= year <= 9999:
            return None
        return dt.date(year, month, calendar.monthrange(year, month)[1])
    return None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _shifted(day: dt.date, days: int) -> dt.date | None:
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return None


def _yearless(today: dt.date, month: int, day: int, ahead: bool) -> dt.date | None:
    found = _date(today.year, month, day)
    if found and ahead and found < today:
        return _date(today.year + 1, month, day)
    return found
