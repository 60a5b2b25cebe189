"""Somebody who had enrolled twice becomes one person: all that points at the one points at the other from then on.

Nothing here lists tables: columns that hold a person's key are known from the schema. The audit trail alone stays as
it was written; ``person.same_as_id`` says whom it means.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from bot.storage.erasing import Erasing, person_columns
from bot.storage.people import end_access
from bot.storage.schema import audit, conversation, enrolment_code, metadata, outbox, person
from handlers.records.people import MergePeople


def _merge(tx: Erasing, effect: MergePeople, person_id: int | None, now: dt.datetime) -> None:
    kept, gone = effect.kept_id, effect.gone_id
    both = sa.select(person).where(person.c.id.in_((kept, gone)), person.c.removed_at.is_(None)).order_by(person.c.id)
    units = {row.id: row.unit_id for row in tx.connection.execute(both.with_for_update()).all()}
    if len(units) < 2:
        return  # done before, or one of them has no access any more
    post = sa.or_(enrolment_code.c.links_to == gone, enrolment_code.c.replaces_id == gone)
    unused = enrolment_code.c.used_at.is_(None) & enrolment_code.c.revoked_at.is_(None)
    tx.connection.execute(enrolment_code.update().where(post, unused).values(revoked_at=now))
    if units[kept] == units[gone]:  # what is open is about the unit
        _move_conversation(tx, kept, gone)
    for table in metadata.sorted_tables:
        for column in person_columns(table) if table is not audit else ():
            _point(tx, column, kept, gone)
    theirs = outbox.c.subject == f"person:{gone}"
    tx.connection.execute(outbox.update().where(theirs).values(subject=f"person:{kept}"))
    tx.pass_on_made(gone, kept)
    end_access(tx, gone, now)
    tx.connection.execute(person.update().where(person.c.id == gone).values(same_as_id=kept))
    tx.note(now, person_id, "merge-people", f"person:{kept}", before=gone)


def _move_conversation(tx: Erasing, kept: int, gone: int) -> None:
    """What was open goes on with the person kept, unless that one is in the middle of something."""
    here, there = (conversation.c.subject == f"person:{key}" for key in (gone, kept))
    tx.connection.execute(conversation.delete().where(there, conversation.c.flow.is_(None)))
    if tx.connection.scalar(sa.select(conversation.c.subject).where(there)) is None:
        tx.connection.execute(conversation.update().where(here).values(subject=f"person:{kept}"))


def _point(tx: Erasing, column: sa.Column[Any], kept: int, gone: int) -> None:
    """Rows of the one become the other's; where there can be only one, the other's own stays."""
    table = column.table
    assert isinstance(table, sa.Table)
    for others in _unique_with(table, column):
        own = table.alias()
        same = sa.exists().where(own.c[column.name] == kept, *(own.c[name] == table.c[name] for name in others))
        tx.connection.execute(table.delete().where(column == gone, same))
    tx.connection.execute(table.update().where(column == gone).values({column: kept}))


def _unique_with(table: sa.Table, column: sa.Column[Any]) -> Iterator[list[str]]:
    """The other columns of each key and each unique constraint that this column is part of."""
    for constraint in table.constraints:
        if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint) and column.name in constraint.columns:
            yield [one.name for one in constraint.columns if one.name != column.name]


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {MergePeople: _merge}
"""For each effect about people who had enrolled twice the function (transaction, effect, person_id, now)."""
