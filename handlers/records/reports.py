"""Reports of units: one for each unit, form and period, first a draft, then submitted under a receipt number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from handlers.records.people import Unit

State = Literal["draft", "submitted"]


@dataclass(frozen=True, slots=True)
class Report:
    """What one unit reports on one form for one period."""

    unit: Unit
    form: str
    form_version: int
    period: str
    """Code of the period ("2026-10")."""
    state: State
    answers: Mapping[str, Any]
    """By question name: a JSON value as ``knowledge.values`` has them; ``None`` where the question was skipped."""
    person_id: int
    """Who is filling it in, or who submitted it."""
    person_name: str
    receipt: str | None
    late: bool
    started_at: dt.datetime
    updated_at: dt.datetime
    submitted_at: dt.datetime | None


class ReportReads(Protocol):
    """What handlers may ask about reports."""

    def report(self, unit_id: int, form: str, period: str) -> Report | None:
        """The one report, draft or submitted, of a unit for a period."""

    def report_by_receipt(self, receipt: str) -> Report | None:
        """The submitted report with this receipt number, in whatever unit."""

    def drafts(self, unit_id: int) -> Sequence[Report]:
        """The unit's unfinished reports, the latest touched first."""

    def submitted(self, unit_id: int, limit: int) -> Sequence[Report]:
        """The unit's submitted reports, the newest first."""

    def reports(self, form: str, period: str, unit_ids: Collection[int]) -> Sequence[Report]:
        """The submitted reports of these units for a period."""

    def answers(self, form: str, period: str, unit_ids: Collection[int]) -> Sequence[Mapping[str, Any]]:
        """The answers alone of the submitted reports of these units for a period."""

    def filings(self, form: str, period: str) -> Mapping[int, bool]:
        """Which units have submitted their report for a period, and whether late."""

    def filed(self, form: str, period: str, unit_ids: Collection[int]) -> set[int]:
        """Which of these units have submitted their report for a period."""


@dataclass(frozen=True, slots=True)
class StartDraft:
    """Begin a report; where the unit has one already, nothing happens."""

    unit_id: int
    form: str
    form_version: int
    period: str


@dataclass(frozen=True, slots=True)
class SaveAnswer:
    """Keep one answer of a draft, which begins with it if need be. The person who answers holds the draft."""

    unit_id: int
    form: str
    form_version: int
    period: str
    question: str
    value: Any


@dataclass(frozen=True, slots=True)
class TakeOverDraft:
    """From now on this person fills in the draft."""

    unit_id: int
    form: str
    period: str


@dataclass(frozen=True, slots=True)
class DropDraft:
    """Throw the draft and its answers away."""

    unit_id: int
    form: str
    period: str


@dataclass(frozen=True, slots=True)
class SubmitReport:
    """The draft becomes a submitted report under its receipt number."""

    unit_id: int
    form: str
    period: str
    receipt: str
    late: bool
