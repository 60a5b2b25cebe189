"""What is due: for a cadre's own unit, and counted for staff and supervisors."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest_asyncio
import sqlalchemy as sa

from bot.clock import VIETNAM
from bot.reminders import plan
from bot.storage import Store, Transaction
from bot.storage.schema import audit
from handlers.records.deadlines import EVERY_COMMUNE, AddDeadline
from handlers.records.reports import StartDraft, SubmitReport
from knowledge.calendar import DEFAULT_OFFSETS, Rule
from tests.support.world import Chat, World

MONTHLY = Rule("month", day=25, exclusive=True)
SUMMER = dt.datetime(2026, 10, 1, 8, 0, tzinfo=VIETNAM)


@pytest_asyncio.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


@pytest_asyncio.fixture
async def units(world: World) -> dict[str, int]:
    root = await world.unit("Tỉnh Bình Lâm", "province")
    return {
        "root": root,
        "office": await world.unit("Sở Nội vụ", "office", root),
        "an phú": await world.unit("Xã An Phú", "commune", root),
        "sơn hà": await world.unit("Xã Sơn Hà", "commune", root),
    }


@pytest_asyncio.fixture
async def cadre(world: World, units: dict[str, int]) -> Chat:
    return await world.person("Nguyễn An", "cadre", units["an phú"])


@pytest_asyncio.fixture
async def supervisor(world: World, units: dict[str, int]) -> Chat:
    return await world.person("Lê Hòa", "supervisor", units["root"])


async def put_in_force(
    world: World, rule: Rule = MONTHLY, title: str = "Báo cáo tháng", form: str | None = None
) -> None:
    form = form or "dan-van-kheo"
    effect = AddDeadline(None, title, None, rule.to_dict(), form, "Sở Nội vụ", EVERY_COMMUNE, DEFAULT_OFFSETS)
    await world.store.write(lambda tx: tx.add_deadline(effect, None, SUMMER))


async def file(world: World, unit_id: int, who: Chat, period: str) -> None:
    def work(tx: Transaction) -> None:
        now = world.clock.now()
        tx.apply(StartDraft(unit_id, "dan-van-kheo", 1, period), who.person_id, now)
        receipt = f"R-{unit_id}-{period}"
        tx.apply(SubmitReport(unit_id, "dan-van-kheo", period, receipt, False), who.person_id, now)

    await world.store.write(work)


async def test_a_cadre_sees_overdue_first_then_what_comes_and_opens_the_form_with_one_tap(
    world: World, cadre: Chat
) -> None:
    await put_in_force(world)
    said = await cadre.says("hạn")
    first, second = said.index("QUÁ HẠN"), said.index("còn 6 ngày")
    assert first < second
    assert "tháng 10/2026" in said
    assert "trước ngày 25/11/2026" in said
    assert "thứ Hai 23/11/2026" in said, "24/11 may be a day off"
    assert [choice.action for choice in cadre.choices] == [
        "baocao dan-van-kheo 2026-10",
        "baocao dan-van-kheo 2026-11",
        "lich",
    ]


async def test_what_was_filed_is_no_longer_overdue(world: World, cadre: Chat, units: dict[str, int]) -> None:
    await put_in_force(world)
    await file(world, units["an phú"], cadre, "2026-10")
    await file(world, units["an phú"], cadre, "2026-11")
    said = await cadre.says("/han")
    assert "QUÁ HẠN" not in said
    assert "đã nộp" in said
    assert [choice.action for choice in cadre.choices] == ["lich"]


async def test_a_supervisor_sees_how_many_have_filed(
    world: World, cadre: Chat, supervisor: Chat, units: dict[str, int]
) -> None:
    await put_in_force(world)
    await file(world, units["an phú"], cadre, "2026-10")
    said = await supervisor.says("han")
    assert "1/2 đơn vị đã nộp" in said
    assert "chuanop dan-van-kheo 2026-10" in [choice.action for choice in supervisor.choices]


async def test_a_long_list_ends_with_how_many_are_left(world: World, cadre: Chat) -> None:
    for number in range(12):
        await put_in_force(world, Rule("year", month=12, day=number + 1), f"Việc số {number}")
    said = await cadre.says("han")
    assert said.count("•") == 8
    assert "còn 4 hạn nữa" in said
    assert len(said) < 2000


async def test_a_question_that_begins_with_han_is_a_question(world: World, cadre: Chat) -> None:
    assert "Không có hạn" not in await cadre.says("hạn nộp báo cáo xây cầu vượt biển?")


async def test_a_reminder_opens_its_form_even_when_it_is_the_answer_by_number(world: World, cadre: Chat) -> None:
    await put_in_force(world)
    now = world.clock.now()
    sent = await world.store.write(lambda tx: plan(tx, now, world.forms))
    assert sent == 1, "what is overdue and what comes, in one message"
    await world.settle()
    text = cadre.messages[-1].text
    assert text.index("Quá hạn 25 ngày") < text.index("còn 6 ngày")
    actions = [choice.action for choice in cadre.choices]
    assert actions == ["baocao dan-van-kheo 2026-10", "baocao dan-van-kheo 2026-11", "nhaclai"]


async def test_an_open_form_is_not_replaced_by_a_question(world: World, cadre: Chat) -> None:
    before = await cadre.says("/baocao dan-van-kheo 2026-10")
    assert "Mô hình" in before, before
    await cadre.says("/hoi 120-KL/TW")
    state = await world.store.read(lambda tx: tx.conversation(f"person:{cadre.person_id}"))
    assert state.conversation is not None
    assert state.conversation.flow != "ask"


async def test_staff_add_a_deadline_by_hand_see_its_next_days_and_end_it(
    world: World, units: dict[str, int], cadre: Chat
) -> None:
    staff = await world.person("Trần Thu", "staff", units["office"])
    assert "tên việc" in await staff.says("/han moi")
    await staff.says("Báo cáo quy chế dân chủ quý")
    assert "chưa hiểu" in await staff.says("lúc nào đó")
    assert "mẫu nào" in await staff.says("25/3 hằng quý")
    card = await staff.taps("Quy chế dân chủ")
    assert "25/12/2026" in card
    assert "Áp dụng cho: tất cả xã, phường (2)" in card
    assert "Phụ trách: Trần Thu" in card
    assert card.count("•") == 3, "the next three"
    assert await world.store.read(lambda tx: tx.deadlines()) == [], "nothing before it is confirmed"
    assert "Đã đưa vào lịch" in await staff.taps("Xác nhận")
    assert "quý IV/2026" in await cadre.says("han")
    await staff.says("xem hạn")
    await staff.taps("Báo cáo quy chế dân chủ quý")
    await staff.taps("Kết thúc")
    assert "Đã kết thúc" in await staff.taps("Đồng ý")
    assert "không có hạn" in await cadre.says("han")
    assert "không thuộc quyền" in await cadre.says("/ketthuchan 1 dongy")


async def test_every_change_of_the_calendar_is_in_the_audit(world: World, units: dict[str, int]) -> None:
    staff = await world.person("Trần Thu", "staff", units["office"])
    await staff.says("/hanmoi Báo cáo năm")
    await staff.says("15/12 hằng năm")
    await staff.taps("Không dùng mẫu")
    await staff.taps("Xác nhận")
    await staff.says("/ketthuchan 1 dongy")

    def actions(tx: Transaction) -> list[tuple[int | None, str]]:
        rows = tx.connection.execute(sa.select(audit.c.person_id, audit.c.action).order_by(audit.c.id))
        return [(row.person_id, row.action) for row in rows if "deadline" in row.action]

    assert await world.store.read(actions) == [
        (staff.person_id, "add-deadline"),
        (staff.person_id, "end-deadline"),
    ]
