"""Reminders reach the units that have not filed, once for each step, whatever the uptime."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.pool import StaticPool

from bot.clock import VIETNAM
from bot.reminders import plan
from bot.storage import Store, Transaction
from bot.storage.schema import account, escalation, metadata, outbox, person, reminder, unit
from handlers.records.deadlines import EVERY_COMMUNE, AddDeadline
from handlers.records.people import NOTICE_VERSION
from handlers.records.reports import SaveAnswer, StartDraft, SubmitReport
from knowledge.calendar import DEFAULT_OFFSETS, Rule, is_quiet, is_working_day, occurrences, reminder_day
from knowledge.forms.form import Form, Question

FORM = Form(
    "dan-van-kheo",
    "Dân vận khéo",
    ("month",),
    (Question("mo_hinh", "whole", "Mô hình"), Question("kho_khan", "text", "Khó khăn")),
)
FORMS = {FORM.name: FORM}
YEARLY = Rule("year", month=12, day=15)
BORN = dt.datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)
COMMUNES = 3


def at(day: int, hour: int = 9, month: int = 12, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, day, hour, 0, tzinfo=VIETNAM)


def settle_in(tx: Transaction, rule: Rule = YEARLY, form: str | None = FORM.name) -> dict[str, int]:
    """A province of three communes with one cadre each (the third has two, one with two accounts), a supervisor."""
    insert = tx.connection
    keys: dict[str, int] = {}

    def add(table: sa.Table, **values: Any) -> int:
        key = insert.scalar(table.insert().returning(table.c.id), values)
        assert isinstance(key, int)
        return key

    def enrol(name: str, role: str, unit_id: int, *addresses: str) -> int:
        who = add(
            person,
            name=name,
            role=role,
            unit_id=unit_id,
            agreed_version=NOTICE_VERSION,
            agreed_at=BORN,
            created_at=BORN,
        )
        for number, address in enumerate(addresses):
            used = BORN + dt.timedelta(days=number)
            add(account, channel="test", address=address, person_id=who, last_used_at=used)
        return who

    keys["province"] = add(unit, name="Tỉnh", kind="province", parent_id=None)
    for number in range(1, COMMUNES + 1):
        keys[f"xã {number}"] = add(unit, name=f"Xã {number}", kind="commune", parent_id=keys["province"])
        keys[f"cadre {number}"] = enrol(f"Cán bộ {number}", "cadre", keys[f"xã {number}"], f"c{number}")
    enrol("Người có hai tài khoản", "cadre", keys["xã 3"], "cũ", "mới")
    keys["supervisor"] = enrol("Lãnh đạo", "supervisor", keys["province"], "s")
    effect = AddDeadline(None, "Báo cáo năm", None, rule.to_dict(), form, "Sở Nội vụ", EVERY_COMMUNE, DEFAULT_OFFSETS)
    keys["deadline"] = tx.add_deadline(effect, None, BORN)
    return keys


def submit(tx: Transaction, keys: dict[str, int], number: int, period: str, now: dt.datetime) -> None:
    unit_id, who = keys[f"xã {number}"], keys[f"cadre {number}"]
    tx.apply(StartDraft(unit_id, FORM.name, 1, period), who, now)
    tx.apply(SubmitReport(unit_id, FORM.name, period, f"R{unit_id}{period}", False), who, now)


def queued(tx: Transaction) -> list[Any]:
    return list(tx.connection.execute(sa.select(outbox).order_by(outbox.c.id)))


async def test_each_step_goes_out_once_to_the_account_used_last(store: Store) -> None:
    keys = await store.write(settle_in)
    counts = [await store.write(lambda tx: plan(tx, at(8), FORMS)) for _ in range(3)]
    assert counts == [COMMUNES + 1, 0, 0]
    rows = await store.read(queued)
    assert sorted(row.address for row in rows) == ["c1", "c2", "c3", "mới"]
    assert "15/12/2026" in rows[0].payload["text"]
    assert rows[0].payload["choices"][0]["action"] == "baocao dan-van-kheo 2026-12"
    assert await store.write(lambda tx: plan(tx, at(9), FORMS)) == 0
    assert await store.write(lambda tx: plan(tx, at(11), FORMS)) == COMMUNES + 1, "four days, a weekend within"
    assert keys["deadline"]


async def test_workers_at_the_same_moment_do_not_double_a_reminder(store: Store) -> None:
    await store.write(settle_in)
    counts = await asyncio.gather(*(store.write(lambda tx: plan(tx, at(8), FORMS)) for _ in range(4)))
    assert sum(counts) == COMMUNES + 1


async def test_who_has_filed_is_left_in_peace_and_a_draft_is_mentioned(store: Store) -> None:
    keys = await store.write(settle_in)
    await store.write(lambda tx: submit(tx, keys, 1, "2026-12", at(7)))
    draft = SaveAnswer(keys["xã 2"], FORM.name, 1, "2026-12", "mo_hinh", 3)
    await store.write(lambda tx: tx.apply(draft, keys["cadre 2"], at(7)))
    await store.write(lambda tx: plan(tx, at(8), FORMS))
    rows = await store.read(queued)
    assert "c1" not in {row.address for row in rows}
    text = next(row.payload["text"] for row in rows if row.address == "c2")
    assert "còn 1/2 câu" in text


async def test_overdue_ones_go_up_to_the_supervisor_as_one_digest_a_day(store: Store) -> None:
    keys = await store.write(settle_in)
    other = AddDeadline(None, "Một việc khác", None, YEARLY.to_dict(), FORM.name, None, EVERY_COMMUNE, (-1,))
    await store.write(lambda tx: tx.add_deadline(other, None, BORN))
    await store.write(lambda tx: submit(tx, keys, 1, "2026-12", at(7)))
    for hour in (8, 9, 15):
        await store.write(lambda tx, hour=hour: plan(tx, at(16, hour), FORMS))
    rows = [row for row in await store.read(queued) if row.address == "s"]
    assert len(rows) == 1
    assert "2/3 đơn vị chưa nộp" in rows[0].payload["text"]
    assert "Xã 1" not in rows[0].payload["text"]
    assert "Một việc khác" in rows[0].payload["text"]
    await store.write(lambda tx: plan(tx, at(18), FORMS))
    assert len([row for row in await store.read(queued) if row.address == "s"]) == 2


async def test_nothing_is_overdue_where_nothing_is_filed_here(store: Store) -> None:
    await store.write(lambda tx: settle_in(tx, form=None))
    assert await store.write(lambda tx: plan(tx, at(15), FORMS)) == COMMUNES + 1
    assert await store.write(lambda tx: plan(tx, at(18), FORMS)) == 0


async def test_after_a_long_downtime_only_the_nearest_step_is_sent(store: Store) -> None:
    await store.write(settle_in)
    assert await store.write(lambda tx: plan(tx, at(14), FORMS)) == COMMUNES + 1
    offsets = await store.read(lambda tx: set(tx.connection.scalars(sa.select(reminder.c.days_before))))
    assert offsets == {1}


async def test_nothing_goes_out_at_night(store: Store) -> None:
    await store.write(settle_in)
    assert await store.write(lambda tx: plan(tx, at(8, 21), FORMS)) == 0
    assert await store.write(lambda tx: plan(tx, at(9, 6), FORMS)) == 0
    assert await store.write(lambda tx: plan(tx, at(9, 7), FORMS)) == COMMUNES + 1


# Whatever the uptime. In memory and without a thread, so that many histories can be tried.


@contextmanager
def one_database() -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    try:
        yield engine
    finally:
        engine.dispose()


RULES = st.one_of(
    st.builds(Rule, st.just("year"), month=st.integers(1, 12), day=st.integers(1, 31), exclusive=st.booleans()),
    st.builds(Rule, st.just("month"), day=st.integers(1, 31), exclusive=st.booleans()),
    st.builds(Rule, st.just("quarter"), month=st.integers(1, 3), day=st.integers(1, 31)),
    st.builds(Rule, st.just("once"), date=st.dates(dt.date(2026, 11, 5), dt.date(2027, 3, 10))),
)
MOMENTS = st.lists(st.tuples(st.integers(0, 110), st.integers(0, 23), st.booleans()), min_size=3, max_size=25).map(
    lambda steps: [(BORN + dt.timedelta(days=day, hours=hour), filing) for day, hour, filing in sorted(steps)]
)


@settings(max_examples=40, deadline=None)
@given(RULES, MOMENTS)
def test_over_any_uptime_no_step_is_skipped_while_open_and_none_is_doubled(
    rule: Rule, history: Sequence[tuple[dt.datetime, bool]]
) -> None:
    with one_database() as engine:
        with engine.begin() as connection:
            keys = settle_in(Transaction(connection), rule)
        for now, filing in history:
            before = _reminded(engine)
            with engine.begin() as connection:
                tx = Transaction(connection)
                plan(tx, now, FORMS)
                assert plan(tx, now, FORMS) == 0, "at one moment, once"
            after = _reminded(engine)
            new = after - before
            if is_quiet(now):
                assert all(_closes_today(rule, day, now) for day, *_ in new), "only what has no other hour left"
            steps = {(occurrence, unit_id) for occurrence, unit_id, _ in new}
            assert len(steps) == len(new), "of several missed steps only the nearest"
            _nothing_open_was_skipped(rule, now, after, engine, keys)
            if filing:
                with engine.begin() as connection:
                    tx = Transaction(connection)
                    period = f"{now:%Y-%m}"
                    if not tx.filed(FORM.name, period, [keys["xã 1"]]):
                        submit(tx, keys, 1, period, now)
        with engine.begin() as connection:
            rows = queued(Transaction(connection))
            units = [keys["xã 2"], keys["xã 3"]]
            count = sa.select(sa.func.count()).select_from(reminder).where(reminder.c.unit_id.in_(units))
            reminders = connection.scalar(count)
            told = connection.scalar(sa.select(sa.func.count()).select_from(escalation))
        told_of = {row.address: 0 for row in rows}
        for row in rows:
            told_of[row.address] += len(row.payload.get("parts", ()))
        assert told_of.get("c3") == told_of.get("mới"), "both people of a unit hear the same"
        assert told_of.get("c2", 0) + told_of.get("c3", 0) == reminders
        digests = [row for row in rows if row.address == "s"]
        days = [row.created_at.date() for row in digests]
        assert len(days) == len(set(days))
        assert bool(digests) == bool(told)


JUMPS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 23), st.booleans(), st.booleans()), min_size=2, max_size=14
)


@settings(max_examples=25, deadline=None)
@given(RULES, JUMPS)
def test_two_workers_whose_clocks_jump_neither_double_nor_skip_a_step(
    rule: Rule, history: Sequence[tuple[int, int, bool, bool]]
) -> None:
    """The moments come in any order. Each worker has a memory of its own; a restart (``fresh``) empties it."""
    memories: tuple[dict[Any, dt.datetime], dict[Any, dt.datetime]] = ({}, {})
    with one_database() as engine:
        with engine.begin() as connection:
            keys = settle_in(Transaction(connection), rule)
        for day, hour, second, fresh in history:
            now = BORN + dt.timedelta(days=day, hours=hour - BORN.hour)
            if fresh:
                memories[second].clear()
            for worker in (second, not second):
                with engine.begin() as connection:
                    while plan(Transaction(connection), now, FORMS, memories[worker]):
                        pass
            _nothing_open_was_skipped(rule, now, _reminded(engine), engine, keys)
        with engine.begin() as connection:
            rows = queued(Transaction(connection))
        parts = [(row.address, part["text"]) for row in rows for part in row.payload.get("parts", ())]
        heard = sum(address == "c2" for address, _ in parts)
        assert heard == len([unit_id for _, unit_id, _ in _reminded(engine) if unit_id == keys["xã 2"]])
        digests = [row.created_at.date() for row in rows if row.address == "s"]
        assert len(digests) == len(set(digests))


async def test_a_clock_that_ran_ahead_for_a_moment_costs_nobody_a_reminder(store: Store) -> None:
    await store.write(settle_in)
    assert await store.write(lambda tx: plan(tx, at(18), FORMS)) == COMMUNES + 2, "overdue, and the supervisor"
    for day in (8, 11, 14, 15):
        assert await store.write(lambda tx, day=day: plan(tx, at(day), FORMS)) == COMMUNES + 1, day
    assert await store.write(lambda tx: plan(tx, at(16), FORMS)) == COMMUNES + 2, "one day overdue was not said yet"
    assert await store.write(lambda tx: plan(tx, at(18, 10), FORMS)) == 0, "three days overdue was said, too early"


async def test_who_can_be_reached_only_later_hears_of_it_within_the_hour(store: Store) -> None:
    keys = await store.write(settle_in)
    memory: dict[Any, dt.datetime] = {}
    await store.write(lambda tx: tx.connection.execute(account.update().values(state="blocked")))
    assert await store.write(lambda tx: plan(tx, at(8), FORMS, memory)) == 0
    await store.write(lambda tx: tx.connection.execute(account.update().values(state="active")))
    soon = at(8) + dt.timedelta(minutes=5)
    assert await store.write(lambda tx: plan(tx, soon, FORMS, memory)) == 0
    assert await store.write(lambda tx: plan(tx, at(8, 10), FORMS, memory)) == COMMUNES + 1
    assert keys["deadline"]


async def test_many_deadlines_on_one_day_come_as_messages_that_fit_the_narrowest_channel(store: Store) -> None:
    await store.write(settle_in)
    for number in range(11):
        title = f"Báo cáo số {number} " + "về công tác dân vận " * 6
        other = AddDeadline(None, title, None, YEARLY.to_dict(), FORM.name, None, EVERY_COMMUNE, DEFAULT_OFFSETS)
        await store.write(lambda tx, other=other: tx.add_deadline(other, None, BORN))
    await store.write(lambda tx: plan(tx, at(18), FORMS))
    rows = await store.read(queued)
    mine = [row.payload for row in rows if row.address == "c2"]
    assert 1 < len(mine) < 12
    assert max(len(payload["text"]) for payload in mine) < 2000
    assert sum(len(payload["parts"]) for payload in mine) == 12
    (digest,) = [row.payload["text"] for row in rows if row.address == "s"]
    assert len(digest) < 2000
    assert "… và 7 hạn nữa" in digest


async def test_what_was_down_until_the_last_evening_still_reminds(store: Store) -> None:
    await store.write(settle_in)
    assert await store.write(lambda tx: plan(tx, at(15, 23), FORMS)) == COMMUNES + 1


def _closes_today(rule: Rule, printed: dt.date, now: dt.datetime) -> bool:
    (occurrence,) = occurrences(rule, printed, printed)
    return now.hour >= 20 and occurrence.last_admissible_day == now.date()


def _reminded(engine: sa.Engine) -> set[tuple[dt.date, int, int]]:
    with engine.begin() as connection:
        query = sa.select(reminder.c.occurrence, reminder.c.unit_id, reminder.c.days_before)
        return {(row[0], row[1], row[2]) for row in connection.execute(query)}


def _nothing_open_was_skipped(
    rule: Rule, now: dt.datetime, reminded: set[tuple[dt.date, int, int]], engine: sa.Engine, keys: dict[str, int]
) -> None:
    """On a working day, for the unit that never files: the nearest step that was reached has been sent."""
    today = now.date()
    if is_quiet(now) or not is_working_day(today):
        return
    for occurrence in occurrences(rule, max(BORN.date(), today - dt.timedelta(days=5)), today + dt.timedelta(days=60)):
        if occurrence.last_admissible_day < today:
            continue
        reached = [
            offset
            for offset in DEFAULT_OFFSETS
            if offset >= 0 and BORN.date() <= reminder_day(occurrence, offset) <= today
        ]
        if reached:
            mine = (occurrence.date, keys["xã 2"])
            sent = [offset for day, unit_id, offset in reminded if (day, unit_id) == mine]
            assert min(sent, default=99) <= min(reached)
