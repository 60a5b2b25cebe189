"""Reports as plain tables: one period as CSV for a chat, and everything as CSV and JSON lines for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from bot.exports.sheet import heading
from bot.storage import VIEWS, Store, Transaction
from handlers.pulling.summary import summarise
from handlers.records.reports import Report
from handlers.texts import say
from knowledge.forms.form import Form
from knowledge.period import Period


async def report_table(parameters: Mapping[str, Any], store: Store, forms: Mapping[str, Form]) -> bytes:
    """The reports of "form" and "period" by units "within" a top unit as CSV, with the headings of the spreadsheet."""
    form, code = forms[parameters["form"]], parameters["period"]

    def read(tx: Transaction) -> list[Report]:
        found = summarise(tx, form, Period.from_code(code), tx.units_within(parameters["within"]))
        place = {unit.id: number for number, unit in enumerate(found.units)}
        return sorted(tx.reports(form.name, code, found.filed), key=lambda report: place[report.unit.id])

    reports = await store.read(read)
    text = io.StringIO(newline="")
    table = csv.writer(text)
    fixed = ("unit_name", "receipt", "sent_at", "in_time", "sender")
    table.writerow([*(say(f"export.{name}") for name in fixed), *(heading(one) for one in form.questions)])
    for report in reports:
        sent = f"{report.submitted_at:%Y-%m-%d %H:%M}" if report.submitted_at else ""
        punctual = say("export.is_late" if report.late else "export.is_on_time")
        values = (report.answers.get(question.name) for question in form.questions)
        cells = (report.unit.name, report.receipt, sent, punctual, report.person_name, *values)
        table.writerow([_plain(cell) for cell in cells])
    # utf-8-sig: spreadsheet programs take a CSV file without the mark for another encoding.
    return text.getvalue().encode("utf-8-sig")


async def export_all(store: Store, folder: Path, kind: str, progress: Callable[[int], None]) -> int:
    """Write every view of the store into a folder, as "csv" or as "jsonl", a file each, row by row.

    ``progress`` is called with the number of rows written so far. Returns how many reports there were. Raises OSError
    where the folder cannot be written.
    """
    return await store.read(partial(_export, folder, kind, progress))


def _export(folder: Path, kind: str, progress: Callable[[int], None], tx: Transaction) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    reports = written = 0
    for name in VIEWS:
        # utf-8-sig: spreadsheet programs take a CSV file without the mark for another encoding.
        encoding = "utf-8-sig" if kind == "csv" else "utf-8"
        with (folder / f"{name}.{kind}").open("w", encoding=encoding, newline="") as file:
            table = csv.writer(file)
            for number, row in enumerate(tx.view(name)):
                if kind == "jsonl":
                    file.write(
                        json.dumps({key: _whole(value) for key, value in row.items()}, ensure_ascii=False) + "\n"
                    )
                else:
                    if number == 0:
                        table.writerow(row)
                    table.writerow([_plain(_whole(value)) for value in row.values()])
                reports += name == "reports"
                written += 1
                if written % 1000 == 0:
                    progress(written)
    progress(written)
    return reports


def _whole(value: Any) -> Any:
    """A number without a fraction as one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _plain(value: Any) -> Any:
    """A value for CSV. Text that a spreadsheet program would take for a formula gets an apostrophe before it."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    return f"'{value}" if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA) else value


_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "|", "＝", "＋", "－", "＠")
"""With the wide signs of East Asian keyboards, which some spreadsheet programs take for the narrow ones."""
