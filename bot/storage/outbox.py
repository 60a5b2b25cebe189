"""Deliveries: claimed, sent, and marked as what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import account, outbox


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to one account."""

    id: int
    kind: str
    channel: str
    address: str
    person_id: int | None
    payload: Mapping[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a delivery: "sent", "failed", "uncertain", or "queued" again for ``due_at``."""

    id: int
    state: str
    platform_id: str | None = None
    error: str | None = None
    due_at: dt.datetime | None = None
    uncertain: bool = False
    """True where the message may have arrived although nobody said so."""
    account_gone: bool = False
    """True where the account can't be reached until the person writes again."""


class Outbox(Room):
    """Claiming and marking."""

    def claim(self, limits: Mapping[str, int], now: dt.datetime, lease: dt.timedelta) -> list[Delivery]:
        """Take due messages to send, at most so many for each channel, and record that sending has begun.

        Replies come first. Nothing is taken for an address to which something is on its way, and of one address
        only what comes first; so messages to a person arrive in order.
        """
        taken: list[int] = []
        for channel, limit in limits.items():
            if limit > 0:
                taken += self.connection.scalars(
                    _DUE_LOCKED if self.on_postgresql else _DUE, {"channel": channel, "now": now, "limit": limit}
                )
        if not taken:
            return []
        rows = self.connection.execute(
            outbox.update()
            .where(outbox.c.id.in_(taken), outbox.c.state == "queued")
            .values(state="sending", started_at=now, lease_until=now + lease, attempts=outbox.c.attempts + 1)
            .returning(*_DELIVERY)
        )
        return sorted((Delivery(*row) for row in rows), key=lambda delivery: delivery.id)

    def mark(self, results: Sequence[Sent], now: dt.datetime) -> None:
        """Record what became of deliveries."""
        if not results:
            return
        self.connection.execute(
            _MARK,
            [
                {
                    "row_id": result.id,
                    "new_state": result.state,
                    "at": None if result.state == "queued" else now,
                    "platform": result.platform_id,
                    "reason": result.error,
                    "again_at": result.due_at,
                    "maybe": int(result.uncertain),
                }
                for result in results
            ],
        )
        gone = [result.id for result in results if result.account_gone]
        if gone:
            lost = sa.select(outbox.c.channel, outbox.c.address).where(outbox.c.id.in_(gone))
            for row in self.connection.execute(lost).all():
                self.connection.execute(
                    account.update()
                    .where(account.c.channel == row.channel, account.c.address == row.address)
                    .values(state="blocked")
                )

    def interrupted(self, now: dt.datetime) -> list[Delivery]:
        """Deliveries whose sending had begun when their worker went away: nobody knows whether they arrived."""
        rows = self.connection.execute(
            sa.select(*_DELIVERY).where(outbox.c.state == "sending", outbox.c.lease_until < now).order_by(outbox.c.id)
        )
        return [Delivery(*row) for row in rows]

    def extend(self, delivery_ids: Collection[int], until: dt.datetime) -> None:
        """Their worker is alive and still at it."""
        if delivery_ids:
            self.connection.execute(
                outbox.update()
                .where(outbox.c.id.in_(delivery_ids), outbox.c.state == "sending")
                .values(lease_until=until)
            )

    def next_due(self) -> dt.datetime | None:
        """When the next queued message is due."""
        moment: dt.datetime | None = self.connection.scalar(
            sa.select(outbox.c.due_at).where(outbox.c.state == "queued").order_by(outbox.c.due_at).limit(1)
        )
        return moment


_DELIVERY = (
    outbox.c.id,
    outbox.c.kind,
    outbox.c.channel,
    outbox.c.address,
    outbox.c.person_id,
    outbox.c.payload,
    outbox.c.attempts,
)
_other = outbox.alias()
_DUE = (
    sa.select(outbox.c.id)
    .where(
        outbox.c.state == "queued",
        outbox.c.channel == sa.bindparam("channel"),
        outbox.c.due_at <= sa.bindparam("now"),
        ~sa.exists().where(
            _other.c.channel == outbox.c.channel,
            _other.c.address == outbox.c.address,
            sa.or_(
                _other.c.state == "sending",
                sa.and_(
                    _other.c.state == "queued",
                    _other.c.kind == outbox.c.kind,
                    _other.c.id < outbox.c.id,
                    # What is planned for later holds nothing back; what is to be tried again does.
                    sa.or_(_other.c.due_at <= sa.bindparam("now"), _other.c.attempts > 0),
                ),
            ),
        ),
    )
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(sa.bindparam("limit"))
)
_DUE_LOCKED = _DUE.with_for_update(skip_locked=True, of=outbox)
_MARK = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row_id"))
    .values(
        state=sa.bindparam("new_state"),
        done_at=sa.bindparam("at"),
        platform_id=sa.bindparam("platform"),
        error=sa.bindparam("reason"),
        due_at=sa.func.coalesce(sa.bindparam("again_at", type_=outbox.c.due_at.type), outbox.c.due_at),
        uncertain=outbox.c.uncertain + sa.bindparam("maybe"),
        lease_until=None,
    )
)
