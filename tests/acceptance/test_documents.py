"""Staff put documents in; cadres ask; deadlines go into the calendar. Through the real turns, on a real store."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage import Store
from tests.support.world import Chat, World

PLAN = """ỦY BAN NHÂN DÂN
TỈNH BÌNH LÂM
Số: 45/KH-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Bình Lâm, ngày 12 tháng 02 năm 2026

KẾ HOẠCH
Đẩy mạnh phong trào thi đua “Dân vận khéo” năm 2026

Căn cứ Kết luận số 43-KL/TW ngày 07/01/2019 của Ban Bí thư, UBND tỉnh ban hành kế hoạch như sau:

I. MỤC ĐÍCH

1. Mỗi xã có ít nhất hai mô hình giúp hộ neo đơn sửa nhà trước mùa mưa.

II. TỔ CHỨC THỰC HIỆN

1. UBND các xã, phường rà soát, đăng ký mô hình và công khai ở nhà văn hóa thôn.

2. UBND các xã, phường gửi báo cáo kết quả về Sở Nội vụ trước ngày 30/10 hằng năm.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Lê Minh Tâm
"""


@pytest_asyncio.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


@pytest_asyncio.fixture
async def province(world: World) -> dict[str, int]:
    root = await world.unit("Tỉnh Bình Lâm", "province")
    office = await world.unit("Sở Nội vụ", "office", root)
    communes = {name: await world.unit(name, "commune", root) for name in ("Xã Sơn Hà", "Xã Sơn Hạ", "Xã An Phú")}
    return {"root": root, "office": office, **communes}


@pytest_asyncio.fixture
async def staff(world: World, province: dict[str, int]) -> Chat:
    return await world.person("Trần Thu", "staff", province["office"])


@pytest_asyncio.fixture
async def cadre(world: World, province: dict[str, int]) -> Chat:
    return await world.person("Nguyễn An", "cadre", province["Xã An Phú"])


async def test_a_document_is_read_and_its_deadline_confirmed_after_its_next_days_were_seen(
    world: World, staff: Chat
) -> None:
    shown = await staff.shows("ke-hoach.txt", PLAN.encode())
    assert "45/KH-UBND" in shown
    assert "12/02/2026" in shown
    assert "trước ngày 30/10 hằng năm" in shown
    assert "thứ Bảy 30/10/2027" in shown
    assert "thứ Sáu 29/10/2027" in shown, "the last working day"
    done = await staff.taps("Xác nhận")
    assert "Đã đưa vào lịch" in done
    deadlines = await world.store.read(lambda tx: tx.deadlines())
    assert [(one.rule.every, one.rule.month, one.rule.day, one.rule.exclusive) for one in deadlines] == [
        ("year", 10, 30, True)
    ]
    assert deadlines[0].quote is not None
    assert deadlines[0].quote in PLAN


async def test_the_same_document_twice_is_recognised(world: World, staff: Chat) -> None:
    await staff.shows("ke-hoach.txt", PLAN.encode())
    await staff.taps("Xác nhận")
    again = await staff.shows("ten-khac.txt", PLAN.encode())
    assert "đã có trong kho" in again
    assert len(await world.store.read(lambda tx: tx.document_texts(0))) == 1
    assert "Không còn hạn nào" in await staff.taps("Xem lại các hạn")


async def test_a_cadre_asks_and_gets_the_quote_its_place_and_no_claim_of_validity(
    world: World, staff: Chat, cadre: Chat
) -> None:
    await staff.shows("ke-hoach.txt", PLAN.encode())
    said = await cadre.says("han nop bao cao dan van kheo?")
    assert "30/10" in said
    assert "45/KH-UBND" in said
    assert "Hiệu lực: chưa rõ" in said
    quote = said.split("“", 1)[1].rsplit("”", 1)[0]
    assert quote in PLAN
    original = await cadre.taps("Nguyên văn")
    assert "trước ngày 30/10 hằng năm" in original
    related = await cadre.says("lienquan 1")
    assert "43-KL/TW" in related


async def test_a_follow_up_stays_with_the_document_just_shown_for_a_while(
    world: World, staff: Chat, cadre: Chat
) -> None:
    await staff.shows("ke-hoach.txt", PLAN.encode())
    other = (
        PLAN.replace("45/KH-UBND", "46/KH-UBND").replace("30/10", "15/11").replace("Dân vận khéo", "Bình dân học vụ")
    )
    await staff.shows("khac.txt", other.encode())
    for number, day in (("46/KH-UBND", "15/11"), ("45/KH-UBND", "30/10")):
        await cadre.says(f"/vanban {number}")
        assert day in await cadre.says("hạn nộp là khi nào?"), number
    world.clock.move(dt.timedelta(hours=2))
    await cadre.says("hạn nộp là khi nào?")
    state = await world.store.read(lambda tx: tx.conversation(f"person:{cadre.person_id}"))
    assert state.conversation is not None, "a remembered document blocks nothing"


async def test_a_file_sent_after_an_answer_is_a_document_and_no_follow_up(world: World, staff: Chat) -> None:
    await staff.shows("ke-hoach.txt", PLAN.encode())
    await staff.taps("Bỏ hạn này")
    await staff.says("45/KH-UBND")
    assert "đã có trong kho" in await staff.shows("ke-hoach.txt", PLAN.encode())


async def test_a_refusal_is_polite_and_kept_for_staff_without_telephone_numbers(
    world: World, staff: Chat, cadre: Chat
) -> None:
    assert "Không có" in await cadre.says("giá vàng hôm nay gọi 0912345678 bao nhiêu")
    listed = await staff.says("/chuatraloi")
    assert "giá vàng" in listed
    assert "0912345678" not in listed
    assert "không thuộc quyền" in await cadre.says("/chuatraloi")


async def test_a_question_about_a_private_person_is_refused_and_not_kept(
    world: World, staff: Chat, cadre: Chat
) -> None:
    assert "thông tin riêng" in await cadre.says("số điện thoại của ông Nguyễn Văn Ba là bao nhiêu")
    assert "Chưa có câu hỏi" in await staff.says("/chuatraloi")


async def test_an_answer_that_was_not_meant_is_kept_for_staff(world: World, staff: Chat, cadre: Chat) -> None:
    await cadre.says("van ban 120-kl/tw")
    assert "ghi câu hỏi này lại" in await cadre.taps("Không đúng ý")
    assert "không đúng ý" in await staff.says("chưa trả lời")


async def test_words_after_van_ban_that_are_no_number_are_a_question(world: World, cadre: Chat) -> None:
    assert "120-KL/TW" in await cadre.says("van ban nao noi ve qcdc o co so")
    assert "120-KL/TW" in await cadre.says("van ban 120-kl/tw")
    assert "Gõ số" in await cadre.says("/vanban") or "gõ số" in await cadre.says("/vanban")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("trong.txt", b"", "không có nội dung"),
        ("anh.docx", b"\xff\xd8\xff\xe0" + b"0" * 100, "gửi"),
    ],
)
async def test_a_file_that_cannot_be_read_gets_one_clear_sentence(
    world: World, staff: Chat, name: str, data: bytes, said: str
) -> None:
    answer = await staff.shows(name, data)
    assert name in answer
    assert said in answer
    assert len(answer.splitlines()) == 1


async def test_units_are_never_picked_silently_and_the_date_can_be_mended(world: World, staff: Chat) -> None:
    await staff.shows("ke-hoach.txt", PLAN.encode())
    await staff.taps("Đổi đơn vị")
    unclear = await staff.says("son ha, An Phú")
    assert "Sơn Hà" in unclear
    assert "Sơn Hạ" in unclear
    card = await staff.says("xã Sơn Hạ, an phu")
    assert "Xã Sơn Hạ, Xã An Phú" in card
    await staff.taps("Sửa ngày")
    assert "chưa hiểu" in await staff.says("khi nào cũng được")
    card = await staff.says("ngày 5 hằng tháng")
    assert "05/12/2026" in card
    await staff.taps("Xác nhận")
    (deadline,) = await world.store.read(lambda tx: tx.deadlines())
    assert deadline.rule.every == "month"
    assert len(deadline.audience["units"]) == 2


async def test_a_dropped_deadline_is_not_put_in_force(world: World, staff: Chat) -> None:
    await staff.shows("ke-hoach.txt", PLAN.encode())
    assert "Không còn hạn nào" in await staff.taps("Bỏ hạn này")
    assert await world.store.read(lambda tx: tx.deadlines()) == []


async def test_a_single_day_of_the_past_is_shown_as_over_and_never_rolls_forward(world: World, staff: Chat) -> None:
    text = PLAN.replace("trước ngày 30/10 hằng năm", "trước ngày 15/10/2021")
    shown = await staff.shows("cu.txt", text.encode())
    assert "đã qua" in shown
    assert [choice.label for choice in staff.choices if choice.action == ":confirm"] == []
    await staff.taps("Nhập ngày")
    assert "đã qua" in await staff.says("15/10/2021")
    assert "Áp dụng cho" in await staff.says("15/12/2026")
    await staff.taps("Xác nhận")
    (deadline,) = await world.store.read(lambda tx: tx.deadlines())
    assert str(deadline.rule.date) == "2026-12-15"


async def test_documents_in_a_row_are_reviewed_one_after_the_other(world: World, staff: Chat) -> None:
    await staff.shows("mot.txt", PLAN.encode())
    second = PLAN.replace("45/KH-UBND", "46/KH-UBND").replace("30/10", "15/11")
    assert "xem tiếp sau" in await staff.shows("hai.txt", second.encode())
    following = await staff.taps("Xác nhận")
    assert "46/KH-UBND" in following
    assert "15/11" in following
    assert "Đã đưa 2 hạn" in await staff.taps("Xác nhận")


@pytest.mark.parametrize("key", ["²", "9" * 30, "9" * 5000, "-1", "0", "٣", "1 @" + "9" * 30, "1 mục không có"])
@pytest.mark.parametrize("command", ["nguyenvan", "lienquan", "duyethan", "xemhan", "ketthuchan"])
async def test_a_key_that_is_none_gets_a_polite_sentence(world: World, staff: Chat, command: str, key: str) -> None:
    said = await staff.says(f"/{command} {key}")
    assert said
    assert "trục trặc" not in said


async def test_a_deadline_of_an_office_is_proposed_for_that_office_and_names_of_several_differ(
    world: World, staff: Chat, province: dict[str, int]
) -> None:
    text = PLAN.replace("hằng năm.\n", "hằng năm.\n\n3. Sở Nội vụ tổng hợp, báo cáo UBND tỉnh trước ngày 31/12/2027.\n")
    cards = [await staff.shows("kh.txt", text.encode()), await staff.taps("Xác nhận")]
    office = next(card for card in cards if "Ai báo cáo: Sở Nội vụ" in card)
    assert "Áp dụng cho: Sở Nội vụ" in office
    await staff.taps("Xác nhận")
    kept = await world.store.read(lambda tx: tx.deadlines())
    assert len({one.title for one in kept}) == 2
    assert {"units": [province["office"]], "roles": ["staff"]} in [one.audience for one in kept]
