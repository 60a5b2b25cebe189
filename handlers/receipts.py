"""Receipt numbers: short, easy to read out over a phone, and with a check digit, so that a slip is noticed."""

from __future__ import annotations

import re
from typing import Final

_SHAPE: Final = re.compile(r"(\d\d)[ .-]*(\d{4})[ .-]*(\d{4})")


def new_receipt(year: int, fresh: str) -> str:
    """A number "YY-dddd-dddC" out of a turn's fresh hexadecimal digits; seven of its digits are chance."""
    digits = f"{year % 100:02}{int(fresh, 16) % 10**7:07}"
    digits += _check_digit(digits)
    return f"{digits[:2]}-{digits[2:6]}-{digits[6:]}"


def read_receipt(text: str) -> tuple[str, bool] | None:
    """The receipt number that was typed, with or without hyphens, and whether its check digit agrees."""
    match = _SHAPE.fullmatch(text.strip(" .#"))
    if not match:
        return None
    digits = "".join(match.groups())
    return "-".join(match.groups()), _check_digit(digits[:-1]) == digits[-1]


def _check_digit(digits: str) -> str:
    """The Luhn digit: notices every single wrong digit and nearly every swap of two neighbours."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)
