"""What the reports of one period come to: who filed, in time or late, who is missing, and the totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.periods import Due, due
from handlers.records.deadlines import DeadlineReads
from handlers.records.people import Unit
from handlers.records.reports import Report, ReportReads
from knowledge.fold import fold
from knowledge.forms import Form
from knowledge.period import Period
from knowledge.values import Total, totals


class SummaryReads(ReportReads, DeadlineReads, Protocol):
    """What a summary is made from."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One form and period over some units."""

    form: Form
    due: Due
    units: Sequence[Unit]
    """All that are to report, by name."""
    reports: Sequence[Report]
    """What they submitted, by unit name."""

    @property
    def late(self) -> int:
        """How many reports came late."""
        return sum(report.late for report in self.reports)

    @property
    def missing(self) -> list[Unit]:
        """Who has not reported."""
        filed = {report.unit.id for report in self.reports}
        return [unit for unit in self.units if unit.id not in filed]

    @property
    def totals(self) -> list[Total]:
        """The totals, question by question."""
        return totals(self.form, [report.answers for report in self.reports])


def summarise(reads: SummaryReads, form: Form, period: Period, units: Sequence[Unit]) -> Summary:
    """Sum up the communes among these units: those that a deadline of the form concerns, else all of them."""
    # Sorted here: databases differ in where they put "ơ".
    communes = sorted((unit for unit in units if unit.kind == "commune"), key=lambda unit: (fold(unit.name), unit.id))
    deadlines = [deadline for deadline in reads.deadlines() if deadline.form == form.name]
    reports = reads.reports(form.name, period.code, [unit.id for unit in communes])
    filed = {report.unit.id for report in reports}
    asked = [unit for unit in communes if any(deadline.concerns(unit) for deadline in deadlines)] or communes
    expected = {unit.id for unit in asked} | filed
    place = {unit.id: number for number, unit in enumerate(communes)}
    reports = sorted(reports, key=lambda report: place[report.unit.id])
    return Summary(form, due(form, period, deadlines), [unit for unit in communes if unit.id in expected], reports)
