"""The audit trail: every action has a Vietnamese name, and admins find a row by who, what and when."""

from __future__ import annotations

import ast
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from openpyxl import load_workbook

from bot.storage import Store
from bot.storage.schema import audit
from handlers.privacy.actions import action_name, actions_like
from handlers.texts import blocks, say
from tests.support.world import NOON, Chat, World

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for part in ("bot", "handlers") for path in (ROOT / part).rglob("*.py"))


def values(node: ast.expr, module: ast.Module) -> Iterator[str]:
    """The strings that an expression can be. Raises AssertionError where that can't be told."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from values(body, module)
            yield from values(other, module)
        case ast.Subscript(value=ast.Name(id=name)) | ast.Name(id=name):
            found = [
                one.value
                for one in ast.walk(module)
                if isinstance(one, ast.Assign | ast.AnnAssign) and one.value is not None
                for to in (one.targets if isinstance(one, ast.Assign) else [one.target])
                if isinstance(to, ast.Name) and to.id == name
            ]
            for one in found:
                for part in one.values if isinstance(one, ast.Dict) else [one]:
                    yield from values(part, module)
            assert found, f"an action that is not written out: {name}"
        case _:
            raise AssertionError(f"an action that is not written out: {ast.unparse(node)}")


def written() -> set[str]:
    """Every action that any code writes into the trail."""
    found: set[str] = set()
    for path in CODE:
        module = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(module):
            match node:
                case ast.Call(func=ast.Attribute(attr="note"), args=[_, _, ast.Attribute(attr="action"), *_]):
                    pass  # what an effect of access brings with it: found where that is made
                case ast.Call(func=ast.Attribute(attr="note"), args=[_, _, action, *_]):
                    found.update(values(action, module))
                case ast.Call(func=ast.Name(id="NoteAccess"), args=[action, *_]):
                    found.update(values(action, module))
    return found


def test_every_action_that_is_written_has_a_vietnamese_name_and_every_name_an_action() -> None:
    named = {name.replace("_", "-") for name in blocks("action")}
    assert len(named) > 40
    assert written() == named


def test_no_two_actions_share_a_name() -> None:
    names = [say(f"action.{name}") for name in blocks("action")]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 45 for name in names), "a line fits a phone"


def test_an_action_of_a_later_version_is_shown_as_it_is_written() -> None:
    assert action_name("teleport-unit") == "teleport-unit"


def test_an_action_is_found_by_its_name_or_some_words_of_it() -> None:
    assert actions_like("tra lai bao cao") == ["return-report"]
    assert {"submit-report", "return-report", "approve-reports"} <= set(actions_like("bao cao"))
    assert actions_like("bay len trang") == []


@pytest_asyncio.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


@pytest_asyncio.fixture
async def admin(world: World) -> Chat:
    """An admin, and a trail of what others did on some days."""
    root = await world.unit("Tỉnh Hải Lâm", "province")
    commune = await world.unit("Xã Sơn Hà", "commune", root)
    staff, cadre = await world.person("Phạm Quốc Toàn", "staff", root), await world.person("Lê An", "cadre", commune)

    def work(tx: Any) -> None:
        for days in range(12):
            at = NOON - dt.timedelta(days=days)
            tx.note(at, cadre.person_id, "submit-report", f"report:{commune}/dan-van-kheo/2026-10", receipt="26-1")
            tx.note(at, staff.person_id, "return-report", "report:7", receipt="26-1")
        tx.note(NOON, None, "remove-person", f"person:{cadre.person_id}", codes=0)

    await world.store.write(work)
    return await world.person("Võ Minh Châu", "admin", root)


async def test_the_trail_is_shown_the_latest_first_page_by_page(admin: Chat) -> None:
    said = await admin.says("/nhatky")
    assert "25 dòng (trang 1/3)" in said
    assert "Người vận hành: dừng quyền truy cập (Lê An)" in said
    assert "18/11 12:00 Lê An: gửi báo cáo (Xã Sơn Hà, dan-van-kheo, tháng 10/2026)" in said
    assert max(map(len, said.split("\n"))) < 100
    assert "trang 2/3" in await admin.taps("Xem tiếp")


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("hôm qua", 2),
        ("Lê An", 13),  # also what was done to them
        ("le an hom qua", 1),
        ("trả lại báo cáo", 12),
        ("Phạm Quốc Toàn trả lại tuần này", 3),
        ("tra lai toan 16/11", 1),
        ("từ 10/11 đến 12/11", 6),
        ("dừng quyền", 1),
    ],
)
async def test_rows_are_found_by_who_what_and_when_as_typed(admin: Chat, words: str, count: int) -> None:
    assert f": {count} dòng" in await admin.says(f"/nhatky {words}")


@pytest.mark.parametrize("words", ["vũ trụ", "Lê An bay lên", "'; DROP TABLE audit; --", "%"])
async def test_words_that_are_nobody_and_nothing_are_not_guessed_at(admin: Chat, words: str) -> None:
    said = await admin.says(f"/nhatky {words}")
    assert "chưa hiểu" in said


async def test_the_trail_as_a_file_holds_what_was_asked_for_and_is_itself_noted(world: World, admin: Chat) -> None:
    await admin.says("/nhatky trả lại tuần này")
    await admin.taps("Tải về")
    (file,) = admin.messages[-1].files
    (page,) = load_workbook(io.BytesIO(file.path.read_bytes())).worksheets
    assert page.max_row == 1 + 3
    assert {row[3] for row in page.iter_rows(min_row=2, values_only=True)} == {"trả lại báo cáo"}
    query = sa.select(audit.c.person_id).where(audit.c.action == "export-audit")
    who = await world.store.read(lambda tx: tx.connection.scalars(query).all())
    assert who == [admin.person_id]
