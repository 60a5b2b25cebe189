"""The spreadsheet: a summary, a sheet for each form with typed cells, and who is missing."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from bot.storage import Store, Transaction
from handlers.pulling.summary import Summary, period_before, summarise, totals_of
from handlers.records.people import Unit
from handlers.records.reports import Report
from handlers.texts import say
from knowledge.forms.form import NUMBERS, PROOFS, Form, Question
from knowledge.forms.values import Total, show, totals
from knowledge.period import Period

_CELL: Final = 32_767
"""Characters that a cell of an xlsx file may hold."""


async def report_sheet(parameters: Mapping[str, Any], store: Store, forms: Mapping[str, Form]) -> bytes:
    """An xlsx file of "pulls" (pairs of form and period code) over the units "within" a top unit."""
    pulls = [(forms[name], Period.from_code(code)) for name, code in parameters["pulls"]]

    def read(tx: Transaction) -> list[_Pull]:
        units = tx.units_within(parameters["within"])
        return [_pull(tx, form, period, units) for form, period in pulls]

    data = await store.read(read)
    # Writing takes seconds for a thousand units: not on the loop that answers chats.
    return await asyncio.to_thread(_write, data)


@dataclass(frozen=True, slots=True)
class _Pull:
    """All that is told of one form and period."""

    found: Summary
    reports: Sequence[Report]
    """By unit name."""
    totals: Sequence[Total]
    before: Summary
    before_totals: Sequence[Total]
    files: Mapping[int, str]
    """Names of the files of proof, by key."""


def _pull(tx: Transaction, form: Form, period: Period, units: Sequence[Unit]) -> _Pull:
    found, before = (summarise(tx, form, one, units) for one in (period, period_before(tx, form, period)))
    place = {unit.id: number for number, unit in enumerate(found.units)}
    reports = tx.reports(form.name, period.code, found.filed)
    proofs = [question.name for question in form.questions if question.kind in PROOFS]
    keys = {key for report in reports for name in proofs for key in report.answers.get(name) or ()}
    return _Pull(
        found,
        sorted(reports, key=lambda report: place[report.unit.id]),
        totals(form, [report.answers for report in reports]),
        before,
        totals_of(tx, before) if before.filed else [],
        {key: file.name for key in keys if (file := tx.file(key)) is not None},
    )


def _write(pulls: Sequence[_Pull]) -> bytes:
    import xlsxwriter  # heavy: only when a spreadsheet is asked for

    buffer = io.BytesIO()
    # No text becomes a formula, a link or a number: what a cell shows is what was typed.
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": "; ".join(_title(pull) for pull in pulls)})
    styles = _Styles(book)
    _summary_sheet(book, styles, pulls)
    for pull in pulls:
        _reports_sheet(book, styles, pull)
    _missing_sheet(book, styles, [pull.found for pull in pulls])
    book.close()
    return buffer.getvalue()


def _title(pull: _Pull) -> str:
    return f"{pull.found.form.title}, {pull.found.due.period.label}"


class _Styles:
    """The formats that all sheets share."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
        self.text = book.add_format({**base, "text_wrap": True})
        self.head = book.add_format({**base, "bold": True, "text_wrap": True, "bg_color": "#DDE8F3", "border": 1})
        self.title = book.add_format({**base, "bold": True, "font_size": 14})
        self.whole = book.add_format({**base, "num_format": "#,##0"})
        self.decimal = book.add_format({**base, "num_format": "#,##0.00##"})
        self.day = book.add_format({**base, "num_format": "dd/mm/yyyy", "align": "left"})
        self.moment = book.add_format({**base, "num_format": "dd/mm/yyyy hh:mm", "align": "left"})


def _summary_sheet(book: Any, styles: _Styles, pulls: Sequence[_Pull]) -> None:
    sheet = book.add_worksheet(say("export.summary_sheet"))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 3, 18)
    row = 0
    for pull in pulls:
        row = _summary(sheet, styles, pull, row) + 3


def _summary(sheet: Any, styles: _Styles, pull: _Pull, top: int) -> int:
    """Write what one form comes to, from a row on; gives the last row."""
    found, before = pull.found, pull.before
    sheet.write_string(top, 0, _title(pull), styles.title)
    due_day = found.due.day
    facts: list[tuple[str, Any]] = [
        (say("export.due"), due_day if due_day else say("export.no_due")),
        (say("export.units"), len(found.units)),
        (say("export.filed"), len(found.filed)),
        (say("export.on_time"), len(found.filed) - found.late),
        (say("export.late"), found.late),
        (say("export.missing"), len(found.missing)),
    ]
    for row, (label, value) in enumerate(facts, top + 2):
        sheet.write_string(row, 0, label, styles.text)
        _put(sheet, styles, row, 1, value)
    row = top + len(facts) + 3
    heads = ("question", "total", "unit", "previous")
    for column, head in enumerate(heads):
        label = say(f"export.{head}", period=before.due.period.label)
        sheet.write_string(row, column, label, styles.head)
    earlier = {total.question.name: total.amount for total in pull.before_totals}
    for total in pull.totals:
        question = total.question
        if total.amount is not None:
            row += 1
            sheet.write_string(row, 0, question.title, styles.text)
            _put(sheet, styles, row, 1, total.amount)
            sheet.write_string(row, 2, _measure(question), styles.text)
            if (amount := earlier.get(question.name)) is not None:
                _put(sheet, styles, row, 3, amount)
        for name, count in total.counts or ([] if total.amount is not None else [("", total.answered)]):
            row += 1
            sheet.write_string(row, 0, f"{question.title}: {name}" if name else question.title, styles.text)
            _put(sheet, styles, row, 1, count)
            sheet.write_string(row, 2, say("export.answering_units"), styles.text)
    return row


def _reports_sheet(book: Any, styles: _Styles, pull: _Pull) -> None:
    form, reports, files = pull.found.form, pull.reports, pull.files
    sheet = book.add_worksheet(_sheet_name(book, form.title))
    heads = [say(f"export.{head}") for head in ("unit_name", "receipt", "sent_at", "in_time", "sender")]
    heads += [heading(question) for question in form.questions]
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, styles.head)
    for row, report in enumerate(reports, 1):
        punctual = say("export.is_late" if report.late else "export.is_on_time")
        fixed = (report.unit.name, report.receipt, report.submitted_at, punctual, report.person_name)
        values = [_cell(question, report.answers.get(question.name), files) for question in form.questions]
        for column, value in enumerate((*fixed, *values)):
            _put(sheet, styles, row, column, value)
    sheet.set_row(0, 48)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 4, 18)
    for column, question in enumerate(form.questions, 5):
        sheet.set_column(column, column, 14 if question.kind in NUMBERS else 30)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(reports)), len(heads) - 1)


def _sheet_name(book: Any, title: str) -> str:
    """A form's title as spreadsheets allow it: 31 characters, none of []:*?/\\ and no quote at an end, once."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:31].strip("' ")
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    names = (plain, *(f"{plain[:27].strip()} {number}" for number in range(2, 100)))
    return next(name for name in names if name.casefold() not in taken)


def _missing_sheet(book: Any, styles: _Styles, pulls: Sequence[Summary]) -> None:
    sheet = book.add_worksheet(say("export.missing_sheet"))
    for column, head in enumerate(("unit_name", "form_name", "period_name", "due")):
        sheet.write_string(0, column, say(f"export.{head}"), styles.head)
    missing = [(unit, found) for found in pulls for unit in found.missing]
    for row, (unit, found) in enumerate(missing, 1):
        cells = (unit.name, found.form.title, found.due.period.label, found.due.day)
        for column, value in enumerate(cells):
            _put(sheet, styles, row, column, value)
    sheet.set_column(0, 1, 34)
    sheet.set_column(2, 3, 18)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(missing)), 3)


def _measure(question: Question) -> str:
    """What is counted."""
    return say("export.currency") if question.kind == "money" else question.unit


def heading(question: Question) -> str:
    """A question as the head of a column, with what is counted."""
    unit = _measure(question)
    return f"{question.title} ({unit})" if unit else question.title


def _cell(question: Question, value: Any, files: Mapping[int, str]) -> Any:
    """An answer with the type that a spreadsheet knows for it."""
    if value is None:
        return None
    if question.kind in NUMBERS:
        return Decimal(value)
    if question.kind == "date":
        return dt.date.fromisoformat(value)
    if question.kind in PROOFS:
        return "; ".join(files.get(key, "?") for key in value)
    return show(question, value)


def _put(sheet: Any, styles: _Styles, row: int, column: int, value: Any) -> None:
    match value:
        case None:
            sheet.write_blank(row, column, None, styles.text)
        case dt.datetime():
            sheet.write_datetime(row, column, value.replace(tzinfo=None), styles.moment)
        case dt.date():
            sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), styles.day)
        case int() | Decimal():
            style = styles.whole if value == int(value) else styles.decimal
            sheet.write_number(row, column, value, style)
        case _:
            sheet.write_string(row, column, str(value)[:_CELL], styles.text)
