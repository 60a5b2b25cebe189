"""What is done with announcements: planned, approved, sent, withdrawn, corrected, read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.payload import pack, unpack
from bot.storage.announcements import Announcements
from bot.storage.schema import acknowledgement, announcement, outbox, person
from bot.storage.turns import PRIORITY
from bot.storage.withdrawing import WITHDRAWN
from handlers.records.announcements import (
    Acknowledge,
    Audience,
    CorrectAnnouncement,
    DecideAnnouncement,
    RemindUnread,
    RequireTwo,
    SendAnnouncement,
    WithdrawAnnouncement,
)


class Announcing(Announcements):
    """Sending what was planned, when its time has come."""

    def release(self, now: dt.datetime) -> int:
        """Send every announcement whose time has come; returns the number of people."""
        due = sa.select(announcement).where(announcement.c.state == "scheduled", announcement.c.send_at <= now)
        rows = self.connection.execute(due.order_by(announcement.c.id).with_for_update(skip_locked=True)).all()
        return sum(self.send_out(row, now) for row in rows)

    def send_out(self, row: Any, now: dt.datetime) -> int:
        """Send one, a row of the table, to whoever its audience is by now."""
        wanted = row.audience
        filed, unread = wanted.get("not_filed"), wanted.get("not_read")
        audience = Audience(tuple(wanted["units"]), tuple(wanted["roles"]), tuple(filed) if filed else None, unread)
        meant = self.addressed(audience, row.author_id)
        people = self.tell(row.id, f"announcement:{row.uid}", unpack(row.message), meant, now)
        self.post(row.id, f"announcement:{row.uid}", unpack(row.message), wanted.get("groups", ()), now)
        self.connection.execute(
            announcement.update().where(announcement.c.id == row.id).values(state="sent", send_at=now)
        )
        self.note(now, row.author_id, "announce", f"announcement:{row.id}", people=people)
        return people


def _send(tx: Announcing, effect: SendAnnouncement, person_id: int | None, now: dt.datetime) -> None:
    audience = asdict(effect.audience)
    values = {
        "uid": effect.uid,
        "text": effect.text,
        "audience": {"units": audience.pop("unit_ids"), **{name: value for name, value in audience.items() if value}},
        "files": [file.id for file in effect.files],
        "author_id": person_id,
        "created_at": now,
        "send_at": effect.send_at or now,
        "message": pack(effect.message),
        "state": "waiting" if effect.approval else "scheduled",
    }
    row = tx.connection.execute(announcement.insert().returning(announcement), values).one()
    if effect.approval:
        tx.note(now, person_id, "ask-approval", f"announcement:{row.id}", at=row.send_at.isoformat())
    elif row.send_at > now:
        tx.note(now, person_id, "plan-announcement", f"announcement:{row.id}", at=row.send_at.isoformat())
    else:
        tx.send_out(row, now)


def _decide(tx: Announcing, effect: DecideAnnouncement, person_id: int | None, now: dt.datetime) -> None:
    values = {"state": "scheduled" if effect.approve else "refused", "decided_by": person_id, "decided_at": now}
    row = _change(tx, effect.announcement_id, announcement.c.state == "waiting", values)
    done = "approve-announcement" if effect.approve else "refuse-announcement"
    tx.note(now, person_id, done, f"announcement:{row.id}")
    if effect.approve and row.send_at <= now:
        tx.send_out(row, now)


def _withdraw(tx: Announcing, effect: WithdrawAnnouncement, person_id: int | None, now: dt.datetime) -> None:
    live = announcement.c.state.in_(("waiting", "scheduled", "sent"))
    row = _change(tx, effect.announcement_id, live, {"state": "cancelled"})
    waiting = (outbox.c.announcement_id == row.id) & (outbox.c.state == "queued")
    left = tx.connection.execute(
        outbox.update().where(waiting).values(state="failed", error=WITHDRAWN, done_at=now)
    ).rowcount
    tx.note(now, person_id, "withdraw-announcement", f"announcement:{row.id}", withdrawn=left)


def _correct(tx: Announcing, effect: CorrectAnnouncement, person_id: int | None, now: dt.datetime) -> None:
    key = effect.announcement_id
    before = tx.connection.scalar(sa.select(announcement.c.text).where(announcement.c.id == key))
    values = {"text": effect.text, "message": pack(effect.message), "corrected_at": now}
    _change(tx, key, announcement.c.state == "sent", values)
    payload = pack(effect.message)
    texts = (outbox.c.announcement_id == key) & outbox.c.has_choices
    queued = texts & (outbox.c.state == "queued")
    first, waiting = queued & (outbox.c.kind == "announcement"), queued & (outbox.c.kind == "correction")
    tx.connection.execute(outbox.update().where(first).values(payload=payload))
    tx.connection.execute(outbox.update().where(waiting).values(payload={**payload, "instead": effect.instead}))
    # Of each person the latest that went out, unless a correction of it is waiting still.
    latest = (
        sa.select(sa.func.max(outbox.c.id))
        .where(texts, outbox.c.kind == "announcement", outbox.c.state.in_(("sent", "sending", "uncertain")))
        .group_by(outbox.c.person_id, sa.case((outbox.c.person_id.is_(None), outbox.c.subject)))
    )
    pending = sa.select(outbox.c.replaces_id).where(waiting, outbox.c.replaces_id.is_not(None))
    moment = sa.literal(now, outbox.c.created_at.type)
    corrected = (outbox.c.announcement_id == key) & (outbox.c.kind == "correction")
    before_this = tx.connection.scalar(sa.select(sa.func.count()).where(corrected))
    columns: dict[str, Any] = {
        # Two corrections of one moment are two: they are told apart by how many copies there were before.
        "dedupe_key": sa.literal(f"correction:{key}:{before_this}:") + sa.cast(outbox.c.id, sa.Text),
        "kind": sa.literal("correction"),
        "priority": sa.literal(PRIORITY["correction"]),
        **{name: outbox.c[name] for name in ("channel", "address", "subject", "person_id", "announcement_id")},
        "payload": sa.literal({**payload, "instead": effect.instead}, outbox.c.payload.type),
        "has_choices": sa.literal(True),
        "state": sa.literal("queued"),
        "due_at": moment,
        "created_at": moment,
        "replaces_id": outbox.c.id,
    }
    rows = sa.select(*columns.values()).where(outbox.c.id.in_(latest), outbox.c.id.not_in(pending))
    told = tx.connection.execute(outbox.insert().from_select(list(columns), rows)).rowcount
    tx.note(now, person_id, "correct-announcement", f"announcement:{key}", before=before, people=told)


def _require(tx: Announcing, effect: RequireTwo, person_id: int | None, now: dt.datetime) -> None:
    tx.require_two(effect.on)
    tx.note(now, person_id, "require-two" if effect.on else "require-one", "announcements")


def _remind(tx: Announcing, effect: RemindUnread, person_id: int | None, now: dt.datetime) -> None:
    key = effect.announcement_id
    unread = tx.not_read(key) & person.c.removed_at.is_(None)
    people = tx.tell(key, f"announcement:{key}:again-{effect.round}", effect.message, unread, now)
    tx.connection.execute(
        announcement.update().where(announcement.c.id == key).values(rounds=effect.round, reminded_at=now)
    )
    tx.note(now, person_id, "remind-unread", f"announcement:{key}", people=people, round=effect.round)


def _acknowledge(tx: Announcing, effect: Acknowledge, person_id: int | None, now: dt.datetime) -> None:
    values = {"announcement_id": effect.announcement_id, "person_id": person_id, "at": now}
    tx.connection.execute(tx.upsert(acknowledgement).on_conflict_do_nothing(), values)


def _change(tx: Announcing, key: int, allowed: sa.ColumnElement[bool], values: dict[str, Any]) -> Any:
    """Change an announcement that is still as the turn saw it; else the turn decides again."""
    row = tx.connection.execute(
        announcement.update().where(announcement.c.id == key, allowed).values(values).returning(announcement)
    ).one_or_none()
    if row is None:
        raise IntegrityError("the announcement has changed", None, LookupError())
    return row


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    SendAnnouncement: _send,
    DecideAnnouncement: _decide,
    WithdrawAnnouncement: _withdraw,
    CorrectAnnouncement: _correct,
    RequireTwo: _require,
    RemindUnread: _remind,
    Acknowledge: _acknowledge,
}
"""For each effect of ``handlers.records.announcements`` the function (transaction, effect, person_id, now)."""
