"""Files as people send them: what they hold decides, and what cannot be read is refused with its reason."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from knowledge.facts import facts
from knowledge.reading.files import MAX_BYTES, UnreadableFile, read_text
from knowledge.reading.parse import parse

LETTER = """SỞ NỘI VỤ
TỈNH BÌNH LÂM

Số: 45/SNV-XDCQ
V/v báo cáo quý

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Bình Lâm, ngày 05 tháng 6 năm 2026

Kính gửi: Ủy ban nhân dân các xã, phường.

Thực hiện Kế hoạch số 12/KH-UBND ngày 10/01/2026 của Ủy ban nhân dân tỉnh về dân vận năm 2026, Sở Nội vụ đề nghị:

1. Các xã, phường gửi báo cáo về Sở Nội vụ trước ngày 15/6/2026.

Nơi nhận:
- Như trên;
- Lưu: VT.

KT. GIÁM ĐỐC
PHÓ GIÁM ĐỐC

Trần Thị Vân
"""


def core(text: str) -> dict:
    found = facts(parse(text))
    header = {k: v for k, v in found["header"].items() if not k.endswith("_quote")}
    citations = [(c["type"], c["number"], c["date"], c["issuer"], c["about"]) for c in found["citations"]]
    deadlines = [(d["who_reports"], d["to_whom"], d["instances"]) for d in found["deadlines"]]
    return {"header": header, "citations": citations, "deadlines": deadlines}


def word_file() -> bytes:
    document = docx.Document()
    head = document.add_table(rows=2, cols=2)
    head.cell(0, 0).text = "SỞ NỘI VỤ\nTỈNH BÌNH LÂM"
    head.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    head.cell(1, 0).text = "Số: 45/SNV-XDCQ\nV/v báo cáo quý"
    head.cell(1, 1).text = "Bình Lâm, ngày 05 tháng 6 năm 2026"
    body = LETTER[LETTER.index("Kính gửi") : LETTER.index("Nơi nhận")]
    for line in body.split("\n"):
        if line:
            document.add_paragraph(line)
    data = document.add_table(rows=2, cols=3)
    for row, values in enumerate((("TT", "Xã", "Số buổi"), ("1", "Sơn Hạ", "3"))):
        for column, value in enumerate(values):
            data.cell(row, column).text = value
    foot = document.add_table(rows=1, cols=2)
    foot.cell(0, 0).text = "Nơi nhận:\n- Như trên;\n- Lưu: VT."
    foot.cell(0, 1).text = "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n\nTrần Thị Vân"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def font() -> str:
    for folder in ("/usr/share/fonts", str(Path.home() / ".fonts")):
        for name in ("DejaVuSans.ttf", "LiberationSerif-Regular.ttf"):
            for path in Path(folder).rglob(name):
                pdfmetrics.registerFont(TTFont("Viet", str(path)))
                return "Viet"
    pytest.skip("no font with Vietnamese letters on this machine")


def pdf_file(*, text: bool = True, password: str | None = None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=password) if password else Canvas(out, pagesize=A4)
    if text:
        name = font()
        canvas.setFont(name, 10)
        left = ["SỞ NỘI VỤ", "TỈNH BÌNH LÂM", "Số: 45/SNV-XDCQ", "V/v báo cáo quý"]
        right = [
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "",
            "Bình Lâm, ngày 05 tháng 6 năm 2026",
        ]
        y = 790
        for a, b in zip(left, right, strict=True):
            canvas.drawString(60, y, a)
            canvas.drawString(310, y, b)
            y -= 14
        y -= 20
        canvas.drawString(150, y, "Kính gửi: Ủy ban nhân dân các xã, phường.")
        y -= 26
        for line in (
            "Thực hiện Kế hoạch số 12/KH-UBND ngày 10/01/2026 của Ủy ban nhân dân tỉnh về",
            "dân vận năm 2026, Sở Nội vụ đề nghị:",
            "1. Các xã, phường gửi báo cáo về Sở Nội vụ trước ngày 15/6/2026.",
        ):
            canvas.drawString(60, y, line)
            y -= 14
        y -= 20
        for a, b in (("Nơi nhận:", "KT. GIÁM ĐỐC"), ("- Như trên;", "PHÓ GIÁM ĐỐC"), ("- Lưu: VT.", "")):
            canvas.drawString(60, y, a)
            canvas.drawString(360, y, b)
            y -= 14
        canvas.drawString(360, y - 30, "Trần Thị Vân")
    else:
        canvas.rect(100, 100, 200, 200, fill=1)
    canvas.save()
    return out.getvalue()


def refused(data: bytes, name: str) -> str:
    with pytest.raises(UnreadableFile) as error:
        read_text(data, name)
    return error.value.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_plain_text_is_read_in_any_unicode_encoding(encoding: str) -> None:
    assert core(read_text(LETTER.encode(encoding), "cv.txt")) == core(LETTER)


def test_text_of_old_windows_machines_is_read() -> None:
    import unicodedata

    # cp1258 has letters with hooks and breves, and tones as marks of their own.
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = []
    for letter in "Tỉnh ủy đề nghị các xã báo cáo về Sở Nội vụ trước ngày 15/6/2026, đúng mẫu đã gửi.":
        plain = unicodedata.normalize("NFD", letter)
        tone = "".join(c for c in plain if c in tones)
        parts.append(unicodedata.normalize("NFC", "".join(c for c in plain if c not in tones)) + tone)
    data = "".join(parts).encode("cp1258")
    assert "Tỉnh ủy đề nghị các xã báo cáo về Sở Nội vụ" in read_text(data, "cv.txt")


def test_a_word_file_gives_the_same_facts_as_its_text_and_keeps_its_tables() -> None:
    text = read_text(word_file(), "cv.docx")
    assert core(text) == core(LETTER)
    assert "1 | Sơn Hạ | 3" in text


def test_a_pdf_with_two_columns_gives_the_same_facts_as_its_text() -> None:
    assert core(read_text(pdf_file(), "cv.pdf")) == core(LETTER)


def test_a_page_gives_its_words_without_scripts_and_one_line_for_a_block() -> None:
    page = (
        "<html><head><title>x</title><style>p{}</style><script>alert(1)</script></head><body>"
        + "".join(f"<p>{line}</p>\n" for line in LETTER.split("\n") if line)
        + "</body></html>"
    )
    text = read_text(page.encode(), "trang.html")
    assert "alert" not in text
    assert core(text)["header"]["number"] == "45/SNV-XDCQ"
    assert core(text)["deadlines"] == core(LETTER)["deadlines"]


def test_the_content_decides_and_not_the_name() -> None:
    assert core(read_text(word_file(), "cv.pdf")) == core(LETTER)


def test_what_cannot_be_read_is_refused_with_its_reason() -> None:
    assert refused(b"", "a.txt") == "empty"
    assert refused(b" \n\t ", "a.txt") == "empty"
    assert refused(b"x" * (MAX_BYTES + 1), "a.txt") == "too-big"
    assert refused(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "a.docx") == "not-what-its-name-says"
    assert refused(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "a.png") == "unsupported"
    assert refused("Chỉ là chữ".encode(), "a.pdf") == "not-what-its-name-says"
    assert refused(pdf_file(text=False), "a.pdf") == "scanned"
    assert refused(b"%PDF-1.7\n" + b"garbage" * 50, "a.pdf") in {"damaged", "scanned"}
    assert refused(word_file()[:2000], "a.docx") == "damaged"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc") == "unsupported"


def test_a_locked_pdf_is_refused_as_encrypted() -> None:
    assert refused(pdf_file(password="bi-mat"), "a.pdf") == "encrypted"


def test_an_archive_that_would_unpack_to_a_flood_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (101 * 1024 * 1024))
    assert len(out.getvalue()) < MAX_BYTES
    assert refused(out.getvalue(), "a.docx") == "too-big"


def test_an_archive_that_is_no_word_file_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert refused(out.getvalue(), "a.docx") == "not-what-its-name-says"
    assert refused(out.getvalue(), "a.zip") == "unsupported"


SMALL_TCVN3 = "Uû ban nh©n d©n c¸c x·, ph­êng göi b¸o c¸o vÒ Së Néi vô tr­íc ngµy 15/6/2026. §Ò nghÞ thùc hiÖn ®óng h¹n."
SMALL_VNI = (
    "Uyû ban nhaân daân caùc xaõ, phöôøng göûi baùo caùo veà Sôû Noäi vuï tröôùc ngaøy 15/6/2026. "
    "Ñeà nghò thöïc hieän ñuùng haïn."
)
SMALL = "ban nhân dân các xã, phường gửi báo cáo về Sở Nội vụ trước ngày 15/6/2026. Đề nghị thực hiện đúng hạn."


@pytest.mark.parametrize("legacy", [SMALL_TCVN3, SMALL_VNI])
def test_text_typed_in_fonts_of_old_is_read_as_what_it_shows(legacy: str) -> None:
    assert SMALL in read_text(legacy.encode("latin-1"), "cu.txt")
    assert SMALL in read_text(legacy.encode(), "cu.txt")
    document = docx.Document()
    document.add_paragraph(legacy)
    out = io.BytesIO()
    document.save(out)
    assert SMALL in read_text(out.getvalue(), "cu.docx")


@pytest.mark.parametrize(
    "text",
    [LETTER, "Le général a décidé où la fête était prévue; élève, père, mère.", "Die Prüfung für Käse über Öl, schön."],
)
def test_text_that_is_unicode_already_stays_as_it_is(text: str) -> None:
    assert read_text(text.encode(), "moi.txt") == text


def test_a_file_in_old_letters_gives_the_same_facts_as_its_text() -> None:
    from knowledge.reading.formats import legacy

    letters = {
        chr(new) if isinstance(new, int) else new: chr(old) for old, new in legacy._TCVN3.items() if old != 0x3BC
    }
    typed = "".join(letters.get(c) or letters.get(c.lower(), c) for c in LETTER.replace("–", "-"))
    found = core(read_text(typed.encode("latin-1"), "cu.txt"))
    assert found["header"]["number"] == "45/SNV-XDCQ"
    assert found["header"]["date"] == "2026-06-05"
    assert found["deadlines"] == core(LETTER)["deadlines"]
