"""Returning, correcting and approving reports in the store, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.storage import IntegrityError, Store, Transaction
from bot.storage.schema import audit
from handlers.pulling.summary import summarise, totals_of
from handlers.records.reports import (
    ApproveReports,
    BeginCorrection,
    DropDraft,
    ResubmitReport,
    ReturnReport,
    SaveAnswer,
    SubmitReport,
    TakeOverDraft,
)
from knowledge.forms.form import load_forms
from knowledge.period import Period
from tests.support.world import NOON, World

FORM, PERIOD, RECEIPT = "quy-che-dan-chu", "2026-Q3", "26-0000-0001"
COUNT = "hoi_nghi_cong_dong"


@dataclass
class Desk:
    store: Store
    unit: int
    lan: int
    minh: int
    hoa: int

    async def apply(self, *effects: Any, by: int | None = None, at: dt.datetime = NOON) -> None:
        def work(tx: Transaction) -> None:
            for effect in effects:
                tx.apply(effect, by or self.lan, at)

        await self.store.write(work)

    def answer(self, value: Any, name: str = COUNT) -> SaveAnswer:
        return SaveAnswer(self.unit, FORM, 1, PERIOD, name, value)

    @property
    def submit(self) -> SubmitReport:
        return SubmitReport(self.unit, FORM, PERIOD, RECEIPT, late=False)

    def correct(self, version: int) -> BeginCorrection:
        return BeginCorrection(self.unit, FORM, PERIOD, version)

    @property
    def resend(self) -> ResubmitReport:
        return ResubmitReport(self.unit, FORM, PERIOD)

    async def report(self) -> Any:
        return await self.store.read(lambda tx: tx.report(self.unit, FORM, PERIOD))

    async def versions(self) -> list[tuple[int, str]]:
        return [(one.number, one.event) for one in await self.store.read(lambda tx: tx.versions(RECEIPT))]

    async def counted(self) -> list[Any]:
        return [
            answers.get(COUNT) for answers in await self.store.read(lambda tx: tx.answers(FORM, PERIOD, {self.unit}))
        ]


@pytest_asyncio.fixture
async def desk(store: Store, tmp_path: Path) -> AsyncIterator[Desk]:
    world = World(store, tmp_path)
    unit, office = await world.unit("Xã Suối Đá"), await world.unit("Sở Nội vụ", "office")
    lan, minh = await world.person("Lan", "cadre", unit), await world.person("Minh", "cadre", unit)
    hoa = await world.person("Hòa", "staff", office)
    made = Desk(store, unit, lan.person_id, minh.person_id, hoa.person_id)
    await made.apply(made.answer(12), made.submit)
    yield made


async def test_a_returned_report_says_why_and_what_to_mend_until_it_is_sent_again(desk: Desk) -> None:
    await desk.apply(ReturnReport(RECEIPT, 1, "Lệch số liệu", (COUNT,)), by=desk.hoa)
    report = await desk.report()
    assert (report.state, report.reason, report.to_mend, report.version) == ("returned", "Lệch số liệu", (COUNT,), 1)
    later = NOON + dt.timedelta(days=1)
    await desk.apply(desk.correct(1), desk.answer(10), desk.resend, by=desk.minh, at=later)
    report = await desk.report()
    assert (report.state, report.reason, report.to_mend, report.version) == ("resubmitted", None, (), 2)
    assert (report.receipt, report.person_name, report.submitted_at, report.correction) == (
        RECEIPT,
        "Minh",
        later,
        None,
    )
    assert await desk.versions() == [(1, "submitted"), (1, "returned"), (2, "resubmitted")]


async def test_a_correction_counts_only_once_it_is_sent(desk: Desk) -> None:
    await desk.apply(desk.correct(1), desk.answer(99))
    report = await desk.report()
    assert (dict(report.answers), dict(report.working)) == ({COUNT: 12}, {COUNT: 99})
    assert await desk.counted() == [12]
    await desk.apply(DropDraft(desk.unit, FORM, PERIOD))
    report = await desk.report()
    assert (report.state, dict(report.working), report.open) == ("submitted", {COUNT: 12}, False)
    await desk.apply(desk.correct(1), desk.answer(99), desk.resend)
    assert await desk.counted() == [99]


async def test_a_colleague_takes_over_a_correction_while_the_sender_of_what_counts_stays_named(desk: Desk) -> None:
    await desk.apply(desk.correct(1))
    await desk.apply(TakeOverDraft(desk.unit, FORM, PERIOD), by=desk.minh)
    report = await desk.report()
    assert (report.person_name, report.holder_name, report.holder_id) == ("Lan", "Minh", desk.minh)


async def test_what_is_in_hand_lists_drafts_and_corrections(desk: Desk) -> None:
    assert await desk.store.read(lambda tx: tx.drafts(desk.unit)) == []
    await desk.apply(desk.correct(1))
    assert [one.receipt for one in await desk.store.read(lambda tx: tx.drafts(desk.unit))] == [RECEIPT]


async def test_an_approved_report_changes_no_more_and_a_correction_that_was_in_hand_is_kept(desk: Desk) -> None:
    await desk.apply(desk.correct(1), desk.answer(7))
    await desk.apply(ApproveReports(((RECEIPT, 1),)), by=desk.hoa)
    for effect in (desk.answer(8), desk.correct(1), desk.resend, ApproveReports(((RECEIPT, 1),))):
        with pytest.raises(IntegrityError):
            await desk.apply(effect)
    report = await desk.report()
    assert (report.state, dict(report.answers), report.open) == ("approved", {COUNT: 12}, False)
    kept = await desk.store.read(lambda tx: tx.versions(RECEIPT))
    assert [(one.event, one.answers, one.person_name) for one in kept[1:]] == [
        ("overtaken", {COUNT: 7}, "Lan"),
        ("approved", None, "Hòa"),
    ]


async def test_staff_can_return_what_they_approved_too_early(desk: Desk) -> None:
    await desk.apply(ApproveReports(((RECEIPT, 1),)), by=desk.hoa)
    await desk.apply(ReturnReport(RECEIPT, 1, "Thiếu tệp", ()), by=desk.hoa)
    assert (await desk.report()).state == "returned"


@pytest.mark.parametrize("review", ["return", "approve"])
async def test_a_review_of_an_older_version_is_refused(desk: Desk, review: str) -> None:
    await desk.apply(desk.correct(1), desk.answer(13), desk.resend)
    effect = ReturnReport(RECEIPT, 1, "Sai", ()) if review == "return" else ApproveReports(((RECEIPT, 1),))
    with pytest.raises(IntegrityError):
        await desk.apply(effect, by=desk.hoa)
    assert (await desk.report()).state == "resubmitted"


async def test_of_two_reviews_at_once_one_holds(desk: Desk) -> None:
    effects = [ReturnReport(RECEIPT, 1, f"Lý do {n}", ()) for n in range(4)]
    done = await asyncio.gather(*(desk.apply(one, by=desk.hoa) for one in effects), return_exceptions=True)
    assert sum(one is None for one in done) == 1
    assert await desk.versions() == [(1, "submitted"), (1, "returned")]


async def test_all_that_waits_is_listed_oldest_first_and_within_the_units_only(desk: Desk, tmp_path: Path) -> None:
    other = await World(desk.store, tmp_path).unit("Xã Sơn Hạ")

    def read(tx: Transaction) -> Any:
        return tx.waiting_for({desk.unit, other}), tx.waiting(FORM, PERIOD, {desk.unit}), tx.waiting_for({-1})

    early = NOON - dt.timedelta(days=3)
    answer = SaveAnswer(other, FORM, 1, PERIOD, COUNT, 1)
    await desk.apply(answer, SubmitReport(other, FORM, PERIOD, "26-0000-0002", late=True), at=early)
    groups, mine, nobodys = await desk.store.read(read)
    assert [(one.form, one.period, one.count, one.since) for one in groups] == [(FORM, PERIOD, 2, early)]
    assert [(one.receipt, one.version, one.unit) for one in mine] == [(RECEIPT, 1, "Xã Suối Đá")]
    assert nobodys == []
    await desk.apply(ApproveReports(((RECEIPT, 1), ("26-0000-0002", 1))), by=desk.hoa)
    assert await desk.store.read(lambda tx: tx.waiting_for({desk.unit, other})) == []


async def test_every_review_leaves_an_audit_row(desk: Desk) -> None:
    await desk.apply(ReturnReport(RECEIPT, 1, "Sai", ()), by=desk.hoa)
    await desk.apply(desk.correct(1), desk.resend)
    await desk.apply(ApproveReports(((RECEIPT, 2),)), by=desk.hoa)
    rows = await desk.store.read(
        lambda tx: tx.connection.execute(sa.select(audit.c.action, audit.c.person_id).order_by(audit.c.id)).all()
    )
    assert [tuple(row) for row in rows][-4:] == [
        ("return-report", desk.hoa),
        ("begin-correction", desk.lan),
        ("resubmit-report", desk.lan),
        ("approve-reports", desk.hoa),
    ]


@dataclass
class Model:
    """What one unit's report should be, kept beside the store."""

    state: str = "none"
    version: int = 0
    sent: int | None = None
    hand: int | None = None
    history: list[tuple[int, str, Any]] = field(default_factory=list)


@pytest.mark.parametrize("seed", range(3))
async def test_totals_are_the_latest_sent_answers_whatever_the_order_of_events(
    store: Store, tmp_path: Path, seed: int
) -> None:
    world, chance = World(store, tmp_path), random.Random(seed)
    units = [await world.unit(f"Xã Số {n}") for n in range(3)]
    lan = (await world.person("Lan", "cadre", units[0])).person_id
    minh = (await world.person("Minh", "cadre", units[0])).person_id
    models = {unit: Model() for unit in units}
    form, period = load_forms()[FORM], Period.from_code(PERIOD)

    def happen(tx: Transaction) -> None:
        for step in range(160):
            unit = chance.choice(units)
            receipt = f"26-0000-000{unit}"
            event = chance.choice(["save", "save", "submit", "return", "correct", "resend", "approve", "take", "drop"])
            value, number = chance.randint(0, 500), chance.choice([1, models[unit].version, models[unit].version])
            effect = {
                "save": SaveAnswer(unit, FORM, 1, PERIOD, COUNT, value),
                "submit": SubmitReport(unit, FORM, PERIOD, receipt, late=False),
                "return": ReturnReport(receipt, number, "Sai", ()),
                "correct": BeginCorrection(unit, FORM, PERIOD, number),
                "resend": ResubmitReport(unit, FORM, PERIOD),
                "approve": ApproveReports(((receipt, number),)),
                "take": TakeOverDraft(unit, FORM, PERIOD),
                "drop": DropDraft(unit, FORM, PERIOD),
            }[event]
            expected = allowed(models[unit], event, value, number)
            try:
                with tx.savepoint():
                    tx.apply(effect, chance.choice([lan, minh]), NOON + dt.timedelta(minutes=step))
                assert expected, (event, models[unit])
            except IntegrityError:
                assert not expected, (event, models[unit])
            agree(tx)

    def agree(tx: Transaction) -> None:
        found = summarise(tx, form, period, tx.all_units())
        total = next(one for one in totals_of(tx, found) if one.question.name == COUNT)
        sent = [model.sent for model in models.values() if model.sent is not None]
        assert (total.amount, len(found.filed)) == (sum(sent), sum(bool(model.version) for model in models.values()))

    await store.write(happen)
    for unit, model in models.items():
        kept = await store.read(lambda tx, u=unit: tx.versions(f"26-0000-000{u}"))
        assert [(one.number, one.event, (one.answers or {}).get(COUNT)) for one in kept] == model.history


def allowed(model: Model, event: str, value: int, number: int) -> bool:
    """Play one event on the model; False where the store must refuse it."""
    waits = model.state in {"submitted", "resubmitted"}
    match event:
        case "save" if model.state in {"none", "draft"}:
            model.state, model.hand = "draft", value
        case "save" if model.hand is not None:
            model.hand = value
        case "submit" if model.state == "draft":
            model.state, model.version, model.sent, model.hand = "submitted", 1, model.hand, None
            model.history.append((1, "submitted", model.sent))
        case "return" if (waits or model.state == "approved") and number == model.version:
            model.state = "returned"
            model.history.append((number, "returned", None))
        case "correct" if (waits or model.state == "returned") and number == model.version and model.hand is None:
            model.hand = model.sent
        case "resend" if model.version and model.hand is not None:
            model.state, model.version, model.sent, model.hand = "resubmitted", model.version + 1, model.hand, None
            model.history.append((model.version, "resubmitted", model.sent))
        case "approve" if waits and number == model.version:
            if model.hand is not None:
                model.history.append((number, "overtaken", model.hand))
            model.state, model.hand = "approved", None
            model.history.append((number, "approved", None))
        case "take" if model.hand is not None:
            pass
        case "drop":
            if model.state == "draft":
                model.state = "none"
            model.hand = None
        case _:
            return False
    return True
