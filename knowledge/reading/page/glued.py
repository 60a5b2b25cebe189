"""Syllables that copying ran together ("Bộ Chínhtrị", "Sở Kế hoạchvà Đầu tư"): where the seams are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_ONSET: Final = r"ngh|ng|nh|ch|gh|gi|g(?!uy|uê|[eêi](?!n?$))|kh|ph|qu|th|tr|[bcdđghklmnprstvx]"
_OPEN: Final = "uyê|iê|yê|ươ|uô|oă|oa|oe|uâ|uê|uy|uơ|oo|[aăâeêioôơuưy]"
_RHYME: Final = (
    rf"(?:(?:{_OPEN})(?:ng|nh|[mn]|(?P<stop>ch|[cpt]))"
    r"|oai|oay|oao|oeo|uây|uôi|ươi|ươu|iêu|yêu|uyu|uya|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oa|oe|oi|ôi|ơi|ua|uê|ui|uơ|uy"
    r"|ưa|ưi|ưu|[aeêioôơuưy])"
)
_SYLLABLE: Final = re.compile(rf"(?:{_ONSET})?{_RHYME}")
_TONES: Final = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_ON_STOPS: Final = {"\u0301", "\u0323"}
"""The two tones that a syllable ending in a stop can have."""
_SHORTEST: Final = 5
_LONGEST: Final = 21
_NAMES: Final = frozenset({"xơđăng", "pàthẻn"})
"""Peoples whose names are written in one word."""
_USUAL: Final = frozenset(
    ("ban hành", "công an", "trung ương", "tỉnh ủy", "tỉnh uỷ", "thành ủy", "thành uỷ", "đảng ủy", "đảng uỷ")
)
"""What is meant where a word can fall apart in several ways."""


_CORE: Final = re.compile(r"(?P<lead>\W*)(?P<core>[^\W\d_]{5,})\W*")
_LABEL: Final = re.compile(r"[Ss]ố(?=\d)")
_LITTLE: Final = ("về", "của", "ngày")
_ENDING: Final = re.compile(rf"(?<=[a-zà-ỹđ)\d])(?:{'|'.join(_LITTLE)})$")
"""No Vietnamese syllable ends so after another letter ("Đảngvề")."""


@lru_cache(maxsize=1 << 14)
def parted(printed: str) -> Sequence[str]:
    """What stands between two spaces, cut where copying left a space out: "Chínhtrị,", "số15-CT/TW", "2012của"."""
    if printed.isascii():
        return (printed,)
    if label := _LABEL.match(printed):
        return [label.group(), *parted(printed[label.end() :])]
    if printed.endswith(_LITTLE) and (ending := _ENDING.search(printed)):
        return [*parted(printed[: ending.start()]), ending.group()]
    word = _CORE.fullmatch(printed)
    at = seams(word["core"]) if word else ()
    return _parts(printed, [len(word["lead"]) + seam for seam in at]) if word and at else [printed]


@lru_cache(maxsize=1 << 14)
def seams(word: str) -> tuple[int, ...]:
    """The places where a word of letters falls into syllables, if it can only be syllables run together; else none.

    A word without any mark is left alone: it may be foreign.
    """
    if not _SHORTEST <= len(word) <= _LONGEST or word.isascii() or not word.isalpha():
        return ()
    lowered = word.lower()
    if lowered in _NAMES or not (word[1:].islower() or word.isupper()) or _is_syllable(lowered):
        return ()
    ways = _ways(lowered, 0, 1) or _ways(lowered, 0, 2)
    usual = [way for way in ways if " ".join(_parts(lowered, way)) in _USUAL]
    best = usual or ways
    return best[0] if len(best) == 1 else ()


def _parts(word: str, at: Sequence[int]) -> list[str]:
    return [word[start:end] for start, end in zip((0, *at), (*at, len(word)), strict=True)]


def _ways(word: str, start: int, count: int) -> list[tuple[int, ...]]:
    if count == 0:
        return [()] if _is_syllable(word[start:]) else []
    return [
        (at, *rest)
        for at in range(start + 2, min(start + 8, len(word) - 1))
        if _is_syllable(word[start:at])
        for rest in _ways(word, at, count - 1)
    ]


@lru_cache(maxsize=1 << 13)
def _is_syllable(word: str) -> bool:
    """Whether a word in small letters is a Vietnamese syllable, its tone such as its ending allows."""
    decomposed = unicodedata.normalize("NFD", word)
    tones = [c for c in decomposed if c in _TONES]
    bare = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    found = _SYLLABLE.fullmatch(bare)
    return found is not None and len(tones) <= 1 and (not found["stop"] or (bool(tones) and tones[0] in _ON_STOPS))
