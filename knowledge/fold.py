"""Vietnamese text made comparable: accents, tone placement, dashes, no-break spaces, and document numbers."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from knowledge.types import ALSO_LETTERS, LETTERS, READ_AS, UNLETTERED

_PUNCTUATION: Final = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹘﹣-", "-"),
        **dict.fromkeys("\u2044\u2215\uff0f", "/"),
        **dict.fromkeys("“”„‟«»″❝❞", '"'),
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a", " "),
        **dict.fromkeys("\u202f\u205f\u3000", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", None),
        "…": "...",
    }
)

_BARE: Final = {
    **{code: None for code in range(0x0300, 0x10000) if unicodedata.combining(chr(code))},
    ord("đ"): "d",
}
"""Takes the marks off decomposed letters."""

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_SYLLABLE: Final = re.compile(r"[^\W_]+")
_TONE_PAIR: Final = re.compile(
    rf"(?P<q>q)?(?P<a>[oOuU])(?P<t1>[{_TONES}])?(?P<b>[aAeEyY])(?P<t2>[{_TONES}])?(?![\w\u0300-\u036f])",
    re.IGNORECASE,
)
_QUI: Final = re.compile(rf"(?P<qu>qu)(?P<i>i)(?P<t>[{_TONES}]?)(?![\w\u0300-\u036f])", re.IGNORECASE)

_SYMBOL_PART: Final = re.compile(r"\d+|[a-z]+\d*")


def nfc(text: str) -> str:
    """The text in composed form, in which every stored text and every quote is kept."""
    return unicodedata.normalize("NFC", text)


def plain(text: str) -> str:
    """The text with one kind of dash, quote and space; accents and case stay. May change the length."""
    return nfc(text).translate(_PUNCTUATION)


def fold(text: str) -> str:
    """Lower case without any accent ("Đảng ủy" → "dang uy"), dashes, quotes and spaces made plain.

    Equal for NFC and NFD input and for both placements of a tone mark. Not of the same length as the input.
    """
    return _fold_word(text) if len(text) <= _WORD else _fold(text)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(_PUNCTUATION).lower())
    return unicodedata.normalize("NFC", decomposed.translate(_BARE))


_WORD: Final = 60
_fold_word = lru_cache(maxsize=8192)(_fold)
"""The same words are folded again and again; whole texts are not worth remembering."""


def syllables(text: str) -> list[str]:
    """The folded words of a text in order: letters and digits, punctuation dropped."""
    return _SYLLABLE.findall(fold(text))


def one_line(text: str) -> str:
    """The text with every run of blanks and line breaks made one space."""
    return " ".join(text.split())


def tone_normal(text: str) -> str:
    """Accented text with the tone mark where the older school puts it: hoà → hòa, uỷ → ủy, quí → quý.

    Both schools are correct Vietnamese; comparing accented words needs one of them.
    """
    decomposed = unicodedata.normalize("NFD", text)
    decomposed = _QUI.sub(lambda m: m["qu"] + ("y" if m["i"] == "i" else "Y") + m["t"] if m["t"] else m[0], decomposed)
    return nfc(_TONE_PAIR.sub(_move_tone, decomposed))


def _move_tone(match: re.Match[str]) -> str:
    first, second, tone = match["a"], match["b"], match["t1"] or match["t2"] or ""
    pair = (first + second).lower()
    if match["q"] or not tone or pair not in {"oa", "oe", "uy"}:
        return match[0]
    return first + tone + second


TYPE_LETTERS: Final = {fold(name): fold(ALSO_LETTERS.get(name, letters)) for name, letters in LETTERS.items()}
"""Folded name of a type → folded letters that its symbols print most, "" where they print none."""
TYPE_OF_LETTERS: Final = (
    {fold(letters): name for name, letters in reversed(LETTERS.items()) if letters}
    | {fold(letters): name for letters, name in READ_AS.items()}
)  # fmt: skip
"""Folded letters → the type that they mean."""
_TYPE_WORDS: Final = TYPE_LETTERS | {fold(name): "" for name in (*UNLETTERED, "Văn bản", "Ký hiệu", "Số")}
_TYPE_WORD: Final = re.compile(r"\b(?:" + "|".join(w.replace(" ", r"\s+") for w in _TYPE_WORDS) + r")\b")
_OWN_LETTERS: Final = re.compile(r"\d\s*[-/]\s*(?:(?:19|20)\d\d\s*[-/]\s*)?[a-z]{2}")


@lru_cache(maxsize=4096)
def symbol_key(text: str) -> str:
    """A document number in one comparable spelling: number first, then its letters, joined by "/".

    "120-KL/TW", "120 – kl / tw" and "Kết luận số 120-KL/TW" all give "120/kl/tw"; "kl 120" gives "120/kl",
    which :func:`same_symbol` accepts as an incomplete form of it. Leading zeros do not count ("07/KH-UBND").
    Returns "" where the text holds neither a digit nor a letter.
    """
    folded = fold(text)
    # Beside a symbol with letters of its own the type's name says nothing more ("Kế hoạch phối hợp 5-KHPH/TU").
    own = _OWN_LETTERS.search(folded) is not None
    folded = _TYPE_WORD.sub(lambda m: "  " if own else f" {_TYPE_WORDS[one_line(m[0])]} ", folded)
    folded = re.sub(r"\bqh\s+(\d{1,2})\b", r"qh\1", folded)
    folded = re.sub(r"\b(\d{1,2})\s+(?!(?:19|20)\d\d\b)(\d{1,3})(?=\s*[-/])", r"\1\2", folded)
    parts = _SYMBOL_PART.findall(folded)
    digits = [str(int(p)) for p in parts if p.isdecimal() and len(p) < 10]
    letters: list[str] = []
    for part in parts:
        # A type written both as a word and in the symbol ("Chỉ thị 33/CT-TTg") counts once.
        if not part.isdecimal() and part not in letters:
            letters.append(part)
    return "/".join(digits + letters)


def same_symbol(asked: str, printed: str) -> bool:
    """Whether ``asked`` (perhaps incomplete: "kl 120") can mean the printed number ("120-KL/TW").

    The leading number must be equal; every other part that was asked must occur in what is printed.
    """
    want, have = symbol_key(asked).split("/"), symbol_key(printed).split("/")
    return bool(want[0]) and want[0] == have[0] and set(want) <= set(have)
