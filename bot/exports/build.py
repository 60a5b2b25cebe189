"""Making a file that a handler promised."""

from __future__ import annotations

from collections.abc import Mapping

from bot.exports.announcement import announcement_sheet
from bot.exports.chart import report_chart
from bot.exports.form import form_file
from bot.exports.ics import deadline_calendar
from bot.exports.official import Bytes, official_report, template_of_the_house
from bot.exports.privacy import audit_sheet, own_data_sheet
from bot.exports.sheet import report_sheet
from bot.exports.tables import report_table
from bot.storage import Store
from handlers.records.files import MadeFile
from knowledge.forms.form import Form


async def build(made: MadeFile, store: Store, forms: Mapping[str, Form], stored: Bytes) -> bytes:
    """The bytes of the file. Raises KeyError for a kind, form or unit that is unknown, NotMade where it fails.

    ``stored`` gives the bytes of a stored file by their hash.
    """
    match made.kind:
        case "announcement-sheet":
            return await announcement_sheet(made.parameters, store)
        case "form-file":
            return await form_file(made.parameters, store)
        case "report-sheet":
            return await report_sheet(made.parameters, store, forms)
        case "report-table":
            return await report_table(made.parameters, store, forms)
        case "report-chart":
            return await report_chart(made.parameters, store, forms)
        case "official-report":
            return await official_report(made.parameters, store, forms, stored)
        case "report-template":
            return await template_of_the_house()
        case "deadline-calendar":
            return await deadline_calendar(made.parameters, store, forms)
        case "own-data":
            return await own_data_sheet(made.parameters, store)
        case "audit-sheet":
            return await audit_sheet(made.parameters, store)
    raise KeyError(made.kind)
