"""Deadlines in force, and the reminders that went out for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import account, deadline, escalation, person, reminder, report, snooze, unit
from bot.storage.withdrawing import withdraw_reminders
from handlers.records.deadlines import (
    AddDeadline,
    Deadline,
    EndDeadline,
    MendDeadline,
    PauseDeadline,
    SnoozeReminders,
)
from handlers.records.people import Role
from knowledge.calendar import Rule


class Reached(NamedTuple):
    """Somebody who can be written to, on the account that they used last."""

    person_id: int
    unit_id: int
    role: Role
    channel: str
    address: str


class Deadlines(Room):
    """Answers ``DeadlineReads``, and keeps account of reminders."""

    def deadlines(self) -> Sequence[Deadline]:
        """All active deadlines, oldest first."""
        return self._deadlines(deadline.c.state == "active")

    def calendar(self) -> Sequence[Deadline]:
        """All deadlines that have not ended, paused ones too, oldest first."""
        return self._deadlines(_NOT_ENDED)

    def deadline(self, deadline_id: int) -> Deadline | None:
        """The deadline with this key, unless it has ended."""
        return next(iter(self._deadlines(_NOT_ENDED & (deadline.c.id == deadline_id))), None)

    def deadlines_of(self, document_id: int) -> Sequence[Deadline]:
        """The deadlines that were taken from a document and have not ended."""
        return self._deadlines(_NOT_ENDED & (deadline.c.document_id == document_id))

    def _deadlines(self, which: sa.ColumnElement[bool]) -> Sequence[Deadline]:
        rows = self.connection.execute(sa.select(deadline).where(which).order_by(deadline.c.id)).all()
        return [_deadline(row, self._below(row.audience.get("within", ()))) for row in rows]

    def _below(self, unit_ids: Sequence[int]) -> frozenset[int]:
        """These units and all active ones below them."""
        if not unit_ids:
            return frozenset()
        tree = sa.select(unit.c.id).where(unit.c.id.in_(unit_ids)).cte(recursive=True)
        tree = tree.union(sa.select(unit.c.id).join(tree, unit.c.parent_id == tree.c.id))
        return frozenset(self.connection.scalars(sa.select(unit.c.id).join(tree, tree.c.id == unit.c.id)))

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
            "owner_id": effect.owner_id,
            "state": "active",
            "created_by": person_id,
            "created_at": now,
        }
        key: int | None = self.connection.scalar(deadline.insert().returning(deadline.c.id), values)
        assert key is not None
        detail = {"title": effect.title, "rule": dict(effect.rule), "audience": dict(effect.audience)}
        self.note(now, person_id, "add-deadline", f"deadline:{key}", **detail)
        return key

    def reminded(self, deadline_id: int, occurrence: dt.date, days_before: int, now: dt.datetime) -> set[int]:
        """The units that were reminded of this step of an occurrence, or of a later one."""
        step = {"deadline_id": deadline_id, "occurrence": occurrence, "days_before": days_before, "now": now}
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

    def reachable(self, roles: Sequence[Role], unit_ids: Sequence[int] | None = None) -> Sequence[Reached]:
        """Everybody of these roles (and of these units), on the account that each used last."""
        query = (
            sa.select(person.c.id, person.c.unit_id, person.c.role, account.c.channel, account.c.address)
            .join(account, account.c.person_id == person.c.id)
            .where(_CAN_BE_REACHED, person.c.role.in_(roles))
            .order_by(person.c.id, account.c.last_used_at.desc(), account.c.id)
        )
        if unit_ids is not None:
            query = query.where(person.c.unit_id.in_(unit_ids))
        last_used: dict[int, Reached] = {}
        for row in self.connection.execute(query):
            last_used.setdefault(row[0], Reached(*row))
        return list(last_used.values())

    def peopled(self, roles: Sequence[Role]) -> dict[int, set[Role]]:
        """Of each unit that has anybody of these roles who can be reached, which roles."""
        query = (
            sa.select(person.c.unit_id, person.c.role)
            .distinct()
            .join(account, account.c.person_id == person.c.id)
            .where(_CAN_BE_REACHED, person.c.role.in_(roles))
        )
        found: dict[int, set[Role]] = {}
        for unit_id, role in self.connection.execute(query):
            found.setdefault(unit_id, set()).add(role)
        return found

    def answered(self, form: str, period: str, unit_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """The answers in these units' drafts for a period."""
        rows = self.connection.execute(
            sa.select(report.c.unit_id, report.c.answers).where(
                report.c.form == form,
                report.c.period == period,
                report.c.state == "draft",
                report.c.unit_id.in_(unit_ids),
            )
        )
        return {row.unit_id: row.answers for row in rows}

    def snoozed_until(self, person_id: int) -> dt.datetime | None:
        """Until when this person has put reminders off."""
        until: dt.datetime | None = self.connection.scalar(
            sa.select(snooze.c.until).where(snooze.c.person_id == person_id)
        )
        return until

    def snoozed(self) -> dict[int, dt.datetime]:
        """Who has put reminders off, and until when."""
        rows = self.connection.execute(sa.select(snooze.c.person_id, snooze.c.until).order_by(snooze.c.person_id))
        return {row.person_id: row.until for row in rows}

    def wake(self, person_id: int, until: dt.datetime) -> bool:
        """Somebody's snooze is over; False where another worker was first, or another hour was chosen since."""
        over = (snooze.c.person_id == person_id) & (snooze.c.until == until)
        return self.connection.execute(snooze.delete().where(over)).rowcount == 1


def _add(tx: Deadlines, effect: AddDeadline, person_id: int | None, now: dt.datetime) -> None:
    tx.add_deadline(effect, person_id, now)


def _mend(tx: Deadlines, effect: MendDeadline, person_id: int | None, now: dt.datetime) -> None:
    this = _NOT_ENDED & (deadline.c.id == effect.deadline_id)
    before = tx.connection.execute(sa.select(deadline).where(this).with_for_update()).one_or_none()
    if before is None:
        return
    values: dict[str, Any] = {
        "title": effect.title,
        "rule": dict(effect.rule),
        "form": effect.form,
        "audience": dict(effect.audience),
        "offsets": list(effect.offsets),
        "owner_id": effect.owner_id,
    }
    changed = {name: value for name, value in values.items() if value != getattr(before, name)}
    if not changed:
        return
    if "rule" in changed:
        values["since"] = now
    tx.connection.execute(deadline.update().where(this).values(**values, version=deadline.c.version + 1))
    withdraw_reminders(tx, now, f"deadline:{effect.deadline_id}")
    detail = {"before": {name: getattr(before, name) for name in changed}, "after": changed}
    tx.note(now, person_id, "mend-deadline", f"deadline:{effect.deadline_id}", **detail)


def _pause(tx: Deadlines, effect: PauseDeadline, person_id: int | None, now: dt.datetime) -> None:
    _turn_to(tx, effect.deadline_id, "paused" if effect.paused else "active", person_id, now)


def _end(tx: Deadlines, effect: EndDeadline, person_id: int | None, now: dt.datetime) -> None:
    _turn_to(tx, effect.deadline_id, "ended", person_id, now)


def _turn_to(tx: Deadlines, deadline_id: int, state: str, person_id: int | None, now: dt.datetime) -> None:
    this = _NOT_ENDED & (deadline.c.id == deadline_id) & (deadline.c.state != state)
    changed = deadline.update().where(this).values(state=state, version=deadline.c.version + 1)
    if tx.connection.execute(changed).rowcount:
        if state != "active":
            withdraw_reminders(tx, now, f"deadline:{deadline_id}")
        tx.note(now, person_id, _ACTIONS[state], f"deadline:{deadline_id}")


def _snooze(tx: Deadlines, effect: SnoozeReminders, person_id: int | None, now: dt.datetime) -> None:
    statement = tx.upsert(snooze)
    statement = statement.on_conflict_do_update(
        index_elements=["person_id"], set_={"until": statement.excluded["until"]}
    )
    tx.connection.execute(statement, {"person_id": person_id, "until": effect.until})


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    AddDeadline: _add,
    MendDeadline: _mend,
    PauseDeadline: _pause,
    EndDeadline: _end,
    SnoozeReminders: _snooze,
}
"""For each effect of ``handlers.records.deadlines`` the function that applies it."""

_ACTIONS = {"paused": "pause-deadline", "active": "resume-deadline", "ended": "end-deadline"}
_CAN_BE_REACHED = person.c.removed_at.is_(None) & person.c.agreed_version.is_not(None) & (account.c.state == "active")
_NOT_ENDED = deadline.c.state != "ended"


def _deadline(row: Any, within: frozenset[int]) -> Deadline:
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
        row.since or row.created_at,
        row.state,
        row.owner_id,
        row.version,
        within,
    )


_STEP = (reminder.c.deadline_id == sa.bindparam("deadline_id")) & (reminder.c.occurrence == sa.bindparam("occurrence"))
_REMINDED = sa.select(reminder.c.unit_id).where(
    _STEP,
    sa.or_(
        reminder.c.days_before == sa.bindparam("days_before"),
        # What seems to be sent in the future was sent by a clock that was set back since: it stands for itself only.
        (reminder.c.days_before < sa.bindparam("days_before"))
        & (reminder.c.sent_at <= sa.bindparam("now", type_=reminder.c.sent_at.type)),
    ),
)
