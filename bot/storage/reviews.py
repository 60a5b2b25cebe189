"""Sending and reviewing reports: every version that was sent is kept, with what was said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.reports import changed_hands, name_of, this_report
from bot.storage.schema import person, report, report_version, unit
from bot.storage.withdrawing import withdraw_reminders
from handlers.records.reports import (
    WAITING,
    ApproveReports,
    ResubmitReport,
    ReturnReport,
    SubmitReport,
    Version,
    Waiting,
    WaitingFor,
)

_AT_ONCE: Final = 500
"""Reports that one statement approves: databases bound the parameters of a statement."""


class Reviews(Room):
    """Answers the part of ``ReportReads`` that is about versions and review."""

    def versions(self, receipt: str) -> Sequence[Version]:
        """All that happened to a report since it was first sent, in order."""
        return [
            Version(
                row.number,
                row.event,
                row.answers,
                row.form_version,
                row.name,
                row.at,
                row.reason,
                tuple(row.questions or ()),
            )
            for row in self.connection.execute(_VERSIONS, {"receipt": receipt})
        ]

    def waiting_for(self, unit_ids: Collection[int]) -> Sequence[WaitingFor]:
        """What waits for review among these units, by form and period, the longest waiting first."""
        rows = self.connection.execute(_ALL_WAITING, {"units": list(unit_ids)})
        return [WaitingFor(*row) for row in rows]

    def waiting(self, form: str, period: str, unit_ids: Collection[int]) -> Sequence[Waiting]:
        """The reports of these units that wait for review, the longest waiting first."""
        wanted = frozenset(unit_ids)
        rows = self.connection.execute(_WAITING_OF, {"form": form, "period": period})
        return [
            Waiting(row.receipt, row.version, row.unit_was or row.name, row.submitted_at, row.late)
            for row in rows
            if row.unit_id in wanted
        ]


def _submit(tx: Reviews, effect: SubmitReport, person_id: int | None, now: dt.datetime) -> None:
    values = {
        "state": "submitted",
        "version": 1,
        "receipt": effect.receipt,
        "late": effect.late,
        "person_id": person_id,
        "updated_at": now,
        "submitted_at": now,
    }
    draft = sa.and_(this_report(effect), report.c.state == "draft")
    _sent(tx, tx.connection.execute(report.update().where(draft).values(**values).returning(*_SENT)), "submitted")
    tx.note(now, person_id, "submit-report", name_of(effect), receipt=effect.receipt)
    withdraw_reminders(tx, now, f"baocao {effect.form} {effect.period}", effect.unit_id)


def _resubmit(tx: Reviews, effect: ResubmitReport, person_id: int | None, now: dt.datetime) -> None:
    # That it came late, or in time, was settled when it was first sent.
    values = {
        "state": "resubmitted",
        "version": report.c.version + 1,
        "answers": report.c.correction,
        "correction": sa.null(),
        "corrector_id": None,
        "reason": None,
        "to_mend": sa.null(),
        "person_id": person_id,
        "updated_at": now,
        "submitted_at": now,
    }
    corrected = sa.and_(this_report(effect), report.c.state != "draft", report.c.correction.is_not(None))
    row = _sent(
        tx, tx.connection.execute(report.update().where(corrected).values(**values).returning(*_SENT)), "resubmitted"
    )
    tx.note(now, person_id, "resubmit-report", name_of(effect), receipt=row.receipt, version=row.version)


def _sent(tx: Reviews, result: sa.CursorResult[Any], event: str) -> Any:
    row = result.one_or_none()
    if row is None:
        raise changed_hands()
    version = {"answers": row.answers, "person_id": row.person_id, "at": row.submitted_at}
    _keep(tx, [{**_of(row, event), **version}])
    return row


def _return(tx: Reviews, effect: ReturnReport, person_id: int | None, now: dt.datetime) -> None:
    returnable = sa.and_(
        report.c.receipt == effect.receipt,
        report.c.version == effect.version,
        report.c.state.in_((*WAITING, "approved")),
    )
    said = {"reason": effect.reason, "to_mend": list(effect.questions)}
    update = report.update().where(returnable).values(state="returned", updated_at=now, **said)
    row = tx.connection.execute(update.returning(*_SENT)).one_or_none()
    if row is None:
        raise changed_hands()
    remark = {"reason": effect.reason, "questions": list(effect.questions), "person_id": person_id, "at": now}
    _keep(tx, [{**_of(row, "returned"), **remark}])
    tx.note(now, person_id, "return-report", f"report:{row.id}", receipt=effect.receipt, version=effect.version)


def _approve(tx: Reviews, effect: ApproveReports, person_id: int | None, now: dt.datetime) -> None:
    for start in range(0, len(effect.reports), _AT_ONCE):
        part = dict(effect.reports[start : start + _AT_ONCE])
        columns = sa.select(*_SENT, report.c.correction, report.c.corrector_id)
        waits = sa.and_(report.c.receipt.in_(part), report.c.state.in_(WAITING))
        rows = tx.connection.execute(columns.where(waits).with_for_update()).all()
        if len(rows) != len(part) or any(row.version != part[row.receipt] for row in rows):
            raise changed_hands()
        done = {"state": "approved", "correction": sa.null(), "corrector_id": None, "updated_at": now}
        tx.connection.execute(report.update().where(report.c.id.in_([row.id for row in rows])).values(**done))
        _keep(
            tx,
            [
                {**_of(row, "overtaken"), "answers": row.correction, "person_id": row.corrector_id, "at": now}
                for row in rows
                if row.correction is not None
            ],
        )
        _keep(tx, [{**_of(row, "approved"), "person_id": person_id, "at": now} for row in rows])
        tx.note(now, person_id, "approve-reports", "report", reports=part)


def _of(row: Any, event: str) -> dict[str, Any]:
    return {"report_id": row.id, "number": row.version, "form_version": row.form_version, "event": event}


def _keep(tx: Reviews, rows: Iterable[dict[str, Any]]) -> None:
    empty: dict[str, Any] = {"answers": None, "reason": None, "questions": None}
    if full := [{**empty, **row} for row in rows]:
        tx.connection.execute(report_version.insert(), full)


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    SubmitReport: _submit,
    ResubmitReport: _resubmit,
    ReturnReport: _return,
    ApproveReports: _approve,
}
"""For each effect of sending and reviewing in ``handlers.records.reports`` the function that applies it."""

_SENT = (
    report.c.id,
    report.c.receipt,
    report.c.version,
    report.c.form_version,
    report.c.answers,
    report.c.person_id,
    report.c.submitted_at,
)
_VERSIONS = (
    sa.select(report_version, person.c.name)
    .join(report, report.c.id == report_version.c.report_id)
    .join(person, person.c.id == report_version.c.person_id)
    .where(report.c.receipt == sa.bindparam("receipt"))
    .order_by(report_version.c.id)
)
_IS_WAITING = report.c.state.in_(WAITING)
_since = sa.func.min(report.c.submitted_at)
# Counted by the database: where nobody reviews, all that was ever sent waits.
_ALL_WAITING = (
    sa.select(report.c.form, report.c.period, sa.func.count(), _since)
    .where(_IS_WAITING, report.c.unit_id.in_(sa.bindparam("units", expanding=True)))
    .group_by(report.c.form, report.c.period)
    .order_by(_since, report.c.form, report.c.period)
)
_WAITING_OF = (
    sa.select(report.c.receipt, report.c.version, report.c.unit_id, report.c.unit_was, unit.c.name)
    .add_columns(report.c.submitted_at, report.c.late)
    .join(unit, unit.c.id == report.c.unit_id)
    .where(_IS_WAITING, report.c.form == sa.bindparam("form"), report.c.period == sa.bindparam("period"))
    .order_by(report.c.submitted_at, report.c.id)
)
