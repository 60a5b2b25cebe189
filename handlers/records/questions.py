"""Questions that found no answer, kept so that staff see what is missing; and what staff answered, for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that was refused, or whose answer somebody found wrong; equal ones are one."""

    id: int
    """Of the latest time that it was asked."""
    key: str
    """What is asked, see ``knowledge.answering.same``."""
    text: str
    """As last typed. Long numbers are masked: they may be somebody's telephone or identity number."""
    reason: str
    """Reason of the refusal (see ``knowledge.answer.Answer.reason``), or "wrong"."""
    unit: str
    at: dt.datetime
    count: int = 1
    """How often it was asked."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What staff answered. Given to everybody who asks the same, until it is withdrawn."""

    id: int
    key: str
    question: str
    text: str
    source: str | None
    """Where it stands, in the words of staff."""
    author: str
    at: dt.datetime
    """When it was last worded."""


class QuestionReads(Protocol):
    """What handlers may ask about open questions and stored answers."""

    def open_questions(self, unit_ids: Sequence[int], limit: int) -> Sequence[OpenQuestion]:
        """The open questions of people of these units, the latest first."""

    def open_question(self, question_id: int, unit_ids: Sequence[int]) -> OpenQuestion | None:
        """One of them; ``None`` where it is not there any more."""

    def open_keys(self) -> Sequence[str]:
        """What is asked by the open questions, the latest first."""

    def askers(self, key: str) -> Sequence[int]:
        """Keys of the people whose open question asks this."""

    def stored_keys(self) -> Sequence[str]:
        """What the answers in use are for."""

    def stored_answer(self, key: str) -> StoredAnswer | None:
        """The answer in use for this."""

    def stored_answers(self, limit: int) -> Sequence[StoredAnswer]:
        """The answers in use, the latest first."""

    def stored_answer_of(self, answer_id: int) -> StoredAnswer | None:
        """One answer by its key, if it is in use."""


@dataclass(frozen=True, slots=True)
class NoteQuestion:
    """Keep a question for staff. The same question of the same person stays one while it is open."""

    text: str
    reason: str
    key: str = ""
    """What is asked; the text itself stands in where there is none."""


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """Answer an open question for everybody, in place of what was answered to it before. Audited."""

    key: str
    question: str
    text: str
    source: str | None


@dataclass(frozen=True, slots=True)
class DismissQuestion:
    """Take a question off the list without an answer. Audited."""

    key: str


@dataclass(frozen=True, slots=True)
class MendAnswer:
    """Word a stored answer anew. Audited with what it was."""

    answer_id: int
    text: str
    source: str | None


@dataclass(frozen=True, slots=True)
class WithdrawAnswer:
    """Give a stored answer no more. Audited."""

    answer_id: int
