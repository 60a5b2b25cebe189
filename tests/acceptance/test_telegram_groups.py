"""The bot in a chat of many on Telegram: the complete program over real HTTP against the strict Bot API server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
import sqlalchemy as sa

from bot.storage.schema import inbox
from tests.acceptance.test_telegram_stories import DOCUMENT
from tests.support.live import Live, live
from tests.support.telegram_methods import BOT
from tests.support.telegram_server import TelegramServer, telegram_server
from tests.support.telegram_user import User

NAME = BOT["username"]


@pytest_asyncio.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with telegram_server() as running:
        yield running


@pytest_asyncio.fixture
async def bot(server: TelegramServer, tmp_path: Path) -> AsyncIterator[Live]:
    async with live(server, tmp_path / "data") as running:
        (tmp_path / "415-KH-UBND.txt").write_text(DOCUMENT, encoding="utf-8")
        await running.read(tmp_path / "415-KH-UBND.txt")
        yield running


async def town(bot: Live, server: TelegramServer) -> tuple[User, User, User]:
    """A cadre, somebody of the staff, and the group in which both are."""
    province = await bot.unit("Tỉnh Tân Giang", "province")
    mai = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà", parent=province), "cadre")
    staff = await bot.enrolled(8, "Hà Văn Thuận", await bot.unit("Sở Nội vụ", "office", province), "staff")
    return mai, staff, server.user(-1001, "Tổ công tác", kind="group")


async def test_the_bot_answers_in_a_registered_group_when_it_is_addressed_and_only_then(
    bot: Live, server: TelegramServer
) -> None:
    mai, staff, group = await town(bot, server)
    mai.says_in(group, f"@{NAME} hạn báo cáo sửa chữa nhà văn hóa thôn?")
    await group.hears("chưa được đăng ký")
    staff.says_in(group, f"/nhom@{NAME}")
    await group.hears("Đã đăng ký nhóm")
    mai.says_in(group, "hạn báo cáo sửa chữa nhà văn hóa thôn?")
    mai.says_in(group, "@ai_do_khac hạn báo cáo sửa chữa nhà văn hóa thôn?")
    mai.says_in(group, f"@{NAME} hạn báo cáo sửa chữa nhà văn hóa thôn?")
    assert "trước ngày 10 hàng tháng" in (await group.hears("415/KH-UBND")).text
    answered = group.messages[-1]
    mai.says_in(group, "kinh phí vận động công khai ở đâu?", reply_to_message={"message_id": answered.id, "from": BOT})
    await group.hears("công khai tại nhà văn hóa thôn")
    # What nobody said to the bot was not even written down.
    written = await bot.rows(sa.select(inbox.c.payload).where(inbox.c.address == str(group.id)))
    assert len(written) == 4
    assert len(group.messages) == 4


async def test_a_button_in_a_group_shows_nothing_of_whoever_presses_it(bot: Live, server: TelegramServer) -> None:
    mai, staff, group = await town(bot, server)
    staff.says_in(group, f"/nhom@{NAME}")
    await group.hears("Đã đăng ký nhóm")
    mai.says("/han")
    await mai.hears()
    mai.says_in(group, f"/dagui@{NAME}")
    assert "trò chuyện riêng" in (await group.hears()).text
    private, button = mai.messages[-1], next(data for one in mai.messages for _, data in one.buttons if data)
    group.messages.append(type(private)(group.messages[-1].id, "", (("Của riêng", button),)))
    seen = len(group.messages)
    mai.presses_in(group, "Của riêng")
    await server.until(lambda: len(group.messages) > seen and all(server.queries.values()))
    assert "Sơn Hà" not in group.messages[-1].text


async def test_a_group_that_was_made_a_supergroup_still_gets_its_announcement(
    bot: Live, server: TelegramServer
) -> None:
    mai, staff, group = await town(bot, server)
    staff.says_in(group, f"/nhom@{NAME}")
    await group.hears("Đã đăng ký nhóm")
    after = server.user(-100500, "Tổ công tác", started=True, kind="supergroup")
    group.moved_to = after.id  # the bot is told by the refusal alone: the update of it was lost
    staff.says("/thongbao Họp giao ban 8h sáng thứ Sáu.")
    await staff.hears("Gửi tới đơn vị nào")
    staff.presses("Tất cả đơn vị")
    await staff.hears("Gửi cho ai")
    staff.presses("Cán bộ")
    await staff.hears("Số người nhận: 1")
    staff.presses("Đăng cả vào 1 nhóm")
    await staff.hears("Đăng cả vào nhóm: Tổ công tác")
    staff.presses("Gửi cho 1 người")
    await mai.hears("Họp giao ban")
    await after.hears("Họp giao ban")
    mai.says_in(after, f"@{NAME} hạn báo cáo sửa chữa nhà văn hóa thôn?")
    await after.hears("415/KH-UBND")
