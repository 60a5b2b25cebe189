"""Staff replace the template of the consolidated report: what is refused, what is shown first, what is put in force."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_asyncio
from docx import Document

from bot.exports.house import house_template
from bot.exports.typeset import Refused, check, fill
from bot.storage import Store
from bot.storage.schema import audit
from handlers.pulling.consolidated import unknown_fields
from knowledge.forms.form import load_forms
from tests.support.province import Province, a_province


def docx(*lines: str, header: str = "", cell: str = "", after: str = "") -> bytes:
    """A Word file with these paragraphs, and perhaps a table of one cell with a paragraph after it."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if cell:
        document.add_table(rows=1, cols=1).rows[0].cells[0].paragraphs[0].add_run(cell)
        document.add_paragraph(after)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The file with one more part, or another one in its place."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return made.getvalue()


def words(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)


GOOD = docx(
    "Báo cáo {{ mau }} {{ ky }}: {{ da_nop }}/{{ so_don_vi }}",
    "Tổng hội nghị: {{ tong.hoi_nghi_cong_dong }}",
    "{%p for d in don_vi_chua_nop %}",
    "{{ loop.index }}) {{ d.ten | upper }}",
    "{%p endfor %}",
    header="{{ co_quan }}",
)


def test_the_template_of_the_house_uses_known_fields_alone() -> None:
    for form in load_forms().values():
        assert unknown_fields(check(house_template()), form) == []


@pytest.mark.parametrize(
    "line",
    [
        "{{ ky.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ mau | attr('__class__') }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ range(1000000000) }}",
        "{{ ky * 1000000000 }}",
        "{% for x in range(9) %}{% endfor %}",
        "{% set x = 1 %}",
        "{% import 'os' as os %}",
        "{% include '/etc/passwd' %}",
        "{% macro a() %}{% endmacro %}",
        "{{ mau['__class__'] }}",
        "{{ ky.format(1) }}",
        "{{ loop.cycle }}{% for d in chi_tieu %}{{ loop.changed }}{% endfor %}",
    ],
)
def test_a_template_fills_in_and_does_nothing_else(line: str) -> None:
    for data in (docx(line), docx("{{ ky }}", header=line)):
        with pytest.raises(Refused) as refused:
            check(data)
        assert refused.value.reason in {"unsafe", "syntax"}
        with pytest.raises(Exception, match=r".*"):
            fill(data, {"ky": "quý III/2026", "mau": "", "chi_tieu": [{}]})


def test_what_units_wrote_cannot_become_part_of_the_template() -> None:
    given = {"ky": "{{ mau }} <w:p/> & {% raw %}", "mau": "bí mật"}
    assert words(fill(docx("{{ ky }}"), given)) == "{{ mau }} <w:p/> & {% raw %}"


BOMB = with_part(GOOD, "word/media/a.bin", b"\0" * (50 * 1024 * 1024))
OUTSIDE = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://x/a.dotm" TargetMode="External"/>'
    b"</Relationships>"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"not a file of any kind", "not-docx"),
        (GOOD[: len(GOOD) // 2], "not-docx"),
        (with_part(docx("{{ ky }}"), "word/vbaProject.bin", b"x"), "program"),
        (with_part(docx("{{ ky }}"), "word/_rels/settings.xml.rels", OUTSIDE), "outside"),
        (BOMB, "too-big"),
        (docx("Không có gì để điền"), "no-fields"),
        (docx("{{ ky "), "syntax"),
        (docx("{%p for d in chi_tieu %} {{ d.ten }}", "{%p endfor %}</w:p><w:p>{{ ky }}", "{%tr if ky %}"), "syntax"),
        (docx(cell="{% for d in chi_tieu %}{{ d.ten }}", after="{% endfor %}"), "broken"),
        (docx("{% for d in chi_tieu %}{{ d.ten }}"), "syntax"),
    ],
)
def test_a_file_that_is_no_template_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        check(data)
    assert refused.value.reason == reason


def test_fields_that_no_report_has_are_named() -> None:
    form = load_forms()["quy-che-dan-chu"]
    used = check(docx("{{ ky }} {{ tong.so_bia }} {% for d in chi_tieu %}{{ d.mau_sac }}{% endfor %}{{ sai_ten }}"))
    assert unknown_fields(used, form) == ["tong.so_bia", "chi_tieu.mau_sac", "sai_ten"]


# -- in the chat --


@pytest_asyncio.fixture
async def province(sqlite_store: Store, tmp_path: Path) -> Province:
    province = await a_province(sqlite_store, tmp_path)
    await province.files("Xã Suối Đá", "2026-Q3", hoi_nghi_cong_dong=12, kho_khan="Thiếu kinh phí")
    return province


async def test_a_template_is_seen_filled_in_before_it_is_in_force_and_can_be_withdrawn(province: Province) -> None:
    staff = province.staff
    await staff.says("/maubaocaotonghop qcdc")
    assert "đang dùng mẫu của hệ thống" in next(m.text for m in reversed(staff.messages) if m.text)
    assert "{{ co_quan }}" in _first_table(province.made(staff)), "the template in force comes along, to be changed"
    assert "Mẫu dùng được" in await staff.shows("mau-so.docx", GOOD)
    shown = words(province.made(staff))
    assert "Báo cáo Quy chế dân chủ ở cơ sở quý III/2026: 1/4" in shown
    assert "Tổng hội nghị: 12" in shown
    assert "2) XÃ SƠN HÀ" in shown
    assert await noted(province) == []
    assert "dùng mẫu mới" in await staff.taps("Dùng mẫu này")
    await province.boss.says("/xuat qcdc quý 3/2026 word")
    assert "Tổng hội nghị: 12" in words(province.made(province.boss))
    await staff.says("/maubaocaotonghop qcdc")
    assert "do Phạm Hòa đưa vào" in next(m.text for m in reversed(staff.messages) if m.text)
    assert "dùng lại mẫu của hệ thống" in await staff.taps("Bỏ, dùng mẫu hệ thống")
    file, nothing = await noted(province)
    assert file
    assert nothing is None


async def noted(province: Province) -> list[int | None]:
    """The files that audit rows say were put in force."""
    rows = await province.world.store.read(lambda tx: list(tx.connection.execute(audit.select())))
    return [row.detail["file"] for row in rows if row.action == "set-report-template"]


def _first_table(data: bytes) -> str:
    return "\n".join(cell.text for row in Document(io.BytesIO(data)).tables[0].rows for cell in row.cells)


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("a.docx", lambda: docx("{{ ky }} {{ sai_ten }}"), "không có: sai_ten"),
        ("a.png", lambda: b"\x89PNG\r\n\x1a\n", "không phải tệp Word"),
        ("bom.docx", lambda: BOMB, "quá lớn"),
    ],
)
async def test_a_bad_template_is_refused_and_the_one_in_force_stays(
    province: Province, name: str, make: Callable[[], bytes], said: str
) -> None:
    await province.staff.says("/maubaocaotonghop qcdc")
    assert said in await province.staff.shows(name, make())
    assert "Tôi đang chờ tệp Word" in await province.staff.says("thế à")
    assert "giữ nguyên" in await province.staff.taps("Hủy")
    assert await noted(province) == []


async def test_only_staff_replace_the_template(province: Province) -> None:
    for chat in (province.cadre, province.boss):
        assert "không thuộc quyền" in await chat.says("/maubaocaotonghop qcdc")
