"""Deliveries: claimed, sent, and marked as what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import account, outbox, worker
from bot.storage.withdrawing import call_back

_ELSEWHERE = dt.timedelta(hours=48)
"""After that long without success a person's accounts are not tried in turn any more."""


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
    replaces_id: int | None = None
    """The delivery that this one corrects: edited in place where the platform can."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a delivery: "sent", "failed", "uncertain", or "queued" again for ``due_at``.

    "edited" is a correction that was made in the message it corrects: there is no message of its own.
    """

    id: int
    state: str
    platform_id: str | None = None
    error: str | None = None
    due_at: dt.datetime | None = None
    uncertain: bool = False
    """True where the message may have arrived although nobody said so."""
    spared: bool = False
    """True where the try says nothing about the message: it is not counted."""
    account_gone: bool = False
    """True where the account can't be reached until the person writes again."""
    payload: Mapping[str, Any] | None = None
    """What is kept of the message, where that is less than was sent."""


class Outbox(Room):
    """Claiming and marking."""

    def claim(self, limits: Mapping[str, int], now: dt.datetime, by: str) -> list[Delivery]:
        """Take due messages to send, at most so many for each channel, and record who has begun to send them.

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
            .values(state="sending", started_at=now, worker=by, attempts=outbox.c.attempts + 1)
            .returning(*_DELIVERY)
        )
        return sorted((Delivery(*row) for row in rows), key=lambda delivery: delivery.id)

    def mark(self, results: Sequence[Sent], now: dt.datetime, by: str) -> None:
        """Record what became of deliveries. What another worker has taken over meanwhile is left to it."""
        if not results:
            return
        self.connection.execute(
            _MARK,
            [
                {
                    "row_id": result.id,
                    "by": by,
                    "new_state": result.state,
                    "at": None if result.state == "queued" else now,
                    "platform": result.platform_id,
                    "reason": result.error,
                    "again_at": result.due_at,
                    "maybe": int(result.uncertain),
                    "spared": int(result.spared),
                }
                for result in results
            ],
        )
        for result in results:
            if result.payload is not None:
                done = (outbox.c.id == result.id) & (outbox.c.state == result.state)
                self.connection.execute(outbox.update().where(done).values(payload=result.payload))
            if result.account_gone or (result.state == "failed" and not (result.error or "").startswith("refused")):
                self._elsewhere(result, now)
            elif result.state == "edited":
                self._show_edited(result.id)
        if again := [result.id for result in results if result.state in {"queued", "failed"}]:
            call_back(self, again, now)

    def _elsewhere(self, result: Sent, now: dt.datetime) -> None:
        """Let the person's other account have what this one can't get; what none can get has failed.

        Replies stay where they were asked for, and are tried: they follow from what the person has just written.
        """
        row = self.connection.execute(sa.select(outbox).where(outbox.c.id == result.id)).one()
        if row.state != "failed" or not (result.account_gone or now - row.created_at < _ELSEWHERE):
            return
        here = (outbox.c.channel == row.channel) & (outbox.c.address == row.address)
        other = self.connection.execute(
            _OTHER_ACCOUNT, {"person_id": row.person_id, "channel": row.channel, "address": row.address}
        ).first()
        concerned = outbox.c.id == row.id
        if result.account_gone:
            self.connection.execute(
                account.update()
                .where(account.c.channel == row.channel, account.c.address == row.address)
                .values(state="blocked")
            )
            concerned |= here & (outbox.c.state == "queued")
        concerned &= (outbox.c.kind != "reply") & outbox.c.person_id.is_not_distinct_from(row.person_id)
        values: dict[str, Any] = {"state": "failed", "error": result.error, "done_at": now}
        if other is not None:
            values = {"state": "queued", "channel": other.channel, "address": other.address, "due_at": now}
            arrived = sa.select(_first.c.platform_id).where(_first.c.id == outbox.c.replaces_id).scalar_subquery()
            replaces = sa.case((arrived.is_(None), outbox.c.replaces_id), else_=None)
            values |= {"attempts": 0, "replaces_id": replaces, "done_at": None}
        self.connection.execute(outbox.update().where(concerned).values(values))

    def _show_edited(self, correction_id: int) -> None:
        """The message that was corrected reads as it now stands."""
        row = self.connection.execute(sa.select(outbox).where(outbox.c.id == correction_id)).one()
        shown = {name: value for name, value in row.payload.items() if name != "instead"}
        self.connection.execute(outbox.update().where(outbox.c.id == row.replaces_id).values(payload=shown))

    def platform_id(self, delivery_id: int) -> str | None:
        """The platform's own key of a message that was sent."""
        key: str | None = self.connection.scalar(sa.select(outbox.c.platform_id).where(outbox.c.id == delivery_id))
        return key

    def take_over(self, living: Collection[str], by: str) -> list[Delivery]:
        """Deliveries under way whose worker is none of the living: nobody knows whether they arrived. They are
        ``by``'s now."""
        lost = sa.or_(outbox.c.worker.is_(None), outbox.c.worker.not_in(living))
        rows = self.connection.execute(
            outbox.update().where(outbox.c.state == "sending", lost).values(worker=by).returning(*_DELIVERY)
        )
        return sorted((Delivery(*row) for row in rows), key=lambda delivery: delivery.id)

    def unclaim(self, by: str, but: Collection[int], now: dt.datetime) -> None:
        """What a worker has claimed and never heard of is free again: it was certainly not sent."""
        unheard = (outbox.c.state == "sending") & (outbox.c.worker == by) & outbox.c.id.not_in(but)
        free = outbox.update().where(unheard).values(state="queued").returning(outbox.c.id)
        if again := list(self.connection.scalars(free)):
            call_back(self, again, now)

    def beat(self, name: str) -> dict[str, int]:
        """A sign of life. Returns how often each worker has given one."""
        insert = self.upsert(worker)
        statement = insert.on_conflict_do_update(index_elements=["name"], set_={"beat": worker.c.beat + 1})
        self.connection.execute(statement, {"name": name})
        return {row.name: row.beat for row in self.connection.execute(sa.select(worker))}

    def leave(self, names: Collection[str]) -> None:
        """These workers are no more."""
        self.connection.execute(worker.delete().where(worker.c.name.in_(names)))

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
    outbox.c.replaces_id,
)


def _ripe(table: Any) -> sa.ColumnElement[bool]:
    """Its time has come. What seems to be made or begun in the future comes from a clock that was set back since."""
    now: sa.BindParameter[dt.datetime] = sa.bindparam("now", type_=outbox.c.due_at.type)
    return sa.or_(
        table.c.due_at <= now,
        sa.and_(table.c.created_at > now, table.c.due_at <= table.c.created_at),
        table.c.started_at > now,
    )


_other, _first = outbox.alias(), outbox.alias()
_DUE = (
    sa.select(outbox.c.id)
    .where(
        outbox.c.state == "queued",
        outbox.c.channel == sa.bindparam("channel"),
        _ripe(outbox),
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
                    sa.or_(_ripe(_other), _other.c.attempts > 0),
                ),
            ),
        ),
        # A correction comes after what it corrects, whenever that goes out at last.
        sa.or_(
            outbox.c.replaces_id.is_(None),
            ~sa.exists().where(_first.c.id == outbox.c.replaces_id, _first.c.state.in_(("queued", "sending"))),
        ),
    )
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(sa.bindparam("limit"))
)
_DUE_LOCKED = _DUE.with_for_update(skip_locked=True, of=outbox)
_MARK = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row_id"), outbox.c.state == "sending", outbox.c.worker == sa.bindparam("by"))
    .values(
        state=sa.bindparam("new_state"),
        done_at=sa.bindparam("at"),
        platform_id=sa.bindparam("platform"),
        error=sa.bindparam("reason"),
        due_at=sa.func.coalesce(sa.bindparam("again_at", type_=outbox.c.due_at.type), outbox.c.due_at),
        uncertain=outbox.c.uncertain + sa.bindparam("maybe"),
        attempts=outbox.c.attempts - sa.bindparam("spared"),
    )
)
_OTHER_ACCOUNT = (
    sa.select(account.c.channel, account.c.address)
    .where(
        account.c.person_id == sa.bindparam("person_id"),
        account.c.state == "active",
        sa.or_(account.c.channel != sa.bindparam("channel"), account.c.address != sa.bindparam("address")),
    )
    .order_by(account.c.last_used_at.desc(), account.c.id.desc())
    .limit(1)
)
