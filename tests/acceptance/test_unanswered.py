"""What was asked in vain reaches staff, who answer it once for everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage import Store
from bot.storage.schema import audit
from tests.support.world import Chat, World

QUESTION = "Phụ cấp của người phụ trách tổ dân vận thôn là bao nhiêu?"
ANSWER = "Mỗi tháng một suất theo nghị quyết của HĐND tỉnh, chi cùng kỳ lương."


@pytest.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


@pytest.fixture
async def province(world: World) -> int:
    return await world.unit("Tỉnh Thử", "province")


@pytest.fixture
async def staff(world: World, province: int) -> Chat:
    return await world.person("Chị Chuyên Viên", "staff", await world.unit("Sở Nội vụ", "office", province))


@pytest.fixture
async def cadre(world: World, province: int) -> Chat:
    return await world.person("Anh Cán Bộ", "cadre", await world.unit("Xã Một", "commune", province))


@pytest.fixture
async def other(world: World, province: int) -> Chat:
    return await world.person("Chị Xã Hai", "cadre", await world.unit("Xã Hai", "commune", province))


async def answer_it(staff: Chat, label: str = "Phụ cấp", source: str = "120-KL/TW, mục 2") -> str:
    await staff.says("/chuatraloi")
    await staff.taps(label)
    await staff.says(ANSWER)
    await staff.says(source)
    return await staff.taps("Lưu")


async def actions(world: World) -> list[str]:
    return await world.store.read(lambda tx: list(tx.connection.scalars(sa.select(audit.c.action))))


async def test_an_answer_of_staff_goes_to_who_asked_and_to_everybody_who_asks_the_same(
    world: World, staff: Chat, cadre: Chat, other: Chat
) -> None:
    assert "Không có" in await cadre.says(QUESTION)
    assert "gửi cho 1 người" in await answer_it(staff)
    notices = [message.text for message in cadre.messages if ANSWER in message.text]
    assert len(notices) == 1
    assert QUESTION in notices[0]
    assert "Cán bộ tỉnh trả lời ngày 18/11/2026" in notices[0]
    said = await other.says("phu cap cua nguoi phu trach to dan van thon la bn")
    assert ANSWER in said
    assert "Theo: 120-KL/TW, mục 2." in said
    assert "Kết luận 120-KL/TW" in [choice.label for choice in other.choices]
    assert "answer-question" in await actions(world)


async def test_the_same_question_of_several_people_is_one_in_the_list_with_its_count(
    world: World, staff: Chat, cadre: Chat, other: Chat
) -> None:
    await cadre.says(QUESTION)
    await cadre.says(QUESTION)
    await other.says("phu cap cua nguoi phu trach to dan van thon la bn")
    listed = await staff.says("/chuatraloi")
    assert "2 lượt hỏi" in listed
    assert listed.count("•") == 1
    await answer_it(staff, "phu cap")
    assert "Chưa có câu hỏi" in await staff.says("/chuatraloi")
    assert sum(ANSWER in message.text for message in [*cadre.messages, *other.messages]) == 2


async def test_a_question_that_differs_in_a_number_does_not_get_the_answer(
    world: World, staff: Chat, cadre: Chat, other: Chat
) -> None:
    await cadre.says("Phụ cấp tổ dân vận thôn năm 2026 là bao nhiêu?")
    await answer_it(staff)
    assert ANSWER in await other.says("phụ cấp tổ dân vận thôn năm 2026 là bao nhiêu")
    assert ANSWER not in await other.says("phụ cấp tổ dân vận thôn năm 2027 là bao nhiêu")


async def test_an_answer_not_meant_can_be_answered_by_staff_and_then_replaced(
    world: World, staff: Chat, cadre: Chat
) -> None:
    await cadre.says(QUESTION)
    await answer_it(staff)
    await cadre.says(QUESTION)
    assert "ghi câu hỏi này lại" in await cadre.taps("Không đúng ý")
    await staff.says("/chuatraloi")
    await staff.taps("Phụ cấp")
    await staff.says("Nay là hai suất.")
    await staff.taps("Không nêu căn cứ")
    await staff.taps("Lưu")
    said = await cadre.says(QUESTION)
    assert "hai suất" in said
    assert ANSWER not in said
    assert "không kèm văn bản" in said


async def test_staff_skip_a_question_and_it_is_gone(world: World, staff: Chat, cadre: Chat) -> None:
    await cadre.says(QUESTION)
    await staff.says("/chuatraloi")
    await staff.taps("Phụ cấp")
    assert "Đã bỏ khỏi danh sách" in await staff.taps("Bỏ qua câu hỏi này")
    assert "Chưa có câu hỏi" in await staff.says("/chuatraloi")
    assert "dismiss-question" in await actions(world)


async def test_a_stored_answer_is_mended_and_withdrawn(world: World, staff: Chat, cadre: Chat) -> None:
    await cadre.says(QUESTION)
    await answer_it(staff)
    assert QUESTION in await staff.says("/cautraloi")
    await staff.taps("Phụ cấp")
    await staff.taps("Sửa")
    await staff.says("Một suất rưỡi.")
    await staff.says("Nghị quyết của HĐND tỉnh")
    assert "Đã sửa" in await staff.taps("Lưu")
    assert "suất rưỡi" in await cadre.says(QUESTION)
    await staff.says("/cautraloi")
    await staff.taps("Phụ cấp")
    assert "Đã rút lại" in await staff.taps("Rút lại")
    assert "Không có" in await cadre.says(QUESTION)
    assert "Chưa có câu trả lời" in await staff.says("/cautraloi")
    assert {"mend-answer", "withdraw-answer"} <= set(await actions(world))


async def test_two_who_answer_at_once_answer_once(world: World, province: int, staff: Chat, cadre: Chat) -> None:
    second = await world.person("Anh Hai", "admin", province)
    await cadre.says(QUESTION)
    for one in (staff, second):
        await one.says("/chuatraloi")
        await one.taps("Phụ cấp")
        await one.says(ANSWER if one is staff else "Trả lời khác.")
        await one.taps("Không nêu căn cứ")
    await staff.taps("Lưu")
    assert "đã được trả lời" in await second.taps("Lưu")
    assert ANSWER in await cadre.says(QUESTION)


async def test_a_telephone_number_in_an_answer_is_pointed_out_before_it_is_stored(
    world: World, staff: Chat, cadre: Chat
) -> None:
    await cadre.says(QUESTION)
    await staff.says("/chuatraloi")
    await staff.taps("Phụ cấp")
    await staff.says("Hỏi anh Ba, 0912345678.")
    assert "0912345678" in (await staff.taps("Không nêu căn cứ")).rsplit("Lưu ý", 1)[1]


@pytest.mark.parametrize("typed", ["/traloi 99", "/traloi x", "/cautraloi 99", "/cautraloi x sua", "/traloi"])
async def test_what_is_not_there_is_said_to_be_gone(world: World, staff: Chat, typed: str) -> None:
    said = await staff.says(typed)
    assert "đã được" in said


async def test_cadres_may_neither_see_nor_answer(world: World, cadre: Chat) -> None:
    for typed in ("/chuatraloi", "/traloi 1", "/cautraloi"):
        assert "không thuộc quyền" in await cadre.says(typed)


async def test_stopping_stores_nothing_and_wrong_input_is_asked_again(world: World, staff: Chat, cadre: Chat) -> None:
    await cadre.says(QUESTION)
    await staff.says("/chuatraloi")
    await staff.taps("Phụ cấp")
    assert "rút gọn" in await staff.says("a" * 2000)
    await staff.says(ANSWER)
    await staff.taps("Không nêu căn cứ")
    assert "chọn một mục" in await staff.says("gì cơ")
    assert "chưa lưu gì" in await staff.taps("Hủy")
    assert QUESTION in await staff.says("/chuatraloi")
