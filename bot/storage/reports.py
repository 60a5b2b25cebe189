"""Reports: drafts that are saved with every answer, and what was submitted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.storage.base import Room
from bot.storage.schema import person, report, unit
from handlers.records.people import Unit
from handlers.records.reports import DropDraft, Report, SaveAnswer, StartDraft, SubmitReport, TakeOverDraft


class Reports(Room):
    """Answers ``ReportReads``."""

    def report(self, unit_id: int, form: str, period: str) -> Report | None:
        """The one report, draft or submitted, of a unit for a period."""
        row = self.connection.execute(_ONE, {"unit_id": unit_id, "form": form, "period": period}).one_or_none()
        return _report(row) if row else None

    def report_by_receipt(self, receipt: str) -> Report | None:
        """The submitted report with this receipt number."""
        row = self.connection.execute(_BY_RECEIPT, {"receipt": receipt}).one_or_none()
        return _report(row) if row else None

    def drafts(self, unit_id: int) -> Sequence[Report]:
        """The unit's unfinished reports, the latest touched first."""
        return [_report(row) for row in self.connection.execute(_DRAFTS, {"unit_id": unit_id})]

    def submitted(self, unit_id: int, limit: int) -> Sequence[Report]:
        """The unit's submitted reports, the newest first."""
        return [_report(row) for row in self.connection.execute(_SUBMITTED, {"unit_id": unit_id, "most": limit})]

    def reports(self, form: str, period: str, unit_ids: Collection[int]) -> Sequence[Report]:
        """The submitted reports of these units for a period."""
        wanted = frozenset(unit_ids)
        rows = self.connection.execute(_OF_PERIOD, {"form": form, "period": period})
        return [_report(row) for row in rows if row.unit_id in wanted]

    def answers(self, form: str, period: str, unit_ids: Collection[int]) -> Sequence[Mapping[str, Any]]:
        """The answers alone of the submitted reports of these units for a period."""
        wanted = frozenset(unit_ids)
        rows = self.connection.execute(_ANSWERS, {"form": form, "period": period})
        return [answers for unit_id, answers in rows if unit_id in wanted]

    def filings(self, form: str, period: str) -> Mapping[int, bool]:
        """Which units have submitted their report for a period, and whether late."""
        rows = self.connection.execute(_FILED, {"form": form, "period": period})
        return {row.unit_id: row.late for row in rows}

    def filed(self, form: str, period: str, unit_ids: Collection[int]) -> set[int]:
        """Which of these units have submitted their report for a period."""
        return self.filings(form, period).keys() & set(unit_ids)

    def every_report(self) -> Iterator[Report]:
        """All submitted reports of all units, form by form, oldest first."""
        for row in self.connection.execute(_EVERY):
            yield _report(row)


def _report(row: Any) -> Report:
    return Report(
        Unit(row.unit_id, row.unit_name, row.unit_kind, row.parent_id),
        row.form,
        row.form_version,
        row.period,
        row.state,
        row.answers,
        row.person_id,
        row.person_name,
        row.receipt,
        row.late,
        row.started_at,
        row.updated_at,
        row.submitted_at,
    )


def _start(tx: Reports, effect: StartDraft, person_id: int | None, now: dt.datetime) -> None:
    tx.connection.execute(
        tx.upsert(report).on_conflict_do_nothing(index_elements=["unit_id", "form", "period"]),
        {
            "unit_id": effect.unit_id,
            "form": effect.form,
            "form_version": effect.form_version,
            "period": effect.period,
            "state": "draft",
            "answers": {},
            "person_id": person_id,
            "started_at": now,
            "updated_at": now,
        },
    )


def _save(tx: Reports, effect: SaveAnswer, person_id: int | None, now: dt.datetime) -> None:
    this = {"of_unit": effect.unit_id, "of_form": effect.form, "of_period": effect.period}
    draft = tx.connection.execute(_DRAFT_ANSWERS, this).one_or_none()
    if draft is None:
        _start(tx, StartDraft(effect.unit_id, effect.form, effect.form_version, effect.period), person_id, now)
        # Somebody else may have started it at the same moment, and may have answered.
        draft = tx.connection.execute(_DRAFT_ANSWERS, this).one_or_none()
    values = {
        "answers": {**(draft.answers if draft else {}), effect.question: effect.value},
        "form_version": effect.form_version,
        "person_id": person_id,
        "updated_at": now,
    }
    _one(tx.connection.execute(_SAVE_ANSWERS, {**this, **values}))


def _take_over(tx: Reports, effect: TakeOverDraft, person_id: int | None, now: dt.datetime) -> None:
    draft = _this(effect, "draft")
    before = tx.connection.scalar(sa.select(report.c.person_id).where(draft).with_for_update())
    _one(tx.connection.execute(report.update().where(draft).values(person_id=person_id, updated_at=now)))
    tx.note(now, person_id, "take-over-draft", _name(effect), before=before)


def _drop(tx: Reports, effect: DropDraft, person_id: int | None, now: dt.datetime) -> None:
    tx.connection.execute(report.delete().where(_this(effect, "draft")))
    tx.note(now, person_id, "drop-draft", _name(effect))


def _submit(tx: Reports, effect: SubmitReport, person_id: int | None, now: dt.datetime) -> None:
    values = {
        "state": "submitted",
        "receipt": effect.receipt,
        "late": effect.late,
        "person_id": person_id,
        "updated_at": now,
        "submitted_at": now,
    }
    _one(tx.connection.execute(report.update().where(_this(effect, "draft")).values(**values)))
    tx.note(now, person_id, "submit-report", _name(effect), receipt=effect.receipt)


def _this(effect: Any, state: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        report.c.unit_id == effect.unit_id,
        report.c.form == effect.form,
        report.c.period == effect.period,
        report.c.state == state,
    )


def _name(effect: Any) -> str:
    return f"report:{effect.unit_id}/{effect.form}/{effect.period}"


def _one(result: sa.CursorResult[Any]) -> None:
    """Somebody else of the unit may have sent or dropped the draft since the turn looked: then it decides again."""
    if result.rowcount != 1:
        raise IntegrityError("the draft has changed hands", None, LookupError())


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    StartDraft: _start,
    SaveAnswer: _save,
    TakeOverDraft: _take_over,
    DropDraft: _drop,
    SubmitReport: _submit,
}
"""For each effect of ``handlers.records.reports`` the function that applies it."""

_DRAFT = sa.and_(
    report.c.unit_id == sa.bindparam("of_unit"),
    report.c.form == sa.bindparam("of_form"),
    report.c.period == sa.bindparam("of_period"),
    report.c.state == "draft",
)
_DRAFT_ANSWERS = sa.select(report.c.answers).where(_DRAFT).with_for_update()
_SAVE_ANSWERS = (
    report.update()
    .where(_DRAFT)
    .values({name: sa.bindparam(name) for name in ("answers", "form_version", "person_id", "updated_at")})
)
_REPORT = (
    sa.select(
        report,
        unit.c.name.label("unit_name"),
        unit.c.kind.label("unit_kind"),
        unit.c.parent_id,
        person.c.name.label("person_name"),
    )
    .join(unit, unit.c.id == report.c.unit_id)
    .join(person, person.c.id == report.c.person_id)
)
_PERIOD = sa.and_(
    report.c.form == sa.bindparam("form"), report.c.period == sa.bindparam("period"), report.c.state == "submitted"
)
_ONE = _REPORT.where(
    report.c.unit_id == sa.bindparam("unit_id"),
    report.c.form == sa.bindparam("form"),
    report.c.period == sa.bindparam("period"),
)
_BY_RECEIPT = _REPORT.where(report.c.receipt == sa.bindparam("receipt"))
_DRAFTS = _REPORT.where(report.c.unit_id == sa.bindparam("unit_id"), report.c.state == "draft").order_by(
    report.c.updated_at.desc(), report.c.id.desc()
)
_SUBMITTED = (
    _REPORT.where(report.c.unit_id == sa.bindparam("unit_id"), report.c.state == "submitted")
    .order_by(report.c.submitted_at.desc(), report.c.id.desc())
    .limit(sa.bindparam("most"))
)
_OF_PERIOD = _REPORT.where(_PERIOD).order_by(report.c.id)
_FILED = sa.select(report.c.unit_id, report.c.late).where(_PERIOD)
_ANSWERS = sa.select(report.c.unit_id, report.c.answers).where(_PERIOD)
_EVERY = _REPORT.where(report.c.state == "submitted").order_by(report.c.form, report.c.submitted_at, report.c.id)
