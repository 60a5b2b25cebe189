"""How the program is doing, in numbers: what waits and since when, what failed, who is sending. No personal data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from bot.storage.meta import Meta
from bot.storage.migrate import is_current, schema_of
from bot.storage.schema import account, announcement, inbox, outbox, worker
from bot.storage.turns import NOT_DONE

LAST_BACKUP = "last backup"
"""The named value under which a backup notes its moment, in ISO format."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Messages of one kind on one channel that are on their way, or may have been lost on it."""

    kind: str
    channel: str
    waiting: int
    """Due, and not yet begun."""
    later: int
    """To be sent, or tried again, later."""
    sending: int
    uncertain: int
    """May have arrived; nobody knows."""
    failed_today: int
    """Given up within the last 24 hours."""
    oldest_due: dt.datetime | None
    """Since when the first of those that wait is due."""
    held: int = 0
    """Turned away by the platform for want of quota, or for their pace, and to be sent when it takes them."""


@dataclass(frozen=True, slots=True)
class Status:
    """All numbers of one moment."""

    at: dt.datetime
    queues: tuple[Queue, ...]
    updates_waiting: int
    oldest_update: dt.datetime | None
    announcements_planned: int
    accounts_unreachable: int
    workers: int
    """Processes that share the work; 0 where there is only one."""
    last_backup: dt.datetime | None

    @property
    def oldest_reminder(self) -> dt.datetime | None:
        """Since when the first reminder that waits is due."""
        return min((one.oldest_due for one in self.queues if one.kind == "reminder" and one.oldest_due), default=None)

    @property
    def oldest_due(self) -> dt.datetime | None:
        """Since when the first message of any kind that waits is due."""
        return min((one.oldest_due for one in self.queues if one.oldest_due), default=None)


class Health(Meta):
    """Counting."""

    def status(self, now: dt.datetime) -> Status:
        """All numbers of this moment."""
        counts = self.connection.execute(_QUEUES, {"now": now, "yesterday": now - dt.timedelta(days=1)})
        updates, oldest = self.connection.execute(_UPDATES).one()
        planned = sa.select(sa.func.count()).where(announcement.c.state.in_(("scheduled", "waiting")))
        gone = sa.select(sa.func.count()).where(account.c.state == "blocked", account.c.person_id.is_not(None))
        backup = self.meta(LAST_BACKUP)
        return Status(
            now,
            tuple(Queue(*row) for row in counts),
            updates,
            oldest,
            self.connection.scalar(planned) or 0,
            self.connection.scalar(gone) or 0,
            self.connection.scalar(sa.select(sa.func.count()).select_from(worker)) or 0,
            dt.datetime.fromisoformat(backup) if backup else None,
        )

    def is_current(self) -> bool:
        """Whether the database has this program's schema."""
        return is_current(self.connection)

    def schema(self) -> str:
        """How the database's schema is to this program's: "current", "older", "newer", or "none"."""
        return schema_of(self.connection)


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


_now = sa.bindparam("now", type_=outbox.c.due_at.type)
_queued = outbox.c.state == "queued"
_due = _queued & (outbox.c.due_at <= _now)
_lost = (outbox.c.state == "failed") & (outbox.c.done_at > sa.bindparam("yesterday", type_=outbox.c.done_at.type))
_QUEUES = (
    sa.select(
        outbox.c.kind,
        outbox.c.channel,
        _count(_due),
        _count(_queued & (outbox.c.due_at > _now)),
        _count(outbox.c.state == "sending"),
        _count(outbox.c.state == "uncertain"),
        _count(_lost),
        sa.func.min(sa.case((_due, outbox.c.due_at))),
        _count(_queued & (outbox.c.error == "429")),
    )
    .where(outbox.c.state.in_(("queued", "sending", "uncertain", "failed")))
    .group_by(outbox.c.kind, outbox.c.channel)
    .order_by(outbox.c.kind, outbox.c.channel)
)
_UPDATES = sa.select(sa.func.count(), sa.func.min(inbox.c.received_at)).where(inbox.c.state.in_(NOT_DONE))
