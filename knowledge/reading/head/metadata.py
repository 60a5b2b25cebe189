"""The block of properties that law libraries and portals print beside a document: number, type, issuer, who signed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.document import Field
from knowledge.fold import fold, one_line
from knowledge.reading.grammar import DATE, NUMBER, TYPES, date_of, tidy_number
from knowledge.reading.head.formal_lines import looks_like_name
from knowledge.reading.head.quotes import Quotes
from knowledge.reading.page.layout import Line

_LABELS: Final = {
    "number": r"Số\s*(?:và\s*|/\s*|,\s*)?[kK][ýí] hiệu(?: văn bản)?|Số hiệu(?: văn bản)?|Số văn bản|Số VB",
    "date": r"Ngày ban hành(?: văn bản)?|Ngày văn bản|Ngày ký|Ngày BH",
    "type": r"Loại văn bản|Hình thức văn bản|Loại VB|Thể loại văn bản",
    "issuer": r"(?:Cơ quan|Đơn vị|Nơi) ban hành(?:\s*/\s*Chức danh)?(?:\s*/\s*Người ký)?|Cơ quan BH",
    "signer": r"Người ký(?: duyệt| văn bản)?",
    "title": r"Trích yếu(?: nội dung| văn bản)?|Tên văn bản",
    "other": r"Ngày (?:có |hết |bắt đầu )?hiệu lực|Ngày (?:đăng )?công báo|Số công báo|Lĩnh vực(?: văn bản)?|Tình trạng"
    r"(?: hiệu lực)?|Hiệu lực(?: văn bản)?|Áp dụng|Phạm vi(?: áp dụng)?|Chức vụ|Chức danh|Độ (?:mật|khẩn)|Năm ban hành"
    r"|Ngày (?:đăng tải|đăng|cập nhật)|(?:Tệp|File|Tài liệu|Văn bản) đính kèm|Tải về|Lượt (?:xem|tải|đọc)"
    r"|Người đăng|Nguồn",
}
"""Field of a header → the labels it stands under; "other" labels end a value and say nothing."""
_ANY: Final = "|".join(f"(?P<{name}>{labels})" for name, labels in _LABELS.items())
_AT_START: Final = re.compile(rf"^\W*(?i:{_ANY})\s*(?:[:|]|$|(?=\s[\dA-ZĐ(]))\s*")
_WITHIN: Final = re.compile(rf"(?<=[\w\s.,;)|])(?:{_ANY})\s*:\s*")
"""A further label on the same line, perhaps glued to the value before it: "… Dân tộcSố công báo:"."""
_NO_VALUE: Final = re.compile(
    r"(?:dang cap nhap|dang cap nhat|da biet|chua (?:ro|biet|xac dinh)|khong (?:ro|co|xac dinh)"
    r"|vui long|con hieu luc|n/a|\W*$)"
)
_BLOCK: Final = 3
"""Properties that make a block; a single "Trích yếu" may stand in any text."""
_PAGE: Final = 150
"""Lines of a page among which a block is looked for."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What a block says, by field of a header, and which lines it takes up."""

    fields: dict[str, Field]
    lines: frozenset[int]
    """Offsets of these lines."""


def read_properties(quotes: Quotes, lines: Sequence[Line]) -> Properties:
    """The properties printed beside a document, in whatever order and layout."""
    found: dict[str, Field] = {}
    taken: set[int] = set()
    labels: set[str] = set()
    page = lines[:_PAGE]
    for at, line in enumerate(page):
        if line.start in taken and not _AT_START.match(line.text):
            continue
        for label, name, value in _pairs(line.text):
            labels.add(fold(label))
            taken.add(line.start)
            holder, words = line, value
            if not value:
                follower = _value_line(page, at)
                if follower is None:
                    continue
                taken.add(follower.start)
                holder, words = follower, follower.text
            if "người ký" in label.lower() and name == "issuer":
                signer = next((x for x in page[at + 1 : at + 4] if x.column and looks_like_name(x.text)), None)
                found |= {"signer": quotes.of_lines(signer.text, [signer])} if signer else {}
            if name != "other" and name not in found and (field := _field(quotes, name, words, holder)):
                found[name] = field
    if len(labels) < _BLOCK or len(found) < 2 or not found.keys() & {"number", "type"}:
        return Properties({}, frozenset())
    return Properties(_by_whom(found), frozenset(taken))


def _pairs(text: str) -> list[tuple[str, str, str]]:
    """Label, its field and its value, for every property on a line that begins with one."""
    first = _AT_START.match(text)
    if not first:
        return []
    labels = [first, *_WITHIN.finditer(text, first.end())]
    ends = [m.start() for m in labels[1:]] + [len(text)]
    return [
        (match.group(), match.lastgroup or "other", text[match.end() : end].strip(" :|"))
        for match, end in zip(labels, ends, strict=True)
    ]


def _value_line(page: Sequence[Line], at: int) -> Line | None:
    """The cell beside a label, or below it where the label stands alone on its line."""
    line = page[at]
    follower = next((x for x in page[at + 1 : at + 3] if not _explains(x, line)), None)
    if follower is None or _AT_START.match(follower.text) or line.chrome:
        return None
    beside = follower.column == line.column + 1
    below = line.columns == 1 and follower.columns == 1
    return follower if beside or below else None


def _explains(line: Line, label: Line) -> bool:
    """Whether a line tells the reader what a label means: "Ngày ban hành là ngày … được ký."."""
    words = label.folded.strip(" :|*")
    return line.folded.startswith(f"{words} la ") and line.text.endswith(".")


def _field(quotes: Quotes, name: str, words: str, line: Line) -> Field | None:
    if _NO_VALUE.match(fold(words)):
        return None
    printed = one_line(words).strip(" .,;")
    value: str | None = printed
    if name == "number":
        number = NUMBER.search(words)
        value = tidy_number(number.group()) if number else printed if re.match(r"\d\S{2,40}$", words) else None
    elif name == "date":
        date = DATE.search(words)
        day = date_of(date) if date else None
        value = day.isoformat() if day else None
    elif name == "type":
        value = next((t for t in TYPES if re.match(rf"{fold(t)}\b", fold(words))), None)
    elif name == "title":
        value = re.sub(r"^(?:V/v|Về việc|Về)\s*:?\s+", "", words, flags=re.IGNORECASE)
    elif name == "signer":
        value = printed if looks_like_name(printed) else None
    if not value or (name != "title" and len(value) > 120):
        return None
    start = quotes.original.find(words, line.start, line.end)
    if start < 0:
        return quotes.of_lines(value, [line])
    return quotes.field(value, start, start + len(words))


_LEVEL: Final = re.compile(r"^(?:Tỉnh|Thành phố|TP\.?|Huyện|Quận|Thị xã|Xã|Phường|Đặc khu)\s+(?=[A-ZĐ])")


def _by_whom(found: dict[str, Field]) -> dict[str, Field]:
    """The issuer as a body: where a library names a province alone, the symbol tells whose of its organs it is."""
    issuer, number = found.get("issuer"), found.get("number")
    if issuer and _LEVEL.match(issuer.value):
        organ = re.search(r"(UBND|HĐND|TU)\b", number.value) if number else None
        if organ and organ[1] != "TU":
            value = f"{organ[1]} {issuer.value[:1].lower()}{issuer.value[1:]}"
            return found | {"issuer": Field(value, issuer.quote, issuer.start)}
        return {name: field for name, field in found.items() if name != "issuer"}
    return found
