"""What a sentence must hold to answer a kind of question at all: an amount, a time, a place, somebody who acts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from knowledge.answering.asked import STOP
from knowledge.answering.context import Context
from knowledge.search.wording import folded_word

_FOLDED_STOP: Final = frozenset(map(folded_word, STOP))

Accept = Callable[[str], bool]
"""Tells of a sentence, as :func:`knowledge.answering.evidence.counted` gives it, whether it will do."""

_NUMERAL: Final = r"(?:\d[\d.,]*|[ivx]+)"
_SPAN: Final = r"(?:ngay|thang|nam|quy|tuan|gio|phut|nhiem k[iy])"
_TIME: Final = re.compile(
    r"\b(?:sau khi|truoc|ngay \d|thang \d|quy (?:[ivx]+|\d)|hang nam|hang thang|hang quy|dinh k[iy]|kip thoi"
    r"|thuong xuyen|tu ngay|den ngay|ke tu|nam \d|giai doan|trong nam|cuoi nam|dau nam|khi|\d{1,2} \d{1,2} \d{4})\b"
)
_EITHER_I: Final = re.compile("(?<=k)[iy]")
_UNIT_ASKED: Final = re.compile(r"\b(nhiem k[iy]|khoa) (?:nao|may)\b")
_DAY_ASKED: Final = re.compile(r"\bngay (?:nao|may|bao nhieu)\b")
_DAY: Final = re.compile(r"\bngay (?:thang )?\d|\b\d{1,2} \d{1,2}\b|\bngay \w+ (?:hang|moi) ")
"""What answers "ngày nào": a year or "kịp thời" does not."""
_HOW_LONG: Final = re.compile(rf"\bbao lau\b|\b(?:may|bao nhieu) {_SPAN}\b")
_LENGTH: Final = re.compile(
    rf"(?<!ngay )(?<!thang )\b{_NUMERAL} (?:den {_NUMERAL} )?{_SPAN}\b(?! \d)"
    rf"|\b(?:moi|hang) {_SPAN}\b|\b{_NUMERAL} lan\b|\bdinh k[iy]\b"
)
_HOW_OFTEN: Final = re.compile(r"\b(?:may|bao nhieu) (?:lan|k[iy]|dot)\b")
_PERIOD_ASKED: Final = re.compile(r"\bgiai doan (?:nao|may)\b|\btu nam nao\b|\bnam nao (?:den|toi) nam nao\b")
_PERIOD: Final = re.compile(r"\bgiai doan (?:tu )?\d|\b(?:19|20)\d\d (?:den (?:nam )?)?(?:19|20)\d\d\b|\btu nam \d")
_OFTEN: Final = re.compile(
    rf"\b{_NUMERAL} (?:\w+ )?(?:lan|hoi nghi|cuoc|buoi|dot|k[iy]|ngay)\b|\b(?:moi|hang) {_SPAN}\b|\bdinh k[iy]\b"
)
_AMOUNT_OF: Final = re.compile(r"\b(?:bao nhieu|may|so luong) (\w+(?: \w+)?)")
_HEAD: Final = re.compile(r"^(?:(?:cho|xin|em|toi|minh|anh|chi) )*(?:hoi )?(?:co |can |phai )?(\w+(?: \w+)?)")
_ORDINAL: Final = re.compile(r"\b(\w+) (?:thu )?may$")
_PARTS: Final = re.compile(r"\bgom (?:co |may )?(?:nhung|cac|ai|gi|may)\b")
_LISTED: Final = re.compile(r"\b(?:gom|nhu sau|sau day|sau|thanh phan|thanh vien|cu the)\b")
"""What goes before the parts: "gồm những chỉ tiêu nào" is not answered by how to reach them."""
_PLACE: Final = re.compile(
    r"\b(?:dia diem|tai|qua|hoi truong|tru so|nha van hoa|phong hop|ngan sach|du toan|nguon|niem yet|dang tren"
    r"|(?:o|ve|den|cho|len|gui) (?:so|uy ban|phong|ban|huyen uy|tinh uy|dang uy|thuong truc|trung tam|van phong|cap))\b"
)
ACTOR: Final = re.compile(
    r"\b(?:ubnd|uy ban|so|phong|ban|uy|hoi|mat tran|chu tich|cap uy|don vi|co quan|trung tam|truong|thu truong"
    r"|nguoi|cong chuc|can bo|van phong|chi huy|doan the|to|thanh pho|dia phuong|giao|chinh quyen|bi thu)\b"
)


def anything(_: str) -> bool:
    """Every sentence will do."""
    return True


def fitting(context: Context, intent: str) -> Accept:
    """The test of a sentence for a question of this intent."""
    if intent in ("when", "quantity"):
        accept = _of_kind(context, intent)
        return lambda text: accept(_SYMBOL.sub(" ", text))
    return _of_kind(context, intent)


_LETTERS: Final = "(?:qd|nq|ct|kl|kh|cv|qc|tb|hd|ctr|da|bc)"
_DATED: Final = r"ngay (?:thang )?\d{1,2} (?:thang )?\d{1,2} (?:nam )?\d{4}\b"
_SYMBOL: Final = re.compile(
    rf"\b(?:so )?\d+ (?:\d{{4}} )?(?:(?:[a-z]+\d* ){{1,4}}?|{_LETTERS} (?:[a-z]+\d* ){{0,6}}?){_DATED}"
    rf"|\bso \d+ {_LETTERS}\b"
)
"""The number and date of a cited document are no amount and no time of what the sentence tells."""


def _of_kind(context: Context, intent: str) -> Accept:
    folded = context.asked.folded
    if intent in ("when", "quantity"):
        if _HOW_LONG.search(folded):
            return _length
        if _HOW_OFTEN.search(folded):
            return _often
    if intent == "quantity":
        return _amount(folded)
    if intent == "when" and _PERIOD_ASKED.search(folded):
        return lambda text: bool(_PERIOD.search(text))
    if intent == "when" and (unit := _UNIT_ASKED.search(folded)):
        counted_unit = re.compile(rf"\b{_EITHER_I.sub('[iy]', unit[1])} {_NUMERAL}")
        return lambda text: bool(counted_unit.search(text))
    if intent == "when":
        time = _DAY if _DAY_ASKED.search(folded) else _TIME
        return lambda text: bool(time.search(text))
    if intent == "where":
        return lambda text: bool(_PLACE.search(text))
    if intent == "who":
        does = _predicate(context)
        return lambda text: bool(ACTOR.search(text)) and (does is None or f" {does} " in f" {text} ")
    if intent in ("other", "duty") and (either := context.topic.either):
        sides = [[context.topic.words[place] for place in side] for side in either]
        return lambda text: any(all(f" {word} " in f" {text} " for word in side) for side in sides)
    if intent == "other" and _PARTS.search(folded):
        return lambda text: bool(_LISTED.search(text))
    if intent == "meaning" and context.asked.defines and context.topic.words:
        term = r" (?:\w+ ){0,1}".join(context.topic.words)
        pattern = re.compile(rf"\b{term}(?: \w+){{0,1}} (?<!nhat )(?:la|duoc hieu|nghia la|bao gom)\b|^(?:\d+ )?la ")
        return lambda text: bool(pattern.search(text))
    return anything


_OBJECT: Final = re.compile(r"\b(?:voi|cho|cua|tu|den|qua|len|ve)$")
_ASKED_WHO: Final = re.compile(r"\b(?:ai|(?:don vi|co quan|noi|dia phuong|cap|phong|ban) nao)\b(.*)")
_DOING: Final = frozenset(
    re.findall(
        r"\w+",
        "lam thuc hien lo phu trach chu tri dam nhan quan ly phai duoc se co la can nen chi dao giup chiu trach nhiem"
        " viec to chuc tham gia nhan ban hanh ra ky thi voi cung lanh ganh dung bi moi di len lap tu de",
    )
)
"""Says only that something is done: "ai lo việc …", "ai phụ trách …"."""


def _predicate(context: Context) -> str | None:
    """What "ai" does, by its first word: "ai công nhận mô hình" wants a sentence that speaks of "công nhận"."""
    match = _ASKED_WHO.search(context.asked.folded)
    if match is None or _OBJECT.search(context.asked.folded[: match.start()].strip()):
        return None
    words = match[1].split()
    return next((word for word in words[:2] if word not in _DOING and word in context.topic.words), None)


_CHARGED: Final = re.compile(r"\b(?:chiu trach nhiem|phu trach|chu tri)\b")
_ACTING: Final = re.compile(
    r"\b(?:ai|(?:don vi|co quan|phong|ban|cap) nao) (?:phai |se |co |duoc |giup )*(chi dao|tong hop|dinh huong"
    r"|huong dan|don doc|theo doi|kiem tra|tham muu|xay dung|bao cao|phe duyet|cong nhan)\b"
)


def strictly(context: Context, intent: str) -> Accept | None:
    """A harder test that goes first: "ai chịu trách nhiệm" is best told by a sentence that says just this."""
    if intent != "who":
        return None
    folded = context.asked.folded
    match = _CHARGED.search(folded) or _ACTING.search(folded)
    return (lambda text: match[match.lastindex or 0] in text) if match else None


def _length(text: str) -> bool:
    return bool(_LENGTH.search(text))


def _often(text: str) -> bool:
    return bool(_OFTEN.search(text))


def _amount(folded: str) -> Accept:
    """A number of what is counted: "bao nhiêu mô hình" wants "03 mô hình"."""
    if match := _AMOUNT_OF.search(folded):
        noun = [folded_word(word) for word in match[1].split()]
        if len(noun) > 1 and (noun[1].isdecimal() or noun[1] in _FOLDED_STOP):
            noun = noun[:1]  # "mấy lần trong năm"
        pattern = re.compile(rf"\b{_NUMERAL} (?:\w+ ){{0,2}}{' '.join(noun)}\b|\b{noun[0]} {_NUMERAL}\b")
        return lambda text: bool(pattern.search(text))
    if match := _ORDINAL.search(folded):
        pattern = re.compile(rf"\b{match[1]} (?:thu )?{_NUMERAL}\b")
        return lambda text: bool(pattern.search(text))
    if (match := _HEAD.search(folded)) and match[1] not in ("bao nhieu", "may"):
        head = " ".join(map(folded_word, match[1].split()))
        return lambda text: f" {head} " in f" {text} " and any(char.isdecimal() for char in text)
    return lambda text: any(char.isdecimal() for char in text)
