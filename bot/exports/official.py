"""The consolidated report as a Word file, by the template in force; and the check of a template that staff sent."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.exports.child import in_child
from bot.storage import Store, Transaction
from handlers.pulling.consolidated import fields, of_the_party
from knowledge.forms.form import Form
from knowledge.period import Period

Bytes = Callable[[str], bytes]
"""Gives stored bytes by their hash."""


async def official_report(
    parameters: Mapping[str, Any], store: Store, forms: Mapping[str, Form], stored: Bytes
) -> bytes:
    """A docx file of what the parameters name ("form", "period", "within", "office", "day", and a "template").

    "template" is the key of a file; ``None`` takes what is in force. Raises NotMade.
    """
    form, period = forms[parameters["form"]], Period.from_code(parameters["period"])

    def read(tx: Transaction) -> tuple[dict[str, Any], bool, str | None]:
        office = tx.unit(parameters["office"])
        assert office is not None
        day = dt.date.fromisoformat(parameters["day"])
        in_force = tx.report_template(form.name)
        chosen = tx.file(parameters["template"]) if parameters.get("template") else in_force and in_force.file
        filled = fields(tx, form, period, tx.units_within(parameters["within"]), office, day)
        return filled, of_the_party(office), chosen.sha256 if chosen else None

    filled, party, template = await store.read(read)
    head = json.dumps({"fields": filled, "party": party}, ensure_ascii=False).encode()
    data = len(head).to_bytes(8, "big") + head + (stored(template) if template else b"")
    return await in_child("bot.exports.typeset", "fill", data=data)


async def template_of_the_house() -> bytes:
    """The template that is in force where staff have put in none."""
    return await in_child("bot.exports.typeset", "house", data=b"")


async def check_template(data: bytes) -> dict[str, Any]:
    """What is to be said of a Word file as a template: "problem", "detail" and the "fields" it uses. Raises NotMade."""
    checked: dict[str, Any] = json.loads(await in_child("bot.exports.typeset", "check", data=data))
    return checked
