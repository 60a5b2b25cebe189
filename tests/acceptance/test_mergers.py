"""Staff merge and rename units from chat, and the operator from a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.people import import_units
from bot.reminders import plan
from bot.storage import Store
from bot.units_file import UnitsProblem
from handlers.receipts import new_receipt
from handlers.records.deadlines import EVERY_COMMUNE, AddDeadline
from handlers.records.reports import SaveAnswer, SubmitReport
from tests.support.world import NOON, Chat, World

FORM = "quy-che-dan-chu"


@dataclass
class Land:
    world: World
    old: int
    new: int
    lan: Chat
    hoa: Chat

    async def files(self, unit: int, period: str, value: int, at: dt.datetime = NOON) -> str:
        receipt = new_receipt(2026, f"{unit:016x}{hash(period) % 10**6:016x}")

        def work(tx: object) -> None:
            for effect in (
                SaveAnswer(unit, FORM, 1, period, "hoi_nghi_cong_dong", value),
                SubmitReport(unit, FORM, period, receipt, late=False),
            ):
                tx.apply(effect, self.lan.person_id, at)  # type: ignore[attr-defined]

        await self.world.store.write(work)
        return receipt


@pytest_asyncio.fixture
async def land(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Land]:
    world = World(sqlite_store, tmp_path)
    top = await world.unit("Tỉnh Trung Nam", "province")
    old, new = await world.unit("Xã Suối Cũ", "commune", top), await world.unit("Xã Suối Đá", "commune", top)
    await world.unit("Xã Sơn Hà", "commune", top)
    await world.unit("Xã Sơn Hạ", "commune", top)
    lan, hoa = await world.person("Lan", "cadre", old), await world.person("Hòa", "staff", top)
    yield Land(world, old, new, lan, hoa)


async def test_a_merger_is_shown_with_what_follows_and_done_with_one_tap(land: Land) -> None:
    receipt = await land.files(land.old, "2026-Q2", 5)
    await land.files(land.new, "2026-Q2", 7)
    question = await land.hoa.says("/sapnhap Suối Cũ vào Suối Đá từ 1/7/2026")
    for words in ("từ ngày 01/07/2026?", "1 người của Xã Suối Cũ", "1 báo cáo đã gửi"):
        assert words in question
    assert "Đã sáp nhập Xã Suối Cũ vào Xã Suối Đá" in await land.hoa.taps("Sáp nhập")
    button = next(one for one in reversed(land.hoa.messages) if one.choices)
    assert "đã sáp nhập" in await land.hoa.presses(button, 0)
    totals = await land.hoa.says("/tonghop quý 2/2026")
    assert "Đã nộp 2/4 đơn vị" in totals
    assert "Hội nghị cộng đồng dân cư: 12 cuộc" in totals
    assert "Suối Cũ" not in await land.hoa.says("/chuanop quý 3/2026")
    assert "Xã Suối Cũ (nay thuộc Xã Suối Đá)" in await land.hoa.says(f"/xem {receipt}")
    assert "Xã Suối Đá" in await land.lan.says("/baocao quy-che-dan-chu 2026-Q3")


async def test_a_merged_unit_is_not_reminded(land: Land) -> None:
    rule = {"every": "once", "date": "2026-11-20", "period": "2026-Q3"}
    deadline = AddDeadline(None, "Báo cáo quý", None, rule, FORM, None, EVERY_COMMUNE, (3,))
    await land.world.store.write(lambda tx: tx.apply(deadline, None, dt.datetime(2026, 1, 2, tzinfo=NOON.tzinfo)))
    await land.hoa.says("/sapnhap Suối Cũ vào Suối Đá")
    await land.hoa.taps("Sáp nhập")
    await land.world.store.write(lambda tx: plan(tx, NOON, land.world.forms))
    await land.world.settle()
    reminders = [message.text for message in land.lan.messages if "hạn" in message.text.casefold()]
    assert len(reminders) == 1
    assert "Suối Cũ" not in reminders[0]


async def test_names_that_can_mean_two_units_are_asked_and_never_picked(land: Land) -> None:
    assert "Có 2 đơn vị" in await land.hoa.says("/sapnhap son ha vào Suối Đá từ 1/7/2026")
    question = await land.hoa.taps("Xã Sơn Hạ")
    assert "Sáp nhập Xã Sơn Hạ vào Xã Suối Đá từ ngày 01/07/2026?" in question


async def test_a_day_that_has_not_come_and_words_that_are_no_order_are_explained(land: Land) -> None:
    assert "chưa đến" in await land.hoa.says("/sapnhap Suối Cũ vào Suối Đá từ 1/7/2027")
    assert "Anh/chị gõ: /sapnhap" in await land.hoa.says("/sapnhap Suối Cũ")
    assert "Không có đơn vị nào" in await land.hoa.says("/sapnhap Suối Cũ vào Hà Nội")
    assert "không thuộc quyền" in await land.lan.says("/sapnhap Suối Cũ vào Suối Đá")


async def test_a_new_name_holds_from_its_day_on(land: Land) -> None:
    before = await land.files(land.new, "2026-Q2", 1, at=dt.datetime(2026, 6, 20, 9, tzinfo=NOON.tzinfo))
    assert "Đã có đơn vị" in await land.hoa.says("/doiten Suối Đá thành Xã Sơn Hà")
    await land.hoa.says("/doiten Suối Đá thành Phường Suối Đá từ ngày 1/7/2026")
    assert "Đã đổi tên Xã Suối Đá thành Phường Suối Đá" in await land.hoa.taps("Đổi tên")
    assert "\nXã Suối Đá" in await land.hoa.says(f"/xem {before}")
    assert "Phường Suối Đá" in await land.hoa.says("/chuanop quý 3/2026")


async def test_the_operator_merges_and_renames_from_a_file_all_or_none(land: Land, tmp_path: Path) -> None:
    file = tmp_path / "sap-nhap.csv"
    head = "Tên;Sáp nhập vào;Đổi tên thành;Từ ngày\n"
    file.write_text(f"{head}Xã Suối Cũ;Xã Suối Đá;;1/7/2026\nXã Không Có;Xã Suối Đá;;\n", encoding="utf-8")
    with pytest.raises(UnitsProblem, match="Dòng 3"):
        await import_units(land.world.store, file, NOON)
    file.write_text(f"{head}Xã Suối Cũ;Xã Suối Đá;;1/7/2026\nXã Suối Đá;;Phường Suối Đá;1/7/2026\n", encoding="utf-8")
    assert await import_units(land.world.store, file, NOON) == ["Đã sáp nhập, đổi tên 2 đơn vị."]
    units = await land.world.store.read(lambda tx: tx.all_units())
    assert {unit.name for unit in units if unit.kind == "commune"} == {"Phường Suối Đá", "Xã Sơn Hà", "Xã Sơn Hạ"}


async def test_importing_the_list_again_does_not_bring_a_merged_unit_back(land: Land, tmp_path: Path) -> None:
    await land.hoa.says("/sapnhap Suối Cũ vào Suối Đá")
    await land.hoa.taps("Sáp nhập")
    file = tmp_path / "don-vi.csv"
    file.write_text("Tên;Loại\nXã Suối Cũ;xã\n", encoding="utf-8")
    assert await import_units(land.world.store, file, NOON) == [
        "Đã thêm 0 đơn vị mới; 1 đơn vị có từ trước được giữ nguyên."
    ]
    assert "Xã Suối Cũ" not in {unit.name for unit in await land.world.store.read(lambda tx: tx.all_units())}
