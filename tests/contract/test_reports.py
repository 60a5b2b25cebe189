"""Reports in the store, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.storage import IntegrityError, Store, Transaction
from bot.storage.schema import audit
from handlers.records.reports import DropDraft, SaveAnswer, StartDraft, SubmitReport, TakeOverDraft
from tests.support.world import NOON, World

FORM, PERIOD = "quy-che-dan-chu", "2026-Q3"


@dataclass
class Desk:
    store: Store
    unit: int
    other: int
    lan: int
    minh: int

    async def apply(self, *effects: Any, by: int | None = None, at: dt.datetime = NOON) -> None:
        def work(tx: Transaction) -> None:
            for effect in effects:
                tx.apply(effect, by or self.lan, at)

        await self.store.write(work)

    def answer(self, name: str, value: Any, unit: int | None = None, period: str = PERIOD) -> SaveAnswer:
        return SaveAnswer(unit or self.unit, FORM, 1, period, name, value)

    def submit(self, receipt: str, unit: int | None = None, period: str = PERIOD) -> SubmitReport:
        return SubmitReport(unit or self.unit, FORM, period, receipt, late=False)

    async def report(self, unit: int | None = None, period: str = PERIOD) -> Any:
        return await self.store.read(lambda tx: tx.report(unit or self.unit, FORM, period))


@pytest_asyncio.fixture
async def desk(store: Store, tmp_path: Path) -> AsyncIterator[Desk]:
    world = World(store, tmp_path)
    unit, other = await world.unit("Xã Suối Đá"), await world.unit("Xã Sơn Hạ")
    lan, minh = await world.person("Lan", "cadre", unit), await world.person("Minh", "cadre", unit)
    yield Desk(store, unit, other, lan.person_id, minh.person_id)


async def test_a_draft_begins_once_however_often_it_is_begun(desk: Desk) -> None:
    begin = StartDraft(desk.unit, FORM, 1, PERIOD)
    await desk.apply(begin, desk.answer("a", 1))
    await desk.apply(begin, by=desk.minh, at=NOON + dt.timedelta(hours=1))
    report = await desk.report()
    assert (report.state, dict(report.answers), report.person_name) == ("draft", {"a": 1}, "Lan")
    assert report.started_at == NOON


async def test_every_kind_of_value_is_read_back_as_it_was_saved(desk: Desk) -> None:
    values = {"a": 12, "b": "2941.86", "c": "Thiếu kinh phí\n“ắ”", "d": ["x", "y"], "e": True, "f": None, "g": [3, 4]}
    for name, value in values.items():
        await desk.apply(desk.answer(name, value))
    assert dict((await desk.report()).answers) == values


async def test_two_people_who_save_at_once_lose_no_answer(desk: Desk) -> None:
    await asyncio.gather(*(desk.apply(desk.answer(f"q{n}", n), by=(desk.lan, desk.minh)[n % 2]) for n in range(20)))
    assert dict((await desk.report()).answers) == {f"q{n}": n for n in range(20)}


async def test_a_submitted_report_takes_no_more_answers_and_cannot_be_dropped_or_sent_again(desk: Desk) -> None:
    await desk.apply(desk.answer("a", 1), desk.submit("26-0000-0001"))
    for effect in (desk.answer("a", 2), desk.submit("26-0000-0002"), TakeOverDraft(desk.unit, FORM, PERIOD)):
        with pytest.raises(IntegrityError):
            await desk.apply(effect)
    await desk.apply(DropDraft(desk.unit, FORM, PERIOD))
    report = await desk.report()
    assert (report.state, dict(report.answers), report.receipt) == ("submitted", {"a": 1}, "26-0000-0001")


async def test_one_receipt_number_never_stands_for_two_reports(desk: Desk) -> None:
    await desk.apply(desk.answer("a", 1), desk.submit("26-0000-0001"))
    with pytest.raises(IntegrityError):
        await desk.apply(desk.answer("a", 1, desk.other), desk.submit("26-0000-0001", desk.other))
    assert await desk.report(desk.other) is None
    found = await desk.store.read(lambda tx: tx.report_by_receipt("26-0000-0001"))
    assert found is not None
    assert found.unit.name == "Xã Suối Đá"


async def test_only_one_of_two_people_who_send_at_once_succeeds(desk: Desk) -> None:
    await desk.apply(desk.answer("a", 1))
    sent = await asyncio.gather(*(desk.apply(desk.submit(f"26-0000-000{n}")) for n in range(6)), return_exceptions=True)
    assert sum(result is None for result in sent) == 1
    assert {type(result) for result in sent} == {type(None), IntegrityError}


async def test_drafts_and_submitted_reports_are_listed_for_their_unit_alone(desk: Desk) -> None:
    for hour, (unit, period, sent) in enumerate(
        [
            (desk.unit, "2026-Q1", True),
            (desk.unit, "2026-Q2", True),
            (desk.unit, "2026-Q3", False),
            (desk.other, "2026-Q3", True),
        ]
    ):
        effects = [desk.answer("a", hour, unit, period)]
        effects += [desk.submit(f"26-0000-000{hour}", unit, period)] if sent else []  # type: ignore[list-item]
        await desk.apply(*effects, at=NOON + dt.timedelta(hours=hour))

    def look(tx: Transaction) -> tuple[list[str], list[str], set[int], list[int]]:
        both = [desk.unit, desk.other]
        return (
            [report.period for report in tx.drafts(desk.unit)],
            [report.period for report in tx.submitted(desk.unit, 5)],
            tx.filed(FORM, "2026-Q3", both),
            [report.unit.id for report in tx.reports(FORM, "2026-Q2", both)],
        )

    assert await desk.store.read(look) == (["2026-Q3"], ["2026-Q2", "2026-Q1"], {desk.other}, [desk.unit])
    assert await desk.store.read(lambda tx: tx.filed(FORM, "2026-Q3", [desk.unit])) == set()


async def test_taking_over_dropping_and_sending_leave_audit_rows(desk: Desk) -> None:
    await desk.apply(desk.answer("a", 1))
    await desk.apply(TakeOverDraft(desk.unit, FORM, PERIOD), by=desk.minh)
    assert (await desk.report()).person_name == "Minh"
    await desk.apply(DropDraft(desk.unit, FORM, PERIOD), by=desk.minh)
    assert await desk.report() is None
    await desk.apply(desk.answer("a", 1), desk.submit("26-0000-0001"))
    query = sa.select(audit.c.action, audit.c.person_id).order_by(audit.c.id)
    rows = await desk.store.read(lambda tx: [tuple(row) for row in tx.connection.execute(query)])
    assert rows == [("take-over-draft", desk.minh), ("drop-draft", desk.minh), ("submit-report", desk.lan)]
