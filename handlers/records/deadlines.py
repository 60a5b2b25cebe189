"""Deadlines that staff have confirmed: when something is due, from whom, and when to remind of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from handlers.records.people import Unit
from knowledge.calendar import Occurrence, Rule, period_of
from knowledge.forms import Form
from knowledge.period import Period

EVERY_COMMUNE: Mapping[str, Any] = {"kind": "commune"}
"""The audience of all communes; the other kind of audience is {"units": [ids]}."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One confirmed deadline."""

    id: int
    document_id: int | None
    title: str
    quote: str | None
    """The words of the document that set it."""
    rule: Rule
    form: str | None
    """Name of the form to report with; ``None`` where nothing is filed here."""
    to_whom: str | None
    audience: Mapping[str, Any]
    offsets: tuple[int, ...]
    """Days before the last working day to remind on; negative ones are days overdue."""
    created_at: dt.datetime

    def concerns(self, unit: Unit) -> bool:
        """Whether a unit has to meet it."""
        if "units" in self.audience:
            return unit.id in self.audience["units"]
        return unit.kind == self.audience.get("kind")


class DeadlineReads(Protocol):
    """What handlers may ask about deadlines."""

    def deadlines(self) -> Sequence[Deadline]:
        """All active deadlines, oldest first."""

    def deadline(self, deadline_id: int) -> Deadline | None:
        """The active deadline with this key."""

    def deadlines_of(self, document_id: int) -> Sequence[Deadline]:
        """The active deadlines that were taken from a document."""


@dataclass(frozen=True, slots=True)
class AddDeadline:
    """Put a deadline in force. Audited."""

    document_id: int | None
    title: str
    quote: str | None
    rule: Mapping[str, Any]
    form: str | None
    to_whom: str | None
    audience: Mapping[str, Any]
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EndDeadline:
    """Take a deadline out of force: it is no longer listed and nobody is reminded of it. Audited."""

    deadline_id: int


def reported_period(occurrence: Occurrence, rule: Rule, form: Form | None) -> Period:
    """The period that a report due at this occurrence is about.

    The rule says it (a yearly report due on 30/10/2026 is about 2026, a monthly one due on the 5th about the month
    before) where the form has such periods. Where not, it is the form's own shortest kind of period, chosen in the
    same way: the one before, where the report is due in the first third of a period.
    """
    if form is None or occurrence.period.kind in form.periods:
        return occurrence.period
    return period_of(Rule(form.periods[0], month=1, day=1), occurrence.last_admissible_day)
