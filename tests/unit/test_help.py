"""Finding one's way: the menu of each role, unknown commands, and the way out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage import Store
from handlers.menu import ITEMS, TYPED
from handlers.people.codes import hash_code
from handlers.permissions import reach, scope
from handlers.records.people import IssueCode, Person, Role, Unit
from handlers.routing import COMMANDS, recognise
from handlers.texts import say
from tests.support.world import Chat, World


@pytest_asyncio.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


async def somebody(world: World, role: Role) -> Chat:
    root = await world.unit("Tỉnh Hải Lâm", "province")
    return await world.person("Lê An", role, await world.unit("Sở Nội vụ", "office", root))


@pytest.mark.parametrize("word", ["/trogiup", "trợ giúp", "tro giup", "menu", "0", "help", "GIÚP", "/help", "/start"])
async def test_the_menu_is_found_by_many_words(world: World, word: str) -> None:
    chat = await somebody(world, "cadre")
    await chat.says(word)
    assert [choice.action for choice in chat.choices] == ["han", "baocao", "nhap", "dagui"]


@pytest.mark.parametrize("role", ["cadre", "staff", "supervisor", "admin"])
def test_the_menu_offers_what_exists_and_is_allowed(role: Role) -> None:
    person = Person(1, "Lê An", role, Unit(1, "Xã A", "commune", None), agreed=True)
    allowed = [name for name in ITEMS if scope(person, name)]
    assert len(allowed) >= 4
    assert set(allowed) <= set(COMMANDS)


async def test_a_choice_of_the_menu_is_a_command(world: World) -> None:
    chat = await somebody(world, "staff")
    await chat.says("menu")
    assert "đơn vị nào" in await chat.taps("Mời người mới")


async def test_an_unknown_slash_command_is_no_question(world: World) -> None:
    chat = await somebody(world, "cadre")
    assert await chat.says("/abcxyz gì đó") == say("help.unknown", typed="/abcxyz")
    assert await chat.says("/") == say("help.unknown", typed="/")
    await chat.taps("Trang chính")
    assert "baocao" in [choice.action for choice in chat.choices]


async def test_an_unknown_command_leaves_an_open_conversation_open(world: World) -> None:
    chat = await somebody(world, "staff")
    await chat.says("/thongbao")
    await chat.says("/abcxyz")
    assert "đơn vị nào" in await chat.says("Họp giao ban")


@pytest.mark.parametrize("word", ["huy", "hủy", "/huy", "thoát", "Hủy bỏ"])
async def test_cancelling_nothing_says_so(world: World, word: str) -> None:
    chat = await somebody(world, "cadre")
    assert await chat.says(word) == say("help.nothing_open")


async def test_zero_and_cancel_belong_to_what_is_open(world: World) -> None:
    chat = await somebody(world, "staff")
    await chat.says("/moi")
    assert "Không tìm thấy" in await chat.says("0")
    assert await chat.says("hủy") == say("invite.cancelled")


async def test_a_button_of_the_time_before_enrolment_only_leads_to_the_menu(world: World) -> None:
    unit = await world.unit("Xã Bình Minh")
    issue = IssueCode(hash_code("code"), unit, "cadre", "Lê An", world.clock.now() + dt.timedelta(days=1))
    await world.store.write(lambda tx: tx.apply(issue, None, world.clock.now()))
    chat = world.stranger()
    await chat.says("start code")
    notice = chat.messages[-1]
    await chat.taps("Đồng ý")
    assert await chat.presses(notice, 0) == say("help.stale_alone")
    assert [choice.action for choice in chat.choices] == ["trogiup"]


@pytest.mark.parametrize(
    "line, name, words",
    [
        ("/vanban@HaiLamBot 120-KL/TW", "vanban", "120-KL/TW"),
        ("/thongbao dòng một\ndòng hai", "thongbao", "dòng một\ndòng hai"),
        ("THÔNG BÁO", "thongbao", ""),
        ("thong  bao", "thongbao", ""),
    ],
)
def test_commands_are_recognised_as_people_type_them(line: str, name: str, words: str) -> None:
    found = recognise(line)
    assert found is not None
    assert (found[0].name, found[1]) == (name, words)


@pytest.mark.parametrize("line", ["thông báo này nói gì?", "đã đọc nhưng chưa hiểu", "mới có văn bản nào không"])
def test_a_sentence_that_begins_like_a_command_stays_a_question(line: str) -> None:
    assert recognise(line) is None


BUTTONS = {
    "gotaikhoan", "hoi", "nguyenvan", "lienquan", "khongdung", "suatin", "nguoi", "duyethan", "bonhom", "trangchinh",
    "thuma", "nhapmau", "taimau", "rutmau", "gui", "xetduyet", "duyetke", "chapnhan", "duyetca", "tralai", "tamdunghan",
    "tieptuchan", "ketthuchan", "nhacnop", "traloi", "sosanh",
}  # fmt: skip
"""Commands that only buttons carry, each with the key of what it means, or that follow from what is typed."""


def test_every_command_is_typed_or_carried_by_buttons_alone() -> None:
    assert set(TYPED) | BUTTONS == set(COMMANDS)
    assert not set(TYPED) & BUTTONS


@pytest.mark.parametrize("role", ["cadre", "staff", "supervisor", "admin"])
async def test_the_help_leads_to_every_command_that_the_role_may_use(world: World, role: Role) -> None:
    chat = await somebody(world, role)
    assert "/lenh" in await chat.says("trợ giúp")
    said = await chat.says("/lenh")
    for name in TYPED:
        assert (f"/{name}: " in said) is (reach(role, name) is not None), name


def test_the_manual_names_every_command_with_those_who_may_use_it() -> None:
    manual = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
    roles = {"cadre": "cán bộ", "staff": "chuyên viên", "supervisor": "lãnh đạo", "admin": "quản trị"}
    for name in TYPED:
        named = [word for role, word in roles.items() if reach(role, name)]  # type: ignore[arg-type]
        whom = "mọi người" if len(named) == len(roles) else ", ".join(named)
        assert f"| `/{name}` | {say(f'help.does_{name}')} | {whom} |" in manual, name
