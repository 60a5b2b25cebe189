"""A single answer that is mended in passing: "2: 15", "câu 2 là 15", "sua cau 2 thanh 15", "sửa đối thoại thành 15"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handlers.drafts.draft import Filling
from knowledge.forms.form import PROOFS, Form, Question
from knowledge.forms.labels import meaning
from knowledge.forms.review_lines import bare, line

_MEND: Final = r"(?:(?:xin|cho|toi|em|minh) )*(?:sua|doi|chinh|chua|dinh chinh|cap nhat)(?: lai)?"
_QUESTION: Final = r"(?:cau|muc)(?: hoi)?(?: so| thu)?"
_TO: Final = r"\s*(?:[:=]|\b(?:(?:sua |doi )?(?:thanh|sang|la|lai)|la)\b(?: la\b)?)\s*(?=\S)"
_BY_NUMBER: Final = re.compile(
    rf"\s*(?:(?:{_MEND}\s+)?{_QUESTION}\s*(\d{{1,2}}){_TO}|{_MEND}\s+(?:{_QUESTION}\s*)?(\d{{1,2}})(?:{_TO}|\s+(?=\S)))"
)
_TO_MEND: Final = re.compile(rf"\s*{_MEND}\s+(?:{_QUESTION}\s*)?(\d{{1,2}})[\s.!]*")
_BY_LABEL: Final = re.compile(rf"\s*{_MEND}\s+(\S.*?)\s*(?:[:=]|\b(?:thanh|sang)\b)\s*(?=\S)")
_NUMBER_ALONE: Final = re.compile(r"\s*(\d{1,2})\s*[:=]\s*(?=\S)")


def mended(draft: Filling, text: str, *, plainly: bool = True) -> tuple[Question, str] | None:
    """The question that a message mends, and the new answer as it was typed; ``None`` where it mends none.

    ``plainly`` asks for words that say so ("câu 2", "sửa …"). Else "2: 15" is enough, for what has an answer.
    """
    folded = bare(text)
    if match := _BY_NUMBER.match(folded):
        question = _numbered(draft.asked, match[1] or match[2])
        return (question, text[match.end() :].strip()) if question else None
    if match := _BY_LABEL.match(folded):
        question = _named(draft.form, match[1])
        return (question, text[match.end() :].strip()) if question in draft.asked and question else None
    if not plainly and (match := _NUMBER_ALONE.match(folded)):
        question = _numbered(draft.asked, match[1])
        if question and question.name in draft.answers:
            return question, text[match.end() :].strip()
    return None


def to_mend(draft: Filling, text: str) -> Question | None:
    """The question that somebody wants to answer anew without saying yet how: "sửa câu 2"."""
    match = _TO_MEND.fullmatch(bare(text))
    place = int(match[1]) if match else 0
    return draft.asked[place - 1] if 1 <= place <= len(draft.asked) else None


def spelled_out(draft: Filling, text: str) -> str:
    """The same message; where it mends one answer, as a line of the review, which needs no number to be understood."""
    found = mended(draft, text, plainly=False)
    return line(draft.asked.index(found[0]) + 1, found[0], found[1]) if found else text


def _numbered(asked: Sequence[Question], number: str) -> Question | None:
    place = int(number)
    question = asked[place - 1] if 1 <= place <= len(asked) else None
    return question if question and question.kind not in PROOFS else None


def _named(form: Form, words: str) -> Question | None:
    found = meaning(form, words.strip())
    one = found.questions[0] if len(found.questions) == 1 and not found.extra else None
    return one if one and one.kind not in PROOFS else None
