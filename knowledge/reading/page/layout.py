"""The printed page as lines: where each stands in the original, what it says without mark-up, what it is.

Text from pages, PDF files and scans holds tables as pipes or columns of spaces, markdown stars, page
numbers, and the furniture of web pages. Here it is recognised, so that the other rooms read plain lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from knowledge.fold import fold, plain
from knowledge.reading.grammar import TYPES
from knowledge.reading.page.flattened import is_flattened, is_preview, lines_of

DATE_WORDS: Final = r"ngay\s*(?P<d>\d{1,2})\s*thang\s*(?P<m>\d{1,2})\s*nam\s*(?P<y>\d{4})"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or one cell of a line that holds columns. ``original[start:end]`` is it word for word."""

    start: int
    end: int
    text: str
    """What it says: no mark-up, one kind of dash, quote and space."""
    folded: str
    gap: bool
    """Whether a blank line stands before it."""
    column: int = 0
    """Which cell of its line it is, counted from the left."""
    columns: int = 1
    """How many cells its line holds; three or more make a row of a table."""
    chrome: bool = False
    """Furniture of a web page, or a page number: no part of the document."""

    @property
    def shouting(self) -> bool:
        """Whether it is printed in capitals, as headings and names of issuing bodies are."""
        letters = [c for c in self.text if c.isalpha()]
        return len(letters) >= 2 and sum(c.isupper() for c in letters) >= 0.85 * len(letters)


_LINE: Final = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_MARKER_ONLY: Final = re.compile(
    r"^\W*(?:[IVXLC]{1,6}|\d{1,3}(?:\.\d{1,3})*|[a-zđ]|điều \d+|[-+•*])\s*[.):/-]?$", re.IGNORECASE
)
_MARKUP: Final = re.compile(r"\*+|^#{1,6}\s|_{2,}|</?(?:b|i|u|br|p)\s*/?>")
_RULE: Final = re.compile(r"^[\W_]*$")
_PAGE_NUMBER: Final = re.compile(r"^(?:trang\s*)?-?\s*(\d{1,3})\s*(?:/\s*\d{1,3})?\s*-?$")

_CHROME: Final = re.compile(
    r"^(?:"
    r"tim kiem|trang chu|dang nhap|gioi thieu|lien he|gop y|ban do site|sitemap|menu|in trang|in bai viet"
    r"|ve dau trang"
    r"|quay lai|chia se.{0,20}|gui cho ban be|gui email|phan hoi|y kien ban doc|binh luan.{0,10}|dong lai|tai ve"
    r"|cac tin (?:khac|lien quan|da dua)|tin (?:lien quan|khac|moi|cu hon)|bai viet (?:khac|lien quan)|xem them"
    r"|thong ke truy cap|tong (?:so )?luo?t truy cap.*|truy cap (?:hien tai|hom nay).*|dang truc tuyen.*|luot xem.*"
    r"|so lan xem.*|file dinh kem.*|tep dinh kem.*|tai lieu dinh kem.*|xem chi tiet.*|nguon:? .{0,60}"
    r"|tac gia:? .{0,40}"
    r"|tin tu .{0,60}|co chu.*|font size.*|copyright.*|ban quyen.*|facebook|zalo|twitter|rss|email|print"
    r"|(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat),? (?:ngay )?\d{1,2}/\d{1,2}/\d{4}.*"
    r"|\d{1,2}[/-]\d{1,2}[/-]\d{4}(?:,? \d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?)?"
    r"|\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?,? .{0,20}\d{4}"
    r"|cap nhat.{0,5}\d.*|ngay dang.*|dang (?:vao|luc|ngay|boi)\b.*\d.*|tieng viet.{0,3}|a- a a\+|luot truy cap.*"
    r"|ban (?:dang o|o day)\b.*|(?:image )?banner"
    r"|xem co chu.*|luot doc.*|(?:tai|tep|file) (?:ve|tep|file|van ban)\b.{0,40}|gmt.*"
    r"|ky boi:? .*|ky so boi:? .*|(?:thoi gian|ngay) ky:? ?[\d/., :+t-]*|nguoi ky: .*\bngay ky.*"
    r"|hoa toc.{0,12}|thuong khan|khan|mat|toi mat|tuyet mat|du thao.{0,12}|(?:cong van|van ban) den|den"
    r"|\S*/\S+\.(?:png|jpe?g|gif|svg|aspx?|html?)|https?://\S+|www\.\S+"
    r")$"
)
_FURNITURE: Final = re.compile(
    r"^(?:cac tin (?:khac|lien quan|da dua)|tin lien quan|thong ke truy cap|gui cho ban be|y kien ban doc)$"
)
_LISTS: Final = re.compile(
    r"^(?:(?:cac|nhung|mot so) )?(?:tin(?: tuc)?|bai(?: viet)?|van ban|tai lieu|noi dung|thong bao) "
    r"(?:(?:cung|theo) (?:chuyen muc|chu de|loai|linh vuc|danh muc)|khac|lien quan|moi(?: nhat)?|doc nhieu"
    r"|xem nhieu|noi bat|tuong tu|cu hon|da dua(?: tin)?)(?: khac)?\s*:?$"
)
"""What stands above the links to other pages; it may be a menu above the document too."""
_DOCUMENT_GOES_ON: Final = re.compile(
    r"^(?:noi nhan|kinh (?:gui|trinh)|can cu |cong hoa xa hoi|dang cong san|dieu \d|[ivx]{1,4}[./-] |\d{1,2}\. )"
)

SYMBOL_LABELS: Final = re.compile(
    r"^(?:so hieu|so ky hieu|so/ky hieu|ngay ban hanh|ngay (?:co )?hieu luc|loai van ban|hinh thuc van ban"
    r"|co quan ban hanh|don vi ban hanh|noi ban hanh|nguoi ky|linh vuc|tinh trang|trich yeu"
    r"|(?:ngay (?:dang )?|so )cong bao|ngay het hieu luc)\b\s*:?"
)
"""Labels of the block of properties that law libraries print above a document."""


def read_lines(original: str) -> list[Line]:
    """Every line or cell that is not blank, in reading order."""
    lines: list[Line] = []
    previous_end = 0
    for match in _LINE.finditer(original):
        raw = match.group()
        if not raw.strip():
            continue
        gap = _newlines(original, previous_end, match.start()) > 1 and bool(lines)
        if is_flattened(raw):
            lines += _previewed(raw, match.start(), gap) if is_preview(raw) else _flattened(raw, match.start(), gap)
            previous_end = match.end()
            continue
        cells = _mended(raw, list(_cells(raw)))
        for column, cell in enumerate(cells):
            for start, end in _broken(raw, *cell):
                text = " ".join(plain(_MARKUP.sub("", raw[start:end])).split())
                lines.append(
                    Line(match.start() + start, match.start() + end, text, fold(text).strip(), gap, column, len(cells))
                )
                gap = False
        previous_end = match.end()
    return _without_chrome(_with_whole_numbers(_with_whole_title(lines)))


_TYPE_A_WORD_A_LINE: Final = re.compile(rf"(?:{'|'.join(fold(t) for t in TYPES if ' ' in t)})\b")
_SHORTEST_COLUMN: Final = 3
"""Lines of one word each, so many in a row, that are a title which was broken after every word."""


def _with_whole_title(lines: Sequence[Line]) -> list[Line]:
    """The lines, a title in capitals of one word a line put together: "QUYẾT" / "ĐỊNH" / "VỀ" / "VIỆC"."""
    whole: list[Line] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and lines[end].columns == 1 and lines[end].text.isalpha() and lines[end].text.isupper():
            end += 1
        run = lines[at:end]
        text = " ".join(x.text for x in run)
        if len(run) >= _SHORTEST_COLUMN and _TYPE_A_WORD_A_LINE.match(fold(text)):
            whole.append(replace(run[0], end=run[-1].end, text=text, folded=fold(text)))
            at = end
        else:
            whole += lines[at : end + 1] if run else lines[at : at + 1]
            at = end + 1
    return whole


_CUT_NUMBER: Final = re.compile(r"^so\s*[:.]?\s*(?:\d[\d/]*\s*[-/])?$")
_REST_OF_NUMBER: Final = re.compile(
    r"^(?:\d{1,5}\s?[-/]\s?(?:\d{4}\s?[-/]\s?)?)?[A-ZĐƯ][A-Za-zĐƯ]*\d{0,2}(?:\s?[-/&]\s?[A-ZĐƯ][A-Za-zĐƯ]*\d{0,2})*$"
)


def _with_whole_numbers(lines: Sequence[Line]) -> list[Line]:
    """The lines, a number that is broken over two put together: "Số: 16 -" / "HD/BTCTW", "Số:" / "7/QĐ-UBND"."""
    whole: list[Line] = []
    for line in lines:
        if whole and _CUT_NUMBER.match(whole[-1].folded) and _REST_OF_NUMBER.match(line.text):
            text = f"{whole[-1].text} {line.text}"
            whole[-1] = replace(whole[-1], end=line.end, text=text, folded=fold(text))
        else:
            whole.append(line)
    return whole


def _flattened(raw: str, offset: int, gap: bool) -> Iterable[Line]:
    for start, end in lines_of(raw):
        text = " ".join(plain(_MARKUP.sub("", raw[start:end])).split())
        number = re.fullmatch(r"\d+\.", text) is not None
        yield Line(offset + start, offset + end, text, fold(text).strip(), gap, chrome=number)
        gap = False


def _previewed(raw: str, offset: int, gap: bool) -> Iterable[Line]:
    """The lines of a cut preview: the text below it says all but the day, which converting may have damaged."""
    for line in _flattened(raw, offset, gap):
        yield line if _PLACE_AND_DAY.match(line.folded) else replace(line, chrome=True)


_PLACE_AND_DAY: Final = re.compile(rf"^[\w .()-]{{2,40}}, {DATE_WORDS}$")


def _newlines(original: str, start: int, end: int) -> int:
    between = original[start:end].replace("\r\n", "\n")
    return sum(between.count(c) for c in "\n\r\f\v\x85\u2028\u2029")


def _cells(raw: str) -> Iterable[tuple[int, int]]:
    """The parts of a line that columns or pipes hold apart, as offsets; a list marker stays with its
    words."""
    left = len(raw) - len(raw.lstrip())
    right = len(raw.rstrip())
    if "|" not in raw and "\t" not in raw.strip() and not re.search(r"\S\s{4,}\S", raw):
        return _glued_cells(raw, left, right)
    spans: list[tuple[int, int]] = []
    for match in re.finditer(r"(?:[^|\t\s]+(?:[^\S\t]{1,3}(?=[^|\s]))?)+", raw):
        if spans and _MARKER_ONLY.match(raw[spans[-1][0] : spans[-1][1]]):
            spans[-1] = (spans[-1][0], match.end())
        else:
            spans.append(match.span())
    return spans or [(left, right)]


_LEFT_BLANK: Final = re.compile(r"(?i:số\s*:?|ngày|tháng)$")
_AFTER_BLANK: Final = re.compile(r"[-/–]|(?i:tháng|năm)\b|/")
_LABEL_ALONE: Final = re.compile(r"(?i:số)\s*:?(?:\s*\d{1,5})?")
_SPACED_NUMBER: Final = re.compile(r"(?:\d{1,5}\s*)?[-/–]\s?[A-ZĐ]")
"""A number that runs of blanks tear apart: "Số    20    -HD/HNDT"."""
_NEXT_LABEL: Final = re.compile(
    r"\s+(?=(?:Loại văn bản|(?:Nơi|Cơ quan) ban hành|Người ký|(?:Ngày|Số) (?:ban hành|(?:có |hết )?hiệu lực"
    r"|(?:đăng )?công báo)|Lĩnh vực|Tình trạng|Trích yếu)\s*:)"
)


def _mended(raw: str, cells: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cells as they were meant: a number or a day left blank parts nothing, two properties on one line are two."""
    mended: list[tuple[int, int]] = []
    for start, end in cells:
        before = raw[slice(*mended[-1])] if mended else ""
        spaced = _LABEL_ALONE.fullmatch(before) and _SPACED_NUMBER.match(raw, start)
        if spaced or (_LEFT_BLANK.search(before) and _AFTER_BLANK.match(raw, start)):
            mended[-1] = (mended[-1][0], end)
        else:
            mended.append((start, end))
    if len(mended) == 1 and SYMBOL_LABELS.match(fold(raw[slice(*mended[0])])):
        start, end = mended.pop()
        for gap in _NEXT_LABEL.finditer(raw, start, end):
            mended.append((start, gap.start()))
            start = gap.end()
        mended.append((start, end))
    return mended


_BREAK: Final = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)


def _broken(raw: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """The lines of one cell, which mark-up breaks: "ỦY BAN NHÂN DÂN<br>XÃ …"."""
    for gap in _BREAK.finditer(raw, start, end):
        if gap.start() > start:
            yield start, gap.start()
        start = gap.end()
    if end > start:
        yield start, end


_GLUED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<a>\S.*?)\s+(?P<b>(?:CỘNG\s+H(?:ÒA|OÀ)\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM"
        r"|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM))",
        r"(?P<a>CỘNG\s+H(?:ÒA|OÀ)\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM"
        r"|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM)\s+(?P<b>[A-ZĐỦỞÂ]{2}.*)",
        r"(?P<a>\S.*?)\s+(?P<b>Độc\s+lập\s*[-–]\s*Tự\s+do\s*[-–]\s*Hạnh\s+phúc)",
        r"(?P<a>Độc\s+lập\s*[-–]\s*Tự\s+do\s*[-–]\s*Hạnh\s+phúc)\s+(?P<b>[A-ZĐỦỞÂ]{2}.*)",
        r"(?P<a>Số\s*:?\s*[\d\s]{0,8}[-/–]?\s*[^\s,]{2,40}(?:\s?[-/–&]\s?[^\s,]{2,30})*)\s+"
        r"(?P<b>[A-ZĐ][\w.]*(?:\s+[\w.]+){0,4},\s*ngày\b.*)",
        r"(?P<a>(?:Nơi\s+nhận\s*:|[-+]\s.*?[;.]))\s+(?P<b>(?:(?:TM|KT|TL|TUQ|Q)\.|T/M|K/T|T/L|PHÓ|CHỦ|GIÁM|BÍ|CHÁNH"
        r"|TRƯỞNG)"
        r"(?:\s?\S+){1,8}|\([Đđ]ã\s+ký\))",
        r"(?P<a>[-+]\s*Lưu\b.*?[;.])\s+(?P<b>[A-ZĐ][a-zà-ỹ]*(?:\s[A-ZĐÀ-Ỹ][a-zà-ỹ]*){1,4})",
    )
)
"""Two columns that copying set on one line with a single blank between them."""


def _glued_cells(raw: str, left: int, right: int) -> list[tuple[int, int]]:
    if right - left > 200:
        return [(left, right)]
    for pattern in _GLUED:
        match = pattern.fullmatch(raw, left, right)
        if match and (match["b"].isupper() or not match["b"][:2].isupper()):
            return [match.span("a"), match.span("b")]
    return [(left, right)]


_LONGEST_FURNITURE: Final = 160


def _without_chrome(lines: list[Line]) -> list[Line]:
    marked = []
    furniture = False
    last = max((at for at, line in enumerate(lines) if _DOCUMENT_GOES_ON.match(line.folded)), default=0)
    sentences = sum(map(_is_sentence, lines))
    said = 0
    for at, line in enumerate(lines):
        # What follows "các tin khác" near the end of a page is no part of the document either.
        ends = at > 3 and (
            _FURNITURE.match(line.folded)
            or (at > last and 2 * said + bool(last) > sentences and _LISTS.match(line.folded))
        )
        furniture = furniture or bool(ends)
        said += _is_sentence(line)
        short = len(line.folded) <= _LONGEST_FURNITURE
        chrome = furniture or (short and bool(_CHROME.match(line.folded))) or _is_page_number(lines, at)
        marked.append(replace(line, chrome=True) if chrome else line)
    return marked


def _is_sentence(line: Line) -> bool:
    """Whether a line looks like the end of a sentence, as links and entries of a menu do not."""
    return len(line.text) > 40 and line.text.endswith((".", "./."))


def _is_page_number(lines: Sequence[Line], at: int) -> bool:
    if at == 0 or at + 1 >= len(lines) or not _PAGE_NUMBER.match(lines[at].folded):
        return False
    around = (lines[at - 1].folded, lines[at + 1].folded)
    # A column of figures is a table, and a lone figure after "Số:" is the document's number.
    return not any(_PAGE_NUMBER.match(f) or f.endswith(("so", "so:", "ngay", "thang", "nam")) for f in around)


def is_rule(line: Line) -> bool:
    """Whether a line holds no letter or digit: a rule, a pipe, a row of dashes."""
    return bool(_RULE.match(line.text))
