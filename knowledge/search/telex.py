"""Keys that a Vietnamese keyboard did not turn into accents: "hanj" is "hạn", "vawn banr" is "văn bản"."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from knowledge.fold import nfc, tone_normal
from knowledge.search.wording import is_syllable

_TONES: Final = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_DOUBLED: Final = (
    ("dd", "đ"),
    ("uow", "ươ"),
    ("aa", "â"),
    ("ee", "ê"),
    ("oo", "ô"),
    ("aw", "ă"),
    ("ow", "ơ"),
    ("uw", "ư"),
)
_SPLIT: Final = re.compile(r"([^aeiouyâăêôơư]*)([aeiouyâăêôơư]+)([a-z]*)")
_VOWEL: Final = re.compile("[aeiouy]")
_KEYED: Final = re.compile(r"aa|ee|oo|dd|[aou]w")
_GLIDE: Final = re.compile(r"^(?:g(?=i[aeiouyâăêôơư])|q(?=u))")


def untelex(word: str) -> str:
    """The word that these keys were meant for; the word itself where it is a syllable already or never becomes one."""
    if not word.isascii() or not word.isalpha() or len(word) < 3:
        return word
    if is_syllable(word):
        return _syllable(word, "") or word if _KEYED.search(word) else word
    vowel = _VOWEL.search(word)
    for place in range(len(word) - 1, vowel.start() if vowel else len(word), -1):  # a tone is keyed after its vowel
        tone = _TONES.get(word[place], "")
        if tone and (made := _syllable(word[:place] + word[place + 1 :], tone)):
            return made
    return _syllable(word, "") or word


def _syllable(keys: str, tone: str) -> str | None:
    for pair, letter in _DOUBLED:
        keys = keys.replace(pair, letter)
    match = _SPLIT.fullmatch(keys)
    if match is None or not is_syllable(keys):
        return None
    head, vowels, tail = match.groups()
    vowels = vowels.replace("uơ", "ươ") if tail else vowels
    skip = 1 if _GLIDE.match(head + vowels) and len(vowels) > 1 else 0
    marked = [i for i, vowel in enumerate(vowels) if vowel in "âăêôơư"]
    if marked:
        at = marked[-1]
    elif tail or len(vowels) - skip > 2:
        at = min(len(vowels) - 1, skip + 1) if len(vowels) - skip > 1 else len(vowels) - 1
    else:
        at = skip
    toned = vowels[: at + 1] + tone + vowels[at + 1 :]
    return tone_normal(nfc(unicodedata.normalize("NFD", head + toned + tail)))
