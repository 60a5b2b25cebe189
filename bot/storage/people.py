"""Units, people and accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import person, unit
from handlers.records.people import Person, Role, Unit


class People(Room):
    """Answers ``PeopleReads``."""

    notice_version = "1"

    def person(self, person_id: int) -> Person | None:
        """An active person."""
        row = self.connection.execute(_PERSON, {"person_id": person_id}).one_or_none()
        return self._person(row) if row else None

    def _person(self, row: Any) -> Person:
        home = Unit(row.unit_id, row.unit_name, row.unit_kind, row.parent_id)
        return Person(row.id, row.name, row.role, home, row.agreed_version == self.notice_version)

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

    def people(self, unit_ids: Sequence[int], roles: Sequence[Role]) -> Sequence[Person]:
        """Active people of these units who hold one of these roles."""
        rows = self.connection.execute(_PEOPLE.where(person.c.unit_id.in_(unit_ids), person.c.role.in_(roles)))
        return [self._person(row) for row in rows]


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {}
"""For each effect of ``handlers.records.people`` the function (transaction, effect, person_id, now) that applies it."""

_UNIT = (unit.c.id, unit.c.name, unit.c.kind, unit.c.parent_id)
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
