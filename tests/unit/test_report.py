"""Filling in and sending a report, message by message, on the real turn machinery."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage import Store
from tests.support.pictures import jpeg
from tests.support.world import Chat, World

JPEG = jpeg()
RECEIPT = re.compile(r"\d\d-\d{4}-\d{4}")


@dataclass
class Commune:
    world: World
    lan: Chat
    minh: Chat
    unit_id: int

    async def answers(self) -> dict[str, object]:
        report = await self.world.store.read(lambda tx: tx.report(self.unit_id, "quy-che-dan-chu", "2026-Q3"))
        assert report is not None
        return dict(report.answers)


@pytest_asyncio.fixture
async def commune(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Commune]:
    world = World(sqlite_store, tmp_path)
    province = await world.unit("Tỉnh An Giang Thử", "province")
    unit_id = await world.unit("Xã Suối Đá", parent=province)
    lan = await world.person("Nguyễn Thị Lan", "cadre", unit_id)
    minh = await world.person("Trần Minh", "cadre", unit_id)
    yield Commune(world, lan, minh, unit_id)


async def fill(chat: Chat) -> str:
    """Answer all six questions of the quarterly form for the third quarter."""
    await chat.says("/baocao qcdc quý 3/2026")
    for words in ("12", "1, 3", "có", "15/9/2026", "40"):
        await chat.says(words)
    return await chat.says("Thiếu kinh phí")


async def test_a_report_goes_from_the_form_to_a_receipt(commune: Commune) -> None:
    lan = commune.lan
    assert "báo cáo nào" in await lan.says("báo cáo")
    assert "kỳ nào" in await lan.taps("Quy chế dân chủ")
    begun = await lan.taps("Quý III/2026")
    assert "Câu 1/6" in begun
    assert "Xã Suối Đá" in begun
    assert "Câu 2/6" in await lan.says("mười hai cuộc")
    assert "☑ Ngân sách" in [choice.label for choice in (await lan.taps("Ngân sách") and lan.choices)]
    assert "Câu 3/6" in await lan.taps("Xong")
    assert "Câu 4/6" in await lan.taps("Có")
    assert "Câu 5/6" in await lan.says("bỏ")
    assert "Câu 6/6" in await lan.says("40 kien nghi")
    review = await lan.says("Thiếu kinh phí")
    for line in (
        "1. Hội nghị cộng đồng dân cư: 12 cuộc",
        "2. Nội dung đã công khai: Ngân sách",
        "4. Ngày đối thoại gần nhất: (bỏ trống)",
    ):
        assert line in review
    done = await lan.says("gửi")
    assert RECEIPT.search(done)
    assert "Quy chế dân chủ ở cơ sở, kỳ quý III/2026" in done


async def test_sending_twice_shows_the_same_receipt(commune: Commune) -> None:
    await fill(commune.lan)
    review = commune.lan.messages[-1]
    first = RECEIPT.search(await commune.lan.presses(review, 0))
    again = RECEIPT.search(await commune.lan.presses(review, 0))
    typed = RECEIPT.search(await commune.lan.says("/baocao qcdc quý 3/2026"))
    assert first
    assert again
    assert typed
    assert first[0] == again[0] == typed[0]
    assert len(await commune.world.store.read(lambda tx: tx.submitted(commune.unit_id, 9))) == 1


async def test_the_same_update_delivered_three_times_answers_one_question(commune: Commune) -> None:
    await commune.lan.says("/baocao qcdc quý 3/2026")
    for _ in range(3):
        await commune.lan.says("12", key="same")
    assert await commune.answers() == {"hoi_nghi_cong_dong": 12}


async def test_each_answer_survives_a_crash_and_the_form_goes_on_where_it_was(commune: Commune) -> None:
    await commune.lan.says("/baocao qcdc quý 3/2026")
    for number, words in enumerate(("12", "1,3", "có", "15/9/2026", "40"), 2):
        commune.world.restart()
        assert f"Câu {number}/6" in await commune.lan.says(words)
    assert len(await commune.answers()) == 5


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("👍", "chữ hoặc số"),
        ("-3", "không thể âm (-3)"),
        ("2.941,86", "2.941,86 là số lẻ"),
        ("9999999", "lớn quá mức"),
        ("nhiều lắm", "cần một con số"),
        ("x" * 10_000, "10000 ký tự"),
    ],
)
async def test_a_wrong_answer_gets_one_clear_sentence_and_the_question_again(
    commune: Commune, typed: str, sentence: str
) -> None:
    await commune.lan.says("/baocao qcdc quý 3/2026")
    answer = await commune.lan.says(typed)
    assert sentence in answer
    assert "Câu 1/6" in answer
    assert await commune.answers() == {}


async def test_one_may_go_back_and_keep_or_change_an_answer(commune: Commune) -> None:
    lan = commune.lan
    await lan.says("/baocao qcdc quý 3/2026")
    await lan.says("12")
    back = await lan.says("lại")
    assert "Câu 1/6" in back
    assert "Đang ghi: 12 cuộc" in back
    assert "Câu 2/6" in await lan.says("giữ")
    await lan.taps("Quay lại")
    assert "Câu 2/6" in await lan.says("15")
    assert await commune.answers() == {"hoi_nghi_cong_dong": 15}


async def test_any_answer_can_be_mended_from_the_review(commune: Commune) -> None:
    lan = commune.lan
    assert "Xem lại trước khi gửi" in await fill(lan)
    assert "Câu 5/6" in await lan.says("5")
    assert "5. Kiến nghị đã giải quyết: 41" in await lan.says("41")
    assert "sửa câu nào" in await lan.says("sửa")
    assert "Câu 1/6" in await lan.taps("Hội nghị")
    assert "1. Hội nghị cộng đồng dân cư: 13" in await lan.says("13")
    assert "từ 1 đến 6" in await lan.says("77")


async def test_a_send_button_above_changed_answers_shows_the_review_again(commune: Commune) -> None:
    await fill(commune.lan)
    old = commune.lan.messages[-1]
    await commune.lan.says("5")
    await commune.lan.says("41")
    answer = await commune.lan.presses(old, 0)
    assert "xem lại rồi gửi" in answer
    assert not RECEIPT.search(answer)


async def test_cancelling_asks_before_answers_are_thrown_away(commune: Commune) -> None:
    lan = commune.lan
    await lan.says("/baocao qcdc quý 3/2026")
    assert "Đã dừng" in await lan.says("hủy")
    await lan.says("/baocao qcdc quý 3/2026")
    await lan.says("12")
    assert "mất 1 câu" in await lan.says("hủy")
    assert "Câu 2/6" in await lan.taps("Làm tiếp")
    await lan.says("hủy")
    assert "/nhap" in await lan.taps("Để sau")
    assert "đã trả lời 1/6" in await lan.says("/nhap")
    await lan.says("hủy")
    assert "Đã xóa" in await lan.taps("Xóa bản nháp")
    assert "không có báo cáo nào đang làm dở" in await lan.says("/nhap")


async def test_another_question_may_be_asked_in_between(commune: Commune) -> None:
    lan = commune.lan
    await lan.says("/baocao qcdc quý 3/2026")
    await lan.says("/hoi hạn nộp báo cáo quý?")
    assert "Câu 2/6" in await lan.says("12")


async def test_a_colleague_sees_the_draft_and_may_take_it_over(commune: Commune) -> None:
    await commune.lan.says("/baocao qcdc quý 3/2026")
    await commune.lan.says("12")
    seen = await commune.minh.says("/baocao qcdc quý 3/2026")
    assert "Nguyễn Thị Lan" in seen
    assert "1/6 câu" in seen
    assert "Câu 2/6" in await commune.minh.taps("Nhận làm tiếp")
    told = await commune.lan.says("1,2")
    assert "Trần Minh" in told
    assert "chưa được ghi" in told
    assert await commune.answers() == {"hoi_nghi_cong_dong": 12}
    assert "vẫn do Trần Minh" in await commune.lan.taps("Không")


async def test_a_colleague_who_begins_after_it_was_sent_is_told_so(commune: Commune) -> None:
    await fill(commune.lan)
    await commune.lan.says("gửi")
    seen = await commune.minh.says("/baocao qcdc quý 3/2026")
    assert "do Nguyễn Thị Lan gửi" in seen
    assert RECEIPT.search(seen)


async def test_a_telephone_number_in_free_text_brings_a_warning_before_it_is_stored(commune: Commune) -> None:
    await fill(commune.lan)
    await commune.lan.says("6")
    warned = await commune.lan.says("Hộ ông Tư (0912 345 678) chưa đồng thuận")
    assert "0912 345 678" in warned
    assert (await commune.answers())["kho_khan"] == "Thiếu kinh phí"
    await commune.lan.taps("Bỏ số")
    assert (await commune.answers())["kho_khan"] == "Hộ ông Tư ([…]) chưa đồng thuận"
    await commune.lan.says("6")
    await commune.lan.says("Gọi 0912345678")
    await commune.lan.taps("Giữ nguyên")
    assert (await commune.answers())["kho_khan"] == "Gọi 0912345678"


async def to_the_proof(chat: Chat) -> str:
    await chat.says("/baocao dvk tháng 10/2026")
    for _ in range(7):
        await chat.says("3")
    await chat.says("bỏ")
    return await chat.says("bỏ")


async def test_photos_of_several_messages_are_kept_as_proof(commune: Commune) -> None:
    lan = commune.lan
    assert "Câu 10/10" in await to_the_proof(lan)
    assert "cần một ảnh hoặc tệp" in await lan.says("gửi sau nhé")
    assert "bắt buộc" not in lan.messages[-1].text
    assert "Đã nhận hop.jpg" in await lan.shows("hop.jpg", JPEG)
    assert "Đang ghi: hop.jpg, dan.jpg" in await lan.shows("dan.jpg", jpeg("navy"))
    assert "10. Minh chứng: hop.jpg, dan.jpg" in await lan.taps("Xong")
    assert RECEIPT.search(await lan.says("gửi"))


async def test_a_photo_sent_early_goes_to_the_question_that_asks_for_it(commune: Commune) -> None:
    await commune.lan.says("/baocao dvk tháng 10/2026")
    answer = await commune.lan.shows("hop.jpg", JPEG, caption="ảnh họp")
    assert "vào câu 10 (Minh chứng)" in answer
    assert "Câu 1/10" in answer


async def test_an_empty_file_is_refused_with_its_reason(commune: Commune) -> None:
    await to_the_proof(commune.lan)
    answer = await commune.lan.shows("rong.pdf", b"")
    assert "“rong.pdf” rỗng" in answer
    assert "Câu 10/10" in answer


async def test_a_period_of_another_kind_or_far_away_is_refused_with_a_choice_of_others(commune: Commune) -> None:
    assert "không báo cáo theo tháng 10/2026" in await commune.lan.says("/baocao qcdc tháng 10/2026")
    assert "chưa đến hoặc đã quá lâu" in await commune.lan.says("/baocao qcdc quý 3/2031")
    assert "chưa hiểu" in await commune.lan.says("kỳ nào cũng được")
    assert "Câu 1/6" in await commune.lan.says("quý 2 năm nay")


async def test_a_raised_two_typed_under_numbered_choices_is_no_crash(commune: Commune) -> None:
    await commune.lan.says("/baocao")
    assert "chưa hiểu" in await commune.lan.says("²")


async def test_unfinished_reports_are_listed_and_sent_ones_have_their_receipts(commune: Commune) -> None:
    lan = commune.lan
    assert "chưa nộp báo cáo nào" in await lan.says("/dagui")
    await fill(lan)
    receipt = RECEIPT.search(await lan.says("gửi"))
    assert receipt
    await lan.says("/baocao qcdc quý 2/2026")
    await lan.says("1")
    await lan.says("/baocao dvk tháng 10/2026")
    assert "2 báo cáo đang làm dở" in await lan.says("/nhap")
    assert "Câu 2/6" in await lan.taps("quý II/2026")
    assert receipt[0] in await lan.says("đã gửi")


async def test_a_supervisor_files_no_reports(commune: Commune) -> None:
    boss = await commune.world.person("Lê Văn Sếp", "supervisor", commune.unit_id)
    assert "không thuộc quyền" in await boss.says("/baocao")
