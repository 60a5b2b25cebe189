"""The consolidated report as a clerk gets it: opened by LibreOffice, printed, and held against Nghị định 30/2020."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
from pathlib import Path

import pdfplumber
import pytest_asyncio
from docx import Document
from docx.shared import Pt

from bot.storage import Store
from tests.conftest import absent
from tests.support.province import NAMES, Province, a_province

MODELS = "dan-van-kheo"


@pytest_asyncio.fixture
async def report(sqlite_store: Store, tmp_path: Path) -> bytes:
    """October of a province: three of four communes, one of them late, two with the same trouble."""
    province: Province = await a_province(sqlite_store, tmp_path)
    await province.is_due(dt.date(2026, 11, 4), "2026-10", MODELS)
    for number, unit in enumerate(NAMES[1:], 1):
        answers = {"mo_hinh_moi": number, "nguoi_tham_gia": 1000 * number, "kien_nghi": None}
        trouble = "Kinh phí <hạn chế> & chậm" if number < 3 else "Đường vào thôn khó đi"
        await province.files(unit, "2026-09", form=MODELS, mo_hinh_moi=1)
        await province.files(unit, "2026-10", form=MODELS, late=number == 3, kho_khan=trouble, **answers)
    text = await province.boss.says("/xuat dvk tháng 10/2026 word")
    assert "3/4 đơn vị đã nộp" in text
    return province.made(province.boss)


async def test_the_official_report_opens_and_reads_as_the_decree_prescribes(report: bytes, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        absent("LibreOffice")
    (tmp_path / "bao-cao.docx").write_bytes(report)
    home = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "bao-cao.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
    with pdfplumber.open(tmp_path / "bao-cao.pdf") as pdf:
        pages = [page.extract_text() for page in pdf.pages]
        width, height = (round(float(side) / 72 * 25.4) for side in (pdf.pages[0].width, pdf.pages[0].height))
        letters = [char for page in pdf.pages for char in page.chars if char["text"].strip()]
        left, right = min(char["x0"] for char in letters), max(char["x1"] for char in letters)
        page_number = next(char for char in pdf.pages[1].chars if char["text"] == "2")
    first = re.sub(r"\s+", " ", pages[0])
    for words in (
        "UBND TỈNH TRUNG NAM CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Trung Nam, ngày 18 tháng 11 năm 2026",
        "/BC-SNV",
        "BÁO CÁO Tổng hợp kết quả báo cáo Mô hình “Dân vận khéo” tháng 10/2026",
        "Có 3/4 đơn vị đã nộp báo cáo, đạt 75%; trong đó 2 đơn vị nộp đúng hạn, 1 đơn vị nộp muộn",
        "Mô hình mới trong kỳ mô hình 6 3 +3",
        "Xã Suối Đá (3 mô hình)",
        "Kinh phí <hạn chế> & chậm (2 đơn vị: Xã Sơn Hà, Xã Sơn Hạ)",
    ):
        assert words in first, first
    assert (width, height) == (210, 297), "A4"
    assert left >= 30 / 25.4 * 72 - 2, "30 mm to the left"
    assert right <= (210 - 15) / 25.4 * 72 + 2, "15 mm to the right"
    assert pages[0].splitlines()[0] != "1", "no number on page one"
    assert page_number["top"] < 20 / 25.4 * 72, "page two has its number above"
    assert abs((page_number["x0"] + page_number["x1"]) / 2 - (30 + 195) / 2 / 25.4 * 72) < 6, "in the middle"
    assert "PHỤ LỤC" in pages[-1]
    assert "1 Phường Tân An" in pages[-1]


def _runs(document: object) -> list[tuple[str, float, bool]]:
    paragraphs = list(document.paragraphs)  # type: ignore[attr-defined]
    for table in document.tables:  # type: ignore[attr-defined]
        paragraphs += [paragraph for row in table.rows for cell in row.cells for paragraph in cell.paragraphs]
    return [(run.text, run.font.size, bool(run.bold)) for one in paragraphs for run in one.runs if run.text.strip()]


async def test_fonts_sizes_and_margins_are_those_of_the_decree(report: bytes) -> None:
    document = Document(io.BytesIO(report))
    section = document.sections[0]
    lengths = (section.page_width, section.page_height, section.top_margin, section.bottom_margin)
    assert [round(length.mm) for length in lengths] == [210, 297, 20, 20]
    assert [round(length.mm) for length in (section.left_margin, section.right_margin)] == [30, 15]
    assert document.styles["Normal"].font.name == "Times New Roman"
    xml = document.element.xml
    assert set(re.findall(r'w:ascii="([^"]+)"', xml)) <= {"Times New Roman"}
    runs = {text: (size, bold) for text, size, bold in _runs(document)}
    assert runs["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"] == (Pt(12), True)
    assert runs["Độc lập - Tự do - Hạnh phúc"] == (Pt(13), True)
    assert runs["SỞ NỘI VỤ"] == (Pt(12), True)
    assert runs["BÁO CÁO"] == (Pt(14), True)
    assert runs["Nơi nhận:"] == (Pt(12), True)
    assert all(size is not None and Pt(11) <= size <= Pt(14) for _, size, _ in _runs(document))
    assert "{{" not in xml
    assert "{%" not in xml
