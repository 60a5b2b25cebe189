"""What people do in a day, on Telegram: the complete program over real HTTP against the strict Bot API server."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from openpyxl import load_workbook

from bot.storage.schema import account, conversation, file, inbox, outbox, report
from tests.support.live import Live, live
from tests.support.pictures import png
from tests.support.telegram_server import TelegramServer, proxy_page, telegram_server, too_many
from tests.support.telegram_user import User

PNG = png()
RECEIPT = re.compile(r"Mã tiếp nhận: (\S+)")

Forms = dict[str, str]

FORM = """
title = "Nhà văn hóa thôn"
periods = ["month"]
version = 1
spellings = ["nvh"]

[[question]]
name = "so_nha"
kind = "whole"
title = "Nhà văn hóa đã sửa"
max = 1000

[[question]]
name = "ngay_cong"
kind = "whole"
title = "Ngày công đóng góp"
max = 100000

[[question]]
name = "kinh_phi"
kind = "money"
title = "Kinh phí vận động"

[[question]]
name = "cong_khai"
kind = "yes-no"
title = "Đã công khai thu chi"

[[question]]
name = "kho_khan"
kind = "text"
title = "Khó khăn"
required = false

[[question]]
name = "anh"
kind = "photo"
title = "Ảnh minh chứng"
"""

DOCUMENT = """ỦY BAN NHÂN DÂN
TỈNH TÂN GIANG
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 415/KH-UBND
Tân Giang, ngày 12 tháng 01 năm 2026

KẾ HOẠCH
Sửa chữa nhà văn hóa thôn năm 2026

I. MỤC ĐÍCH

Vận động Nhân dân góp công sửa chữa nhà văn hóa thôn bị dột.

II. CHẾ ĐỘ BÁO CÁO

1. UBND các xã, phường báo cáo kết quả sửa chữa nhà văn hóa thôn về Sở Nội vụ trước ngày 10 hàng tháng.

2. Kinh phí vận động được công khai tại nhà văn hóa thôn trong 15 ngày.
"""


@pytest.fixture
def forms() -> Forms:
    return {"nha-van-hoa": FORM}


@pytest_asyncio.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with telegram_server() as running:
        yield running


@pytest_asyncio.fixture
async def bot(server: TelegramServer, tmp_path: Path, forms: Forms) -> AsyncIterator[Live]:
    async with live(server, tmp_path / "data", forms) as running:
        yield running


async def answer_all(user: User) -> None:
    """The six questions up to the review."""
    user.says("/baocao nvh tháng 10/2026")
    await user.hears("Câu 1/6")
    user.says("4")
    await user.hears("Câu 2/6")
    user.says("1.250 công")
    await user.hears("Câu 3/6")
    user.says("12 triệu rưỡi")
    await user.hears("Câu 4/6")
    user.presses("Có")
    await user.hears("Câu 5/6")
    user.presses("Bỏ qua")
    await user.hears("Câu 6/6")
    user.sends_photo(PNG)
    await user.hears("Đã nhận")
    user.presses("Xong")
    await user.hears("Xem lại trước khi gửi")


async def test_a_stranger_learns_how_to_enrol_and_enrols_through_a_deep_link(bot: Live, server: TelegramServer) -> None:
    commune = await bot.unit("Xã Sơn Hà", parent=await bot.unit("Tỉnh Tân Giang", "province"))
    user = server.user(7, "Lò Thị Mai")
    user.says("văn bản nào nói về nhà văn hóa?")
    assert "đăng ký" in (await user.hears()).text
    user.says(f"/start {await bot.code(commune, 'cadre')}")
    assert "Xã Sơn Hà" in (await user.hears("DỮ LIỆU CÁ NHÂN")).text
    user.presses("Đồng ý")
    await user.hears("họ và tên")
    user.presses("Lò Thị Mai")
    welcome = await user.hears("Đăng ký xong")
    assert "Làm báo cáo" in welcome.labels
    await server.until(lambda: all(server.queries.values()))


async def test_a_question_is_answered_with_its_source(bot: Live, server: TelegramServer, tmp_path: Path) -> None:
    (tmp_path / "415-KH-UBND.txt").write_text(DOCUMENT, encoding="utf-8")
    await bot.read(tmp_path / "415-KH-UBND.txt")
    user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    user.says("han bao cao sua chua nha van hoa thon")
    heard = await user.hears("415/KH-UBND")
    assert "trước ngày 10 hàng tháng" in heard.text


async def test_six_questions_and_a_photo_become_a_report_with_a_receipt(bot: Live, server: TelegramServer) -> None:
    user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    await answer_all(user)
    user.presses("Gửi")
    receipt = RECEIPT.search((await user.hears("Mã tiếp nhận")).text)
    assert receipt
    (row,) = await bot.rows(sa.select(report))
    assert (row.state, row.receipt) == ("submitted", receipt[1])
    assert (row.answers["so_nha"], row.answers["ngay_cong"], row.answers["cong_khai"]) == (4, 1250, True)
    (kept,) = await bot.rows(sa.select(file))
    assert row.answers["anh"] == [kept.id]
    assert (kept.media_type, kept.size) == ("image/png", len(PNG))


async def test_the_same_works_through_a_webhook(
    server: TelegramServer, tmp_path: Path, forms: Forms, unused_tcp_port: int
) -> None:
    async with live(server, tmp_path / "data", forms, port=unused_tcp_port) as bot:
        user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
        await answer_all(user)
        server.repeats = 2
        user.presses("Gửi")
        await user.hears("Mã tiếp nhận")
        await server.until(lambda: not server.queue and not server.repeats)
        assert len(await bot.rows(sa.select(report))) == 1
    assert not any(name == "getUpdates" for name, _ in server.calls)
    assert sum("Mã tiếp nhận" in one.text for one in user.messages) == 1


async def test_an_announcement_reaches_the_people_meant_and_shows_who_has_read_it(
    bot: Live, server: TelegramServer
) -> None:
    province = await bot.unit("Tỉnh Tân Giang", "province")
    here, there = await bot.unit("Xã Sơn Hà", parent=province), await bot.unit("Xã Bản Cầm", parent=province)
    mai = await bot.enrolled(7, "Lò Thị Mai", here, "cadre")
    pao = await bot.enrolled(8, "Vàng A Páo", there, "cadre")
    boss = await bot.enrolled(9, "Tô Thị Hạnh", there, "supervisor")
    office = await bot.unit("Sở Nội vụ", "office", province)
    staff = await bot.enrolled(10, "Hà Văn Thuận", office, "staff")
    staff.says("/thongbao")
    await staff.hears("nội dung thông báo")
    staff.sends_document(
        "Giấy mời.pdf", b"%PDF-1.4 giay moi", caption="Họp giao ban <dân vận> & tổng kết, 8h sáng thứ Sáu."
    )
    await staff.hears("Đã đính kèm")
    await staff.hears("Gửi tới đơn vị nào")
    staff.presses("Tất cả đơn vị")
    await staff.hears("Gửi cho ai")
    staff.presses("Cán bộ")
    await staff.hears("Số người nhận: 2")
    staff.presses("Gửi cho 2 người")
    await staff.hears("Đã nhận lệnh")
    for one in (mai, pao):
        assert "<dân vận> & tổng kết" in (await one.hears("THÔNG BÁO\nSở")).text
        sent = await one.hears()
        assert (sent.file_name, sent.data) == ("Giấy mời.pdf", b"%PDF-1.4 giay moi")
    mai.presses("Đã đọc")
    await mai.hears("Đã ghi nhận")
    staff.presses("Theo dõi")
    progress = await staff.hears("Đã đọc: 1/2")
    assert "Vàng A Páo" in progress.text
    assert "Lò Thị Mai" not in progress.text
    assert not [one for one in boss.messages if "Họp giao ban" in one.text]


async def test_a_supervisor_pulls_totals_who_is_missing_one_report_and_the_spreadsheet(
    server: TelegramServer, tmp_path: Path
) -> None:
    async with live(server, tmp_path / "data") as bot:
        province = await bot.unit("Tỉnh Tân Giang", "province")
        mai = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà", parent=province), "cadre")
        await bot.enrolled(8, "Vàng A Páo", await bot.unit("Xã Bản Cầm", parent=province), "cadre")
        office = await bot.unit("Sở Nội vụ", "office", province)
        boss = await bot.enrolled(9, "Tô Thị Hạnh", office, "supervisor")
        mai.says("/baocao dan van kheo thang 10/2026")
        for number, answer in enumerate(("12", "9", "2", "5", "1.340", "1", "7"), 1):
            await mai.hears(f"Câu {number}/10")
            mai.says(answer)
        await mai.hears("Câu 8/10")
        mai.says("Đường vào bản khó đi, mưa là lầy.")
        await mai.hears("Câu 9/10")
        mai.presses("Bỏ qua")
        await mai.hears("Câu 10/10")
        mai.sends_photo(PNG)
        await mai.hears("Đã nhận")
        mai.presses("Xong")
        await mai.hears("Xem lại")
        mai.presses("Gửi")
        receipt = RECEIPT.findall((await mai.hears("Mã tiếp nhận")).text)[0]

        boss.says("tong hop dan van kheo thang 10/2026")
        totals = (await boss.hears("Đã nộp 1/2 đơn vị")).text
        assert "Người tham gia vận động: 1.340" in totals
        boss.presses("Chưa nộp")
        missing = (await boss.hears("1/2 đơn vị chưa nộp")).text
        assert "Xã Bản Cầm" in missing
        assert "Xã Sơn Hà" not in missing
        boss.presses("Tải tệp")
        await boss.hears("Bảng tính")
        sheet = await boss.hears()
        assert sheet.file_name.endswith(".xlsx")
        book = load_workbook(BytesIO(sheet.data))
        cells = {str(cell) for page in book.worksheets for row in page.values for cell in row}
        assert {"Xã Sơn Hà", "Xã Bản Cầm", "1340"} <= cells
        boss.says(f"/xem {receipt}")
        assert "Đường vào bản khó đi" in (await boss.hears(receipt)).text
        proof = await boss.hears()
        assert (proof.kind, proof.data) == ("photo", PNG)

        mai.says("/tonghop")
        await mai.hears("không thuộc quyền")


async def announce(staff: User, text: str, people: int) -> None:
    """From the command to the confirmation, for all cadres of all units."""
    staff.says("thong bao")
    await staff.hears("nội dung thông báo")
    staff.says(text)
    await staff.hears("Gửi tới đơn vị nào")
    staff.presses("Tất cả đơn vị")
    await staff.hears("Gửi cho ai")
    staff.presses("Cán bộ")
    await staff.hears(f"Số người nhận: {people}")
    staff.presses(f"Gửi cho {people} người")


async def test_an_announcement_to_many_reaches_each_once_though_the_platform_says_to_wait(
    server: TelegramServer, tmp_path: Path
) -> None:
    async with live(server, tmp_path / "data", rate=28) as bot:
        province = await bot.unit("Tỉnh Tân Giang", "province")
        people = await bot.many(90, await bot.unit("Xã Sơn Hà", parent=province))
        staff = await bot.enrolled(10, "Hà Văn Thuận", await bot.unit("Sở Nội vụ", "office", province), "staff")
        server.per_second = 20
        await announce(staff, "Mời họp trực tuyến lúc 14h.", len(people))
        await staff.hears("Đã nhận lệnh")
        await server.until(lambda: all(one.messages for one in people), 60)
    assert server.turned_away
    assert {len(one.messages) for one in people} == {1}


async def test_of_those_who_blocked_the_bot_staff_are_told(bot: Live, server: TelegramServer) -> None:
    province = await bot.unit("Tỉnh Tân Giang", "province")
    mai = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà", parent=province), "cadre")
    pao = await bot.enrolled(8, "Vàng A Páo", await bot.unit("Xã Bản Cầm", parent=province), "cadre")
    staff = await bot.enrolled(10, "Hà Văn Thuận", await bot.unit("Sở Nội vụ", "office", province), "staff")
    mai.blocked = True
    await announce(staff, "Mời các xã gửi ảnh ngày hội đại đoàn kết.", 2)
    await staff.hears("Đã nhận lệnh")
    await pao.hears("ngày hội đại đoàn kết")
    for _ in range(50):
        staff.presses("Theo dõi")
        progress = await staff.hears("Người nhận: 2")
        if "chặn" in progress.text:
            break
    assert "Không gửi được, người nhận đã chặn hoặc bỏ tài khoản: 1" in progress.text


async def test_a_report_goes_on_after_a_restart_and_what_was_sent_meanwhile_is_not_lost(
    bot: Live, server: TelegramServer
) -> None:
    user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    user.says("/baocao nvh 10/2026")
    await user.hears("Câu 1/6")
    user.says("4")
    await user.hears("Câu 2/6")
    await bot.stop()
    user.says("1250")
    await bot.start()
    await user.hears("Câu 3/6")
    (row,) = await bot.rows(sa.select(report))
    assert row.answers == {"so_nha": 4, "ngay_cong": 1250}


async def test_a_report_sent_twice_with_the_same_button_is_there_once(bot: Live, server: TelegramServer) -> None:
    user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    await answer_all(user)
    user.presses("Gửi")
    user.presses("Gửi")
    first, second = [RECEIPT.findall((await user.hears("Mã tiếp nhận")).text) for _ in range(2)]
    assert len(first) == 1
    assert first == second
    assert len(await bot.rows(sa.select(report))) == 1


async def test_a_button_of_an_old_message_is_explained(bot: Live, server: TelegramServer) -> None:
    user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    user.says("/baocao nvh 10/2026")
    old = await user.hears("Câu 1/6")
    user.says("4")
    await user.hears("Câu 2/6")
    user.presses("Hủy", old)
    await user.hears("tin nhắn cũ")
    await user.hears("Câu 2/6")
    user.presses_data("nonsense")
    await user.hears("tin nhắn cũ")
    assert "report" in {row.flow for row in await bot.rows(sa.select(conversation.c.flow))}


@pytest.mark.parametrize(
    "content", [{"sticker": {"file_id": "s"}}, {"voice": {"file_id": "v"}}, {"location": {"x": 1}}]
)
async def test_what_cannot_be_taken_gets_a_sentence_and_the_question_stays(
    bot: Live, server: TelegramServer, content: dict[str, object]
) -> None:
    user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    user.sends(**content)
    assert (await user.hears()).text
    user.says("/baocao nvh 10/2026")
    await user.hears("Câu 1/6")
    user.sends(**content)
    assert "Câu 1/6" in (await user.hears()).text


async def test_editing_the_last_answer_corrects_it_and_is_not_taken_for_the_present_one(
    bot: Live, server: TelegramServer
) -> None:
    user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    user.says("/baocao nvh 10/2026")
    await user.hears("Câu 1/6")
    typed = user.says("4")
    await user.hears("Câu 2/6")
    user.edits(typed["message"]["message_id"], "5")
    assert "Câu 2/6" in (await user.hears("Đã sửa câu 1")).text
    (row,) = await bot.rows(sa.select(report))
    assert row.answers == {"so_nha": 5}


async def test_trouble_on_the_way_delays_replies_and_loses_none(bot: Live, server: TelegramServer) -> None:
    user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    server.trouble("sendMessage", too_many(1))
    server.trouble("sendMessage", proxy_page())
    server.trouble("getUpdates", "drop", times=2)
    server.repeats = 2
    user.says("/baocao nvh 10/2026")
    await user.hears("Câu 1/6")
    user.says("4")
    await user.hears("Câu 2/6")
    assert len([one for one in user.messages if "Câu 1/6" in one.text]) == 1


async def test_somebody_who_blocks_the_bot_is_marked_and_served_again_when_they_come_back(
    bot: Live, server: TelegramServer
) -> None:
    user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    other = await bot.enrolled(8, "Vàng A Páo", await bot.unit("Xã Bản Cầm"), "cadre")
    user.says("/han")
    user.blocked = True
    await server.until(lambda: not server.queue)
    other.says("/han")
    await other.hears()

    async def state() -> str:
        (row,) = await bot.rows(sa.select(account.c.state).where(account.c.address == "7"))
        return str(row.state)

    for number in range(50):
        if await state() == "blocked":
            break
        other.says(f"/han {number}")
        await other.hears()
    assert await state() == "blocked"
    user.says("/han")
    await user.hears()
    assert await state() == "active"


async def test_everything_that_came_in_was_dealt_with(bot: Live, server: TelegramServer) -> None:
    user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    await answer_all(user)
    user.presses("Gửi")
    await user.hears("Mã tiếp nhận")
    assert {row.state for row in await bot.rows(sa.select(inbox.c.state))} == {"done"}
    await bot.stop()
    await bot.start()
    assert {row.state for row in await bot.rows(sa.select(outbox.c.state))} == {"sent"}


async def test_stopping_in_order_lets_the_message_in_hand_arrive_once(bot: Live, server: TelegramServer) -> None:
    user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    sent = sum(name == "sendMessage" for name, _ in server.calls)
    server.latency = 0.3
    user.says("/han")
    await server.asked("sendMessage", sent + 1)
    await bot.stop()
    assert len(user.messages) == sent + 1
    server.latency = 0
    await bot.start()
    user.says("/start")
    await user.hears("Xin chào")
    assert len(user.messages) == sent + 2
