"""Documents whose line breaks were lost: the whole head, or everything, stands on one line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence, Set
from typing import Final

from knowledge.reading.grammar import TYPE_AT, TYPES

_SHORTEST: Final = 200
"""Characters. Two columns of a head that stand on one line are shorter."""
_MOTTO: Final = (
    r"CỘNG\s+H(?:ÒA|OÀ)\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM"
    r"|Độc\s+lập(?:\s*[-–]\s*|\s+)Tự(?:\s+do)?(?:\s*[-–]\s*|\s+)Hạnh\s+phúc"
)
_UNION: Final = r"ĐOÀN\s+(?:TNCS|THANH\s+NIÊN\s+CỘNG\s+SẢN)\s+HỒ\s+CHÍ\s+MINH(?=.{0,60}?,\s+ngày\s)"
"""What the Youth Union prints beside its place and date, where others print the State's or the Party's name."""
_NAME: Final = r"[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][a-zà-ỹ]\w*"
_LETTERS: Final = r"(?:(?!ĐOÀN|CỘNG|ĐẢNG)[A-ZĐƯa-z\d])+"
_NUMBER: Final = (
    r"Số\s*:?\s*[\d….]*\s*(?:[-–/]\s?|(?<=\d\s)(?=[A-ZĐ]{2,5}/))(?:\d{4}\s?[-–/]\s?)?"
    rf"{_LETTERS}(?:\s?[-–/&]\s?{_LETTERS})*"
)
_HEAD: Final = re.compile(rf"{_MOTTO}|{_UNION}")
_WHOLE: Final = re.compile(
    rf"{_MOTTO}|{_UNION}|[-_*]{{3,}}|<br\s*/?>|\||^\s*\d{{1,2}}\.(?=\s)|{_NUMBER}|\([Đđ]ã\s+ký\)"
    rf"|(?<!\S){_NAME}(?:\s{_NAME}){{0,3}},\s+ngày[\s\d….]*tháng[\s\d….]*năm(?:\s*\d{{4}})?"
)
"""What stood on a line of its own."""
_BEGINS: Final = re.compile(
    r"(?<=\s)(?:Điều\s+\d+\.|Nơi\s+nhận\s*:|Kính\s+gửi\b|V/v\s)|(?<=[\s-])(?:-\s?)?Căn\s(?:cứ\b|(?=[A-ZĐ]))"
    r"|(?<=;\s)(?:Theo|Xét|Thực\s+hiện|-)\s|(?<=nhận:\s)-\s|(?<=[:.;]\s)(?:[IVX]{1,4}|\d{1,2})\.\s(?=[A-ZĐ])"
    r"|(?<=[^\W\d_])(?:(?:BÍ\s+THƯ|CHỦ\s+TỊCH|GIÁM\s+ĐỐC|TRƯỞNG\s+BAN)\b|PHÓ\s|(?:TM|KT|TL)\.)"
)
"""What began a line; the offices of a signature also where no blank is left before them."""
_PREVIEW: Final = re.compile(r"\[\s?(?:\.{1,3}|…)\s?\]\s*$")
_TYPE: Final = re.compile(rf"\b(?:{'|'.join(t.upper().replace(' ', chr(92) + 's+') for t in TYPES)})\b")
_OPENING: Final = re.compile(
    rf"(?<=[a-zà-ỹ\d”\").]\s)(?:(?:Thực\s+hiện|Triển\s+khai|Thi\s+hành|Chấp\s+hành|Theo|Xét)\s+(?:{TYPE_AT.pattern})"
    r"|Thời\s+gian\s+qua|Những\s+năm|Trong\s+(?:thời|những|năm)|Sau\s+(?:hơn\s+)?\d|Hiện\s+nay|Vừa\s+qua|Ngày\s+\d)"
)
"""The first words below a title."""
_ADDRESSED: Final = re.compile(r"\b(?:V/v|Kính\s+gửi)\b")
_BODY: Final = re.compile(
    r"(?<=\s)(?:ĐẢNG\s+(?:BỘ|ỦY|UỶ)|(?:TỈNH|HUYỆN|THÀNH|THỊ|QUẬN)\s+(?:ỦY|UỶ)|(?:ỦY|UỶ)\s+BAN\s|HỘI\s+(?:ĐỒNG|LIÊN|NÔNG|CỰU|LHPN|CCB)|LIÊN\s+ĐOÀN"
    r"|ĐOÀN\s+CHỦ\s+TỊCH|BAN\s(?!THƯỜNG\s+VỤ\s+[A-ZĐ])|SỞ\s|PHÒNG\s|VĂN\s+PHÒNG\b)"
)
_NAMED: Final = re.compile(
    r"(?:\b(?:TỈNH|HUYỆN|XÃ|PHƯỜNG|QUẬN|PHỐ|TRẤN)\s+(?:\S+\s+){1,4}|\bVIỆT\s+NAM\s+|\bTRUNG\s+ƯƠNG\s+)$"
)
"""The end of a body's full name: what follows is another's."""


def is_flattened(raw: str) -> bool:
    """Whether one line holds a document's head and what follows it."""
    return len(raw) > _SHORTEST and _HEAD.search(raw) is not None


def is_preview(raw: str) -> bool:
    """Whether such a line is the cut beginning that a site for sharing documents shows above the text."""
    return _PREVIEW.search(raw) is not None


def lines_of(raw: str) -> Iterator[tuple[int, int]]:
    """The lines that such a line was, as far as capitals and formal parts tell: offsets, blanks left out."""
    whole = [m.span() for m in _WHOLE.finditer(raw)]
    cuts = {0, len(raw), *(m.start() for m in _BEGINS.finditer(raw)), *itertools.chain.from_iterable(whole)}
    typed = _TYPE.search(raw)
    below = typed or _ADDRESSED.search(raw)
    head = below.start() if below else 0
    if below and (opening := _OPENING.search(raw, below.end())):
        cuts.add(opening.start())
    if typed and raw.startswith(" CỦA ", typed.end()):
        cuts.add(typed.end())  # who gives it, on a line of its own
    bodies: dict[str, re.Pattern[str]] = {}
    for start, end in _shouted(raw, cuts, whole):
        if start < head:
            parts = [start, *_bodies(raw, start, end), end]
            for name in (raw[a:b].strip() for a, b in itertools.pairwise(parts)):
                if len(bodies) < _MOST_BODIES and name not in bodies and name.count(" ") > 2:
                    bodies[name] = _deciding(name)
        else:
            parts = [start, *(m.start() for p in bodies.values() if (m := p.search(raw, start, end))), end]
        cuts |= set(parts)
    for start, end in itertools.pairwise(sorted(cuts)):
        part = raw[start:end]
        if part.strip():
            lead = len(part) - len(part.lstrip())
            yield start + lead, start + len(part.rstrip())


_MOST_BODIES: Final = 6
"""A head names no more."""
_SIGNING: Final = {"TM.", "KT.", "TL.", "TUQ.", "Q."}


_WEAK: Final = re.compile(r"[-–&]|\d[\d/.-]*|[^\W\d_a-z]")


def _shouted(raw: str, cuts: Set[int], whole: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of two or more words in capitals, outside of what is a whole line anyway."""
    inside = {at for start, end in whole for at in range(start, end)}
    ends = frozenset(cuts)
    run: list[tuple[int, int]] = []
    between: list[tuple[int, int]] = []  # a number, a dash or a single letter, if capitals follow it
    for start, end in [*_words(raw, ends), (len(raw), len(raw))]:
        word = raw[start:end]
        if run and any(at in ends for at in range((between or run)[-1][1], start + 1)):
            if len(run) > 1:
                yield run[0][0], run[-1][1]
            run, between = [], []
        if start not in inside and word.isupper() and sum(c.isalpha() for c in word) >= 2:
            run += [*between, (start, end)]
            between = []
            if not word.endswith((".", ";", ":")) or word in _SIGNING:
                continue
        elif run and start not in inside and _WEAK.fullmatch(word):
            between.append((start, end))
            continue
        if len(run) > 1:
            yield run[0][0], run[-1][1]
        run, between = [], []


def _words(raw: str, cuts: Set[int]) -> Iterator[tuple[int, int]]:
    """The words of a line; one in capitals and one in small letters that were glued ("ĐỊNHVề") are two."""
    for word in re.finditer(r"\S+", raw):
        start = word.start()
        for at in range(start + 2, word.end()):
            glued = raw[at].isupper() and raw[at + 1 : at + 2].islower() and raw[start:at].isupper()
            if at in cuts or (glued and raw[at - 1].isalpha()):
                yield start, at
                start = at
        yield start, word.end()


def _bodies(raw: str, start: int, end: int) -> Iterator[int]:
    """Where in a stretch of capitals a second and a third body are named."""
    run = raw[start:end]
    for match in _BODY.finditer(run):
        if _NAMED.search(run, max(match.start() - 60, 0), match.start()):
            yield start + match.start()


def _deciding(body: str) -> re.Pattern[str]:
    """Where the body that the head names ends a title in capitals: there it decides, on a line of its own."""
    name = r"\s+".join(map(re.escape, body.split()))
    not_after = "".join(rf"(?<!{word}\s)" for word in ("CỦA", "VÀ", "DO", "GIỮA"))
    return re.compile(rf"{not_after}(?<=\S\s)(?:CHỦ\s+TỊCH\s+)?(?<!\.\s){name}(?:\s+\S+){{0,6}}$")
