"""Units, people and their accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage import units
from bot.storage.base import Room
from bot.storage.schema import account, conversation, enrolment_code, outbox, person, unit
from bot.storage.withdrawing import REMOVED
from handlers.records.people import (
    NOTICE_VERSION,
    AgreeToNotice,
    Linked,
    Person,
    RecordWrongCode,
    RemovePerson,
    Role,
    Unit,
    UnlinkAccount,
)


class People(Room):
    """Answers ``PeopleReads``."""

    def person(self, person_id: int) -> Person | None:
        """An active person."""
        row = self.connection.execute(_PERSON, {"person_id": person_id}).one_or_none()
        return _person(row) if row else None

    def unit(self, unit_id: int) -> Unit | None:
        """The unit with this key."""
        row = self.connection.execute(sa.select(*UNIT).where(unit.c.id == unit_id)).one_or_none()
        return Unit(*row) if row else None

    def units_within(self, unit_id: int) -> Sequence[Unit]:
        """The unit and all active units below it, by name."""
        tree = sa.select(unit.c.id).where(unit.c.id == unit_id).cte(recursive=True)
        tree = tree.union_all(sa.select(unit.c.id).join(tree, unit.c.parent_id == tree.c.id))
        rows = self.connection.execute(
            sa.select(*UNIT).where(unit.c.id.in_(sa.select(tree.c.id)), unit.c.active).order_by(unit.c.name, unit.c.id)
        )
        return [Unit(*row) for row in rows.all()]

    def former_units(self) -> Sequence[Unit]:
        """Every unit that was merged into another one."""
        return [Unit(*row) for row in self.connection.execute(_FORMER)]

    def people(self, unit_ids: Sequence[int], roles: Sequence[Role]) -> Sequence[Person]:
        """Active people of these units who hold one of these roles."""
        rows = self.connection.execute(_PEOPLE.where(person.c.unit_id.in_(unit_ids), person.c.role.in_(roles)))
        return [_person(row) for row in rows]

    def accounts(self, person_ids: Sequence[int]) -> Mapping[int, Sequence[Linked]]:
        """The accounts of each of these people, the latest used first; who has none is left out."""
        found: dict[int, list[Linked]] = {}
        for row in self.connection.execute(_ACCOUNTS.where(account.c.person_id.in_(person_ids))):
            linked = Linked(row.id, row.channel, row.state == "active", row.last_used_at)
            found.setdefault(row.person_id, []).append(linked)
        return found

    def account_at(self, account_id: int) -> tuple[str, str, int | None]:
        """Channel and address of an account, and the person behind it. Raises NoResultFound."""
        columns = sa.select(account.c.channel, account.c.address, account.c.person_id)
        row = self.connection.execute(columns.where(account.c.id == account_id)).one()
        return row.channel, row.address, row.person_id

    def role_at(self, channel: str, address: str) -> Role | None:
        """The role of whoever writes from this address; ``None`` for a stranger."""
        role: Role | None = self.connection.scalar(_ROLE_AT, {"channel": channel, "address": address})
        return role

    def menus_to_show(self, channel: str, edition: str, limit: int) -> list[tuple[int, str, Role | None]]:
        """Accounts of a channel, with address and role, that are shown the commands of another role or edition."""
        role = sa.case((person.c.removed_at.is_(None), person.c.role))
        wanted = sa.func.coalesce(role + f":{edition}", "")
        query = (
            sa.select(account.c.id, account.c.address, role)
            .outerjoin(person, person.c.id == account.c.person_id)
            .where(account.c.channel == channel, account.c.state == "active")
            .where(sa.func.coalesce(account.c.menu, "") != wanted)
            .order_by(account.c.id)
            .limit(limit)
        )
        return [(row[0], row[1], row[2]) for row in self.connection.execute(query)]

    def menu_shown(self, account_id: int, role: Role | None, edition: str) -> None:
        """The account is shown the commands of this role now; of none, those of a stranger."""
        shown = f"{role}:{edition}" if role else None
        self.connection.execute(account.update().where(account.c.id == account_id).values(menu=shown))

    def all_units(self) -> Sequence[Unit]:
        """Every active unit, the provinces first, for those who set the system up."""
        rows = self.connection.execute(sa.select(*UNIT).where(unit.c.active).order_by(unit.c.parent_id, unit.c.name))
        return sorted((Unit(*row) for row in rows), key=lambda one: one.parent_id is not None)

    def add_unit(self, name: str, kind: str, parent_id: int | None) -> tuple[Unit, bool]:
        """The unit of this name below this parent, and whether it is new. One that was merged stays so."""
        this = sa.and_(unit.c.name == name, unit.c.parent_id.is_not_distinct_from(parent_id))
        known = self.connection.execute(sa.select(*UNIT).where(this).order_by(unit.c.active.desc())).first()
        if known:
            return Unit(*known), False
        values = {"name": name, "kind": kind, "parent_id": parent_id}
        return Unit(*self.connection.execute(unit.insert().returning(*UNIT), values).one()), True


def _person(row: Any) -> Person:
    home = Unit(row.unit_id, row.unit_name, row.unit_kind, row.parent_id)
    central = row.parent_id is None or (row.unit_kind == "office" and row.of_province)
    return Person(row.id, row.name, row.role, home, row.agreed_version == NOTICE_VERSION, central)


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


def _unlink(tx: People, effect: UnlinkAccount, person_id: int | None, now: dt.datetime) -> None:
    gone = account.update().where(account.c.id == effect.account_id, account.c.person_id == person_id)
    row = tx.connection.execute(gone.values(person_id=None).returning(account)).one()
    waiting = (outbox.c.person_id == person_id) & (outbox.c.state == "queued")
    waiting &= (outbox.c.channel == row.channel) & (outbox.c.address == row.address)
    other = tx.connection.execute(
        _ACCOUNTS.where(account.c.person_id == person_id, account.c.state == "active")
    ).first()
    if other is not None:
        values = {"channel": other.channel, "address": other.address, "replaces_id": None}
        tx.connection.execute(outbox.update().where(waiting, outbox.c.kind != "reply").values(**values))
    tx.connection.execute(outbox.update().where(waiting).values(**_DROPPED, done_at=now))
    tx.note(now, person_id, "unlink-account", f"account:{row.id}", channel=row.channel)


def _remove(tx: People, effect: RemovePerson, person_id: int | None, now: dt.datetime) -> None:
    end_access(tx, effect.person_id, now)
    theirs = (enrolment_code.c.issued_by == effect.person_id) & enrolment_code.c.used_at.is_(None)
    theirs &= enrolment_code.c.revoked_at.is_(None)
    codes = tx.connection.execute(enrolment_code.update().where(theirs).values(revoked_at=now)).rowcount
    tx.note(now, person_id, "remove-person", f"person:{effect.person_id}", codes=codes)


def end_access(tx: Room, gone: int, now: dt.datetime) -> None:
    """From now on none of this person's accounts, messages, open conversations and codes for linking is theirs."""
    tx.connection.execute(
        person.update().where(person.c.id == gone, person.c.removed_at.is_(None)).values(removed_at=now)
    )
    tx.connection.execute(account.update().where(account.c.person_id == gone).values(person_id=None))
    tx.connection.execute(conversation.delete().where(conversation.c.subject == f"person:{gone}"))
    end_pushes(tx, gone, now)
    linking = (enrolment_code.c.links_to == gone) & enrolment_code.c.used_at.is_(None)
    tx.connection.execute(enrolment_code.update().where(linking).values(revoked_at=now))


def end_pushes(tx: Room, person_id: int, now: dt.datetime) -> None:
    """Nothing that waits to be sent to this person is sent."""
    waiting = (outbox.c.person_id == person_id) & (outbox.c.state == "queued")
    tx.connection.execute(outbox.update().where(waiting).values(**_DROPPED, done_at=now))


_DROPPED = {"state": "failed", "error": REMOVED}

EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    AgreeToNotice: _agree,
    RecordWrongCode: _wrong_code,
    UnlinkAccount: _unlink,
    RemovePerson: _remove,
    **units.EFFECTS,
}
"""For each effect of ``handlers.records.people`` the function (transaction, effect, person_id, now) that applies it."""

UNIT = (unit.c.id, unit.c.name, unit.c.kind, unit.c.parent_id, unit.c.successor_id, unit.c.ended_on)
_FORMER = sa.select(*UNIT).where(unit.c.successor_id.is_not(None)).order_by(unit.c.id)
_above = unit.alias()
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
        _above.c.parent_id.is_(None).label("of_province"),
    )
    .join(unit, unit.c.id == person.c.unit_id)
    .outerjoin(_above, _above.c.id == unit.c.parent_id)
    .where(person.c.removed_at.is_(None))
    .order_by(person.c.id)
)
_PERSON = _PEOPLE.where(person.c.id == sa.bindparam("person_id"))
_ROLE_AT = (
    sa.select(person.c.role)
    .join(account, account.c.person_id == person.c.id)
    .where(account.c.channel == sa.bindparam("channel"), account.c.address == sa.bindparam("address"))
    .where(person.c.removed_at.is_(None))
)
_ACCOUNTS = sa.select(account).order_by(account.c.last_used_at.desc(), account.c.id.desc())
