"""Files made from the store when they are sent: a spreadsheet, a table, a chart, the official report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.exports.sheet import report_sheet
from bot.storage import Store
from handlers.records.files import MadeFile
from knowledge.forms import Form, load_forms


async def build(made: MadeFile, store: Store, forms: Mapping[str, Form] | None = None) -> bytes:
    """The bytes of a file that a handler promised. Raises KeyError for a kind, form or unit that is unknown."""
    return await _BUILDERS[made.kind](made.parameters, store, forms if forms is not None else load_forms())


_BUILDERS: Final = {"report-sheet": report_sheet}
