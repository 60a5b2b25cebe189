"""Pages that tell of a document without its letterhead: a headline that names it, a sentence that reports it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from knowledge.fold import fold, one_line
from knowledge.reading.grammar import DATE, NUMBER, TYPES, canonical_type, find_body, type_from_symbol
from knowledge.reading.head.who_acts import Span, who_acts
from knowledge.reading.page.layout import Line

_TYPE: Final = "|".join(name.replace(" ", r"\s+") for name in TYPES)
_TYPE_WORD: Final = re.compile(rf"(?i:{_TYPE})\b")
_ANY_PAPER: Final = "Văn bản"
_ISSUES: Final = re.compile(
    r"(?P<new>\b(?:đã|vừa|mới|chính\s+thức)\s+){0,3}\b"
    r"(?P<verb>(?:(?:họp\s+và\s+|xây\s+dựng\s+và\s+)?(?:ký\s+)?(?:ban\s+hành|phát\s+hành)|ký(?:\s+kết)?|có|ra|gửi|thông\s+qua|xây\s+dựng)\s+)"
    rf"(?P<type>(?i:{_TYPE}|văn\s+bản))\b(?:\s+(?:thượng\s+khẩn|khẩn|hỏa\s+tốc|hoả\s+tốc|liên\s+ngành|mới))?"
    r"(?P<no>\s*\(?(?:[Ss]ố\s*:?\s*)?(?=\d))?"
)
"""What a page says of the body that issued the document it reports on."""
_AT: Final = re.compile(
    rf"(?:^|[-–)])\s*(?:Ngày\s[^,]{{4,30}},\s*)?(?:Tại|Theo|Trong)\s+(?:một\s+)?(?P<type>(?i:{_TYPE}|văn\s+bản))\b"
    r"(?:(?P<no>\s*(?:số\s*:?\s*)?(?=\d))|\s+(?:vừa|mới)\b[^,.]{0,40},\s+(?P<who>(?=[A-ZĐỦ])))"
)
"""The document as where something is said: "Tại Công văn số …, Bộ … đề nghị", "Theo một văn bản mới …, Bộ …"."""
_SEE: Final = re.compile(
    rf"(?i:\b(?:xem|chi\s+tiết|tải|tham\s+khảo)\b[^.]{{0,40}}?\b(?P<type>{_TYPE}|văn\s+bản))(?P<no>\s*(?:số\s*:?\s*)?(?=\d))"
)
_HERE: Final = re.compile(r"tại đây|đính kèm|kèm theo|dưới đây|tải về", re.IGNORECASE)
"""A page that ends by sending its reader to the document: "Mời xem Văn bản số … tại đây"."""
_UNNUMBERED: Final = re.compile(
    r"Công văn|Công điện|Kế hoạch|Chỉ thị|Quyết định|Nghị quyết|Hướng dẫn|Thông báo|Chương trình|Kết luận|Quy định"
    r"|Quy chế|văn bản"
)
"""Types that a page reports on without a number; other words are too common for that."""
_SENTENCE: Final = re.compile(r"(?<!TP)(?<!TX)(?<!TT)(?<![\s.][A-Z])[.!?…]\s+(?=[A-ZĐ“\"])|\n")
_DAY_BEFORE: Final = re.compile(r"\b[Nn]gày\s+(?=\d)")
_DAY_AFTER: Final = re.compile(
    r",?\s*\(?\s*(?:ban\s+hành\s+)?(?:năm\s+\d{4}(?!\s*[-–]\s*\d)|(?P<day>ngày\s+)(?=\d))|\s+(?:19|20)\d\d(?=\s)"
)
_OF: Final = re.compile(r",?\s*\)?\s*của\s+(?=[A-ZĐỦ])")
_TO: Final = re.compile(r",?\s*gửi\s.{5,400}?(?=,?\s(?:về\s+việc|về|V/v)\s)", re.DOTALL)
_ABOUT: Final = re.compile(r"[\s,;:(“\"]*(?:V/v|[Vv]ề\s+việc|[Vv]ề)\s*:?\s+")
_DOES: Final = re.compile(
    r"[\s,:]*(?=(?i:(?:hướng\s+dẫn|triển\s+khai|thực\s+hiện|tổ\s+chức|phê\s+duyệt|ban\s+hành|quy\s+định|đôn\s+đốc"
    r"|phê\s+chuẩn|điều\s+chỉnh|cho\s+phép|thay\s+thế|bãi\s+bỏ|góp\s+ý|rà\s+soát|khẩn\s+trương|quy\s+hoạch"
    r"|tập\s+trung|đẩy\s+mạnh|chấn\s+chỉnh|đính\s+chính|trả\s+lời|giải\s+đáp"
    r"|tăng\s+cường|công\s+bố|phát\s+động|lấy\s+ý\s+kiến|kiện\s+toàn|thành\s+lập|tuyên\s+truyền|sửa\s+đổi|bổ\s+sung)\s))"
)
"""What a title begins with where no "về" introduces it."""
_TITLE_ENDS: Final = re.compile(
    r"[.!?]\s+(?=[A-ZĐ“\"])|\n|,?\s(?:do|và)\s[A-ZĐỦ][^,.]{3,80}\sban\s+hành\s*(?=[.\n]|$)"
    r"|[,;]\s(?:theo đó|làm theo|trong đó|với (?:yêu cầu|mục (?:đích|tiêu)|các nội dung|nội dung)|yêu cầu|đề nghị"
    r"|cụ thể)\b|,?\s(?:cụ thể|với (?:các )?nội dung|(?:có )?nội dung)[\w\s]{0,20}\snhư sau\b|,?\snhư sau\b"
    r"|\s[-–|]\s(?:Cổng|Trang|Báo|Website)\b|,?\sgửi\s(?:các\s|[A-ZĐỦ])|\s\((?i:(?:văn bản )?(?:hết|còn) hiệu lực)\)"
)
_ISSUED_BY: Final = re.compile(r"\sdo\s+(?=[A-ZĐỦ])")


@dataclass(frozen=True, slots=True)
class Told:
    """What one sentence says of a document; every stretch is a pair of offsets in it."""

    type: str
    """As lists have it; "Văn bản" where the sentence says no more."""
    at: Span
    number: Span | None = None
    date: Span | None = None
    issuer: Span | None = None
    signer: Span | None = None
    committee: Span | None = None
    """Whose board ``issuer`` is, where it is said apart: "Chủ tịch Hội … thay mặt Đoàn Chủ tịch"."""
    title: Span | None = None
    plain_title: bool = False
    """Whether no "về" introduces the title: it may be shortened."""


def read_headline(text: str) -> Told | None:
    """A headline that names its document: "Công văn số 376-CV/… ngày … của … về …", "Công văn V/v …"."""
    named = _TYPE_WORD.match(text)
    if not named or text.rstrip().endswith((";", ",")):
        return None
    by = _whose(text, named.end())
    gap = _TO_NUMBER.match(text, by[1] if by else named.end())
    number = _number_at(text, gap.end()) if gap else None
    if by and gap and number:
        return _with_rest(text, Told(canonical_type(named.group()), named.span(), number, issuer=by), number[1])
    if gap and number and not _TYPE_WORD.search(text, named.end(), gap.end()) and not _CARRIES_OUT.search(gap.group()):
        return _with_rest(text, Told(canonical_type(named.group()), named.span(), number), number[1])
    if _UNNUMBERED_HEADLINE.match(text, named.end()) and not NUMBER.search(text):
        return _with_rest(text, Told(canonical_type(named.group()), named.span()), named.end())
    return None


_TO_NUMBER: Final = re.compile(r"(?:\s+(?!số\b)\w+){0,3}?,?\s*\(?(?:[Ss]ố\s*:?\s*)?(?=\d)")


def _whose(text: str, at: int) -> Span | None:
    """The body that is named right after a type: "Nghị định của Chính phủ số …"."""
    of = _OF.match(text, at)
    body = find_body(text, of.end()) if of else None
    return _span(body, of.end()) if of and body else None


_UNNUMBERED_HEADLINE: Final = re.compile(r"\s*(?:của\s+[A-ZĐỦ][^,.;]{3,80}?\s+)?(?:V/v|[Vv]ề\s+việc)\s")
_CARRIES_OUT: Final = re.compile(r"\b(?:thực hiện|triển khai|thi hành|theo|của|sửa đổi|thay thế|hướng dẫn)\b")


LOOKS_BACK: Final = re.compile(
    r"\btham mưu\b|\b(?:[Tt]rong|[Tt]hời gian|[Nn]hững|[Nn]hiều|[Nn]hiệm kỳ|[Gg]iai đoạn)\s(?:\w+\s){0,2}"
    r"(?:năm|quý|tháng|kỳ|thời gian|qua|đoạn)\b"
)
"""What tells of work that was done, as activity reports do, and not of a document that is new."""


def read_report(text: str) -> Told | None:
    """The sentence that reports a document: "Ngày …, Ban … đã ban hành Công văn số … về …"; a numbered one first."""
    unnumbered = None
    for match in _ISSUES.finditer(text, 0, 1500):
        number = _number_at(text, match.end()) if match["no"] is not None else None
        begins = max((m.end() for m in _SENTENCE.finditer(text, 0, match.start())), default=0)
        if LOOKS_BACK.search(text, begins, match.start()):
            continue
        issuer, signer, committee = who_acts(text, begins, match.start())
        dated = _day_before(text, begins, min(x[0] for x in (issuer, signer, match.span()) if x))
        kind = _kind(match["type"], text[slice(*number)] if number else None)
        told = Told(kind, match.span("type"), number, dated, issuer, signer, committee)
        if number and (issuer or signer or dated or match["new"]):
            return _with_rest(text, told, number[1])
        paper = one_line(match["type"])
        asks = _ASKS.match(text, match.end("type")) if _LETTER.fullmatch(fold(paper)) else None
        if unnumbered or number or not issuer or not (asks or _UNNUMBERED.fullmatch(paper)):
            continue
        bare = re.compile(r"\s*số\s*\d{1,4}(?=[\s,])").match(text, match.end("type"))
        told = _with_rest(text, told, bare.end() if bare else match.end())
        if told.number:
            return told
        if (told.title or asks) and (match["new"] or begins == 0 or dated):
            unnumbered = replace(told, type="Công văn") if asks and told.type == _ANY_PAPER else told
    if told_in := _said_in(text):
        return told_in if told_in.number or not unnumbered else unnumbered
    return unnumbered


_LETTER: Final = re.compile(r"van ban|cong van|cong dien|thong bao")
_ASKS: Final = re.compile(
    r"\s+(?:(?:thượng\s+)?khẩn\s+|hỏa\s+tốc\s+|gửi\s[^.]{3,200}?,?\s)?(?:đề\s+nghị|yêu\s+cầu|chỉ\s+đạo|đôn\s+đốc|giao)\s"
)
"""What a letter does that is reported without its title: "… vừa có văn bản đề nghị các …"."""


def _said_in(text: str) -> Told | None:
    match = _AT.search(text, 0, 300)
    if not match:
        return None
    if match["no"] is None:
        body = find_body(text, match.end())
        return Told(_kind(match["type"], None), match.span("type"), issuer=_span(body, match.end())) if body else None
    number = _number_at(text, match.end())
    if not number or text[match.start("type") - 5 : match.start("type")].strip() == "Theo":
        return None  # what is carried out, not what is reported
    told = Told(_kind(match["type"], text[slice(*number)]), match.span("type"), number)
    told = _with_rest(text, told, number[1])
    if told.issuer is None and (then := re.compile(r"[^,;]{0,40},\s+(?=[A-ZĐỦ])").match(text, number[1])):
        body = find_body(text, then.end())
        told = replace(told, issuer=_span(body, then.end()) if body else None)
    return told


def read_pointer(text: str) -> Told | None:
    """The line that sends the reader of a page to the document itself: "Mời xem Văn bản số … tại đây"."""
    match = _SEE.search(text, 0, 300)
    number = _number_at(text, match.end()) if match else None
    if not match or not number or not _HERE.search(text, number[1]):
        return None
    return Told(_kind(match["type"], text[slice(*number)]), match.span("type"), number)


def _kind(printed: str, number: str | None) -> str:
    """The type; the letters of the symbol tell where the page speaks of a paper or a letter in general."""
    kind = _ANY_PAPER if fold(one_line(printed)) == "van ban" else canonical_type(printed)
    if number and kind in {_ANY_PAPER, "Công văn"}:
        return type_from_symbol(re.sub(r"^[\d\s]*[-–/\s]*(?:(?:19|20)\d\d[-/])?", "", number)) or kind
    return kind


def _number_at(text: str, at: int) -> Span | None:
    """A number with its symbol at a place, also where it is glued to the word before it."""
    match = NUMBER.match(text[at : at + 80])
    return (at, at + match.end()) if match else None


def _span(words: str, at: int) -> Span:
    return at, at + len(words)


def _with_rest(text: str, told: Told, at: int) -> Told:
    """What stands after the number: the day, whose it is, to whom it goes, and what it is about."""
    date, issuer = told.date, told.issuer
    while True:
        if (day := _DAY_AFTER.match(text, at)) is not None:
            found = DATE.match(text, day.end()) if day["day"] else None
            if day["day"] and not found:
                partial = re.compile(r"\d{1,2}[/.-]\d{1,2}(?![\d/-])").match(text, day.end())
                if not partial:
                    break
                at = partial.end()
                continue
            if found:
                date = (day.start("day"), found.end())
            at = found.end() if found else day.end()
        elif (of := _OF.match(text, at)) is not None and (body := find_body(text, of.end())):
            issuer, at = _span(body, of.end()), of.end() + len(body)
        else:
            break
    closing = re.compile(r"\s*\)").match(text, at)
    at = closing.end() if closing else at
    if to := _TO.match(text, at):
        at = to.end()
    title, plain = None, False
    if about := _ABOUT.match(text, at):
        title = _title(text, about.end())
    elif does := _DOES.match(text, at):
        title, plain = _title(text, does.end()), True
    if issuer is None and (by := _ISSUED_BY.search(text, at)) and (body := find_body(text, by.end())):
        issuer = _span(body, by.end()) if re.match(r"\s+ban\s+hành\b", text[by.end() + len(body) :][:20]) else None
    told = replace(told, date=date, issuer=issuer, title=title, plain_title=plain)
    return told if told.number or not title else _numbered_in_brackets(text, told, title)


_BRACKET: Final = re.compile(rf"\s*\(\s*(?:(?i:{_TYPE}|văn\s+bản)\s+)?(?:số\s*:?\s*)?(?=\d)")


def _numbered_in_brackets(text: str, told: Told, title: Span) -> Told:
    """A document whose number follows its title: "Kế hoạch tuyên truyền … (Kế hoạch số 12-KH/…, ngày …)"."""
    for bracket in _BRACKET.finditer(text, *title):
        if (number := _number_at(text, bracket.end())) and _kind(told.type, text[slice(*number)]) == told.type:
            day = re.compile(r",?\s*ngày\s+(?=\d)").match(text, number[1])
            date = DATE.match(text, day.end()) if day else None
            when = (day.start(), date.end()) if day and date else told.date
            return replace(told, number=number, date=when, title=(title[0], bracket.start()))
    return told


def _title(text: str, at: int) -> Span | None:
    ends = _TITLE_ENDS.search(text, at)
    end = at + len(text[at : ends.start() if ends else None].rstrip(" .\n,;:"))
    return (at, end) if end - at > 4 else None


def _day_before(text: str, begins: int, end: int) -> Span | None:
    """The day on which somebody acts: right before who does, or at the head of a sentence that cites nothing else."""
    for day in reversed(list(_DAY_BEFORE.finditer(text, begins, end))):
        found = DATE.match(text, day.end())
        if not found:
            continue
        if re.fullmatch(r"\s*,?\s*", text[found.end() : end]) or not NUMBER.search(text, begins, end):
            return day.start(), found.end()
    return None


def own_title(line: Line) -> bool:
    """Whether a line is a headline that names the page's document."""
    return bool(_TYPE_WORD.match(line.text)) and read_headline(line.text) is not None


_UNFINISHED: Final = re.compile(r"(?:[,–-]|\b(?:số|ngày|tháng|năm|của|về|việc|và|các|tại|đã|ban|hành))$")
_LONGEST_PARAGRAPH: Final = 8
"""Lines over which the sentence that reports a document is followed."""


_SECTION: Final = re.compile(r"(?:[IVX]+\s*[.)-]|\d{1,2}\.(?!\d)|[Đđ]iều\s\d)")
"""Where a document's own sections begin, and no page introduces it any more."""


def paragraph(lines: Sequence[Line], at: int) -> Sequence[Line]:
    """A line with those that hard wraps made of the same sentence."""
    end = at + 1
    while end < len(lines) and end - at < _LONGEST_PARAGRAPH:
        line, above = lines[end], lines[end - 1]
        wrapped = line.text[:1].islower() or line.text[:1].isdigit() or _UNFINISHED.search(above.text)
        full = end - at > 1 and len(above.text) > 60
        if line.chrome or line.gap or line.columns > 1 or above.text.endswith((".", ";", ":")) or not (wrapped or full):
            break
        end += 1
    return lines[at:end]


def _prose(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """The first paragraphs that can hold a page's first sentence: menus and other short scraps are passed over."""
    seen = 0
    passed = 0
    for at, line in enumerate(lines[:80]):
        if _SECTION.match(line.text):
            return
        if at < passed or line.chrome:
            continue
        whole = paragraph(lines, at)
        text = " ".join(x.text for x in whole)
        if len(text) <= 40:
            continue
        yield at, text
        passed = at + len(whole)
        seen += 1
        if seen == 5:
            return


def report_at(lines: Sequence[Line]) -> int | None:
    """Which line begins to report the document that a page is about, if one does; a numbered one is preferred."""
    first = None
    for at, text in _prose(lines):
        told = read_report(text)
        if told and told.number:
            return at
        if told and first is None:
            first = at
    return first


def pointer_at(lines: Sequence[Line]) -> int | None:
    """Which line sends the reader to the document, on a page whose sentences do not name it."""
    return next((at for at, line in enumerate(lines[:80]) if len(line.text) < 300 and read_pointer(line.text)), None)
