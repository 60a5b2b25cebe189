"""Announcements that are narrowed, tried, planned, approved, called back and corrected."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.channels.base import Gone, Outgoing, Refused
from bot.storage import Delivery, Sent, Store
from bot.storage.schema import account, announcement, audit, outbox, report
from handlers.announcing.audience import typed_names
from handlers.texts import say
from tests.support.world import NOON, Chat
from tests.unit.test_announce import Town


class Province(Town):
    """The town, and what happens when planned announcements are looked at."""

    async def release(self, hours: float = 0) -> None:
        self.clock.shift += dt.timedelta(hours=hours)
        now = self.clock.now()
        await self.store.write(lambda tx: tx.release(now))
        await self.settle()

    async def compose(self, text: str = "Họp ngày 20/11", units: str = "tất cả", roles: str = "Cán bộ") -> str:
        await self.staff.says("/thongbao")
        await self.staff.says(text)
        await self.staff.says(units)
        return await self.staff.says(roles)

    async def second(self) -> Chat:
        return await self.person("Đinh Thị Duyệt", "staff", self.units["office"])


@pytest_asyncio.fixture
async def town(sqlite_store: Store, tmp_path: Path) -> Province:
    made = Province(sqlite_store, tmp_path)
    await made.fill()
    return made


@pytest.mark.parametrize(
    ("typed", "everything", "wanted", "unwanted"),
    [
        ("Bình Minh, An Phú", False, ("Bình Minh", "An Phú"), ()),
        ("tất cả trừ xã A, B", True, (), ("xã A", "B")),
        ("tat ca ngoai tru A", True, (), ("A",)),
        ("trừ An Hải", True, (), ("An Hải",)),
        ("Tỉnh Hải Lâm trừ Sơn Hà", False, ("Tỉnh Hải Lâm",), ("Sơn Hà",)),
        ("Trù Sơn", False, ("Trù Sơn",), ()),
        ("xa tru son", False, ("xa tru son",), ()),
        ("tất cả", True, (), ()),
    ],
)
def test_what_is_left_out_is_told_from_what_is_named(
    typed: str, everything: bool, wanted: tuple[str, ...], unwanted: tuple[str, ...]
) -> None:
    names = typed_names(typed)
    assert (names.everything, names.wanted, names.unwanted) == (everything, wanted, unwanted)


async def test_units_that_are_excepted_get_nothing(town: Province) -> None:
    assert "trừ Phường An Hải" in await town.compose(units="tất cả trừ an hải")
    await town.staff.taps("Gửi cho 2 người")
    assert await town.announced_to() == ["Hoa", "Nam"]


async def test_more_units_can_be_left_out_below_the_preview(town: Province) -> None:
    await town.compose()
    assert "Số người nhận: 2" in await town.staff.says("trừ An Hải")
    assert "nhiều đơn vị" in await town.staff.says("trừ son ha")
    assert "Không có đơn vị" in await town.staff.says("trừ qqqq")
    await town.staff.taps("Gửi cho 2 người")
    assert await town.announced_to() == ["Hoa", "Nam"]


async def test_an_excepted_name_that_can_mean_two_units_is_asked(town: Province) -> None:
    await town.staff.says("/thongbao Nội dung")
    assert "Có nhiều đơn vị" in await town.staff.says("tất cả trừ son ha, an hai")
    await town.staff.taps("Xã Sơn Hạ")
    await town.staff.taps("Mọi người")
    assert "trừ Xã Sơn Hạ, Phường An Hải" in town.staff.messages[-1].text


async def test_a_unit_is_meant_with_all_below_it_or_alone(town: Province) -> None:
    await town.compose(units="Tỉnh Hải Lâm", roles="Mọi người")
    assert "Số người nhận: 5" in town.staff.messages[-1].text
    assert "chưa có ai" in await town.staff.taps("Không gồm đơn vị trực thuộc")
    assert "Số người nhận: 5" in await town.staff.taps("Gồm cả đơn vị trực thuộc")


async def test_the_preview_names_a_few_of_the_people(town: Province) -> None:
    assert "Lê Thị Hoa (Xã Sơn Hà)" in await town.compose()


async def test_only_units_that_have_not_filed_are_told_and_that_is_looked_at_when_it_goes_out(town: Province) -> None:
    async def files(name: str, person_id: int) -> None:
        row = {"unit_id": town.units[name], "form": "dan-van-kheo", "form_version": 1, "period": "2026-10"}
        row |= {"state": "submitted", "answers": {}, "person_id": person_id, "receipt": name, "started_at": NOON}
        more = {"updated_at": NOON, "submitted_at": NOON}
        await town.store.write(lambda tx: tx.connection.execute(report.insert(), {**row, **more}))

    await files("Xã Sơn Hà", town.cadres["Hoa"].person_id)
    await town.staff.says("/thongbao Nhắc nộp báo cáo")
    await town.staff.taps("chưa nộp báo cáo")
    assert "chưa nộp" in await town.staff.says("dân vận khéo tháng 10/2026")
    assert "Số người nhận: 3" in await town.staff.taps("Cán bộ")
    await town.staff.taps("Hẹn giờ gửi")
    await town.staff.says("14h")
    await town.staff.taps("Hẹn gửi cho 3 người")
    await files("Xã Sơn Hạ", town.cadres["Nam"].person_id)
    await town.release(hours=2)
    assert await town.announced_to() == ["Hải", "Lan"]


async def test_only_people_who_have_not_read_an_earlier_one_are_told(town: Province) -> None:
    await town.announce("Thứ nhất")
    await town.cadres["Hoa"].taps("Đã đọc")
    await town.staff.says("/thongbao Lần nữa")
    await town.staff.taps("chưa đọc")
    assert "Số người nhận: 3" in await town.staff.taps("Thứ nhất")
    await town.staff.taps("Gửi cho 3 người")
    assert [sum("📢" in m.text for m in chat.messages) for chat in town.cadres.values()] == [1, 2, 2, 2]


async def test_a_test_goes_to_oneself_only_and_its_button_says_so(town: Province) -> None:
    await town.compose()
    before = len(town.staff.messages)
    await town.staff.taps("Gửi thử cho tôi")
    tried = town.staff.messages[before]
    assert "📢" in tried.text
    assert await town.announced_to() == []
    assert await town.staff.presses(tried, 0) == say("announce.only_a_test")
    assert not await town.rows(announcement)
    await town.staff.taps("Gửi cho 4 người")
    assert len(await town.announced_to()) == 4


@pytest.mark.parametrize(("typed", "hours"), [("8h sáng mai", 20), ("14:00 25/11", 7 * 24 + 2)])
async def test_what_is_planned_goes_out_at_its_time_and_not_before(town: Province, typed: str, hours: int) -> None:
    await town.compose()
    await town.staff.taps("Hẹn giờ gửi")
    assert "Giờ gửi" in await town.staff.says(typed)
    await town.staff.taps("Hẹn gửi cho 4 người")
    await town.release(hours - 0.1)
    assert await town.announced_to() == []
    await town.release(0.1)
    await town.release(24)
    assert [sum("📢" in m.text for m in chat.messages) for chat in town.cadres.values()] == [1, 1, 1, 1]
    assert [row.action for row in await town.rows(audit) if not row.action.startswith("view-")] == [
        "plan-announcement",
        "announce",
    ]


async def test_a_time_that_is_past_or_unclear_is_asked_again(town: Province) -> None:
    await town.compose()
    await town.staff.taps("Hẹn giờ gửi")
    assert say("announce.time_past") in await town.staff.says("8h 18/11/2026")
    assert say("announce.time_unclear") in await town.staff.says("khi nào rảnh")
    assert "Giờ gửi" in await town.staff.says("8h mai")
    assert "Giờ gửi" not in await town.staff.taps("không hẹn giờ")


async def test_what_is_planned_is_listed_and_can_be_cancelled(town: Province) -> None:
    await town.compose()
    await town.staff.taps("Hẹn giờ gửi")
    await town.staff.says("8h mai")
    await town.staff.taps("Hẹn gửi")
    await town.staff.says("/hengui")
    assert "hẹn giờ gửi" in await town.staff.taps("Họp ngày")
    await town.staff.taps("Hủy gửi")
    assert "không gửi cho ai" in await town.staff.taps("Hủy, không gửi nữa")
    await town.release(48)
    assert await town.announced_to() == []
    assert await town.staff.says("/hengui") == say("announce.none_planned")


async def test_cancelling_while_it_runs_takes_back_what_waits_and_says_how_many_had_it(town: Province) -> None:
    await town.compose()
    await town.staff.sends(pressed=[town.staff.messages[-1].id, 0])
    await town.turns.take()
    limit = {"test": 2}
    now = town.clock.now()
    claimed = await town.store.write(lambda tx: tx.claim(limit, now, "one"))  # replies first, then two of them
    while not any(delivery.kind == "announcement" for delivery in claimed):
        await mark(town, claimed)
        claimed = await town.store.write(lambda tx: tx.claim(limit, now, "one"))
    await mark(town, claimed)
    (row,) = await town.rows(announcement)
    went = sum(delivery.kind == "announcement" for delivery in claimed)
    await town.staff.sends(text=f"/theodoi {row.uid} huy dongy")
    await town.turns.take()
    await town.settle()
    assert f"{went} người đã được gửi trước đó, {4 - went} tin được rút lại" in town.staff.messages[-1].text
    assert f"đã rút lại trước khi gửi: {4 - went}" in await town.staff.taps("Theo dõi")
    assert await town.announced_to() == []
    assert (await town.rows(announcement))[0].state == "cancelled"
    assert "đã được hủy" in await town.staff.says(f"/theodoi {row.uid} huy")


async def mark(town: Province, claimed: list[Delivery]) -> None:
    done = [Sent(delivery.id, "sent", str(delivery.id)) for delivery in claimed]
    await town.store.write(lambda tx: tx.mark(done, town.clock.now(), "one"))


async def test_who_got_nothing_because_it_was_withdrawn_has_nothing_to_acknowledge(town: Province) -> None:
    await town.announce()
    hoa = town.cadres["Hoa"]
    withdrawn = {"state": "failed", "error": "withdrawn"}
    change = outbox.update().where(outbox.c.person_id == hoa.person_id, outbox.c.kind == "announcement")
    await town.store.write(lambda tx: tx.connection.execute(change.values(withdrawn)))
    assert await hoa.says("/dadoc") == say("announce.not_received")


async def test_a_correction_is_a_message_of_its_own_where_the_channel_cannot_edit(town: Province) -> None:
    await town.announce()
    await town.staff.taps("Theo dõi")
    await town.staff.taps("Đính chính")
    assert "Họp ngày 21/11" in await town.staff.says("Họp ngày 21/11")
    await town.staff.taps("Đính chính ngay")
    for chat in town.cadres.values():
        assert chat.messages[-1].text.startswith("✏️ ĐÍNH CHÍNH")
        assert "Họp ngày 21/11" in chat.messages[-1].text
    assert "Đã ghi nhận" in await town.cadres["Hoa"].says("1")
    assert "gửi tin đính chính 4" in await town.staff.taps("Theo dõi")
    note = [row for row in await town.rows(audit) if row.action == "correct-announcement"][-1]
    assert (note.action, note.detail["before"]) == ("correct-announcement", "Họp ngày 20/11")


async def test_a_correction_is_made_in_the_message_itself_where_the_channel_can(town: Province) -> None:
    edited: list[tuple[str, str]] = []

    async def edit(message: Outgoing, sent: str) -> None:
        if len(edited) == 3:
            raise Refused("too old")
        edited.append((sent, message.text))

    await town.announce()
    first = {chat.address: str(chat.messages[0].id) for chat in town.cadres.values()}
    town.channel.edit = edit  # type: ignore[attr-defined]
    (row,) = await town.rows(announcement)
    await town.staff.says(f"/suatin {row.uid}")
    await town.staff.says("Họp ngày 21/11")
    await town.staff.taps("Đính chính ngay")
    assert {sent for sent, _ in edited} < set(first.values())
    assert all("21/11" in text and "ĐÍNH CHÍNH" not in text for _, text in edited)
    assert sum("ĐÍNH CHÍNH" in m.text for chat in town.cadres.values() for m in chat.messages) == 1
    assert "sửa ngay trong tin 3, gửi tin đính chính 1" in await town.staff.says(f"/theodoi {row.uid}")
    shown = [one.payload["text"] for one in await town.rows(outbox) if str(one.id) in {sent for sent, _ in edited}]
    assert all("21/11" in text for text in shown), "the chat's history shows what the message reads now"


async def test_what_still_waits_goes_out_corrected(town: Province) -> None:
    await town.compose()
    await town.staff.sends(pressed=[town.staff.messages[-1].id, 0])
    await town.turns.take()
    (row,) = await town.rows(announcement)
    for text in (f"/suatin {row.uid}", "Họp ngày 21/11"):
        await town.staff.sends(text=text)
        await town.turns.take()
    offer = sa.select(sa.func.max(outbox.c.id)).where(outbox.c.person_id == town.staff.person_id)
    last = await town.store.read(lambda tx: tx.connection.scalar(offer))
    await town.staff.sends(pressed=[last, 0])
    await town.turns.take()
    await town.settle()
    for chat in town.cadres.values():
        (message,) = chat.messages
        assert "Họp ngày 21/11" in message.text


async def test_the_whole_province_is_told_only_after_somebody_else_agreed(town: Province) -> None:
    admin, second = await town.person("Vũ Quản", "admin", town.units["office"]), await town.second()
    assert "một người" in await admin.says("/duyethai")
    assert "cần hai người" in await admin.taps("Bật")
    assert "cần một người khác phê duyệt" in await town.compose()
    assert "phê duyệt" in await town.staff.taps("Gửi cho")
    assert await town.announced_to() == []
    assert "xin phê duyệt" in second.messages[-1].text
    (row,) = await town.rows(announcement)
    assert await town.staff.says(f"/duyettin {row.uid} dongy") == say("announce.not_your_own")
    assert "Họp ngày 20/11" in await second.taps("Xem và phê duyệt")
    await second.taps("Đồng ý gửi")
    assert len(await town.announced_to()) == 4
    assert "đã phê duyệt" in town.staff.messages[-1].text
    assert "không còn chờ" in await admin.says(f"/duyettin {row.uid} dongy")
    actions = [one.action for one in await town.rows(audit) if not one.action.startswith("view-")]
    assert actions == ["require-two", "ask-approval", "approve-announcement", "announce"]


async def test_what_is_refused_goes_to_nobody(town: Province) -> None:
    second = await town.second()
    await town.store.write(lambda tx: tx.require_two(True))
    await town.compose()
    await town.staff.taps("Gửi cho")
    await second.taps("Xem và phê duyệt")
    await second.taps("Không đồng ý")
    assert "không đồng ý" in town.staff.messages[-1].text
    await town.release(48)
    assert await town.announced_to() == []
    assert "không được duyệt" in await town.staff.taps("Theo dõi")


async def test_an_approval_comes_too_late_after_a_day(town: Province) -> None:
    second = await town.second()
    await town.store.write(lambda tx: tx.require_two(True))
    await town.compose()
    await town.staff.taps("Gửi cho")
    await second.taps("Xem và phê duyệt")
    town.clock.shift += dt.timedelta(hours=25)
    assert "quá giờ" in await second.taps("Đồng ý gửi")
    assert await second.says("/duyettin") == say("announce.none_waiting")
    assert await town.announced_to() == []


async def test_with_nobody_to_approve_it_the_author_is_told_at_once(town: Province) -> None:
    await town.store.write(lambda tx: tx.require_two(True))
    await town.compose()
    assert say("announce.no_approver") in await town.staff.taps("Gửi cho")
    assert not await town.rows(announcement)


async def test_a_few_units_by_name_and_a_commune_of_ones_own_need_no_second_person(town: Province) -> None:
    await town.store.write(lambda tx: tx.require_two(True))
    await town.announce(units="Sơn Hà")
    local = await town.person("Mai Xã", "staff", town.units["Phường An Hải"])
    await local.says("/thongbao Họp tổ dân phố")
    await local.says("tất cả")
    await local.taps("Mọi người")
    await local.taps("Gửi cho")
    assert await town.announced_to() == ["Hoa", "Hải", "Lan"]


async def test_only_an_administrator_switches_the_second_person_on(town: Province) -> None:
    assert await town.staff.says("/duyethai bat") == say("help.not_allowed")


async def test_staff_of_a_commune_can_neither_call_back_nor_correct_what_others_announced(town: Province) -> None:
    await town.announce()
    (row,) = await town.rows(announcement)
    local = await town.person("Mai Xã", "staff", town.units["Phường An Hải"])
    for line in (f"/suatin {row.uid}", f"/theodoi {row.uid} huy dongy", f"/duyettin {row.uid} dongy"):
        assert await local.says(line) == say("announce.unknown")
    leader = await town.leader.says(f"/theodoi {row.uid} huy dongy")
    assert "Đã gửi: 4" in leader
    assert (await town.rows(announcement))[0].state == "sent"


async def test_when_the_account_used_last_is_gone_the_other_one_gets_it(town: Province) -> None:
    hoa = town.cadres["Hoa"]
    second = {"channel": "test", "address": "second", "person_id": hoa.person_id}
    newer = {**second, "last_used_at": town.clock.now() + dt.timedelta(hours=1)}
    await town.store.write(lambda tx: tx.connection.execute(account.insert(), newer))
    send = town.channel.send

    async def blocked(message: Outgoing) -> str:
        if message.address == "second":
            raise Gone("blocked")
        return await send(message)

    town.channel.send = blocked  # type: ignore[method-assign]
    await town.announce()
    assert sum("📢" in m.text for m in hoa.messages) == 1
    assert "Đã gửi: 4" in await town.staff.taps("Theo dõi")
    assert "Đã ghi nhận" in await hoa.taps("Đã đọc")


async def test_what_waits_for_an_account_that_is_gone_is_not_tried(town: Province) -> None:
    hoa = town.cadres["Hoa"]
    tries: list[str] = []

    send = town.channel.send

    async def blocked(message: Outgoing) -> str:
        tries.append(message.address)
        if message.address == hoa.address:
            raise Gone("blocked")
        return await send(message)

    town.channel.send = blocked  # type: ignore[method-assign]
    for text in ("Một", "Hai"):
        await town.compose(text)
        await town.staff.sends(pressed=[town.staff.messages[-1].id, 0])
        await town.turns.take()
    await town.settle()
    assert tries.count(hoa.address) == 1
    states = [row.state for row in await town.rows(outbox) if row.person_id == hoa.person_id]
    assert states == ["failed", "failed"]
    await hoa.says("chào")
    assert tries.count(hoa.address) > 1, "who writes is written to again"


async def test_the_sheet_has_everybody_with_what_became_of_it(town: Province) -> None:
    import io

    import openpyxl

    await town.announce()
    await town.cadres["Hoa"].taps("Đã đọc")
    await town.staff.taps("Theo dõi")
    await town.staff.taps("Tải bảng tính")
    (file,) = town.staff.messages[-1].files
    book = openpyxl.load_workbook(io.BytesIO(file.path.read_bytes()))
    people, units = ([[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] for sheet in book)
    assert [(row[1], row[4], row[6] is not None) for row in people if row[0] == "Xã Sơn Hà"] == [
        ("Lê Thị Hoa", "đã gửi", True)
    ]
    assert len(people) == 4
    assert ["Phường An Hải", 2, 0, "Võ Hải, Đỗ Lan"] in units
