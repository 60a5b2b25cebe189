"""The three ways to file a report: question by question, as one message, from the last period's. One result."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.storage import Store
from knowledge.forms.form import read_form
from tests.support.commune import JPEG, RECEIPT, Commune, settle_commune
from tests.support.world import World

FORM = read_form(
    "doi-thoai.toml",
    """title = "Đối thoại"
periods = ["month"]
spellings = ["doi thoai", "bc doi thoai"]
jump = 10
checks = ["nguoi = nam + nu"]

[[question]]
name = "co_hop"
kind = "yes-no"
title = "Có tổ chức đối thoại"
labels = ["tổ chức"]

[[question]]
name = "buoi"
kind = "whole"
title = "Số buổi đối thoại"
help = "Các buổi do người đứng đầu chủ trì."
unit = "buổi"
show_if = "co_hop = Có"

[[question]]
name = "nguoi"
kind = "whole"
title = "Người dự"
unit = "người"

[[question]]
name = "nam"
kind = "whole"
title = "Nam giới"
labels = ["nam"]

[[question]]
name = "nu"
kind = "whole"
title = "Nữ giới"
labels = ["nữ"]

[[question]]
name = "kho_khan"
kind = "text"
title = "Khó khăn"
required = false
""",
)
ANSWERS = {"co_hop": True, "buoi": 3, "nguoi": 120, "nam": 70, "nu": 50, "kho_khan": "Thiếu kinh phí"}
MESSAGE = "tháng 10: tổ chức: có, 3 buổi, 120 người, nam 70, nữ 50, khó khăn: Thiếu kinh phí"


@pytest_asyncio.fixture
async def commune(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Commune]:
    world = World(sqlite_store, tmp_path, forms={"doi-thoai": FORM})
    found = await settle_commune(world)
    found.form, found.period = "doi-thoai", "2026-10"
    yield found


@pytest_asyncio.fixture
async def shipped(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Commune]:
    found = await settle_commune(World(sqlite_store, tmp_path))
    found.form, found.period = "dan-van-kheo", "2026-10"
    yield found


async def by_questions(commune: Commune, month: int = 10, **changed: str) -> str:
    words = {"co_hop": "có", "buoi": "3", "nguoi": "120", "nam": "70", "nu": "50", "kho_khan": "Thiếu kinh phí"}
    await commune.lan.says(f"/baocao tháng {month}/2026")
    review = ""
    for typed in {**words, **changed}.values():
        review = await commune.lan.says(typed)
    return review


async def test_the_three_ways_give_the_same_report(commune: Commune) -> None:
    lan = commune.lan
    await by_questions(commune, 9)
    assert RECEIPT.search(await lan.says("gửi"))
    assert await commune.answers(period="2026-09") == ANSWERS

    assert "120 người" in await lan.says(MESSAGE)
    await lan.says("đúng")
    assert RECEIPT.search(await lan.says("gửi"))
    assert await commune.answers(period="2026-10") == ANSWERS

    await lan.says("/baocao tháng 11/2026")
    copied = await lan.taps("Chép kỳ trước")
    assert "3. Người dự: 120 người" in copied
    assert "Giống hệt kỳ tháng 10/2026, xin xem lại: câu 6" in copied
    assert RECEIPT.search(await lan.says("gửi"))
    assert await commune.answers(period="2026-11") == ANSWERS


async def test_the_example_of_one_message_asks_only_what_is_missing(shipped: Commune) -> None:
    lan = shipped.lan
    shown = await lan.says("tháng 10: 2 mô hình mới, 3 buổi đối thoại, 120 người, khó khăn: thiếu kinh phí")
    assert "Mô hình “Dân vận khéo”, kỳ tháng 10/2026, Xã Suối Đá" in shown
    for part in ("Mô hình mới trong kỳ: 2 mô hình", "Buổi đối thoại với Nhân dân: 3 buổi", "Còn 6 câu"):
        assert part in shown
    assert await shipped.report() is None, "nothing counts before it is confirmed"
    assert "Câu 1/10. Mô hình đăng ký" in await lan.says("đúng")
    assert await shipped.answers() == {
        "mo_hinh_moi": 2,
        "buoi_doi_thoai": 3,
        "nguoi_tham_gia": 120,
        "kho_khan": "thiếu kinh phí",
    }
    for words, asked in (("12", "Câu 2"), ("10", "Câu 4"), ("4", "Câu 7"), ("7", "Câu 9"), ("bỏ", "Câu 10")):
        assert asked in await lan.says(words)
    await lan.shows("bien-ban.jpg", JPEG)
    assert RECEIPT.search(await lan.taps("Xong") and await lan.says("gửi"))


async def test_what_was_not_understood_is_said_and_ambiguous_words_are_asked(shipped: Commune) -> None:
    lan = shipped.lan
    asked = await lan.says("/baocao dvk tháng 10: 5 mô hình, khoảng 50 người, 3 buổi đối thoại, thời tiết đẹp")
    assert "“5 mô hình” là số liệu của câu nào?" in asked
    shown = await lan.taps("Mô hình đăng ký")
    assert "Mô hình đăng ký: 5 mô hình" in shown
    assert "Chưa ghi “khoảng 50 người” (Người tham gia vận động): Báo cáo cần con số cụ thể" in shown
    assert "Chưa hiểu: “thời tiết đẹp”" in shown
    assert "Câu 5/10. Người tham gia vận động" in await lan.says("đúng")
    assert await shipped.answers() == {"mo_hinh_dang_ky": 5, "buoi_doi_thoai": 3}


async def test_words_that_are_none_of_the_questions_are_said_to_be_not_understood(shipped: Commune) -> None:
    await shipped.lan.says("/baocao dvk tháng 10: 5 mô hình, 3 buổi đối thoại")
    shown = await shipped.lan.taps("Không phải câu nào")
    assert "Chưa hiểu: “5 mô hình”" in shown


async def test_a_correction_typed_at_the_confirmation_takes_the_place_of_what_was_read(commune: Commune) -> None:
    await commune.lan.says(MESSAGE)
    assert "Người dự: 150 người" in await commune.lan.says("à 150 người")
    assert "Nữ giới: 80" in await commune.lan.says("nữ 80")
    await commune.lan.taps("Đúng rồi")
    assert await commune.answers() == {**ANSWERS, "nguoi": 150, "nu": 80}


async def test_a_message_about_a_report_that_was_begun_shows_what_it_replaces(commune: Commune) -> None:
    await commune.lan.says("/baocao tháng 10/2026")
    await commune.lan.says("có")
    await commune.lan.says("2")
    shown = await commune.lan.says("/baocao " + MESSAGE)
    assert "Số buổi đối thoại: 3 buổi (trước: 2 buổi)" in shown
    assert (await commune.answers())["buoi"] == 2
    await commune.lan.taps("Đúng rồi")
    assert await commune.answers() == ANSWERS


async def test_a_message_without_a_period_waits_for_it(commune: Commune) -> None:
    assert "cho kỳ nào" in await commune.lan.says("/baocao 3 buổi, 120 người, nam 70, nữ 50")
    assert "Nam giới: 70" in await commune.lan.taps("Tháng 10/2026")
    assert "Nam giới: 70" in await commune.lan.says("?")
    await commune.lan.says("/baocao 3 buổi, 120 người, nam 70, nữ 50")
    assert "Người dự: 120 người" in await commune.lan.says("tháng 9")


async def test_a_message_that_fits_two_forms_asks_for_the_form(shipped: Commune) -> None:
    assert "báo cáo nào" in await shipped.lan.says("/baocao 3 buổi đối thoại, khó khăn: thiếu kinh phí")
    assert "cho kỳ nào" in await shipped.lan.taps("Dân vận chính quyền")
    assert "Buổi đối thoại với Nhân dân: 3 buổi" in await shipped.lan.taps("6 tháng đầu năm 2026")


@pytest.mark.parametrize(
    "question",
    ["hạn nộp báo cáo tháng 10 là khi nào?", "tháng 10 có bao nhiêu mô hình mới", "33/CT-TTg", "quy chế dân chủ 2026"],
)
async def test_a_question_is_never_taken_for_a_report(shipped: Commune, question: str) -> None:
    assert "Tôi hiểu báo cáo" not in await shipped.lan.says(question)
    assert await shipped.report() is None


async def test_a_message_typed_at_a_question_of_the_form_is_read_as_well(commune: Commune) -> None:
    await commune.lan.says("/baocao tháng 10/2026")
    assert "Người dự: 120 người" in await commune.lan.says("có tổ chức 3 buổi, 120 người, nam 70, nữ 50")


async def test_a_copied_review_with_a_number_changed_is_read_back(commune: Commune) -> None:
    review = await by_questions(commune)
    shown = await commune.lan.says(review.replace("4. Nam giới: 70", "4. Nam giới: 71"))
    assert "Nam giới: 71 (trước: 70)" in shown
    await commune.lan.taps("Đúng rồi")
    assert await commune.answers() == {**ANSWERS, "nam": 71}


async def test_a_message_waits_while_a_colleague_holds_the_draft(commune: Commune) -> None:
    await commune.minh.says("/baocao tháng 10/2026")
    await commune.minh.says("có")
    seen = await commune.lan.says("/baocao " + MESSAGE)
    assert "Trần Minh" in seen
    assert "Người dự: 120 người" in await commune.lan.taps("Nhận làm tiếp")
    await commune.lan.taps("Đúng rồi")
    assert await commune.answers() == ANSWERS


async def test_a_message_with_a_telephone_number_is_warned_about_before_it_is_stored(commune: Commune) -> None:
    shown = await commune.lan.says(MESSAGE + ", gọi ông Tư 0912 345 678 hoặc 0987654321")
    assert "0912 345 678, 0987654321" in shown
    await commune.lan.taps("Bỏ số")
    assert (await commune.answers())["kho_khan"] == "Thiếu kinh phí, gọi ông Tư […] hoặc […]"


async def test_a_copied_text_with_a_telephone_number_can_be_cleaned_with_one_tap(commune: Commune) -> None:
    await by_questions(commune, 9, kho_khan="Gọi 0912345678")
    await commune.lan.taps("Giữ nguyên")
    await commune.lan.says("gửi")
    await commune.lan.says("/baocao tháng 10/2026")
    assert "0912345678" in await commune.lan.taps("Chép kỳ trước")
    assert "6. Khó khăn: Gọi […]" in await commune.lan.taps("Bỏ số")
    assert (await commune.answers())["kho_khan"] == "Gọi […]"


async def test_proof_is_not_copied_and_is_asked_for(shipped: Commune) -> None:
    lan = shipped.lan
    await lan.says("/baocao dvk tháng 9: đăng ký 12, hiệu quả 10, mới 2, 4 đợt vận động, 120 người, 3 đối thoại, 5 vụ")
    await lan.says("đúng")
    for _ in range(2):
        await lan.says("bỏ")
    await lan.shows("ky.jpg", JPEG)
    await lan.taps("Xong")
    assert RECEIPT.search(await lan.says("gửi"))
    await lan.says("/baocao dvk tháng 10/2026")
    copied = await lan.taps("Chép kỳ trước")
    assert "10. Minh chứng: (chưa trả lời)" in copied
    assert "Gửi" not in [choice.label for choice in lan.choices]
    assert "Câu 10/10" in await lan.taps("Làm tiếp")


async def test_there_is_nothing_to_copy_in_the_first_period(commune: Commune) -> None:
    assert "Chép" not in await commune.lan.says("/baocao tháng 10/2026")
    assert "Chép kỳ trước" not in [choice.label for choice in commune.lan.choices]


async def test_sums_that_do_not_agree_are_said_and_nothing_is_sent(commune: Commune) -> None:
    review = await by_questions(commune, nu="40")
    assert "Chưa khớp: Người dự (120) phải bằng Nam giới + Nữ giới (110)" in review
    assert not RECEIPT.search(await commune.lan.says("gửi"))
    assert "Câu 5/6" in await commune.lan.says("5")
    assert "Chưa khớp" not in await commune.lan.says("50")
    assert RECEIPT.search(await commune.lan.says("gửi"))


async def test_a_jump_against_the_last_period_is_asked_back_before_sending(commune: Commune) -> None:
    await by_questions(commune, 9)
    await commune.lan.says("gửi")
    await by_questions(commune, 10, nguoi="12000", nam="11950")
    asked = await commune.lan.says("gửi")
    assert "Người dự: 120 → 12.000, đúng không?" in asked
    assert not RECEIPT.search(asked)
    assert "Câu 3/6" in await commune.lan.taps("Sửa câu 3")
    await commune.lan.says("giữ")
    await commune.lan.says("gửi")
    assert RECEIPT.search(await commune.lan.taps("Đúng, gửi"))


async def test_a_question_that_is_not_asked_drops_out_of_the_review_and_of_what_is_sent(commune: Commune) -> None:
    review = await by_questions(commune)
    assert "2. Số buổi đối thoại: 3 buổi" in review
    await commune.lan.says("1")
    review = await commune.lan.says("không")
    assert "Số buổi" not in review
    assert "2. Người dự" in review
    assert (await commune.answers())["buoi"] == 3, "it comes back if the answer changes back"
    assert RECEIPT.search(await commune.lan.says("gửi"))
    assert await commune.answers() == {**ANSWERS, "co_hop": False, "buoi": None}


@pytest.mark.parametrize("word", ["?", "trợ giúp", "tro giup"])
async def test_help_at_a_question_is_about_that_question(commune: Commune, word: str) -> None:
    await commune.lan.says("/baocao tháng 10/2026")
    await commune.lan.says("có")
    helped = await commune.lan.says(word)
    assert "số nguyên" in helped
    assert "Câu 2/6" in helped
    assert "người đứng đầu chủ trì" in helped
    assert (await commune.answers()) == {"co_hop": True}


async def test_after_another_question_the_report_is_one_tap_away_even_unconfirmed(commune: Commune) -> None:
    await commune.lan.says("/baocao " + MESSAGE)
    await commune.lan.says("/hoi hạn nộp báo cáo")
    assert "Người dự: 120 người" in await commune.lan.taps("Làm tiếp báo cáo")
    assert "Người dự: 120 người" in await commune.lan.says("làm tiếp báo cáo"), "where there are no buttons"
    await commune.lan.taps("Đúng rồi")
    await commune.lan.says("/han")
    assert "Xem lại trước khi gửi" in await commune.lan.says("làm tiếp báo cáo")


async def test_a_message_may_be_put_off_and_is_kept_as_a_draft(commune: Commune) -> None:
    await commune.lan.says("/baocao " + MESSAGE)
    assert "/nhap" in await commune.lan.taps("Để sau")
    assert await commune.answers() == ANSWERS
    assert "Xem lại trước khi gửi" in await commune.lan.says("/nhap")


async def test_a_message_may_be_dropped(commune: Commune) -> None:
    await commune.lan.says("/baocao " + MESSAGE)
    assert "chưa ghi gì" in await commune.lan.says("hủy")
    assert await commune.report() is None


async def test_a_crash_between_message_and_confirmation_changes_nothing(commune: Commune) -> None:
    await commune.lan.says("/baocao " + MESSAGE)
    commune.world.restart()
    await commune.lan.says("đúng")
    assert await commune.answers() == ANSWERS


async def test_the_next_period_may_be_filed_early(commune: Commune) -> None:
    assert "nộp sớm" in await commune.lan.says("/baocao tháng 12/2026")


async def test_a_file_sent_with_the_confirmation_open_is_kept(shipped: Commune) -> None:
    await shipped.lan.says("/baocao dvk tháng 10: 2 mô hình mới, 3 buổi đối thoại")
    assert "vào câu 10" in await shipped.lan.shows("hop.jpg", JPEG)
    await shipped.lan.taps("Đúng rồi")
    answers: Any = await shipped.answers()
    assert len(answers["minh_chung"]) == 1
    assert answers["buoi_doi_thoai"] == 3


async def test_a_message_for_a_report_that_was_sent_is_not_lost_in_silence(commune: Commune) -> None:
    await by_questions(commune)
    await commune.lan.says("gửi")
    told = await commune.lan.says("/baocao " + MESSAGE.replace("70", "71"))
    assert "Tin vừa gửi chưa được ghi" in told
    await commune.lan.taps("Sửa báo cáo")
    assert "Nam giới: 71 (trước: 70)" in await commune.lan.says("nam 71, nữ 49")
    await commune.lan.taps("Đúng rồi")
    await commune.lan.says("gửi")
    assert (await commune.answers())["nam"] == 71
