"""One answer mended in passing, in an open draft: "2: 15", "câu 2 là 15", "sua cau 2 thanh 15"."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage import Store
from handlers.texts import say
from tests.support.world import Chat, World


@pytest_asyncio.fixture
async def chat(sqlite_store: Store, tmp_path: Path) -> Chat:
    world = World(sqlite_store, tmp_path)
    chat = await world.person("Lò Thị Mai", "cadre", await world.unit("Xã Sơn Hà"))
    await chat.says("/baocao dan van kheo thang 10/2026")
    return chat


async def answers(chat: Chat) -> dict[str, object]:
    world = chat.world
    [draft] = await world.store.read(lambda tx: tx.drafts(1))
    return dict(draft.answers)


@pytest.mark.parametrize(
    "words",
    [
        "2: 15", "2 = 15", "câu 2 là 15", "cau 2: 15", "Câu 2 = 15", "sua cau 2 thanh 15", "sửa lại câu 2 thành 15",
        "sửa câu 2: 15", "sua 2 thanh 15", "đổi câu 2 sang 15", "câu hỏi số 2 sửa thành 15", "cho em sửa câu 2 là 15",
    ],
)  # fmt: skip
async def test_an_earlier_answer_is_mended_and_the_open_question_stays_open(chat: Chat, words: str) -> None:
    for number in ("3", "4"):
        await chat.says(number)
    said = await chat.says(words)
    assert "Đã sửa câu 2." in said
    assert "4" in said.split("→")[0]
    assert "Câu 3/" in said or "3/" in said
    assert list((await answers(chat)).values()) == ["3", "15"] or list((await answers(chat)).values()) == [3, 15]


async def test_an_answer_is_mended_by_the_name_of_its_question(chat: Chat) -> None:
    for number in ("3", "4", "5"):
        await chat.says(number)
    title = chat.world.forms["dan-van-kheo"].questions[1].title
    assert "Đã sửa câu 2." in await chat.says(f"sửa {title.lower()} thành 15")


async def test_an_answer_is_mended_at_the_review(chat: Chat) -> None:
    await chat.says("3")
    form = chat.world.forms["dan-van-kheo"]
    for question in form.questions[1:]:
        await chat.says("bỏ" if not question.required else "4")
    assert "Gửi" in [choice.label for choice in chat.choices] or chat.choices
    said = await chat.says("1: 15")
    assert "Đã sửa câu 1." in said
    assert "15" in said


async def test_a_mended_answer_that_cannot_be_is_asked_again(chat: Chat) -> None:
    for number in ("3", "4"):
        await chat.says(number)
    said = await chat.says("câu 2 là nhiều lắm")
    assert "2/" in said
    assert list(map(int, (await answers(chat)).values())) == [3, 4]  # type: ignore[call-overload]


@pytest.mark.parametrize("words", ["99: 15", "câu 99 là 15", "8:30", "5: 15"])
async def test_what_names_no_answered_question_mends_nothing(chat: Chat, words: str) -> None:
    for number in ("3", "4"):
        await chat.says(number)
    assert "Đã sửa" not in await chat.says(words)
    assert len(await answers(chat)) == 2


async def test_in_a_report_that_waits_for_a_yes_a_single_correction_counts(chat: Chat) -> None:
    await chat.says("huy")
    await chat.says("báo cáo dân vận khéo tháng 10/2026: 2 mô hình mới, 3 buổi đối thoại")
    form = chat.world.forms["dan-van-kheo"]
    place = next(n for n, one in enumerate(form.questions, 1) if "đối thoại" in one.title.lower())
    said = await chat.says(f"{place}: 7")
    assert "7" in said
    assert "Tôi chưa hiểu" not in said


@pytest.mark.parametrize("words", ["tiep tuc", "tiếp tục", "tiep", "/tieptuc"])
async def test_going_on_with_nothing_says_so_and_offers_what_is_due(
    sqlite_store: Store, tmp_path: Path, words: str
) -> None:
    world = World(sqlite_store, tmp_path)
    chat = await world.person("Lò Thị Mai", "supervisor", await world.unit("Xã Sơn Hà"))
    assert await chat.says(words) == say("help.nothing_to_continue", drafts=0)
    assert [choice.action for choice in chat.choices] == ["han", "trogiup"]


async def test_going_on_offers_the_draft_that_was_put_off(chat: Chat) -> None:
    await chat.says("3")
    await chat.says("huy")
    await chat.taps("Để sau")
    assert "1 báo cáo đang làm dở" in await chat.says("tiếp tục")
    assert chat.choices[0].action == "nhap"


@pytest.mark.parametrize("words", ["sua cau 1", "Sửa lại câu 1.", "cho em sửa câu số 1", "chinh cau 1"])
async def test_who_wants_to_mend_a_question_without_saying_how_is_asked_it_again(chat: Chat, words: str) -> None:
    for number in ("3", "4", "5"):
        await chat.says(number)
    said = await chat.says(words)
    assert "Câu 1/" in said
    assert "Đang ghi: 3" in said
    assert "Câu 4/" in await chat.says("6")
    assert next(iter((await answers(chat)).values())) == 6
