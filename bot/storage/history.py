"""A chat as its person saw it: what came in and what was sent, in order. There is no other copy of messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import account, inbox, outbox, person, unit
from bot.storage.turns import NOT_DONE

SHOWN = ("sending", "sent", "uncertain")
"""States of a message that has, or may have, reached its chat."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a chat."""

    id: int
    """Its key in the inbox where ``incoming``, else in the outbox."""
    incoming: bool
    at: dt.datetime
    payload: Mapping[str, Any]
    files: Sequence[Mapping[str, Any]] = ()
    """What became of the files that came in, once they were fetched."""
    waiting: bool = False
    """True where an update has not had its turn yet, or a message is on its way: its files may be in the making."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody with an account on a channel; without a name where nobody has enrolled with it."""

    address: str
    name: str | None
    role: str | None
    unit: str | None
    received: int
    """How many messages were sent to this account."""


class History(Room):
    """Looking at chats."""

    def chat(self, channel: str, address: str, limit: int = 200) -> list[Entry]:
        """The latest messages of an address, oldest first."""
        came = self.connection.execute(
            sa.select(inbox)
            .where(inbox.c.channel == channel, inbox.c.address == address)
            .order_by(inbox.c.id.desc())
            .limit(limit)
        )
        went = self.connection.execute(
            sa.select(outbox)
            .where(outbox.c.channel == channel, outbox.c.address == address, outbox.c.state.in_(SHOWN))
            .order_by(outbox.c.started_at.desc(), outbox.c.id.desc())
            .limit(limit)
        )
        entries = [_came(row) for row in came] + [_went(row) for row in went]
        return sorted(entries, key=lambda entry: (entry.at, not entry.incoming, entry.id))[-limit:]

    def entry(self, channel: str, address: str, entry_id: int, *, incoming: bool) -> Entry | None:
        """One message, if it was shown to this address."""
        table = inbox if incoming else outbox
        query = sa.select(table).where(table.c.id == entry_id, table.c.channel == channel, table.c.address == address)
        if not incoming:
            query = query.where(outbox.c.state.in_(SHOWN))
        row = self.connection.execute(query).one_or_none()
        if row is None:
            return None
        return _came(row) if incoming else _went(row)

    def correspondents(self, channel: str) -> list[Correspondent]:
        """Everybody with an account on a channel, in the order in which the accounts were made."""
        received = (
            sa.select(outbox.c.address, sa.func.count().label("number"))
            .where(outbox.c.channel == channel, outbox.c.state.in_(SHOWN))
            .group_by(outbox.c.address)
            .subquery()
        )
        rows = self.connection.execute(
            sa.select(account.c.address, person.c.name, person.c.role, unit.c.name.label("unit"), received.c.number)
            .outerjoin(person, sa.and_(person.c.id == account.c.person_id, person.c.removed_at.is_(None)))
            .outerjoin(unit, unit.c.id == person.c.unit_id)
            .outerjoin(received, received.c.address == account.c.address)
            .where(account.c.channel == channel)
            .order_by(account.c.id)
        )
        return [Correspondent(row.address, row.name, row.role, row.unit, row.number or 0) for row in rows]


def _came(row: Any) -> Entry:
    return Entry(row.id, True, row.received_at, row.payload, row.files or (), row.state in NOT_DONE)


def _went(row: Any) -> Entry:
    return Entry(row.id, False, row.started_at or row.created_at, row.payload, waiting=row.state == "sending")
