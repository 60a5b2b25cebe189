"""One program on Zalo and Telegram at once: people change between them, and nothing is lost, doubled or told twice."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest_asyncio
import sqlalchemy as sa
from openpyxl import load_workbook

from bot.storage.schema import account, inbox, outbox, person, report
from handlers.records.people import RemovePerson
from tests.acceptance.test_telegram_stories import FORM, PNG, RECEIPT
from tests.acceptance.test_zalo_stories import enrolled
from tests.support import telegram_user, zalo_user
from tests.support.live import Live
from tests.support.phones import download
from tests.support.telegram_server import TelegramServer, telegram_server
from tests.support.zalo_server import ZaloServer, zalo_server


@pytest_asyncio.fixture
async def zalo() -> AsyncIterator[ZaloServer]:
    async with zalo_server() as running:
        yield running


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with telegram_server() as running:
        yield running


@pytest_asyncio.fixture
async def bot(telegram: TelegramServer, zalo: ZaloServer, tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Live]:
    """Both platforms call it."""
    running = Live(telegram, tmp_path / "data", {"nha-van-hoa": FORM}, port=unused_tcp_port, zalo=zalo)
    try:
        await running.start()
        yield running
    finally:
        if running.program is not None:
            await running.stop()


async def links(known: zalo_user.User, new: telegram_user.User) -> None:
    """The code that one account shows is typed on the other; the first is told."""
    known.says("lien ket")
    code = (await known.hears("Mã liên kết")).text.split("Mã liên kết: ")[1].split()[0].strip(".")
    new.says(f"/lienket {code}")
    await new.hears(known.name)
    await known.hears("vừa được liên kết")


async def announce(staff: zalo_user.User, text: str) -> None:
    staff.says(f"/thongbao {text}")
    await staff.hears("Gửi tới đơn vị nào")
    staff.says("tat ca don vi")
    await staff.hears("Gửi cho ai")
    staff.picks("Cán bộ")
    await staff.hears("Số người nhận: 1")
    staff.picks("Gửi cho 1 người")
    await staff.hears("Đã nhận lệnh")


async def settled(bot: Live) -> None:
    """Wait until nothing is on its way."""
    async with asyncio.timeout(20):
        while await bot.rows(sa.select(outbox.c.id).where(outbox.c.state.not_in(["sent", "failed", "moved"]))):
            await asyncio.sleep(0.02)


def told(text: str, *users: zalo_user.User | telegram_user.User) -> list[int]:
    """How often each of these accounts was told this."""
    return [sum(text in one.text for one in user.messages) for user in users]


async def test_a_report_begun_on_zalo_is_finished_on_telegram_and_pulled_by_the_supervisor_on_zalo(
    bot: Live, telegram: TelegramServer, zalo: ZaloServer
) -> None:
    province = await bot.unit("Tỉnh Tân Giang", "province")
    office = await bot.unit("Sở Nội vụ", "office", province)
    mai = await enrolled(bot, zalo, "mai", "Lò Thị Mai", await bot.unit("Xã Sơn Hà", parent=province), "cadre")
    boss = await enrolled(bot, zalo, "hanh", "Tô Thị Hạnh", office, "supervisor")
    # Begun on Zalo with words alone.
    mai.says("bao cao nvh 10/2026")
    await mai.hears("Câu 1/6")
    mai.says("4")
    await mai.hears("Câu 2/6")
    mai.says("1250 cong")
    await mai.hears("Câu 3/6")
    # Linked, and the program restarted, while the third question is open.
    tapping = telegram.user(7, "Mai Lò")
    await links(mai, tapping)
    await bot.stop()
    await bot.start()
    # The draft goes on where it was, with buttons.
    tapping.says("/nhap")
    if "Câu 3/6" not in (heard := await tapping.hears()).text:
        tapping.presses(heard.labels[0])
        await tapping.hears("Câu 3/6")
    tapping.says("12 triệu rưỡi")
    assert "Có" in (await tapping.hears("Câu 4/6")).labels
    tapping.presses("Có")
    await tapping.hears("Câu 5/6")
    tapping.presses("Bỏ qua")
    await tapping.hears("Câu 6/6")
    tapping.sends_photo(PNG)
    await tapping.hears("Đã nhận")
    tapping.presses("Xong")
    await tapping.hears("Xem lại trước khi gửi")
    tapping.presses("Gửi")
    receipt = RECEIPT.findall((await tapping.hears("Mã tiếp nhận")).text)[0]
    await settled(bot)
    assert told(receipt, mai, tapping) == [0, 1], "one receipt, shown once"
    (row,) = await bot.rows(sa.select(report))
    assert (row.receipt, row.state) == (receipt, "submitted")
    assert (row.answers["so_nha"], row.answers["ngay_cong"], row.answers["cong_khai"]) == (4, 1250, True)
    mai.says("da gui")
    await mai.hears(receipt)
    # The totals, and the spreadsheet under a link.
    boss.says("tong hop nvh 10/2026")
    await boss.hears("Đã nộp 1/1 đơn vị")
    boss.picks("Tải tệp")
    link = (await boss.hears("/f/")).link
    name, data = await download(link)
    assert name.endswith(".xlsx")
    cells = {str(cell) for page in load_workbook(BytesIO(data)) for line in page.values for cell in line}
    assert {"Xã Sơn Hà", "1250"} <= cells
    # She leaves; so does what her link opens.
    ((key,),) = await bot.rows(sa.select(person.c.id).where(person.c.name == boss.name))
    now = bot.clock.now()
    await bot.store.write(lambda tx: tx.apply(RemovePerson(key), None, now))
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        assert (await client.get(link)).status_code == 404
    assert {one.state for one in await bot.rows(sa.select(inbox.c.state))} == {"done"}
    assert not await bot.rows(sa.select(outbox).where(outbox.c.state == "failed"))


async def test_somebody_with_two_accounts_is_told_once_where_they_were_last_and_elsewhere_if_that_fails(
    bot: Live, telegram: TelegramServer, zalo: ZaloServer
) -> None:
    province = await bot.unit("Tỉnh Tân Giang", "province")
    office = await bot.unit("Sở Nội vụ", "office", province)
    mai = await enrolled(bot, zalo, "mai", "Lò Thị Mai", await bot.unit("Xã Sơn Hà", parent=province), "cadre")
    staff = await enrolled(bot, zalo, "thuan", "Hà Văn Thuận", office, "staff")
    bot.clock.move(dt.timedelta(minutes=5))
    tapping = telegram.user(7, "Mai Lò")
    await links(mai, tapping)
    await announce(staff, "Họp giao ban sáng thứ Hai.")
    await tapping.hears("Họp giao ban sáng thứ Hai.")
    tapping.presses("Đã đọc")
    await tapping.hears("Đã ghi nhận")
    # She goes back to Zalo, and so does the next, over a restart.
    bot.clock.move(dt.timedelta(minutes=5))
    mai.says("/han")
    await mai.hears()
    await bot.stop()
    await bot.start()
    await announce(staff, "Họp giao ban sáng thứ Ba.")
    await mai.hears("Họp giao ban sáng thứ Ba.")
    # Last on Telegram, and then she blocked it: Zalo it is.
    bot.clock.move(dt.timedelta(minutes=5))
    tapping.says("/han")
    await tapping.hears()
    tapping.blocked = True
    await announce(staff, "Họp giao ban sáng thứ Tư.")
    await mai.hears("Họp giao ban sáng thứ Tư.")
    mai.says("1")
    await mai.hears("Đã ghi nhận")
    await settled(bot)
    assert told("sáng thứ Hai", mai, tapping) == [0, 1]
    assert told("sáng thứ Ba", mai, tapping) == [1, 0]
    assert told("sáng thứ Tư", mai, tapping) == [1, 0]
    states = {
        row.channel: row.state for row in await bot.rows(sa.select(account).where(account.c.address.in_(["mai", "7"])))
    }
    assert states == {"zalo": "active", "telegram": "blocked"}
    staff.says("/theodoi")
    await staff.hears("Anh/chị chọn thông báo")
    staff.picks("thứ Tư")
    await staff.hears("Đã đọc: 1/1")
