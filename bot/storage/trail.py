"""Reading the audit trail. Rows are only ever added, by ``Room.note``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import audit, person, unit
from handlers.records.privacy import AuditLine, Trail


class AuditTrail(Room):
    """Answers the part of ``PrivacyReads`` about the trail."""

    def audit_count(self, trail: Trail) -> int:
        """How many rows of the trail these are."""
        return self.connection.scalar(sa.select(sa.func.count()).select_from(audit).where(*_which(trail))) or 0

    def audit_lines(self, trail: Trail, limit: int, skip: int = 0) -> Sequence[AuditLine]:
        """These rows of the trail, the latest first."""
        query = _LINES.where(*_which(trail)).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit).offset(skip)
        return [AuditLine(*row) for row in self.connection.execute(query)]

    def names(self, person_ids: Sequence[int]) -> Mapping[int, str]:
        """The names of these people, whether they still have access or not."""
        rows = self.connection.execute(sa.select(person.c.id, person.c.name).where(person.c.id.in_(person_ids)))
        return {row.id: row.name for row in rows}

    def people_named(self) -> Sequence[tuple[int, str]]:
        """Keys and names of everybody who has ever been here."""
        return [(row.id, row.name) for row in self.connection.execute(sa.select(person.c.id, person.c.name))]


def _which(trail: Trail) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if trail.people is not None:
        subjects = [f"person:{key}" for key in trail.people]
        found.append(audit.c.person_id.in_(trail.people) | audit.c.object.in_(subjects))
    if trail.actions is not None:
        found.append(audit.c.action.in_(trail.actions))
    if trail.since is not None:
        found.append(audit.c.at >= trail.since)
    if trail.until is not None:
        found.append(audit.c.at < trail.until)
    return found


_LINES: sa.Select[Any] = (
    sa.select(
        audit.c.id,
        audit.c.at,
        audit.c.person_id,
        person.c.name,
        unit.c.name.label("unit_name"),
        audit.c.action,
        audit.c.object,
        audit.c.detail,
    )
    .outerjoin(person, person.c.id == audit.c.person_id)
    .outerjoin(unit, unit.c.id == person.c.unit_id)
)
