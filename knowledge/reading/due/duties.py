"""What a document tells somebody to do: one duty for each instructing passage, with whom it is told to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from knowledge.document import Duty, Header, Passage
from knowledge.fold import fold, one_line
from knowledge.reading.due.parties import body_of_heading, subject_of
from knowledge.reading.grammar import find_body
from knowledge.reading.sections import CLOSING, OPENING, PATHS

_NO_DUTY: Final = re.compile(
    r"^(?:muc dich|yeu cau|quan diem|can cu|pham vi|doi tuong|giai thich|mo dau|dac diem|tinh hinh)\b"
)
_ORDER: Final = re.compile(
    r"\b(?:yêu cầu|đề nghị|giao|có trách nhiệm|chịu trách nhiệm|tổ chức|triển khai|thực hiện|tăng cường"
    r"|đẩy mạnh|tiếp tục|nâng cao"
    r"|xây dựng|chỉ đạo|hướng dẫn|kiểm tra|phối hợp|chủ trì|rà soát|báo cáo|gửi|nộp|phát huy|tập trung"
    r"|quán triệt|tuyên truyền"
    r"|chú trọng|đổi mới|phải|bảo đảm|đảm bảo|vận động|phát động|đăng ký|sơ kết|tổng kết|thành lập|kiện toàn"
    r"|theo dõi|quan tâm"
    r"|định hướng|ban hành|công khai|đối thoại|tham mưu|đôn đốc|tổng hợp|gắn|đa dạng|hoàn thành|thẩm định)\b",
    re.IGNORECASE,
)


def read_duties(passages: Sequence[Passage], header: Header, original: str) -> list[Duty]:
    """The duties of the body in order; purposes, grounds and headings are none."""
    outside = {*PATHS.values(), OPENING}
    default = "; ".join(field.value for field in header.addressees) or None
    duties = []
    for passage in passages:
        path = passage.path.rpartition(", ")[2]
        if path in outside or passage.path.startswith("Phụ lục") or " kèm theo" in passage.path:
            continue
        headings = [fold(part) for part in passage.heading.split(" › ")] if passage.heading else []
        if any(_NO_DUTY.match(heading) for heading in headings):
            continue
        text = _own_words(passage)
        if text is None or not (_ORDER.search(text) or _label(text)):
            continue
        if path == CLOSING and not re.search(r"\b(?:yêu cầu|đề nghị|giao)\b", text, re.IGNORECASE):
            continue
        start, end = _quoted(passage, text, original)
        duties.append(Duty(passage.path, original[start:end], start, _who(passage, text, default)))
    return duties


def _own_words(passage: Passage) -> str | None:
    """What a passage says itself: without its own heading; ``None`` where it is a heading and nothing else."""
    heading, _, rest = passage.text.partition("\n")
    own = passage.heading.split(" › ")[-1] if passage.heading else ""
    is_heading = bool(own) and own in heading and len(heading) < len(own) + 25
    if is_heading:
        return rest.strip() or (heading if _ORDER.search(heading) and not rest and _is_told(heading) else None)
    return passage.text


def _is_told(heading: str) -> bool:
    """Whether a lone heading is itself an instruction ("9. Sơ kết, tổng kết Kế hoạch … theo quy định")."""
    return not heading.isupper() and len(heading) > 60 and not heading.endswith(":")


def _quoted(passage: Passage, text: str, original: str) -> tuple[int, int]:
    """Where the duty's own words begin in the original: after a heading that stands above them."""
    if text == passage.text:
        return passage.start, passage.end
    first = text.split(None, 1)[0] if text.split() else ""
    heading = passage.text.partition("\n")[0]
    after = original.find(first, min(passage.start + max(len(heading) - 4, 0), passage.end))
    return (after, passage.end) if passage.start <= after < passage.end else (passage.start, passage.end)


def _label(text: str) -> str | None:
    """The body that a passage begins with: whatever comes after "Sở Nội vụ: " it is told to do."""
    colon = re.match(r"^\W*\d*\W*(?P<who>[A-ZĐỦ][^:;.]{4,90}):\s+\S", text)
    return one_line(colon["who"]) if colon and find_body(colon["who"], 0) else None


def _who(passage: Passage, text: str, default: str | None) -> str | None:
    own = subject_of(text)
    if own is None and passage.path.endswith(CLOSING) and (asked := re.search(r"\b(?:Đề nghị|Yêu cầu)\s", text)):
        own = subject_of(text[asked.start() :])
    own = own or _label(text)
    heading = passage.heading.split(" › ")[-1] if passage.heading else ""
    if given := body_of_heading(heading):
        return own if own and re.search(r"\bgiao\b", text[:12], re.IGNORECASE) else given
    return own or default
