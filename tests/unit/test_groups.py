"""In a chat of many: the bot answers whom it knows, from the documents alone, once staff have registered the group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.storage import Store
from bot.storage.schema import audit, outbox, report
from handlers.links import carried, payload
from tests.support.world import Chat, World

ADDRESS = "-1005"


@dataclass
class Town:
    world: World
    staff: Chat
    mai: Chat
    group: Chat

    async def hears(self, who: Chat, text: str, title: str = "Tổ công tác") -> str:
        """What the group sees when somebody addresses the bot there."""
        return await self.group.says(text, group=[title, who.address])


@pytest_asyncio.fixture
async def town(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Town]:
    world = World(sqlite_store, tmp_path)
    province = await world.unit("Tỉnh", "province")
    mai = await world.person("Lò Thị Mai", "cadre", await world.unit("Xã Sơn Hà", parent=province))
    staff = await world.person("Hà Văn Thuận", "staff", province)
    yield Town(world, staff, mai, Chat(world, ADDRESS))


async def test_before_staff_register_a_group_nothing_is_answered_there(town: Town) -> None:
    assert "chưa được đăng ký" in await town.hears(town.mai, "hạn nộp báo cáo dân vận khéo?")
    assert "không" in await town.hears(town.mai, "/nhom")
    assert "chưa được đăng ký" in await town.hears(town.mai, "hạn nộp báo cáo dân vận khéo?")


async def test_staff_register_a_group_and_take_it_off_again(town: Town) -> None:
    assert "Đã đăng ký nhóm" in await town.hears(town.staff, "/nhom")
    assert "Tổ công tác" in await town.staff.says("/nhom")
    assert "đã đăng ký" in await town.hears(town.staff, "/nhom")
    assert "Đã gỡ" in await town.hears(town.staff, "/bonhom")
    assert "Chưa có nhóm" in await town.staff.says("/nhom")
    actions = await town.world.store.read(lambda tx: list(tx.connection.scalars(sa.select(audit.c.action))))
    assert [one for one in actions if "group" in one] == ["register-group", "drop-group"]


async def test_a_question_is_answered_in_the_group_and_a_stranger_is_sent_to_the_private_chat(town: Town) -> None:
    await town.hears(town.staff, "/nhom")
    assert "văn bản" in await town.hears(town.mai, "hạn nộp báo cáo dân vận khéo?")
    assert "trò chuyện riêng" in await town.hears(town.world.stranger(), "hạn nộp báo cáo dân vận khéo?")
    assert "trò chuyện riêng" in await town.group.says("xin chào", group=["Tổ công tác", ""])


@pytest.mark.parametrize("asked", ["/baocao", "/nhap", "/dagui", "/tonghop", "/danhba", "/han", "báo cáo", "/moi", "0"])
async def test_what_is_anybodys_own_is_not_shown_in_a_group(town: Town, asked: str) -> None:
    await town.hears(town.staff, "/nhom")
    await town.mai.says("/baocao qcdc quý 3/2026")
    await town.mai.says("12")
    for who in (town.mai, town.staff):
        heard = await town.hears(who, asked)
        assert "trò chuyện riêng" in heard
        assert "12" not in heard


async def test_a_number_said_in_a_group_answers_no_question_of_the_private_chat(town: Town) -> None:
    await town.hears(town.staff, "/nhom")
    await town.mai.says("/baocao qcdc quý 3/2026")
    await town.hears(town.mai, "77")
    rows = await town.world.store.read(lambda tx: list(tx.connection.scalars(sa.select(report.c.answers))))
    assert rows == [{}]
    assert "Câu 2/6" in await town.mai.says("12")


async def test_an_announcement_is_posted_in_groups_where_its_author_wants_it(town: Town) -> None:
    await town.hears(town.staff, "/nhom")
    await town.staff.says("/thongbao Họp giao ban 8h sáng thứ Sáu.")
    await town.staff.taps("Tất cả đơn vị")
    await town.staff.taps("Cán bộ")
    assert "Đăng cả vào nhóm: Tổ công tác" in await town.staff.taps("Đăng cả vào 1 nhóm")
    await town.staff.taps("Gửi cho 1 người")
    assert "Họp giao ban" in town.group.messages[-1].text
    assert "Họp giao ban" in town.mai.messages[-1].text
    progress = await town.staff.taps("Theo dõi")
    assert "Người nhận: 1" in progress
    assert 'Nhóm "Tổ công tác": đã đăng' in progress
    corrected = await town.staff.taps("Đính chính")
    assert corrected
    await town.staff.says("Họp giao ban 9h sáng thứ Sáu.")
    await town.staff.taps("Đính chính ngay")
    assert "9h" in town.group.messages[-1].text
    assert "9h" in town.mai.messages[-1].text


async def test_an_announcement_stays_out_of_groups_unless_its_author_says_so(town: Town) -> None:
    await town.hears(town.staff, "/nhom")
    before = len(town.group.messages)
    await town.staff.says("/thongbao Họp giao ban 8h sáng thứ Sáu.")
    await town.staff.taps("Tất cả đơn vị")
    await town.staff.taps("Cán bộ")
    await town.staff.taps("Gửi cho 1 người")
    assert len(town.group.messages) == before


async def test_a_group_that_has_moved_is_followed_with_its_registration(town: Town) -> None:
    await town.hears(town.staff, "/nhom")
    await town.group.says("", group=["Tổ công tác", ""], moved_to="-1009")
    town.group.address = "-1009"
    assert "đã đăng ký" in await town.hears(town.staff, "/nhom")
    addresses = await town.world.store.read(lambda tx: set(tx.connection.scalars(sa.select(outbox.c.address))))
    assert "-1009" in addresses


@pytest.mark.parametrize(
    "action", ["baocao dan-van-kheo 2026-10", "vanban 120-KL/TW", "vanban 12/QĐ-UBND", "dadoc 0a1"]
)
def test_a_link_brings_back_what_it_was_made_for(action: str) -> None:
    made = payload(action)
    assert made is not None
    assert len(made) <= 64
    assert carried(made) == action


def test_no_link_is_made_for_what_links_may_not_do_or_cannot_carry() -> None:
    assert payload("gui dan-van-kheo 2026-10 0a1b") is None
    assert payload("vanban " + "Đ" * 60) is None
    assert payload(":skip") is None


@pytest.mark.parametrize("start", ["b64_", "b64_____", "b64_gg", "", "_", "b64_4oKs4oKs4o"])
def test_whatever_a_link_carries_is_read_without_harm(start: str) -> None:
    assert isinstance(carried(start), str)
