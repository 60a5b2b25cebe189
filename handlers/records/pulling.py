"""What is noted while reports are pulled: who was nudged when, and the templates of the official report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from handlers.records.files import StoredFile


@dataclass(frozen=True, slots=True)
class Text:
    """One written answer of a report."""

    unit_id: int
    unit: str
    form: str
    period: str
    question: str
    words: str


@dataclass(frozen=True, slots=True)
class Template:
    """The template by which staff have replaced the one of the house, for one form."""

    file: StoredFile
    by: str
    """Name of who put it in force."""
    at: dt.datetime


class PullingReads(Protocol):
    """What handlers may ask about it."""

    def nudged(self, form: str, period: str, day: dt.date) -> Collection[int]:
        """The units that were nudged for a report on this day."""

    def report_template(self, form: str) -> Template | None:
        """The template in force for a form; ``None`` for that of the house."""

    def report_texts(self, unit_ids: Collection[int], limit: int) -> Iterator[Text]:
        """The written answers of these units' latest reports, the newest first; of at most ``limit`` reports."""


@dataclass(frozen=True, slots=True)
class NoteNudge:
    """These units were nudged for a report. Audited; the note is what keeps a second nudge off on the same day."""

    form: str
    period: str
    unit_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class SetTemplate:
    """Put a template in force for a form, or with ``None`` that of the house again. Audited."""

    form: str
    file_id: int | None


Checked = dict[str, Any]
"""What the check of a template found: "problem" (why it can't be used, or ``None``), "detail", "fields"."""
