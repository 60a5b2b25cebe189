"""From the totals down to a question, nudging, searching and plain questions, on the real turn machinery."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import pytest_asyncio

from bot.storage import Store, Transaction
from bot.storage.schema import audit
from handlers.pulling.charting import chart
from knowledge.period import Period
from tests.support.province import NAMES, Province, a_province
from tests.support.world import NOON

MODELS = "dan-van-kheo"


@pytest_asyncio.fixture
async def province(sqlite_store: Store, tmp_path: Path) -> Province:
    return await a_province(sqlite_store, tmp_path)


async def months(province: Province) -> None:
    """Three communes in October, two of them in September as well."""
    for unit, september, october in (("Xã Suối Đá", 2, 3), ("Xã Sơn Hạ", 5, 4), ("Phường Tân An", None, 1)):
        for period, count in (("2026-09", september), ("2026-10", october)):
            if count is not None:
                await province.files(
                    unit,
                    period,
                    form=MODELS,
                    late=unit == "Phường Tân An",
                    mo_hinh_dang_ky=10 * count,
                    mo_hinh_moi=count,
                    buoi_doi_thoai=count,
                    kho_khan="Kinh phí về chậm." if count > 1 else "Đường vào thôn còn khó đi",
                )


async def test_the_totals_of_one_commune_alone(province: Province) -> None:
    await months(province)
    text = await province.boss.says("/tonghop tháng 10 Sơn Hạ")
    assert "tháng 10/2026, Xã Sơn Hạ" in text
    assert "Đã nộp 1/1 đơn vị" in text
    assert "- Mô hình mới trong kỳ: 4 mô hình (giảm 1 mô hình)" in text
    assert "Có 2 đơn vị có thể là" in await province.boss.says("/tonghop tháng 10 son ha")
    assert "Đã nộp 0/1 đơn vị" in await province.boss.taps("Xã Sơn Hà")
    await province.boss.taps("Kỳ trước")
    assert "tháng 9/2026, Xã Sơn Hà" in province.boss.messages[-1].text


async def test_from_the_totals_down_to_one_question(province: Province) -> None:
    await months(province)
    await province.boss.says("/tonghop dvk tháng 10/2026")
    assert "xem chi tiết phần nào" in await province.boss.taps("Chi tiết")
    lines = (await province.boss.taps("Mô hình mới trong kỳ")).split("\n")
    assert "- Xã Sơn Hạ: 4 mô hình" in lines
    assert lines.index("- Xã Sơn Hạ: 4 mô hình") < lines.index("- Phường Tân An: 1 mô hình")
    await province.boss.taps("Câu khác")
    assert "- “Kinh phí về chậm.” (Xã Suối Đá, Xã Sơn Hạ)" in await province.boss.taps("Khó khăn")
    await province.boss.taps("Câu khác")
    text = await province.boss.taps("Theo từng đơn vị")
    assert "- Xã Sơn Hà: chưa nộp" in text
    assert "- Phường Tân An: nộp muộn" in text


async def test_a_nudge_goes_once_a_day_to_the_cadres_of_missing_units(province: Province) -> None:
    await province.is_due(dt.date(2026, 11, 4), "2026-10", MODELS)
    await province.files("Xã Sơn Hạ", "2026-10", form=MODELS, mo_hinh_moi=1)
    other = await province.world.person("Trần Văn Bình", "cadre", province.communes["Xã Sơn Hạ"])
    await province.boss.says("/chuanop dvk tháng 10")
    text = await province.boss.taps("Nhắc 3 đơn vị")
    assert "Đã nhắc 1 đơn vị (1 cán bộ)" in text
    assert "Chưa có cán bộ nào dùng trợ lý để nhắc: Phường Tân An, Xã Sơn Hà" in text
    notice = province.cadre.messages[-1].text
    assert "Xã Suối Đá chưa nộp báo cáo Mô hình “Dân vận khéo”, tháng 10/2026" in notice
    assert "đã chậm 14 ngày" in notice
    assert other.messages == []
    again = await province.staff.says("/nhacnop dvk tháng 10")
    assert "đã được nhắc hôm nay nên không nhắc lại" in again
    assert len(province.cadre.messages) == 1
    assert "Hôm nay đã nhắc 1 đơn vị" in await province.staff.says("/chuanop dvk tháng 10")
    noted = await province.world.store.read(lambda tx: list(tx.connection.execute(audit.select())))
    assert [row.detail["units"] for row in noted if row.action == "nudge"] == [[province.communes["Xã Suối Đá"]]]
    await province.cadre.taps("Làm báo cáo")
    assert "tháng 10/2026" in province.cadre.messages[-1].text


async def test_the_next_day_one_may_nudge_again(province: Province) -> None:
    await province.boss.says("/nhacnop dvk tháng 10")
    province.world.clock.move(dt.timedelta(days=1))
    assert "Đã nhắc 1 đơn vị" in await province.boss.says("/nhacnop dvk tháng 10")
    assert len(province.cadre.messages) == 2


async def test_words_of_reports_are_found_without_their_accents(province: Province) -> None:
    await months(province)
    for typed in ("kinh phi", "Kinh phí", '"kinh phí về"', "KINH PHI cham"):
        text = await province.boss.says(f"/tim {typed}")
        assert "Xã Sơn Hạ, tháng 10/2026, Khó khăn, vướng mắc" in text, typed
        assert "Kinh phí về chậm." in text
    assert "Không báo cáo nào" in await province.boss.says('/tim "chậm kinh phí"')
    assert "Không báo cáo nào" in await province.boss.says("/tim kính phỉ")
    assert "Gõ /tim" in await province.boss.says("/tim")


@pytest.mark.parametrize("typed", ["' OR 1=1 --", "100%", "_", "a'; DROP TABLE report; --", '"', "\\", "%%%"])
async def test_no_search_is_more_than_words(province: Province, typed: str) -> None:
    await months(province)
    said = await province.boss.says(f"/tim {typed}")
    assert "Kinh phí" not in said
    assert "trục trặc" not in said
    assert "Kinh phí" in await province.boss.says("/tim kinh phi")


async def test_a_search_goes_on_page_by_page_and_opens_the_report(province: Province) -> None:
    for number, period in enumerate(("2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")):
        at = dt.datetime(2026, 5 + number, 2, tzinfo=dt.UTC)
        await province.files("Xã Suối Đá", period, form=MODELS, at=at, kien_nghi=f"Đề nghị hỗ trợ loa số {number}")
    first = await province.boss.says("/tim hỗ trợ loa")
    assert "1. Xã Suối Đá, tháng 10/2026" in first
    assert "tháng 5/2026" not in first
    second = await province.boss.taps("Xem tiếp")
    assert "6. Xã Suối Đá, tháng 5/2026" in second
    assert "7. Xã Suối Đá, tháng 4/2026" in second
    assert "loa số 0" in await province.boss.taps("tháng 4/2026")


async def test_plain_questions_are_answered_with_figures_and_their_source(province: Province) -> None:
    await months(province)
    asked = {
        "tháng 10 có bao nhiêu mô hình mới?": ("Mô hình mới trong kỳ, tháng 10/2026: 8 mô hình.", "3/4 báo cáo; còn 1"),
        "t10 co bn mo hinh moi": ("Mô hình mới trong kỳ, tháng 10/2026: 8 mô hình.", "3/4 báo cáo"),
        "xã nào chưa nộp tháng 10?": ("còn 1 đơn vị chưa nộp.", "- Xã Sơn Hà"),
        "ti le nop thang 10": ("đạt 75%, trong đó 1 báo cáo muộn.", "3/4 báo cáo"),
        "xã nào nộp muộn tháng 10": ("1 đơn vị nộp muộn.", "- Phường Tân An"),
        "xã Suối Đá nộp tháng 10 chưa?": ("Xã Suối Đá:", "đã nộp lúc"),
        "phường tân an có bao nhiêu buổi đối thoại tháng 10": (
            "Buổi đối thoại với Nhân dân, Phường Tân An, tháng 10/2026: 1 buổi.",
            "1/1 báo cáo",
        ),
    }
    for question, answers in asked.items():
        text = await province.boss.says(question)
        for words in answers:
            assert words in text, (question, text)


async def test_a_longer_period_is_added_up_from_the_shorter_ones(province: Province) -> None:
    await months(province)
    text = await province.boss.says("bao nhiêu buổi đối thoại quý 3?")
    assert "Buổi đối thoại với Nhân dân, quý III/2026: 7 buổi." in text
    assert "từ tháng 7/2026 đến tháng 9/2026, 2/12 báo cáo; còn 4 đơn vị chưa nộp đủ." in text
    # What stands at the end of a period is not added up over its months: the latest of each commune counts.
    text = await province.boss.says("bao nhiêu mô hình đăng ký năm 2026?")
    assert "Mô hình đăng ký, năm 2026: 80 mô hình." in text


async def test_what_two_forms_ask_is_told_for_each_and_not_added(province: Province) -> None:
    await months(province)
    await province.files("Xã Sơn Hà", "2026-H2", form="dan-van-chinh-quyen", buoi_doi_thoai=9)
    text = await province.boss.says("bao nhiêu buổi đối thoại 6 tháng cuối năm 2026?")
    assert "15 buổi" in text
    assert "9 buổi" in text
    assert "không cộng vào nhau" in text


async def test_a_cadre_is_told_about_the_own_commune_alone(province: Province) -> None:
    await months(province)
    text = await province.cadre.says("tháng 10 có bao nhiêu mô hình mới?")
    assert "Mô hình mới trong kỳ, Xã Suối Đá, tháng 10/2026: 3 mô hình." in text
    for question in ("xã nào chưa nộp tháng 10?", "xã em nộp tháng 10 chưa", "xã Sơn Hạ nộp tháng 10 chưa"):
        text = await province.cadre.says(question)
        assert "Xã Suối Đá:" in text, question
        assert "Sơn" not in text, question


async def test_a_question_about_rules_goes_to_the_documents(province: Province) -> None:
    await months(province)
    for question in ("Mỗi năm phải tổ chức bao nhiêu buổi đối thoại?", "hạn nộp báo cáo quý 3 là ngày nào?"):
        assert "Nguồn:" not in await province.boss.says(question)


async def test_an_open_form_hears_a_figure_before_any_question_is_seen_in_it(province: Province) -> None:
    await province.cadre.says("/baocao qcdc quý 3/2026")
    assert "Nguồn:" not in await province.cadre.says("bao nhiêu buổi đối thoại tháng 10?")


async def test_a_table_for_other_programs_runs_no_formula(province: Province) -> None:
    for name, text in zip(NAMES, ("=1+1", "@SUM(A1)", " +84", "\n=1"), strict=True):
        await province.files(name, "2026-Q3", hoi_nghi_cong_dong=7, kho_khan=text)
    assert "Bảng CSV" in await province.boss.says("/xuat quý 3/2026 csv")
    data = province.made(province.boss)
    assert data.startswith(b"\xef\xbb\xbf"), "a spreadsheet program is to see that it is UTF-8"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["Đơn vị"] for row in rows] == list(NAMES)
    assert {row["Hội nghị cộng đồng dân cư (cuộc)"] for row in rows} == {"7"}
    assert all(row["Khó khăn, đề xuất"].startswith("'") for row in rows)


async def test_all_forms_are_one_spreadsheet_with_a_sheet_for_each(province: Province) -> None:
    await months(province)
    await province.files("Xã Suối Đá", "2026-Q3", hoi_nghi_cong_dong=3)
    await province.boss.says("/xuat")
    await province.boss.taps("Tất cả mẫu")
    book = openpyxl.load_workbook(io.BytesIO(province.made(province.boss)))
    titles = ["Dân vận chính quyền", "Mô hình “Dân vận khéo”", "Quy chế dân chủ ở cơ sở"]
    assert book.sheetnames == ["Tổng hợp", *titles, "Chưa nộp"]
    assert book[titles[1]].max_row == 4
    assert book[titles[2]].max_row == 2


async def test_a_chart_is_a_picture_with_its_source_beside_it(province: Province) -> None:
    await months(province)
    assert "3/4 đơn vị đã nộp, trong đó 1 nộp muộn" in await province.boss.says("/bieudo dvk tháng 10/2026")
    picture = province.made(province.boss)
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 1080
    assert "không có số liệu nào tên" in await province.boss.says("/bieudo dvk tháng 10 giá vàng")


async def test_a_trend_tells_how_many_reports_stand_behind_each_column(province: Province) -> None:
    await months(province)
    form = province.world.forms[MODELS]

    def drawn(tx: Transaction, kind: str, question: str | None) -> dict[str, Any]:
        units, period = tx.units_within(province.id), Period("month", 2026, 10)
        return chart(tx, kind, form, period, units, form.question(question or ""), NOON)

    trend = await province.world.store.read(lambda tx: drawn(tx, "trend", "buoi_doi_thoai"))
    assert trend["panels"][0]["labels"] == ["T9/26\n(2)", "T10/26\n(3)"]
    assert trend["panels"][0]["series"][0][2] == [7, 8]
    assert "3/4 đơn vị đã nộp" in trend["source"]
    filing = await province.world.store.read(lambda tx: drawn(tx, "filing", None))
    assert filing["panels"][0]["texts"] == ["50%", "75%"]
    units = await province.world.store.read(lambda tx: drawn(tx, "units", "mo_hinh_moi"))
    assert [row[0] for row in units["panels"][0]["rows"]] == ["Xã Sơn Hạ", "Xã Suối Đá", "Phường Tân An"]
