"""A chart of the reports as a picture."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from bot.exports.child import in_child
from bot.storage import Store
from handlers.pulling.charting import chart
from knowledge.forms.form import Form
from knowledge.period import Period


async def report_chart(parameters: Mapping[str, Any], store: Store, forms: Mapping[str, Form]) -> bytes:
    """A PNG of the chart that the parameters name ("chart", "form", "period", "within", "question", "now").

    Raises NotMade.
    """
    form, period = forms[parameters["form"]], Period.from_code(parameters["period"])
    question = form.question(parameters["question"] or "")
    now = dt.datetime.fromisoformat(parameters["now"])
    shown = await store.read(
        lambda tx: chart(tx, parameters["chart"], form, period, tx.units_within(parameters["within"]), question, now)
    )
    return await in_child("bot.exports.drawing", data=json.dumps(shown).encode())
