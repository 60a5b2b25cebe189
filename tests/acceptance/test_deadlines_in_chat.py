"""Staff look after the calendar in chat: every part of a deadline can be mended, and nothing changes unconfirmed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.clock import VIETNAM
from bot.reminders import plan
from bot.storage import Store, Transaction
from bot.storage.schema import audit, outbox
from handlers.records.deadlines import Deadline
from handlers.records.reports import SaveAnswer, StartDraft, SubmitReport
from knowledge.calendar import DEFAULT_OFFSETS, Rule
from tests.acceptance.test_deadlines import file, put_in_force
from tests.support.world import Chat, World


@pytest_asyncio.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


@pytest_asyncio.fixture
async def units(world: World) -> dict[str, int]:
    root = await world.unit("Tỉnh Bình Lâm", "province")
    office = await world.unit("Sở Nội vụ", "office", root)
    return {
        "root": root,
        "office": office,
        "an phú": await world.unit("Xã An Phú", "commune", root),
        "sơn hà": await world.unit("Xã Sơn Hà", "commune", root),
        "chi cục": await world.unit("Chi cục Văn thư", "office", office),
    }


@pytest_asyncio.fixture
async def staff(world: World, units: dict[str, int]) -> Chat:
    return await world.person("Trần Thu", "staff", units["office"])


@pytest_asyncio.fixture
async def cadre(world: World, units: dict[str, int]) -> Chat:
    return await world.person("Nguyễn An", "cadre", units["an phú"])


async def calendar(world: World) -> list[Deadline]:
    return list(await world.store.read(lambda tx: tx.calendar()))


async def remind(world: World, at: dt.datetime | None = None) -> int:
    """Let the planner run at a moment, and what is due go out."""
    if at is not None:
        world.clock.move(at - world.clock.now())
    now = world.clock.now()
    count = await world.store.write(lambda tx: plan(tx, now, world.forms))
    await world.settle()
    return count


def day(number: int, hour: int = 9, month: int = 11, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, number, hour, tzinfo=VIETNAM)


async def test_every_part_of_a_new_deadline_is_said_in_words(world: World, units: dict[str, int], staff: Chat) -> None:
    other = await world.person("Lê Minh", "staff", units["office"])
    await staff.says("/hanmoi Báo cáo dân vận")
    await staff.says("ngày làm việc cuối cùng của quý")
    card = await staff.taps("Dân vận khéo")
    assert "ngày làm việc cuối cùng của quý" in card
    assert ["31/12/2026" in card, "31/03/2027" in card, "30/06/2027" in card] == [True] * 3
    for part, answer in (
        ("Đơn vị", "An Phú, thuộc Sở Nội vụ"),
        ("Ngày nhắc", "trước 10, 5 ngày, đúng ngày, quá hạn 2 ngày"),
        ("Tên việc", "Báo cáo dân vận quý"),
        ("Lịch", "trước ngày 15/12 hằng năm"),
    ):
        await staff.taps("Sửa từng phần")
        await staff.taps(part)
        card = await staff.says(answer)
    await staff.taps("Sửa từng phần")
    await staff.taps("Người được nhắc")
    await staff.taps("Cả cán bộ và chuyên viên")
    await staff.taps("Sửa từng phần")
    await staff.taps("Người phụ trách")
    card = await staff.taps("Lê Minh")
    assert "Xã An Phú, Sở Nội vụ, cùng các đơn vị trực thuộc; nhắc cán bộ, chuyên viên (3 đơn vị)" in card
    assert "trước 10, 5 ngày, đúng ngày, quá hạn 2 ngày" in card
    assert await calendar(world) == [], "nothing before it is confirmed"
    assert "15/12/2026" in await staff.taps("Xác nhận")
    (one,) = await calendar(world)
    assert one.rule == Rule("year", month=12, day=15, exclusive=True)
    assert one.title == "Báo cáo dân vận quý"
    assert one.audience["within"] == [units["an phú"], units["office"]]
    assert one.within == {units["an phú"], units["office"], units["chi cục"]}
    assert one.roles == ("cadre", "staff")
    assert one.offsets == (10, 5, 0, -2)
    assert one.owner_id == other.person_id


async def test_a_form_that_is_not_reported_on_as_often_as_the_deadline_comes_is_pointed_out(staff: Chat) -> None:
    await staff.says("/hanmoi Báo cáo dân vận")
    await staff.says("trước ngày 15/12 hằng năm")
    card = await staff.taps("Dân vận khéo")
    assert "không nộp theo nhịp của hạn" in card
    assert "tháng 11/2026" in card or "tháng 12/2026" in card, "what would be asked for is named"
    await staff.taps("Sửa từng phần")
    await staff.taps("Lịch")
    assert "không nộp theo nhịp" not in await staff.says("ngày 25 hằng tháng")


async def test_what_is_not_understood_is_asked_again_and_nothing_is_lost(
    world: World, units: dict[str, int], staff: Chat
) -> None:
    await staff.says("/hanmoi Báo cáo dân vận")
    assert "đã qua" in await staff.says("20/11/2025")
    await staff.says("25/12/2026")
    await staff.taps("Không dùng mẫu")
    for part, wrong, problem in (
        ("Đơn vị", "Xã Không Có", "Không có đơn vị"),
        ("Ngày nhắc", "trước 90 ngày", "chưa hiểu"),
        ("Ngày nhắc", "thỉnh thoảng", "chưa hiểu"),
        ("Lịch", "hôm nào rảnh", "chưa hiểu"),
        ("Người phụ trách", "Ông Bụt", "chưa tìm ra"),
    ):
        await staff.taps("Sửa từng phần")
        await staff.taps(part)
        assert problem in await staff.says(wrong), part
        assert "25/12/2026" in await staff.says("lại")
    await staff.taps("Xác nhận")
    (one,) = await calendar(world)
    assert (one.audience, one.offsets, one.owner_id) == ({"kind": "commune"}, DEFAULT_OFFSETS, staff.person_id)


async def test_a_cadence_waits_for_its_day_in_sight_of_staff_and_reminds_nobody(
    world: World, units: dict[str, int], staff: Chat, cadre: Chat
) -> None:
    await staff.says("/hanmoi Báo cáo định kỳ")
    await staff.says("6 tháng một lần")
    card = await staff.taps("Dân vận khéo")
    assert "chưa có ngày" in card
    assert "chờ ngày" in await staff.taps("Xác nhận")
    assert "Chờ ngày: Báo cáo định kỳ" in await staff.says("/han")
    assert "Báo cáo định kỳ" not in await cadre.says("/han")
    assert await remind(world) == 0
    await staff.says("/suahan 1")
    await staff.taps("Lịch")
    card = await staff.says("trước ngày 15/6")
    assert "15/12/2026" in card, "half-yearly, as it was"
    await staff.taps("Xác nhận")
    assert "Chờ ngày" not in await staff.says("/han")
    assert "Báo cáo định kỳ" in await cadre.says("/han")


async def test_a_deadline_is_mended_paused_resumed_and_ended_each_time_with_its_next_days(
    world: World, units: dict[str, int], staff: Chat, cadre: Chat
) -> None:
    await put_in_force(world)
    whole = await staff.says("/xemhan 1")
    assert "24/12" in whole
    await staff.taps("Tạm dừng")
    asked = staff.messages[-1].text
    assert asked.count("•") == 3
    assert await remind(world) == 1
    await staff.taps("Đồng ý")
    assert "Tạm dừng: Báo cáo tháng" in await staff.says("/han")
    assert "không có hạn" in await cadre.says("/han")
    assert await remind(world, day(20)) == 0
    await staff.says("/xemhan 1")
    assert "•" in await staff.taps("Nhắc tiếp")
    assert "Đã nhắc tiếp" in await staff.taps("Đồng ý")
    assert await remind(world) == 1, "of what was missed the nearest step"
    await staff.says("/suahan 1")
    await staff.taps("Lịch")
    assert "28/11/2026" in await staff.says("ngày 28 hằng tháng")
    await staff.taps("Xác nhận")
    (one,) = await calendar(world)
    assert (one.rule.day, one.version) == (28, 3)
    assert one.created_at == world.clock.now(), "another rule makes nobody late for the past"
    assert "QUÁ HẠN" not in await cadre.says("/han")
    assert (await staff.says("/ketthuchan 1")).count("•") == 3
    await staff.taps("Đồng ý")
    assert await calendar(world) == []

    def noted(tx: Transaction) -> list[str]:
        rows = tx.connection.execute(sa.select(audit.c.action).order_by(audit.c.id))
        return [row.action for row in rows if row.action.endswith("-deadline")]

    assert await world.store.read(noted) == [
        "add-deadline",
        "pause-deadline",
        "resume-deadline",
        "mend-deadline",
        "end-deadline",
    ]


LIST = """Tên việc;Lịch;Đơn vị;Mẫu;Nhắc;Gửi
Báo cáo tháng;ngày 25 hằng tháng;;dân vận khéo;;Sở Nội vụ
"Rà soát; thống kê";trước ngày 15/12 hằng năm;An Phú, Sơn Hà;;trước 5 ngày, đúng ngày;
Góp ý;20/11/2027;thuộc Sở Nội vụ;;;
"""


async def test_a_file_of_deadlines_is_shown_with_its_days_and_confirmed_as_a_whole(
    world: World, units: dict[str, int], staff: Chat
) -> None:
    assert "CSV" in await staff.says("/hanmoi")
    shown = await staff.shows("han.csv", ("\ufeff" + LIST).encode())
    assert "3 hạn" in shown
    assert "Rà soát; thống kê: trước ngày 15/12 hằng năm; Xã An Phú, Xã Sơn Hà." in shown
    assert shown.count("•") == 3 + 3 + 1
    assert await calendar(world) == []
    assert "Đã đưa 3 hạn" in await staff.taps("Xác nhận")
    first, second, third = await calendar(world)
    assert (first.form, first.to_whom) == ("dan-van-kheo", "Sở Nội vụ")
    assert second.offsets == (5, 0)
    assert third.within == {units["office"], units["chi cục"]}
    assert {one.owner_id for one in (first, second, third)} == {staff.person_id}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("Tên việc,Lịch\nBáo cáo,ngày 25 hằng tháng\nGóp ý,hôm nào đó\n", 3, "hôm nào đó"),
        ("Tên việc;Lịch\n\n;25/12/2026\n", 3, "thiếu tên việc"),
        ("Tên việc;Lịch\nGóp ý;25/12/2020\n", 2, "đã qua"),
        ("Tên việc;Lịch;Đơn vị\nGóp ý;25/12/2027;Xã Trên Mây\n", 2, "Xã Trên Mây"),
        ("Tên việc;Lịch;Mẫu\nGóp ý;25/12/2027;mẫu lạ\n", 2, "mẫu lạ"),
        ("Tên việc;Lịch;Nhắc\nGóp ý;25/12/2027;luôn luôn\n", 2, "luôn luôn"),
        ("Công việc nào đó;Khi nào\nGóp ý;25/12/2027\n", 1, "Tên việc"),
        ("Tên việc;Lịch\n", 1, "không có hạn"),
    ],
)
async def test_a_file_with_one_wrong_line_is_refused_whole_with_the_line_and_the_reason(
    world: World, units: dict[str, int], staff: Chat, text: str, line: int, reason: str
) -> None:
    await staff.says("/hanmoi")
    said = await staff.shows("han.csv", text.encode())
    assert f"Dòng {line}: " in said
    assert reason in said
    assert await calendar(world) == []


async def test_a_reminder_that_waits_is_withdrawn_in_the_commit_that_files_the_report(
    world: World, units: dict[str, int], cadre: Chat
) -> None:
    await put_in_force(world)
    await put_in_force(world, Rule("month", day=20), "Báo cáo quy chế", "quy-che-dan-chu")
    now = world.clock.now()
    assert await world.store.write(lambda tx: plan(tx, now, world.forms)) == 1

    async def waiting() -> list[tuple[str, str | None, str, list[str]]]:
        def work(tx: Transaction) -> list[tuple[str, str | None, str, list[str]]]:
            rows = tx.connection.execute(sa.select(outbox).where(outbox.c.kind == "reminder"))
            return [
                (row.state, row.error, row.payload["text"], [one["action"] for one in row.payload["choices"]])
                for row in rows
            ]

        return await world.store.read(work)

    (before,) = await waiting()
    assert len(before[3]) == 5
    for period in ("2026-10", "2026-11"):
        await file(world, units["an phú"], cadre, period)
    ((state, _, text, actions),) = await waiting()
    assert state == "queued"
    assert "Báo cáo tháng" not in text
    assert "Báo cáo quy chế" in text
    assert not any("dan-van-kheo" in action for action in actions)
    others = [action.split() for action in actions if action.startswith("baocao")]
    for _, form, period in others:

        def submit(tx: Transaction, form: str = form, period: str = period) -> None:
            tx.apply(StartDraft(units["an phú"], form, 1, period), cadre.person_id, now)
            tx.apply(SubmitReport(units["an phú"], form, period, f"R{period}", False), cadre.person_id, now)

        await world.store.write(submit)
    ((state, error, *_),) = await waiting()
    assert (state, error) == ("failed", "withdrawn")
    sent = len(cadre.messages)
    await world.settle()
    assert len(cadre.messages) == sent, "nobody is reminded of what is done"


async def test_a_reminder_is_put_off_to_a_chosen_hour_and_comes_then_with_what_holds_then(
    world: World, units: dict[str, int], cadre: Chat
) -> None:
    await put_in_force(world)
    await remind(world, day(20))
    await cadre.taps("Nhắc lại sau")
    assert [choice.label for choice in cadre.choices] == ["Hôm nay 19:00", "Ngày mai 08:00"]
    assert "19:00 ngày 20/11/2026" in await cadre.taps("Hôm nay 19:00")
    count = len(cadre.messages)
    await remind(world, day(20, 18))
    assert len(cadre.messages) == count
    draft = SaveAnswer(units["an phú"], "dan-van-kheo", 1, "2026-11", "mo_hinh_moi", 3)
    await world.store.write(lambda tx: tx.apply(draft, cadre.person_id, world.clock.now()))
    await remind(world, day(20, 19))
    assert len(cadre.messages) == count + 1
    assert "còn 4 ngày" in cadre.messages[-1].text
    assert "câu chưa trả lời" in cadre.messages[-1].text
    assert await remind(world, day(20, 19)) == 0, "once"
    assert "15:00" in await cadre.says("nhắc lại lúc 15h ngày mai")
    await remind(world, day(21, 14))
    assert len(cadre.messages) == count + 2, "the confirmation alone"
    await remind(world, day(21, 16))
    assert len(cadre.messages) == count + 3, "down at three, sent at four, Saturday or not: it was asked for"


async def test_steps_that_fall_into_a_snooze_come_with_it_and_none_after_filing(
    world: World, units: dict[str, int], cadre: Chat
) -> None:
    second = await world.person("Lê Bình", "cadre", units["an phú"])
    await put_in_force(
        world, Rule("month", day=24)
    )  # last working day: Monday 23/11, so one day before is Friday 20/11
    await remind(world, day(19))
    await cadre.says("/nhaclai 10h ngày mai")
    mine, others = len(cadre.messages), len(second.messages)
    await remind(world, day(20, 7))
    assert (len(cadre.messages), len(second.messages)) == (mine, others + 1), "who sleeps, sleeps; a colleague does not"
    await remind(world, day(20, 10))
    assert len(cadre.messages) == mine + 1
    await cadre.says("/nhaclai 15h")
    for period in ("2026-10", "2026-11"):
        await file(world, units["an phú"], cadre, period)
    mine = len(cadre.messages)
    await remind(world, day(20, 16))
    assert len(cadre.messages) == mine


async def test_a_snooze_can_not_outlast_the_deadline_nor_two_days(
    world: World, units: dict[str, int], cadre: Chat
) -> None:
    await put_in_force(world, Rule("once", date=dt.date(2026, 11, 20)))
    await remind(world, day(20, 8))
    said = await cadre.says("/nhaclai 8h ngày mai")
    assert "hết hạn trong hôm nay" in said
    assert [choice.label for choice in cadre.choices] == ["Hôm nay 10:00", "Hôm nay 19:00"]
    assert "48 giờ" in await cadre.says("/nhaclai 20/12/2026")
    assert "48 giờ" in await cadre.says("/nhaclai 7h hôm nay")
    assert "chưa hiểu" in await cadre.says("/nhaclai đừng bao giờ")
    assert await world.store.read(lambda tx: tx.snoozed()) == {}


async def test_the_owner_hears_once_a_day_of_what_is_overdue(
    world: World, units: dict[str, int], staff: Chat, cadre: Chat
) -> None:
    await staff.says("/hanmoi Báo cáo tháng")
    await staff.says("20/11/2026")
    await staff.taps("Dân vận khéo")
    await staff.taps("Xác nhận")
    await remind(world, day(20))
    before = len(staff.messages)
    await remind(world, day(23))
    await remind(world, day(23, 15))
    assert len(staff.messages) == before + 1
    assert "2/2 đơn vị chưa nộp" in staff.messages[-1].text
    assert staff.messages[-1].choices[0].action == "chuanop dan-van-kheo 2026-11"
