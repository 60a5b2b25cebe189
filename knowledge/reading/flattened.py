"""Documents whose line breaks were lost: the whole head, or everything, stands on one line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

_SHORTEST: Final = 200
"""Characters. Two columns of a head that stand on one line are shorter."""
_MOTTO: Final = (
    r"CỘNG\s+H(?:ÒA|OÀ)\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM"
    r"|Độc\s+lập\s*[-–]\s*Tự\s+do\s*[-–]\s*Hạnh\s+phúc"
)
_NAME: Final = r"[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][a-zà-ỹ]\w*"
_HEAD: Final = re.compile(_MOTTO)
_WHOLE: Final = re.compile(
    rf"{_MOTTO}|^\s*\d{{1,2}}\.(?=\s)"
    rf"|(?<!\S){_NAME}(?:\s{_NAME}){{0,3}},\s+ngày[\s\d….]*tháng[\s\d….]*năm(?:\s*\d{{4}})?"
)
"""What stood on a line of its own."""
_BEGINS: Final = re.compile(
    r"(?<=\s)(?:Số\s*:?\s*[\d\s….]*[-/–]\s?[A-ZĐ]|Điều\s+\d+\.|Nơi\s+nhận\s*:|Kính\s+gửi\b|V/v\s)"
    r"|(?<=;\s)(?:Căn\s+cứ|Theo|Xét|Thực\s+hiện|-)\s|(?<=nhận:\s)-\s"
)
"""What began a line."""


def is_flattened(raw: str) -> bool:
    """Whether one line holds a document's head and what follows it."""
    return len(raw) > _SHORTEST and _HEAD.search(raw) is not None


def lines_of(raw: str) -> Iterator[tuple[int, int]]:
    """The lines that such a line was, as far as capitals and formal parts tell: offsets, blanks left out."""
    cuts = {0, len(raw), *(m.start() for m in _BEGINS.finditer(raw))}
    for match in _WHOLE.finditer(raw):
        cuts |= {match.start(), match.end()}
    for start, end in _shouted(raw):
        cuts |= {start, end}
    places = sorted(cuts)
    for start, end in itertools.pairwise(places):
        part = raw[start:end]
        if part.strip():
            lead = len(part) - len(part.lstrip())
            yield start + lead, start + len(part.rstrip())


_SIGNING: Final = {"TM.", "KT.", "TL.", "TUQ.", "Q."}


def _shouted(raw: str) -> Iterator[tuple[int, int]]:
    """Stretches of two or more words in capitals."""
    run: list[re.Match[str]] = []
    for word in [*re.finditer(r"\S+", raw), None]:
        if word and word.group().isupper() and sum(c.isalpha() for c in word.group()) >= 2:
            run.append(word)
            if not word.group().endswith((".", ";", ":")) or word.group() in _SIGNING:
                continue
        if len(run) > 1:
            yield run[0].start(), run[-1].end()
        run = []
