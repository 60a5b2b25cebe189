"""Questions that found no answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import person, unanswered, unit
from handlers.records.questions import NoteQuestion, OpenQuestion


class Questions(Room):
    """Answers ``QuestionReads``."""

    def open_questions(self, unit_ids: Sequence[int], limit: int) -> Sequence[OpenQuestion]:
        """The latest questions of people of these units, newest first."""
        rows = self.connection.execute(
            sa.select(unanswered.c.text, unanswered.c.reason, unit.c.name, unanswered.c.at)
            .join(person, person.c.id == unanswered.c.person_id)
            .join(unit, unit.c.id == person.c.unit_id)
            .where(unit.c.id.in_(unit_ids))
            .order_by(unanswered.c.id.desc())
            .limit(limit)
        )
        return [OpenQuestion(*row) for row in rows]


def _note(tx: Questions, effect: NoteQuestion, person_id: int | None, now: dt.datetime) -> None:
    tx.connection.execute(
        unanswered.insert(), {"text": effect.text, "reason": effect.reason, "person_id": person_id, "at": now}
    )


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {NoteQuestion: _note}
"""For each effect of ``handlers.records.questions`` the function that applies it."""
