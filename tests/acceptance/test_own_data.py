"""One's own data from the chat: seen, exported, corrected, erased; and who is asked to do it in two working days."""

from __future__ import annotations

import datetime as dt
import io
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from openpyxl import load_workbook

from bot.erasing import finish_erasing
from bot.storage import Store
from bot.storage.schema import account, audit, data_request, inbox, outbox, person
from handlers.records.people import NOTICE_VERSION
from handlers.texts import say
from tests.support.world import Chat, World


@pytest_asyncio.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


@pytest_asyncio.fixture
async def people(world: World) -> dict[str, Chat]:
    root = await world.unit("Tỉnh Hải Lâm", "province")
    office = await world.unit("Sở Nội vụ", "office", root)
    commune, other = await world.unit("Xã Sơn Hà", "commune", root), await world.unit("Xã Tân Hòa", "commune", root)
    return {
        "cadre": await world.person("Đặng Thị Huyền", "cadre", commune),
        "colleague": await world.person("Lê Văn Bình", "cadre", other),
        "staff": await world.person("Phạm Quốc Toàn", "staff", office),
        "admin": await world.person("Võ Minh Châu", "admin", office),
        "second": await world.person("Hồ Thanh Lam", "admin", office),
        "supervisor": await world.person("Mai Xuân Sơn", "supervisor", office),
    }


async def rows(world: World, table: sa.Table) -> list[Any]:
    return list(await world.store.read(lambda tx: tx.connection.execute(sa.select(table)).all()))


async def actions(world: World) -> list[str]:
    return [row.action for row in await rows(world, audit)]


async def workbook(world: World, chat: Chat) -> dict[str, list[tuple[Any, ...]]]:
    """The pages of the spreadsheet that was sent last to this chat."""
    sent = [one for one in world.channel.sent if one.address == chat.address and one.files]
    book = load_workbook(io.BytesIO(sent[-1].files[0].path.read_bytes()))
    return {page.title: [tuple(row) for row in page.iter_rows(values_only=True)] for page in book}


async def test_what_is_held_is_told_in_short_with_the_account_masked(people: dict[str, Chat]) -> None:
    chat = people["cadre"]
    said = await chat.says("dữ liệu của tôi")
    assert "Đặng Thị Huyền" in said
    assert "Xã Sơn Hà" in said
    assert f"bản {NOTICE_VERSION}" in said
    assert chat.address not in said
    assert chat.address[-3:] in said
    assert len(said) < 1000


async def test_it_is_told_for_how_long_it_is_kept(world: World, people: dict[str, Chat]) -> None:
    await world.store.write(lambda tx: tx.note_kept(90, 0, 5))
    said = await people["cadre"].says("/dulieucuatoi")
    assert "Giữ 90 ngày" in said
    assert "Báo cáo giữ lâu dài" in said
    assert "nhật ký giữ 5 năm" in said


async def test_the_export_holds_everything_of_oneself_and_nothing_of_others(
    world: World, people: dict[str, Chat]
) -> None:
    chat = people["cadre"]
    await people["colleague"].says("tôi là người khác")
    await chat.says("xe cấp cứu ở đâu?")
    await chat.says("/dulieucuatoi")
    await chat.taps("Tải tất cả về")
    pages = await workbook(world, chat)
    whole = str(pages)
    assert {"Cán bộ", "Tài khoản chat", "Tin đã gửi đến", "Tin đã gửi đi", "Câu hỏi chưa có lời đáp"} <= set(pages)
    assert "xe cấp cứu ở đâu?" in whole
    assert chat.address in whole, "it is their own: unmasked"
    assert "Lê Văn Bình" not in whole
    assert "tôi là người khác" not in whole
    assert (await actions(world)).count("export-own-data") == 1


async def test_a_name_is_corrected_at_once_and_the_trail_has_neither_name(
    world: World, people: dict[str, Chat]
) -> None:
    chat = people["cadre"]
    await chat.says("/suaten")
    assert await chat.says("12") == say("privacy.bad_name")
    assert "Đặng Thị Ngọc Huyền" in await chat.says("Đặng Thị Ngọc Huyền")
    assert "Đặng Thị Ngọc Huyền" in await chat.says("/dulieucuatoi")
    (row,) = [row for row in await rows(world, audit) if row.action == "rename-person"]
    assert (row.object, row.detail) == (f"person:{chat.person_id}", {})


async def test_a_request_gets_a_number_and_two_working_days_and_who_answers_is_told(
    world: World, people: dict[str, Chat]
) -> None:
    chat = people["cadre"]
    await chat.says("/xoadulieu")
    said = await chat.taps("Gửi yêu cầu xóa")
    assert "số 1" in said
    assert "17:00 ngày 20/11/2026" in said, "asked on Wednesday the 18th: Friday"
    for role in ("staff", "admin", "second"):
        assert "Yêu cầu số 1" in people[role].messages[-1].text
    for role in ("colleague", "supervisor"):
        assert people[role].messages == []
    assert "số 1" in await chat.says("/xoadulieu"), "it is not asked for twice"
    assert len(await rows(world, data_request)) == 1


async def test_in_the_morning_of_the_last_day_it_is_said_again_but_not_once_it_was_answered(
    world: World, people: dict[str, Chat]
) -> None:
    for chat in (people["cadre"], people["colleague"]):
        await chat.says("/suadulieu tôi đã chuyển sang đơn vị khác")
    await people["staff"].says("/yeucau 1 duyet")
    world.clock.shift += dt.timedelta(days=1, hours=21)
    await world.settle()
    assert "Hôm nay là hạn" in people["admin"].messages[-1].text
    last = [one.text for one in people["staff"].messages if "Hôm nay là hạn" in one.text]
    assert len(last) == 1
    assert "số 2" in last[0]


async def test_open_requests_are_listed_those_due_first_first_and_the_late_ones_marked(
    world: World, people: dict[str, Chat]
) -> None:
    await people["cadre"].says("/suadulieu tên đơn vị của tôi sai rồi")
    world.clock.shift += dt.timedelta(days=3)
    await people["colleague"].says("/rutdongy dongy")
    said = await people["staff"].says("/yeucau")
    assert said.index("QUÁ HẠN số 1") < said.index("số 2, rút lại đồng ý")
    assert "chờ trả lời: 2 (1 quá hạn)" in await people["staff"].says("trợ giúp")
    assert "chờ trả lời" not in await people["supervisor"].says("trợ giúp")


async def test_erasing_takes_two_taps_ends_access_and_the_person_is_told(world: World, people: dict[str, Chat]) -> None:
    chat, staff = people["cadre"], people["staff"]
    await chat.says("hạn nộp báo cáo là ngày nào")
    await chat.says("/xoadulieu dongy")
    await staff.says("/yeucau 1")
    await staff.taps("Xóa dữ liệu")
    assert len(await rows(world, person)) == 6
    before = len(chat.messages)
    await staff.taps("Xóa")
    assert chat.messages[before:], "they are told"
    assert "đã được xóa" in chat.messages[-1].text
    await finish_erasing(world.store, world.cabinet)
    assert chat.address not in str([await rows(world, table) for table in (account, inbox, outbox)])
    assert "Huyền" not in str([await rows(world, table) for table in (person, outbox, inbox, audit, data_request)])
    assert await chat.says("xin chào") == say("enrol.how")
    assert "Huyền" not in await people["admin"].says("/danhba")


async def test_a_refusal_needs_a_reason_and_the_person_reads_it(world: World, people: dict[str, Chat]) -> None:
    chat, staff = people["cadre"], people["staff"]
    await chat.says("/suadulieu đổi vai trò của tôi thành quản trị")
    await staff.says("/yeucau 1 tuchoi")
    await staff.says("Vai trò do Sở phân công")
    assert "Vai trò do Sở phân công" in chat.messages[-1].text
    assert "không được chấp nhận" in await chat.says("/dulieucuatoi")
    assert say("request.answered_already", number=1) in await staff.says("/yeucau 1 duyet dongy")


async def test_a_correction_can_move_the_person_to_another_unit(world: World, people: dict[str, Chat]) -> None:
    chat, staff = people["cadre"], people["staff"]
    await chat.says("/suadulieu tôi đã chuyển sang xã Tân Hòa")
    await staff.says("/yeucau 1")
    await staff.taps("Đổi đơn vị")
    await staff.says("tan hoa")
    assert "Xã Tân Hòa" in chat.messages[-1].text
    assert "Xã Tân Hòa" in await chat.says("/dulieucuatoi")


async def test_nobody_answers_their_own_request_and_staff_none_of_an_admin(
    world: World, people: dict[str, Chat]
) -> None:
    await people["admin"].says("/xoadulieu dongy")
    for role in ("admin", "staff"):
        assert await people[role].says("/yeucau 1 duyet dongy") == say("request.unknown", typed="1")
    assert "yêu cầu số 1" in (await people["second"].says("/yeucau 1 duyet dongy")).lower()
    assert await people["admin"].says("xin chào") == say("enrol.how")


async def test_withdrawn_consent_stops_service_and_messages_until_they_agree_again(
    world: World, people: dict[str, Chat]
) -> None:
    chat, staff = people["cadre"], people["staff"]
    await chat.says("/rutdongy dongy")
    await staff.says("/yeucau 1 duyet dongy")
    assert "rút lại" in chat.messages[-1].text
    count = len(chat.messages)
    await staff.says("/thongbao Mời họp giao ban ngày mai")
    await staff.says("tất cả")
    await staff.taps("Cán bộ")
    assert "view-addressees" in await actions(world), "the look at it names some of them"
    await staff.taps("Gửi")
    assert people["colleague"].messages[-1].text.count("Mời họp giao ban")
    assert len(chat.messages) == count
    assert "bản" in await chat.says("hạn báo cáo")
    await chat.taps("Đồng ý")
    assert "Hạn" in await chat.says("/han") or "hạn" in await chat.says("/han")


async def test_a_new_notice_is_asked_in_one_tap_and_who_declines_has_only_their_rights(
    world: World, people: dict[str, Chat]
) -> None:
    chat = people["cadre"]
    old = person.update().where(person.c.id == chat.person_id).values(agreed_version="0")
    await world.store.write(lambda tx: tx.connection.execute(old))
    assert f"(bản {NOTICE_VERSION})" in await chat.says("/baocao")
    await chat.taps("Không đồng ý")
    for refused in ("/baocao", "/danhba", "/suaten Lê An", "/rutdongy"):
        assert say("enrol.notice_again") in await chat.says(refused)
    assert "Đặng Thị Huyền" in await chat.says("/dulieucuatoi")
    assert await chat.says("trợ giúp") == say("enrol.limited")
    await chat.taps("Dữ liệu của tôi")
    await chat.taps("Tải tất cả về")
    assert "Cán bộ" in await workbook(world, chat)
    await chat.says("/xoadulieu")
    assert "số 1" in await chat.taps("Gửi yêu cầu xóa")
    await chat.says("thôi được")
    await chat.taps("Đồng ý")
    (row,) = [row for row in await rows(world, person) if row.id == chat.person_id]
    assert (row.agreed_version, row.agreed_at) == (NOTICE_VERSION, world.clock.now())
    assert {"decline-notice", "agree"} <= set(await actions(world))


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("/danhba", "view-directory"),
        ("/nguoi Huyền", "view-person"),
        ("/mamoi", None),
        ("/yeucau", "view-requests"),
        ("/yeucau 1", "view-request"),
        ("/nhatky", "view-audit"),
        ("/nhatky tep", "export-audit"),
        ("/xuat dan-van-kheo tháng 10/2026", "export-reports"),
        ("/thongbao Mời họp", None),
    ],
)
async def test_whoever_sees_anothers_data_leaves_a_row_without_the_data(
    world: World, people: dict[str, Chat], line: str, action: str | None
) -> None:
    await people["cadre"].says("/suadulieu tên đơn vị của tôi sai rồi")
    admin = people["admin"]
    before = len(await rows(world, audit))
    said = await admin.says(line)
    new = (await rows(world, audit))[before:]
    assert {row.action for row in new} == ({action} if action else set())
    assert all(row.person_id == admin.person_id for row in new)
    names = [row.name for row in await rows(world, person) if row.id != admin.person_id]
    assert not any(name in str((row.object, row.detail)) for row in new for name in names)
    assert action or not any(name in said for name in names), "what shows a name must leave a row"


def test_a_notice_that_reads_otherwise_has_another_version() -> None:
    """What people agreed to is this text: whoever changes it raises NOTICE_VERSION, and notes the new digest here."""
    text = say("enrol.notice", version="", unit="", role="", operator="")
    assert (NOTICE_VERSION, sha256(text.encode()).hexdigest()[:16]) == ("2", "b702f109cb03cce1")
