"""Reports: drafts and corrections that are saved with every answer, and reading what was sent.

A row holds what counts in ``answers`` (or the draft, as long as nothing was sent) and what is being prepared in its
place in ``correction``. So totals read one column of one table, whatever is being mended.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.storage.base import Room
from bot.storage.schema import person, report, unit
from handlers.records.people import Unit
from handlers.records.reports import (
    BeginCorrection,
    Correction,
    DropDraft,
    Report,
    SaveAnswer,
    StartDraft,
    TakeOverDraft,
)


class Reports(Room):
    """Answers ``ReportReads``."""

    def report(self, unit_id: int, form: str, period: str) -> Report | None:
        """The one report, draft or sent, of a unit for a period."""
        row = self.connection.execute(_ONE, {"unit_id": unit_id, "form": form, "period": period}).one_or_none()
        return _report(row) if row else None

    def report_by_receipt(self, receipt: str) -> Report | None:
        """The report that was sent under this receipt number."""
        row = self.connection.execute(_BY_RECEIPT, {"receipt": receipt}).one_or_none()
        return _report(row) if row else None

    def drafts(self, unit_id: int) -> Sequence[Report]:
        """What the unit has in hand, drafts and corrections, the latest touched first."""
        return [_report(row) for row in self.connection.execute(_DRAFTS, {"unit_id": unit_id})]

    def submitted(self, unit_id: int, limit: int) -> Sequence[Report]:
        """The reports that the unit has sent, the newest first."""
        return [_report(row) for row in self.connection.execute(_SUBMITTED, {"unit_id": unit_id, "most": limit})]

    def reports(self, form: str, period: str, unit_ids: Collection[int]) -> Sequence[Report]:
        """The sent reports of these units for a period."""
        wanted = frozenset(unit_ids)
        rows = self.connection.execute(_OF_PERIOD, {"form": form, "period": period})
        return [_report(row) for row in rows if row.unit_id in wanted]

    def answers(self, form: str, period: str, unit_ids: Collection[int]) -> Sequence[Mapping[str, Any]]:
        """The latest sent answers alone of the reports of these units for a period."""
        wanted = frozenset(unit_ids)
        rows = self.connection.execute(_ANSWERS, {"form": form, "period": period}).all()
        # Read as one text: thousands of small ones take twice as long.
        found: list[Mapping[str, Any]] = json.loads(
            f"[{','.join([text for unit_id, text in rows if unit_id in wanted])}]"
        )
        return found

    def filings(self, form: str, period: str) -> Mapping[int, bool]:
        """Which units have sent their report for a period, and whether late."""
        rows = self.connection.execute(_FILED, {"form": form, "period": period}).all()
        return {unit_id: late for unit_id, late in rows}  # noqa: C416 (rows are no pairs to the type checker)

    def rounds(self, form: str) -> Sequence[str]:
        """The codes of all periods for which anybody has sent this form."""
        sent = (report.c.form == form) & report.c.submitted_at.is_not(None)
        return self.connection.scalars(sa.select(report.c.period).where(sent).distinct()).all()

    def filed(self, form: str, period: str, unit_ids: Collection[int]) -> set[int]:
        """Which of these units have sent their report for a period."""
        return self.filings(form, period).keys() & set(unit_ids)


def _report(row: Any) -> Report:
    correction = None
    if row.correction is not None:
        correction = Correction(row.correction, row.corrector_id, row.corrector_name)
    return Report(
        Unit(row.unit_id, row.unit_was or row.unit_name, row.unit_kind, row.parent_id),
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
        row.version,
        row.reason,
        tuple(row.to_mend or ()),
        correction,
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
    found = tx.connection.execute(_IN_HAND, this).one_or_none()
    if found is None:
        _start(tx, StartDraft(effect.unit_id, effect.form, effect.form_version, effect.period), person_id, now)
        # Somebody else may have started it at the same moment, and may have answered.
        found = tx.connection.execute(_IN_HAND, this).one_or_none()
    if found is not None and found.correction is not None:
        answers = {**found.correction, effect.question: effect.value}
        _one(tx.connection.execute(_SAVE_CORRECTION, {**this, "correction": answers, "who": person_id, "at": now}))
        return
    values = {
        "answers": {**(found.answers if found else {}), effect.question: effect.value},
        "form_version": effect.form_version,
        "person_id": person_id,
        "updated_at": now,
    }
    _one(tx.connection.execute(_SAVE_ANSWERS, {**this, **values}))


def _take_over(tx: Reports, effect: TakeOverDraft, person_id: int | None, now: dt.datetime) -> None:
    columns = sa.select(report.c.id, report.c.state, report.c.person_id, report.c.corrector_id)
    found = tx.connection.execute(columns.where(this_report(effect), _OPEN).with_for_update()).one_or_none()
    if found is None:
        raise changed_hands()
    draft = found.state == "draft"
    taken = {"person_id": person_id} if draft else {"corrector_id": person_id}
    tx.connection.execute(report.update().where(report.c.id == found.id).values(**taken, updated_at=now))
    before = found.person_id if draft else found.corrector_id
    tx.note(now, person_id, "take-over-draft", name_of(effect), before=before)


def _drop(tx: Reports, effect: DropDraft, person_id: int | None, now: dt.datetime) -> None:
    this = this_report(effect)
    tx.connection.execute(report.delete().where(this, report.c.state == "draft"))
    tx.connection.execute(report.update().where(this).values(correction=sa.null(), corrector_id=None))
    tx.note(now, person_id, "drop-draft", name_of(effect))


def _begin_correction(tx: Reports, effect: BeginCorrection, person_id: int | None, now: dt.datetime) -> None:
    open_to_it = sa.and_(
        this_report(effect),
        report.c.version == effect.version,
        report.c.state.in_(("submitted", "resubmitted", "returned")),
        report.c.correction.is_(None),
    )
    values = {"correction": report.c.answers, "corrector_id": person_id, "updated_at": now}
    _one(tx.connection.execute(report.update().where(open_to_it).values(**values)))
    tx.note(now, person_id, "begin-correction", name_of(effect), version=effect.version)


def this_report(effect: Any) -> sa.ColumnElement[bool]:
    """The row that an effect names by unit, form and period."""
    return sa.and_(report.c.unit_id == effect.unit_id, report.c.form == effect.form, report.c.period == effect.period)


def name_of(effect: Any) -> str:
    """How an audit row names it."""
    return f"report:{effect.unit_id}/{effect.form}/{effect.period}"


def _one(result: sa.CursorResult[Any]) -> None:
    if result.rowcount != 1:
        raise changed_hands()


def changed_hands() -> IntegrityError:
    """Somebody else may have sent, dropped or reviewed the report since the turn looked: then it decides again."""
    return IntegrityError("the report has changed hands", None, LookupError())


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    StartDraft: _start,
    SaveAnswer: _save,
    TakeOverDraft: _take_over,
    DropDraft: _drop,
    BeginCorrection: _begin_correction,
}
"""For each effect of ``handlers.records.reports`` the function that applies it."""

_OPEN = sa.or_(report.c.state == "draft", report.c.correction.is_not(None))
_THIS = sa.and_(
    report.c.unit_id == sa.bindparam("of_unit"),
    report.c.form == sa.bindparam("of_form"),
    report.c.period == sa.bindparam("of_period"),
)
_IN_HAND = sa.select(report.c.answers, report.c.correction).where(_THIS, _OPEN).with_for_update()
_SAVE_ANSWERS = (
    report.update()
    .where(_THIS, report.c.state == "draft")
    .values({name: sa.bindparam(name) for name in ("answers", "form_version", "person_id", "updated_at")})
)
_SAVE_CORRECTION = (
    report.update()
    .where(_THIS, report.c.correction.is_not(None))
    .values(correction=sa.bindparam("correction"), corrector_id=sa.bindparam("who"), updated_at=sa.bindparam("at"))
)
_corrector = person.alias()
_REPORT = (
    sa.select(
        report,
        unit.c.name.label("unit_name"),
        unit.c.kind.label("unit_kind"),
        unit.c.parent_id,
        person.c.name.label("person_name"),
        _corrector.c.name.label("corrector_name"),
    )
    .join(unit, unit.c.id == report.c.unit_id)
    .join(person, person.c.id == report.c.person_id)
    .outerjoin(_corrector, _corrector.c.id == report.c.corrector_id)
)
SENT = report.c.state != "draft"
_PERIOD = sa.and_(report.c.form == sa.bindparam("form"), report.c.period == sa.bindparam("period"), SENT)
_ONE = _REPORT.where(
    report.c.unit_id == sa.bindparam("unit_id"),
    report.c.form == sa.bindparam("form"),
    report.c.period == sa.bindparam("period"),
)
_BY_RECEIPT = _REPORT.where(report.c.receipt == sa.bindparam("receipt"))
_DRAFTS = _REPORT.where(report.c.unit_id == sa.bindparam("unit_id"), _OPEN).order_by(
    report.c.updated_at.desc(), report.c.id.desc()
)
_SUBMITTED = (
    _REPORT.where(report.c.unit_id == sa.bindparam("unit_id"), SENT)
    .order_by(report.c.submitted_at.desc(), report.c.id.desc())
    .limit(sa.bindparam("most"))
)
_OF_PERIOD = _REPORT.where(_PERIOD).order_by(report.c.id)
_FILED = sa.select(report.c.unit_id, report.c.late).where(_PERIOD)
_ANSWERS = sa.select(report.c.unit_id, sa.cast(report.c.answers, sa.Text)).where(_PERIOD)
