"""/tim: words in what the units have written in their reports, with or without accents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from handlers.permissions import units_for
from handlers.records.pulling import Text
from handlers.reply import Choice
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only
from handlers.units import with_former
from knowledge.fold import fold, one_line, tone_normal
from knowledge.period import Period

_PAGE: Final = 5
_REPORTS: Final = 20_000
"""The latest reports are searched; a province has some thousands a year."""
_AROUND: Final = 60
"""Letters shown on either side of what was found."""
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class _Sought:
    """What must stand in a text: each part somewhere, a phrase in one piece."""

    parts: tuple[str, ...]
    """Folded, or accented where accents were typed."""

    def found(self, words: str) -> int | None:
        """Where the first part stands in a text (as an index into it); ``None`` where one is missing."""
        plain, accented = fold(words), tone_normal(words).lower()
        places = [(accented if _accented(part) else plain).find(part) for part in self.parts]
        return None if min(places) < 0 else min(len(words) - 1, places[0])


def _search(turn: Turn, words: str) -> Outcome:
    """/tim words or "a phrase" [@page]."""
    text, page = _paged(one_line(words))
    sought = _parse(text)
    if sought is None:
        return say_only(say("search.how"))
    units = [unit.id for unit in with_former(units_for(turn.me, "tim", turn.reads), turn.reads.former_units())]
    start = (page - 1) * _PAGE
    hits = list(islice(_hits(turn, units, sought), start, start + _PAGE + 1))
    if not hits:
        return say_only(say("search.none" if page == 1 else "search.no_more", words=text))
    shown = [
        {
            "unit": hit.unit,
            "period": Period.from_code(hit.period).label,
            "question": _title(turn, hit),
            "snippet": _snippet(hit.words, at),
        }
        for hit, at in hits[:_PAGE]
    ]
    choices = [
        Choice(
            say("search.open", unit=hit.unit, period=Period.from_code(hit.period).label),
            f"xem #{hit.unit_id} {hit.form} {hit.period}",
        )
        for hit, _ in hits[:_PAGE]
    ]
    if len(hits) > _PAGE:
        choices.append(Choice(say("search.more"), f"tim {text} @{page + 1}"))
    return say_only(say("search.found", words=text, hits=shown, page=page, first=start), *choices)


def _paged(words: str) -> tuple[str, int]:
    match = re.fullmatch(r"(.*?)\s*@(\d{1,3})", words)
    return (match[1][:_LONGEST], max(1, int(match[2]))) if match else (words[:_LONGEST], 1)


def _parse(text: str) -> _Sought | None:
    """Phrases in quotes, and the other words; words without accents are found with any."""
    quotes = re.sub(r"[“”„«»″]", '"', text)
    phrases = re.findall(r'"([^"]+)"', quotes)
    rest = re.sub(r'"[^"]*"?', " ", quotes).split()
    parts = [one_line(part) for part in (*phrases, *rest)]
    folded = tuple(tone_normal(part).lower() if _accented(part) else fold(part) for part in parts)
    folded = tuple(part for part in folded if any(char.isalnum() for char in part))
    return _Sought(folded) if folded and max(map(len, folded)) > 1 else None


def _accented(part: str) -> bool:
    return fold(part) != part.lower()


def _hits(turn: Turn, units: list[int], sought: _Sought) -> Iterator[tuple[Text, int]]:
    for text in turn.reads.report_texts(units, _REPORTS):
        question = _question_kind(turn, text)
        if question and (at := sought.found(one_line(text.words))) is not None:
            yield text, at


def _question_kind(turn: Turn, text: Text) -> bool:
    """Whether an answer is one in words; of a form that is no longer known every answer is."""
    form = turn.forms.get(text.form)
    question = form.question(text.question) if form else None
    return question is None or question.kind == "text"


def _title(turn: Turn, text: Text) -> str:
    form = turn.forms.get(text.form)
    question = form.question(text.question) if form else None
    return question.title if question else text.question


def _snippet(words: str, at: int) -> str:
    line = one_line(words)
    start, end = max(0, at - _AROUND), min(len(line), at + _AROUND * 2)
    start = line.rfind(" ", 0, start) + 1 if start else 0
    end = end if end == len(line) else max(line.rfind(" ", start, end), start + _AROUND)
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


COMMANDS = (Command("tim", _search, takes_words=False),)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
