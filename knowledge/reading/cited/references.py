"""Documents named without a number: "Luật Thực hiện dân chủ ở cơ sở năm 2022", "Nghị quyết Đại hội XIII"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from knowledge.document import Header, Reference
from knowledge.fold import fold, one_line
from knowledge.reading.cited.citations import Mention
from knowledge.reading.cited.relations import relation_at
from knowledge.reading.grammar import DATE, TYPE_AT, canonical_type, date_of
from knowledge.reading.page.flow import Flow

_NAMED: Final = re.compile(r"(?<!\w)(?P<type>Bộ luật|Luật|Pháp lệnh|Quy chế)\s+(?=[^\W\d_])")
_CONGRESS: Final = re.compile(
    r"(?<!\w)(?P<type>Nghị quyết)\s+(?:của\s+)?(?P<what>(?:Đại hội|Hội nghị)\s[^,;.:()“”\"¶]{0,90}?"
    r"(?:lần thứ\s+(?:[IVXLC]+|\d{1,2}|\w+)|(?<!\w)[IVX]{2,6}(?!\w))"
    r"|Trung ương\s+(?:[IVX]+|\d{1,2})\b)(?:,?\s*\(?[Kk]h(?:óa|oá)\s+[IVX]+\)?)?"
    r"(?:,?\s+nhiệm kỳ\s+(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d)?"
)
_BASIC: Final = re.compile(
    r"(?<!\w)(?P<type>Hiến pháp|Điều lệ)(?:\s+(?:nước Cộng hòa xã hội chủ nghĩa Việt Nam|Đảng))?(?!\w)"
)
_MORE_OF_A_NAME: Final = (
    r"(?:\s+(?!(?:trước|chậm|muộn|hoàn|từ|đến|trong|vào|có|được|ban|theo|các|tại|gửi|báo)\b)[a-zà-ỹđ]+){1,8}"
    r"\s+(?:ngày\s+\d|năm\s+(?:19|20)\d\d|số\s+\d)"
)
_WORD: Final = re.compile(
    r"\s*([^\s,;.:()“”\"¶·*]+)(,(?=\s+(?:chống|bổ sung|thay thế|cho)\s"
    rf"|\s+(?:giáo dục pháp luật|tôn giáo|khen thưởng|tố cáo)\b|{_MORE_OF_A_NAME}))?"
)
"""One word of a law's name, with the comma after it where the name goes on: "Luật Thi đua, khen thưởng"."""
_STOP_WORDS: Final = (
    "quy được đã là tại trong theo để cho đến năm ngày số trên gắn tới này nêu phải bằng với khi từ có không"
    " nhằm do mà hoặc nói kèm đang sẽ cần bao gồm một"
)
_STOPS: Final = frozenset(_STOP_WORDS.split())
_AND_STOPS: Final = re.compile(
    r"\s+(?:các|những|thực hiện|triển khai|hướng dẫn|chỉ đạo|theo|phát huy|nâng cao|quy chế|quy định|văn bản|nghị"
    r"|thông|một|kế)\b",
    re.IGNORECASE,
)
_ACRONYMS: Final = frozenset({"HĐND", "UBND", "MTTQ"})
"""Capitals that stand inside names of laws: "Luật Tổ chức HĐND và UBND"."""
_ANOTHER_LAW: Final = re.compile(r"\s+(?:Bộ luật|Luật|Pháp lệnh)\s")
_AMENDING: Final = re.compile(r"\s*sửa đổi(?:,?\s+bổ sung)?\s+một số điều của\s+(?:các\s+)?(?:Bộ luật|Luật|Pháp lệnh)?")
_DATED: Final = re.compile(r"\s*,?\s*\(?(?:năm\s+(?P<year>(?:19|20)\d\d)(?!\d)|ngày\s+(?=\d))")
_LONGEST: Final = 16


def read_references(original: str, flow: Flow, mentions: Sequence[Mention], header: Header) -> list[Reference]:
    """Every document named without a number, once each; what a cited number's own title names is left out.

    ``header`` is the document's own: neither it nor what it puts in force is a reference.
    """
    inside = [(m.start, m.end) for m in mentions]
    numbered = {(m.type, fold(m.about)) for m in mentions if m.about}
    found: dict[str, Reference] = {}
    title = fold(header.title.value) if header.title else ""
    kind_of_own = header.type.value if header.type else ""
    own_names = {title, re.sub(r"^ban hanh (?:kem theo )?", "", title), fold(f"{kind_of_own} {title}")}
    at = named = 0
    for match, end in sorted(_candidates(flow.text), key=lambda pair: pair[0].start()):
        start = match.start()
        while at < len(inside) and inside[at][1] <= start:
            at += 1
        if at < len(inside) and inside[at][0] <= start:
            continue
        kind = canonical_type(match["type"])
        name = one_line(flow.text[start:end].replace("*", "")).strip(" ,")
        if (kind, fold(name[len(kind) :].strip())) in numbered or fold(name) in own_names:
            continue
        known = found.get(fold(name))
        # The day after "Luật sửa đổi … của Luật A và Luật B" is the first law's alone.
        dated = _DATED.match(flow.text, end) if end > named else None
        named = max(named, end)
        printed = DATE.match(flow.text, dated.end()) if dated and not dated["year"] else None
        day = date_of(printed) if printed else None
        stop = printed.end() if printed else dated.end() if dated and dated["year"] else end
        year = day.year if day else int(dated["year"]) if dated and dated["year"] else None
        if known:
            found[fold(name)] = Reference(
                kind, name, known.date or day, known.year or year, known.quote, known.start, known.occurrences + 1,
                known.relation,
            )  # fmt: skip
            continue
        first, last = flow.span(start, stop)
        relation = relation_at(flow.text, flow.text.rfind("¶", 0, start) + 1, start)
        found[fold(name)] = Reference(kind, name, day, year, original[first:last], first, 1, relation)
    return list(found.values())


def _candidates(text: str) -> Iterator[tuple[re.Match[str], int]]:
    for match in _NAMED.finditer(text):
        end = _name_end(text, match.end(), match["type"])
        words = text[match.end() : end].split()
        enough = words and (
            words[0][0].isupper() or words[0] in {"sửa"} or (match["type"] == "Quy chế" and len(words) > 3)
        )
        if enough and not re.match(r"\s*[,(]?\s*(?:luật\s+)?số\s*:?\s*\d", text[end : end + 20]):
            yield match, end
    for match in _CONGRESS.finditer(text):
        yield match, match.end()
    for match in _BASIC.finditer(text):
        if match["type"] == "Hiến pháp" or "Đảng" in match.group():
            yield match, match.end()


def _name_end(text: str, at: int, kind: str) -> int:
    """Where the name of a law ends: at punctuation, or where the sentence goes on."""
    end = at
    amending = _AMENDING.match(text, at)
    if amending:
        end = amending.end()
    for count in range(_LONGEST):
        word = _WORD.match(text, end)
        if not word or word.group().startswith("  "):
            break
        bare = word[1].lower()
        rest = text[word.end() : word.end() + 24]
        if bare in _STOPS and not (bare == "quy" and count == 0):
            break
        if (
            bare == "và"
            and not (amending and _ANOTHER_LAW.match(rest))
            and (kind == "Quy chế" or _AND_STOPS.match(rest) or TYPE_AT.match(rest.lstrip()))
        ):
            break
        if bare == "của" and not TYPE_AT.match(rest.lstrip()) and not re.match(r"\s+(?:hệ thống|Đảng\b|cơ quan)", rest):
            break
        if count and len(word[1]) > 1 and word[1].isupper() and not (text[at:end].isupper() or word[1] in _ACRONYMS):
            break  # a line in capitals that follows a title
        if count and word[1][0].isupper() and TYPE_AT.match(text, word.start(1)) and bare not in {"luật", "bộ"}:
            break
        end = word.end()
    return at + len(text[at:end].rstrip(" ,"))
