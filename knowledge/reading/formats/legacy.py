"""Text typed in the fonts of old: TCVN3 (".VnTime", ABC) and VNI ("VNI-Times") letters made Unicode.

Such text holds Latin-1 letters that only the font made Vietnamese: "ñy ban nh©n d©n", "uûy ban nhaân daân". Which of
the two it is, if any, is told by how many of its words are Vietnamese syllables after the change. The stored file
stays as it is; only what is read from it changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

_TCVN3_SMALL: Final = (
    "µà ¶ả ·ã ¸á ¹ạ ¨ă »ằ ¼ẳ ½ẵ ¾ắ Æặ ©â Çầ Èẩ Éẫ Êấ Ëậ ®đ Ìè Îẻ Ïẽ Ðé Ñẹ ªê Òề Óể Ôễ Õế Öệ ×ì Øỉ Üĩ Ýí Þị ßò áỏ âõ"
    " ãó äọ «ô åồ æổ çỗ èố éộ ¬ơ êờ ëở ìỡ íớ îợ ïù ñủ òũ óú ôụ \u00adư õừ öử ÷ữ øứ ùự úỳ ûỷ üỹ ýý þỵ"
)
_TCVN3_CAPITAL: Final = "¡Ă ¢Â £Ê ¤Ô ¥Ơ ¦Ư §Đ"
_TCVN3: Final = str.maketrans(
    {pair[0]: pair[1] for pair in f"{_TCVN3_SMALL} {_TCVN3_CAPITAL}".split(" ") if pair} | {"\u03bc": "à"}
)

_VNI_MARKS: Final[dict[str, dict[str, str]]] = {
    "a": dict(zip("ùøûõïêéèúüëâáàåãä", "áàảãạăắằẳẵặâấầẩẫậ", strict=True)),
    "e": dict(zip("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip("ùøûõïâáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "u": dict(zip("ùøûõï", "úùủũụ", strict=True)),
    "y": dict(zip("ùøûõ", "ýỳỷỹ", strict=True)),
    "ô": dict(zip("ùøûõï", "ớờởỡợ", strict=True)),
    "ö": dict(zip("ùøûõï", "ứừửữự", strict=True)),
}
_VNI_SINGLE: Final = dict(zip("æóòîñôö", "ỉĩịỵđơư", strict=True))
_VNI_PAIRS: Final = {
    base + mark: letter for base, marks in _VNI_MARKS.items() for mark, letter in marks.items()
}  # fmt: skip
_VNI: Final = re.compile("|".join([*sorted(_VNI_PAIRS, key=len, reverse=True), *_VNI_SINGLE]), re.IGNORECASE)

_WORD: Final = re.compile(r"[^\s\d!-/:-@\[-`{-~“”‘’–…]+")
_VOWELS: Final = "aăâeêioôơuưy"
_SYLLABLE: Final = re.compile(
    r"(?:ngh?|nh|ch|gh?|gi|kh|ph|qu|th|tr|[bcdđhklmnprstvx])?"
    rf"(?:[{_VOWELS}]{{1,3}})(?:ch|nh|ng|[cmnpt])?"
)
_TONES: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_OWN: Final = re.compile("[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
"""Letters that only Unicode Vietnamese has."""
_SUSPECT: Final = re.compile("[\u00a1-\u00ff\u03bc]")
_ENOUGH: Final = 4


def from_tcvn3(text: str) -> str:
    """TCVN3 text in Unicode. Its capitals with tones look like small letters: only the font told them apart."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """VNI text in Unicode."""
    return _VNI.sub(_vni_letter, text)


def _vni_letter(match: re.Match[str]) -> str:
    printed = match.group()
    lower = printed.lower()
    letter = _VNI_PAIRS.get(lower) or _VNI_SINGLE[lower]
    return letter.upper() if printed[0].isupper() else letter


def to_unicode(text: str) -> str:
    """The text with every line in TCVN3 or VNI letters made Unicode; any other text as it is."""
    if len(_SUSPECT.findall(text[:200_000])) < _ENOUGH:
        return text
    convert = _coding_of(text[:200_000])
    if convert is None:
        return text
    return "".join(_line(line, convert) for line in text.splitlines(keepends=True))


def _coding_of(text: str) -> Callable[[str], str] | None:
    """How to read the text, or ``None`` where it is no legacy text."""
    lines = [line for line in text.splitlines() if _SUSPECT.search(line) and not _OWN.search(line)]
    sample = "\n".join(lines)[:40_000]
    plain, _ = marked_syllables(sample)
    best: Callable[[str], str] | None = None
    most = max(_ENOUGH, int(1.5 * plain)) - 1
    for convert in (from_tcvn3, from_vni):
        good, bad = marked_syllables(convert(sample))
        if good > most and good > 4 * bad:
            best, most = convert, good
    return best


def _line(line: str, convert: Callable[[str], str]) -> str:
    if _OWN.search(line) or not _SUSPECT.search(line):
        return line
    good, bad = marked_syllables(converted := convert(line))
    plain, worse = marked_syllables(line)
    return converted if good - bad >= plain - worse else line


def marked_syllables(text: str) -> tuple[int, int]:
    """How many words with other than plain letters are Vietnamese syllables, and how many are not."""
    good = bad = 0
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        decomposed = unicodedata.normalize("NFD", word.lower())
        bare = unicodedata.normalize("NFC", _TONES.sub("", decomposed))
        if len(_TONES.findall(decomposed)) <= 1 and _SYLLABLE.fullmatch(bare):
            good += 1
        else:
            bad += 1
    return good, bad
