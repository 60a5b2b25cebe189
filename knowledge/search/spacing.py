"""A space typed one letter too late or too early: "ngk y" is "ng ky"."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.fold import fold
from knowledge.search.wording import abbreviations, is_syllable


def respaced(typed: Sequence[str]) -> list[str]:
    """The words with such spaces put right: only beside a letter that stands alone, and a word that nobody can read.

    Both words must be readable then; a letter typed twice is a slip of another kind.
    """
    words = list(typed)
    for place in range(len(words) - 1):
        left, right = words[place : place + 2]
        if len(right) == 1 < len(left) - 1 and not _readable(left):
            moved = left[:-1], left[-1] + right
        elif len(left) == 1 < len(right) - 1 and not _readable(right):
            moved = left + right[0], right[1:]
        else:
            continue
        if left[-1] != left[-2:-1] and all(map(_readable, moved)) and len(moved[0]) > 1 < len(moved[1]):
            words[place : place + 2] = moved
    return words


def _readable(word: str) -> bool:
    """Whether a word is a syllable or an abbreviation."""
    return word.isalpha() and (is_syllable(fold(word)) or word in abbreviations() or fold(word) in abbreviations())
