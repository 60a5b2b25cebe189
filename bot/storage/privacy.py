"""Personal data: what is held on somebody, what they ask about it, consent, and who has seen what of whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.storage.base import Room
from bot.storage.erasing import Erasing, person_columns
from bot.storage.people import People, end_pushes
from bot.storage.schema import (
    account,
    acknowledgement,
    audit,
    conversation,
    data_request,
    inbox,
    metadata,
    outbox,
    person,
    report,
    unanswered,
)
from bot.storage.withdrawing import WITHDRAWN
from handlers.records.privacy import (
    AskAboutData,
    DataRequest,
    DecideRequest,
    DeclineNotice,
    Held,
    MovePerson,
    NoteAccess,
    RenamePerson,
    WithdrawConsent,
)

_ASKED = {"correct": "ask-correction", "erase": "ask-erasure", "withdraw": "ask-withdrawal"}
_KEPT = "kept for"
_OPEN = data_request.c.outcome.is_(None)


class Privacy(People, Erasing):
    """Answers the part of ``PrivacyReads`` about people."""

    def held(self, person_id: int) -> Held:
        """What is held on this person. Raises NoResultFound for nobody."""
        row = self.connection.execute(sa.select(person).where(person.c.id == person_id)).one()
        homes = self.connection.execute(
            sa.select(account.c.channel, account.c.address)
            .where(account.c.person_id == person_id)
            .order_by(account.c.id)
        ).all()

        def count(table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
            return self.connection.scalar(sa.select(sa.func.count()).select_from(table).where(*which)) or 0

        came = sa.tuple_(inbox.c.channel, inbox.c.address).in_([(one.channel, one.address) for one in homes])
        return Held(
            row.agreed_version,
            row.agreed_at,
            row.created_at,
            [(one.channel, one.address) for one in homes],
            reports=count(report, report.c.person_id == person_id, report.c.state != "draft"),
            drafts=count(report, report.c.person_id == person_id, report.c.state == "draft"),
            received=count(inbox, came) if homes else 0,
            sent=count(outbox, outbox.c.person_id == person_id),
            questions=count(unanswered, unanswered.c.person_id == person_id),
            read=count(acknowledgement, acknowledgement.c.person_id == person_id),
            actions=count(audit, audit.c.person_id == person_id),
            kept=self.meta(_KEPT) or {},
        )

    def note_kept(self, messages: int, reports: int, audits: int) -> None:
        """For how many days messages, and for how many years (0: always) reports and the audit trail are kept."""
        kept = {"messages": messages, "reports": reports, "audit": audits}
        if self.meta(_KEPT) != kept:
            self.set_meta(_KEPT, kept)

    def everything_on(self, person_id: int) -> Iterator[tuple[sa.Table, list[Any]]]:
        """Each table with all its rows that this person has to do with: known from the schema, so none is left out."""
        homes = sa.select(account.c.channel, account.c.address).where(account.c.person_id == person_id)
        own: dict[sa.Table, sa.ColumnElement[bool]] = {
            person: person.c.id == person_id,
            audit: audit.c.person_id.in_(sa.select(person.c.id).where(person.c.same_as_id == person_id)),
            inbox: sa.tuple_(inbox.c.channel, inbox.c.address).in_(homes),
            conversation: conversation.c.subject == f"person:{person_id}",
        }
        for table in metadata.sorted_tables:
            conditions = [column == person_id for column in person_columns(table)]
            if table in own:
                conditions.append(own[table])
            if conditions:
                query = sa.select(table).where(sa.or_(*conditions)).order_by(*table.primary_key.columns)
                yield table, list(self.connection.execute(query).all())

    def next_request(self) -> int:
        """The number that the next request gets."""
        return (self.connection.scalar(sa.select(sa.func.max(data_request.c.number))) or 0) + 1

    def requests_of(self, person_id: int) -> Sequence[DataRequest]:
        """This person's requests, the latest first."""
        mine = sa.select(data_request).where(data_request.c.person_id == person_id)
        return [
            self._request(row) for row in self.connection.execute(mine.order_by(data_request.c.number.desc())).all()
        ]

    def open_requests(self, unit_ids: Sequence[int]) -> Sequence[DataRequest]:
        """Requests of people of these units that nobody has answered, those due first first."""
        query = sa.select(data_request).join(person, person.c.id == data_request.c.person_id)
        query = query.where(_OPEN, person.c.unit_id.in_(unit_ids)).order_by(data_request.c.due_at, data_request.c.id)
        return [self._request(row) for row in self.connection.execute(query).all()]

    def data_request(self, number: int) -> DataRequest | None:
        """The request with this number."""
        if number >= 2**31:
            return None
        row = self.connection.execute(sa.select(data_request).where(data_request.c.number == number)).one_or_none()
        return self._request(row) if row else None

    def _request(self, row: Any) -> DataRequest:
        return DataRequest(
            row.number,
            self.person(row.person_id),
            row.kind,
            row.text,
            row.asked_at,
            row.due_at,
            row.outcome,
            row.reason,
            row.decided_at,
        )


def _ask(tx: Privacy, effect: AskAboutData, person_id: int | None, now: dt.datetime) -> None:
    values = {
        "number": effect.number,
        "person_id": person_id,
        "kind": effect.kind,
        "text": effect.text,
        "asked_at": now,
        "due_at": effect.due_at,
    }
    tx.connection.execute(data_request.insert(), values)
    tx.note(now, person_id, _ASKED[effect.kind], f"request:{effect.number}")


def _decide(tx: Privacy, effect: DecideRequest, person_id: int | None, now: dt.datetime) -> None:
    this = data_request.update().where(data_request.c.number == effect.number, _OPEN)
    values = {"outcome": effect.outcome, "reason": effect.reason, "decided_by": person_id, "decided_at": now}
    whose = tx.connection.execute(this.values(**values).returning(data_request.c.person_id)).one_or_none()
    if whose is None:
        raise IntegrityError("the request was answered in between", None, LookupError())
    reminders = outbox.c.dedupe_key.like(f"request-due:{effect.number}:%") & (outbox.c.state == "queued")
    tx.connection.execute(outbox.update().where(reminders).values(state="failed", error=WITHDRAWN, done_at=now))
    action = "grant-request" if effect.outcome == "done" else "refuse-request"
    tx.note(now, person_id, action, f"request:{effect.number}", person=whose.person_id)


def _rename(tx: Privacy, effect: RenamePerson, person_id: int | None, now: dt.datetime) -> None:
    tx.connection.execute(person.update().where(person.c.id == person_id).values(name=effect.name))
    tx.note(now, person_id, "rename-person", f"person:{person_id}")


def _move(tx: Privacy, effect: MovePerson, person_id: int | None, now: dt.datetime) -> None:
    tx.connection.execute(person.update().where(person.c.id == effect.person_id).values(unit_id=effect.unit_id))
    tx.connection.execute(conversation.delete().where(conversation.c.subject == f"person:{effect.person_id}"))
    tx.note(now, person_id, "move-person", f"person:{effect.person_id}", unit=effect.unit_id)


def _decline(tx: Privacy, _: DeclineNotice, person_id: int | None, now: dt.datetime) -> None:
    assert person_id is not None
    _end_consent(tx, person_id, now)
    tx.note(now, person_id, "decline-notice", f"person:{person_id}")


def _withdraw(tx: Privacy, effect: WithdrawConsent, person_id: int | None, now: dt.datetime) -> None:
    _end_consent(tx, effect.person_id, now)
    tx.note(now, person_id, "withdraw-consent", f"person:{effect.person_id}")


def _end_consent(tx: Room, person_id: int, now: dt.datetime) -> None:
    tx.connection.execute(person.update().where(person.c.id == person_id).values(agreed_version=None, agreed_at=None))
    end_pushes(tx, person_id, now)


def _note_access(tx: Room, effect: NoteAccess, person_id: int | None, now: dt.datetime) -> None:
    people = {"people": sorted(set(effect.people))} if effect.people else {}
    tx.note(now, person_id, effect.action, effect.subject, **people)


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    AskAboutData: _ask,
    DecideRequest: _decide,
    RenamePerson: _rename,
    MovePerson: _move,
    DeclineNotice: _decline,
    WithdrawConsent: _withdraw,
    NoteAccess: _note_access,
}
"""For each effect of ``handlers.records.privacy`` but erasing the function that applies it."""
