"""Terms that run from something that happens: "trong 15 ngày làm việc kể từ ngày nhận được …". They hold no date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from knowledge.document import Recurrence

_COUNT: Final = (
    r"(?:\d{1,3}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười(?:\s+lăm)?|ba mươi)(?:\s*\([^)]{1,20}\))?\s+"
    r"(?:ngày làm việc|ngày|giờ làm việc|giờ|tuần|tháng)\b"
)
_LEAD: Final = (
    r"(?:(?:chậm nhất|muộn nhất|không quá|tối đa)(?:\s+(?:là|trong|sau|không quá|vào))*"
    r"|(?:trong|sau)(?:\s+(?:thời hạn|thời gian|vòng))?(?:\s+(?:là|tối đa|không quá|chậm nhất))*)\s+"
)
_FROM: Final = (
    r"(?:,?\s*(?:kể\s+|tính\s+)?từ\s+(?:khi|ngày|lúc|thời điểm|sau|thời gian)\b|,?\s*(?:kể từ|tính từ)\b"
    r"|\s+(?:sau|trước)\s+(?:khi|ngày|thời điểm|kỳ|mỗi)\b|\s+đầu\s+(?:của\s+)?(?:tháng|quý|năm|kỳ)\b)"
)
_TERM: Final = re.compile(
    rf"(?:{_LEAD})?{_COUNT}(?P<from>{_FROM})"
    rf"|(?:trong|sau)\s+thời hạn\s+(?:tối đa\s+|không quá\s+)?{_COUNT}"
    rf"|(?:kết thúc|xong)\s+[^,;.¶]{{3,40}}?,?\s+(?:chậm nhất|muộn nhất|không quá)\s+(?:là\s+|sau\s+)?{_COUNT}"
    rf"|trước\s+ít nhất\s+{_COUNT}|ít nhất\s+{_COUNT}(?=\s+trước\b)"
    rf"|ngay\s+sau\s+khi\s+(?=(?:kết thúc|nhận|có|ban hành|hoàn thành|xảy ra|phát sinh|được)\b)",
    re.IGNORECASE,
)
_CLAUSE_END: Final = re.compile(
    r"[;¶]|\.(?=\s|$|/)|\)|,\s+(?=(?:các|cơ quan|đơn vị|ubnd|ủy ban|chủ tịch|đồng thời|trong đó|gửi|báo cáo|nếu"
    r"|phải)\b)"
    r"|\s+(?=(?:để|theo|về|cho|gửi|báo cáo|bằng|và gửi|phải)\s)",
    re.IGNORECASE,
)
_NO_TERM: Final = re.compile(
    r"có hiệu lực|hết hiệu lực|kỷ niệm|thời hiệu|bảo hành|thâm niên|đủ tuổi|nghỉ hưu"
    r"|hiệu lực thi hành"
    r"|\b(?:nhận|tiếp nhận|thụ lý)\s+(?:được\s+|đủ\s+)*(?:đơn|khiếu nại|tố cáo|hồ sơ hợp lệ)\b",
    re.IGNORECASE,
)
_PERIODIC: Final = re.compile(
    r"(?:kết thúc|đầu|hết|sau)\s+(?:của\s+|mỗi\s+|kỳ\s+)*(?:quý|tháng|năm|6 tháng|06 tháng|tuần)\b", re.IGNORECASE
)
_EVERY: Final = (("quý", "quarter"), ("6 tháng", "half-year"), ("tháng", "month"), ("năm", "year"), ("tuần", "week"))
_LONGEST: Final = 160


@dataclass(frozen=True, slots=True)
class Term:
    """One printed term; ``start`` and ``end`` are places in the text that was searched."""

    start: int
    end: int
    text: str
    recurrence: Recurrence | None
    """The rhythm of what it runs from, "sau khi kết thúc quý"; never a day."""


def find_terms(text: str) -> list[Term]:
    """Every relative term of a stretch of text, in order."""
    found: list[Term] = []
    for match in _TERM.finditer(text):
        if found and match.start() < found[-1].end:
            continue
        around = text[max(match.start() - 60, 0) : match.end() + 40]
        if _NO_TERM.search(around):
            continue
        end = match.end()
        if match["from"] or match.group().lower().startswith("ngay"):
            stop = _CLAUSE_END.search(text, match.end(), match.end() + _LONGEST)
            end = stop.start() if stop else min(len(text), match.end() + _LONGEST)
        end = len(text[:end].rstrip(" ,"))
        printed = text[match.start() : end]
        found.append(Term(match.start(), end, " ".join(printed.replace("*", "").split()), _rhythm(printed)))
    return found


def _rhythm(printed: str) -> Recurrence | None:
    periodic = _PERIODIC.search(printed)
    if not periodic:
        return None
    words = periodic.group().lower().replace("06", "6")
    return Recurrence(next(every for word, every in _EVERY if word in words))
