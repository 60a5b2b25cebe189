"""Registered groups: accounts that belong to a unit instead of a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.payload import pack
from bot.storage.base import Room
from bot.storage.schema import account, outbox
from bot.storage.turns import PRIORITY
from handlers.records.groups import DropGroup, Group, RegisterGroup
from handlers.reply import Reply

_REGISTERED = sa.select(account.c.id, account.c.group_title, account.c.group_unit_id).where(
    account.c.group_unit_id.is_not(None)
)


class Groups(Room):
    """Answers ``GroupReads``."""

    def group(self, account_id: int) -> Group | None:
        """The group behind this account, if it is registered."""
        row = self.connection.execute(_REGISTERED.where(account.c.id == account_id)).one_or_none()
        return Group(*row) if row else None

    def groups(self, unit_ids: Sequence[int]) -> Sequence[Group]:
        """The registered groups of these units that can be written to, by title."""
        meant = account.c.group_unit_id.in_(unit_ids) & (account.c.state == "active")
        rows = self.connection.execute(_REGISTERED.where(meant).order_by(account.c.group_title, account.c.id))
        return [Group(*row) for row in rows]

    def post(
        self, announcement_id: int, key: str, message: Reply, account_ids: Sequence[int], now: dt.datetime
    ) -> None:
        """Put an announcement into the outbox for these groups, as far as they are registered still."""
        meant = account.c.id.in_(account_ids) & account.c.group_unit_id.is_not(None)
        parts = [Reply(message.text, message.choices), *(Reply("", files=(file,)) for file in message.files)]
        rows = [
            {
                "dedupe_key": f"{key}:group-{row.id}:{number}",
                "kind": "announcement",
                "priority": PRIORITY["announcement"],
                "channel": row.channel,
                "address": row.address,
                "subject": f"account:{row.id}",
                "announcement_id": announcement_id,
                "payload": pack(part),
                "has_choices": bool(part.choices),
                "state": "queued",
                "due_at": now,
                "created_at": now,
            }
            for row in self.connection.execute(sa.select(account).where(meant).order_by(account.c.id)).all()
            for number, part in enumerate(parts)
        ]
        if rows:
            self.connection.execute(self.upsert(outbox).on_conflict_do_nothing(index_elements=["dedupe_key"]), rows)

    def posted(self, announcement_id: int) -> Sequence[tuple[str, str]]:
        """The title of each group to which an announcement went, and what has become of it there."""
        query = (
            sa.select(account.c.group_title, outbox.c.state)
            .join(account, sa.and_(account.c.channel == outbox.c.channel, account.c.address == outbox.c.address))
            .where(outbox.c.announcement_id == announcement_id, outbox.c.person_id.is_(None), outbox.c.has_choices)
            .where(outbox.c.kind == "announcement")
            .order_by(outbox.c.id)
        )
        return [(row.group_title or "", row.state) for row in self.connection.execute(query)]


def _register(tx: Groups, effect: RegisterGroup, person_id: int | None, now: dt.datetime) -> None:
    _set(tx, effect.account_id, effect.title, effect.unit_id)
    tx.note(now, person_id, "register-group", f"account:{effect.account_id}", unit=effect.unit_id)


def _drop(tx: Groups, effect: DropGroup, person_id: int | None, now: dt.datetime) -> None:
    _set(tx, effect.account_id, None, None)
    tx.note(now, person_id, "drop-group", f"account:{effect.account_id}")


def _set(tx: Groups, account_id: int, title: str | None, unit_id: int | None) -> None:
    values = {"group_title": title, "group_unit_id": unit_id}
    tx.connection.execute(account.update().where(account.c.id == account_id).values(values))


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {RegisterGroup: _register, DropGroup: _drop}
"""For each effect of ``handlers.records.groups`` the function (transaction, effect, person_id, now)."""
