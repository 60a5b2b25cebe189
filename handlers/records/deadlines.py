"""Deadlines that staff have confirmed: when something is due, from whom, and when to remind of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from handlers.records.people import Role, Unit
from knowledge.calendar import Occurrence, Rule, period_of
from knowledge.forms.form import Form
from knowledge.period import Period

EVERY_COMMUNE: Mapping[str, Any] = {"kind": "commune"}
"""The audience of all communes. The other kinds are {"units": [ids]} and, with all units below them, {"within":
[ids]}. Each may name the "roles" whose people are reminded; only cadres where it does not."""

DeadlineState = Literal["active", "paused"]


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
    """Since when its rule counts: what was due before is nobody's fault. A new rule counts from when it is given."""
    state: DeadlineState = "active"
    """While it is paused nobody is reminded of it, and nobody is late."""
    owner_id: int | None = None
    """Who of the staff looks after it."""
    version: int = 0
    """Raised by every change."""
    within: frozenset[int] = frozenset()
    """The units that an audience "within" comes down to."""

    def concerns(self, unit: Unit) -> bool:
        """Whether a unit has to meet it."""
        if "units" in self.audience:
            return unit.id in self.audience["units"]
        if "within" in self.audience:
            return unit.id in self.within
        return unit.kind == self.audience.get("kind")

    @property
    def roles(self) -> tuple[Role, ...]:
        """Whose people are reminded."""
        return tuple(self.audience.get("roles", ("cadre",)))


class DeadlineReads(Protocol):
    """What handlers may ask about deadlines."""

    def deadlines(self) -> Sequence[Deadline]:
        """All active deadlines, oldest first."""

    def calendar(self) -> Sequence[Deadline]:
        """All deadlines that have not ended, paused ones too, oldest first."""

    def deadline(self, deadline_id: int) -> Deadline | None:
        """The deadline with this key, unless it has ended."""

    def deadlines_of(self, document_id: int) -> Sequence[Deadline]:
        """The deadlines that were taken from a document and have not ended."""

    def snoozed_until(self, person_id: int) -> dt.datetime | None:
        """Until when this person has put reminders off."""


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
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class MendDeadline:
    """Change a deadline. Another rule counts from now on; what waits to be sent is planned anew. Audited."""

    deadline_id: int
    title: str
    rule: Mapping[str, Any]
    form: str | None
    audience: Mapping[str, Any]
    offsets: tuple[int, ...]
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class PauseDeadline:
    """Stop reminding of a deadline for a while, or go on (``paused`` is False). Audited."""

    deadline_id: int
    paused: bool


@dataclass(frozen=True, slots=True)
class EndDeadline:
    """Take a deadline out of force: it is no longer listed and nobody is reminded of it. Audited."""

    deadline_id: int


@dataclass(frozen=True, slots=True)
class SnoozeReminders:
    """The acting person wants to hear of what is due at this moment, and not before. The last one said counts."""

    until: dt.datetime


def reported_period(occurrence: Occurrence, rule: Rule, form: Form | None) -> Period:
    """The period that a report due at this occurrence is about.

    The rule says it (a yearly report due on 30/10/2026 is about 2026, a monthly one due on the 5th about the month
    before) where the form has such periods. Where not, it is the form's own shortest kind of period, chosen in the
    same way: the one before, where the report is due in the first third of a period. A round of an ad-hoc form is
    named after the last day for it.
    """
    if form is None or occurrence.period.kind in form.periods:
        return occurrence.period
    shortest = form.periods[0]
    if shortest == "ad-hoc":
        return Period.of(shortest, occurrence.last_admissible_day)
    return period_of(Rule(shortest, month=1, day=1), occurrence.last_admissible_day)
