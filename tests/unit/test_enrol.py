"""Enrolment: what a stranger can learn and do, through the real turn machinery."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.storage import Store
from bot.storage.schema import account, audit, enrolment_code, person
from handlers import routing
from handlers.people.codes import hash_code, new_code, typed_code
from handlers.people.names import valid_name
from handlers.records.people import NOTICE_VERSION, Account, IssueCode, RemovePerson, Role
from handlers.routing import route
from handlers.texts import say
from handlers.turn import Incoming, Turn
from knowledge.library import Library
from tests.support.world import NOON, Chat, World

HOW = say("enrol.how")


@pytest_asyncio.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


async def province(world: World) -> dict[str, int]:
    root = await world.unit("Tỉnh Hải Lâm", "province")
    names = ("Xã Sơn Hà", "Xã Sơn Hạ", "Xã Bình Minh")
    communes = {name: await world.unit(name, "commune", root) for name in names}
    return {"root": root, "office": await world.unit("Sở Nội vụ", "office", root), **communes}


async def code_for(
    world: World, unit_id: int, role: Role = "cadre", name: str | None = None, seed: str = "seed", days: int = 14
) -> str:
    code = new_code(seed)
    expires = world.clock.now() + dt.timedelta(days=days)
    effect = IssueCode(hash_code(code), unit_id, role, name, expires)
    await world.store.write(lambda tx: tx.apply(effect, None, world.clock.now()))
    return code


async def rows(world: World, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    return await world.store.read(lambda tx: list(tx.connection.execute(sa.select(table))))


async def enrol(chat: Chat, code: str) -> str:
    await chat.says(f"/start {code}")
    return await chat.taps("Đồng ý")


@pytest.mark.parametrize(
    "text", ["xin chào", "/baocao", "/trogiup", "0", "1", "đồng ý", "/start", "start", "huy", "dongy 1", "/xyz", "😀"]
)
async def test_a_stranger_learns_only_how_to_enrol(world: World, text: str) -> None:
    await province(world)
    assert await world.stranger().says(text) == HOW


async def test_a_strangers_file_gets_the_same_answer(world: World) -> None:
    assert await world.stranger().shows("a.txt", b"noi dung", "bao cao") == HOW


@given(text=st.text(max_size=200), action=st.none() | st.sampled_from([":yes", "baocao", "dongy 1", ":name", ":gone"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_stranger_sends_nothing_else_is_said(text: str, action: str | None) -> None:
    class NoReads:
        def invitation(self, code_hash: str) -> None:
            return None

    turn = Turn(
        now=NOON,
        fresh="0" * 32,
        account=Account(1, "test", "x", None),
        person=None,
        message=Incoming(text=text.strip(), action=action),
        conversation=None,
        reads=NoReads(),  # type: ignore[arg-type] - a stranger's turn may ask for nothing else
        library=Library(),
        forms={},
    )
    outcome = route(turn)
    assert [reply.text for reply in outcome.replies] in ([HOW], [say("enrol.wrong", left=4)])
    assert not outcome.pushes


@pytest.mark.parametrize(
    "shape",
    [
        "/start {}",
        "start {}",
        "{}",
        "/start@HaiLamBot {}",
        "bắt đầu {}",
        "mã: {}",
        "START  {}",
    ],
)
@pytest.mark.parametrize(
    "spelling", [str, str.lower, lambda c: c.replace("-", " "), lambda c: c.replace("-", ""), lambda c: f" {c} "]
)
async def test_a_code_is_read_however_it_is_typed(shape: str, spelling: object) -> None:
    code = new_code("any")
    assert callable(spelling)
    typed = typed_code(shape.format(spelling(code)))
    assert typed is not None
    assert hash_code(typed) == hash_code(code)


def test_letters_that_look_alike_are_the_same_code() -> None:
    assert hash_code("O1L0-ABCD-EFGH") == hash_code("0I10-ABCD-EFGH")


@given(st.text(alphabet="0123456789abcdef", min_size=32, max_size=32))
def test_codes_have_three_groups_without_letters_that_confuse(fresh: str) -> None:
    code = new_code(fresh)
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert not set(code) & set("ILOU")


def test_different_chance_gives_different_codes() -> None:
    assert len({new_code(f"{number:032x}") for number in range(2000)}) == 2000


async def test_a_code_notice_and_yes_make_a_person_of_the_unit_and_role(world: World) -> None:
    units = await province(world)
    code = await code_for(world, units["Xã Sơn Hạ"], "cadre", "Lê Thị Hoa")
    chat = world.stranger()
    notice = await chat.says(f"/start {code}")
    assert "91/2025/QH15" in notice
    assert "356/2025/NĐ-CP" in notice
    assert "Tỉnh Hải Lâm" in notice
    assert [choice.label for choice in chat.choices] == ["Đồng ý", "Không đồng ý"]
    assert not await rows(world, person)
    welcome = await chat.taps("Đồng ý")
    assert "Lê Thị Hoa" in welcome
    assert "Xã Sơn Hạ" in welcome
    (row,) = await rows(world, person)
    assert (row.role, row.unit_id, row.agreed_version, row.agreed_at) == (
        "cadre",
        units["Xã Sơn Hạ"],
        NOTICE_VERSION,
        NOON,
    )
    assert [one.action for one in await rows(world, audit)] == ["issue-code", "enrol"]


async def test_the_code_itself_is_never_kept(world: World) -> None:
    units = await province(world)
    code = await code_for(world, units["root"])
    (row,) = await rows(world, enrolment_code)
    assert code not in str(row)
    assert row.code_hash == hash_code(code)


async def test_a_code_without_a_name_asks_for_one_and_takes_letters_only(world: World) -> None:
    units = await province(world)
    chat = world.stranger()
    assert await enrol(chat, await code_for(world, units["root"])) == say("enrol.ask_name")
    assert not await rows(world, person)
    for bad in ("A", "0912345678", "😀😀", "x" * 61, "12"):
        assert await chat.says(bad) == say("enrol.bad_name")
    assert "Nguyễn Văn Hân" in await chat.says("  Nguyễn  Văn Hân ")
    assert [row.name for row in await rows(world, person)] == ["Nguyễn Văn Hân"]


async def test_a_name_that_is_also_a_command_is_still_a_name(world: World) -> None:
    units = await province(world)
    chat = world.stranger()
    await enrol(chat, await code_for(world, units["root"]))
    assert "Hân" in await chat.says("Hân")
    assert len(await rows(world, person)) == 1


async def test_typing_one_or_yes_without_accents_agrees(world: World) -> None:
    units = await province(world)
    for number, word in enumerate(("1", "dong y", "ĐỒNG Ý.", "có")):
        chat = world.stranger()
        await chat.says(await code_for(world, units["root"], name="Lê An", seed=str(number)))
        assert "Đăng ký xong" in await chat.says(word)


async def test_anything_but_a_yes_shows_the_notice_again(world: World) -> None:
    units = await province(world)
    chat = world.stranger()
    notice = await chat.says(await code_for(world, units["root"], name="Lê An"))
    for text in ("hạn báo cáo?", "/baocao", "đồng ý một phần"):
        assert await chat.says(text) == notice
    assert not await rows(world, person)


async def test_no_keeps_nothing_and_the_code_stays_good(world: World) -> None:
    units = await province(world)
    code = await code_for(world, units["root"], name="Lê An")
    chat = world.stranger()
    await chat.says(code)
    assert await chat.taps("Không đồng ý") == say("enrol.declined")
    assert not await rows(world, person)
    assert await chat.says("1") == HOW
    assert "Đăng ký xong" in await enrol(chat, code)


async def test_a_code_works_once(world: World) -> None:
    units = await province(world)
    code = await code_for(world, units["root"], name="Lê An")
    await enrol(world.stranger(), code)
    assert await world.stranger().says(code) == say("enrol.used")


async def test_a_code_used_by_somebody_else_while_the_notice_was_read_is_refused(world: World) -> None:
    units = await province(world)
    code = await code_for(world, units["root"], name="Lê An")
    slow, quick = world.stranger(), world.stranger()
    await slow.says(code)
    await enrol(quick, code)
    assert await slow.taps("Đồng ý") == say("enrol.used")
    assert len(await rows(world, person)) == 1


async def test_a_code_that_expires_while_the_name_is_asked_is_refused(world: World) -> None:
    units = await province(world)
    code = await code_for(world, units["root"], days=1)
    chat = world.stranger()
    await enrol(chat, code)
    world.clock.shift += dt.timedelta(days=2)
    assert await chat.says("Lê An") == say("enrol.expired")
    assert await world.stranger().says(code) == say("enrol.expired")
    assert not await rows(world, person)


async def test_five_wrong_codes_lock_the_account_for_growing_times(world: World) -> None:
    units = await province(world)
    right = await code_for(world, units["root"], name="Lê An")
    chat = world.stranger()
    for left in (4, 3, 2, 1):
        assert await chat.says("start 1234-5678-9ABC") == say("enrol.wrong", left=left)
    until = world.clock.now() + dt.timedelta(minutes=5)
    assert await chat.says("1234-5678-9ABC") == say("enrol.locked", until=until)
    assert await chat.says(right) == say("enrol.locked", until=until)
    assert "Mã đúng" in await world.stranger().says(right), "another account is not locked"
    world.clock.shift += dt.timedelta(minutes=5)
    until = world.clock.now() + dt.timedelta(minutes=20)
    assert await chat.says("1234-5678-9ABC") == say("enrol.locked", until=until)
    world.clock.shift += dt.timedelta(minutes=20)
    assert "Đăng ký xong" in await enrol(chat, right)
    (row,) = [one for one in await rows(world, account) if one.address == chat.address]
    assert (row.wrong_codes, row.locked_until) == (0, None)


async def test_a_lock_never_lasts_longer_than_a_day(world: World) -> None:
    chat = world.stranger()
    for _ in range(40):
        await chat.says("start 1234-5678-9ABC")
        (row,) = await rows(world, account)
        assert row.locked_until is None or row.locked_until <= world.clock.now() + dt.timedelta(days=1)
        world.clock.shift += dt.timedelta(days=1)


async def test_a_yes_under_an_older_notice_is_no_yes(world: World) -> None:
    units = await province(world)
    chat = world.stranger()
    await chat.says(await code_for(world, units["root"], name="Lê An"))
    old = chat.messages[-1]
    await chat.says(await code_for(world, units["root"], name="Lê An", seed="other"))
    await chat.taps("Không đồng ý")
    assert await chat.presses(old, 0) == HOW


async def test_whoever_agreed_to_another_notice_is_asked_again_and_keeps_the_open_form(world: World) -> None:
    units = await province(world)
    chat = await world.person("Lê An", "staff", units["office"])
    await chat.says("/moi")
    await world.store.write(lambda tx: tx.connection.execute(sa.update(person).values(agreed_version="0")))
    assert say("enrol.notice_again") in await chat.says("Bình Minh")
    assert await chat.taps("Không đồng ý") == say("enrol.declined_again")
    await chat.says("gì cũng được")
    assert "Lê An" in await chat.taps("Đồng ý")
    assert "vai trò nào" in await chat.says("Bình Minh")


async def test_an_enrolled_person_is_greeted_and_a_code_changes_nothing(world: World) -> None:
    units = await province(world)
    chat = await world.person("Lê An", "cadre", units["Xã Sơn Hà"])
    code = await code_for(world, units["root"], "admin")
    assert "Lê An" in await chat.says("/start")
    assert "đã đăng ký là Lê An" in await chat.says(f"/start {code}")
    assert [row.used_at for row in await rows(world, enrolment_code)] == [None]


async def test_a_removed_person_is_a_stranger_at_once(world: World) -> None:
    units = await province(world)
    admin = await world.person("Trần Quản", "admin", units["root"])
    chat = await world.person("Lê An", "cadre", units["Xã Sơn Hà"])
    await chat.says("/moi")
    effect = RemovePerson(chat.person_id)
    await world.store.write(lambda tx: tx.apply(effect, admin.person_id, world.clock.now()))
    assert await chat.says("/han") == HOW
    assert (await rows(world, audit))[-1].action == "remove-person"


async def test_staff_invite_by_typing_a_name_and_are_asked_which_of_two(world: World) -> None:
    units = await province(world)
    staff = await world.person("Trần Bình", "staff", units["office"])
    await staff.says("/moi")
    assert "Có nhiều đơn vị" in await staff.says("son ha")
    assert [choice.label for choice in staff.choices] == ["Xã Sơn Hà", "Xã Sơn Hạ", "Hủy"]
    await staff.says("2")
    assert [choice.label for choice in staff.choices][:2] == ["Cán bộ", "Lãnh đạo theo dõi"]
    await staff.says("can bo")
    forward = (await staff.says("Lê Thị Hoa")).splitlines()
    (line,) = [line for line in forward if "start" in line]
    chat = world.stranger()
    await chat.says(line.split("Gõ: ")[1])
    assert "Xã Sơn Hạ" in await chat.taps("Đồng ý")
    (row,) = [one for one in await rows(world, person) if one.name == "Lê Thị Hoa"]
    assert (row.unit_id, row.role) == (units["Xã Sơn Hạ"], "cadre")
    note = next(one for one in await rows(world, audit) if one.action == "issue-code")
    assert (note.person_id, note.object) == (staff.person_id, f"unit:{units['Xã Sơn Hạ']}")


async def test_staff_cannot_let_staff_in_but_admins_can(world: World) -> None:
    units = await province(world)
    staff = await world.person("Trần Bình", "staff", units["office"])
    await staff.says("/moi xa binh minh")
    assert "vai trò nào" in await staff.says("Chuyên viên")
    admin = await world.person("Lý Quản", "admin", units["office"])
    await admin.says("/moi xa binh minh")
    assert "Chuyên viên" in await admin.says("Chuyên viên")
    await admin.says("bỏ")
    assert [row.role for row in await rows(world, enrolment_code)] == ["staff"]


async def test_a_cadre_cannot_invite(world: World) -> None:
    units = await province(world)
    chat = await world.person("Lê An", "cadre", units["Xã Sơn Hà"])
    assert await chat.says("/moi") == say("help.not_allowed")


async def test_an_unknown_unit_offers_what_is_near_and_cancel_ends_it(world: World) -> None:
    units = await province(world)
    staff = await world.person("Trần Bình", "staff", units["office"])
    await staff.says("moi")
    assert "Không có đơn vị" in await staff.says("binh minhh")
    assert "Xã Bình Minh" in [choice.label for choice in staff.choices]
    assert "Không tìm thấy" in await staff.says("qqqq")
    assert await staff.says("huy") == say("invite.cancelled")
    assert not await rows(world, enrolment_code)


@pytest.mark.parametrize(
    "text, name", [("Lê  An", "Lê An"), ("y", None), ("H'Hen Niê", "H'Hen Niê"), ("a1", None), ("..", None)]
)
def test_a_name_has_letters(text: str, name: str | None) -> None:
    assert valid_name(text) == name


def test_every_command_has_its_row_in_the_table_of_permissions() -> None:
    from handlers.permissions import _TABLE

    assert set(routing.COMMANDS) <= set(_TABLE)
