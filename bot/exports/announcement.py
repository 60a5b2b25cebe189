"""The spreadsheet of one announcement: what became of it person by person, and how many have read it in each unit."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.storage import Store, Transaction
from bot.storage.announcements import Line
from handlers.menu import role_name
from handlers.texts import say


async def announcement_sheet(parameters: Mapping[str, Any], store: Store) -> bytes:
    """An xlsx file about the announcement with this "uid". Raises KeyError where there is none."""

    def read(tx: Transaction) -> list[Line]:
        told = tx.announcement(parameters["uid"])
        if told is None:
            raise KeyError(parameters["uid"])
        return tx.announcement_lines(told.id)

    return await asyncio.to_thread(_write, await store.read(read))


def _write(lines: Sequence[Line]) -> bytes:
    import xlsxwriter  # heavy: only when a spreadsheet is asked for

    buffer = io.BytesIO()
    # No text becomes a formula or a link: what a cell shows is what was typed.
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, plain)
    base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    head = book.add_format({**base, "bold": True, "text_wrap": True, "bg_color": "#DDE8F3", "border": 1})
    text, moment = book.add_format(base), book.add_format({**base, "num_format": "dd/mm/yyyy hh:mm", "align": "left"})

    def sheet(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        page = book.add_worksheet(say(f"announce.{name}"))
        count = 0
        for column, title in enumerate(heads):
            page.write_string(0, column, say(f"announce.head_{title}"), head)
        for count, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    page.write_datetime(count, column, value.replace(tzinfo=None), moment)
                elif isinstance(value, int):
                    page.write_number(count, column, value, text)
                else:
                    page.write_string(count, column, value or "", text)
        page.set_column(0, 1, 28)
        page.set_column(2, len(heads), 20)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(1, count), len(heads) - 1)

    heads = ("unit", "name", "role", "channel", "outcome", "sent_at", "read_at")
    sheet("sheet_people", heads, (_row(line) for line in lines))
    sheet("sheet_units", ("unit", "people", "read", "unread"), _units(lines))
    book.close()
    return buffer.getvalue()


def _row(line: Line) -> tuple[Any, ...]:
    outcome = outcome_of(line.state, line.error)
    role = role_name(line.role)
    return line.unit_name, line.name, role, line.channel, outcome, line.sent_at, line.acknowledged_at


def outcome_of(state: str, error: str | None) -> str:
    """What became of a message, in words."""
    if state != "failed":
        return say(f"announce.outcome_{'waiting' if state in {'queued', 'sending'} else state}")
    reason = (error or "").partition(":")[0].replace("-", "_")
    known = reason in {"no_account", "gone", "refused", "removed", "withdrawn"}
    return say(f"announce.failed_{reason if known else 'other'}")


def _units(lines: Sequence[Line]) -> Iterable[tuple[str, int, int, str]]:
    people: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        people[line.unit_name].append(line)
    for unit, of_unit in people.items():
        unread = [line.name for line in of_unit if line.acknowledged_at is None]
        yield unit, len(of_unit), len(of_unit) - len(unread), ", ".join(unread)
