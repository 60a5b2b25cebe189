"""Files that cannot be read, are not what they are called, or come when nobody asked for them."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import pytest
from reportlab.pdfgen.canvas import Canvas

from bot.storage.schema import document
from tests.acceptance.test_documents import PLAN
from tests.support.clumsy import FIFTY_MB, FORM, JPEG, Province

PROGRAM = b"MZ\x90\0" + b"\0\1\2" * 3000


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
