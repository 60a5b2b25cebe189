"""What clumsy and hostile people send: each gets one clear sentence, and nothing is lost, doubled or given away."""

from __future__ import annotations

import datetime as dt
import io
import re
import sqlite3
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from reportlab.pdfgen.canvas import Canvas

from bot.channels.base import Outgoing
from bot.storage import Store, Transaction
from bot.storage.schema import acknowledgement, deadline, document, inbox, person, report, unanswered
from handlers.people.codes import hash_code, new_code
from handlers.records.people import IssueCode, RemovePerson
from handlers.texts import say
from tests.acceptance.test_documents import PLAN
from tests.support.pictures import jpeg
from tests.support.world import Chat, World

JPEG = jpeg()
PROGRAM = b"MZ\x90\0" + b"\0\1\2" * 3000
FORM = "/baocao dan-van-kheo tháng 10/2026"
RECEIPT = re.compile(r"Mã tiếp nhận: (\S+)")


def pdf(text: str = "", password: str | None = None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=password)
    canvas.drawString(80, 700, text) if text else canvas.rect(80, 80, 200, 200, fill=1)
    canvas.save()
    return out.getvalue()


@cache
def flood() -> bytes:
    """A small Word file that unpacks to 150 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        for _ in range(150):
            part.write(b"0" * 1024 * 1024)
    return out.getvalue()


LOCKED_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
FIFTY_MB = b"%PDF-1.7\n" + b"0" * (50 * 1024 * 1024)

UNREADABLE = {
    "rong.docx": (lambda: b"", "không có nội dung"),
    "trang.txt": (lambda: b" \n\n ", "không có nội dung"),
    "khoa.pdf": (lambda: pdf("Báo cáo", "bi-mat"), "có mật khẩu"),
    "khoa.docx": (lambda: LOCKED_WORD, "có mật khẩu"),
    "chup.pdf": (pdf, "là bản chụp"),
    "to.pdf": (lambda: FIFTY_MB, "quá lớn"),
    "phan-mem.pdf": (lambda: PROGRAM, "không đúng với đuôi tên"),
    "bom.docx": (flood, "quá lớn"),
    "hong.pdf": (lambda: b"%PDF-1.7 hong", "bị hỏng"),
    "nham.docx": (lambda: b"PK\x03\x04 not an archive", "bị hỏng"),
    "phan-mem.exe": (lambda: PROGRAM, "thuộc loại chưa đọc được"),
    "anh.jpg": (lambda: JPEG, "thuộc loại chưa đọc được"),
}


@dataclass
class Province:
    """Everybody whom the tests need."""

    world: World
    office: int
    son_ha: int
    staff: Chat
    boss: Chat
    an: Chat
    """A cadre of Sơn Hà."""
    binh: Chat
    """A cadre of An Phú."""

    async def count(self, table: sa.Table) -> int:
        return await self.world.store.read(
            lambda tx: tx.connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        )

    async def change(self, who: Chat, **values: Any) -> None:
        statement = person.update().where(person.c.id == who.person_id).values(values)
        await self.world.store.write(lambda tx: tx.connection.execute(statement) and None)

    async def code(self, *, days: int = 7, fresh: str = "1" * 32) -> str:
        code, now = new_code(fresh), self.world.clock.now()
        issue = IssueCode(hash_code(code), self.son_ha, "cadre", None, now + dt.timedelta(days=days))
        await self.world.store.write(lambda tx: tx.apply(issue, self.staff.person_id, now))
        return code


@pytest_asyncio.fixture
async def province(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Province]:
    world = World(sqlite_store, tmp_path)
    root = await world.unit("Tỉnh Bình Lâm", "province")
    office = await world.unit("Sở Nội vụ", "office", root)
    son_ha, an_phu = await world.unit("Xã Sơn Hà", "commune", root), await world.unit("Xã An Phú", "commune", root)
    found = Province(
        world,
        office,
        son_ha,
        await world.person("Trần Thu", "staff", office),
        await world.person("Đỗ Hải", "supervisor", office),
        await world.person("Nguyễn An", "cadre", son_ha),
        await world.person("Lê Bình", "cadre", an_phu),
    )
    yield found
    assert not [one.text for one in world.channel.sent if "hãy báo mã" in one.text], "somebody saw an internal error"
    failed = sa.select(inbox.c.payload).where(inbox.c.state == "failed")
    assert not await world.store.read(lambda tx: list(tx.connection.scalars(failed)))


async def file_report(chat: Chat) -> str:
    """Fill a whole report in and send it; gives the receipt number."""
    await chat.says(FORM)
    for _ in range(7):
        await chat.says("1")
    await chat.taps("Bỏ qua")
    await chat.taps("Bỏ qua")
    await chat.shows("minh-chung.jpg", JPEG)
    await chat.taps("Xong")
    found = RECEIPT.search(await chat.taps("Gửi"))
    assert found
    return found[1]


# --- files ---


async def test_each_document_that_cannot_be_read_gets_staff_one_sentence_with_the_reason(province: Province) -> None:
    for number, (name, (make, reason)) in enumerate(UNREADABLE.items()):
        said = await province.staff.shows(name, make(), "văn bản mới đây" if number % 2 else "")
        assert reason in said, name
        assert said.count("Tệp “") == 1, name
        assert said.count("Mời anh/chị") == 1, name
    assert await province.count(document) == 0


async def test_a_cadres_file_that_nobody_asked_for_gets_one_sentence_and_the_way_to_send_it(province: Province) -> None:
    for name, (make, _) in UNREADABLE.items():
        said = await province.an.shows(name, make(), "gửi anh")
        assert said.count(f"Tệp “{name}”") == 1
        assert said.count("\n") == 0
    assert "rỗng" in await province.an.shows("rong.docx", b"")
    assert "20 MB" in await province.an.shows("to.pdf", FIFTY_MB)
    assert "/baocao" in await province.an.shows("anh.jpg", JPEG)
    assert "/baocao" not in await province.boss.shows("anh.jpg", JPEG), "supervisors send no reports"
    assert await province.count(document) == 0


async def test_a_pdf_that_is_called_a_picture_is_read_for_what_it_is(province: Province) -> None:
    assert "Đã lưu “anh.jpg”" in await province.staff.shows("anh.jpg", pdf("So: 45/KH-UBND"))
    assert await province.count(document) == 1


async def test_two_documents_in_one_message_are_both_kept_and_one_again_is_recognised(province: Province) -> None:
    second = PLAN.replace("45/KH-UBND", "46/KH-UBND").encode()
    said = "\n".join(m.text for m in await province.staff._answers(files={"a.txt": PLAN.encode(), "b.txt": second}))
    assert "Đã lưu “a.txt”" in said
    assert "Đã lưu “b.txt”" in said
    assert "đã có trong kho" in await province.staff.shows("lai.txt", PLAN.encode())
    assert await province.count(document) == 2


async def test_an_unreadable_file_beside_an_open_deadline_does_not_ask_the_deadline_again(province: Province) -> None:
    card = await province.staff.shows("a.txt", PLAN.encode())
    assert "Hạn 1/1" in card
    assert "Hạn 1/1" not in await province.staff.shows("rong.docx", b"")
    assert "Đã đưa vào lịch" in await province.staff.taps("Xác nhận")


async def test_a_program_is_no_proof_and_no_announcement_whatever_it_is_called(province: Province) -> None:
    await province.an.says(FORM)
    assert "không thuộc loại nhận được" in await province.an.shows("phan-mem.pdf", PROGRAM)
    assert "Đã ghi anh.jpg" in await province.an.shows("anh.jpg", JPEG)
    assert "không thuộc loại nhận được" in await province.staff.shows("phan-mem.pdf", PROGRAM, "/thongbao Mời họp")
    kept = await province.world.store.read(lambda tx: tx.report(province.son_ha, "dan-van-kheo", "2026-10"))
    assert kept is not None
    assert len(kept.answers["minh_chung"]) == 1


async def test_a_document_sent_while_a_form_is_open_goes_to_its_proof_and_the_question_stays(
    province: Province,
) -> None:
    await province.an.says(FORM)
    said = await province.an.shows("ke-hoach.txt", PLAN.encode(), "gửi văn bản")
    assert "Đã ghi ke-hoach.txt vào câu 10" in said
    assert "Câu 1/10" in said
    assert "Câu 2/10" in await province.an.says("3")


async def test_a_file_on_which_a_reader_stumbles_holds_up_nobody(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(data: bytes, name: str) -> str:
        raise RecursionError

    monkeypatch.setattr("bot.fetching.read_text", stumble)
    assert "bị hỏng" in await province.staff.shows("a.txt", PLAN.encode())
    assert "Anh/chị gõ câu hỏi" in await province.staff.says("/trogiup")


async def test_a_file_whose_reading_never_ends_is_given_up_and_holds_up_nobody(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reading.SECONDS", 0.001)
    assert "quá lớn" in await province.staff.shows("a.pdf", pdf("So: 45/KH-UBND"))
    assert "Anh/chị gõ câu hỏi" in await province.staff.says("/trogiup")


# --- answers ---


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


# --- buttons and repetitions ---


async def test_two_messages_at_once_are_two_answers_in_their_order(province: Province) -> None:
    await province.an.says(FORM)
    await province.an.sends(text="4")
    await province.an.sends(text="3")
    await province.world.settle()
    assert "Câu 3/10" in province.an.messages[-1].text
    kept = await province.world.store.read(lambda tx: tx.report(province.son_ha, "dan-van-kheo", "2026-10"))
    assert kept is not None
    assert list(kept.answers.values()) == [4, 3]


async def test_buttons_that_are_old_forged_or_somebody_elses_change_nothing(province: Province) -> None:
    receipt = await file_report(province.binh)
    theirs = next(one for one in reversed(province.binh.messages) if one.choices)
    await province.an.says(FORM)
    await province.an.says("3")
    old = province.an.messages[-1]
    await province.an.says("3")
    forged = [(theirs, 0), (theirs, 99), *((_message(key), 0) for key in (0, -1, 10**12, 2**63, 10**40)), (old, -1)]
    for message, index in [*forged, (old, 0)]:
        said = await province.an.presses(message, index)
        assert said.startswith(say("help.stale")), (message.id, index)
        assert "Câu 3/10" in said
        assert receipt not in said


def _message(key: int) -> Outgoing:
    return Outgoing(key, "", "")


async def test_an_update_delivered_three_times_across_restarts_sends_one_report(province: Province) -> None:
    await province.an.says(FORM)
    for _ in range(7):
        await province.an.says("1")
    await province.an.taps("Bỏ qua")
    await province.an.taps("Bỏ qua")
    await province.an.shows("anh.jpg", JPEG)
    await province.an.taps("Xong")
    review = province.an.messages[-1]
    before = len(province.an.messages)
    for _ in range(3):
        await province.an.sends(key="the same", pressed=[review.id, 0])
        province.world.restart()
        await province.world.settle()
    assert len(province.an.messages) == before + 1
    assert await province.count(report) == 1
    receipt = RECEIPT.search(province.an.messages[-1].text)
    assert receipt
    assert receipt[1] in await province.an.presses(review, 0), "tapped again: the same receipt"


# --- codes ---


async def test_a_code_used_by_two_people_at_once_lets_one_in(province: Province) -> None:
    code = await province.code()
    one, two = province.world.stranger(), province.world.stranger()
    for chat in (one, two):
        await chat.says(f"/start {code}")
    await one.sends(text="đồng ý")
    await two.sends(text="đồng ý")
    await province.world.settle()
    await one.sends(text="Lò Thị Mai")
    await two.sends(text="Lò Thị Hoa")
    await province.world.settle()
    assert "Đăng ký xong" in one.messages[-1].text
    assert two.messages[-1].text == say("enrol.used")
    assert await province.world.stranger().says(f"/start {code}") == say("enrol.used")


async def test_a_code_past_its_day_is_refused_even_after_the_notice_was_shown(province: Province) -> None:
    code = await province.code(days=1)
    chat = province.world.stranger()
    assert "Mã đúng" in await chat.says(f"start {code.lower()}")
    province.world.clock.move(dt.timedelta(days=2))
    assert await chat.says("đồng ý") == say("enrol.expired")
    assert await chat.says(f"/start {code}") == say("enrol.expired")


async def test_guessing_is_slowed_and_the_right_code_waits_too(province: Province) -> None:
    code = await province.code()
    chat = province.world.stranger()
    answers = [await chat.says(f"/start AAAA-BBBB-CCC{number}") for number in range(6)]
    assert [("lần thử" in said, "nhiều lần" in said) for said in answers] == [(True, False)] * 4 + [(False, True)] * 2
    assert "nhiều lần" in await chat.says(f"/start {code}")
    province.world.clock.move(dt.timedelta(minutes=6))
    assert "Mã đúng" in await chat.says(f"/start {code}")


# --- rights ---


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


# --- the database fails ---


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR])
async def test_while_the_disk_is_full_nobody_is_told_received_and_then_it_is_received(
    province: Province, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """The failure comes in the middle of the turn, at the statement that would keep the answer."""
    await province.an.says(FORM)
    apply, before = Transaction.apply, len(province.world.channel.sent)

    def full(tx: Transaction, effect: Any, person_id: int | None, now: dt.datetime) -> None:
        apply(tx, effect, person_id, now)
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = code
        raise sa.exc.OperationalError("UPDATE", {}, error)

    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "apply", full)
        assert await province.an.says("7") == ""
        assert await province.an.says("8") == ""
    assert len(province.world.channel.sent) == before
    await province.world.settle()
    assert "Câu 3/10" in province.an.messages[-1].text
    kept = await province.world.store.read(lambda tx: tx.report(province.son_ha, "dan-van-kheo", "2026-10"))
    assert kept is not None
    assert list(kept.answers.values()) == [7, 8]


async def test_an_update_that_could_not_be_written_down_is_not_confirmed(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(work: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(province.world.store, "write", full)
        with pytest.raises(sqlite3.OperationalError):
            await province.an.sends(text="/han", key="again")
    assert await province.an.says("/han", key="again"), "the platform hands it over again"
