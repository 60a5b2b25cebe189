"""Announcements: for whom they are, what became of them, and putting them into the outbox by one statement."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from bot.payload import pack
from bot.storage.files import Files
from bot.storage.groups import Groups
from bot.storage.history import SHOWN
from bot.storage.meta import Meta
from bot.storage.reports import Reports
from bot.storage.schema import account, acknowledgement, announcement, outbox, person, unit
from bot.storage.turns import PRIORITY
from handlers.records.announcements import Addressee, Announcement, Audience, Progress, Reach, Received
from handlers.reply import Reply

_RANK = {"sent": 0, "uncertain": 1, "sending": 2, "queued": 2, "failed": 3}
"""Of several rounds the best counts, of several parts of one message the worst."""

_TWO = "two must agree"
_SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One addressee, as the sheet of an announcement shows them."""

    name: str
    unit_name: str
    role: str
    channel: str
    state: str
    """As in the outbox: of several rounds the best, of several parts the worst."""
    error: str | None
    sent_at: dt.datetime | None
    acknowledged_at: dt.datetime | None


class Announcements(Reports, Files, Groups, Meta):
    """Answers ``AnnouncementReads``."""

    def reach(self, audience: Audience, author_id: int) -> Reach:
        """How many people an announcement to this audience would go to."""
        reachable = sa.func.count(_home.c.person_id)
        meant = self.addressed(audience, author_id)
        query = sa.select(sa.func.count(), sa.func.count() - reachable).select_from(_reached).where(meant)
        people, without = self.connection.execute(query).one()
        names = (
            sa.select(person.c.name, unit.c.name.label("unit_name"))
            .join(unit, unit.c.id == person.c.unit_id)
            .where(meant)
            .order_by(person.c.unit_id, person.c.id)
            .limit(_SAMPLE)
        )
        sample = [Addressee(row.name, row.unit_name) for row in self.connection.execute(names)]
        return Reach(people, without, sample)

    def addressed(self, audience: Audience, author_id: int) -> sa.ColumnElement[bool]:
        """Who is meant, as of now."""
        units = set(audience.unit_ids)
        if audience.not_filed is not None:
            units -= self.filings(*audience.not_filed).keys()
        meant = [
            person.c.unit_id.in_(units),
            person.c.role.in_(audience.roles),
            person.c.removed_at.is_(None),
            person.c.agreed_version.is_not(None),
            person.c.id != author_id,
        ]
        if audience.not_read is not None:
            meant.append(self.not_read(audience.not_read))
        return sa.and_(*meant)

    def not_read(self, announcement_id: int) -> sa.ColumnElement[bool]:
        """People to whom an announcement went, and who have not said that they read it."""
        told = sa.select(outbox.c.person_id).where(
            outbox.c.announcement_id == announcement_id, outbox.c.person_id.is_not(None)
        )
        read = sa.select(acknowledgement.c.person_id).where(acknowledgement.c.announcement_id == announcement_id)
        return sa.and_(person.c.id.in_(told), person.c.id.not_in(read))

    def two_must_agree(self) -> bool:
        """Whether what goes to the whole province needs a second person's approval."""
        return bool(self.meta(_TWO))

    def require_two(self, on: bool) -> None:
        """Say whether it does."""
        self.set_meta(_TWO, on)

    def planned_announcements(self, unit_ids: Sequence[int]) -> Sequence[Announcement]:
        """What people of these units have planned for later or put up for approval, the soonest first."""
        planned = announcement.c.state.in_(("scheduled", "waiting"))
        query = _ANNOUNCEMENTS.where(planned, person.c.unit_id.in_(unit_ids))
        rows = self.connection.execute(query.order_by(announcement.c.send_at, announcement.c.id)).all()
        return [self._announcement(row) for row in rows]

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
            row.id,
            row.uid,
            row.text,
            files,
            row.name,
            row.unit_id,
            row.created_at,
            row.rounds,
            row.reminded_at,
            row.author_id,
            row.state,
            row.send_at or row.created_at,
            row.corrected_at,
        )

    def progress(self, announcement_id: int) -> Progress:
        """What has become of an announcement so far."""
        outcomes = [_outcome(parts) for parts in self._deliveries(announcement_id).values()]
        states = Counter(row.state for row in outcomes)
        acknowledged = set(self.connection.scalars(_READERS, {"announcement_id": announcement_id}))
        people = self.connection.execute(_ADDRESSEES, {"announcement_id": announcement_id}).all()
        corrections: dict[int, str] = {
            row.person_id: row.state
            for row in self.connection.execute(_CORRECTIONS, {"announcement_id": announcement_id})
        }
        return Progress(
            sent=states["sent"],
            waiting=states["queued"] + states["sending"],
            uncertain=states["uncertain"],
            # "gone: what the platform said" counts as "gone".
            failed=Counter((row.error or "").partition(":")[0] for row in outcomes if row.state == "failed"),
            acknowledged=len(acknowledged & {row.person_id for row in outcomes}),
            unread=[Addressee(row.name, row.unit_name) for row in people if row.id not in acknowledged],
            corrections=Counter(corrections.values()),
            groups=self.posted(announcement_id),
            held=any(row.state == "queued" and row.error == "429" for row in outcomes),
        )

    def announcement_lines(self, announcement_id: int) -> list[Line]:
        """Everybody to whom an announcement went, by unit and name, with what became of it."""
        deliveries = self._deliveries(announcement_id)
        acknowledged = {
            row.person_id: row.at
            for row in self.connection.execute(
                sa.select(acknowledgement).where(acknowledgement.c.announcement_id == announcement_id)
            )
        }
        lines = []
        for row in self.connection.execute(_ADDRESSEES, {"announcement_id": announcement_id}):
            found = _outcome(deliveries[row.id])
            went = found.done_at if found.state == "sent" else None
            lines.append(
                Line(
                    row.name,
                    row.unit_name,
                    row.role,
                    found.channel,
                    found.state,
                    found.error,
                    went,
                    acknowledged.get(row.id),
                )
            )
        return lines

    def _deliveries(self, announcement_id: int) -> dict[int, dict[str, Any]]:
        """For each person, of each part of the message the row that went best."""
        best: dict[int, dict[str, Any]] = defaultdict(dict)
        for row in self.connection.execute(_DELIVERIES, {"announcement_id": announcement_id}):
            parts, part = best[row.person_id], row.dedupe_key.rsplit(":", 1)[1]
            if part not in parts or _RANK[row.state] < _RANK[parts[part].state]:
                parts[part] = row
        return best

    def received(self, person_id: int, uid: str | None) -> Received | None:
        """The announcement with this key, or the latest, if it went to this person."""
        query = (
            sa.select(announcement.c.uid, acknowledgement.c.at)
            .join(outbox, outbox.c.announcement_id == announcement.c.id)
            .outerjoin(
                acknowledgement,
                (acknowledgement.c.announcement_id == announcement.c.id) & (acknowledgement.c.person_id == person_id),
            )
            .where(outbox.c.subject == f"person:{person_id}", outbox.c.has_choices, outbox.c.state.in_(SHOWN))
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
        parts = [replace(message, files=()), *(Reply("", files=(file,)) for file in message.files)]
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


def _outcome(parts: dict[str, Any]) -> Any:
    """Of several parts of one message the one that went worst."""
    return max(parts.values(), key=lambda row: _RANK[row.state])


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
_DELIVERIES = sa.select(
    outbox.c.person_id, outbox.c.dedupe_key, outbox.c.state, outbox.c.error, outbox.c.channel, outbox.c.done_at
).where(
    outbox.c.announcement_id == sa.bindparam("announcement_id"),
    outbox.c.kind == "announcement",
    outbox.c.person_id.is_not(None),
)
_CORRECTIONS = (
    sa.select(outbox.c.person_id, outbox.c.state)
    .where(
        outbox.c.announcement_id == sa.bindparam("announcement_id"),
        outbox.c.kind == "correction",
        outbox.c.person_id.is_not(None),
    )
    .order_by(outbox.c.id)
)
_READERS = sa.select(acknowledgement.c.person_id).where(
    acknowledgement.c.announcement_id == sa.bindparam("announcement_id")
)
_ADDRESSEES = (
    sa.select(person.c.id, person.c.name, person.c.role, unit.c.name.label("unit_name"))
    .join(unit, unit.c.id == person.c.unit_id)
    .where(
        person.c.id.in_(
            sa.select(outbox.c.person_id).where(outbox.c.announcement_id == sa.bindparam("announcement_id"))
        ),
        person.c.removed_at.is_(None),
    )
    .order_by(unit.c.name, person.c.name, person.c.id)
)
