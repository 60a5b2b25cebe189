"""The sentences of a running text, each with the documents that it cites blanked out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.reading.cited.citations import Mention

_SENTENCE: Final = re.compile(r"(?<=[^\s.;:TK])(?:\./\.|\.(?=\s+[A-ZĐÀ-Ỹ“\"-])|\.(?=¶))|¶|;(?=\s|¶)|[.!?](?=\s*$)")


_ASKED_OPEN: Final = re.compile(
    r"\b(?:đề nghị|yêu cầu)\s+(?:(?!(?:gửi|báo cáo|tổ chức(?! hội)|triển khai|thực hiện|tiến hành|phối hợp|tổng hợp|nộp"
    r"|xây dựng|rà soát|chỉ đạo|hoàn thành|tăng cường|quan tâm|góp ý|tham gia|nghiên cứu)\b)[^;:.¶]){3,200}$"
)
"""A request whose receivers are still being listed: nobody has been told yet what to do."""
_MORE_ASKED: Final = re.compile(r"\s+(?:các|UBND|Ủy ban|Ban|Sở|Hội|Đảng ủy|Mặt trận)\b")
_LONGEST_SENTENCE: Final = 3000


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where a sentence stands in the running text, and what it says."""

    start: int
    end: int
    text: str
    uncited: str
    """The sentence with the documents that it cites blanked out: their dates and titles order nothing."""
    paragraph: int


_SLIPS: Final = (
    (re.compile(r"\b([Tt])r(?:uớ|ứơ|ưó|ươ|úơ)c\b"), r"\1rước"),
    (re.compile(r"\b([Gg])ởi\b"), r"\1ửi"),
    (re.compile(r"\b([Kk]|[Qq]u)í\b"), r"\1ý"),
)
"""Ways of writing that hide a bound or a verb; each has as many letters as what is meant."""


def mended(text: str) -> str:
    """The text with the slips written right that hide a bound or a verb; as long as before."""
    for slip, meant in _SLIPS:
        text = slip.sub(meant, text)
    return text


def without_citations(text: str, mentions: Sequence[Mention]) -> str:
    """The text with every cited document made dots; as long as before."""
    parts, at = [], 0
    for mention in mentions:
        if mention.end > at:
            start = max(mention.start, at)
            parts += [text[at:start], "·" * (mention.end - start)]
            at = mention.end
    return "".join([*parts, text[at:]])


def find_sentences(text: str, uncited: str) -> Iterator[Sentence]:
    """Every sentence, and every clause that a semicolon ends, in order."""
    start = paragraph = 0
    for stop in _SENTENCE.finditer(text):
        while stop.start() - start > _LONGEST_SENTENCE:  # no sentence, but a table or noise
            end = start + _LONGEST_SENTENCE
            yield Sentence(start, end, text[start:end], uncited[start:end], paragraph)
            start += _LONGEST_SENTENCE
        if stop.group() == ";" and _goes_on(text, start, stop):
            continue
        end = stop.start() if stop.group() == "¶" else stop.end()
        if text[start:end].strip(" ¶"):
            lead = len(text[start:end]) - len(text[start:end].lstrip(" ¶"))
            yield Sentence(start + lead, end, text[start + lead : end], uncited[start + lead : end], paragraph)
        start = stop.end()
        if stop.group() == "¶":
            paragraph = start
    if text[start:].strip(" ¶"):
        yield Sentence(start, len(text), text[start:], uncited[start:], paragraph)


def _goes_on(text: str, start: int, stop: re.Match[str]) -> bool:
    """Whether a semicolon stands within brackets, between the receivers of one request, or between yearly days."""
    if text.count("(", start, stop.start()) > text.count(")", start, stop.start()):
        return True
    if _MORE_ASKED.match(text, stop.end()) and _ASKED_OPEN.search(text, start, stop.start()):
        return True
    return bool(_YEARLY_TOO.match(text, stop.end()) and _BARE_DAY.search(text, start, stop.start()))


_BARE_DAY: Final = re.compile(r"\btrước\s+(?:ngày\s+)?\d{1,2}/\d{1,2}\s*$")
_YEARLY_TOO: Final = re.compile(
    r"\s*(?:và\s+)?báo cáo\s+[^;.:¶]{2,40}\btrước\s+(?:ngày\s+)?\d{1,2}/\d{1,2}\s+(?:hàng|hằng)\s+năm\b",
    re.IGNORECASE,
)
"""What says of two days that they recur: "Báo cáo 6 tháng trước 05/6; báo cáo năm trước 05/12 hàng năm"."""


_LIST: Final = 14
"""Entries of a list among which the sentence that leads it is looked for."""
_LONGEST_ENTRY: Final = 200


def leads_of(text: str, paragraph: int) -> Iterator[str]:
    """The sentences that lead the list in which a paragraph stands, nearest first: "… gửi báo cáo như sau:"."""
    end = paragraph - 1
    for _ in range(_LIST):
        if end <= 0:
            return
        start = text.rfind("¶", 0, end) + 1
        above = text[start:end].rstrip()
        if above.endswith(":"):
            yield re.split(r"(?<=[.;])\s+", above[-_LONGEST_SENTENCE:])[-1]
        elif len(above) > _LONGEST_ENTRY:
            return
        end = start - 1
