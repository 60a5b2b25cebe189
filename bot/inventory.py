"""What is stored, why, and for how long: told beside the schema in ``inventory.toml``, printed for ``deploy/``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from handlers.texts import say

PERSONAL: Final = "personal"
UNIT: Final = "unit"
TECHNICAL: Final = "technical"
KINDS: Final = (PERSONAL, UNIT, TECHNICAL)
_SOURCE: Final = (Path(__file__).parent / "storage" / "inventory").with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Column:
    """One column, as it is told to people."""

    name: str
    kind: str
    """One of ``KINDS``: of a person, of a unit or the office, or of the program alone."""
    what: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table, as it is told to people."""

    name: str
    title: str
    """At most 31 characters: the name of a spreadsheet's page."""
    purpose: str
    kept: str
    """How long, in words."""
    erased: str
    """What becomes of it when a person is erased, in words."""
    columns: tuple[Column, ...]


@cache
def inventory() -> Mapping[str, Table]:
    """All that is told, by the table's name. Raises KeyError or ValueError where the file is wrong."""
    told = tomllib.loads(_SOURCE.read_text(encoding="utf-8"))
    found = {}
    for name, table in told["table"].items():
        columns = tuple(Column(column, kind, what) for column, (kind, what) in table["columns"].items())
        if wrong := [column.name for column in columns if column.kind not in KINDS]:
            raise ValueError(f"{name}: no such kind of data: {', '.join(wrong)}")
        erased = told["erased"][table["erased"]]
        found[name] = Table(name, table["title"], table["purpose"], told["kept"][table["kept"]], erased, columns)
    return found


def page() -> str:
    """The inventory as Markdown."""
    return say("inventory.page", tables=list(inventory().values()), kinds=KINDS) + "\n"
