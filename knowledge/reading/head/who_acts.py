"""Who acts in a sentence that reports a document: the body, the person who signs for it, and what that person heads."""

from __future__ import annotations

import re
from typing import Final

from knowledge.fold import one_line
from knowledge.reading.grammar import find_body

Span = tuple[int, int]
"""A stretch of a text: where it begins and ends."""

_OFFICE: Final = (
    r"(?:(?:Quyền\s+|Phó\s+)?(?:Tổng\s+)?(?:Chủ tịch|Bí thư|Thủ tướng|Bộ trưởng|Thứ trưởng|Giám đốc|Chủ nhiệm"
    r"|Trưởng ban|Trưởng phòng|Chánh Văn phòng|Phó Trưởng ban|Phó Chánh Văn phòng|Cục trưởng|Viện trưởng)"
    r"(?:\s+[Tt]hường trực)?)"
)
_SURNAME: Final = (
    r"(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Trịnh|Trương|Mai|Đào|Lâm|Tô"
    r"|Tạ|Hà|Cao|Thái|Châu|Quách|Lương|Nông|Vi|Lò|Giàng|Triệu|Ma|Tống|Hứa|La|Lưu|Từ|Chu|Kiều|Vương|Phùng|Đàm|Nghiêm|Y|K’)"
)
_PERSON: Final = re.compile(
    rf"(?<!tỉnh\s)(?<!huyện\s)(?<!xã\s)(?<!phường\s)(?<!phố\s)(?<!TP\s)(?<!TP\.)(?<!quận\s)"
    rf"{_SURNAME}(?:\s[A-ZĐÀ-Ỹ][a-zà-ỹ]+){{1,4}}$"
)
_COMRADE: Final = re.compile(r"(?:[Đđ]ồng chí|[Đđ]/c|[Ôô]ng|[Bb]à)\s*$")
_NAMED_FIRST: Final = re.compile(
    rf"(?:[Đđ]ồng chí|[Đđ]/c|[Ôô]ng|[Bb]à)\s+(?P<name>{_SURNAME}(?:\s[A-ZĐÀ-Ỹ][a-zà-ỹ]+){{1,4}})\s*[,–-]\s+"
    rf"(?:[^,]{{3,60}},\s+)*?{_OFFICE}\s+(?=[A-ZĐỦ])"
)
_FOR: Final = re.compile(r"(?:[Tt]hay mặt|thừa ủy quyền|thừa lệnh|được sự ủy quyền của)\s+(?=[A-ZĐỦ])")
SHORT: Final = re.compile(r"\s*\((?!khóa)[^()]{2,40}\)")
"""An abbreviation or remark in brackets, inside the name of a body."""


def who_acts(text: str, begins: int, end: int) -> tuple[Span | None, Span | None, Span | None]:
    """The body that acts, the person who signs for it, and the body that person heads, in what precedes the verb."""
    subject = text[begins:end].rstrip(" ,\n")
    signer = None
    before = subject
    acts = list(_FOR.finditer(subject))
    board = find_body(subject, acts[-1].end()) if acts else None
    if acts and board:
        after = subject[acts[-1].end() + len(board) :].strip(" ,")
        before = after or subject[: acts[-1].start()].rstrip(" ,")
    if named := _NAMED_FIRST.search(before):
        name, heads = named["name"], before
    elif (person := _PERSON.search(before)) and _HEADS_OR_COMRADE.search(before[: person.start()]):
        name, heads = person.group(), _COMRADE.sub("", before[: person.start()]).rstrip(" ,")
    else:
        name, heads = None, before
    if name:
        at = begins + subject.index(name)
        signer = (at, at + len(name))
    body = _last_body(heads, of_office=signer is not None)
    found = _placed(text, begins, subject, heads, body) if body else None
    if acts and board:
        acting = (begins + acts[-1].end(), begins + acts[-1].end() + len(board))
        return acting, signer, found if _BOARD.fullmatch(board) else None
    return found, signer, None


_HEADS_OR_COMRADE: Final = re.compile(rf"{_OFFICE}|{_COMRADE.pattern}")
_BOARD: Final = re.compile(r"Ban Thường vụ|Ban Thường trực|Thường trực|Ban Chấp hành|Đoàn Chủ tịch")


def _placed(text: str, begins: int, subject: str, part: str, span: Span) -> Span:
    """A stretch of a part of the sentence as offsets in the text."""
    at = begins + subject.index(part)
    return at + span[0], at + span[1]


def _last_body(subject: str, *, of_office: bool) -> Span | None:
    """The body whose name ends the subject; without the office of who heads it, where that person is named."""
    bare = SHORT.sub(lambda m: " " * len(m.group()), subject).rstrip(" ,")
    for match in re.compile(r"(?:^|(?<=[\s,;.(“\"–-]))(?=[A-ZĐỦ])").finditer(bare):
        at = match.end()
        if of_office and (office := re.compile(rf"(?!Thủ tướng){_OFFICE}\s+(?=[A-ZĐỦ])").match(bare, at)):
            at = office.end()
        name = find_body(re.sub(r"\s{2,}", " ", bare[at:]), 0)
        if name and one_line(bare[at:]).strip(" ,") == name:
            return at, len(bare)
    return None
