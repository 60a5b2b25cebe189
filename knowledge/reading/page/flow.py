"""A stretch of the original as running text, every place of which can be traced back to where it was printed."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable
from typing import Final

from knowledge.reading.page.glued import parted

_STRAY_NUMBER: Final = re.compile(
    r"\b(?P<a>Ban|Ủy|Uỷ|ban|nhân|Nhân|Trung|Thường|Chấp|Mặt|trận|Bộ|Chính|Thủ|dân|Dân|cán|công|chính|tổ|thực|triển"
    r"|hệ|cơ|xã|kinh|các|của|và|tiếp|nâng|phong)(?P<n>\s+\d{1,3})\s+"
    r"(?P<b>Chấp hành|ban nhân|nhân dân|dân vận|dân|ương|vụ|hành|trận|Tổ quốc|Chính trị|trị|phủ|tướng|bộ|chức|tác"
    r"|quyền"
    r"|hiện|khai|thống|quan|hội|tế|cấp|tục|cao|trào)\b"
)


class Flow:
    """A stretch of the original as running text: one space between words, no mark-up, a ¶ between paragraphs.

    Every place in ``text`` can be traced back to the original, so that what is found here is quoted word for
    word.
    """

    __slots__ = ("_flow", "_source", "text")

    def __init__(self, pieces: Iterable[tuple[int, str]]) -> None:
        """``pieces`` are (offset in the original, words as printed); "¶" at any offset ends a paragraph."""
        self._flow: list[int] = []
        self._source: list[int] = []
        parts: list[str] = []
        length = 0
        for offset, words in pieces:
            self._flow.append(length)
            self._source.append(offset)
            parts.append(words)
            length += len(words)
        self.text = "".join(parts)

    def source(self, at: int) -> int:
        """Offset in the original of the character at a place of ``text``."""
        if not self._flow:
            return 0
        piece = max(bisect.bisect_right(self._flow, at) - 1, 0)
        return self._source[piece] + at - self._flow[piece]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the original."""
        return (self.source(start), self.source(end - 1) + 1) if end > start else (self.source(start),) * 2


_WORD: Final = re.compile(r"[^\s*|\u200b\u200c\u200d\ufeff\u00ad]+")


def flow_pieces(original: str, start: int, end: int) -> Iterable[tuple[int, str]]:
    """The words of a stretch of the original, each followed by one space; stray page numbers are left out."""
    stray = {
        m.start("n") + start + len(m["n"]) - len(m["n"].strip()) for m in _STRAY_NUMBER.finditer(original[start:end])
    }
    at: int | None = None
    glued = start
    for match in _WORD.finditer(original, start, end):
        if match.start() in stray:
            continue
        if at is not None and (glued < match.start() and re.search(r"\s", original[glued : match.start()])):
            yield glued, " "
        place = match.start()
        for part in parted(match.group()):
            if place > match.start():
                yield place, " "
            yield place, part
            place += len(part)
        at, glued = match.start(), match.end()
