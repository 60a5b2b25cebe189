"""Units, people, accounts and enrolment codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage import units
from bot.storage.base import Room
from bot.storage.schema import account, conversation, enrolment_code, outbox, person, unit
from handlers.records.people import (
    NOTICE_VERSION,
    AgreeToNotice,
    Invitation,
    IssueCode,
    Person,
    RecordWrongCode,
    RedeemCode,
    RemovePerson,
    Role,
    Unit,
)


class People(Room):
    """Answers ``PeopleReads``."""

    def person(self, person_id: int) -> Person | None:
        """An active person."""
        row = self.connection.execute(_PERSON, {"person_id": person_id}).one_or_none()
        return _person(row) if row else None

    def unit(self, unit_id: int) -> Unit | None:
        """The unit with this key."""
        row = self.connection.execute(sa.select(*_UNIT).where(unit.c.id == unit_id)).one_or_none()
        return Unit(*row) if row else None

    def units_within(self, unit_id: int) -> Sequence[Unit]:
        """The unit and all active units below it, by name."""
        tree = sa.select(unit.c.id).where(unit.c.id == unit_id).cte(recursive=True)
        tree = tree.union_all(sa.select(unit.c.id).join(tree, unit.c.parent_id == tree.c.id))
        rows = self.connection.execute(
            sa.select(*_UNIT).where(unit.c.id.in_(sa.select(tree.c.id)), unit.c.active).order_by(unit.c.name, unit.c.id)
        )
        return [Unit(*row) for row in rows]

    def former_units(self) -> Sequence[Unit]:
        """Every unit that was merged into another one."""
        return [Unit(*row) for row in self.connection.execute(_FORMER)]

    def people(self, unit_ids: Sequence[int], roles: Sequence[Role]) -> Sequence[Person]:
        """Active people of these units who hold one of these roles."""
        rows = self.connection.execute(_PEOPLE.where(person.c.unit_id.in_(unit_ids), person.c.role.in_(roles)))
        return [_person(row) for row in rows]

    def invitation(self, code_hash: str) -> Invitation | None:
        """What the code with this hash stands for. The row stays locked, so two turns can't use one code."""
        row = self.connection.execute(_INVITATION, {"code_hash": code_hash}).one_or_none()
        if row is None:
            return None
        return Invitation(Unit(*row[:6]), row.role, row.person_name, row.expires_at, row.used_at is not None)

    def all_units(self) -> Sequence[Unit]:
        """Every active unit, the provinces first, for those who set the system up."""
        rows = self.connection.execute(sa.select(*_UNIT).where(unit.c.active).order_by(unit.c.parent_id, unit.c.name))
        return sorted((Unit(*row) for row in rows), key=lambda one: one.parent_id is not None)

    def add_unit(self, name: str, kind: str, parent_id: int | None) -> tuple[Unit, bool]:
        """The unit of this name below this parent, and whether it is new. One that was merged stays so."""
        this = sa.and_(unit.c.name == name, unit.c.parent_id.is_not_distinct_from(parent_id))
        known = self.connection.execute(sa.select(*_UNIT).where(this).order_by(unit.c.active.desc())).first()
        if known:
            return Unit(*known), False
        values = {"name": name, "kind": kind, "parent_id": parent_id}
        return Unit(*self.connection.execute(unit.insert().returning(*_UNIT), values).one()), True


def _person(row: Any) -> Person:
    home = Unit(row.unit_id, row.unit_name, row.unit_kind, row.parent_id)
    return Person(row.id, row.name, row.role, home, row.agreed_version == NOTICE_VERSION)


def _issue(tx: People, effect: IssueCode, person_id: int | None, now: dt.datetime) -> None:
    tx.connection.execute(
        enrolment_code.insert(),
        {
            "code_hash": effect.code_hash,
            "unit_id": effect.unit_id,
            "role": effect.role,
            "person_name": effect.person_name,
            "issued_by": person_id,
            "issued_at": now,
            "expires_at": effect.expires_at,
        },
    )
    tx.note(now, person_id, "issue-code", f"unit:{effect.unit_id}", role=effect.role)


def _redeem(tx: People, effect: RedeemCode, _: int | None, now: dt.datetime) -> None:
    open_code = (enrolment_code.c.code_hash == effect.code_hash) & enrolment_code.c.used_at.is_(None)
    code = tx.connection.execute(sa.select(enrolment_code).where(open_code).with_for_update()).one_or_none()
    if code is None:
        raise LookupError("the code was used in between")
    values = {
        "name": effect.person_name,
        "role": code.role,
        "unit_id": code.unit_id,
        "agreed_version": NOTICE_VERSION,
        "agreed_at": effect.agreed_at,
        "created_at": now,
    }
    new_id = tx.connection.scalar(person.insert().returning(person.c.id), values)
    tx.connection.execute(
        enrolment_code.update().where(enrolment_code.c.id == code.id).values(used_by=new_id, used_at=now)
    )
    tx.connection.execute(
        account.update()
        .where(account.c.id == effect.account_id)
        .values(person_id=new_id, wrong_codes=0, locked_until=None)
    )
    tx.note(now, new_id, "enrol", f"person:{new_id}", code=code.id, notice=NOTICE_VERSION)


def _agree(tx: People, _: AgreeToNotice, person_id: int | None, now: dt.datetime) -> None:
    tx.connection.execute(
        person.update().where(person.c.id == person_id).values(agreed_version=NOTICE_VERSION, agreed_at=now)
    )
    tx.note(now, person_id, "agree", f"person:{person_id}", notice=NOTICE_VERSION)


def _wrong_code(tx: People, effect: RecordWrongCode, _: int | None, now: dt.datetime) -> None:
    tx.connection.execute(
        account.update()
        .where(account.c.id == effect.account_id)
        .values(wrong_codes=effect.wrong_codes, locked_until=effect.locked_until)
    )


def _remove(tx: People, effect: RemovePerson, person_id: int | None, now: dt.datetime) -> None:
    gone = effect.person_id
    tx.connection.execute(person.update().where(person.c.id == gone).values(removed_at=now))
    tx.connection.execute(account.update().where(account.c.person_id == gone).values(person_id=None))
    tx.connection.execute(conversation.delete().where(conversation.c.subject == f"person:{gone}"))
    waiting = (outbox.c.person_id == gone) & (outbox.c.state == "queued") & (outbox.c.kind != "reply")
    tx.connection.execute(outbox.update().where(waiting).values(state="failed", error="removed", done_at=now))
    tx.note(now, person_id, "remove-person", f"person:{gone}")


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    IssueCode: _issue,
    RedeemCode: _redeem,
    AgreeToNotice: _agree,
    RecordWrongCode: _wrong_code,
    RemovePerson: _remove,
    **units.EFFECTS,
}
"""For each effect of ``handlers.records.people`` the function (transaction, effect, person_id, now) that applies it."""

_UNIT = (unit.c.id, unit.c.name, unit.c.kind, unit.c.parent_id, unit.c.successor_id, unit.c.ended_on)
_FORMER = sa.select(*_UNIT).where(unit.c.successor_id.is_not(None)).order_by(unit.c.id)
_PEOPLE = (
    sa.select(
        person.c.id,
        person.c.name,
        person.c.role,
        person.c.unit_id,
        person.c.agreed_version,
        unit.c.name.label("unit_name"),
        unit.c.kind.label("unit_kind"),
        unit.c.parent_id,
    )
    .join(unit, unit.c.id == person.c.unit_id)
    .where(person.c.removed_at.is_(None))
    .order_by(person.c.id)
)
_PERSON = _PEOPLE.where(person.c.id == sa.bindparam("person_id"))
_INVITATION = (
    sa.select(
        *_UNIT,
        enrolment_code.c.role,
        enrolment_code.c.person_name,
        enrolment_code.c.expires_at,
        enrolment_code.c.used_at,
    )
    .join(unit, unit.c.id == enrolment_code.c.unit_id)
    .where(enrolment_code.c.code_hash == sa.bindparam("code_hash"))
    .with_for_update(of=enrolment_code)
)
