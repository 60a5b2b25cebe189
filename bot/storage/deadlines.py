"""Deadlines in force, and the reminders that went out for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import account, deadline, escalation, person, reminder
from handlers.records.deadlines import AddDeadline, Deadline, EndDeadline
from handlers.records.people import NOTICE_VERSION, Role
from knowledge.calendar import Rule


class Deadlines(Room):
    """Answers ``DeadlineReads``, and keeps account of reminders."""

    def deadlines(self) -> Sequence[Deadline]:
        """All active deadlines, oldest first."""
        return [_deadline(row) for row in self.connection.execute(_ACTIVE)]

    def deadline(self, deadline_id: int) -> Deadline | None:
        """The active deadline with this key."""
        row = self.connection.execute(_ACTIVE.where(deadline.c.id == deadline_id)).one_or_none()
        return _deadline(row) if row else None

    def deadlines_of(self, document_id: int) -> Sequence[Deadline]:
        """The active deadlines that were taken from a document."""
        return [_deadline(row) for row in self.connection.execute(_ACTIVE.where(deadline.c.document_id == document_id))]

    def add_deadline(self, effect: AddDeadline, person_id: int | None, now: dt.datetime) -> int:
        """Put a deadline in force, from now on; gives its key."""
        values = {
            "document_id": effect.document_id,
            "title": effect.title,
            "quote": effect.quote,
            "rule": dict(effect.rule),
            "form": effect.form,
            "to_whom": effect.to_whom,
            "audience": dict(effect.audience),
            "offsets": list(effect.offsets),
            "state": "active",
            "created_by": person_id,
            "created_at": now,
        }
        key: int | None = self.connection.scalar(deadline.insert().returning(deadline.c.id), values)
        assert key is not None
        detail = {"title": effect.title, "rule": dict(effect.rule), "audience": dict(effect.audience)}
        self.note(now, person_id, "add-deadline", f"deadline:{key}", **detail)
        return key

    def reminded(self, deadline_id: int, occurrence: dt.date, days_before: int) -> set[int]:
        """The units that were reminded of this step of an occurrence, or of a later one."""
        step = {"deadline_id": deadline_id, "occurrence": occurrence, "days_before": days_before}
        return set(self.connection.scalars(_REMINDED, step))

    def remind(
        self, deadline_id: int, occurrence: dt.date, days_before: int, unit_ids: Sequence[int], now: dt.datetime
    ) -> set[int]:
        """Note that units are reminded; gives those that had not been, by this or another worker."""
        rows = [
            {
                "deadline_id": deadline_id,
                "occurrence": occurrence,
                "unit_id": unit_id,
                "days_before": days_before,
                "sent_at": now,
            }
            for unit_id in unit_ids
        ]
        if not rows:
            return set()
        insert = self.upsert(reminder).on_conflict_do_nothing(
            index_elements=["deadline_id", "occurrence", "unit_id", "days_before"]
        )
        return set(self.connection.scalars(insert.returning(reminder.c.unit_id), rows))

    def escalated(self, person_id: int, since: dt.date) -> Sequence[tuple[int, dt.date, int, dt.datetime]]:
        """Deadline, printed date, days before and moment of what this supervisor was told is overdue."""
        rows = self.connection.execute(
            sa.select(
                escalation.c.deadline_id, escalation.c.occurrence, escalation.c.days_before, escalation.c.sent_at
            ).where(escalation.c.person_id == person_id, escalation.c.occurrence >= since)
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def escalate(self, person_id: int, overdue: Sequence[tuple[int, dt.date, int]], now: dt.datetime) -> None:
        """Note what a supervisor is told: deadline, printed date, days before."""
        insert = self.upsert(escalation).on_conflict_do_nothing(
            index_elements=["person_id", "deadline_id", "occurrence", "days_before"]
        )
        rows = [
            {"person_id": person_id, "deadline_id": key, "occurrence": day, "days_before": offset, "sent_at": now}
            for key, day, offset in overdue
        ]
        self.connection.execute(insert, rows)

    def reachable(self, roles: Sequence[Role]) -> Sequence[tuple[int, int, str, str]]:
        """Person, unit, channel and address of everybody of these roles, on the account that each used last."""
        rows = self.connection.execute(
            sa.select(person.c.id, person.c.unit_id, account.c.channel, account.c.address)
            .join(account, account.c.person_id == person.c.id)
            .where(
                person.c.role.in_(roles),
                person.c.removed_at.is_(None),
                person.c.agreed_version == NOTICE_VERSION,
                account.c.state == "active",
            )
            .order_by(person.c.id, account.c.last_used_at.desc(), account.c.id)
        )
        last_used: dict[int, tuple[int, int, str, str]] = {}
        for row in rows:
            last_used.setdefault(row[0], (row[0], row[1], row[2], row[3]))
        return list(last_used.values())


def _add(tx: Deadlines, effect: AddDeadline, person_id: int | None, now: dt.datetime) -> None:
    tx.add_deadline(effect, person_id, now)


def _end(tx: Deadlines, effect: EndDeadline, person_id: int | None, now: dt.datetime) -> None:
    active = (deadline.c.id == effect.deadline_id) & (deadline.c.state == "active")
    if tx.connection.execute(deadline.update().where(active).values(state="ended")).rowcount:
        tx.note(now, person_id, "end-deadline", f"deadline:{effect.deadline_id}")


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {AddDeadline: _add, EndDeadline: _end}
"""For each effect of ``handlers.records.deadlines`` the function that applies it."""


def _deadline(row: Any) -> Deadline:
    return Deadline(
        row.id,
        row.document_id,
        row.title,
        row.quote,
        Rule.from_dict(row.rule),
        row.form,
        row.to_whom,
        row.audience,
        tuple(row.offsets),
        row.created_at,
    )


_ACTIVE = sa.select(deadline).where(deadline.c.state == "active").order_by(deadline.c.id)
_REMINDED = sa.select(reminder.c.unit_id).where(
    reminder.c.deadline_id == sa.bindparam("deadline_id"),
    reminder.c.occurrence == sa.bindparam("occurrence"),
    reminder.c.days_before <= sa.bindparam("days_before"),
)
