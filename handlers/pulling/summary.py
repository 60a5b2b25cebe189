"""What the reports of one period come to: who filed, in time or late, who is missing, and the totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.periods import Due, due
from handlers.records.deadlines import DeadlineReads
from handlers.records.people import PeopleReads, Unit
from handlers.records.reports import ReportReads
from handlers.texts import say
from handlers.units import with_former
from knowledge.fold import fold
from knowledge.forms.form import Form
from knowledge.forms.values import Total, show_number, totals
from knowledge.period import Period


class SummaryReads(ReportReads, DeadlineReads, PeopleReads, Protocol):
    """What a summary is made from."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One form and period over some units."""

    form: Form
    due: Due
    units: Sequence[Unit]
    """All that are to report, by name."""
    filed: Mapping[int, bool]
    """Of these, who has reported (by the unit's key), and whether late."""

    @property
    def late(self) -> int:
        """How many reports came late."""
        return sum(self.filed.values())

    @property
    def missing(self) -> list[Unit]:
        """Who has not reported."""
        return [unit for unit in self.units if unit.id not in self.filed]


def summarise(reads: SummaryReads, form: Form, period: Period, units: Sequence[Unit]) -> Summary:
    """Sum up the communes among these units: those that a deadline of the form concerns, else all of them.

    Whoever has reported counts as well, asked or not. A unit that was merged into one of them counts where it has
    reported, and is missed for periods that it saw the end of.
    """
    # Sorted here: databases differ in where they put "ơ".
    every = (unit for unit in with_former(units, reads.former_units()) if unit.kind == "commune")
    communes = sorted(every, key=lambda unit: (fold(unit.name), unit.id))
    deadlines = [deadline for deadline in reads.deadlines() if deadline.form == form.name]
    filings = reads.filings(form.name, period.code)
    asked = {unit.id for unit in communes if any(deadline.concerns(unit) for deadline in deadlines)}
    expected = [
        unit
        for unit in communes
        if unit.id in filings
        or ((not asked or unit.id in asked) and (unit.ended_on is None or period.end < unit.ended_on))
    ]
    filed = {unit.id: filings[unit.id] for unit in expected if unit.id in filings}
    return Summary(form, due(form, period, deadlines), expected, filed)


def period_before(reads: ReportReads, form: Form, period: Period) -> Period:
    """What a period is compared with: the one just before; of rounds that are asked for now and then, the last one."""
    if period.kind == "ad-hoc":
        rounds = [Period.from_code(code) for code in reads.rounds(form.name)]
        earlier = [one for one in rounds if one.kind == "ad-hoc" and one.start < period.start]
        return max(earlier, key=lambda one: one.start, default=period.previous())
    return period.previous()


def totals_of(reads: SummaryReads, found: Summary) -> list[Total]:
    """The totals of what was reported, question by question."""
    return totals(found.form, reads.answers(found.form.name, found.due.period.code, found.filed))


def amount_of(total: Total) -> str:
    """What the answers to a question come to, in words: a sum, how often each option, or how many answered."""
    if total.amount is not None:
        return show_number(total.question, total.amount)
    if total.counts:
        return ", ".join(say("supervise.total_option", name=name, count=count) for name, count in total.counts)
    return say("supervise.total_answered", count=total.answered)
