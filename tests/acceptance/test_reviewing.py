"""Staff review what was sent, and cadres mend it, told on the real turn machinery."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio

from bot.storage import Store
from handlers.receipts import new_receipt
from handlers.records.people import MergeUnit, RemovePerson
from handlers.records.reports import BeginCorrection, ResubmitReport, SaveAnswer, SubmitReport
from tests.support.world import NOON, Chat, World

FORM, PERIOD = "quy-che-dan-chu", "2026-Q3"
TITLE = "Quy chế dân chủ ở cơ sở, quý III/2026"
ANSWERS = {
    "hoi_nghi_cong_dong": 12,
    "noi_dung_cong_khai": ["Ngân sách", "Đất đai"],
    "kien_nghi_giai_quyet": 9,
    "ban_thanh_tra": True,
    "kho_khan": "Thiếu kinh phí",
}


@dataclass
class Office:
    world: World
    top: int
    communes: dict[str, int]
    lan: Chat
    minh: Chat
    hoa: Chat
    boss: Chat
    numbers: int = 0

    async def apply(self, *effects: object, by: Chat | None = None) -> None:
        def work(tx: object) -> None:
            for effect in effects:
                tx.apply(effect, (by or self.lan).person_id, NOON)  # type: ignore[attr-defined]

        await self.world.store.write(work)

    async def files(self, unit: str = "Xã Suối Đá", period: str = PERIOD, *, late: bool = False, **more: object) -> str:
        self.numbers += 1
        unit_id, receipt = self.communes[unit], new_receipt(2026, f"{self.numbers:032x}")
        form = self.world.forms[FORM]
        given = {question.name: None for question in form.questions} | ANSWERS | more
        known = {name: value for name, value in given.items() if form.question(name)}
        saves = [SaveAnswer(unit_id, FORM, 1, period, name, value) for name, value in known.items()]
        await self.apply(*saves, SubmitReport(unit_id, FORM, period, receipt, late))
        return receipt

    def number(self, name: str) -> int:
        return [question.name for question in self.world.forms[FORM].questions].index(name) + 1


@pytest_asyncio.fixture
async def office(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Office]:
    world = World(sqlite_store, tmp_path)
    top = await world.unit("Tỉnh Trung Nam", "province")
    home = await world.unit("Sở Nội vụ", "office", top)
    communes = {name: await world.unit(name, "commune", top) for name in ("Xã Sơn Hạ", "Xã Suối Đá")}
    yield Office(
        world,
        top,
        communes,
        await world.person("Nguyễn Thị Lan", "cadre", communes["Xã Suối Đá"]),
        await world.person("Trần Minh", "cadre", communes["Xã Suối Đá"]),
        await world.person("Phạm Hòa", "staff", home),
        await world.person("Lê Văn Giám", "supervisor", home),
    )


async def give_back(office: Office, receipt: str, which: str = "1", reason: str = "Số liệu chưa khớp") -> str:
    await office.hoa.says(f"/xetduyet {receipt}")
    await office.hoa.taps("Trả lại")
    await office.hoa.says(which)
    await office.hoa.says(reason)
    return await office.hoa.taps("Trả lại")


async def test_a_returned_report_is_mended_by_its_marked_answers_and_keeps_its_number(office: Office) -> None:
    receipt = await office.files()
    number = office.number("hoi_nghi_cong_dong")
    assert "Đã báo cho Nguyễn Thị Lan" in await give_back(office, receipt, str(number))
    notice = office.lan.messages[-1]
    assert "Lý do: Số liệu chưa khớp" in notice.text
    asked = await office.lan.taps("Sửa ngay")
    assert "Hội nghị cộng đồng dân cư" in asked
    review = await office.lan.says("10")
    assert "Xem lại trước khi gửi" in review
    sent = await office.lan.taps("Gửi")
    assert receipt in sent
    assert "bản 2" in sent
    card = await office.hoa.says(f"/xetduyet {receipt}")
    assert "Đã nộp lại, chờ duyệt." in card
    changed = await office.hoa.taps("So với bản trước")
    assert "Hội nghị cộng đồng dân cư: 12 cuộc → 10 cuộc" in changed
    assert "Đã duyệt: Xã Suối Đá" in await office.hoa.taps("Duyệt")


async def test_several_answers_or_all_can_be_marked(office: Office) -> None:
    receipt = await office.files()
    await office.hoa.says(f"/xetduyet {receipt}")
    await office.hoa.taps("Trả lại")
    assert "gõ các số từ 1 đến" in await office.hoa.says("2 99")
    assert "2 câu cần sửa" in await office.hoa.says("câu 1, 2")
    await office.hoa.taps("Quay lại")
    assert "Sửa tất cả các câu" in await office.hoa.says("tat ca")
    assert "Lý do cần bằng chữ" in await office.hoa.says("1")
    text = await office.hoa.says("Làm lại từ đầu")
    assert "Cần sửa: tất cả các câu" in text
    assert "Đã dừng" in await office.hoa.taps("Hủy")
    assert "Chờ duyệt." in await office.hoa.says(f"/xem {receipt}")


async def test_an_answer_that_was_right_is_kept_with_one_tap(office: Office) -> None:
    receipt = await office.files()
    await give_back(office, receipt, "1")
    await office.lan.taps("Sửa ngay")
    await office.lan.taps("Giữ nguyên")
    assert "bản 2" in await office.lan.taps("Gửi")


async def test_where_the_sender_is_gone_the_colleagues_are_told(office: Office) -> None:
    receipt = await office.files()
    await office.apply(RemovePerson(office.lan.person_id), by=office.hoa)
    assert "Đã báo cho Trần Minh" in await give_back(office, receipt)
    assert "Câu 1/" in await office.minh.taps("Sửa ngay")


async def test_a_cadre_corrects_what_was_sent_until_it_is_approved(office: Office) -> None:
    receipt = await office.files()
    assert "vẫn được tính" in await _correct(office.lan, receipt)
    await office.lan.says("1")
    await office.lan.says("15")
    assert "15" not in await office.boss.says(f"/xem {receipt}")
    await office.lan.taps("Gửi")
    assert "15 cuộc" in await office.boss.says(f"/xem {receipt}")
    await office.hoa.says(f"/chapnhan {receipt}")
    await office.hoa.taps("Duyệt")
    refused = await office.lan.says(f"/suabaocao {receipt}")
    assert "đã được duyệt" in refused
    assert "Phạm Hòa" in refused


async def _correct(chat: Chat, receipt: str) -> str:
    await chat.says(f"/xem {receipt}")
    return await chat.taps("Sửa báo cáo")


async def test_a_colleague_is_told_who_is_correcting_and_may_take_over(office: Office) -> None:
    receipt = await office.files()
    await _correct(office.lan, receipt)
    assert "Nguyễn Thị Lan cùng đơn vị đang làm" in await _correct(office.minh, receipt)
    await office.minh.taps("Nhận làm tiếp")
    assert "Trần Minh đang sửa" in await office.hoa.says(f"/xem {receipt}")


async def test_stale_buttons_say_what_is_now(office: Office) -> None:
    receipt = await office.files()
    unit = office.communes["Xã Suối Đá"]
    await office.hoa.says(f"/xetduyet {receipt}")
    old = office.hoa.messages[-1]
    await office.apply(
        BeginCorrection(unit, FORM, PERIOD, 1),
        SaveAnswer(unit, FORM, 1, PERIOD, "hoi_nghi_cong_dong", 99),
        ResubmitReport(unit, FORM, PERIOD),
    )
    answer = await office.hoa.presses(old, 0)
    assert "Báo cáo đã được nộp lại (bản 2)" in answer
    assert "99 cuộc" in answer
    assert "Trả lại Xã" not in await office.hoa.presses(old, 1)
    await give_back(office, receipt)
    assert "hiện không chờ duyệt: Đã trả lại để sửa" in await office.hoa.says(f"/chapnhan {receipt} 2")
    await office.lan.taps("Sửa ngay")
    notice = next(one for one in reversed(office.lan.messages) if one.choices and one.choices[0].label == "Sửa ngay")
    await office.lan.says("7")
    await office.lan.taps("Gửi")
    assert "đã được Nguyễn Thị Lan nộp lại" in await office.lan.presses(notice, 0)


async def test_the_list_leads_through_all_that_waits_oldest_first(office: Office) -> None:
    first = await office.files("Xã Sơn Hạ", late=True)
    await office.files("Xã Suối Đá")
    text = await office.hoa.says("/duyet")
    assert f"{TITLE}: 2 báo cáo chờ duyệt" in text
    card = await office.hoa.taps("Xã Sơn Hạ (muộn)")
    assert first in card
    assert "⚠ Nộp muộn" in card
    assert "Còn 1 báo cáo chờ duyệt" in await office.hoa.taps("Duyệt")
    assert "Xã Suối Đá" in await office.hoa.taps("kế tiếp")
    assert "Không còn báo cáo nào" in await office.hoa.taps("Duyệt")
    assert "Không có báo cáo nào chờ duyệt" in await office.hoa.says("/duyet")


async def test_the_list_has_a_line_for_each_form_and_period(office: Office) -> None:
    await office.files(period="2026-Q2")
    await office.files(period="2026-Q3")
    text = await office.hoa.says("/duyet")
    assert "quý II/2026: 1 báo cáo" in text
    assert "quý III/2026: 1 báo cáo" in text
    assert "quý II/2026: 1 báo cáo chờ duyệt" in await office.hoa.says("/duyet quý 2/2026")


async def test_a_jump_against_the_last_period_strikes_the_eye(office: Office) -> None:
    await office.files(period="2026-Q2", hoi_nghi_cong_dong=3)
    receipt = await office.files(hoi_nghi_cong_dong=1200)
    card = await office.hoa.says(f"/xetduyet {receipt}")
    assert "⚠ Hội nghị cộng đồng dân cư thay đổi nhiều so với kỳ trước: 3 cuộc → 1.200 cuộc" in card
    assert "So với quý II/2026:\n- Hội nghị cộng đồng dân cư: 3 cuộc → 1.200 cuộc" in card


async def test_all_of_a_period_are_approved_after_the_count_was_seen(office: Office) -> None:
    await office.files("Xã Sơn Hạ", late=True)
    await office.files("Xã Suối Đá")
    await office.hoa.says("/duyet")
    assert "Duyệt 2 báo cáo" in await office.hoa.taps("Duyệt tất cả (2)")
    question = office.hoa.messages[-1]
    assert "Đã duyệt 2 báo cáo" in await office.hoa.taps("Duyệt tất cả (2)")
    assert "Không có báo cáo nào chờ duyệt" in await office.hoa.presses(question, 0)


async def test_what_came_in_after_the_count_is_not_approved_unseen(office: Office) -> None:
    await office.files("Xã Sơn Hạ")
    await office.files("Xã Sơn Hạ", period="2026-Q2")
    await office.hoa.says("/duyetca quý 3/2026")
    await office.files("Xã Suối Đá")
    assert "Danh sách đã thay đổi" in await office.hoa.taps("Duyệt tất cả (1)")
    assert "Đã duyệt 2 báo cáo" in await office.hoa.taps("Duyệt tất cả (2)")


async def test_supervisors_read_and_decide_nothing(office: Office) -> None:
    receipt = await office.files()
    await office.boss.says("/duyet")
    card = await office.boss.taps("Xã Suối Đá")
    assert receipt in card
    assert not {"Duyệt", "Trả lại"} & {choice.label for choice in office.boss.choices}
    for command in ("chapnhan", "tralai", "duyetca"):
        assert "không thuộc quyền" in await office.boss.says(f"/{command} {receipt} 1")
    assert "không thuộc quyền" in await office.lan.says(f"/chapnhan {receipt} 1")


async def test_staff_of_another_province_learn_nothing(office: Office) -> None:
    receipt = await office.files()
    other = await office.world.unit("Tỉnh Khác", "province")
    stranger = await office.world.person("Đỗ Xa", "staff", other)
    for command in ("chapnhan", "tralai", "xetduyet", "lichsu", "sosanh", "duyetke", "suabaocao"):
        assert "Không tìm thấy báo cáo" in await stranger.says(f"/{command} {receipt} 1")


async def test_the_history_tells_all_that_happened(office: Office) -> None:
    receipt = await office.files()
    await give_back(office, receipt, "1")
    await office.lan.taps("Sửa ngay")
    await office.lan.says("10")
    await office.lan.taps("Gửi")
    await office.lan.says(f"/xem {receipt}")
    text = await office.lan.taps("Lịch sử")
    for words in ("gửi (bản 1)", "Phạm Hòa trả lại bản 1: Số liệu chưa khớp", "nộp lại (bản 2)"):
        assert words in text
    assert "12 cuộc → 10 cuộc" in await office.lan.taps("Bản 2 sửa gì")


async def test_reports_of_a_merged_unit_are_read_under_its_own_name(office: Office) -> None:
    receipt = await office.files("Xã Sơn Hạ")
    old, new = office.communes["Xã Sơn Hạ"], office.communes["Xã Suối Đá"]
    await office.apply(MergeUnit(old, new, NOON.date()), by=office.hoa)
    for reader in (office.boss, office.lan):
        assert "Xã Sơn Hạ (nay thuộc Xã Suối Đá)" in await reader.says(f"/xem {receipt}")
    assert "Xã Sơn Hạ (nay thuộc Xã Suối Đá)" in await office.boss.says("/xem Sơn Hạ")


async def test_what_a_merged_unit_had_to_mend_waits_for_review_as_it_was_sent(office: Office) -> None:
    receipt = await office.files()
    await give_back(office, receipt)
    await office.lan.taps("Sửa ngay")
    await office.lan.says("7")
    old, new = office.communes["Xã Suối Đá"], office.communes["Xã Sơn Hạ"]
    await office.apply(MergeUnit(old, new, NOON.date()), by=office.hoa)
    card = await office.hoa.says(f"/xetduyet {receipt}")
    assert "12 cuộc" in card
    assert "Chờ duyệt." in card
    assert "Trả lại" not in {choice.label for choice in office.hoa.choices}
    assert "không còn ai sửa được" in await office.hoa.says(f"/tralai {receipt} 1")
    assert "phần Nguyễn Thị Lan đang sửa" in await office.hoa.says(f"/lichsu {receipt}")
    assert "không sửa được ở đây" in await office.lan.says(f"/suabaocao {receipt}")
    await office.hoa.says(f"/xetduyet {receipt}")
    assert "Đã duyệt" in await office.hoa.taps("Duyệt")
