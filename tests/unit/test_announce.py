"""Announcements: composed, looked at, sent to everybody meant and nobody else, read, followed up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.channels.base import Gone, Uncertain
from bot.storage import Store
from bot.storage.schema import account, acknowledgement, announcement, audit, outbox
from handlers.announcing.announce import LONGEST, MOST_FILES
from handlers.records.people import RemovePerson
from handlers.texts import say
from tests.support.pictures import png
from tests.support.world import Chat, World

PNG = png()


class Town(World):
    """Hải Lâm: an office with two staff and a leader, three communes with four cadres."""

    units: dict[str, int]
    staff: Chat
    cadres: dict[str, Chat]

    async def fill(self) -> None:
        root = await self.unit("Tỉnh Hải Lâm", "province")
        names = ("Xã Sơn Hà", "Xã Sơn Hạ", "Phường An Hải")
        self.units = {name: await self.unit(name, "commune", root) for name in names}
        self.units["office"] = await self.unit("Sở Nội vụ", "office", root)
        self.units["root"] = root
        self.staff = await self.person("Trần Bình", "staff", self.units["office"])
        self.leader = await self.person("Lý Giám", "supervisor", self.units["office"])
        self.cadres = {
            "Hoa": await self.person("Lê Thị Hoa", "cadre", self.units["Xã Sơn Hà"]),
            "Nam": await self.person("Phan Nam", "cadre", self.units["Xã Sơn Hạ"]),
            "Hải": await self.person("Võ Hải", "cadre", self.units["Phường An Hải"]),
            "Lan": await self.person("Đỗ Lan", "cadre", self.units["Phường An Hải"]),
        }

    async def announced_to(self) -> list[str]:
        return sorted(name for name, chat in self.cadres.items() if any("📢" in m.text for m in chat.messages))

    async def rows(self, table: sa.Table) -> list[Any]:
        return await self.store.read(lambda tx: list(tx.connection.execute(sa.select(table))))

    async def announce(self, text: str = "Họp ngày 20/11", units: str = "tất cả", roles: str = "Cán bộ") -> str:
        await self.staff.says("/thongbao")
        await self.staff.says(text)
        await self.staff.says(units)
        await self.staff.says(roles)
        return await self.staff.taps("Gửi cho")


@pytest_asyncio.fixture
async def town(sqlite_store: Store, tmp_path: Path) -> Town:
    made = Town(sqlite_store, tmp_path)
    await made.fill()
    return made


async def test_everybody_meant_gets_one_copy_after_a_preview_with_the_number_of_people(town: Town) -> None:
    await town.staff.says("/thongbao")
    await town.staff.says("Mời họp giao ban\nlúc 8 giờ")
    await town.staff.says("tất cả")
    preview = await town.staff.says("cán bộ")
    assert "Mời họp giao ban\nlúc 8 giờ" in preview
    assert "Số người nhận: 4" in preview
    assert await town.announced_to() == []
    await town.staff.taps("Gửi cho 4 người")
    assert await town.announced_to() == ["Hoa", "Hải", "Lan", "Nam"]
    for chat in town.cadres.values():
        (message,) = chat.messages
        assert message.text in preview
        assert [choice.label for choice in message.choices] == ["Đã đọc"]
    assert not any("📢" in one.text for one in town.leader.messages)
    assert [row.action for row in await town.rows(audit) if not row.action.startswith("view-")] == ["announce"]


async def test_units_are_named_by_typing_and_an_ambiguous_name_is_asked(town: Town) -> None:
    await town.staff.says("/thongbao Nhắc nộp báo cáo")
    assert "Có nhiều đơn vị" in await town.staff.says("son ha, an hai")
    await town.staff.taps("Xã Sơn Hạ")
    assert "Xã Sơn Hạ, Phường An Hải" in town.staff.messages[-1].text
    await town.staff.taps("Mọi người")
    await town.staff.taps("Gửi cho 3 người")
    assert await town.announced_to() == ["Hải", "Lan", "Nam"]


async def test_an_unknown_name_can_be_left_out_or_corrected(town: Town) -> None:
    await town.staff.says("/thongbao Nhắc nộp báo cáo")
    assert "Không tìm thấy" in await town.staff.says("qqqq, Sơn Hà")
    await town.staff.taps("Bỏ tên này")
    assert "Xã Sơn Hà" in town.staff.messages[-1].text
    await town.staff.taps("Quay lại")
    assert "Có phải" in await town.staff.says("an haii")
    await town.staff.says("An Hải")
    await town.staff.taps("Cán bộ")
    await town.staff.taps("Gửi cho 2 người")
    assert await town.announced_to() == ["Hải", "Lan"]


async def test_naming_the_province_means_all_below_it(town: Town) -> None:
    await town.announce(units="Tỉnh Hải Lâm")
    assert len(await town.announced_to()) == 4


async def test_roles_choose_people_and_the_author_gets_no_copy(town: Town) -> None:
    await town.announce(roles="lãnh đạo theo dõi, chuyên viên")
    assert await town.announced_to() == []
    assert any("📢" in one.text for one in town.leader.messages)
    assert not any(row.person_id == town.staff.person_id for row in await town.rows(outbox) if row.announcement_id)


async def test_photo_and_file_go_along(town: Town) -> None:
    await town.staff.says("/thongbao")
    await town.staff.shows("moi-hop.png", PNG, "Giấy mời họp")
    await town.staff.says("tất cả")
    await town.staff.says("cán bộ")
    await town.staff.shows("lich.png", png("navy"))
    await town.staff.taps("Gửi cho")
    sent = town.cadres["Hoa"].messages
    assert "Giấy mời họp" in sent[0].text
    assert [file.name for message in sent for file in message.files] == ["moi-hop.png", "lich.png"]


async def test_a_command_as_caption_of_a_photo_starts_an_announcement(town: Town) -> None:
    assert "đơn vị nào" in await town.staff.shows("moi.png", PNG, "/thongbao Giấy mời")


async def test_an_empty_file_is_refused_with_a_sentence_and_the_text_is_kept(town: Town) -> None:
    await town.staff.says("/thongbao Nhắc nộp báo cáo")
    answer = await town.staff.shows("rong.png", b"")
    assert "rong.png" in answer
    assert "đơn vị nào" in answer
    await town.staff.says("tất cả")
    assert "Nhắc nộp báo cáo" in await town.staff.says("cán bộ")


async def test_no_more_files_than_the_limit(town: Town) -> None:
    await town.staff.says("/thongbao Ảnh")
    for number in range(MOST_FILES):
        assert "Đã đính kèm" in await town.staff.shows(f"{number}.png", png(f"#0000{number:02x}"))
    assert "tối đa" in await town.staff.shows("thua.png", png("red"))


async def test_too_long_a_text_is_refused_with_its_length(town: Town) -> None:
    await town.staff.says("/thongbao")
    assert await town.staff.says("a" * 10_000) == say("announce.too_long", length=10_000, limit=LONGEST)
    assert "đơn vị nào" in await town.staff.says("a" * LONGEST)


async def test_an_announcement_fits_one_message_of_the_narrowest_channel() -> None:
    longest = say("announce.message", unit="x" * 60, author="x" * 60, text="a" * LONGEST)
    assert len(say("announce.reminder", message=longest)) + len("\n\n1. Đã đọc") <= 2000


async def test_text_and_audience_can_be_changed_before_sending(town: Town) -> None:
    await town.staff.says("/thongbao Bản cũ")
    await town.staff.says("An Hải")
    await town.staff.taps("Cán bộ")
    await town.staff.taps("Sửa nội dung")
    assert "Bản mới" in await town.staff.says("Bản mới")
    await town.staff.taps("Đổi nơi nhận")
    await town.staff.says("Sơn Hà")
    await town.staff.taps("Cán bộ")
    await town.staff.taps("Gửi cho 1 người")
    assert await town.announced_to() == ["Hoa"]
    assert "Bản mới" in town.cadres["Hoa"].messages[0].text


async def test_cancel_sends_nothing(town: Town) -> None:
    await town.staff.says("/thongbao Nội dung")
    await town.staff.says("tất cả")
    assert await town.staff.says("huy") == say("announce.cancelled")
    assert not await town.rows(announcement)


async def test_the_send_button_tapped_twice_sends_once(town: Town) -> None:
    await town.announce()
    preview = next(m for m in reversed(town.staff.messages) if any("Gửi cho" in c.label for c in m.choices))
    await town.staff.presses(preview, 0)
    assert len(await town.rows(announcement)) == 1
    assert [len(chat.messages) for chat in town.cadres.values()] == [1, 1, 1, 1]


async def test_an_audience_without_anybody_cannot_be_sent_to(town: Town) -> None:
    await town.staff.says("/thongbao Nội dung")
    await town.staff.says("Sơn Hà")
    assert "chưa có ai" in await town.staff.taps("Quản trị")
    assert not any("Gửi" in choice.label for choice in town.staff.choices)


async def test_a_phone_number_in_the_text_is_pointed_out(town: Town) -> None:
    await town.staff.says("/thongbao Liên hệ 0912345678")
    await town.staff.says("tất cả")
    assert "0912345678" in (await town.staff.taps("Cán bộ")).split("Lưu ý")[1]


async def test_a_cadre_may_not_announce(town: Town) -> None:
    assert await town.cadres["Hoa"].says("/thongbao Chào") == say("help.not_allowed")


async def test_staff_of_a_commune_reach_only_their_commune(town: Town) -> None:
    local = await town.person("Mai Xã", "staff", town.units["Phường An Hải"])
    await local.says("/thongbao Họp tổ dân phố")
    assert "Không tìm thấy" in await local.says("Sơn Hà")
    await local.taps("Tất cả đơn vị")
    await local.taps("Mọi người")
    await local.taps("Gửi cho 2 người")
    assert await town.announced_to() == ["Hải", "Lan"]


async def test_people_without_an_account_are_shown_and_kept_as_failed(town: Town) -> None:
    await town.store.write(
        lambda tx: tx.connection.execute(
            sa.update(account).where(account.c.person_id == town.cadres["Hoa"].person_id).values(state="blocked")
        )
    )
    await town.staff.says("/thongbao Nội dung")
    await town.staff.says("tất cả")
    assert "1 người chưa có tài khoản" in await town.staff.taps("Cán bộ")
    await town.staff.taps("Gửi cho 4 người")
    await town.settle()
    progress = await town.staff.taps("Theo dõi")
    assert "Đã gửi: 3" in progress
    assert "chưa có tài khoản chat: 1" in progress
    assert "Xã Sơn Hà: Lê Thị Hoa" in progress


async def test_of_two_accounts_only_the_one_used_last_gets_it(town: Town) -> None:
    hoa = town.cadres["Hoa"]
    newer = {"channel": "test", "address": "second", "person_id": hoa.person_id}
    later = town.clock.now() + dt.timedelta(hours=1)
    await town.store.write(lambda tx: tx.connection.execute(account.insert(), {**newer, "last_used_at": later}))
    await town.announce()
    assert not hoa.messages
    assert [m.address for m in town.channel.sent].count("second") == 1


@pytest.mark.parametrize("word", ["đã đọc", "da doc", "/dadoc", "1", "Đã đọc"])
async def test_reading_is_acknowledged_once_by_word_digit_or_command(town: Town, word: str) -> None:
    await town.announce()
    hoa = town.cadres["Hoa"]
    assert "Đã ghi nhận" in await hoa.says(word)
    world_time = town.clock.now()
    town.clock.shift += dt.timedelta(days=1)
    assert await hoa.taps("Đã đọc") == say("announce.thanks_before", at=world_time)
    assert [(row.person_id, row.at) for row in await town.rows(acknowledgement)] == [(hoa.person_id, world_time)]


async def test_a_number_that_may_have_meant_a_later_list_acknowledges_nothing(town: Town) -> None:
    await town.announce()
    hoa = town.cadres["Hoa"]
    await hoa.says("/trogiup")
    await hoa.says("cảm ơn")
    assert "Hiện không có lựa chọn" in await hoa.says("1")
    assert not await town.rows(acknowledgement)
    assert "Đã ghi nhận" in await hoa.says("đã đọc")


async def test_thanks_in_between_leave_the_number_of_an_announcement_as_it_is(town: Town) -> None:
    await town.announce()
    hoa = town.cadres["Hoa"]
    await hoa.says("vâng ạ")
    assert "Đã ghi nhận" in await hoa.says("1")


async def test_an_old_announcement_can_be_acknowledged_by_its_own_button(town: Town) -> None:
    await town.announce("Thứ nhất")
    await town.announce("Thứ hai")
    hoa = town.cadres["Hoa"]
    first, second = (m for m in hoa.messages if "📢" in m.text)
    await hoa.presses(first, 0)
    assert "Đã ghi nhận anh/chị" in await hoa.presses(second, 0)
    assert len(await town.rows(acknowledgement)) == 2


async def test_nobody_acknowledges_what_they_did_not_get(town: Town) -> None:
    await town.announce(units="An Hải")
    (row,) = await town.rows(announcement)
    assert await town.cadres["Hoa"].says(f"/dadoc {row.uid}") == say("announce.not_received")
    assert await town.cadres["Hoa"].says("đã đọc") == say("announce.not_received")
    assert not await town.rows(acknowledgement)


async def test_progress_names_who_has_not_read_and_one_tap_reminds_just_those(town: Town) -> None:
    await town.announce()
    await town.cadres["Hoa"].taps("Đã đọc")
    await town.staff.says("/theodoi")
    progress = await town.staff.taps("Họp ngày")
    assert "Đã gửi: 4" in progress
    assert "Đã đọc: 1/4" in progress
    assert "Phường An Hải: Võ Hải, Đỗ Lan" in progress
    assert "Lê Thị Hoa" not in progress
    await town.staff.taps("Nhắc lại 3 người")
    counts = {name: sum("📢" in m.text for m in chat.messages) for name, chat in town.cadres.items()}
    assert counts == {"Hoa": 1, "Nam": 2, "Hải": 2, "Lan": 2}
    assert "Đã ghi nhận" in await town.cadres["Nam"].taps("Đã đọc")
    assert [row.action for row in await town.rows(audit) if not row.action.startswith("view-")] == [
        "announce",
        "remind-unread",
    ]


async def test_reminding_again_at_once_is_refused(town: Town) -> None:
    await town.announce()
    await town.staff.taps("Theo dõi")
    button = town.staff.messages[-1]
    await town.staff.presses(button, 0)
    assert "Vừa nhắc lại" in await town.staff.presses(button, 0)
    town.clock.shift += dt.timedelta(hours=1)
    assert "Đã nhận lệnh nhắc lại" in await town.staff.presses(button, 0)
    assert len(town.cadres["Nam"].messages) == 3


async def test_failed_and_uncertain_deliveries_are_counted_with_their_reason(town: Town) -> None:
    town.channel.failing = []
    await town.staff.says("/thongbao Nội dung")
    await town.staff.says("tất cả")
    await town.staff.taps("Cán bộ")
    send = town.channel.send
    gone, unsure = town.cadres["Hoa"].address, town.cadres["Nam"].address

    async def unreliable(message: Any) -> str:
        if message.address == gone:
            raise Gone("blocked")
        if message.address == unsure:
            raise Uncertain("timeout")
        return await send(message)

    town.channel.send = unreliable  # type: ignore[method-assign]
    await town.staff.taps("Gửi cho")
    for _ in range(20):
        town.clock.shift += dt.timedelta(hours=1)
        await town.settle()
    progress = await town.staff.taps("Theo dõi")
    assert "Đã gửi: 2" in progress
    assert "đã chặn hoặc bỏ tài khoản: 1" in progress
    assert "Chưa rõ đã tới hay chưa: 1" in progress


async def test_a_leader_follows_but_does_not_remind(town: Town) -> None:
    await town.announce()
    await town.leader.says("/theodoi")
    assert "Đã đọc: 0/4" in await town.leader.taps("Họp ngày")
    assert not any("Nhắc" in choice.label for choice in town.leader.choices)
    (row,) = await town.rows(announcement)
    await town.leader.says(f"/theodoi {row.uid} nhac")
    assert len(town.cadres["Hoa"].messages) == 1


async def test_staff_of_a_commune_do_not_see_what_others_announced(town: Town) -> None:
    await town.announce()
    (row,) = await town.rows(announcement)
    local = await town.person("Mai Xã", "staff", town.units["Phường An Hải"])
    assert await local.says("/theodoi") == say("announce.none")
    assert await local.says(f"/theodoi {row.uid}") == say("announce.unknown")


async def test_many_names_are_cut_short_with_their_number(town: Town) -> None:
    for number in range(40):
        await town.person(f"Cán bộ {number}", "cadre", town.units["Xã Sơn Hà"])
    await town.announce()
    assert "còn 14 người" in await town.staff.taps("Theo dõi")


async def test_a_removed_person_gets_nothing_and_counts_as_nobody_to_remind(town: Town) -> None:
    gone = RemovePerson(town.cadres["Hoa"].person_id)
    await town.store.write(lambda tx: tx.apply(gone, town.staff.person_id, town.clock.now()))
    await town.announce()
    assert "Người nhận: 3" in await town.staff.taps("Theo dõi")
