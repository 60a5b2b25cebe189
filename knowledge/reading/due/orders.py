"""Reports that are ordered without a day: when something happens, or when another document says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knowledge.reading.due.printed_days import CADENCE, ON_EVENT, UNDATED
from knowledge.reading.grammar import TYPE_AT, TYPES

_TELL: Final = r"(?:phản ánh|báo cáo|kiến nghị|đề xuất|trao đổi|thông tin|gửi ý kiến)"
_TROUBLE: Final = r"(?:vướng mắc|khó khăn|phát sinh|vấn đề)"
_EVENTS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "nếu có vướng mắc … báo cáo"
        rf"\b(?:nếu có|nếu|khi có|khi)\s+(?:\w+\s+){{0,3}}?{_TROUBLE}[^.¶]{{0,240}}?{_TELL}\b",
        # "có khó khăn, phản ánh kịp thời về"; "khó khăn, vướng mắc báo cáo về"
        rf"\bcó\s+(?:\w+\s+)?(?:vướng mắc|khó khăn|phát sinh)[^.;¶]{{0,40}}?{_TELL}\s+(?:ngay|kịp thời|về)\b",
        rf"\b(?:khó khăn|vướng mắc)[^.;¶]{{0,60}}?{_TELL}\s+(?:(?:ngay|kịp thời)\s+)?(?:về|cho|với|đến)\b",
        # "trường hợp phát sinh vụ việc phải báo cáo"
        rf"\b(?:trường hợp|khi)\s+(?:\w+\s+){{0,3}}?(?:phát sinh|xảy ra|đột xuất)\b[^.;¶]{{0,160}}?\b{_TELL}\b",
        # "báo cáo ngay … khi xảy ra"
        r"\b(?:báo cáo|phản ánh)\s+(?:ngay|kịp thời|nhanh)\b[^.;¶]{0,120}?\b(?:khi|nếu|trường hợp)\s+(?:\w+\s+){0,2}?"
        r"(?:có|phát sinh|xảy ra|phát hiện)\b",
        # "nơi có tranh chấp, … báo cáo ngay"; "có đột biến thì báo cáo"
        r"\b(?:nơi|khi|nếu|trường hợp|lúc)\s+(?:có|xảy ra|phát hiện)\s[^.;¶]{3,120}?"
        r"\b(?:báo cáo|phản ánh)\s+(?:ngay|kịp thời|khẩn)\b",
        r"\b(?:có|xảy ra|phát hiện)\s[^.;¶,]{3,50},?\s+thì\s+(?:phải\s+)?(?:kịp thời\s+)?(?:báo cáo|phản ánh)\b",
        # "nộp khi Ban có văn bản yêu cầu"
        r"\b(?:báo cáo|nộp)\b[^.;¶]{0,80}?\bkhi\s+(?:\S+\s+){0,4}?yêu cầu\b",
        # "kịp thời phát hiện … để báo cáo Ban …"
        r"\bkịp thời\s+(?:phát hiện|nắm bắt|nắm)\b[^.;¶]{0,200}?\bbáo cáo\b",
    )
)
_ELSEWHERE: Final = re.compile(
    rf"(?<!để )\b(?:tổng hợp,?\s+)?(?<!để )báo cáo\s+(?!(?:tài chính|viên)\b)[^.;¶]{{3,220}}?\btheo\s+"
    rf"(?!đề cương)(?:đúng\s+)?(?:thời (?:hạn|gian)\s+(?:(?:nêu|ghi|yêu cầu)\s+)?(?:(?:tại|trong|của)\s+)?)?"
    rf"(?:quy định|·|(?:{TYPE_AT.pattern})\s)",
    re.IGNORECASE,
)
"""A report whose time another document sets: "báo cáo … theo quy định", "theo Công văn …"."""


_DAILY: Final = re.compile(
    r"(?:\btrước\s+\d{1,2}\s*(?:giờ|h)\s*(?:\d{1,2})?\s*)?\b(?:hằng|hàng|mỗi) ngày(?:,[^.;¶]{0,80}?)?\s+báo cáo\b"
    r"|\bbáo cáo\b[^.;¶]{0,120}?(?:\btrước\s+\d{1,2}\s*(?:giờ|h)\s*(?:\d{1,2})?\s*)?\b(?:hằng|hàng|mỗi) ngày\b",
    re.IGNORECASE,
)
"""A report every day, with or without its hour."""


_REGIME: Final = re.compile(r"\bchế độ (?:thông tin,?\s+)?báo cáo\b[^.;¶]*\bđịnh\s+kỳ\s*$", re.IGNORECASE)
_TO: Final = re.compile(r"\b(?:gửi|nộp|về|cho)\s+[A-ZĐỦ]")
_GRADED: Final = re.compile(
    r"\b(?:xếp loại|phân loại|bình xét|kiểm điểm)(?:\s+(?:chất lượng|thi đua|cán bộ|công chức|đảng viên|tổ chức|mức độ"
    r"|hoàn thành|nhiệm vụ))*,?\s*$",
    re.IGNORECASE,
)
_PAST: Final = re.compile(
    r"\b(?:đã|vừa|mới)\s+(?:kịp thời\s+|được\s+)?(?:nhận|gửi|báo cáo|tổng hợp|thực hiện|tổ chức|tiến hành|duy trì)\b"
    r"|\bthời gian qua\b|\b(?:còn|vẫn)\s+(?:\S+\s+){0,6}?chậm\b",
    re.IGNORECASE,
)
_PAPER: Final = rf"(?:·{{5,}}|(?:{TYPE_AT.pattern}|văn bản\b))"
_ASKS: Final = r"(?:yêu cầu|đề nghị|giao|chỉ đạo|hướng dẫn|quy định|hẹn)\b"
_RECALLS: Final = re.compile(
    r"\b(?:đã|từng)\s+(?:\S+\s+){0,3}?(?:ban hành|có|gửi|ra|phát hành|ký)\s+(?:các\s+|những\s+)?"
    rf"{_PAPER}(?P<between>[^.;¶]{{0,300}}?)\b{_ASKS}"
    rf"|(?:^|,\s)(?:tại|theo|trong)\s+{_PAPER}[^.;¶]{{0,160}}?\bđã\s+{_ASKS}"
    r"|\bđã\s+(?:nhiều lần\s+)?(?:yêu cầu|đề nghị|đôn đốc|giao|nhắc)\b",
    re.IGNORECASE,
)
"""An earlier paper and what it asked: "…, Bộ đã có Công văn số … yêu cầu …", "Tại Công văn số …, Sở đã đề nghị …"."""
_ASKS_ITSELF: Final = re.compile(r",\s+(?!trong đó)(?:nay\s+)?[A-ZĐỦ][^,;]{2,90}\s+$")
_NOW: Final = re.compile(
    rf"\b(?:nay|nhưng|tuy nhiên|song|vì vậy|do đó|để)\b.*\b{_ASKS}|,\s+[A-ZĐỦ][^,;]{{2,90}}\s{_ASKS}", re.IGNORECASE
)


def is_recalled(text: str, at: int) -> bool:
    """Whether what stands at a place of a sentence was asked by an earlier paper that the sentence only recalls."""
    for past in _RECALLS.finditer(text, 0, at):
        between = past["between"]
        if (between is None or not _ASKS_ITSELF.search(between)) and not _NOW.search(text, past.end(), at):
            return True
    return False


_MORE_OF_A_RHYTHM: Final = re.compile(r"\s*(?:,|hàng|hằng|\d|\()")
_TITLE: Final = re.compile(rf"\W*(?:{'|'.join(name.upper() for name in TYPES)})\s+(?![A-ZÀ-Ỹ]{{2}})")


def is_only_told_of(text: str, start: int, end: int) -> bool:
    """Whether a rhythm at a place of a sentence orders nothing: in a title, of the past, of grades given every year."""
    before, after = text[:start], text[end : end + 80]
    delivers = _TO.search(after)
    if _PAST.search(before) or (_TITLE.match(text) and not delivers):
        return True
    if _GRADED.search(before) and not re.search(r"\bbáo cáo|\bgửi\b|\bnộp\b", text[max(start - 60, 0) : end + 60]):
        return True
    regime = _REGIME.search(text[:end])
    return bool(regime and not delivers and not _TO.search(regime.group()) and not _MORE_OF_A_RHYTHM.match(after))


def find_orders(text: str) -> Iterator[tuple[int, int, str]]:
    """Every report that a sentence orders without a day, as (start, end, kind of rule), none within another."""
    taken: list[tuple[int, int]] = []
    for rule, patterns in ((ON_EVENT, _EVENTS), (CADENCE, (_DAILY,)), (UNDATED, (_ELSEWHERE,))):
        for pattern in patterns:
            for match in pattern.finditer(text):
                if not any(start < match.end() and match.start() < end for start, end in taken):
                    taken.append(match.span())
                    yield (*match.span(), rule)
