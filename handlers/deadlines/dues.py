"""What is due, when, for which of some units: the occurrences of all deadlines with how many have filed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.records.deadlines import Deadline, reported_period
from handlers.records.people import Unit
from knowledge.calendar import Occurrence
from knowledge.forms.form import Form
from knowledge.period import Period


class Reads(Protocol):
    """What is asked of the store."""

    def deadlines(self) -> Sequence[Deadline]:
        """All active deadlines."""

    def filed(self, form: str, period: str, unit_ids: Collection[int]) -> set[int]:
        """Which of these units have filed."""


@dataclass(frozen=True, slots=True)
class Due:
    """One occurrence of a deadline for some units, and how many of them have filed."""

    deadline: Deadline
    occurrence: Occurrence
    period: Period
    units: int
    filed: int

    @property
    def done(self) -> bool:
        """Whether everybody has filed."""
        return self.filed == self.units


def dues(
    reads: Reads,
    forms: Mapping[str, Form],
    units: Iterable[Unit],
    when: Callable[[Deadline, Form | None], Iterable[Occurrence]],
) -> Iterator[Due]:
    """The occurrences that ``when`` gives of each deadline which concerns one of the units."""
    units = list(units)
    for deadline in reads.deadlines():
        concerned = [unit.id for unit in units if deadline.concerns(unit)]
        if not concerned:
            continue
        form = forms.get(deadline.form or "")
        for occurrence in when(deadline, form):
            period = reported_period(occurrence, deadline.rule, form)
            filed = len(reads.filed(form.name, period.code, concerned)) if form else 0
            yield Due(deadline, occurrence, period, len(concerned), filed)
