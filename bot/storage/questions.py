"""Questions that found no answer, and the answers that staff gave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import person, stored_answer, unanswered, unit
from handlers.records.questions import (
    AnswerQuestion,
    DismissQuestion,
    MendAnswer,
    NoteQuestion,
    OpenQuestion,
    StoredAnswer,
    WithdrawAnswer,
)

_OPEN = unanswered.c.outcome.is_(None)
_IN_USE = stored_answer.c.withdrawn_at.is_(None)


class Questions(Room):
    """Answers ``QuestionReads``."""

    def open_questions(self, unit_ids: Sequence[int], limit: int) -> Sequence[OpenQuestion]:
        """The open questions of people of these units, the latest first."""
        return self._open(unit_ids, limit)

    def open_question(self, question_id: int, unit_ids: Sequence[int]) -> OpenQuestion | None:
        """One of them; ``None`` where it is not there any more."""
        key = self.connection.scalar(sa.select(unanswered.c.key).where(unanswered.c.id == question_id, _OPEN))
        return next(iter(self._open(unit_ids, 1, key)), None) if key is not None else None

    def _open(self, unit_ids: Sequence[int], limit: int, key: str | None = None) -> list[OpenQuestion]:
        latest = (
            sa.select(sa.func.max(unanswered.c.id).label("id"), sa.func.count().label("count"))
            .join(person, person.c.id == unanswered.c.person_id)
            .where(_OPEN, person.c.unit_id.in_(unit_ids))
            .group_by(unanswered.c.key)
        )
        found = (latest.where(unanswered.c.key == key) if key is not None else latest).subquery()
        rows = self.connection.execute(
            sa.select(
                unanswered.c.id,
                unanswered.c.key,
                unanswered.c.text,
                unanswered.c.reason,
                unit.c.name,
                unanswered.c.at,
                found.c.count,
            )
            .join(found, found.c.id == unanswered.c.id)
            .join(person, person.c.id == unanswered.c.person_id)
            .join(unit, unit.c.id == person.c.unit_id)
            .order_by(unanswered.c.id.desc())
            .limit(limit)
        )
        return [OpenQuestion(*row) for row in rows]

    def open_keys(self) -> Sequence[str]:
        """What is asked by the open questions, the latest first."""
        return list(self.connection.scalars(_OPEN_KEYS))

    def askers(self, key: str) -> Sequence[int]:
        """Keys of the people whose open question asks this."""
        query = (
            sa.select(unanswered.c.person_id)
            .join(person, person.c.id == unanswered.c.person_id)
            .where(_OPEN, unanswered.c.key == key, person.c.removed_at.is_(None))
            .distinct()
            .order_by(unanswered.c.person_id)
        )
        return list(self.connection.scalars(query))

    def stored_keys(self) -> Sequence[str]:
        """What the answers in use are for."""
        return list(self.connection.scalars(_KEYS))

    def stored_answer(self, key: str) -> StoredAnswer | None:
        """The answer in use for this."""
        return self._answer(_ANSWERS.where(stored_answer.c.key == key))

    def stored_answer_of(self, answer_id: int) -> StoredAnswer | None:
        """One answer by its key, if it is in use."""
        return self._answer(_ANSWERS.where(stored_answer.c.id == answer_id))

    def _answer(self, query: sa.Select[Any]) -> StoredAnswer | None:
        row = self.connection.execute(query).one_or_none()
        return StoredAnswer(*row) if row else None

    def stored_answers(self, limit: int) -> Sequence[StoredAnswer]:
        """The answers in use, the latest first."""
        query = _ANSWERS.order_by(stored_answer.c.at.desc(), stored_answer.c.id.desc()).limit(limit)
        return [StoredAnswer(*row) for row in self.connection.execute(query)]


def _note(tx: Questions, effect: NoteQuestion, person_id: int | None, now: dt.datetime) -> None:
    key = effect.key or effect.text
    mine = sa.select(unanswered.c.id).where(unanswered.c.key == key, unanswered.c.person_id == person_id, _OPEN)
    if tx.connection.scalar(mine.limit(1)) is None:
        row = {"text": effect.text, "key": key, "reason": effect.reason, "person_id": person_id, "at": now}
        tx.connection.execute(unanswered.insert(), row)


def _close(tx: Questions, key: str, outcome: str, now: dt.datetime) -> int:
    open_ones = unanswered.update().where(unanswered.c.key == key, _OPEN)
    return tx.connection.execute(open_ones.values(outcome=outcome, closed_at=now)).rowcount


def _answer(tx: Questions, effect: AnswerQuestion, person_id: int | None, now: dt.datetime) -> None:
    before = stored_answer.update().where(stored_answer.c.key == effect.key, _IN_USE)
    tx.connection.execute(before.values(withdrawn_at=now))
    row = {
        "question": effect.question,
        "key": effect.key,
        "text": effect.text,
        "source": effect.source,
        "author_id": person_id,
        "at": now,
    }
    # Of two who answer at the same instant one fails here, and is told that the question is answered.
    new = tx.connection.scalar(stored_answer.insert().returning(stored_answer.c.id), row)
    closed = _close(tx, effect.key, "answered", now)
    tx.note(now, person_id, "answer-question", f"stored_answer:{new}", questions=closed)


def _dismiss(tx: Questions, effect: DismissQuestion, person_id: int | None, now: dt.datetime) -> None:
    closed = _close(tx, effect.key, "dismissed", now)
    tx.note(now, person_id, "dismiss-question", "unanswered", key=effect.key, questions=closed)


def _mend(tx: Questions, effect: MendAnswer, person_id: int | None, now: dt.datetime) -> None:
    before = tx.stored_answer_of(effect.answer_id)
    one = stored_answer.update().where(stored_answer.c.id == effect.answer_id, _IN_USE)
    tx.connection.execute(one.values(text=effect.text, source=effect.source, author_id=person_id, at=now))
    was = {"text": before.text, "source": before.source} if before else {}
    tx.note(now, person_id, "mend-answer", f"stored_answer:{effect.answer_id}", was=was)


def _withdraw(tx: Questions, effect: WithdrawAnswer, person_id: int | None, now: dt.datetime) -> None:
    one = stored_answer.update().where(stored_answer.c.id == effect.answer_id, _IN_USE)
    tx.connection.execute(one.values(withdrawn_at=now))
    tx.note(now, person_id, "withdraw-answer", f"stored_answer:{effect.answer_id}")


_OPEN_KEYS = sa.select(unanswered.c.key).where(_OPEN).order_by(unanswered.c.id.desc()).limit(500)
_KEYS = sa.select(stored_answer.c.key).where(_IN_USE).order_by(stored_answer.c.id.desc()).limit(2000)
_ANSWERS = (
    sa.select(
        stored_answer.c.id,
        stored_answer.c.key,
        stored_answer.c.question,
        stored_answer.c.text,
        stored_answer.c.source,
        person.c.name,
        stored_answer.c.at,
    )
    .join(person, person.c.id == stored_answer.c.author_id)
    .where(_IN_USE)
)

EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    NoteQuestion: _note,
    AnswerQuestion: _answer,
    DismissQuestion: _dismiss,
    MendAnswer: _mend,
    WithdrawAnswer: _withdraw,
}
"""For each effect of ``handlers.records.questions`` the function that applies it."""
