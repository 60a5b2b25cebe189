"""The register of directives: what is known of the documents that others cite, each fact with its source."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from knowledge.fold import nfc, symbol_key

_FILE: Final = Path(__file__).with_name("register.toml")
_STATUSES: Final = ("replaced", "amended", "in force")
_LISTS: Final = ("replaced_by", "amended_by", "details", "keywords")


class RegisterError(ValueError):
    """The register cannot be used; the message names the file, the entry and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Directive:
    """One entry. ``None`` or an empty tuple means: no source at hand says so."""

    type: str
    number: str
    date: dt.date | None
    issuer: str | None
    title: str | None
    status: str | None
    replaced_by: tuple[str, ...]
    amended_by: tuple[str, ...]
    details: tuple[str, ...]
    """Numbers of the documents that this one gives the details of (quy định chi tiết)."""
    keywords: tuple[str, ...]
    source: str

    @property
    def fact(self) -> str:
        """The entry as one line, which answers quote: type, number, date, issuer and title as known."""
        parts = [f"{self.type} {self.number}"]
        if self.date:
            parts.append(f"ngày {self.date:%d/%m/%Y}")
        if self.issuer:
            parts.append(f"của {self.issuer}")
        line = " ".join(parts)
        return f"{line}: {self.title}" if self.title else line


def load_register(path: Path = _FILE) -> tuple[Directive, ...]:
    """Read and check a register.

    :raises RegisterError: the file is missing, is no TOML, or one of its entries is wrong or given twice.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RegisterError(f"{path.name}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RegisterError(f"{path.name}: is not valid TOML ({error})") from error
    entries = data.get("directive", [])
    if set(data) - {"directive"} or not isinstance(entries, list):
        raise RegisterError(f"{path.name}: only [[directive]] entries are expected")
    directives = tuple(_directive(path.name, place, entry) for place, entry in enumerate(entries, start=1))
    seen: dict[tuple[str, dt.date | None], str] = {}
    for directive in directives:
        identity = (symbol_key(directive.number), directive.date)
        if identity in seen:
            raise RegisterError(f"{path.name}: {directive.number} of the same date is given twice")
        seen[identity] = directive.number
    return directives


def _directive(file: str, place: int, entry: object) -> Directive:
    name = entry.get("number", "?") if isinstance(entry, dict) else "?"

    def wrong(what: str) -> RegisterError:
        return RegisterError(f"{file}, directive {place} ({name}): {what}")

    if not isinstance(entry, dict):
        raise wrong("is not a table")
    fields: dict[str, Any] = dict.fromkeys(Directive.__slots__)
    for key, value in entry.items():
        if key not in fields:
            raise wrong(f"unknown field {key!r}")
        if key == "date":
            if type(value) is not dt.date:
                raise wrong("date must be written as 2016-01-07, without quotes")
        elif key in _LISTS:
            if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
                raise wrong(f"{key} must be a list of texts")
            value = tuple(nfc(item) for item in value)
        elif not isinstance(value, str) or not value.strip():
            raise wrong(f"{key} must be a text")
        else:
            value = nfc(value.strip())
        fields[key] = value
    for key in ("type", "number", "source"):
        if fields[key] is None:
            raise wrong(f"{key} is missing")
    if fields["status"] not in (None, *_STATUSES):
        raise wrong(f"status must be one of {', '.join(_STATUSES)}, or left out")
    if not symbol_key(fields["number"]).split("/")[0].isdecimal():
        raise wrong("number must begin with digits")
    for key in _LISTS:
        fields[key] = fields[key] or ()
    return Directive(**fields)
