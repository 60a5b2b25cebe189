"""Reminders: what the calendar says is due now goes into the outbox, in the transaction that notes it as sent.

What is due depends on the calendar and on what was noted, never on when this ran last. So downtime delays a reminder
and never skips it while its deadline is open, and two workers, or a restart in between, never double one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.payload import pack
from bot.storage import Message, Transaction
from handlers.permissions import units_for
from handlers.records.deadlines import Deadline, reported_period
from handlers.records.people import Unit
from handlers.reply import Choice, Reply
from handlers.texts import say
from knowledge.calendar import Reminder, days_left, due_reminders, last_working_day
from knowledge.forms import Form
from knowledge.period import Period

_AT_ONCE = 200
"""Reminders in one transaction: SQLite has one writer, and a cadre's question should not wait behind a province."""
_MOST_CHOICES = 5


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A deadline, and the nearest step that was reached of each of its occurrences: due for whom it was not sent."""

    deadline: Deadline
    form: Form | None
    units: tuple[Unit, ...]
    reminders: tuple[Reminder, ...]

    @property
    def since(self) -> dt.date:
        return min(reminder.occurrence.date for reminder in self.reminders)

    def period(self, reminder: Reminder) -> Period:
        return reported_period(reminder.occurrence, self.deadline.rule, self.form)


def plan(tx: Transaction, now: dt.datetime, forms: Mapping[str, Form]) -> int:
    """Put what is due now into the outbox; gives the number of messages.

    A large province takes several runs: run it until there is nothing, and again whenever you like.
    """
    candidates = list(_candidates(tx, now, forms))
    if not candidates:
        return 0
    people: defaultdict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for person_id, unit_id, channel, address in tx.reachable(("cadre",)):
        people[unit_id].append((person_id, channel, address))
    messages: list[Message] = []
    for candidate in candidates:
        messages += _to_cadres(tx, candidate, people, now, _AT_ONCE - len(messages))
        if len(messages) >= _AT_ONCE:
            break
    else:
        messages += _to_supervisors(tx, candidates, now)
    return len(tx.enqueue(messages, now))


def _candidates(tx: Transaction, now: dt.datetime, forms: Mapping[str, Form]) -> Iterator[_Candidate]:
    units: Sequence[Unit] | None = None
    for deadline in tx.deadlines():
        form = forms.get(deadline.form or "")
        reminders = due_reminders(deadline.rule, _offsets(deadline, form), now, (), deadline.created_at)
        if reminders:
            units = tx.all_units() if units is None else units
            concerned = tuple(unit for unit in units if deadline.concerns(unit))
            yield _Candidate(deadline, form, concerned, tuple(reminders))


def _offsets(deadline: Deadline, form: Form | None) -> tuple[int, ...]:
    """Where nothing is filed here nobody can say that it was not done: then there is nothing to be overdue."""
    return deadline.offsets if form else tuple(offset for offset in deadline.offsets if offset >= 0)


def _missing(tx: Transaction, candidate: _Candidate, reminder: Reminder, units: Sequence[Unit]) -> list[Unit]:
    """The units that have not filed."""
    if candidate.form is None:
        return list(units)
    code = candidate.period(reminder).code
    filed = tx.filed(candidate.form.name, code, [unit.id for unit in units])
    return [unit for unit in units if unit.id not in filed]


def _to_cadres(
    tx: Transaction,
    candidate: _Candidate,
    people: Mapping[int, Sequence[tuple[int, str, str]]],
    now: dt.datetime,
    most: int,
) -> Iterator[Message]:
    """For each unit that has not filed, and has somebody to remind, the one reminder that is due; ``most`` units.

    ``people``: of each unit, person, channel and address.
    """
    deadline = candidate.deadline
    for reminder in candidate.reminders:
        printed = reminder.occurrence.date
        done = tx.reminded(deadline.id, printed, reminder.offset)
        waiting = [unit for unit in candidate.units if unit.id in people and unit.id not in done]
        missing = _missing(tx, candidate, reminder, waiting)[:most]
        most -= len(missing)
        new = tx.remind(deadline.id, printed, reminder.offset, [unit.id for unit in missing], now)
        for unit in missing:
            if unit.id in new:
                key = f"reminder:{deadline.id}:{printed}:{unit.id}:{reminder.offset}"
                payload = pack(_reminder(tx, candidate, reminder, unit, now))
                for person_id, channel, address in people[unit.id]:
                    yield _message(f"{key}:{person_id}", person_id, channel, address, payload, now)


def _reminder(tx: Transaction, candidate: _Candidate, reminder: Reminder, unit: Unit, now: dt.datetime) -> Reply:
    deadline, form, period = candidate.deadline, candidate.form, candidate.period(reminder)
    text = say(
        "deadline.reminder",
        title=deadline.title,
        period=period.label if form else None,
        rule=deadline.rule,
        printed=reminder.occurrence.date,
        working=last_working_day(reminder.occurrence),
        left=days_left(reminder.occurrence, now.date()),
        unit=unit.name,
        to_whom=deadline.to_whom,
        counted=form is not None,
    )
    if form is None:
        return Reply(text)
    label = say("deadline.report_now")
    draft = tx.report(unit.id, form.name, period.code)
    if draft is not None and draft.answers:
        label = say("deadline.report_on")
        left = sum(question.name not in draft.answers for question in form.questions)
        text += "\n" + (say("deadline.draft", open=left) if left else say("deadline.draft_full"))
    return Reply(text, (Choice(label, f"baocao {form.name} {period.code}"),))


def _to_supervisors(tx: Transaction, candidates: Sequence[_Candidate], now: dt.datetime) -> Iterator[Message]:
    """One digest a day for each supervisor, of what has become overdue or is still so."""
    late = [one for one in candidates if one.form and any(reminder.offset < 0 for reminder in one.reminders)]
    if not late:
        return
    since = min(candidate.since for candidate in late)
    for person_id, _, channel, address in tx.reachable(("supervisor",)):
        told = tx.escalated(person_id, since)
        if any(at.date() == now.date() for *_, at in told):
            continue
        person = tx.person(person_id)
        below = {unit.id for unit in units_for(person, "chuanop", tx)} if person else set()
        overdue: list[tuple[_Candidate, Reminder, list[Unit], int]] = []
        for candidate in late:
            units = [unit for unit in candidate.units if unit.id in below]
            for reminder in candidate.reminders:
                step = (candidate.deadline.id, reminder.occurrence.date)
                if reminder.offset >= 0 or any((key, day) == step and n <= reminder.offset for key, day, n, _ in told):
                    continue
                if missing := _missing(tx, candidate, reminder, units):
                    overdue.append((candidate, reminder, missing, len(units)))
        if overdue:
            rows = [(one.deadline.id, reminder.occurrence.date, reminder.offset) for one, reminder, *_ in overdue]
            tx.escalate(person_id, rows, now)
            key = f"overdue:{person_id}:{now.date()}"
            yield _message(key, person_id, channel, address, pack(_digest(overdue)), now)


def _digest(overdue: Sequence[tuple[_Candidate, Reminder, list[Unit], int]]) -> Reply:
    listed = [
        {
            "title": candidate.deadline.title,
            "period": candidate.period(reminder).label,
            "printed": reminder.occurrence.date,
            "missing": [unit.name for unit in missing],
            "units": units,
            "action": f"chuanop {candidate.form.name if candidate.form else ''} {candidate.period(reminder).code}",
        }
        for candidate, reminder, missing, units in overdue
    ]
    choices = [
        Choice(say("deadline.missing", title=one["title"], period=one["period"]), str(one["action"]))
        for one in listed[:_MOST_CHOICES]
    ]
    return Reply(say("deadline.digest", overdue=listed), tuple(choices))


def _message(
    key: str, person_id: int, channel: str, address: str, payload: Mapping[str, object], now: dt.datetime
) -> Message:
    return Message(
        dedupe_key=key,
        kind="reminder",
        channel=channel,
        address=address,
        subject=f"person:{person_id}",
        payload=payload,
        due_at=now,
        person_id=person_id,
    )
