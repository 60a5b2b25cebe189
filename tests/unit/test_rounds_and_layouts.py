"""What a report that is asked for now and then is compared with; and which layout the consolidated report has."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import pytest_asyncio
from docx import Document

from bot.exports.typeset import fill
from bot.storage import Store
from handlers.pulling.consolidated import fields, of_the_party
from handlers.pulling.summary import period_before
from handlers.records.people import Unit
from knowledge.period import Period
from tests.support.province import FORM, NAMES, NOON, Province, a_province

ROUNDS = [Period.of("ad-hoc", NOON.date().replace(day=day)).code for day in (2, 9, 17)]


@pytest_asyncio.fixture
async def province(sqlite_store: Store, tmp_path: Path) -> Province:
    return await a_province(sqlite_store, tmp_path)


async def test_an_occasional_report_is_compared_with_the_last_round(province: Province) -> None:
    for number, period in enumerate(ROUNDS):
        await province.files(NAMES[3], period, so_cuoc_tiep_dan=3 + number)
    form = province.world.forms[FORM]
    before = await province.world.store.read(lambda tx: period_before(tx, form, Period.from_code(ROUNDS[2])))
    assert before.code == ROUNDS[1]
    first = await province.world.store.read(lambda tx: period_before(tx, form, Period.from_code(ROUNDS[0])))
    assert first == Period.from_code(ROUNDS[0]).previous()
    month = Period.of("month", NOON.date())
    assert await province.world.store.read(lambda tx: period_before(tx, form, month)) == month.previous()


async def test_a_reviewer_sees_the_last_round_beside_an_occasional_report(province: Province) -> None:
    await province.files(NAMES[3], ROUNDS[0], so_cuoc_tiep_dan=3)
    receipt = await province.files(NAMES[3], ROUNDS[2], so_cuoc_tiep_dan=5)
    assert f"So với {Period.from_code(ROUNDS[0]).label}" in await province.staff.says(f"/xetduyet {receipt}")


@pytest.mark.parametrize(
    ("name", "party"),
    [
        ("Ban Tuyên giáo và Dân vận Tỉnh ủy", True),
        ("Ban Dân vận Tỉnh uỷ", True),
        ("Tỉnh ủy", True),
        ("Văn phòng Tỉnh ủy", True),
        ("Đảng ủy phường Tân An", True),
        ("Sở Nội vụ", False),
        ("Văn phòng UBND tỉnh", False),
        ("Ban Dân tộc", False),
        ("Ban Quản lý các khu công nghiệp", False),
    ],
)
def test_a_body_of_the_party_is_told_by_its_name(name: str, party: bool) -> None:
    assert of_the_party(Unit(1, name, "office", None)) is party


@pytest.mark.parametrize("party", [True, False])
async def test_the_head_is_that_of_the_party_or_of_the_state(province: Province, party: bool) -> None:
    name = "Ban Tuyên giáo và Dân vận Tỉnh ủy" if party else "Sở Nội vụ"
    form, period = province.world.forms[FORM], Period.from_code("2026-Q3")
    office = Unit(99, name, "office", province.id)
    filled = await province.world.store.read(
        lambda tx: fields(tx, form, period, tx.units_within(province.id), office, NOON.date())
    )
    document = Document(io.BytesIO(fill(None, filled, party=party)))
    left, right = (cell.text for cell in document.tables[0].rows[0].cells)
    everything = left + right
    assert ("ĐẢNG CỘNG SẢN VIỆT NAM" in right) is party
    assert ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in everything) is not party
    if party:
        assert [line.strip() for line in left.splitlines() if line.strip()][:3] == [
            "TỈNH ỦY TRUNG NAM", "BAN TUYÊN GIÁO VÀ DÂN VẬN", "*",
        ]  # fmt: skip
        assert "-BC/BTGDVTU" in left
    else:
        assert "/BC-SNV" in left


async def test_a_card_shows_what_changed_and_the_rest_on_demand(province: Province) -> None:
    form = province.world.forms[FORM]
    first, second = form.questions[:2]
    await province.files(NAMES[3], "2026-Q2", **{first.name: "3", second.name: "1"})
    receipt = await province.files(NAMES[3], "2026-Q3", **{first.name: "5", second.name: "1"})
    card = await province.staff.says(f"/xetduyet {receipt}")
    assert f"So với quý II/2026:\n- {first.title}" in card
    assert second.title not in card
    everything = await province.staff.taps("Xem đủ")
    assert f"1. {first.title}" in everything
    assert f"2. {second.title}" in everything
    assert "Xem đủ" not in " ".join(choice.label for choice in province.staff.choices)
