"""Units that end in another one, and units that get another name: what they have sent stays what it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.storage.base import Room
from bot.storage.schema import VIETNAM, deadline, enrolment_code, person, report, report_version, unit
from handlers.records.people import MergeUnit, RenameUnit


def _merge(tx: Room, effect: MergeUnit, person_id: int | None, now: dt.datetime) -> None:
    old, new = effect.unit_id, effect.into_id
    both = sa.select(unit.c.id, unit.c.kind, unit.c.parent_id).where(unit.c.id.in_((old, new)), unit.c.active)
    found = {row.id: row for row in tx.connection.execute(both.order_by(unit.c.id).with_for_update())}
    if len(found) != 2 or found[old].kind != found[new].kind or found[new].parent_id == old:
        raise IntegrityError("one of them is no longer a unit of that kind", None, LookupError())
    ended = {"active": False, "successor_id": new, "ended_on": effect.on}
    tx.connection.execute(unit.update().where(unit.c.id == old).values(**ended))
    tx.connection.execute(unit.update().where(unit.c.parent_id == old, unit.c.active).values(parent_id=new))
    people = tx.connection.execute(person.update().where(person.c.unit_id == old).values(unit_id=new)).rowcount
    unused = sa.and_(enrolment_code.c.unit_id == old, enrolment_code.c.used_at.is_(None))
    tx.connection.execute(enrolment_code.update().where(unused).values(unit_id=new))
    _move_drafts(tx, old, new)
    _settle_reports(tx, old, now)
    _move_deadlines(tx, old, new)
    tx.note(now, person_id, "merge-unit", f"unit:{old}", into=new, on=effect.on.isoformat(), people=people)


def _move_drafts(tx: Room, old: int, new: int) -> None:
    """Nobody can go on with a draft of a unit that has ended; where the successor has begun its own, that one holds."""
    its = report.alias()
    own = sa.exists().where(its.c.unit_id == new, its.c.form == report.c.form, its.c.period == report.c.period)
    draft = sa.and_(report.c.unit_id == old, report.c.state == "draft", ~own)
    tx.connection.execute(report.update().where(draft).values(unit_id=new))


def _settle_reports(tx: Room, old: int, now: dt.datetime) -> None:
    """Nobody can mend what a unit that has ended has sent: what was returned waits for review again as it is, and a
    correction that was in hand is kept beside the versions."""
    columns = sa.select(
        report.c.id, report.c.version, report.c.form_version, report.c.correction, report.c.corrector_id
    )
    rows = tx.connection.execute(columns.where(report.c.unit_id == old, report.c.correction.is_not(None))).all()
    if rows:
        kept = [
            {
                "report_id": row.id,
                "number": row.version,
                "event": "overtaken",
                "answers": row.correction,
                "form_version": row.form_version,
                "person_id": row.corrector_id,
                "at": now,
            }
            for row in rows
        ]
        tx.connection.execute(report_version.insert(), kept)
        settled = {"correction": sa.null(), "corrector_id": None}
        tx.connection.execute(report.update().where(report.c.id.in_([row.id for row in rows])).values(**settled))
    waiting = sa.case((report.c.version == 1, "submitted"), else_="resubmitted")
    returned = sa.and_(report.c.unit_id == old, report.c.state == "returned")
    tx.connection.execute(report.update().where(returned).values(state=waiting, reason=None, to_mend=sa.null()))


def _move_deadlines(tx: Room, old: int, new: int) -> None:
    """What was asked of the old unit by name is asked of the successor."""
    for row in tx.connection.execute(sa.select(deadline.c.id, deadline.c.audience)).all():
        named = {key: row.audience[key] for key in ("units", "within") if old in row.audience.get(key, ())}
        moved = {key: list(dict.fromkeys(new if one == old else one for one in ids)) for key, ids in named.items()}
        if moved:
            values = {"audience": {**row.audience, **moved}}
            tx.connection.execute(deadline.update().where(deadline.c.id == row.id).values(**values))


def _rename(tx: Room, effect: RenameUnit, person_id: int | None, now: dt.datetime) -> None:
    columns = sa.select(unit.c.name, unit.c.former_names).where(unit.c.id == effect.unit_id, unit.c.active)
    row = tx.connection.execute(columns.with_for_update()).one_or_none()
    if row is None:
        raise IntegrityError("it is no longer a unit", None, LookupError())
    names = [*(row.former_names or ()), row.name]
    tx.connection.execute(unit.update().where(unit.c.id == effect.unit_id).values(name=effect.name, former_names=names))
    first_day = dt.datetime.combine(effect.on, dt.time(), VIETNAM)
    before = sa.and_(report.c.unit_id == effect.unit_id, report.c.submitted_at < first_day, report.c.unit_was.is_(None))
    tx.connection.execute(report.update().where(before).values(unit_was=row.name))
    tx.note(now, person_id, "rename-unit", f"unit:{effect.unit_id}", before=row.name, after=effect.name)


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {MergeUnit: _merge, RenameUnit: _rename}
"""For each effect about units in ``handlers.records.people`` the function that applies it."""
