"""A yearly deadline from a document: reminded on the right days, no more once it is filed, escalated where it is not.

The clock is moved as in the demo, a day at a time; between the steps the program is "restarted" with an empty memory.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from icalendar import Calendar

from bot.clock import VIETNAM
from bot.reminders import plan
from bot.storage import Store
from handlers.records.reports import SaveAnswer
from tests.support.world import Chat, World

NOTICE = """SỞ NỘI VỤ
TỈNH BÌNH LÂM
Số: 77/SNV-DV

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Bình Lâm, ngày 16 tháng 11 năm 2026

V/v báo cáo công tác dân vận chính quyền hằng năm

Kính gửi: UBND các xã, phường.

1. Các xã, phường giới thiệu mỗi nơi một mô hình giúp trẻ em vùng sâu đến trường.

2. UBND các xã, phường gửi báo cáo kết quả về Sở Nội vụ trước ngày 15/12 hằng năm.

GIÁM ĐỐC

Lê Thị Thảo
"""


async def test_from_a_document_to_the_last_reminder(sqlite_store: Store, tmp_path: Path) -> None:
    world = World(sqlite_store, tmp_path)
    root = await world.unit("Tỉnh Bình Lâm", "province")
    office = await world.unit("Sở Nội vụ", "office", root)
    diligent_unit = await world.unit("Xã An Phú", "commune", root)
    slow_unit = await world.unit("Xã Sơn Hà", "commune", root)
    staff = await world.person("Trần Thu", "staff", office)
    supervisor = await world.person("Lê Hòa", "supervisor", root)
    diligent = await world.person("Nguyễn An", "cadre", diligent_unit)
    slow = await world.person("Phạm Bình", "cadre", slow_unit)

    card = await staff.shows("cong-van.txt", NOTICE.encode())
    assert "trước ngày 15/12 hằng năm" in card
    assert "Mẫu báo cáo: Dân vận chính quyền" in card
    assert card.count("ngày làm việc cuối cùng") == 3, "the next three, before it is confirmed"
    await staff.taps("Xác nhận")

    heard: dict[str, list[tuple[dt.date, str]]] = {"diligent": [], "slow": [], "supervisor": []}
    phones: dict[str, Chat] = {"diligent": diligent, "slow": slow, "supervisor": supervisor}

    async def until(day: dt.date) -> None:
        """Every morning at eight, and once more in the evening."""
        while world.clock.now().date() < day:
            tomorrow = world.clock.now().date() + dt.timedelta(days=1)
            for hour in (8, 21):
                world.clock.move(dt.datetime.combine(tomorrow, dt.time(hour), VIETNAM) - world.clock.now())
                now = world.clock.now()
                before = {name: len(phone.messages) for name, phone in phones.items()}
                while await world.store.write(lambda tx, now=now: plan(tx, now, world.forms)):
                    pass
                await world.settle()
                for name, phone in phones.items():
                    heard[name] += [(now.date(), one.text) for one in phone.messages[before[name] :]]

    await until(dt.date(2026, 12, 7))
    # "Trước ngày 15/12": Monday 14/12 is the last day. A week before it is Monday the 7th.
    assert [day for day, _ in heard["slow"]] == [dt.date(2026, 12, 7)]
    assert "còn 7 ngày" in heard["slow"][0][1]
    calendar = Calendar.from_ical((await ics(diligent)).read_bytes())
    assert [event["DTSTART"].dt for event in calendar.walk("VEVENT")] == [dt.date(2026, 12, 14)]

    # One tap opens the form that the reminder names.
    reminder = next(one for one in reversed(diligent.messages) if "còn 7 ngày" in one.text)
    assert "Văn bản đã ban hành" in await diligent.presses(reminder, 0)
    first = world.forms["dan-van-chinh-quyen"].questions[0].name
    save = SaveAnswer(diligent_unit, "dan-van-chinh-quyen", 1, period_of(reminder.choices[0].action), first, 2)
    await world.store.write(lambda tx: tx.apply(save, diligent.person_id, world.clock.now()))
    await diligent.says("/huy")

    await until(dt.date(2026, 12, 11))
    assert [day.day for day, _ in heard["diligent"]] == [7, 11], "three days before, and Friday is a working day"
    assert f"/{len(world.forms['dan-van-chinh-quyen'].questions)} câu chưa trả lời" in heard["diligent"][-1][1]
    assert "Viết tiếp bản nháp" in [choice.label for choice in diligent.messages[-1].choices]

    await file(world, diligent, diligent_unit, period_of(reminder.choices[0].action))
    await until(dt.date(2026, 12, 20))
    assert [day.day for day, _ in heard["diligent"]] == [7, 11], "nothing once it is filed"
    # One day before is Sunday, so it goes out on Friday with the three days; then the day itself, and twice overdue.
    assert [day.day for day, _ in heard["slow"]] == [7, 11, 14, 15, 17]
    assert "hôm nay là ngày cuối" in heard["slow"][2][1].casefold()
    assert "Quá hạn 1 ngày" in heard["slow"][3][1]
    assert [day.day for day, _ in heard["supervisor"]] == [15, 17], "one digest on each of these days"
    digest = heard["supervisor"][0][1]
    assert "1/2 đơn vị chưa nộp (Xã Sơn Hà)" in digest
    assert "Xã Sơn Hà" in await supervisor.presses(supervisor.messages[-1], 0), "a tap shows the list"

    # A year later all begins anew, for both.
    world.clock.move(dt.timedelta(days=350))
    await until(dt.date(2027, 12, 14))
    year_later = [day for day, _ in heard["diligent"] if day.year == 2027 and day.month == 12]
    assert year_later[0] == dt.date(2027, 12, 7)


def period_of(action: str) -> str:
    return action.split()[-1]


async def ics(chat: Chat) -> Path:
    """The calendar file of this person."""
    await chat.says("/lich")
    (attached,) = chat.messages[-1].files
    return Path(attached.path)


async def file(world: World, chat: Chat, unit_id: int, period: str) -> None:
    from handlers.records.reports import SubmitReport

    effect = SubmitReport(unit_id, "dan-van-chinh-quyen", period, "26-0000-0001", False)
    await world.store.write(lambda tx: tx.apply(effect, chat.person_id, world.clock.now()))
