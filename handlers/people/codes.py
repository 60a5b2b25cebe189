"""Enrolment codes: made, read as people type them, and kept only as a hash."""

from __future__ import annotations

import datetime as dt
import re
from hashlib import sha256

from handlers.records.people import CODE_DAYS
from knowledge.fold import fold

# Crockford's alphabet: no I, L, O or U. What looks alike is read as what it was.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12  # 12 letters of 5 bits: 60 bits
_LINK_DIGITS = 8
_LOOKALIKES = str.maketrans("OIL", "011")
_ASKS_TO_START = re.compile(r"^(?:/?(?:start|bat dau|dang ky)(?:@\w+)?|ma)\b[\s:]*")
_ASKS_TO_LINK = re.compile(r"^/?lien ?ket(?: tai khoan)?(?:@\w+)?\b[\s:]*")
_LINK_CODE = re.compile(r"\d{4}[\s-]*\d{4}", re.ASCII)
_GROUPED = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


def new_code(fresh: str) -> str:
    """A code to hand out ("K7QM-3F9X-W2AB"), made from a turn's chance."""
    number = int.from_bytes(sha256(f"enrolment code {fresh}".encode()).digest(), "big")
    letters = "".join(_ALPHABET[(number >> (5 * place)) % 32] for place in range(_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, _LENGTH, 4))


def new_link_code(fresh: str) -> str:
    """A short code ("4821-9930") to type on another phone or application within minutes."""
    number = int.from_bytes(sha256(f"link code {fresh}".encode()).digest(), "big") % 10**_LINK_DIGITS
    digits = f"{number:0{_LINK_DIGITS}d}"
    return f"{digits[:4]}-{digits[4:]}"


def last_moment(now: dt.datetime) -> dt.datetime:
    """Until when a code made now is good: the end of a day, as people are told only the day."""
    return (now + dt.timedelta(days=CODE_DAYS)).replace(hour=23, minute=59, second=59, microsecond=0)


def hash_code(code: str) -> str:
    """What is stored of a code. Raises nothing: anything can be hashed, only real codes are found again."""
    return sha256(_compact(code).encode()).hexdigest()


def typed_code(text: str, *, bare: bool = True) -> str | None:
    """The code in a message, to enrol or to link an account with, or ``None`` where the message tries none.

    After "start" anything counts as a try. A message without it does when it has the shape of a code: twelve letters
    and digits, in any case, with any blanks or dashes; or the eight
    digits of a code to link with. ``bare`` false asks for "start".
    """
    folded = fold(text).strip()
    if link := _ASKS_TO_LINK.match(folded):
        rest = folded[link.end() :]
        return _compact(rest) if any(map(str.isdecimal, rest)) else None
    if start := _ASKS_TO_START.match(folded):
        rest = folded[start.end() :]
        if rest and (folded.lstrip("/").startswith("start") or _looks_like_one(rest)):
            return _compact(rest)
        return None
    return _compact(folded) if bare and _looks_like_one(folded) else None


def typed_link_code(text: str) -> str | None:
    """The eight digits after "lien ket", or ``None`` where the message says something else."""
    folded = fold(text).strip()
    asks = _ASKS_TO_LINK.match(folded)
    rest = folded[asks.end() :].rstrip(" .") if asks else ""
    return rest if _LINK_CODE.fullmatch(rest) else None


def _looks_like_one(folded: str) -> bool:
    if _LINK_CODE.fullmatch(folded):
        return True
    compact = _compact(folded)
    if len(compact) != _LENGTH or not set(compact) <= set(_ALPHABET):
        return False
    # Twelve letters may be three words of a greeting: a code has a digit, or is written in its groups.
    return any(char.isdecimal() for char in folded) or bool(_GROUPED.fullmatch(folded.upper()))


def _compact(text: str) -> str:
    return "".join(char for char in fold(text).upper() if char.isalnum()).translate(_LOOKALIKES)
