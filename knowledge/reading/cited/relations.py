"""What a text says of a document that it cites: that it replaces, amends, repeals, guides or carries it out."""

from __future__ import annotations

import re
from typing import Final

RELATIONS: Final = (
    "được thay thế bởi", "thay thế", "sửa đổi", "bổ sung", "bãi bỏ", "hướng dẫn", "căn cứ", "thực hiện",
)  # fmt: skip
"""What a text can say of a document that it cites."""
_OF_ANOTHER: Final = re.compile(
    r"\b(?:được|bị)\s+(?:sửa đổi|bổ sung|hướng dẫn|bãi bỏ|quy định)\b[^;.¶]{0,70}?\s(?:theo|bởi|bằng"
    r"|tại)\s+(?:các\s+)?$"
)
"""Said of yet another document ("Luật … đã được sửa đổi theo Luật số …"), not of the one that speaks."""
_PLACES_IN: Final = (
    r"(?:(?:một số\s+)?(?:điều|nội dung|khoản|điểm|phụ lục|mục)[^;.¶]{0,60}?\s)?(?:của\s+|tại\s+|vào\s+)?"
)
_PATTERNS: Final = (
    ("được thay thế bởi", re.compile(r"(?:được|bị)\s+thay thế\s+(?:bởi|bằng)\s+(?:các\s+)?$")),
    ("thay thế", re.compile(r"\bthay(?: thế)?(?:\s+cho)?\s+(?:các\s+)?$")),
    ("sửa đổi", re.compile(rf"\bsửa đổi(?:,?\s+bổ sung)?(?:,?\s+thay thế)?\s+{_PLACES_IN}(?:các\s+)?$")),
    ("bổ sung", re.compile(rf"\bbổ sung\s+{_PLACES_IN}(?:các\s+)?$")),
    ("bãi bỏ", re.compile(rf"\b(?:bãi bỏ|hủy bỏ|huỷ bỏ)\s+(?:toàn bộ\s+)?{_PLACES_IN}(?:các\s+)?$")),
    ("hướng dẫn", re.compile(
        r"\b(?:hướng dẫn|quy định chi tiết)\s+(?:(?:thực hiện|thi hành|triển khai|số \S+)\s+)*"
        rf"{_PLACES_IN}(?:các\s+)?$"
    )),
    ("thực hiện", re.compile(
        r"\b(?:thực hiện|thi hành|triển khai|chấp hành|cụ thể hóa|cụ thể hoá|quán triệt)\s+(?:(?:nghiêm túc|nghiêm"
        r"|tốt|hiệu quả|có hiệu quả|đầy đủ|nội dung|theo|quy định tại|ý kiến chỉ đạo tại|sâu sắc|kịp thời)\s+)*"
        rf"{_PLACES_IN}(?:các\s+)?$"
    )),
)  # fmt: skip
_SAYS_SOMETHING: Final = re.compile(r"thay|sửa|bổ sung|bỏ|hướng dẫn|chi tiết|hiện|thi hành|triển|chấp|cụ thể|triệt")
CHANGES: Final = {"thay thế", "sửa đổi", "bổ sung", "bãi bỏ"}
"""What a text does to another one; said once, it holds whatever else is said of that one."""
_WISHED: Final = re.compile(
    r"\b(?:(?<!theo )(?<!xét )đề nghị|kiến nghị|đề xuất|tham mưu"
    r"|nghiên cứu|xem xét|xin ý kiến|dự thảo|sớm|cần|sẽ|chờ)\b[^;:.¶]*$"
)
"""A change that somebody asks for or prepares is not made by the text that says so."""
_BASED_ON: Final = re.compile(r"^\W*căn cứ\b", re.IGNORECASE)


def ended_at(text: str, at: int) -> str | None:
    """ "Luật số … hết hiệu lực kể từ ngày Luật này có hiệu lực"."""
    rest = text[at : at + 90]
    return "bãi bỏ" if re.match(r"\s*(?:hết hiệu lực|(?:bị|được) bãi bỏ)\b", rest) else None


def relation_at(text: str, paragraph: int, start: int) -> str | None:
    """What a text says of the document that it cites at ``start``, in the paragraph that begins at ``paragraph``."""
    before = re.sub(r"\s+", " ", text[max(paragraph, start - 110) : start].lower())
    if _SAYS_SOMETHING.search(before) and not _OF_ANOTHER.search(before):
        for name, pattern in _PATTERNS:
            if pattern.search(before):
                if name in CHANGES and _BASED_ON.match(text[paragraph : paragraph + 20]) and " này " not in before:
                    break  # a ground that changed another one; this text changes neither
                return None if name in CHANGES and _WISHED.search(before) else name
    if _BASED_ON.match(text[paragraph : paragraph + 20]):
        sentence = re.search(
            r",\s+(?=(?:Ủy ban|Uỷ ban|UBND|Ban |Tỉnh ủy|Huyện ủy|Hội |Sở |Đảng ủy))", text[paragraph:start]
        )
        return None if sentence else "căn cứ"
    return None
