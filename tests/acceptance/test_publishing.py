"""Staff put forms in force from chat, told on the real turn machinery."""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.catalogue import keep_shipped, refresh_forms
from bot.storage import Store
from handlers.forms.problems import reason_of
from handlers.records.reports import SaveAnswer
from knowledge.forms.catalogue import Catalogue, Published, shipped_text, with_version
from knowledge.forms.form import load_forms, read_form
from tests.support.world import NOON, Chat, World

FORM = """\
title = "Tiếp xúc cử tri"
periods = ["month"]

[[question]]
name = "so_cuoc"
kind = "whole"
title = "Số cuộc tiếp xúc"
unit = "cuộc"

[[question]]
name = "y_kien"
kind = "text"
title = "Ý kiến nổi bật"
required = false
"""
NAME = "tiep-xuc-cu-tri.toml"


@dataclass
class Desk:
    world: World
    hoa: Chat
    lan: Chat
    unit: int

    async def publishes(self, text: str, name: str = NAME) -> str:
        await self.hoa.shows(name, text.encode())
        return await self.hoa.taps("Công bố")


@pytest_asyncio.fixture
async def desk(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Desk]:
    world = World(sqlite_store, tmp_path)
    top = await world.unit("Tỉnh Trung Nam", "province")
    unit = await world.unit("Xã Suối Đá", "commune", top)
    assert isinstance(world.forms, Catalogue)
    forms = world.forms
    await sqlite_store.write(lambda tx: keep_shipped(tx, forms, NOON))
    yield Desk(world, await world.person("Hòa", "staff", top), await world.person("Lan", "cadre", unit), unit)


async def test_a_form_is_previewed_question_by_question_and_published(desk: Desk) -> None:
    preview = await desk.hoa.shows(NAME, FORM.encode())
    assert "Tiếp xúc cử tri, phiên bản 1: 2 câu, báo cáo hằng tháng." in preview
    first = await desk.hoa.taps("Xem từng câu")
    assert "Câu 1/2. Số cuộc tiếp xúc (cuộc)" in first
    assert "Câu 2/2. Ý kiến nổi bật – không bắt buộc" in await desk.hoa.taps("Câu tiếp")
    assert "Đã công bố Tiếp xúc cử tri, phiên bản 1" in await desk.hoa.taps("Công bố")
    asked = await desk.lan.says("/baocao tiep xuc cu tri tháng 10/2026")
    assert "Câu 1/2. Số cuộc tiếp xúc" in asked


async def test_a_draft_stays_on_its_version_and_the_next_report_has_the_new_one(desk: Desk) -> None:
    await desk.publishes(FORM)
    await desk.lan.says("/baocao tiep-xuc-cu-tri 2026-10")
    await desk.lan.says("4")
    added = '\n[[question]]\nname = "so_nguoi"\nkind = "whole"\ntitle = "Số người dự"\n'
    preview = await desk.hoa.shows(NAME, (FORM.replace("Ý kiến nổi bật", "Ý kiến chính") + added).encode())
    for line in ("phiên bản 2: 3 câu", "Thêm: Số người dự", "Sửa: Ý kiến nổi bật → Ý kiến chính (tên)"):
        assert line in preview
    await desk.hoa.taps("Công bố")
    assert "Câu 2/2. Ý kiến nổi bật" in await desk.lan.says("/nhap")
    await desk.lan.taps("Bỏ qua")
    assert "Đã nhận báo cáo Tiếp xúc cử tri" in await desk.lan.taps("Gửi")
    assert "Câu 1/3" in await desk.lan.says("/baocao tiep-xuc-cu-tri 2026-11")


async def test_totals_over_two_versions_go_by_the_name_of_the_question(desk: Desk) -> None:
    await desk.publishes(FORM)
    await desk.lan.says("/baocao tiep-xuc-cu-tri 2026-10")
    await desk.lan.says("4")
    await desk.lan.taps("Bỏ qua")
    await desk.lan.taps("Gửi")
    await desk.publishes(FORM.replace("Số cuộc tiếp xúc", "Cuộc tiếp xúc cử tri"))
    assert "Cuộc tiếp xúc cử tri: 4 cuộc" in await desk.hoa.says("/tonghop tiep-xuc-cu-tri 2026-10")


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (FORM.replace('kind = "whole"', 'kind = "numbre"'), 'dòng 6: không có loại câu "numbre"'),
        (FORM.replace('title = "Tiếp', 'tittle = "Tiếp'), 'dòng 1: không có mục nào tên "tittle"'),
        (FORM.replace("y_kien", "so_cuoc"), 'dòng 11: có hai câu cùng tên "so_cuoc"'),
        (FORM + 'show_if = "y_kien"', "điều kiện hỏi"),
        ('title = "A', "không đúng cách viết TOML"),
        ("x = " + "[" * 5000 + "]" * 5000, "lồng quá nhiều tầng"),
        ('title = "A"\nperiods = ["month"]\n' + "#" * 70_000, "tối đa 64 KB"),
        (FORM.replace("Tiếp xúc cử tri", "Dân vận khéo"), "đã là tên gọi của mẫu"),
        (
            'title = "Dài"\nperiods = ["month"]\n'
            + "".join(f'[[question]]\nname = "q{n}"\nkind = "whole"\ntitle = "Câu {n}"\n' for n in range(61)),
            "một mẫu tối đa 60 câu",
        ),
        ("", "tệp trống"),
    ],
)
async def test_a_bad_form_file_is_refused_with_line_and_reason(desk: Desk, spoilt: str, says: str) -> None:
    answer = await desk.hoa.shows(NAME, spoilt.encode())
    assert "Chưa dùng được tệp tiep-xuc-cu-tri.toml" in answer
    assert says in answer
    assert "tiep-xuc-cu-tri" not in desk.world.forms


async def test_a_zip_and_a_binary_that_are_called_forms_are_refused(desk: Desk) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "0" * 10_000_000)
    for data in (packed.getvalue(), b"\x7fELF\0\0\0\1" * 100):
        assert "phải là tệp văn bản thuần" in await desk.hoa.shows(NAME, data)


async def test_a_mended_file_can_follow_a_refused_one_at_once(desk: Desk) -> None:
    await desk.hoa.shows(NAME, FORM.replace("whole", "numbre").encode())
    assert "phiên bản 1" in await desk.hoa.shows("tiep-xuc-cu-tri (1).toml", FORM.encode())


async def test_the_file_of_a_form_in_force_can_be_taken_changed_and_sent_back(desk: Desk) -> None:
    await desk.hoa.says("/maubaocao")
    await desk.hoa.taps("Quy chế dân chủ ở cơ sở")
    await desk.hoa.taps("Tải tệp mẫu")
    sent = desk.hoa.messages[-1].files[0]
    name, text = sent.name, sent.path.read_text(encoding="utf-8")
    assert read_form(name, text) == desk.world.forms["quy-che-dan-chu"]
    assert "phiên bản 2" in await desk.hoa.shows(name, text.encode())
    await desk.hoa.taps("Công bố")
    assert "Quy chế dân chủ ở cơ sở: phiên bản 2" in await desk.hoa.says("/maubaocao")


async def test_a_withdrawn_form_takes_no_new_reports_and_open_drafts_can_be_sent(desk: Desk) -> None:
    await desk.publishes(FORM)
    await desk.lan.says("/baocao tiep-xuc-cu-tri 2026-10")
    await desk.lan.says("4")
    await desk.hoa.says("/maubaocao tiep-xuc-cu-tri")
    assert "Ngừng dùng mẫu Tiếp xúc cử tri?" in await desk.hoa.taps("Ngừng dùng mẫu")
    assert "Đã ngừng dùng mẫu" in await desk.hoa.taps("Ngừng dùng mẫu")
    assert "Đã ngừng dùng: Tiếp xúc cử tri" in await desk.hoa.says("/maubaocao")
    assert "Câu 2/2" in await desk.lan.says("/nhap")
    await desk.lan.taps("Bỏ qua")
    assert "Đã nhận báo cáo Tiếp xúc cử tri" in await desk.lan.taps("Gửi")
    receipt = re.search(r"\d\d-\d{4}-\d{4}", desk.lan.messages[-1].text)
    assert receipt
    assert "Số cuộc tiếp xúc: 4 cuộc" in await desk.hoa.says(f"/xem {receipt[0]}")
    await desk.publishes(FORM)
    assert "Tiếp xúc cử tri: phiên bản 2" in await desk.hoa.says("/maubaocao")


async def test_of_two_who_publish_at_once_the_second_sees_it_first(desk: Desk) -> None:
    office = await desk.world.unit("Sở Nội vụ", "office", 1)
    binh = await desk.world.person("Bình", "staff", office)
    await binh.shows(NAME, FORM.encode())
    await desk.publishes(FORM)
    assert "Vừa có người công bố phiên bản 1" in await binh.taps("Công bố")
    assert "phiên bản 2" in await binh.taps("Công bố")


async def test_only_staff_publish_forms(desk: Desk) -> None:
    for command in ("maubaocao", "nhapmau", "taimau quy-che-dan-chu", "rutmau quy-che-dan-chu 1 co"):
        assert "không thuộc quyền" in await desk.lan.says(f"/{command}")
    await desk.lan.shows(NAME, FORM.encode())
    assert "tiep-xuc-cu-tri" not in desk.world.forms


async def test_every_worker_sees_what_one_has_published(store: Store, tmp_path: Path) -> None:
    world, other = World(store, tmp_path), Catalogue(load_forms())
    top = await world.unit("Tỉnh Trung Nam", "province")
    desk = Desk(world, await world.person("Hòa", "staff", top), await world.person("Lan", "cadre", top), top)
    await store.write(lambda tx: keep_shipped(tx, other, NOON))
    await desk.publishes(FORM)
    await refresh_forms(store, other)
    assert other["tiep-xuc-cu-tri"].title == "Tiếp xúc cử tri"
    await desk.publishes(FORM.replace("Tiếp xúc cử tri", "Gặp gỡ cử tri"))
    await refresh_forms(store, other)
    assert (other["tiep-xuc-cu-tri"].title, other["tiep-xuc-cu-tri"].version) == ("Gặp gỡ cử tri", 2)
    assert other.version("tiep-xuc-cu-tri", 1) is not None


async def test_a_report_of_an_earlier_program_keeps_its_form(sqlite_store: Store, tmp_path: Path) -> None:
    old = load_forms()
    await sqlite_store.write(lambda tx: keep_shipped(tx, Catalogue(old), NOON))
    name = "quy-che-dan-chu"
    newer = Catalogue({**old, name: read_form(f"{name}.toml", with_version(shipped_text(name), 2))})
    await refresh_forms(sqlite_store, newer)
    assert newer[name].version == 2
    first = newer.version(name, 1)
    assert first is not None
    assert first.questions == old[name].questions
    world = World(sqlite_store, tmp_path, forms=newer)
    unit = await world.unit("Xã Suối Đá")
    lan = await world.person("Lan", "cadre", unit)
    save = SaveAnswer(unit, name, 1, "2026-Q3", "hoi_nghi_cong_dong", 3)
    await sqlite_store.write(lambda tx: tx.apply(save, lan.person_id, NOON))
    await lan.says("/nhap")
    await lan.says("Ngân sách")
    assert (await sqlite_store.read(lambda tx: tx.report(unit, name, "2026-Q3"))).form_version == 1  # type: ignore[union-attr]


def test_a_published_file_that_this_program_cannot_read_leaves_the_version_before_it_in_force() -> None:
    forms = Catalogue(load_forms())
    good, bad = Published("tiep-xuc", 1, FORM, False), Published("tiep-xuc", 2, "nonsense =", False)
    forms.update([good, bad], (2, 0))
    assert forms["tiep-xuc"].version == 1


def test_every_reason_for_refusing_a_form_is_said_in_vietnamese() -> None:
    """The sentences of the reader, with something in each of their gaps, all have one in Vietnamese."""
    source = Path(load_forms.__code__.co_filename).read_text(encoding="utf-8")
    reasons = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"fail", "fail_at"}:
            match node.args[0]:
                case ast.Constant(value=str(text)):
                    reasons.append(text)
                case ast.JoinedStr(values=parts):
                    reasons.append("".join(_filled(part) for part in parts))
    assert len(reasons) > 20
    assert [reason for reason in reasons if "TOML" in reason_of(reason)] == []


def _filled(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    # A reason within a reason, and the name of a type.
    inner = ast.unparse(part)
    return "a → b → a go in a loop" if "reason" in inner else "str" if "__name__" in inner else "abc"


async def test_an_ad_hoc_form_is_reported_on_by_the_day_of_its_round(desk: Desk) -> None:
    preview = await desk.hoa.shows(NAME, FORM.replace("month", "ad-hoc").encode())
    assert "báo cáo theo từng đợt." in preview
    await desk.hoa.taps("Công bố")
    await desk.lan.says("/baocao tiếp xúc cử tri đợt 20/11/2026: 3 cuộc tiếp xúc")
    await desk.lan.taps("Đúng rồi")
    await desk.lan.taps("Bỏ qua")
    assert "kỳ đợt 20/11/2026" in await desk.lan.taps("Gửi")
    report = await desk.world.store.read(lambda tx: tx.report(desk.unit, "tiep-xuc-cu-tri", "2026-11-20"))
    assert report is not None
    assert report.answers["so_cuoc"] == 3
