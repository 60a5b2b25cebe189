"""Units that merge and are renamed, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

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
from handlers.pulling.summary import summarise, totals_of
from handlers.records.deadlines import AddDeadline
from handlers.records.people import MergeUnit, RenameUnit
from handlers.records.reports import SaveAnswer, SubmitReport
from handlers.units import with_former
from knowledge.forms.form import load_forms
from knowledge.period import Period
from tests.support.world import NOON, World

FORM, COUNT = "quy-che-dan-chu", "hoi_nghi_cong_dong"
FIRST = dt.date(2026, 7, 1)


@dataclass
class Land:
    world: World
    store: Store
    top: int
    old: int
    new: int
    lan: int
    receipts: int = 0

    async def apply(self, *effects: Any, at: dt.datetime = NOON) -> None:
        await self.store.write(lambda tx: [tx.apply(effect, self.lan, at) for effect in effects])

    async def files(self, unit: int, period: str, value: int, at: dt.datetime = NOON) -> str:
        self.receipts += 1
        receipt = f"26-0000-{self.receipts:04}"
        answer = SaveAnswer(unit, FORM, 1, period, COUNT, value)
        await self.apply(answer, SubmitReport(unit, FORM, period, receipt, late=False), at=at)
        return receipt

    async def read(self, work: Any) -> Any:
        return await self.store.read(work)


@pytest_asyncio.fixture
async def land(store: Store, tmp_path: Path) -> AsyncIterator[Land]:
    world = World(store, tmp_path)
    top = await world.unit("Tỉnh Trung Nam", "province")
    old, new = await world.unit("Xã Suối Cũ", "commune", top), await world.unit("Xã Suối Đá", "commune", top)
    lan = await world.person("Lan", "cadre", old)
    yield Land(world, store, top, old, new, lan.person_id)


async def test_people_go_to_the_successor_and_reports_stay(land: Land) -> None:
    receipt = await land.files(land.old, "2026-Q2", 5)
    await land.apply(MergeUnit(land.old, land.new, FIRST))
    person = await land.read(lambda tx: tx.person(land.lan))
    report = await land.read(lambda tx: tx.report_by_receipt(receipt))
    assert (person.unit.id, report.unit.id, report.unit.name) == (land.new, land.old, "Xã Suối Cũ")
    assert [unit.name for unit in await land.read(lambda tx: tx.units_within(land.top))] == [
        "Tỉnh Trung Nam",
        "Xã Suối Đá",
    ]
    gone = (await land.read(lambda tx: tx.former_units()))[0]
    assert (gone.id, gone.successor_id, gone.ended_on) == (land.old, land.new, FIRST)


async def test_the_totals_hold_what_the_old_unit_reported_and_it_is_missing_no_more(land: Land) -> None:
    await land.files(land.old, "2026-Q2", 5)
    await land.files(land.new, "2026-Q2", 7)
    await land.files(land.new, "2026-Q3", 20)
    await land.apply(MergeUnit(land.old, land.new, FIRST))
    form = load_forms()[FORM]

    def pull(tx: Transaction, period: str) -> Any:
        found = summarise(tx, form, Period.from_code(period), tx.units_within(land.top))
        total = next(one for one in totals_of(tx, found) if one.question.name == COUNT)
        return total.amount, len(found.filed), [unit.name for unit in found.missing]

    assert await land.read(lambda tx: pull(tx, "2026-Q2")) == (12, 2, [])
    assert await land.read(lambda tx: pull(tx, "2026-Q3")) == (20, 1, [])
    # It was there for the whole of the first quarter, and filed nothing.
    assert await land.read(lambda tx: pull(tx, "2026-Q1")) == (0, 0, ["Xã Suối Cũ", "Xã Suối Đá"])


async def test_a_draft_goes_to_the_successor_unless_it_has_begun_its_own(land: Land) -> None:
    await land.apply(
        SaveAnswer(land.old, FORM, 1, "2026-Q3", COUNT, 1),
        SaveAnswer(land.old, FORM, 1, "2026-Q2", COUNT, 2),
        SaveAnswer(land.new, FORM, 1, "2026-Q2", COUNT, 3),
        MergeUnit(land.old, land.new, FIRST),
    )
    drafts = await land.read(lambda tx: tx.drafts(land.new))
    assert {(one.period, one.answers[COUNT]) for one in drafts} == {("2026-Q3", 1), ("2026-Q2", 3)}


async def test_a_deadline_for_the_old_unit_by_name_is_for_the_successor(land: Land) -> None:
    rule = {"every": "once", "date": "2026-12-10"}
    deadline = AddDeadline(None, "Báo cáo", None, rule, FORM, None, {"units": [land.old]}, (3,))
    await land.apply(deadline, MergeUnit(land.old, land.new, FIRST))
    assert dict((await land.read(lambda tx: tx.deadlines()))[0].audience) == {"units": [land.new]}


async def test_a_unit_ends_once_and_never_in_another_kind_of_unit(land: Land) -> None:
    for effect in (MergeUnit(land.old, land.top, FIRST), MergeUnit(land.old, land.old, FIRST)):
        with pytest.raises(IntegrityError):
            await land.apply(effect)
    await land.apply(MergeUnit(land.old, land.new, FIRST))
    for effect in (MergeUnit(land.old, land.new, FIRST), RenameUnit(land.old, "Xã Khác", FIRST)):
        with pytest.raises(IntegrityError):
            await land.apply(effect)


async def test_two_mergers_in_a_row_lead_to_the_last_successor(land: Land) -> None:
    last = await land.world.unit("Phường Trung Tâm", "commune", land.top)
    await land.apply(MergeUnit(land.old, land.new, FIRST), MergeUnit(land.new, last, FIRST))

    def names(tx: Transaction) -> list[str]:
        return [unit.name for unit in with_former([tx.unit(last)], tx.former_units())]  # type: ignore[list-item]

    assert await land.read(names) == ["Phường Trung Tâm", "Xã Suối Cũ", "Xã Suối Đá"]
    assert (await land.read(lambda tx: tx.person(land.lan))).unit.name == "Phường Trung Tâm"


async def test_a_renamed_unit_keeps_the_old_name_on_what_it_sent_before(land: Land) -> None:
    before = await land.files(land.new, "2026-Q2", 1, at=dt.datetime(2026, 6, 20, 9, tzinfo=NOON.tzinfo))
    after = await land.files(land.new, "2026-Q3", 1)
    await land.apply(RenameUnit(land.new, "Phường Suối Đá", FIRST))
    names = [await land.read(lambda tx, r=receipt: tx.report_by_receipt(r).unit.name) for receipt in (before, after)]
    assert names == ["Xã Suối Đá", "Phường Suối Đá"]
    assert (await land.read(lambda tx: tx.unit(land.new))).name == "Phường Suối Đá"


async def test_mergers_and_new_names_are_audited(land: Land) -> None:
    await land.apply(RenameUnit(land.new, "Phường Suối Đá", FIRST), MergeUnit(land.old, land.new, FIRST))
    actions = await land.read(lambda tx: tx.connection.scalars(sa.select(audit.c.action).order_by(audit.c.id)).all())
    assert actions[-2:] == ["rename-unit", "merge-unit"]
