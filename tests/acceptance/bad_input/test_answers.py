"""Answers that are none, and ways to cancel: what is waited for is said again, and nothing is lost unasked."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.storage.schema import unanswered
from handlers.texts import say
from tests.acceptance.test_documents import PLAN
from tests.support.clumsy import FIFTY_MB, FORM, Province


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("👍", "biểu tượng"),
        ("x" * 10_000, "dài 10000 ký tự"),
        ("-3", "không thể âm"),
        ("2.941,86", "số nguyên"),
        ("\0", "chưa nhận được chữ nào"),
        ("", "chưa nhận được chữ nào"),
        ("a\0b", "cần một con số"),
        ("\u202e\u200f", "chưa nhận được chữ nào"),
        ("12\n13", "cần một con số"),
        ("NaN", "cần một con số"),
        ("1e5", "cần một con số"),
        ("9" * 30, "lớn quá mức"),
        ("5001", "lớn quá mức"),
        ("bỏ", "cần một con số"),
        ("; DROP TABLE report; --", "cần một con số"),
        ("{{ 7 * 7 }}", "cần một con số"),
    ],
)
async def test_an_answer_that_is_no_count_is_refused_in_one_sentence_and_asked_again(
    province: Province, typed: str, reason: str
) -> None:
    await province.an.says(FORM)
    said = await province.an.says(typed)
    note, question_again = said.split("\n\n", 1)
    assert reason in note
    assert "\n" not in note
    assert question_again.startswith("Câu 1/10")


async def test_a_count_between_marks_that_nobody_sees_is_a_count(province: Province) -> None:
    await province.an.says(FORM)
    assert "Câu 2/10" in await province.an.says("\u202e12\u202c\u200b")


async def test_words_in_place_of_a_photo_or_file_are_refused_kindly(province: Province) -> None:
    await province.an.says(FORM)
    for _ in range(7):
        await province.an.says("1")
    await province.an.taps("Bỏ qua")
    await province.an.taps("Bỏ qua")
    for typed in ("không có ảnh", "👍", "", "12"):
        said = await province.an.says(typed)
        assert said.startswith(("Câu này cần một ảnh hoặc tệp", "Tôi "))
        assert "Câu 10/10" in said
    assert "20 MB" in await province.an.shows("to.pdf", FIFTY_MB)


@pytest.mark.parametrize("typed", ["huy", "Hủy", "HUỶ", "huỷ bỏ", "hủy.", "/huy", "/Huy", "Thôi", "thoát"])
async def test_cancelling_is_understood_however_it_is_typed_and_loses_nothing_unasked(
    province: Province, typed: str
) -> None:
    await province.an.says(FORM)
    await province.an.says("3")
    assert "mất 1 câu" in await province.an.says(typed)
    assert "Câu 2/10" in await province.an.taps("Làm tiếp")
    assert "Câu 1/10" in await province.an.says("LẠI")


async def test_cancelling_ends_whatever_is_open(province: Province) -> None:
    for line in ("/thongbao", "/moi", "/hanmoi"):
        await province.staff.says(line)
        assert "Đã" in await province.staff.says("huỷ")
        assert await province.staff.says("hủy") == say("help.nothing_open")
    await province.staff.shows("a.txt", PLAN.encode())
    assert await province.staff.says("hủy") == say("documents.later")
    assert await province.staff.says("hủy") == say("help.nothing_open")


async def test_a_question_or_a_sticker_before_an_open_deadline_is_told_what_is_waited_for(province: Province) -> None:
    await province.staff.shows("a.txt", PLAN.encode())
    for typed in ("văn bản nào nói về dân vận khéo?", "", "👍"):
        said = await province.staff.says(typed)
        assert say("documents.card_open") in said
        assert "Hạn 1/1" in said
    assert "45/KH-UBND" in await province.staff.says("/hoi văn bản nào nói về dân vận khéo?")
    assert "Đã đưa vào lịch" in await province.staff.taps("Xác nhận")


async def test_words_that_choose_nothing_are_told_so_and_the_choices_come_again(province: Province) -> None:
    openings = (
        ["/thongbao Mời họp", "tất cả"],
        ["/thongbao Mời họp", "tất cả", "mọi người"],
        ["/moi Sơn Hà"],
        ["/hanmoi", "Báo cáo quý", "trước ngày 30/10 hằng năm"],
    )
    for lines in openings:
        for line in lines:
            await province.staff.says(line)
        offered = province.staff.choices
        for typed in ("👍", "-3", "x" * 10_000):
            assert say("labels.pick") in await province.staff.says(typed), lines
            assert province.staff.choices == offered
        await province.staff.says("hủy")


async def test_a_question_of_ten_thousand_characters_is_answered_or_declined_like_any_other(province: Province) -> None:
    for text in ("x" * 10_000, "hoi " + "dân vận khéo " * 800, "👍" * 5000, "?", "/", "//", "\\", "<b>%s</b>"):
        assert await province.an.says(text), text[:20]
    held = await province.world.store.read(lambda tx: list(tx.connection.scalars(sa.select(unanswered.c.text))))
    assert max(map(len, held), default=0) <= 1000
