"""Reports as plain tables: one period as CSV for a chat, and everything as CSV and JSON lines for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from bot.exports.sheet import heading
from bot.storage import Store, Transaction
from handlers.records.reports import Report
from handlers.summary import summarise
from handlers.texts import say
from knowledge.forms import Form, load_forms
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


async def export_all(
    store: Store, folder: Path, progress: Callable[[int], None], forms: Mapping[str, Form] | None = None
) -> int:
    """Write all submitted reports into a folder: ``reports.jsonl``, and a CSV file for each form.

    ``progress`` is called with the number of reports written so far. Returns how many there were. Raises OSError where
    the folder cannot be written.
    """
    known = forms if forms is not None else load_forms()
    return await store.read(partial(_export, folder, known, progress))


def _export(folder: Path, forms: Mapping[str, Form], progress: Callable[[int], None], tx: Transaction) -> int:
    count = 0
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "reports.jsonl").open("w", encoding="utf-8") as lines:
        for name, reports in groupby(tx.every_report(), key=lambda report: report.form):
            form = forms.get(name)
            # utf-8-sig: spreadsheet programs take a CSV file without the mark for another encoding.
            with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                table = csv.writer(file)
                columns: list[str] | None = None
                for report in reports:
                    if columns is None:
                        columns = [one.name for one in form.questions] if form else sorted(report.answers)
                        table.writerow([*_FIXED, *columns])
                    table.writerow([*_fixed(report).values(), *(_plain(report.answers.get(one)) for one in columns)])
                    lines.write(json.dumps({**_fixed(report), "answers": report.answers}, ensure_ascii=False) + "\n")
                    count += 1
                    if count % 100 == 0:
                        progress(count)
    progress(count)
    return count


_FIXED: Final = (
    "unit_id", "unit", "form", "form_version", "period", "receipt", "late", "person", "started_at", "submitted_at"
)  # fmt: skip


def _fixed(report: Report) -> dict[str, Any]:
    submitted = report.submitted_at
    values = (
        report.unit.id,
        report.unit.name,
        report.form,
        report.form_version,
        report.period,
        report.receipt,
        report.late,
        report.person_name,
        report.started_at.isoformat(),
        submitted.isoformat() if submitted else None,
    )
    return dict(zip(_FIXED, values, strict=True))


def _plain(value: Any) -> Any:
    """A value for CSV. Text that a spreadsheet program would take for a formula gets an apostrophe before it."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    return f"'{value}" if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA) else value


_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "|")
