"""/gopnguoi: staff see both, choose who is kept, and both are told; a code never does it silently."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage import Store
from handlers.texts import say
from tests.support.world import World
from tests.unit.test_accounts import code_in, people


@pytest_asyncio.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


async def test_from_the_card_to_one_person_of_two(world: World) -> None:
    chats = await people(world)
    staff, cadre = chats["staff"], chats["cadre"]
    twin = await world.person("Le Thi Hoa", "cadre", 4)
    await staff.says("/danhba Lê Thị Hoa")
    await staff.taps("Lê Thị Hoa")
    said = await staff.taps("Gộp với người khác")
    assert "đăng ký hai lần" in said
    assert staff.choices[0].label == "Le Thi Hoa (Xã Bình Minh)", "the same name comes first"
    said = await staff.says("1")
    assert "1. Lê Thị Hoa, Cán bộ, Xã Sơn Hà" in said
    assert "2. Le Thi Hoa" in said
    assert "Hai đơn vị khác nhau" in said
    done = await staff.taps("Giữ số 1")
    assert "Đã gộp" in done
    for chat in (cadre, twin):
        assert "gộp thành một: Lê Thị Hoa" in chat.messages[-1].text
    assert "Lê Thị Hoa" in await twin.says("/taikhoan")
    assert "Le Thi Hoa" not in await staff.says("/danhba")
    assert "Không tìm thấy ai" in await staff.says(f"/gopnguoi {twin.person_id} {cadre.person_id} giu")


async def test_the_other_is_found_by_name_and_nothing_happens_on_the_way_out(world: World) -> None:
    chats = await people(world)
    staff = chats["staff"]
    await staff.says("/gopnguoi Lê Thị Hoa")
    assert 'Không tìm thấy ai khác tên "Không Có Ai"' in await staff.says("Không Có Ai")
    assert "2. Ngô Văn Bình" in await staff.says("ngo van binh")
    await staff.says("/gopnguoi Lê Thị Hoa")
    assert await staff.says("hủy") == say("same.cancelled")
    assert "Ngô Văn Bình" in await staff.says("/danhba Bình")


@pytest.mark.parametrize("who", ["admin", "staff"])
async def test_staff_may_not_merge_those_whom_they_may_not_let_in(world: World, who: str) -> None:
    chats = await people(world)
    staff, above = chats["staff"], chats[who]
    assert "chỉ người quản trị" in await staff.says(f"/gopnguoi {above.person_id}")
    words = f"/gopnguoi {chats['cadre'].person_id} {above.person_id} giu"
    assert "Đã gộp" not in await staff.says(words)


async def test_an_admin_who_enrolled_twice_is_the_one_who_is_kept(world: World) -> None:
    chats = await people(world)
    admin, cadre = chats["admin"], chats["cadre"]
    await admin.says(f"/gopnguoi {cadre.person_id} {admin.person_id}")
    assert [one.label for one in admin.choices if one.label.startswith("Giữ")] == [
        "Giữ số 2: Trần Quản Trị (Sở Nội vụ)"
    ]
    refused = await admin.says(f"/gopnguoi {cadre.person_id} {admin.person_id} giu")
    assert refused == say("same.not_yourself")


async def test_a_code_for_linking_typed_by_somebody_else_says_whom_to_ask_and_merges_nobody(world: World) -> None:
    """Whether the code is good or not, so that nobody learns by it which codes are."""
    chats = await people(world)
    code = code_in((await chats["cadre"].says("/lienket")).partition("\n")[0])
    good, bad = [await chats["other"].says(f"lien ket {one}") for one in (code, "1234-5678")]
    assert good == bad
    assert "/gopnguoi Ngô Văn Bình" in good
    assert "Ngô Văn Bình" in await chats["other"].says("/taikhoan")
