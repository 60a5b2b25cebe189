"""Written answers of many units brought together: what says the same stands once, with all who said it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from knowledge.fold import one_line, syllables

_ALIKE: Final = 88
"""Of 100: how alike two texts must be to count as one."""
_NOTHING: Final = frozenset(
    {
        "",
        "khong",
        "khong co",
        "ko",
        "ko co",
        "chua co",
        "chua",
        "0",
        "khong co gi",
        "khong co kho khan",
        "khong phat sinh",
    }
)
"""Folded answers by which people say that there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Group:
    """One thing that was written, in the words of the first who wrote it."""

    text: str
    units: tuple[str, ...]
    """Who wrote it, by name, in the order given."""


def grouped(texts: Iterable[tuple[str, str]]) -> list[Group]:
    """Bring texts (unit, words) together that are equal or nearly so, whatever their accents and punctuation.

    What most units wrote comes first. "Không có" and the like are no texts.
    """
    units: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for unit, text in texts:
        key = " ".join(syllables(text))
        if key in _NOTHING:
            continue
        if key not in units:
            near = process.extractOne(key, units.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
            # Two that differ in a number do not say the same.
            if near and _numbers(near[0]) == _numbers(key):
                key = near[0]
        units.setdefault(key, []).append(unit)
        words.setdefault(key, one_line(text))
    groups = [Group(words[key], tuple(dict.fromkeys(names))) for key, names in units.items()]
    return sorted(groups, key=lambda group: -len(group.units))


def _numbers(key: str) -> list[str]:
    return [word for word in key.split() if word.isdecimal()]
