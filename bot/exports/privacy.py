"""Spreadsheets about people: all that is held on one of them, and the audit trail."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.inventory import TECHNICAL, inventory
from bot.storage import Store, Transaction
from handlers.privacy.actions import action_name, subject_name
from handlers.records.privacy import Trail
from handlers.texts import say

_CELL = 32_767
"""Characters that a cell of an xlsx file may hold."""
_MOST = 200_000
"""Rows of a trail in one file; a sheet holds a million."""

Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]
"""Its name, its headings, its rows."""


async def own_data_sheet(parameters: Mapping[str, Any], store: Store) -> bytes:
    """An xlsx file of all that is held on the "person": a sheet for each table, derived from the schema."""
    return await asyncio.to_thread(_write, await store.read(lambda tx: _own(tx, parameters["person"])))


def _own(tx: Transaction, person_id: int) -> list[Sheet]:
    sheets: list[Sheet] = []
    for table, rows in tx.everything_on(person_id):
        about = inventory()[table.name]
        shown = [column for column in about.columns if column.kind != TECHNICAL]
        if rows and shown:
            cells = [[row._mapping[column.name] for column in shown] for row in rows]
            sheets.append((about.title, [column.what for column in shown], cells))
    return sheets


async def audit_sheet(parameters: Mapping[str, Any], store: Store) -> bytes:
    """An xlsx file of the rows of the audit trail that the parameters name."""
    since, until = (
        dt.datetime.fromisoformat(parameters[name]) if parameters[name] else None for name in ("since", "until")
    )
    trail = Trail(parameters["people"], parameters["actions"], since, until)

    def read(tx: Transaction) -> Sheet:
        rows = [
            (
                line.at,
                line.person_name or say("audit.operator"),
                line.unit_name or "",
                action_name(line.action),
                subject_name(tx, line) or line.subject,
                line.detail or "",
            )
            for line in tx.audit_lines(trail, _MOST)
        ]
        heads = [say(f"audit.head_{name}") for name in ("at", "who", "unit", "action", "subject", "detail")]
        return say("audit.sheet"), heads, rows

    return await asyncio.to_thread(_write, [await store.read(read)])


def _write(sheets: Iterable[Sheet]) -> bytes:
    import xlsxwriter  # heavy: only when a spreadsheet is asked for

    buffer = io.BytesIO()
    # No text becomes a formula or a link: what a cell shows is what was written.
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, plain)
    base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    head = book.add_format({**base, "bold": True, "text_wrap": True, "bg_color": "#DDE8F3", "border": 1})
    text, moment = book.add_format(base), book.add_format({**base, "num_format": "dd/mm/yyyy hh:mm", "align": "left"})
    for name, heads, rows in sheets:
        page = book.add_worksheet(name)
        for column, title in enumerate(heads):
            page.write_string(0, column, title, head)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _cell(page, number, column, value, text, moment)
        page.set_column(0, len(heads), 24)
        page.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


def _cell(page: Any, row: int, column: int, value: Any, text: Any, moment: Any) -> None:
    if isinstance(value, dt.datetime):
        page.write_datetime(row, column, value.replace(tzinfo=None), moment)
    elif isinstance(value, dict | list):
        page.write_string(row, column, json.dumps(value, ensure_ascii=False)[:_CELL], text)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(row, column, value, text)
    elif value is not None:
        page.write_string(row, column, str(value)[:_CELL], text)
