"""What people type that asks nothing: a greeting, thanks, "ok", or an answer to a question that is no longer open."""

from __future__ import annotations

import re
from typing import Final, Literal

from knowledge.fold import fold

Courtesy = Literal["greeting", "thanks", "yes", "stray", "number"]


def _phrases(text: str) -> frozenset[str]:
    return frozenset(text.split(", "))


_POLITE: Final = _phrases(
    "em, anh, chi, ban, cac, toi, minh, ad, admin, bot, oi, a, nhe, nha, nhieu, rat, lam, roi, da, vi, xin, thoi, duoc"
)
"""Words around it, folded, that change nothing: "cảm ơn em nhiều nhé"."""
_SAID: Final[dict[Courtesy, frozenset[str]]] = {
    "greeting": _phrases(
        "chao, chao tro ly, chao moi nguoi, chao ca nha, chao buoi sang, chao buoi trua, chao buoi chieu, "
        "chao buoi toi, hello, hi, hey, alo, a lo, tro ly, co ai khong, co ai o do khong"
    ),
    "thanks": _phrases("cam on, thanks, thank, thank you, tks, tam biet, bye, cam on tro ly, cam on da ho tro"),
    "yes": _phrases("vang, ok, oke, okay, okie, uh, um, u, ro, hieu, nhan, biet, nhat tri, tot, tot qua, hay qua"),
    "stray": _phrases(
        "khong, ko, k, kg, khong co, ko co, k co, chua, chua co, khong biet, ko biet, k biet, bo, bo qua, xong, co, "
        "dong y, gui, luu, sua, de sau, sau"
    ),
}
_NUMBER: Final = re.compile(r"(?:(?:so|chon|muc|cau) )?\d{1,3}")


def courtesy(text: str) -> Courtesy | None:
    """Which of these the whole message is; ``None`` for anything that may ask something."""
    words = re.findall(r"\w+", fold(text))
    if not words:
        return None
    if _NUMBER.fullmatch(" ".join(words)):
        return "number"
    said = " ".join(word for word in words if word not in _POLITE)
    if not said:
        return "yes" if {"da", "roi", "duoc", "thoi"} & set(words) else "greeting"
    found: Courtesy | None = next((kind for kind, phrases in _SAID.items() if said in phrases), None)
    if found is None and (first := said.partition(" "))[0] in _SAID["yes"]:
        found = courtesy(first[2])  # "ok, cảm ơn"
    return found
