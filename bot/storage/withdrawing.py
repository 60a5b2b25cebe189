"""Calling back what is not to be sent any more: what waits, and what would be tried again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import account, announcement, outbox, person

WITHDRAWN = "withdrawn"
"""Why a message was never sent: whoever wanted it has called it back."""
REMOVED = "removed"
"""Why a message was never sent: the account is no longer that person's."""


def withdraw_reminders(tx: Room, now: dt.datetime, about: str, unit_id: int | None = None) -> None:
    """Take what a reminder says ``about`` something out of those that wait to be sent; an empty one is not sent.

    ``about`` is the action that opens the report ("baocao dan-van-kheo 2026-10"), or "deadline:7". What is on its way
    arrives as it is, or is called back when it is to be tried again.
    """
    live = (
        sa.select(outbox.c.id, outbox.c.state, outbox.c.payload)
        .where(outbox.c.state.in_(("queued", "sending")), outbox.c.kind == "reminder", outbox.c.has_choices)
        .order_by(outbox.c.id)
        .with_for_update()
    )
    if unit_id is not None:
        keys = tx.connection.scalars(sa.select(person.c.id).where(person.c.unit_id == unit_id))
        live = live.where(outbox.c.subject.in_([f"person:{key}" for key in keys]))
    for row in tx.connection.execute(live).all():
        if not any(about in part["about"] for part in row.payload.get("parts", ())):
            continue
        if row.state == "queued":
            _take_out(tx, row.id, row.payload, [about], now)
        else:
            noted = {**row.payload, "withdrawn": [*row.payload.get("withdrawn", ()), about]}
            tx.connection.execute(outbox.update().where(outbox.c.id == row.id).values(payload=noted))


def call_back(tx: Room, ids: Collection[int], now: dt.datetime) -> None:
    """Of messages that would be tried again, those that were called back while they were under way are not."""
    again = outbox.c.id.in_(ids) & (outbox.c.state == "queued")
    cancelled = sa.select(announcement.c.id).where(announcement.c.state == "cancelled")
    _fail(tx, again & outbox.c.announcement_id.in_(cancelled), WITHDRAWN, now)
    reminders = sa.select(outbox.c.id, outbox.c.payload).where(again, outbox.c.kind == "reminder")
    for row in tx.connection.execute(reminders).all():
        if about := row.payload.get("withdrawn"):
            _take_out(tx, row.id, row.payload, about, now)
    here = (account.c.channel == outbox.c.channel) & (account.c.address == outbox.c.address)
    others = sa.exists().where(here & account.c.person_id.is_distinct_from(outbox.c.person_id))
    _fail(tx, again & outbox.c.person_id.is_not(None) & others, REMOVED, now)


def _take_out(tx: Room, key: int, payload: Mapping[str, Any], about: Sequence[str], now: dt.datetime) -> None:
    parts = payload["parts"]
    rest = [part for part in parts if not set(about) & set(part["about"])]
    if not rest:
        _fail(tx, outbox.c.id == key, WITHDRAWN, now)
        return
    gone = {action for part in parts if part not in rest for action in part["about"]}
    left = {
        **{name: value for name, value in payload.items() if name != "withdrawn"},
        "parts": rest,
        "text": "\n\n".join(part["text"] for part in rest),
        "choices": [one for one in payload["choices"] if one["action"] not in gone],
    }
    tx.connection.execute(outbox.update().where(outbox.c.id == key).values(payload=left))


def _fail(tx: Room, which: sa.ColumnElement[bool], reason: str, now: dt.datetime) -> None:
    tx.connection.execute(outbox.update().where(which).values(state="failed", error=reason, done_at=now))
