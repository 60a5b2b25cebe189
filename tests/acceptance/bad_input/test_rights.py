"""Strangers, neighbours, and people whose rights have ended: what is not theirs they neither learn nor touch."""

from __future__ import annotations

from bot.storage.schema import acknowledgement, deadline, document, report
from handlers.records.people import RemovePerson
from handlers.texts import say
from tests.acceptance.test_documents import PLAN
from tests.support.clumsy import FIFTY_MB, FORM, Province, file_report


async def test_a_stranger_learns_nothing_but_how_to_enrol(province: Province) -> None:
    await province.staff.shows("a.txt", PLAN.encode())
    receipt = await file_report(province.binh)
    theirs = next(one for one in reversed(province.binh.messages) if one.choices)
    stranger = province.world.stranger()
    for line in ("xin chào", f"/xem {receipt}", "45/KH-UBND", "hạn nộp báo cáo dân vận khéo?", "", "👍", "x" * 10_000):
        assert await stranger.says(line) == say("enrol.how"), line[:20]
    for name, data in (("a.txt", PLAN.encode()), ("to.pdf", FIFTY_MB), ("rong.pdf", b"")):
        assert await stranger.shows(name, data, "/themvanban") == say("enrol.how")
    assert await stranger.presses(theirs, 0) == say("enrol.how")
    assert await province.count(document) == 1


async def test_a_cadre_neither_sees_nor_touches_another_commune(province: Province) -> None:
    await province.staff.shows("a.txt", PLAN.encode())
    await province.staff.taps("Xác nhận")
    await province.staff.says("/thongbao Mời họp giao ban")
    await province.staff.says("An Phú")
    await province.staff.says("mọi người")
    await province.staff.taps("Gửi cho")
    received = next(one for one in province.binh.messages if "giao ban" in one.text)
    uid = received.choices[0].action.split()[1]
    receipt = await file_report(province.binh)
    before = [await province.count(table) for table in (report, acknowledgement, deadline, document)]
    lines = [
        f"/xem {receipt}", f"xem {receipt}", "/xem Xã An Phú", "/xem #4", "/xem #4 dan-van-kheo 2026-10",
        "/gui dan-van-kheo 2026-10 00000000", f"/theodoi {uid}", f"/theodoi {uid} nhac", "/duyethan 1", "duyethan 1",
        "/ketthuchan 1 dongy", "/nguyenvan 999", "/nguyenvan 99999999999999999999", "/nguyenvan 1 @99999999",
        "/lienquan 999", f"/dadoc {uid}", "/dadoc", "/chuanop", "/xuat dan-van-kheo 2026-10", "/moi Xã An Phú",
    ]  # fmt: skip
    for line in lines:
        said = await province.an.says(line)
        assert said, line
        assert "Lê Bình" not in said, line
        assert "giao ban" not in said, line
        await province.an.says("/huy")
    assert [await province.count(table) for table in (report, acknowledgement, deadline, document)] == before
    assert "Đã ghi nhận" in await province.binh.presses(received, 0)


async def test_a_person_removed_in_the_middle_of_a_form_is_a_stranger_and_a_colleague_goes_on(
    province: Province,
) -> None:
    colleague = await province.world.person("Vi Văn Páo", "cadre", province.son_ha)
    await province.an.says(FORM)
    await province.an.says("7")
    last = province.an.messages[-1]
    remove, now = RemovePerson(province.an.person_id), province.world.clock.now()
    await province.world.store.write(lambda tx: tx.apply(remove, province.staff.person_id, now))
    assert await province.an.says("8") == say("enrol.how")
    assert await province.an.presses(last, 0) == say("enrol.how")
    assert "Nguyễn An cùng đơn vị đang làm" in await colleague.says("/nhap")
    assert "Câu 2/10" in await colleague.taps("Nhận làm tiếp")


async def test_whoever_takes_back_the_yes_is_asked_again_and_keeps_the_draft(province: Province) -> None:
    await province.an.says(FORM)
    await province.an.says("7")
    await province.change(province.an, agreed_version=None)
    assert "Anh/chị có đồng ý không?" in await province.an.says("8")
    assert await province.an.says("không") == say("enrol.declined_again")
    assert "Câu" not in await province.an.says("/nhap")
    await province.an.says("đồng ý")
    assert "Câu 2/10" in await province.an.says("/nhap")
