"""What supervisors and staff pull out of the reports, on the real turn machinery."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import openpyxl
import pytest_asyncio

from bot.storage import Store
from handlers.receipts import new_receipt
from tests.support.province import NAMES, Province, a_province


@pytest_asyncio.fixture
async def province(sqlite_store: Store, tmp_path: Path) -> Province:
    return await a_province(sqlite_store, tmp_path)


async def two_of_four(province: Province) -> None:
    await province.is_due(dt.date(2026, 10, 10), "2026-Q3")
    await province.files("Xã Suối Đá", "2026-Q2", hoi_nghi_cong_dong=4, kien_nghi_giai_quyet=9)
    await province.files("Xã Suối Đá", "2026-Q3", hoi_nghi_cong_dong=12, kien_nghi_giai_quyet=9, ban_thanh_tra=True)
    await province.files(
        "Xã Sơn Hạ", "2026-Q3", late=True, hoi_nghi_cong_dong=1200, ban_thanh_tra=False, kho_khan="=1+1"
    )


async def test_the_totals_of_a_period_fit_one_screen(province: Province) -> None:
    await two_of_four(province)
    text = await province.boss.says("/tonghop qcdc quý 3/2026")
    for line in (
        "Quy chế dân chủ ở cơ sở, quý III/2026",
        "Đã nộp 2/4 đơn vị: đúng hạn 1, muộn 1, chưa nộp 2.",
        "Hạn nộp: hết ngày 10/10/2026.",
        "- Hội nghị cộng đồng dân cư: 1.212 cuộc (tăng 1.208 cuộc)",
        "- Ban Thanh tra nhân dân hoạt động: Có 1, Không 1",
        "- Kiến nghị đã giải quyết: 9 kiến nghị (không đổi)",
        "- Khó khăn, đề xuất: 1 đơn vị có trả lời",
        "So với quý II/2026 (1/4 đơn vị đã nộp).",
    ):
        assert line in text.split("\n")


async def test_without_a_form_there_is_one_line_for_each(province: Province) -> None:
    await two_of_four(province)
    text = await province.boss.says("tổng hợp")
    assert "Quy chế dân chủ ở cơ sở, quý III/2026: 2/4 đơn vị đã nộp, 1 muộn" in text
    assert "Đã nộp 2/4" in await province.boss.taps("Quy chế dân chủ")


async def test_a_period_of_one_form_alone_needs_no_form(province: Province) -> None:
    assert "Quy chế dân chủ ở cơ sở, quý III/2026" in await province.boss.says("/tonghop quý 3")


async def test_words_that_mean_nothing_are_said_to_be_so_with_an_example(province: Province) -> None:
    answer = await province.boss.says("/tonghop quý mấy cũng được")
    assert 'không hiểu "quý mấy cũng được"' in answer
    assert "/tonghop" in answer


async def test_who_is_missing_is_named_with_the_days_late(province: Province) -> None:
    await two_of_four(province)
    text = await province.staff.says("chưa nộp quý 3/2026")
    assert "2/4 đơn vị chưa nộp" in text
    assert "chậm 39 ngày" in text
    assert re.findall(r"^- (.*)$", text, re.M) == ["Phường Tân An", "Xã Sơn Hà"]
    for name in ("Phường Tân An", "Xã Sơn Hà"):
        await province.files(name, "2026-Q3", hoi_nghi_cong_dong=1)
    assert "cả 4 đơn vị đã nộp" in await province.staff.says("/chuanop quý 3/2026")


async def test_one_report_is_shown_by_its_receipt_however_it_is_typed(province: Province) -> None:
    receipt = await province.files("Xã Sơn Hạ", "2026-Q3", hoi_nghi_cong_dong=7, kho_khan="Thiếu người")
    for typed in (receipt, receipt.replace("-", ""), receipt.replace("-", " ")):
        text = await province.boss.says(f"/xem {typed}")
        assert "1. Hội nghị cộng đồng dân cư: 7 cuộc" in text
        assert "Xã Sơn Hạ" in text
    wrong = receipt[:-1] + str((int(receipt[-1]) + 1) % 10)
    assert "chữ số chưa đúng" in await province.boss.says(f"/xem {wrong}")
    assert "Không tìm thấy" in await province.boss.says(f"/xem {new_receipt(2026, 'ff' * 16)}")


async def test_a_name_that_two_communes_share_without_accents_is_asked_about(province: Province) -> None:
    await province.files("Xã Sơn Hạ", "2026-Q3", hoi_nghi_cong_dong=7)
    assert "Có 2 đơn vị" in await province.boss.says("/xem son ha")
    assert "Hội nghị cộng đồng dân cư: 7 cuộc" in await province.boss.taps("Xã Sơn Hạ")
    assert "Xã Sơn Hà chưa nộp" in await province.boss.says("/xem Sơn Hà quý 3/2026 qcdc")


async def test_a_cadre_sees_the_reports_of_the_own_unit_alone(province: Province) -> None:
    own = await province.files("Xã Suối Đá", "2026-Q3", hoi_nghi_cong_dong=5)
    other = await province.files("Xã Sơn Hạ", "2026-Q3", hoi_nghi_cong_dong=7)
    assert "5 cuộc" in await province.cadre.says(f"/xem {own}")
    assert "Không tìm thấy" in await province.cadre.says(f"/xem {other}")
    assert "Không có đơn vị nào" in await province.cadre.says("/xem Sơn Hạ")
    assert "5 cuộc" in await province.cadre.says("/xem")
    for command in ("/tonghop", "/chuanop", "/xuat"):
        assert "không thuộc quyền" in await province.cadre.says(command)


async def test_a_question_that_begins_like_a_command_stays_a_question_for_a_cadre(province: Province) -> None:
    assert "không thuộc quyền" not in await province.cadre.says("tổng hợp ý kiến nhân dân thế nào?")


async def test_pulling_figures_leaves_an_open_form_where_it_is(province: Province) -> None:
    await province.staff.says("/baocao qcdc quý 3/2026")
    await province.staff.says("/tonghop quý 3")
    assert "Câu 2/6" in await province.staff.says("12")


async def sheet(province: Province, line: str = "/xuat quý 3/2026") -> openpyxl.Workbook:
    await province.boss.says(line)
    return openpyxl.load_workbook(io.BytesIO(province.made(province.boss)))


async def test_the_spreadsheet_has_typed_cells_and_names_who_is_missing(province: Province) -> None:
    await two_of_four(province)
    await province.files("Phường Tân An", "2026-Q3", hoi_nghi_cong_dong=3, ngay_doi_thoai="2026-09-15")
    book = await sheet(province)
    assert book.sheetnames == ["Tổng hợp", "Quy chế dân chủ ở cơ sở", "Chưa nộp"]
    rows = list(book["Quy chế dân chủ ở cơ sở"].iter_rows(values_only=True))
    head = rows[0]
    assert head[:2] == ("Đơn vị", "Mã tiếp nhận")
    assert head[5] == "Hội nghị cộng đồng dân cư (cuộc)"
    assert [row[0] for row in rows[1:]] == ["Phường Tân An", "Xã Sơn Hạ", "Xã Suối Đá"]
    assert [row[5] for row in rows[1:]] == [3, 1200, 12]
    assert rows[1][head.index("Ngày đối thoại gần nhất")] == dt.datetime(2026, 9, 15)  # noqa: DTZ001 - a cell has no zone
    assert rows[2][3] == "Muộn"
    assert book["Quy chế dân chủ ở cơ sở"].freeze_panes == "B2"
    assert book["Quy chế dân chủ ở cơ sở"].auto_filter.ref == "A1:K4"
    assert [row[0] for row in book["Chưa nộp"].iter_rows(values_only=True)] == ["Đơn vị", "Xã Sơn Hà"]
    assert [cell.value for cell in book["Chưa nộp"][2]][1:3] == ["Quy chế dân chủ ở cơ sở", "quý III/2026"]
    summary = {row[0]: row[1:] for row in book["Tổng hợp"].iter_rows(values_only=True) if row[0]}
    assert summary["Đã nộp"][0] == 3
    assert summary["Hội nghị cộng đồng dân cư"] == (1215, "cuộc", 4)


async def test_no_answer_becomes_a_formula_in_the_spreadsheet(province: Province) -> None:
    for name, text in zip(NAMES, ("=1+1", "@SUM(A1)", "+84", "http://x.vn"), strict=True):
        await province.files(name, "2026-Q3", kho_khan=text)
    cells = [cell for row in (await sheet(province)).worksheets[1].iter_rows(min_row=2) for cell in row]
    assert {cell.value for cell in cells} >= {"=1+1", "@SUM(A1)", "+84", "http://x.vn"}
    assert {cell.data_type for cell in cells if cell.value in {"=1+1", "@SUM(A1)", "+84"}} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
