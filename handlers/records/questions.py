"""Questions that found no answer, kept so that staff see which documents are missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One question that was refused, or whose answer the person found wrong."""

    text: str
    """Long numbers are masked: they may be somebody's telephone or identity number."""
    reason: str
    """Reason of the refusal (see ``knowledge.answer.Answer.reason``), or "wrong"."""
    unit: str
    at: dt.datetime


class QuestionReads(Protocol):
    """What handlers may ask about open questions."""

    def open_questions(self, unit_ids: Sequence[int], limit: int) -> Sequence[OpenQuestion]:
        """The latest questions of people of these units, newest first."""


@dataclass(frozen=True, slots=True)
class NoteQuestion:
    """Keep a question for staff."""

    text: str
    reason: str
