"""Words: cut from text, with abbreviations that can mean only one thing written out, with and without accents."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from knowledge.fold import fold, nfc, tone_normal

_FOLDER: Final = Path(__file__).parent
_WORD: Final = re.compile(r"[^\W_]+")
_FINAL_Y: Final = re.compile(r"^([hklmst])y$")
_SYLLABLE: Final = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|ng?|nh|p|t)?"
)


def typed_words(text: str) -> list[str]:
    """The words of a text in lower case with their accents, the tone mark in one place: "Uỷ" and "Ủy" agree."""
    return [_one_tone(word) for word in _WORD.findall(nfc(text).lower())]


_one_tone: Final = lru_cache(maxsize=1 << 15)(tone_normal)


def words(text: str) -> list[str]:
    """The same with unambiguous abbreviations written out: "UBND" and "Ủy ban nhân dân" agree."""
    whole = _written_out()
    typed = typed_words(text)
    if whole.keys().isdisjoint(typed):
        return typed
    return [part for word in typed for part in whole.get(word, (word,))]


@lru_cache(maxsize=1 << 13)
def folded_word(word: str) -> str:
    """A word without accents, with i for a final y that is spelt both ways (kỹ, kĩ)."""
    return _FINAL_Y.sub(r"\1i", fold(word))


@lru_cache(maxsize=4096)
def flat(text: str) -> str:
    """The folded words of a text, abbreviations written out, one space between them.

    The passages that answer often are kept: a question looks through dozens of them.
    """
    return " ".join(map(_flat_word, _WORD.findall(nfc(text).lower())))


@lru_cache(maxsize=1 << 15)
def _flat_word(word: str) -> str:
    typed = _one_tone(word)
    return " ".join(map(folded_word, _written_out().get(typed, (typed,))))


def is_syllable(word: str) -> bool:
    """Whether this could be a Vietnamese syllable at all; "ubnd" and "dtts" could not."""
    return bool(_SYLLABLE.fullmatch(fold(word)))


@cache
def abbreviations() -> dict[str, tuple[tuple[str, ...], ...]]:
    """What each abbreviation can stand for, likeliest first; an empty expansion is a word to leave out."""
    table: dict[str, tuple[tuple[str, ...], ...]] = {}
    for line in _lines("abbreviations.tsv"):
        short, _, long = line.partition("\t")
        table[nfc(short)] = tuple(tuple(typed_words(one)) for one in long.split("|"))
    # Without accents đ is typed d.
    return {short.replace("đ", "d"): longs for short, longs in table.items()} | table


@cache
def phrases() -> tuple[tuple[str, ...], ...]:
    """Words of asking, and the expansions of abbreviations: what is known of the language before any document."""
    lines = [tuple(typed_words(line)) for line in _lines("phrases.tsv")]
    everyday = (words for pair in official().items() for words in (pair[0], *pair[1]))
    return (*lines, *(long for longs in abbreviations().values() for long in longs if long), *everyday)


@cache
def clipped() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Known pairs of words as they are clipped on a phone: "qdoi" for "quân đội", "tchuc" for "tổ chức"."""
    table: dict[str, dict[tuple[str, ...], None]] = {}
    for phrase in phrases():
        for pair in pairwise(phrase):
            short = folded_word(pair[0])[:1] + folded_word(pair[1])
            if short.isalpha() and not is_syllable(short):
                table.setdefault(short, {})[pair] = None
    return {short: tuple(pairs) for short, pairs in table.items()}


@cache
def official() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """What documents write for everyday words: "sổ đỏ" is "giấy chứng nhận quyền sử dụng đất" there."""
    return _table("official.tsv")


@cache
def alike() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Words that mean nearly the same: "lưu ý" may be "chú trọng" in a document. Too common to be searched for."""
    return _table("alike.tsv")


def _table(name: str) -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    table: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for line in _lines(name):
        left, _, right = line.partition("\t")
        table[tuple(typed_words(left))] = tuple(tuple(typed_words(one)) for one in right.split("|"))
    return table


@cache
def _written_out() -> dict[str, tuple[str, ...]]:
    return {
        short: longs[0]
        for short, longs in abbreviations().items()
        if len(longs) == 1 and longs[0] and len(short) > 1 and not is_syllable(short)
    }


def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
