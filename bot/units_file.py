"""Units from a CSV or xlsx file: read into rows, checked whole, and added all or none.

A row may also say that a unit was merged into another one, or got another name, and from which day on.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.storage import Transaction
from handlers.records.people import MergeUnit, RenameUnit
from handlers.texts import say
from handlers.units import find_units
from knowledge.fold import fold, nfc, one_line
from knowledge.numbers import parse_date

_COLUMNS: Final = {
    "name": ("ten", "ten don vi", "don vi", "ten xa phuong", "name", "unit"),
    "kind": ("loai", "loai don vi", "cap", "kind", "type"),
    "parent": ("don vi cap tren", "cap tren", "truc thuoc", "thuoc", "parent"),
    "into": ("sap nhap vao", "nhap vao", "merged into"),
    "renamed": ("doi ten thanh", "ten moi", "new name"),
    "since": ("tu ngay", "ngay", "since"),
}
_KINDS: Final = {
    "province": ("tinh", "thanh pho", "province"),
    "office": ("so", "ban", "van phong", "co quan", "office"),
    "commune": ("xa", "phuong", "dac khu", "commune"),
}


class UnitsProblem(ValueError):
    """The file can't be used as it is; the text says what to mend, row by row."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the file."""

    row: int
    """As a spreadsheet numbers it: the header is row 1."""
    name: str
    kind: str
    """As written; may be empty."""
    parent: str
    """The name of the unit above; may be empty."""
    into: str = ""
    """The unit that it was merged into."""
    renamed: str = ""
    """Its new name."""
    since: str = ""
    """From which day on; today where nothing is written."""

    @property
    def changes(self) -> bool:
        """Whether it tells of a unit that is there already."""
        return bool(self.into or self.renamed)


def read_units(data: bytes, name: str) -> list[UnitRow]:
    """The rows of a file. Raises UnitsProblem where it can't be read or has no column of names."""
    try:
        table = _xlsx(data) if data.startswith(b"PK") else _csv(data)
    except (ValueError, SyntaxError, csv.Error, BadZipFile, InvalidFileException, KeyError, OSError):
        raise UnitsProblem(say("units.not_readable", name=name)) from None
    header, *rows = table or [[]]
    columns = {field: _column(header, names) for field, names in _COLUMNS.items()}
    if columns["name"] is None:
        raise UnitsProblem(say("units.no_header", name=name))
    found = [
        UnitRow(number, **{field: _cell(row, column) for field, column in columns.items()})
        for number, row in enumerate(rows, 2)
        if any(row)
    ]
    if not found:
        raise UnitsProblem(say("units.empty", name=name))
    return found


def _xlsx(data: bytes) -> list[list[str]]:
    sheet: Any = load_workbook(io.BytesIO(data), read_only=True, data_only=True).active
    return [["" if value is None else _tidy(str(value)) for value in row] for row in sheet.iter_rows(values_only=True)]


def _csv(data: bytes) -> list[list[str]]:
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    header = text.partition("\n")[0]
    delimiter = max(";,\t", key=header.count)
    return [[_tidy(cell) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)]


def _tidy(cell: str) -> str:
    return one_line(nfc(cell))


def _column(header: Sequence[str], names: Iterable[str]) -> int | None:
    return next((place for place, title in enumerate(header) if fold(title) in names), None)


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def add_units(tx: Transaction, rows: Sequence[UnitRow]) -> tuple[int, int]:
    """Add the units of a file: how many are new, and how many were there before.

    Rows may stand in any order. Raises UnitsProblem, naming each bad row, where any row is bad; then the caller's
    transaction must not be committed.
    """
    problems: list[str] = []
    waiting: list[UnitRow] = []
    for row in rows:
        if row.changes:
            continue
        if len(row.name) < 2:
            problems.append(say("units.no_name", row=row.row))
        elif _kind(row) is None:
            problems.append(say("units.bad_kind", row=row.row, name=row.name, kind=row.kind))
        else:
            waiting.append(row)
    added = known = 0
    # A parent may come after its children: go round as long as that helps.
    while waiting:
        left: list[tuple[UnitRow, str]] = []
        for row in waiting:
            parent, problem = _parent(tx, row)
            if problem is not None:
                left.append((row, problem))
                continue
            _, new = tx.add_unit(row.name, _kind(row) or "", parent)
            added, known = added + new, known + (not new)
        if len(left) == len(waiting):
            problems += [say(f"units.{problem}", row=r.row, name=r.name, parent=r.parent) for r, problem in left]
            break
        waiting = [row for row, _ in left]
    if problems:
        raise UnitsProblem("\n".join([say("units.nothing_added"), *problems]))
    return added, known


def change_units(tx: Transaction, rows: Sequence[UnitRow], now: dt.datetime) -> int:
    """Carry out the mergers and new names of a file, in its order; gives how many.

    Raises UnitsProblem, naming each bad row; then the caller's transaction must not be committed.
    """
    problems: list[str] = []
    done = 0
    for row in rows:
        if not row.changes:
            continue
        effect = _change(tx, row, now.date())
        if isinstance(effect, str):
            problems.append(effect)
        else:
            tx.apply(effect, None, now)
            done += 1
    if problems:
        raise UnitsProblem("\n".join([say("units.nothing_added"), *problems]))
    return done


def _change(tx: Transaction, row: UnitRow, today: dt.date) -> MergeUnit | RenameUnit | str:
    """The effect of one row, or what is wrong with it."""
    units = tx.all_units()
    since = parse_date(row.since.partition(" ")[0], today) if row.since else today
    if since is None or since > today:
        return say("units.bad_since", row=row.row, name=row.name, since=row.since)
    found = find_units(row.name, units)
    if len(found) != 1:
        return say("units.unclear", row=row.row, name=row.name, count=len(found))
    if row.renamed:
        taken = any(
            one.name.casefold() == row.renamed.casefold() for one in units if one.parent_id == found[0].parent_id
        )
        return (
            say("units.name_taken", row=row.row, name=row.renamed)
            if taken
            else RenameUnit(found[0].id, row.renamed, since)
        )
    into = [one for one in find_units(row.into, units) if one.id != found[0].id and one.kind == found[0].kind]
    if len(into) != 1:
        return say("units.unclear", row=row.row, name=row.into, count=len(into))
    return MergeUnit(found[0].id, into[0].id, since)


def _kind(row: UnitRow) -> str | None:
    """The kind that is written, or that the name says: a unit that is neither province nor commune is an office."""
    written = fold(row.kind)
    if written:
        return next((kind for kind, words in _KINDS.items() if written in words), None)
    start = fold(row.name)
    return next((kind for kind, words in _KINDS.items() if any(start.startswith(f"{w} ") for w in words)), "office")


def _parent(tx: Transaction, row: UnitRow) -> tuple[int | None, str | None]:
    """The key of the unit above, or what is wrong. Without a name it is the only province there is."""
    units = tx.all_units()
    if row.parent:
        above = [unit for unit in units if unit.name.casefold() == row.parent.casefold()]
        problem = "ambiguous_parent" if above else "unknown_parent"
    elif _kind(row) == "province":
        return None, None
    else:
        above = [unit for unit in units if unit.parent_id is None]
        problem = "no_parent"
    return (above[0].id, None) if len(above) == 1 else (None, problem)
