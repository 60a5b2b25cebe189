"""The small grammar that official Vietnamese texts share: names of types, numbers with symbols, dates, bodies."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from knowledge.fold import TYPE_OF_LETTERS, fold, one_line, tone_normal
from knowledge.reading.offices import WHOLE_NAME
from knowledge.types import LETTERS

TYPES: Final = tuple(LETTERS)
"""Longer names first, so that "Chương trình phối hợp" is not read as "Chương trình"."""

_BODIES: Final = {
    "ttg": "Thủ tướng Chính phủ", "cp": "Chính phủ", "qh": "Quốc hội", "ubtvqh": "Ủy ban Thường vụ Quốc hội",
    "ctn": "Chủ tịch nước",
}  # fmt: skip
_JOINT_BODIES: Final = (
    ("BDVTU", "Ban Dân vận Tỉnh ủy"), ("BDVHU", "Ban Dân vận Huyện ủy"), ("BCSĐ", "Ban cán sự đảng"),
    ("UBND", "UBND"), ("HĐND", "HĐND"), ("MTTQ", "Ủy ban Mặt trận Tổ quốc"), ("BDVTW", "Ban Dân vận Trung ương"),
    ("BDV", "Ban Dân vận"),
)  # fmt: skip

_DASH: Final = r"[-‐‑–—]"
_PART: Final = r"[A-ZĐƯ][A-Za-zĐđƯưƠơ]*\d{0,3}"
_SYMBOL: Final = (
    rf"{_PART}(?:(?:{_DASH}|/|\.(?=[A-ZĐ]{{2}})){_PART}|\s?(?:{_DASH}|[/&])\s?(?=[A-ZĐ]{{2,}}\b){_PART})*"
    r"(?:(?:(?<=BCSĐ)|(?<=-ĐU))\s+(?:UBND|HĐND)(?:\s+(?:tỉnh|thành phố|huyện|thị xã))?)?"
)
_SPACED: Final = rf"(?:{'|'.join(sorted(filter(None, LETTERS.values())))})\s?[-/]\s?[A-ZĐ]{{2,}}"
"""Letters that may follow a number after a space alone: "84 QĐ/TWĐTN"."""
NUMBER: Final = re.compile(
    rf"(?<![\w/.,])(?P<no>\d{{1,5}}[a-e]?|\d{{1,2}} \d{{2,3}}(?={_DASH}))"
    rf"(?P<sep>\s{{0,8}}(?:{_DASH}|//?)\s?|\s(?={_SPACED}))"
    rf"(?:(?P<year>(?:19|20)\d\d)\s?[-/]\s?)?(?P<symbol>{_SYMBOL})(?!\w)"
)
"""A document's number with its symbol, as printed anywhere."""

BLANK_NUMBER: Final = re.compile(rf"[Ss]ố\s*:?[\s.…_]*(?P<sep>{_DASH}|/)\s*(?P<symbol>{_SYMBOL})(?!\w)")
"""A number that was left blank: "Số: /UBND-VX"."""

DATE: Final = re.compile(
    r"(?P<d>\d{1,2})\s*(?:[/.-]\s*|\s+tháng\s+)(?P<m>\d{1,2})\s*(?:[/.-]\s*|,?\s+năm\s+)(?P<y>\d{4})(?![\d/])",
    re.IGNORECASE,
)


def to_date(year: str | int, month: str | int, day: str | int) -> dt.date | None:
    """The date of three printed numbers, or ``None`` where the calendar has no such day or no document such a year."""
    try:
        return dt.date(int(year), int(month), int(day)) if 1900 <= int(year) <= 2999 else None
    except ValueError:
        return None


def date_of(match: re.Match[str]) -> dt.date | None:
    """The date of a match of :data:`DATE`."""
    return to_date(match["y"], match["m"], match["d"])


def tidy_number(printed: str) -> str:
    """A number as one cites it: "05 – CTr / TU" becomes "05-CTr/TU"; a space inside a body's name stays."""
    text = re.sub(rf"\s*({_DASH})\s*", "-", one_line(printed))
    text = re.sub(r"\s*(?:([/&])\s*)/?", r"\1", text)
    return _FUSED.sub("-", re.sub(r"^(\d+) (\d)", r"\1\2", text))


_FUSED: Final = re.compile(r"(?<=[/\d](?:QĐ|NQ|KH|CT|TB|BC|HD|NĐ|CV))(?=(?:UBND|HĐND|CP|TTg|UBTVQH\d*)$)")
"""Where converting dropped the hyphen of a symbol: "46/2019/QĐUBND"."""


def symbol_of(number: str) -> str:
    """The symbol without number and year: "41/2019/QĐ-UBND" gives "QĐ-UBND"."""
    return re.sub(r"^[\d\s]*[-/\s]*(?:(?:19|20)\d\d[-/])?", "", number).strip()


def type_from_symbol(symbol: str) -> str | None:
    """The type that the letters of a symbol stand for; a state công văn has none ("UBND-VX")."""
    parts = [p for p in re.split(r"[^a-z]+", fold(symbol)) if p]
    if not parts:
        return None
    if parts[0] in TYPE_OF_LETTERS:
        return TYPE_OF_LETTERS[parts[0]]
    if re.match(r"qh\d*$|qh\b", parts[0]):
        return None
    return "Công văn" if parts[0] in {"ubnd", "hdnd"} or re.match(r"(?:s|p|vp|b)[a-z]{2,5}$", parts[0]) else None


def issuer_from_symbol(symbol: str) -> str | None:
    """The body that a symbol itself names beyond doubt: central organs, and the parties of a joint document."""
    last = re.sub(r"\d+$", "", fold(re.split(r"[-/]", symbol)[-1]))
    if last in _BODIES:
        return _BODIES[last]
    names = [name for part in (symbol.partition("/")[2] or symbol).split("-") if (name := _joint_body(part))]
    if len(names) < 2:
        return None
    level = " tỉnh" if "BDVTU" in symbol else ""
    return " và ".join(f"{name}{level}" if name.endswith(("UBND", "HĐND")) else name for name in names)


def _joint_body(part: str) -> str | None:
    """One party of a joint symbol: "BCSĐ UBND tỉnh" is the Party group of the people's committee."""
    for code, name in _JOINT_BODIES:
        if part.startswith(code):
            tail = _BODIES.get(fold(part[len(code) :].strip()), part[len(code) :].strip())
            return f"{name} {tail}" if tail and name != "Ban Dân vận" else name
    return None


_ANY_TYPE: Final = "|".join(name.replace(" ", r"\s+") for name in TYPES)
TYPE_BEFORE: Final = re.compile(
    rf"(?:(?:các|những)\s+)?\b(?P<type>{_ANY_TYPE})\b(?P<name>\s+(?:[^\s,;.:()“”\"]+\s+){{0,14}}?)?"
    r"(?:\s*\(?\s*(?:này|số|số:|luật số)\s*)?\s*$",
    re.IGNORECASE,
)
TYPE_AT: Final = re.compile(rf"(?:{_ANY_TYPE})\b")
"""A type with its capital, where another document's name begins."""


_TYPE_BY_FOLD: Final = {fold(name): name for name in reversed(TYPES)}


def canonical_type(printed: str) -> str:
    """The type as lists have it: first letter capital, one space between words."""
    return _TYPE_BY_FOLD.get(fold(one_line(printed)), one_line(printed))


_BODY_START: Final = re.compile(
    r"(?:ubnd|hđnd|ủy ban|hội đồng|ban |bộ |tỉnh ủy|huyện ủy|thị ủy|thành ủy|quận ủy|đảng ủy|chính phủ"
    r"|thủ tướng|quốc hội"
    r"|trung ương|sở |văn phòng|hội |btv|bch|bdv|btg|liên |thường trực|mặt trận|ubmt|chủ tịch|bcs|đảng đoàn"
    r"|đảng bộ|khối "
    r"|giám đốc |chánh |trưởng phòng|trưởng ban"
    r"|phòng |trung tâm|đoàn |tòa án|viện |công an|bộ chỉ huy|cục |tổng |thanh tra|ubtv|ttg|tw"
    r"|cấp ủy|chi bộ|tỉnh đoàn|tổ công tác |tiểu ban "
    r"|ngân hàng |bảo hiểm xã hội|bhxh|kho bạc|kiểm toán nhà nước|quân ủy|đài (?:phát thanh|truyền hình|tiếng nói)"
    r"|(?:thành|huyện|thị|xã) đoàn|trường (?:chính trị|đại học|cao đẳng|thpt|thcs|tiểu học|mầm non|trung học)"
    r"|thống đốc |chánh án |học viện )"
)
"""Accents count: "Bàn và quyết định" is no "Ban"."""


_INNER_WORDS: Final = (
    "ủy nhân dân thường vụ chấp hành trung ương chính trị phủ bí thư tỉnh huyện xã phường thị trấn thành phố"
    " quận đặc khu"
    " vận sự đảng đoàn hội đồng sở bộ nội tướng quốc mặt trận việt nam khóa khối các cơ quan trưởng chủ tịch"
    " viên cấp ban"
    " ngành nước giáo quyền cán tuyên tổ chức công an y tế dục đào tạo đầu tư tài nguyên môi nông nghiệp thôn khoa học"
    " nghệ văn hóa thể thao du lịch lao động thương binh hội ngoại pháp dựng thông phòng ninh phụ nữ thanh"
    " niên cựu chiến"
    " doanh trực thuộc liên minh hợp tác tra huy đạo lý luận kiểm sát tối cao địa bàn phó giám đốc chánh viện tòa án"
    " luật hệ trường truyền thi đua khen thưởng tôn tộc pháp chế ngân sách thuế quân biên phòng"
)
_INNER: Final = frozenset(tone_normal(_INNER_WORDS).split())
"""Syllables without a capital that go on with the name of a body."""
_END_PAIRS: Final = (
    "ban hành,hợp nhất,cán bộ,cơ bản,tổ chức,công tác,chủ trì,chỉ đạo,công bố,thông qua,thông báo,đào tạo,kiểm tra,hợp"
    " tác,đầu tư,"
    "thành lập,thi hành,hành động,tuyên truyền,các nội,các cơ,các đơn,các địa,các phòng,các xã,đảng viên,công khai,"
    "quan tâm,tối đa,vận động,vận dụng,quốc gia,giáo dục,phụ trách,thực hiện,thông tin,thường xuyên,thường trực,các văn"
)
_ENDS: Final = frozenset(_END_PAIRS.split(","))
"""Pairs of such syllables that nevertheless begin something else."""
_AND_MORE: Final = re.compile(
    r"(?:Xã hội|Dân vận|Đào tạo|Đầu tư|Môi trường|Công nghệ|Truyền thông|Thể thao|Du lịch|Phát triển|Tôn giáo"
    r"|Miền núi)\b"
)
"""Second halves of names such as "Sở Khoa học và Công nghệ"."""


_HALF: Final = r"[A-ZĐ][a-zà-ỹ]+(?:\s[a-zà-ỹ]+){1,3}?"
_LISTED_NAME: Final = re.compile(
    rf"(?!(?:Ban|Sở|Phòng|Hội|Đoàn|Ủy|Uỷ|Văn phòng|Các|Bộ|Cục|Công an|Thường)\s)(?:{_HALF},\s)*{_HALF}"
    r"\svà\s[A-ZĐ][a-zà-ỹ]+\s[a-zà-ỹ]+(?:\sxã hội|\scộng đồng)?(?!\s[A-ZĐ])"
)
"""What goes on after the comma in names that list their fields: "Sở Văn hóa, Thể thao và Du lịch"."""


_NEXT_UP: Final = re.compile(rf"{TYPE_AT.pattern}|Về việc\b|V/v\b")
"""What ends the name of a body though it begins with a capital."""


def body_end(text: str, at: int) -> int:
    """Where the name of a body that begins at ``at`` ends; ``at`` itself where no such name begins there."""
    limit = at + 260  # a slice to the end of a long text would be a copy of it
    if not _begins_body(text[at:limit].lstrip()):
        return at
    words = list(re.finditer(r"¶|[^\s¶]+", text[at : at + 220]))
    if not words:
        return at
    end = at
    whole_end = 0
    for place, word in enumerate(words[:22]):
        if word.start() < whole_end:
            continue
        if word.group()[0].isupper() and (whole := WHOLE_NAME.match(text, at + word.start())):
            whole_end, end = whole.end() - at, whole.end()
            if text.startswith(tuple(',;:.)”"/'), end):
                break
            continue
        printed = word.group()
        bare = tone_normal(printed.strip("*,;:.()[]“”/\"'¶").lower())
        rest = text[at + words[place + 1].start() : limit] if place + 1 < len(words) else ""
        if printed.startswith(("“", '"', "[", "¶", "⁽")):
            break
        if printed.startswith("("):
            closing = text.find(")", at + word.start())
            if bare == "khóa" and 0 < closing - at < 220:
                end = closing + 1
            break
        if place:
            if printed == "và" and (_AND_MORE.match(rest) or (_begins_body(rest) and not TYPE_AT.match(rest))):
                continue
            if printed in {"-", "–"} and rest[:1].isupper():
                continue
            if not any(c.isalnum() for c in printed) or _NEXT_UP.match(text, at + word.start()):
                break
            before = tone_normal(words[place - 1].group().lower())
            if printed[0].islower() and not _goes_on(bare, before, rest):
                break
            steered = before in {"đạo", "tác"} and _OF_LEVEL.match(rest)
            if printed[0].isdecimal() and not steered and before not in {"khối", "khóa", "số", "quận", "phường", "khu"}:
                break
        end = at + word.start() + len(printed.rstrip("*,;:.)”/\"'¶"))
        if printed.endswith(",") and (more := _LISTED_NAME.match(rest)):
            end = at + words[place + 1].start() + more.end()
            break
        if printed[-1] in ',;:.)”"/':
            break
    return end


def bodies_end(text: str, at: int) -> int:
    """Where a list of bodies ends whose first name ends at ``at``: ", Chính phủ và Đoàn Chủ tịch …"; else ``at``."""
    end = at
    while link := _LINK.match(text, end):
        following = body_end(text, link.end())
        if following == link.end():
            break
        end = following
    return end


_OF_LEVEL: Final = re.compile(r"(?:tỉnh|huyện|xã|phường|quận|thành phố|thị xã|Trung ương|các cấp)\b")
"""Whose a numbered committee is: "Ban Chỉ đạo 35 tỉnh"."""
_LINK: Final = re.compile(r"\s*(?:,\s*và|,|và)\s+(?=[A-ZĐỦ])")


def _goes_on(bare: str, before: str, rest: str) -> bool:
    """Whether a syllable without a capital goes on with the name of a body: "Ban Thường vụ", not "Ủy ban ban hành"."""
    following = re.match(r"[*]*(\w+)", rest)
    pair = f"{bare} {tone_normal(following[1].lower())}" if following else bare
    if before in {"ban", "đoàn", "khối"} and bare in {"cán", "tổ", "chỉ", "thường", "kiểm", "tuyên", "các"}:
        return True
    if (bare, pair) == ("bầu", "bầu cử") or (before, bare) in {("bầu", "cử"), ("cử", "quốc"), ("quốc", "gia")}:
        return True
    if bare in {"tĩnh", "xả", "phuờng", "huyên"}:  # slips, where the name ends and what it did follows
        return bool(re.match(r"(?:về|ngày|ban hành)\b", rest))
    return bare in _INNER and pair not in _ENDS


def _begins_body(text: str) -> bool:
    head = text[:24]
    return (
        bool(head)
        and bool(_BODY_START.match(tone_normal(head.lower()).lstrip("* ") + " "))
        and head.lstrip("* ")[:1].isalpha()
    )


def find_body(text: str, at: int) -> str | None:
    """The name of the body that begins at ``at``, on one line; ``None`` where none does."""
    end = body_end(text, at)
    name = one_line(re.sub(r"[*¶]", "", text[at:end])).strip(" -–,;:./")
    if name.count("(") > name.count(")"):
        name = name.partition("(")[0].strip()
    return name if len(name) > 2 else None


_UNIT_LEVEL: Final = {"tỉnh", "huyện", "xã", "phường", "quận", "khu", "phố", "trấn", "ủy", "thôn", "bộ"}
_CASED: Final = (
    "Ủy ban nhân dân", "Hội đồng nhân dân", "Ủy ban Mặt trận Tổ quốc Việt Nam", "Mặt trận Tổ quốc Việt Nam",
    "Văn hóa - Xã hội", "Bảo hiểm xã hội", "Chính sách xã hội", "Thương binh và Xã hội",
    "Ủy ban MTTQ Việt Nam", "Ủy ban MTTQ", "MTTQ", "Ban Thường trực",
    "Ban Chấp hành Trung ương", "Ban Chấp hành", "Ban Thường vụ", "Ban Tuyên giáo và Dân vận", "Ban Dân vận",
    "Ban Tuyên giáo", "Ban Tổ chức", "Ban Nội chính", "Ban Bí thư", "Ban Chỉ đạo", "Ban cán sự đảng", "Bộ Chính trị",
    "Tỉnh ủy", "Huyện ủy", "Thành ủy", "Thị ủy", "Quận ủy", "Đảng ủy", "Đảng bộ",
    "Chi bộ", "thôn", "Trung ương", "Thủ tướng Chính phủ",
    "Chính phủ", "Văn phòng", "Quốc hội", "Ủy ban Thường vụ Quốc hội", "Sở Nội vụ", "Bộ Nội vụ", "Phòng Nội vụ",
    "Hội Cựu chiến binh", "Hội Nông dân", "Hội Liên hiệp Phụ nữ", "Liên đoàn Lao động", "Đoàn Thanh niên", "UBND",
    "HĐND", "CCB", "Ban Xây dựng Đảng", "Trung tâm", "thành phố", "thị xã", "thị trấn", "đặc khu", "tỉnh", "huyện",
    "xã", "phường", "quận", "khối", "các", "cơ quan", "của", "và", "doanh nghiệp", "nhân dân", "Việt Nam",
    "Phó Chủ tịch", "Chủ tịch", "Phó Bí thư", "Tổng Bí thư", "Bí thư", "Phó Giám đốc", "Giám đốc", "Phó Trưởng ban",
    "Trưởng ban", "Chánh Văn phòng", "Phó Chánh Văn phòng", "Thường trực", "Thủ tướng", "Bộ trưởng", "Thứ trưởng",
)  # fmt: skip
_CASED_PHRASE: Final = re.compile(
    "|".join(rf"(?<!\w){re.escape(p)}(?!\w)" for p in sorted(_CASED, key=len, reverse=True)), re.IGNORECASE
)
_CASED_BY_FOLD: Final = {fold(p): p for p in _CASED}


def cased_name(printed: str) -> str:
    """A body's name printed in capitals, in the case that a sentence would give it.

    "ỦY BAN NHÂN DÂN HUYỆN BÌNH SƠN" becomes "Ủy ban nhân dân huyện Bình Sơn". Other spellings stay as they are.
    """
    text = one_line(printed.replace("*", ""))
    if not text.isupper():
        return text
    lowered = text.lower()
    out: list[str] = []
    at = 0
    for match in _CASED_PHRASE.finditer(lowered):
        out += _cased_words(lowered[at : match.start()].split(), out)
        out.append(_CASED_BY_FOLD[fold(match.group())])
        at = match.end()
    out += _cased_words(lowered[at:].split(), out)
    name = " ".join(out)
    return name[:1].upper() + name[1:]


def _cased_words(words: list[str], before: list[str]) -> list[str]:
    if not words:
        return []
    if any(_is_letters(w) for w in words):  # "Trường THPT Đồi Chè": what follows the letters is a name
        first = next(at for at, w in enumerate(words) if _is_letters(w))
        named = [w.upper() if _is_letters(w) else w.capitalize() for w in words[first:]]
        return [*_cased_words(words[:first], before), *named]
    proper = bool(before) and before[-1].split()[-1].lower() in _UNIT_LEVEL
    if proper:
        return [w.capitalize() for w in words]
    named_at = 1 if len(words) > 1 and words[0] in {"sở", "bộ", "phòng", "vụ", "cục", "ban", "viện"} else 0
    return [word.capitalize() if at <= named_at else word for at, word in enumerate(words)]


def _is_letters(word: str) -> bool:
    """Whether a word is an abbreviation: no Vietnamese syllable is without a vowel ("LHPN", "THPT")."""
    return len(word) > 1 and word.isalpha() and not set(fold(word)) & set("aeiouy")
