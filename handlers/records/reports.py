"""Reports of units: one for each unit, form and period, first a draft, then sent under a receipt number.

What was sent is reviewed: returned for mending, sent again, approved. A correction is prepared beside what was sent,
which goes on counting until the correction is sent in its place. Every version that was sent is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from handlers.records.people import Unit

State = Literal["draft", "submitted", "returned", "resubmitted", "approved"]

WAITING: Final[tuple[State, ...]] = ("submitted", "resubmitted")
"""What is to be reviewed."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a unit prepares in place of what it has sent; nobody else sees it until it is sent."""

    answers: Mapping[str, Any]
    """All of them, those that stay as they are as well."""
    person_id: int
    """Who is at it."""
    person_name: str


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
    """By question name: a JSON value as ``knowledge.forms.values`` has it; ``None`` where the question was skipped."""
    person_id: int
    """Who is filling it in, or who sent it."""
    person_name: str
    receipt: str | None
    late: bool
    started_at: dt.datetime
    updated_at: dt.datetime
    submitted_at: dt.datetime | None
    """When the latest version was sent."""
    version: int = 0
    """Counts what was sent: 0 for a draft, 1 when first submitted."""
    reason: str | None = None
    """Why it was returned, as long as it is."""
    to_mend: tuple[str, ...] = ()
    """The questions that are to be answered anew, as long as it is returned; empty where all may be."""
    correction: Correction | None = None

    @property
    def sent(self) -> bool:
        """Whether a version of it was sent: that counts, whatever happens to it now."""
        return self.state != "draft"

    @property
    def open(self) -> bool:
        """Whether somebody is at it: a draft, or a correction of what was sent."""
        return self.state == "draft" or self.correction is not None

    @property
    def working(self) -> Mapping[str, Any]:
        """The answers in hand: of the correction where there is one, else of the report."""
        return self.correction.answers if self.correction else self.answers

    @property
    def holder_id(self) -> int:
        """Who is at it, or who sent it last."""
        return self.correction.person_id if self.correction else self.person_id

    @property
    def holder_name(self) -> str:
        """The name of who is at it, or who sent it last."""
        return self.correction.person_name if self.correction else self.person_name


Event = Literal["submitted", "returned", "resubmitted", "approved", "overtaken"]


@dataclass(frozen=True, slots=True)
class Version:
    """Something that happened to a version of a report."""

    number: int
    event: Event
    """"overtaken": a correction that was in hand when the report was approved, or its unit ended; it is kept here."""
    answers: Mapping[str, Any] | None
    """What was sent; ``None`` where it was reviewed."""
    form_version: int
    person_name: str
    at: dt.datetime
    reason: str | None = None
    questions: tuple[str, ...] = ()
    """Names of those that are to be mended; empty for all."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that waits for review, as a list shows it."""

    receipt: str
    version: int
    unit: str
    sent_at: dt.datetime
    late: bool


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """How many reports of one form and period wait for review, and since when."""

    form: str
    period: str
    count: int
    since: dt.datetime


class ReportReads(Protocol):
    """What handlers may ask about reports."""

    def report(self, unit_id: int, form: str, period: str) -> Report | None:
        """The one report, draft or sent, of a unit for a period."""

    def report_by_receipt(self, receipt: str) -> Report | None:
        """The report that was sent under this receipt number, of whatever unit."""

    def drafts(self, unit_id: int) -> Sequence[Report]:
        """What the unit has in hand, drafts and corrections, the latest touched first."""

    def submitted(self, unit_id: int, limit: int) -> Sequence[Report]:
        """The reports that the unit has sent, whatever the review said, the newest first."""

    def reports(self, form: str, period: str, unit_ids: Collection[int]) -> Sequence[Report]:
        """The sent reports of these units for a period, with the latest answers that were sent."""

    def answers(self, form: str, period: str, unit_ids: Collection[int]) -> Sequence[Mapping[str, Any]]:
        """The latest sent answers alone of the reports of these units for a period."""

    def filings(self, form: str, period: str) -> Mapping[int, bool]:
        """Which units have sent their report for a period, and whether late."""

    def rounds(self, form: str) -> Sequence[str]:
        """The codes of all periods for which anybody has sent this form."""

    def filed(self, form: str, period: str, unit_ids: Collection[int]) -> set[int]:
        """Which of these units have sent their report for a period."""

    def versions(self, receipt: str) -> Sequence[Version]:
        """All that happened to a report since it was first sent, in order."""

    def waiting_for(self, unit_ids: Collection[int]) -> Sequence[WaitingFor]:
        """What waits for review among these units, by form and period, the longest waiting first."""

    def waiting(self, form: str, period: str, unit_ids: Collection[int]) -> Sequence[Waiting]:
        """The reports of these units that wait for review, the longest waiting first."""


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
    """Throw the draft, or the correction of what was sent, and its answers away."""

    unit_id: int
    form: str
    period: str


@dataclass(frozen=True, slots=True)
class SubmitReport:
    """The draft becomes a submitted report under its receipt number: version 1."""

    unit_id: int
    form: str
    period: str
    receipt: str
    late: bool


@dataclass(frozen=True, slots=True)
class BeginCorrection:
    """Prepare another version of a report that was sent and is not approved, from its answers.

    From then on ``SaveAnswer``, ``TakeOverDraft`` and ``DropDraft`` are about the correction. Raises IntegrityError
    where ``version`` is no longer the latest.
    """

    unit_id: int
    form: str
    period: str
    version: int


@dataclass(frozen=True, slots=True)
class ResubmitReport:
    """The correction becomes the next version, under the receipt number that the report has. Audited."""

    unit_id: int
    form: str
    period: str


@dataclass(frozen=True, slots=True)
class ReturnReport:
    """Ask the unit to mend this version of a report. Audited.

    Raises IntegrityError where it is returned already or ``version`` is no longer the latest.
    """

    receipt: str
    version: int
    reason: str
    questions: tuple[str, ...]
    """By name; empty for all."""


@dataclass(frozen=True, slots=True)
class ApproveReports:
    """Accept these versions, each by receipt number and version; from then on they change no more. Audited.

    Raises IntegrityError where one of them does not wait for review, or not in this version.
    """

    reports: tuple[tuple[str, int], ...]
