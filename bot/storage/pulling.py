"""What is noted while reports are pulled, and the written answers to search in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.files import Files
from bot.storage.meta import Meta
from bot.storage.schema import VIETNAM, audit, report, unit
from handlers.records.pulling import NoteNudge, SetTemplate, Template, Text


class Pulling(Files, Meta):
    """Answers ``PullingReads``."""

    def nudged(self, form: str, period: str, day: dt.date) -> Collection[int]:
        """The units that were nudged for a report on this day."""
        since = dt.datetime.combine(day, dt.time(), VIETNAM)
        rows = self.connection.scalars(_NUDGED, {"what": f"report:{form}/{period}", "since": since})
        return {unit_id for detail in rows for unit_id in detail["units"]}

    def report_template(self, form: str) -> Template | None:
        """The template in force for a form; ``None`` for that of the house."""
        noted = self.meta(_template(form))
        file = self.file(noted["file"]) if noted else None
        return Template(file, noted["by"], dt.datetime.fromisoformat(noted["at"])) if file else None

    def report_texts(self, unit_ids: Collection[int], limit: int) -> Iterator[Text]:
        """The written answers of these units' latest reports, the newest first; of at most ``limit`` reports."""
        wanted, seen = frozenset(unit_ids), 0
        for row in self.connection.execution_options(yield_per=500).execute(_TEXTS):
            if row.unit_id not in wanted:
                continue
            if (seen := seen + 1) > limit:
                return
            for question, words in row.answers.items():
                if isinstance(words, str) and " " in words:
                    yield Text(row.unit_id, row.name, row.form, row.period, question, words)


def _template(form: str) -> str:
    return f"report-template:{form}"


def _nudge(tx: Room, effect: NoteNudge, person_id: int | None, now: dt.datetime) -> None:
    tx.note(now, person_id, "nudge", f"report:{effect.form}/{effect.period}", units=list(effect.unit_ids))


def _set_template(tx: Any, effect: SetTemplate, person_id: int | None, now: dt.datetime) -> None:
    author = tx.person(person_id)
    noted = {"file": effect.file_id, "by": author.name if author else "", "at": now.isoformat()}
    tx.set_meta(_template(effect.form), noted if effect.file_id else None)
    tx.note(now, person_id, "set-report-template", f"form:{effect.form}", file=effect.file_id)


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    NoteNudge: _nudge,
    SetTemplate: _set_template,
}
"""For each effect of ``handlers.records.pulling`` the function that applies it."""

_NUDGED = sa.select(audit.c.detail).where(
    audit.c.at >= sa.bindparam("since"), audit.c.action == "nudge", audit.c.object == sa.bindparam("what")
)
_TEXTS = (
    sa.select(report.c.unit_id, unit.c.name, report.c.form, report.c.period, report.c.answers)
    .join(unit, unit.c.id == report.c.unit_id)
    .where(report.c.state != "draft")
    .order_by(report.c.submitted_at.desc(), report.c.id.desc())
)
