"""From an answer to the full text, on and back, and to the documents that it cites."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage import Store
from tests.support.world import Chat, World

HEAD = """ỦY BAN NHÂN DÂN
TỈNH SÔNG BẠCH
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 61/KH-UBND
Sông Bạch, ngày 03 tháng 3 năm 2026

KẾ HOẠCH
Vận động nhân dân giữ sạch bến sông

Căn cứ Kết luận số 43-KL/TW ngày 07 tháng 01 năm 2019 của Ban Bí thư;

"""
BODY = "\n\n".join(
    f"{number}. Bến thứ {number}: các xã cử người trực, ghi sổ mỗi ngày và treo bảng nội quy ở nơi dễ thấy. "
    "Người trực thay nhau theo tuần, có tên trên bảng."
    for number in range(1, 41)
)


@pytest.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


@pytest.fixture
async def cadre(world: World) -> Chat:
    province = await world.unit("Tỉnh Sông Bạch", "province")
    staff = await world.person("Chị Chuyên Viên", "staff", province)
    await staff.shows("ben-song.txt", (HEAD + BODY).encode())
    return await world.person("Anh Cán Bộ", "cadre", await world.unit("Xã Bến", "commune", province))


async def test_an_answer_leads_to_the_full_text_and_on_and_back(cadre: Chat) -> None:
    assert "61/KH-UBND" in await cadre.says("vb nao ve giu sach ben song")
    first = await cadre.taps("Nguyên văn")
    second = await cadre.taps("Đọc tiếp")
    assert "Bến thứ" in second
    assert second not in first
    assert "SÔNG BẠCH" in await cadre.taps("Trang trước")
    await cadre.taps("Đọc tiếp")
    assert "mục" in (await cadre.taps("Đọc tiếp")).split("\n")[0]


async def test_an_answer_leads_to_the_documents_that_it_cites(cadre: Chat) -> None:
    await cadre.says("vb nao ve giu sach ben song")
    assert "43-KL/TW" in await cadre.taps("Văn bản liên quan")
    assert "Ban Bí thư" in await cadre.taps("43-KL/TW")
