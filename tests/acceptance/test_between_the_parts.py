"""What people do between two parts of the product: a question in a report, a way back, a file that fails."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.storage import Store
from knowledge.period import Period, parse_period
from tests.support.world import Chat, World


@pytest_asyncio.fixture
async def cadre(sqlite_store: Store, tmp_path: Path) -> Chat:
    world = World(sqlite_store, tmp_path)
    root = await world.unit("Tỉnh Hải Lâm", "province")
    return await world.person("Lê An", "cadre", await world.unit("Xã An Bình", "commune", root))


async def test_a_question_typed_where_a_number_is_waited_for_is_answered_and_the_report_waits(cadre: Chat) -> None:
    await cadre.says("/baocao dân vận khéo tháng 11")
    answer = await cadre.says("bao nhieu ngay phai tra loi kien nghi sau doi thoai?")
    assert "cần một con số" not in answer
    assert "Câu 1/" in await cadre.taps("Làm tiếp báo cáo")
    assert "Câu 2/" in await cadre.says("12")


async def test_back_typed_with_nothing_open_leads_to_the_menu(cadre: Chat) -> None:
    await cadre.says("quay lai")
    assert "baocao" in [choice.action for choice in cadre.choices]


async def test_who_waits_for_a_file_that_cannot_be_made_is_told_soon(cadre: Chat) -> None:
    staff = await cadre.world.person("Trần Bình", "admin", await cadre.world.unit("Sở Nội vụ", "office", 1))

    async def fails(file: Any) -> Any:
        raise RuntimeError("no file")

    world = cadre.world
    world.sender._find_file = fails
    assert "chưa làm được tệp" not in await staff.says("/xuat dân vận khéo tháng 10")
    for _ in range(2):
        world.clock.move(dt.timedelta(seconds=5))
        await world.settle()
    assert "chưa làm được tệp" in staff.messages[-1].text
    assert not staff.messages[-1].files


@pytest.mark.parametrize("typed", ["ti", "ti …", "tư", "tam", "tu"])
def test_a_syllable_that_begins_with_t_is_no_month(typed: str) -> None:
    assert parse_period(typed, dt.date(2026, 11, 22)) is None
    assert parse_period("t1", dt.date(2026, 11, 22)) == Period("month", 2026, 1)


async def test_a_report_called_for_without_a_slash_opens(cadre: Chat) -> None:
    assert "Câu 1/" in await cadre.says("bao cao dan van kheo thang 11")


async def test_a_number_typed_again_after_a_complaint_complains_no_second_time(cadre: Chat) -> None:
    await cadre.says("Văn bản nào chỉ đạo về dân chủ ở cơ sở?")
    place = [choice.label for choice in cadre.choices].index("Không đúng ý") + 1
    await cadre.says(str(place))
    thanks = cadre.messages[-1].text
    assert await cadre.says(str(place)) != thanks


async def test_what_can_be_corrected_is_listed_when_no_receipt_is_named(cadre: Chat) -> None:
    assert "Không có báo cáo nào còn sửa được" in await cadre.says("/suabaocao")
    await cadre.says("/baocao dân vận khéo tháng 10: 10 mô hình đăng ký, 8 mô hình hiệu quả, 2 mô hình mới")
    assert "mã tiếp nhận" in await cadre.says("/lichsu")
