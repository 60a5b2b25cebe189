"""The numbers that Word itself prints before a paragraph ("Điều 3.", "a)", "II."), which its text does not hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS: Final = 9
_DEEPEST_STYLE: Final = 12
"""How far the styles that a style is based on are followed; a circle of them ends there."""
_HIGHEST: Final = 5000
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(slots=True)
class _Level:
    format: str = "decimal"
    text: str = ""
    start: int = 1
    restarts_after: int | None = None
    """The level (counted from 1) whose next number begins this one anew; 0 for never, ``None`` for any above."""
    legal: bool = False


@dataclass(slots=True)
class _List:
    key: str
    levels: dict[int, _Level]
    starts: dict[int, int] = field(default_factory=dict)
    """Where this list begins anew, by level, although another of its kind came before."""


class WordNumbers:
    """Counts the automatic numbers of a document as its paragraphs are asked for, in order."""

    def __init__(self, document: WordDocument) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        kinds = {_value(one, "abstractNumId"): one for one in root.iter(f"{_W}abstractNum")}
        for one in root.iter(f"{_W}num"):
            key = _val(one.find(f"{_W}abstractNumId")) or ""
            kind = kinds.get(key)
            levels = {int(_value(x, "ilvl") or 0): _level(x) for x in kind.iter(f"{_W}lvl")} if kind is not None else {}
            number = _List(key, levels)
            for change in one.iter(f"{_W}lvlOverride"):
                at = int(_value(change, "ilvl") or 0)
                if (anew := change.find(f"{_W}startOverride")) is not None:
                    number.starts[at] = _int(_val(anew), 1)
                if (other := change.find(f"{_W}lvl")) is not None:
                    number.levels = number.levels | {at: _level(other)}
            self._lists[_value(one, "numId") or ""] = number

    def marker(self, paragraph: Paragraph) -> str:
        """What Word prints before this paragraph, with a space after it; "" where it prints nothing."""
        properties = _number_properties(paragraph)
        if properties is None or not paragraph.text.strip():
            return ""
        number, at = properties
        if number == "0":
            return ""
        known = self._lists.get(number)
        level = known.levels.get(at) if known else None
        if known is None or level is None:
            return "- "
        counts = self._counts.setdefault(known.key, [None] * _LEVELS)
        if number not in self._begun:
            self._begun.add(number)
            for place in known.starts:
                counts[place] = None
        start = known.starts.get(at, level.start)
        counts[at] = start if counts[at] is None else min((counts[at] or 0) + 1, _HIGHEST)
        for deeper in range(at + 1, _LEVELS):
            after = known.levels[deeper].restarts_after if deeper in known.levels else None
            if after is None or (after > 0 and at < after):
                counts[deeper] = None
        return _printed(known, level, counts, at)


def _printed(known: _List, level: _Level, counts: list[int | None], at: int) -> str:
    if level.format == "bullet":
        return "+ " if level.text.strip() == "+" else "- "
    if level.format == "none":
        return f"{level.text.strip()} " if level.text.strip() and "%" not in level.text else ""

    def number(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        shown = known.levels.get(place, level)
        count = counts[place] if place <= at and counts[place] is not None else shown.start
        return _figure(count or 0, "decimal" if level.legal else shown.format)

    text = re.sub(r"%([1-9])", number, level.text).strip()
    return f"{text} " if text else ""


def _figure(count: int, form: str) -> str:
    if form in {"lowerRoman", "upperRoman"}:
        roman = _roman(count)
        return roman.upper() if form == "upperRoman" else roman
    if form in {"lowerLetter", "upperLetter"} and count > 0:
        letters = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 8)
        return letters.upper() if form == "upperLetter" else letters
    if form == "decimalZero":
        return f"{count:02d}"
    return str(count)


def _roman(count: int) -> str:
    out = ""
    for worth, letters in _ROMAN:
        times, count = divmod(count, worth)
        out += letters * times
    return out


def _number_properties(paragraph: Paragraph) -> tuple[str, int] | None:
    """Which list and level a paragraph belongs to, by itself or by its style."""
    number, level = _num_pr(paragraph._p.pPr)
    style: Any = paragraph.style
    for _ in range(_DEEPEST_STYLE):
        if style is None or (number is not None and level is not None):
            break
        of_style, level_of_style = _num_pr(style.element.find(f"{_W}pPr"))
        number, level = number or of_style, level if level is not None else level_of_style
        style = getattr(style, "base_style", None)
    return None if number is None else (number, min(max(level or 0, 0), _LEVELS - 1))


def _num_pr(properties: Any) -> tuple[str | None, int | None]:
    found = properties.find(f"{_W}numPr") if properties is not None else None
    if found is None:
        return None, None
    level = _val(found.find(f"{_W}ilvl"))
    return _val(found.find(f"{_W}numId")), None if level is None else _int(level, 0)


def _level(element: Any) -> _Level:
    restart = _val(element.find(f"{_W}lvlRestart"))
    return _Level(
        format=_val(element.find(f"{_W}numFmt")) or "decimal",
        text=_val(element.find(f"{_W}lvlText")) or "",
        start=_int(_val(element.find(f"{_W}start")), 1),
        restarts_after=None if restart is None else _int(restart, 0),
        legal=element.find(f"{_W}isLgl") is not None,
    )


def _val(element: Any) -> str | None:
    return None if element is None else _value(element, "val")


def _value(element: Any, name: str) -> str | None:
    value = element.get(f"{_W}{name}")
    return None if value is None else str(value)


def _int(printed: str | None, default: int) -> int:
    return int(printed) if printed and re.fullmatch(r"\d{1,6}", printed) else default
