"""A list of deadlines as a CSV file: read whole, or refused with the line and the reason.

The first line names the columns, in any order: "Tên việc" and "Lịch" must be there; "Đơn vị", "Mẫu", "Nhắc" and "Gửi"
may. Columns are separated by semicolons, commas or tabs, as spreadsheet programs in Vietnam write them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from handlers.deadlines.concerned import everyone, typed_audience
from handlers.periods import asked
from handlers.texts import say
from handlers.turn import Turn
from knowledge.calendar import DEFAULT_OFFSETS, next_occurrences
from knowledge.fold import fold, one_line
from knowledge.proposals import typed_offsets, typed_rule

MOST: Final = 50
_TITLE: Final = 200
_COLUMNS: Final = {
    "ten viec": "title", "ten": "title", "viec": "title", "lich": "rule", "han": "rule", "thoi han": "rule",
    "don vi": "audience", "mau": "form", "mau bao cao": "form", "nhac": "offsets", "ngay nhac": "offsets",
    "gui": "to_whom", "noi nhan": "to_whom",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one line of the file, in a sentence."""

    line: int
    reason: str


def read_list(turn: Turn, text: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The deadlines of a file, as the conversation about a new one keeps each; and what is wrong. All or nothing."""
    lines = text.lstrip("\ufeff").splitlines()
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    if start is None:
        return [], [Problem(1, say("schedule.list_empty"))]
    delimiter = max(";,\t", key=lines[start].count)
    rows = csv.reader(io.StringIO("\n".join(lines[start:])), delimiter=delimiter)
    try:
        heads = [_COLUMNS.get(one_line(fold(head)).strip(" .:*"), "") for head in next(rows)]
        if not {"title", "rule"} <= set(heads):
            return [], [Problem(start + 1, say("schedule.list_heads"))]
        found: list[dict[str, Any]] = []
        problems: list[Problem] = []
        for cells in rows:
            number = start + rows.line_num
            if not any(cell.strip() for cell in cells):
                continue
            given = {head: cell.strip() for head, cell in zip(heads, cells, strict=False) if head}
            read = _row(turn, given)
            if isinstance(read, str):
                problems.append(Problem(number, read))
            else:
                found.append(read)
    except csv.Error:
        return [], [Problem(start + rows.line_num, say("schedule.list_broken"))]
    if len(found) > MOST:
        problems.append(Problem(start + 1, say("schedule.list_long", most=MOST)))
    if not found and not problems:
        problems.append(Problem(start + 1, say("schedule.list_empty")))
    return ([] if problems else found), problems


def _row(turn: Turn, given: Mapping[str, str]) -> dict[str, Any] | str:
    """One deadline, or what is wrong with it."""
    today = turn.now.date()
    title = one_line(given.get("title", ""))[:_TITLE]
    if not any(map(str.isalpha, title)):
        return say("schedule.list_no_title")
    rule = typed_rule(given.get("rule", ""), "once", today)
    if rule is None:
        return say("documents.no_date", typed=given.get("rule", "")[:60])
    if not rule.awaits_date and not next_occurrences(rule, today, 1):
        return say("schedule.list_past", typed=given["rule"][:60])
    audience, problem = typed_audience(turn, given["audience"]) if given.get("audience") else (everyone(turn), "")
    if audience is None:
        return problem or say("documents.which_units")
    form = None
    if given.get("form"):
        form = asked(given["form"], turn.forms, today).form
        if form is None:
            return say("schedule.list_form", typed=given["form"][:60], forms=[one.title for one in turn.forms.values()])
    offsets = typed_offsets(given["offsets"]) if given.get("offsets") else DEFAULT_OFFSETS
    if offsets is None:
        return say("schedule.offsets_unclear", typed=given["offsets"][:60])
    return {
        "title": title,
        "rule": rule.to_dict(),
        "audience": dict(audience),
        "form": form.name if form else None,
        "offsets": list(offsets),
        "to_whom": one_line(given.get("to_whom", ""))[:_TITLE] or None,
    }
