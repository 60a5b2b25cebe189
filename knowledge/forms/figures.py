"""Questions about what was reported, as people type them: who has not filed, how many filed, what a figure comes to.

Only what is clearly such a question is taken for one; whatever sounds like a rule ("phải tổ chức bao nhiêu buổi mỗi
năm?") is left to the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz import fuzz

from knowledge.fold import fold, syllables
from knowledge.forms.form import PROOFS, Form, Question
from knowledge.period import Kind as PeriodKind
from knowledge.period import Period

Asks = Literal["missing", "late", "filed", "rate", "unit", "total"]

LONGEST: Final = 160
"""Characters of a question that is about figures; people who write more tell something."""
_ALIKE: Final = 80
_MOST_STRANGE: Final = 2
"""Words of a question about a figure that its name does not hold, at most."""

_SHORT: Final[Mapping[str, str]] = {
    "bn": "bao nhieu", "bnhieu": "bao nhieu", "bnh": "bao nhieu", "nhiu": "nhieu", "bnhiu": "bao nhieu",
    "dv": "don vi", "dvi": "don vi", "bc": "bao cao", "ti": "ty", "tl": "ty le", "dt": "doi thoai", "mh": "mo hinh",
    "px": "phuong xa", "ng": "nguoi", "chwa": "chua", "cua": "chua", "ch": "chua", "chx": "chua", "trl": "tra loi",
}  # fmt: skip
_RULES: Final = re.compile(
    r"\b(phai|quy dinh|toi thieu|it nhat|toi da|van ban|ke hoach|nghi quyet|chi thi|luat|nghi dinh|quyet dinh|ket luan"
    r"|cong van|thong tu|muc tieu|phan dau|yeu cau|moi (nam|quy|thang|xa|don vi)|hang (nam|quy|thang)"
    r"|(may|bao nhieu) lan|ai (gui (?!bao cao|muon|cham|tre)|lap|lam|ky|duyet)"
    r"|(may|bao nhieu) ngay|bao lau|ngay (nao|may)|bao gio|khi nao|nhu the nao|the nao|la gi|gom (may|bao nhieu|nhung)"
    r"|vi sao|tai sao|thoi han|han nop|han chot|han gui|truoc ngay|duoc phep|trach nhiem|tieu chi|nhiem ky|dieu kien"
    r"|huong dan|can (?!bo)|tham quyen|gui (cho )?(ai|dau)|nop (cho )?(ai|dau)|o dau|de lam gi|xu ly)\b"
)
_HOW_MANY: Final = r"(?:bao nhieu|may|tong so|tong cong|so luong|duoc nhieu)"
_WHO: Final = r"(?:xa|phuong|xa phuong|don vi|dia phuong|noi|cho|ai)"
_FILE: Final = r"(?:nop|gui|bao cao)"
_PATTERNS: Final[tuple[tuple[Asks, str], ...]] = (
    ("late", rf"\b{_WHO}(?: phuong)? nao\b.*\b{_FILE} (?:bao cao )?(?:muon|cham|tre)\b"),
    ("late", rf"\b(?:ai|nhung {_WHO}|danh sach.*) {_FILE} (?:bao cao )?(?:muon|cham|tre)\b"),
    ("late", rf"\b{_HOW_MANY} {_WHO}\b.*\b{_FILE} (?:bao cao )?(?:muon|cham|tre)\b"),
    ("rate", rf"\bty le (?:da |chua )?(?:{_FILE})(?: bao cao)?\b"),
    ("rate", rf"\b{_HOW_MANY} phan tram\b.*\b(?:da |chua )?nop\b"),
    ("rate", rf"\b{_HOW_MANY} (?:phan tram )?{_WHO}\b.*\b{_FILE}\b"),
    ("missing", rf"\b{_WHO}(?: phuong)? nao\b.*\b(?:chua|khong|ko|k|con thieu|thieu)\b.*\b{_FILE}\b"),
    ("missing", rf"\b{_WHO}(?: phuong)? nao\b.*\b(?:con thieu|thieu|con no)\b.*\bbao cao\b"),
    ("missing", rf"^(?:con )?(?:nhung |cac )?(?:ai|{_WHO}) (?:con )?chua (?:{_FILE})\b"),
    ("missing", rf"\b(?:danh sach|liet ke|con)\b.*\bchua (?:{_FILE})\b"),
    ("filed", rf"\b{_WHO}(?: phuong)? nao\b.*\b(?:da )?nop\b(?!.*\bchua\b)"),
    ("unit", rf"\b(?:da )?(?:{_FILE})(?: bao cao)?(?: \S+){{0,2}}? (?:chua|roi chua|hay chua)$"),
    ("total", rf"\b{_HOW_MANY}\b"),
    ("total", r"\b(?:la|duoc|dat) bao nhieu\b"),
)
_COMPILED: Final = tuple((asks, re.compile(pattern)) for asks, pattern in _PATTERNS)
_FILLER: Final = frozenset(
    syllables(
        "co da duoc la bao nhieu may tong so cong luong trong cua ca toan tinh ky cho cac nhung xa phuong don vi to"
        " chuc a oi nhe vay the thi bao cao nop gui hien nay den gio o tai tren dia ban va voi minh toi em ta thuc hien"
        " ket qua roi qua khoang dat theo vua lam"
    )
)
"""Words that say nothing of what is counted."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to know of the reports."""

    asks: Asks
    words: tuple[str, ...]
    """The words, folded, with abbreviations written out."""


def folded_words(text: str) -> list[str]:
    """Words as typed on a phone made comparable, one for each word typed, abbreviations written out."""
    bare = (re.sub(r"[^\w%]", "", fold(word)) for word in text.split())
    return [_SHORT.get(word, word) for word in bare]


def plainly(text: str) -> str:
    """The line with "tỉ lệ" spelt as the other words are: its first syllable could be read as a month."""
    return re.sub(r"\bt[iíìỉĩị]\s+l([eệêẹ])", r"tỷ l\1", text, flags=re.IGNORECASE)


def wish(text: str) -> Wish | None:
    """What a typed line (without its period and form) asks of the reports; ``None`` where it is no such question."""
    if len(text) > LONGEST:
        return None
    words = [word for word in folded_words(text) if word]
    line = " ".join(words)
    if _RULES.search(line):
        return None
    for asks, pattern in _COMPILED:
        if pattern.search(line):
            return Wish(asks, tuple(line.split()))
    return None


def naming(words: Iterable[str]) -> list[str]:
    """Of folded words those that may name what is counted."""
    return [word for word in words if word not in _FILLER and not word.isdecimal()]


def matching(words: str | Sequence[str], form: Form) -> list[Question]:
    """The questions of a form that words can mean, the best ones alone; several where nothing tells them apart."""
    given = " ".join(folded_words(words)).split() if isinstance(words, str) else list(words)
    scored = [(closeness(given, question), question) for question in form.questions if question.kind not in PROOFS]
    best = max((score for score, _ in scored), default=0)
    return [question for score, question in scored if score == best] if best > 0 else []


def closeness(words: Sequence[str], question: Question) -> int:
    """How many of the words a question's name holds; 0 where too many are strange to it."""
    content = naming(words)
    names = set(" ".join(folded_words(f"{question.title} {question.name.replace('_', ' ')}")).split())
    unit = {"tien", "dong"} if question.kind == "money" else set(fold(question.unit).split())
    found = {word for word in content if _among(word, names | unit)}
    strange = len(set(content)) - len(found)
    # One word alone ("bao nhiêu người") could be anything.
    if len(found) < 2 or not any(_among(word, names) for word in found) or strange > min(_MOST_STRANGE, len(found) - 1):
        return 0
    return len(found)


def _among(word: str, names: Iterable[str]) -> bool:
    return any(word == name or (min(len(word), len(name)) > 3 and fuzz.ratio(word, name) >= _ALIKE) for name in names)


_LENGTHS: Final[Mapping[PeriodKind, int]] = {
    "ad-hoc": 0,
    "week": 0,
    "month": 1,
    "quarter": 3,
    "half-year": 6,
    "year": 12,
}


def covering(form: Form, period: Period) -> list[Period]:
    """The periods of a form that make up the one asked for: itself, or shorter ones; none where its are longer."""
    if period.kind in form.periods:
        return [period]
    shorter = [kind for kind in form.periods if 0 < _LENGTHS[kind] < _LENGTHS[period.kind]]
    if not shorter:
        return []
    found = [Period.of(max(shorter, key=lambda kind: _LENGTHS[kind]), period.start)]
    while found[-1].end < period.end:
        found.append(found[-1].next())
    return found
