"""Finding phone and identity numbers in free text, so that a warning can come before they are stored."""

from __future__ import annotations

import re
from typing import Final

_GAP: Final = r"[ .\-]?"
_NUMBERS: Final = re.compile(
    rf"(?<![\d.,/])(?:"
    rf"(?:\+{_GAP}84|0084|84|0){_GAP}[2-9](?:{_GAP}\d){{8}}"  # a phone number
    rf"|0\d{{2}}(?:{_GAP}\d){{9}}"  # căn cước: 12 digits, the first three a province
    rf"|\d{{9}}(?!\s*(?:đ|₫|vn|d\b))"  # chứng minh nhân dân: 9 digits in one run, and no sum of money
    rf")(?![\d/])(?!,\d)",
    re.IGNORECASE,
)


def personal_numbers(text: str) -> list[str]:
    """The phone, căn cước and chứng minh numbers in a text, as written, in order."""
    return [match[0] for match in _NUMBERS.finditer(text)]


def redacted(text: str) -> str:
    """The text with each such number replaced by "[…]"."""
    return _NUMBERS.sub("[…]", text)
