"""The documents that a text cites: type, number, date, issuer, what they are about, and what is said of them."""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from knowledge.document import Citation
from knowledge.fold import TYPE_OF_LETTERS, fold, one_line, symbol_key
from knowledge.reading.cited.cited_by import before, central_bodies, date_after, issuer_after, unread_date
from knowledge.reading.cited.relations import CHANGES, ended_at, relation_at
from knowledge.reading.grammar import (
    NUMBER,
    TYPE_AT,
    canonical_type,
    find_body,
    issuer_from_symbol,
    symbol_of,
    tidy_number,
    type_from_symbol,
)
from knowledge.reading.page.flow import Flow

_TYPE: Final = re.compile(rf"\b{TYPE_AT.pattern}", re.IGNORECASE)
_BETWEEN: Final = re.compile(
    r"^\s*:?\s*(?:[*“\"]?\s*)(?:(?:thẩm định|thẩm tra|giám sát|kiểm tra|tổng kết|giải trình)\s+)?"
    r"(?:của\s+[^;:.,“”¶\d]{3,80}\s(?=số\b))?(?:này\s+)?(?:số|số:|luật số)?\s*:?\s*$",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(r"^(?P<name>\s+[^;.“”¶]{3,110}?)[,\s(]+(?:luật\s+)?số\s*:?\s*$", re.IGNORECASE)
_NAMED_TYPES: Final = {"Luật", "Bộ luật", "Pháp lệnh", "Nghị quyết", "Nghị quyết liên tịch", "Đề án", "Quy chế"}
_SKIP_AFTER: Final = re.compile(
    r"(?:\s*\((?:nhiệm kỳ|khóa|khoá)\s[^)¶]{1,24}\)|,?\s*(?:tại\s+)?kỳ họp thứ[^,;.¶]{1,30},?"
    r"|\s*\)(?=\s*,?\s*(?:về|của|ban hành)\b)|\s+ban hành(?=\s+(?:về)\b))"
)
_ABOUT_AFTER: Final = re.compile(
    r"\s*,?\s*(?:(?P<about>(?:về việc|về|[Vv]/v)\s*:?\s+)"
    r"|(?=[“‘\"][^”’\"]{8,})"
    r"|(?=(?:ban hành|phê duyệt|quy định|hướng dẫn|sửa đổi,?|công bố|thành lập|bổ sung,?|thay thế|bãi bỏ|hợp nhất)\s))"
)
_LABELLED: Final = re.compile(r"(?:\b(?P<paper>văn bản)\s+)?\bsố\s*:?\s*$", re.IGNORECASE)
_TOLD_BY_LETTERS: Final = {
    letters: TYPE_OF_LETTERS[fold(letters)]
    for letters in ("KH", "QĐ", "CT", "NQ", "KL", "HD", "BC", "TB", "CTr", "TTr")
}
"""Letters that tell the type where the text says "Công văn" of a document that was sent with one."""
_CHAIN: Final = re.compile(r"^\s*(?:,|;|và|hoặc|&|,\s*và)?\s*(?:các\s+|số\s+)?$", re.IGNORECASE)
_ABOUT_STOP: Final = re.compile(
    rf"(?P<open>[“\"(])|;|¶|:|\.(?=\s|¶|$|/)|\)|,\s+(?=(?:{TYPE_AT.pattern})\s)"
    rf"|,?\s+và\s+(?:các\s+)?(?=(?:{TYPE_AT.pattern})\s+(?:số\s+)?\d)"
    r"|,\s+(?=(?:UBND|HĐND|Ủy ban|Uỷ ban|Ban |Hội |Tỉnh ủy|Huyện ủy|Thành ủy|Thị ủy|Đảng ủy|Sở |Bộ |Chính phủ"
    r"|Thường trực))"
    r"|,\s+(?=(?:đề nghị|yêu cầu|trong đó|cụ thể|đồng thời|góp phần|nhằm|từ đó|theo đó|phù hợp|bảo đảm|đảm bảo"
    r"|được|đã)\s)"
    r"|,?\s+(?=(?:trước|chậm nhất|muộn nhất)\s+(?:là\s+)?(?:ngày\s+)?\d)|,?\s+(?=gắn với\s)"
    r"|,?\s+và\s+(?=(?:ý kiến|đề nghị|chỉ đạo|kết luận của|văn bản|các văn bản)\s)"
    r"|,?\s+(?=(?:đã )?được (?:sửa đổi|bổ sung|thay thế)\b)"
    r"|\s+(?=Số (?:ký )?hiệu\b)|\s+(?=(?:và )?có hiệu lực)|\s+(?=đến (?:toàn thể|tất cả|cán bộ|từng|các))"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a document is cited."""

    type: str
    number: str
    date: dt.date | None
    issuer: str | None
    about: str | None
    start: int
    end: int
    relation: str | None
    bare: bool
    """Whether nothing but the number stands here, so that what follows in the same chain may apply to it."""


def read_citations(original: str, flow: Flow, mentions: Sequence[Mention], own_number: str | None) -> list[Citation]:
    """Every document cited, once each, in the order of first mention; ``own_number`` is not a citation."""
    own = symbol_key(own_number) if own_number else None
    merged: list[Citation] = []
    places: dict[str, list[int]] = defaultdict(list)  # symbol → where its documents stand in ``merged``
    title_end = 0
    for mention in _shared(mentions, flow.text):
        key = symbol_key(mention.number)
        if own is not None and key == own:
            continue
        start, end = flow.span(mention.start, mention.end)
        nested = mention.start < title_end
        title_end = max(title_end, mention.end if mention.about else 0)
        citation = Citation(
            type=mention.type,
            number=mention.number,
            date=mention.date,
            issuer=mention.issuer,
            about=mention.about,
            quote=original[start:end],
            start=start,
            # What a cited document's title says of a third one is not said by this text.
            relation=None if nested else mention.relation,
        )
        known = next((i for i in places[key] if _same(merged[i], citation)), None)
        if known is None:
            places[key].append(len(merged))
            merged.append(citation)
        else:
            merged[known] = _merged(merged[known], citation)
    if all(c.issuer for c in merged):
        return merged
    central = central_bodies(flow.text)
    return [c if c.issuer else replace(c, issuer=_issuer_of(symbol_of(c.number), central)) for c in merged]


def _issuer_of(symbol: str, central: Mapping[str, str]) -> str | None:
    """Whom the symbol alone names: by itself, or where the text writes the letters' body out."""
    written_out = (central[part] for part in re.split(r"[-/]", fold(symbol)) if part in central)
    return issuer_from_symbol(symbol) or next(written_out, None)


def _same(a: Citation, b: Citation) -> bool:
    """Of one number: identity is date and issuer too; what one mention leaves out, it shares with the other."""
    if a.date and b.date and a.date != b.date:
        return False
    if not (a.issuer and b.issuer):
        return True
    if a.date and b.date:
        return _akin(a.issuer, b.issuer) or bool(set(fold(a.issuer).split()) & {"ubnd", "uy", "ban"})
    return _akin(a.issuer, b.issuer)


def _akin(a: str, b: str) -> bool:
    """Whether two names can be one body: "Huyện ủy" and "Ban Thường vụ Huyện ủy"."""
    short, long = sorted((_expanded(a), _expanded(b)), key=len)
    return set(short.split()) <= set(long.split())


def _expanded(issuer: str) -> str:
    return fold(issuer).replace("ubnd", "uy ban nhan dan").replace("btv", "ban thuong vu").replace("khoa", "")


def _merged(known: Citation, again: Citation) -> Citation:
    fuller = again if len(again.quote) > len(known.quote) and again.about and not known.about else known
    return replace(
        known,
        date=known.date or again.date,
        issuer=_fuller_name(known.issuer, again.issuer),
        about=known.about or again.about,
        quote=fuller.quote,
        start=fuller.start,
        relation=again.relation if again.relation in CHANGES else known.relation or again.relation,
        occurrences=known.occurrences + 1,
    )


def _fuller_name(a: str | None, b: str | None) -> str | None:
    """The name with the place, where one mention gives it and the other does not."""
    return b if a and b and b.startswith(f"{a} ") else a or b


def find_mentions(text: str) -> list[Mention]:
    """Every place of a running text where a document is named by its number."""
    mentions: list[Mention] = []
    types = list(_TYPE.finditer(text))
    starts = [found.start() for found in types]
    for match in NUMBER.finditer(text):
        paragraph = text.rfind("¶", 0, match.start()) + 1
        window = max(paragraph, match.start() - 140)
        near = types[bisect.bisect_left(starts, window) : bisect.bisect_left(starts, match.start())]
        found = _type_before(text, near, match.start())
        spaced = bool(re.search(r"\s", match["sep"] + re.sub(r"(?:BCSĐ|ĐU)\s.*", "", match["symbol"])))
        labelled = _LABELLED.search(text, max(match.start() - 18, paragraph), match.start())
        letters = sum(c.isupper() for c in match["symbol"])
        if letters < 2 or (found is None and not labelled and (spaced or type_from_symbol(match["symbol"]) is None)):
            continue
        number = tidy_number(match.group())
        paper = labelled is not None and labelled["paper"] is not None
        kind, start, name = found or (None, labelled.start() if labelled and paper else match.start(), None)
        if kind == "Công văn":
            kind = _TOLD_BY_LETTERS.get(re.split(r"[-/]", match["symbol"])[0], kind)
        previous = mentions[-1] if mentions else None
        if kind is None and previous and _CHAIN.match(text[previous.end : match.start()]):
            same_letters = type_from_symbol(match["symbol"]) == type_from_symbol(previous.number.partition("-")[2])
            kind = previous.type if same_letters or previous.bare else None
        kind = kind or type_from_symbol(match["symbol"]) or ("Luật" if re.match(r"QH\d", match["symbol"]) else None)
        if kind is None and paper:
            kind = "Công văn"  # a "văn bản" whose letters name no type
        if kind is None:
            continue
        mentions.append(_mention(text, paragraph, match, number, kind, start, name))
    return mentions


def _type_before(text: str, near: Sequence[re.Match[str]], at: int) -> tuple[str, int, str | None] | None:
    """Which of the types before it names the number at ``at``: (type, where it begins, a law's name between)."""
    for match in reversed(near):
        between = text[match.end() : at]
        kind = canonical_type(match.group())
        if _BETWEEN.match(between):
            return kind, match.start(), None
        named = _NAMED.match(between)
        if named and kind in _NAMED_TYPES and match.group()[0].isupper() and not NUMBER.search(between):
            return kind, match.start(), one_line(named["name"]).strip(" ,(")
    return None


def _mention(
    text: str, paragraph: int, match: re.Match[str], number: str, kind: str, start: int, name: str | None
) -> Mention:
    at = match.end()
    date, at = date_after(text, at)
    if date is None:
        at = unread_date(text, at)
    issuer, at = issuer_after(text, at, kind, match["symbol"])
    if date is None:
        date, at = date_after(text, at)
    if skipped := _SKIP_AFTER.match(text, at):
        at = skipped.end()
    about, at = _about_after(text, at)
    bare = date is None and issuer is None and about is None
    if issuer is None and (by := re.compile(r"\bcủa\s+").search(text, start, match.start())):
        issuer = find_body(text[start : match.start()], by.end() - start)  # "Công văn của Sở Y tế số …"
    if date is None or issuer is None:
        before_date, before_issuer = before(text, paragraph, start)
        date, issuer = date or before_date, issuer or before_issuer
    return Mention(
        type=kind,
        number=number,
        date=date,
        issuer=issuer,
        about=name or about,
        start=start,
        end=at,
        relation=relation_at(text, paragraph, start) or ended_at(text, at),
        bare=bare,
    )


def _about_after(text: str, at: int) -> tuple[str | None, int]:
    label = _ABOUT_AFTER.match(text, at)
    if not label:
        return None, at
    start = label.end()
    end = _about_end(text, start)
    about = one_line(text[start:end].replace("*", "")).strip(" ,;.")
    about = re.sub(r"(?<=[a-zà-ỹ])\d{1,2}$", "", about)  # the number of a footnote
    if (about.count("“") == 1 and about.startswith("“") and about.endswith("”")) or (
        about.startswith('"') and about.endswith('"') and about.count('"') == 2
    ):
        about = about[1:-1].strip()
    return (about, end) if len(about) > 3 else (None, at)


def _about_end(text: str, start: int) -> int:
    """Where a cited title ends: at the end of the clause, but not inside quotation marks or brackets."""
    at = start
    limit = min(len(text), start + 600)
    while stop := _ABOUT_STOP.search(text, at, limit):
        if stop["open"]:
            closing = {"“": "”", '"': '"', "(": ")"}[stop["open"]]
            end = text.find(closing, stop.end(), min(stop.end() + 400, len(text)))
            paragraph = text.find("¶", stop.end())
            inside = end >= 0 and (paragraph < 0 or end < paragraph)
            if (
                inside
                and stop["open"] == "("
                and re.match(r"\((?:sau đây|gọi tắt|viết tắt|qua )", text[stop.start() : stop.start() + 16])
            ):
                return stop.start()
            at = end + 1 if inside else stop.end()
            continue
        if "gắn với" in text[stop.end() : stop.end() + 8]:
            sentence = re.compile(r"[;.¶](?:\s|$)?").search(text, stop.end())
            if not NUMBER.search(text, stop.end(), sentence.end() if sentence else len(text)):
                at = stop.end() + 1
                continue
        return stop.start()
    return limit if limit == len(text) else text.rfind(" ", start, limit)


_AND_SAME: Final = re.compile(r"\s*(?:,?\s*và\s+(?:các\s+)?(?:số\s+)?|,\s*số\s+)", re.IGNORECASE)


def _one_body(a: Mention, b: Mention) -> bool:
    """Whether the symbols of two documents begin with the same letters: "UBND-TD" and "UBND-NC"."""
    return symbol_of(a.number).split("-")[0] == symbol_of(b.number).split("-")[0]


def _party_organ(mention: Mention) -> str | None:
    """The letters of the body in a Party symbol: "TW" of "15-CT/TW"."""
    found = re.fullmatch(r"\d+-[^/-]+/(\w+)", mention.number)
    return found[1] if found else None


def _shared(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """ "Quyết định số A, Quyết định số B ngày D của X": date, issuer and relation hold for both."""
    result = list(mentions)
    for i in range(len(result) - 2, -1, -1):
        here, following = result[i], result[i + 1]
        series = symbol_of(here.number) == symbol_of(following.number)
        if (
            here.bare
            and series
            and ";" not in text[here.end : following.start]
            and _CHAIN.match(text[here.end : following.start])
            and "¶" not in text[here.end : following.start]
        ):
            result[i] = replace(
                here, date=here.date or following.date, issuer=here.issuer or following.issuer, end=following.end
            )
    for i in range(len(result) - 2, -1, -1):
        here, following = result[i], result[i + 1]
        joined = _AND_SAME.fullmatch(text, mentions[i].end, following.start)
        alike = here.type == following.type and _one_body(here, following)
        dated = here.date and following.date and _party_organ(here) and _party_organ(here) == _party_organ(following)
        if joined and here.issuer is None and here.about is None and (alike or dated):
            result[i] = replace(here, issuer=following.issuer)
    for i in range(1, len(result)):
        here, previous = result[i], result[i - 1]
        one_organ = _party_organ(here) == _party_organ(previous) not in {None, "TW"}
        if one_organ and here.issuer is None and _AND_SAME.fullmatch(text, mentions[i - 1].end, mentions[i].start):
            result[i] = replace(here, issuer=previous.issuer)  # "Ban … đã ban hành Kế hoạch số A và Công văn số B"
    for i in range(1, len(result)):
        linked = _CHAIN.match(text[mentions[i - 1].end : result[i].start])
        if result[i].relation is None and result[i - 1].relation not in {None, "căn cứ"} and linked:
            result[i] = replace(result[i], relation=result[i - 1].relation)
    return result
