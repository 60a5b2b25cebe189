"""What a question asks for: its words made right, the documents it numbers, and the kind of answer it wants."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container
from typing import Final

from knowledge.answering.asked import Asked
from knowledge.answering.cues import CUES, clause_spans, clauses, cued, looked_for
from knowledge.fold import TYPE_OF_LETTERS, fold, nfc
from knowledge.mentions import TYPES, Mention, find_mentions, unglued
from knowledge.search.query import Speller
from knowledge.search.spacing import respaced
from knowledge.search.telex import untelex
from knowledge.search.wording import typed_words
from knowledge.types import ASKED_FOR


def understand(question: str, speller: Speller, known: Container[str] = ()) -> Asked:
    """Read a question. Numbers of documents are taken out first: their letters are no abbreviations.

    ``known`` tells which accented words there are, so that the keys of a word ("hanj") are taken for it.
    """
    question = _each_with_type(nfc(question))
    mentions = _whose_clause(question, find_mentions(question))
    text = unglued(question).replace("%", " phần trăm ")
    text = re.sub(r"(?<![^\W_])(?<![/-])([^\W\d_]{2,3})(\d+)(?!\w)", r"\1 \2", text)  # "Q8" of no type, too
    text = _TENTH.sub(r"\1 10", text)
    for mention in mentions:
        if mention.letters or mention.year:
            text = _without(text, mention)
    meant = [made if (made := untelex(word)) in known else word for word in respaced(typed_words(text))]
    read = _written_out(_pith(_without_frame(speller.read(meant))))
    restored = tuple(word for word, _ in read)
    folded = " ".join(fold(word) for word in restored)
    if not mentions and len(restored) == len(meant):  # "chỉ tho 33": the type was mistyped, not shortened
        mentions = tuple(one for one in find_mentions(" ".join(restored)) if one.type in TYPES and not one.weak)
    wording = cued(restored, nfc(question).lower())
    intents = tuple(intent for intent, cue in CUES if cue.search(wording))
    years = {int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)}
    months = {int(month) for month in re.findall(r"\bthang (\d{1,2})\b", folded) if 1 <= int(month) <= 12}
    types = {kind for kind in TYPES if re.search(rf"\b{kind}\b", folded)}
    types = {kind for kind in types if not any(kind != other and kind in other for other in types)}
    if "addressees" in intents and "recipients" not in intents and re.search(r"\b(?:bao cao|nop)\b", folded):
        intents = ("deadline", *(intent for intent in intents if intent != "addressees"))
    looking = looked_for(wording, intents, types)
    if "quyết định" not in " ".join(restored) and _QD.search(fold(text)):
        # "QĐ" is "quyết định" for the state and "quy định" for the Party: the words around can't always tell.
        either = {"quy dinh", "quyet dinh"}
        types |= either if types & either else set()
        looking |= either if looking & either else set()
    if not intents and not mentions and (subject := _SUBJECT.match(folded)):
        looking = looking or frozenset([subject[1]])
    if not intents and looking and not mentions:
        intents = ("which",)
    days = {
        dt.date(int(year), int(month), int(day))
        for day, month, year in re.findall(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)", text)
        if 1 <= int(month) <= 12 and 1 <= int(day) <= 28 + (int(month) != 2) * 2
    }
    return Asked(
        question,
        restored,
        tuple(trust for _, trust in read),
        folded,
        mentions,
        intents or ("other",),
        frozenset(years),
        frozenset(months),
        frozenset(types),
        looking,
        clauses(question),
        frozenset(days),
    )


_LETTERS: Final = "|".join(sorted(TYPE_OF_LETTERS, key=len, reverse=True))
_SEVERAL: Final = re.compile(
    rf"\b({'|'.join(TYPES)}|{_LETTERS}) (?:so )?(?P<first>\d{{1,4}})(?:, \d{{1,4}})*,? (?:va|voi) \d{{1,4}}"
    r"(?=\W*$| (?:ve|noi|la|cua|co|con|khac|quy dinh|yeu cau|dan|do|ai|gi)\b)"
)
"""Numbers of one type in a row: "quyết định 217 và 218 nói gì"."""


def _each_with_type(question: str) -> str:
    """The question with the type before each of the numbers that share it."""
    folded = fold(question)
    if len(folded) != len(question) or not (row := _SEVERAL.search(folded)):
        return question
    kind, end = question[slice(*row.span(1))], row.end("first")
    rest = re.sub(r"\d+", lambda number: f"{kind} {number[0]}", question[end : row.end()])
    return f"{question[:end]}{rest}{question[row.end() :]}"


_SUBJECT: Final = re.compile(
    rf"(?:(?:cac|nhung|cho|xin|tim|xem) )*({'|'.join(TYPES)})(?: moi nhat| moi| gan day)?(?: cua(?: \w+){{1,5}}?)? ve "
    r"(?!(?:\w+ )*(?:gi|nao|ai|sao|khong|may|bao nhieu|dau)\b)"
)
"""A kind of document and what it is about, and no question: "chỉ thị của Thủ tướng về dân vận"."""
_QD: Final = re.compile(r"\bqd\b")
_TENTH: Final = re.compile(r"\b(lần(?: thứ)?|lan(?: thu)?|kh(?:óa|oá|oa)) x\b", re.IGNORECASE)
"""Of these X is the tenth, and no commune."""

_FRAME: Final = re.compile(
    r"(?:^|(?<= ))(?:(?:có |đang có )?(?:trong|trên|ở) (?:cái )?"
    r"(?:kho(?! (?:bạc|hàng|lương))(?: (?:văn bản|tài liệu|dữ liệu))?|thư viện"
    r"|hệ thống(?= này| (?:có|nhắc|dẫn|nói|cái|văn)|$))(?: này)?"
    r"|(?:có |đang có )?(?:ở (?:đây|trong này)|trong này)"
    r"|(?:mà )?(?:bạn|trợ lý|bot) (?:đang |hiện )?(?:giữ|lưu)|mà (?:bạn|trợ lý) (?:đang |hiện )?có"
    r"|(?:đã|đang) (?:được )?lưu(?! (?:ở|tại))|(?:ở )?(?:phần |đoạn |dòng |câu )?cuối"
    rf"(?= (?:của )?(?:văn bản|{'|'.join(kind.lower() for kind in ASKED_FOR)})))(?= |$)"
)
"""Words that only say where to look: in what is stored, which is where everything is looked for."""


_DEMANDS: Final = re.compile(
    rf"^(?:{'|'.join(kind.lower() for kind in ASKED_FOR)}|văn bản)(?: \S+){{0,6}}? (yêu cầu|đề nghị) "
    r"(?!(?:những |các |làm )*(?:gì|ai|đơn vị|cơ quan|xã|phòng|sở|ubnd|ủy))(?=\S+ \S+)"
)
"""What documents do anyway: a heading "Yêu cầu" is not meant."""


def _without_frame(read: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """What is asked without the words that say where to look for it."""
    text = " ".join(word for word, _ in read)
    kept: list[tuple[str, float]] = []
    at = 0
    spans = [match.span() for match in _FRAME.finditer(text)]
    spans += [match.span(1) for match in _DEMANDS.finditer(text)]
    for word, trust in read:
        if not any(begin <= at < end for begin, end in spans):
            kept.append((word, trust))
        at += len(word) + 1
    return kept or read


_LONG: Final = 30
_BEFORE, _AFTER = 15, 12
_ASKING_WORDS: Final = frozenset(["nào", "gì", "ai", "đâu", "mấy", "bao", "sao", "khi"])


def _pith(read: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """What is asked of a long message: the words around its last word of asking. The rest tells a story."""
    if len(read) <= _LONG:
        return read
    asking = [place for place, (word, _) in enumerate(read) if word in _ASKING_WORDS]
    last = asking[-1] if asking else len(read)
    return read[max(0, last - _BEFORE) : last + _AFTER]


def _written_out(read: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """ "Cấp xã" stands in the texts as the body that acts there, "UBND các xã"."""
    result: list[tuple[str, float]] = []
    for place, (word, trust) in enumerate(read):
        follows = read[place + 1][0] if place + 1 < len(read) else ""
        before = read[place - 1][0] if place else ""
        if word == "cấp" and before == "dân" and follows in ("xã", "huyện", "tỉnh"):
            continue  # "UBND cấp xã"
        if word == "cấp" and follows in ("xã", "huyện", "tỉnh") and before not in ("các", "chính", "cung"):
            result += [(part, trust) for part in ("ủy", "ban", "nhân", "dân")]
        else:
            result.append((word, trust))
    return result


_CLAUSE_OF: Final = re.compile(rf"\W*(?:(?:cua|trong|o|thuoc) )?(?:(?:{'|'.join(TYPES)}|[a-z]{{2,3}}) )?(?:so )?")


def _whose_clause(question: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The document first whose clause is named: of "kế hoạch 36 ở mục 1 công văn 447" it is 447, which is asked."""
    folded = fold(question)
    ends = [match.end() for match in clause_spans(question)] if len(mentions) > 1 else []
    for mention in mentions:
        span = _span(question, mention, with_type=False)
        if span and any(end <= span[0] and _CLAUSE_OF.fullmatch(folded[end : span[0]] or " ") for end in ends):
            return mention, *(other for other in mentions if other is not mention)
    return mentions


def as_typed(question: str, mention: Mention) -> str:
    """The number as it stands in the question, with its type where no letters follow ("Nghị quyết 26")."""
    span = _span(question, mention, with_type=not mention.letters)
    return " ".join((question[slice(*span)] if span else mention.written).split())


def _without(text: str, mention: Mention) -> str:
    """The text without the digits and letters of a number; they tell what letters before it mean: "ct 49-CT/TW"."""
    code = mention.type if mention.type in mention.letters or (mention.year and mention.type not in TYPES) else None
    span = _span(text, mention, with_type=code is not None) or _span(text, mention, with_type=False)
    return f"{text[: span[0]]} {TYPE_OF_LETTERS.get(code or '', '').lower()} {text[span[1] :]}" if span else text


def _span(text: str, mention: Mention, with_type: bool) -> tuple[int, int] | None:
    text = nfc(text)
    folded = fold(text)
    if len(folded) != len(text):
        return None
    parts = [re.escape(part) for part in re.findall(r"[^\W_]+", mention.written)]
    pattern = r"(?<![^\W_])" + r"[\W_]*".join(parts)
    if with_type and mention.type:
        kind = r"\s+".join(mention.type.split())
        pattern = rf"(?<![^\W_]){kind}\W*(?:so\W+)?" + r"[\W_]*".join(parts)
    match = re.search(pattern, folded)
    return match.span() if match else None
