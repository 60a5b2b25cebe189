"""What every channel must do: the same user stories leave the same in the store, whatever the platform does to them.

Each runs through once in peace, and once with all that a platform may do without losing anything: every update comes
twice, the second time after a newer one, calls take their time, and the program is stopped and started in between.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from bot.storage.schema import (
    account,
    acknowledgement,
    announcement,
    conversation,
    file,
    inbox,
    outbox,
    person,
    report,
    unit,
)
from handlers.records.people import NOTICE_VERSION
from tests.acceptance.test_telegram_stories import DOCUMENT, FORM
from tests.support.phones import CHANNELS, RECEIPT, Phone, Town, town
from tests.support.pictures import jpeg

JPEG = jpeg()
PEOPLE = (
    (7, "Lò Thị Mai", "Xã Sơn Hà", "cadre"),
    (8, "Vàng A Páo", "Xã Bản Cầm", "cadre"),
    (9, "Hà Văn Thuận", "Sở Nội vụ", "staff"),
    (10, "Tô Thị Hạnh", "Sở Nội vụ", "supervisor"),
)


async def enrols(here: Town, phone: Phone, name: str, unit_id: int, role: Any) -> None:
    await phone.says("xin chào, tôi muốn hỏi")
    await phone.hears("đăng ký")
    await phone.says(await here.code(unit_id, role))
    await phone.hears("DỮ LIỆU CÁ NHÂN")
    await phone.picks("Đồng ý")
    await phone.hears("họ và tên")
    await phone.says(name)
    await phone.hears("Đăng ký xong")


async def asks(phone: Phone) -> None:
    await phone.says("han bao cao sua chua nha van hoa thon")
    assert "trước ngày 10 hàng tháng" in await phone.hears("415/KH-UBND")


async def reports(here: Town, phone: Phone) -> str:
    """Six questions, one answered by a choice, one left out, one with a photo."""
    await phone.says("/baocao nvh thang 10/2026")
    await phone.hears("Câu 1/6")
    await phone.says("4")
    await phone.hears("Câu 2/6")
    await phone.says("1.250 công")
    await phone.hears("Câu 3/6")
    if here.unlucky:
        await here.restart()
    await phone.says("12 triệu rưỡi")
    await phone.hears("Câu 4/6")
    await phone.picks("Có")
    await phone.hears("Câu 5/6")
    await phone.picks("Bỏ qua")
    await phone.hears("Câu 6/6")
    await phone.shows(JPEG)
    await phone.hears("Đã nhận")
    if here.unlucky:
        await here.restart()
    await phone.picks("Xong")
    await phone.hears("Xem lại trước khi gửi")
    await phone.picks("Gửi")
    found = RECEIPT.search(await phone.hears("Mã tiếp nhận"))
    assert found
    return found[1]


async def announces(here: Town, staff: Phone, cadres: Sequence[Phone]) -> None:
    """To all cadres; the first acknowledges, and staff see who has not."""
    await staff.says("/thongbao Họp giao ban 8h sáng thứ Sáu.")
    await staff.hears("Gửi tới đơn vị nào")
    await staff.picks("Tất cả đơn vị")
    await staff.hears("Gửi cho ai")
    await staff.picks("Cán bộ")
    await staff.hears("Số người nhận: 2")
    await staff.picks("Gửi cho 2 người")
    await staff.hears("Đã nhận lệnh")
    for one in cadres:
        await one.hears("Họp giao ban 8h sáng thứ Sáu.")
    if here.unlucky:
        await here.restart()
    await cadres[0].picks("Đã đọc")
    await cadres[0].hears("Đã ghi nhận")
    await staff.says("theo doi")
    progress = await staff.hears("Đã đọc: 1/2")
    assert "Vàng A Páo" in progress
    assert "Lò Thị Mai" not in progress


async def pulls(boss: Phone) -> None:
    """The summary, and its file."""
    await boss.says("/tonghop nvh thang 10/2026")
    assert "Ngày công đóng góp: 1.250" in await boss.hears("Đã nộp 1/2 đơn vị")
    await boss.picks("Tải tệp")
    name, data = await boss.gets_file()
    assert name.endswith(".xlsx")
    cells = {str(cell) for page in load_workbook(BytesIO(data)).worksheets for row in page.values for cell in row}
    assert {"Xã Sơn Hà", "1250"} <= cells


async def stored(here: Town) -> dict[str, Any]:
    """What is left, without keys, moments, and what is drawn by chance."""
    rows, files = here.rows, {row.id: row.sha256 for row in await here.rows(sa.select(file))}
    people = sa.select(person.c.name, person.c.role, unit.c.name.label("unit"), person.c.agreed_version).join(unit)
    filed = sa.select(report, unit.c.name.label("unit")).join(unit, unit.c.id == report.c.unit_id)
    readers = sa.select(person.c.name).join(acknowledgement, acknowledgement.c.person_id == person.c.id)
    return {
        "people": sorted(tuple(row) for row in await rows(people)),
        "accounts": len(await rows(sa.select(account).where(account.c.person_id.is_not(None)))),
        "reports": [
            (
                row.unit,
                row.form,
                row.period,
                row.state,
                {**row.answers, "anh": [files[one] for one in row.answers["anh"]]},
            )
            for row in await rows(filed)
        ],
        "announcements": [(row.text, row.state) for row in await rows(sa.select(announcement))],
        "delivered": Counter(
            (row.kind, row.state) for row in await rows(sa.select(outbox).where(outbox.c.kind != "reply"))
        ),
        "read": sorted(row.name for row in await rows(readers)),
        "open": [row.flow for row in await rows(sa.select(conversation)) if row.flow not in (None, "ask")],
        "updates": sorted({row.state for row in await rows(sa.select(inbox))}),
    }


@pytest.mark.parametrize("unlucky", [False, True], ids=["in peace", "with every trouble"])
@pytest.mark.parametrize("channel", CHANNELS)
async def test_the_same_stories_leave_the_same_in_the_store(
    channel: str, unlucky: bool, tmp_path: Path, unused_tcp_port: int
) -> None:
    (tmp_path / "415-KH-UBND.txt").write_text(DOCUMENT, encoding="utf-8")
    async with town(channel, tmp_path / "data", unused_tcp_port, {"nha-van-hoa": FORM}, unlucky=unlucky) as here:
        await here.read(tmp_path / "415-KH-UBND.txt")
        province = await here.unit("Tỉnh Tân Giang", "province")
        units = {
            "Xã Sơn Hà": await here.unit("Xã Sơn Hà", parent=province),
            "Xã Bản Cầm": await here.unit("Xã Bản Cầm", parent=province),
            "Sở Nội vụ": await here.unit("Sở Nội vụ", "office", province),
        }
        phones = {name: here.phone(key, name) for key, name, _, _ in PEOPLE}
        for _, name, home, role in PEOPLE:
            await enrols(here, phones[name], name, units[home], role)
        mai, pao, staff, boss = phones.values()
        await asks(mai)
        receipt = await reports(here, mai)
        await announces(here, staff, (mai, pao))
        await pulls(boss)
        await mai.says("dagui")
        assert receipt in await mai.hears(receipt)
        left = await stored(here)
    assert left == EXPECTED


EXPECTED = {
    "people": sorted((name, role, home, NOTICE_VERSION) for _, name, home, role in PEOPLE),
    "accounts": 4,
    "reports": [
        (
            "Xã Sơn Hà",
            "nha-van-hoa",
            "2026-10",
            "submitted",
            {
                "so_nha": 4,
                "ngay_cong": 1250,
                "kinh_phi": "12500000",
                "cong_khai": True,
                "kho_khan": None,
                "anh": [hashlib.sha256(JPEG).hexdigest()],
            },
        )
    ],
    "announcements": [("Họp giao ban 8h sáng thứ Sáu.", "sent")],
    "delivered": Counter({("announcement", "sent"): 2}),
    "read": ["Lò Thị Mai"],
    "open": [],
    "updates": ["done"],
}
