"""Announcements: written once, delivered by one statement however many they are for, and followed up."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.payload import pack
from bot.storage.files import Files
from bot.storage.schema import account, acknowledgement, announcement, outbox, person, unit
from bot.storage.turns import PRIORITY
from handlers.records.announcements import (
    Acknowledge,
    Addressee,
    Announcement,
    Audience,
    Progress,
    Reach,
    Received,
    RemindUnread,
    SendAnnouncement,
)
from handlers.reply import Reply

_RANK = {"sent": 0, "uncertain": 1, "sending": 2, "queued": 2, "failed": 3}
"""Of several rounds the best counts, of several parts of one message the worst."""


class Announcements(Files):
    """Answers ``AnnouncementReads``."""

    def reach(self, audience: Audience, author_id: int) -> Reach:
        """How many people an announcement to this audience would go to."""
        reachable = sa.func.count(_home.c.person_id)
        query = (
            sa.select(sa.func.count(), sa.func.count() - reachable)
            .select_from(_reached)
            .where(_addressed(audience, author_id))
        )
        return Reach(*self.connection.execute(query).one())

    def announcement(self, uid: str) -> Announcement | None:
        """The announcement with this key."""
        row = self.connection.execute(_ANNOUNCEMENTS.where(announcement.c.uid == uid)).one_or_none()
        return self._announcement(row) if row else None

    def announcements(self, unit_ids: Sequence[int], limit: int) -> Sequence[Announcement]:
        """The latest announcements by people of these units, newest first."""
        query = _ANNOUNCEMENTS.where(person.c.unit_id.in_(unit_ids)).order_by(announcement.c.id.desc()).limit(limit)
        return [self._announcement(row) for row in self.connection.execute(query).all()]

    def _announcement(self, row: Any) -> Announcement:
        files = tuple(file for key in row.files if (file := self.file(key)))
        return Announcement(
            row.id, row.uid, row.text, files, row.name, row.unit_id, row.created_at, row.rounds, row.reminded_at
        )

    def progress(self, announcement_id: int) -> Progress:
        """What has become of an announcement so far."""
        best: dict[int, dict[str, tuple[int, str, str]]] = defaultdict(dict)
        for row in self.connection.execute(_DELIVERIES, {"announcement_id": announcement_id}):
            part = row.dedupe_key.rsplit(":", 1)[1]
            # "gone: what the platform said" counts as "gone".
            outcome = (_RANK[row.state], row.state, (row.error or "").partition(":")[0])
            best[row.person_id][part] = min(outcome, best[row.person_id].get(part, outcome))
        outcomes = [max(parts.values()) for parts in best.values()]
        states = Counter(state for _, state, _ in outcomes)
        acknowledged = set(self.connection.scalars(_READERS, {"announcement_id": announcement_id}))
        people = self.connection.execute(_ADDRESSEES, {"announcement_id": announcement_id})
        return Progress(
            sent=states["sent"],
            waiting=states["queued"] + states["sending"],
            uncertain=states["uncertain"],
            failed=Counter(error for _, state, error in outcomes if state == "failed"),
            acknowledged=len(acknowledged & set(best)),
            unread=[Addressee(row.name, row.unit_name) for row in people if row.id not in acknowledged],
        )

    def received(self, person_id: int, uid: str | None) -> Received | None:
        """The announcement with this key, or the latest, if it went to this person."""
        query = (
            sa.select(announcement.c.uid, acknowledgement.c.at)
            .join(outbox, outbox.c.announcement_id == announcement.c.id)
            .outerjoin(
                acknowledgement,
                (acknowledgement.c.announcement_id == announcement.c.id) & (acknowledgement.c.person_id == person_id),
            )
            .where(outbox.c.subject == f"person:{person_id}", outbox.c.has_choices)
            .order_by(announcement.c.id.desc())
            .limit(1)
        )
        row = self.connection.execute(query.where(announcement.c.uid == uid) if uid else query).one_or_none()
        found = self.announcement(row.uid) if row else None
        return Received(found, row.at) if row and found else None

    def tell(
        self, announcement_id: int, key: str, message: Reply, chosen: sa.ColumnElement[bool], now: dt.datetime
    ) -> int:
        """Put one message for each chosen person into the outbox, with a row for each file; returns the people."""
        parts = [Reply(message.text, message.choices), *(Reply("", files=(file,)) for file in message.files)]
        reachable = chosen & _home.c.person_id.is_not(None)
        told = [
            self._tell_part(announcement_id, key, number, part, reachable if number else chosen, now)
            for number, part in enumerate(parts)
        ]
        return told[0]

    def _tell_part(
        self,
        announcement_id: int,
        key: str,
        number: int,
        part: Reply,
        chosen: sa.ColumnElement[bool],
        now: dt.datetime,
    ) -> int:
        person_key = sa.cast(person.c.id, sa.Text)
        unreached = _home.c.person_id.is_(None)
        moment = sa.literal(now, outbox.c.created_at.type)
        values: dict[str, sa.ColumnElement[Any]] = {
            "dedupe_key": sa.literal(f"{key}:") + person_key + sa.literal(f":{number}"),
            "kind": sa.literal("announcement"),
            "priority": sa.literal(PRIORITY["announcement"]),
            "channel": sa.func.coalesce(_home.c.channel, ""),
            "address": sa.func.coalesce(_home.c.address, ""),
            "subject": sa.literal("person:") + person_key,
            "person_id": person.c.id,
            "announcement_id": sa.literal(announcement_id),
            "payload": sa.literal(pack(part), outbox.c.payload.type),
            "has_choices": sa.literal(bool(part.choices)),
            "state": sa.case((unreached, "failed"), else_="queued"),
            "error": sa.case((unreached, "no-account"), else_=sa.null()),
            "due_at": moment,
            "created_at": moment,
            "done_at": sa.case((unreached, moment), else_=sa.null()),
        }
        query = sa.select(*values.values()).select_from(_reached).where(chosen).order_by(person.c.id)
        insert = self.upsert(outbox).from_select(list(values), query)
        return self.connection.execute(insert.on_conflict_do_nothing(index_elements=["dedupe_key"])).rowcount


def _addressed(audience: Audience, author_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        person.c.unit_id.in_(audience.unit_ids),
        person.c.role.in_(audience.roles),
        person.c.removed_at.is_(None),
        person.c.id != author_id,
    )


def _send(tx: Announcements, effect: SendAnnouncement, person_id: int | None, now: dt.datetime) -> None:
    assert person_id is not None
    values = {
        "uid": effect.uid,
        "text": effect.text,
        "audience": {"units": effect.audience.unit_ids, "roles": effect.audience.roles},
        "files": [file.id for file in effect.files],
        "author_id": person_id,
        "created_at": now,
    }
    key = tx.connection.scalar(announcement.insert().returning(announcement.c.id), values)
    assert key is not None
    people = tx.tell(key, f"announcement:{effect.uid}", effect.message, _addressed(effect.audience, person_id), now)
    tx.note(now, person_id, "announce", f"announcement:{key}", people=people)


def _remind(tx: Announcements, effect: RemindUnread, person_id: int | None, now: dt.datetime) -> None:
    key = effect.announcement_id
    addressed = sa.select(outbox.c.person_id).where(outbox.c.announcement_id == key)
    read = sa.select(acknowledgement.c.person_id).where(acknowledgement.c.announcement_id == key)
    unread = person.c.id.in_(addressed) & person.c.id.not_in(read) & person.c.removed_at.is_(None)
    people = tx.tell(key, f"announcement:{key}:again-{effect.round}", effect.message, unread, now)
    tx.connection.execute(
        announcement.update().where(announcement.c.id == key).values(rounds=effect.round, reminded_at=now)
    )
    tx.note(now, person_id, "remind-unread", f"announcement:{key}", people=people, round=effect.round)


def _acknowledge(tx: Announcements, effect: Acknowledge, person_id: int | None, now: dt.datetime) -> None:
    values = {"announcement_id": effect.announcement_id, "person_id": person_id, "at": now}
    tx.connection.execute(tx.upsert(acknowledgement).on_conflict_do_nothing(), values)


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    SendAnnouncement: _send,
    RemindUnread: _remind,
    Acknowledge: _acknowledge,
}
"""For each effect of ``handlers.records.announcements`` the function (transaction, effect, person_id, now)."""

_later = account.alias()
_home = account.alias()
_reached = person.outerjoin(
    _home,
    sa.and_(
        _home.c.person_id == person.c.id,
        _home.c.state == "active",
        # Looked up by index for each person: a ranking of all accounts costs the planner's worst guess.
        ~sa.exists().where(
            _later.c.person_id == person.c.id,
            _later.c.state == "active",
            sa.or_(
                _later.c.last_used_at > _home.c.last_used_at,
                sa.and_(_later.c.last_used_at == _home.c.last_used_at, _later.c.id > _home.c.id),
            ),
        ),
    ),
)
"""People, each with the account used last of those that can be reached, if there is one."""

_ANNOUNCEMENTS = sa.select(announcement, person.c.name, person.c.unit_id).join(
    person, person.c.id == announcement.c.author_id
)
_DELIVERIES = sa.select(outbox.c.person_id, outbox.c.dedupe_key, outbox.c.state, outbox.c.error).where(
    outbox.c.announcement_id == sa.bindparam("announcement_id"), outbox.c.kind == "announcement"
)
_READERS = sa.select(acknowledgement.c.person_id).where(
    acknowledgement.c.announcement_id == sa.bindparam("announcement_id")
)
_ADDRESSEES = (
    sa.select(person.c.id, person.c.name, unit.c.name.label("unit_name"))
    .join(unit, unit.c.id == person.c.unit_id)
    .where(
        person.c.id.in_(
            sa.select(outbox.c.person_id).where(outbox.c.announcement_id == sa.bindparam("announcement_id"))
        ),
        person.c.removed_at.is_(None),
    )
    .order_by(unit.c.name, person.c.name, person.c.id)
)
