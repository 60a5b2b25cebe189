"""Reminders: what the calendar says is due now goes into the outbox, in the transaction that notes it as sent.

What is due depends on the calendar and on what was noted, never on when this ran last. So downtime delays a reminder
and never skips it while its deadline is open, and two workers, or a restart in between, never double one. All that one
unit is to hear of comes in one message; who has put reminders off hears of what is due then, and not before.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.payload import pack
from bot.storage import Message, Transaction
from bot.storage.deadlines import Reached
from handlers.permissions import units_for
from handlers.records.deadlines import Deadline, reported_period
from handlers.records.people import Role, Unit
from handlers.reply import Choice, Reply
from handlers.texts import say
from knowledge.calendar import (
    Reminder,
    days_left,
    due_reminders,
    last_working_day,
    reached_reminders,
    snooze_is_over,
)
from knowledge.forms.form import Form
from knowledge.forms.rules import questions_for
from knowledge.period import Period

_AT_ONCE = 200
"""Units in one transaction: SQLite has one writer, and a cadre's question should not wait behind a province."""
_LENGTH = 1600
"""Characters of a message, so that it fits the narrowest channel with its choices written out below it."""
_MOST_LATE = 5
"""Deadlines that a digest names."""
_LOOK_AGAIN = dt.timedelta(hours=1)
"""When nobody is left to be reminded of a step, that long nobody looks; who joins later hears of it then."""

Looked = MutableMapping[tuple[int, int, dt.date, int], dt.datetime]
"""When a process last found nobody left to remind: by deadline, its version, printed date and offset."""


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One step of one occurrence that was reached: due for everybody who did not hear of it."""

    deadline: Deadline
    form: Form | None
    reminder: Reminder

    @property
    def key(self) -> tuple[int, int, dt.date, int]:
        return (self.deadline.id, self.deadline.version, self.printed, self.reminder.offset)

    @property
    def printed(self) -> dt.date:
        return self.reminder.occurrence.date

    @property
    def period(self) -> Period:
        return reported_period(self.reminder.occurrence, self.deadline.rule, self.form)

    def answered(self, tx: Transaction, unit_ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
        """What these units have answered in their drafts."""
        return tx.answered(self.form.name, self.period.code, unit_ids) if self.form else {}

    def missing(self, tx: Transaction, units: Sequence[Unit]) -> list[Unit]:
        """Those of the units that have not filed."""
        if self.form is None or not units:
            return list(units)
        filed = tx.filed(self.form.name, self.period.code, [unit.id for unit in units])
        return [unit for unit in units if unit.id not in filed]


def plan(tx: Transaction, now: dt.datetime, forms: Mapping[str, Form], looked: Looked | None = None) -> int:
    """Put what is due now into the outbox; gives the number of messages.

    A large province takes several runs: run it until there is nothing, and again whenever you like. ``looked`` is kept
    between the runs of one process, so that a run without news costs nothing; without it everybody is looked at.
    """
    looked = {} if looked is None else looked
    long_ago = now - 2 * _LOOK_AGAIN
    due = [
        step
        for step in _steps(tx, forms, lambda rule, offsets, born: due_reminders(rule, offsets, now, (), born))
        if abs(now - looked.get(step.key, long_ago)) >= _LOOK_AGAIN
    ]
    due.sort(key=_urgent)
    snoozed = tx.snoozed()
    messages: list[Message] = []
    units = tx.all_units() if due or snoozed else ()
    peopled = tx.peopled(_roles(due)) if due else {}
    more = True
    while more and not messages:
        found = _waiting(tx, due, units, peopled, now)
        messages = _to_cadres(tx, found, snoozed, now)
        more = len(found) == _AT_ONCE
    if not more:
        messages += [*_to_the_woken(tx, forms, snoozed, now), *_digests(tx, due, units, now)]
        if not messages:  # else the transaction may still fail, and is to be tried again
            looked.update((step.key, now) for step in due)
    return len(tx.enqueue(messages, now))


def _steps(
    tx: Transaction,
    forms: Mapping[str, Form],
    reached: Callable[..., Iterable[Reminder]],
) -> list[_Step]:
    """The steps of all deadlines that a function of rule, offsets and beginning gives."""
    found = []
    for deadline in tx.deadlines():
        form = forms.get(deadline.form or "")
        # Where nothing is filed here nobody can say that it was not done: then there is nothing to be overdue.
        offsets = deadline.offsets if form else tuple(offset for offset in deadline.offsets if offset >= 0)
        found += [_Step(deadline, form, one) for one in reached(deadline.rule, offsets, deadline.created_at)]
    return found


def _urgent(step: _Step) -> tuple[dt.date, int]:
    """What is due first comes first."""
    return step.reminder.occurrence.last_admissible_day, step.deadline.id


def _roles(steps: Iterable[_Step]) -> Sequence[Role]:
    """Of whom the steps are."""
    return sorted({role for step in steps for role in step.deadline.roles})


def _waiting(
    tx: Transaction,
    due: Sequence[_Step],
    units: Sequence[Unit],
    peopled: Mapping[int, Collection[Role]],
    now: dt.datetime,
) -> dict[Unit, list[_Step]]:
    """The next units that have not filed and did not hear of a step yet, and have somebody to hear of it."""
    found: dict[Unit, list[_Step]] = {}
    for step in due:
        roles = frozenset(step.deadline.roles)
        done = tx.reminded(step.deadline.id, step.printed, step.reminder.offset, now)
        unheard = [
            unit
            for unit in units
            if unit.id not in done and not roles.isdisjoint(peopled.get(unit.id, ())) and step.deadline.concerns(unit)
        ]
        for unit in step.missing(tx, unheard):
            if unit in found or len(found) < _AT_ONCE:
                found.setdefault(unit, []).append(step)
    return found


def _to_cadres(
    tx: Transaction,
    found: Mapping[Unit, Sequence[_Step]],
    snoozed: Mapping[int, dt.datetime],
    now: dt.datetime,
) -> list[Message]:
    """One message to each of these units' people, of all that is new to the unit. Who sleeps is told on waking."""
    asked: defaultdict[_Step, list[int]] = defaultdict(list)
    for unit, steps in found.items():
        for step in steps:
            asked[step].append(unit.id)
    new = {
        step: tx.remind(step.deadline.id, step.printed, step.reminder.offset, unit_ids, now)
        for step, unit_ids in asked.items()
    }
    answered = {step: step.answered(tx, unit_ids) for step, unit_ids in asked.items()}
    people: defaultdict[int, list[Reached]] = defaultdict(list)
    for one in tx.reachable(_roles(asked), [unit.id for unit in found]) if found else ():
        people[one.unit_id].append(one)
    messages = []
    for unit, steps in found.items():
        parts = {
            step: _part(step, unit, answered[step].get(unit.id, {}), now) for step in steps if unit.id in new[step]
        }
        for role, colleagues in groupby(sorted(people[unit.id], key=_role), key=_role):
            mine = [step for step in parts if role in step.deadline.roles]
            if not mine:
                continue
            awake = [one for one in colleagues if one.person_id not in snoozed]
            key = "+".join(f"{step.deadline.id}:{step.printed}:{step.reminder.offset}" for step in mine)
            for number, payload in enumerate(_together([parts[step] for step in mine])):
                messages += [
                    _message(f"reminder:{key}:{unit.id}:{one.person_id}:{number}", one, payload, now) for one in awake
                ]
    return messages


def _role(one: Reached) -> str:
    return one.role


def _to_the_woken(
    tx: Transaction, forms: Mapping[str, Form], snoozed: Mapping[int, dt.datetime], now: dt.datetime
) -> Iterator[Message]:
    """To everybody whose chosen hour has come: all that was reached and is still to be filed."""
    over = [(person_id, until) for person_id, until in snoozed.items() if snooze_is_over(until, now)]
    if not over:
        return
    today = now.date()
    steps = _steps(tx, forms, lambda rule, offsets, born: reached_reminders(rule, offsets, today, born.date()))
    steps.sort(key=_urgent)
    people = {one.person_id: one for one in tx.reachable(_roles(steps))}
    for person_id, until in over:
        one, person = people.get(person_id), tx.person(person_id)
        if not tx.wake(person_id, until) or one is None or person is None:
            continue
        unit = person.unit
        mine = [step for step in steps if one.role in step.deadline.roles and step.deadline.concerns(unit)]
        parts = [
            _part(step, unit, step.answered(tx, [unit.id]).get(unit.id, {}), now)
            for step in mine
            if step.missing(tx, [unit])
        ]
        for number, payload in enumerate(_together(parts)):
            yield _message(f"reminder:snooze:{person_id}:{until.isoformat()}:{number}", one, payload, now)


def _part(step: _Step, unit: Unit, answers: Mapping[str, object], now: dt.datetime) -> dict[str, Any]:
    """What a reminder says of one deadline, what opens its form, and what it is about."""
    deadline, form = step.deadline, step.form
    text = say(
        "deadline.reminder",
        title=deadline.title,
        period=step.period.label if form else None,
        rule=deadline.rule,
        printed=step.printed,
        working=last_working_day(step.reminder.occurrence),
        left=days_left(step.reminder.occurrence, now.date()),
        unit=unit.name,
        to_whom=deadline.to_whom,
        counted=form is not None,
    )
    about = [f"deadline:{deadline.id}"]
    if form is None:
        return {"text": text, "about": about}
    action = f"baocao {form.name} {step.period.code}"
    label = "deadline.report_now"
    if answers:
        label = "deadline.report_on"
        asked = questions_for(form, answers)
        left = sum(question.name not in answers for question in asked)
        text += "\n" + say("deadline.draft" if left else "deadline.draft_full", open=left, count=len(asked))
    return {
        "text": text,
        "about": [*about, action],
        "label": label,
        "title": deadline.title,
        "period": step.period.label,
    }


def _together(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The message of some parts; more than one where they are many."""
    pages: list[list[Mapping[str, Any]]] = []
    room = 0
    for part in parts:
        length = len(part["text"]) + len(part.get("title", ""))
        if length > room:
            pages.append([])
            room = _LENGTH
        pages[-1].append(part)
        room -= length
    return [_page(page) for page in pages]


def _page(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One message. It keeps its parts, so that one can still be taken out while it waits to be sent."""
    alone = len(parts) == 1
    opening = {
        part["about"][-1]: say(part["label"], title=part["title"], period=part["period"], alone=alone)
        for part in parts
        if "label" in part
    }
    choices = [Choice(label, action) for action, label in opening.items()]
    reply = Reply("\n\n".join(part["text"] for part in parts), (*choices, Choice(say("deadline.snooze"), "nhaclai")))
    kept = [{"text": part["text"], "about": part["about"]} for part in parts]
    return {**pack(reply), "parts": kept}


def _digests(tx: Transaction, due: Sequence[_Step], units: Sequence[Unit], now: dt.datetime) -> Iterator[Message]:
    """One message a day of what has become overdue or is still so: to each supervisor, and to a deadline's owner."""
    late = [step for step in due if step.reminder.offset < 0]
    if not late:
        return
    missing = {step: step.missing(tx, [unit for unit in units if step.deadline.concerns(unit)]) for step in late}
    late = [step for step in late if missing[step]]
    owners = {step.deadline.owner_id for step in late}
    since = min((step.printed for step in late), default=now.date())
    for one in tx.reachable(("supervisor", "staff", "admin")):
        if one.role != "supervisor" and one.person_id not in owners:
            continue
        told = [(key, day, offset) for key, day, offset, at in tx.escalated(one.person_id, since) if at <= now]
        today = any(at.date() == now.date() for *_, at in tx.escalated(one.person_id, since))
        person = tx.person(one.person_id)
        if today or person is None:
            continue
        below = {unit.id for unit in units_for(person, "chuanop", tx)}
        overdue: list[tuple[_Step, list[str], int]] = []
        for step in late:
            step_told = any(
                (key, day) == (step.deadline.id, step.printed) and offset <= step.reminder.offset
                for key, day, offset in told
            )
            mine = one.role == "supervisor" or step.deadline.owner_id == one.person_id
            names = [unit.name for unit in missing[step] if unit.id in below]
            if mine and names and not step_told:
                asked = sum(unit.id in below and step.deadline.concerns(unit) for unit in units)
                overdue.append((step, names, asked))
        if overdue:
            rows = [(step.deadline.id, step.printed, step.reminder.offset) for step, *_ in overdue]
            tx.escalate(one.person_id, rows, now)
            yield _message(f"overdue:{one.person_id}:{now.date()}", one, pack(_digest(overdue)), now)


def _digest(overdue: Sequence[tuple[_Step, list[str], int]]) -> Reply:
    listed = [
        {
            "title": step.deadline.title,
            "period": step.period.label,
            "printed": step.printed,
            "missing": names,
            "units": asked,
        }
        for step, names, asked in overdue[:_MOST_LATE]
    ]
    choices = tuple(
        Choice(
            say("deadline.missing", title=step.deadline.title, period=step.period.label),
            f"chuanop {step.deadline.form} {step.period.code}",
        )
        for step, *_ in overdue[:_MOST_LATE]
    )
    return Reply(say("deadline.digest", overdue=listed, more=len(overdue) - len(listed)), choices)


def _message(key: str, to: Reached, payload: Mapping[str, Any], now: dt.datetime) -> Message:
    return Message(
        dedupe_key=key,
        kind="reminder",
        channel=to.channel,
        address=to.address,
        subject=f"person:{to.person_id}",
        payload=payload,
        due_at=now,
        person_id=to.person_id,
    )
