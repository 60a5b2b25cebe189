"""The one table of who may do what holds for every command, however it is asked for, and for every open form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.storage import Store, Transaction
from bot.storage.schema import audit, deadline, person
from handlers.permissions import _ROLES, _TABLE, reach, scope
from handlers.records.deadlines import AddDeadline
from handlers.records.people import Person, Role, Unit
from handlers.routing import COMMANDS, FLOWS
from handlers.texts import say
from tests.support.world import Chat, World

FORBIDDEN = [(name, role) for name in COMMANDS for role in _ROLES if not _TABLE[name][_ROLES.index(role)]]
WORDS = ["", "1", "1 dongy", "dan-van-kheo 2026-10"]


@pytest_asyncio.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


async def everybody(world: World) -> dict[Role, Chat]:
    root = await world.unit("Tỉnh Hải Lâm", "province")
    office, commune = await world.unit("Sở Nội vụ", "office", root), await world.unit("Xã Sơn Hà", "commune", root)
    return {role: await world.person(f"Lê {role}", role, commune if role == "cadre" else office) for role in _ROLES}


def test_every_command_and_every_flow_has_a_row_and_every_row_a_command_or_flow() -> None:
    assert set(_TABLE) == set(COMMANDS) | (set(FLOWS) - {"enrol"})


@pytest.mark.parametrize("role", _ROLES)
def test_what_has_no_row_is_open_to_nobody(role: Role) -> None:
    somebody = Person(1, "Lê An", role, Unit(1, "Xã Sơn Hà", "commune", None), agreed=True)
    assert scope(somebody, "xoahet") is None
    assert scope(somebody, "enrol") is None


async def test_what_the_table_forbids_is_refused_and_changes_nothing(world: World) -> None:
    """Every command, every role, with and without words, typed as a command."""
    chats = await everybody(world)
    assert FORBIDDEN
    for name, role in FORBIDDEN:
        for words in WORDS:
            said = await chats[role].says(f"/{name} {words}".strip())
            assert said == say("help.not_allowed"), f"{role}: /{name} {words}"
    assert await rows(world, audit) == []


PROVINCE = [name for name in COMMANDS if reach("staff", name) == "province"]


async def test_what_is_the_same_for_the_whole_province_is_not_for_staff_of_a_commune(world: World) -> None:
    """Neither for those of an office that a commune has; but for those of an office of the province."""
    root = await world.unit("Tỉnh Hải Lâm", "province")
    commune = await world.unit("Xã Sơn Hà", "commune", root)
    below = [commune, await world.unit("Văn phòng xã", "office", commune)]
    chats = [await world.person(f"Lê {unit}", "staff", unit) for unit in below]
    central = await world.person("Lê Tỉnh", "staff", await world.unit("Sở Nội vụ", "office", root))
    assert {"themvanban", "rutmau", "cautraloi", "maubaocaotonghop"} <= set(PROVINCE)
    for name in PROVINCE:
        for chat in chats:
            assert await chat.says(f"/{name} 1") == say("help.not_allowed"), name
        assert say("help.not_allowed") not in await central.says(f"/{name}"), name
        await central.says("/huy")
    assert "chưa được dùng vào việc gì" in await chats[0].shows("mau.toml", b'title = "x"')
    assert await rows(world, audit) == []


async def test_staff_of_a_commune_keep_their_own_deadlines_and_leave_those_of_the_province(world: World) -> None:
    root = await world.unit("Tỉnh Hải Lâm", "province")
    commune, other = [await world.unit(name, "commune", root) for name in ("Xã Sơn Hà", "Xã Bình Minh")]
    staff = await world.person("Lê Xã", "staff", commune)
    boss = await world.person("Lê Tỉnh", "staff", root)
    now, rule = world.clock.now(), {"every": "month", "day": 25}

    def work(tx: Transaction) -> None:
        for title, audience, owner in (
            ("Hạn chung", {"kind": "commune"}, boss.person_id),
            ("Hạn giao xã", {"units": [commune]}, boss.person_id),
            ("Hạn từ văn bản", {"kind": "commune"}, None),
            ("Hạn xã khác", {"units": [other]}, boss.person_id),
        ):
            tx.apply(AddDeadline(None, title, None, rule, None, None, audience, (3,), owner), boss.person_id, now)

    await world.store.write(work)
    before = await rows(world, deadline)
    for key in (1, 2, 3):
        await staff.says(f"/xemhan {key}")
        assert [one.label for one in staff.choices] == [say("schedule.all")]
        for name in ("suahan", "tamdunghan", "tieptuchan", "ketthuchan"):
            assert "không sửa được" in await staff.says(f"/{name} {key}{'' if name == 'suahan' else ' dongy'}")
    assert await staff.says("/xemhan 4") == say("schedule.gone")
    assert await rows(world, deadline) == before
    for line in ("/hanmoi Họp thôn", "trước ngày 20 hằng tháng"):
        await staff.says(line)
    await staff.taps("Không")
    await staff.taps("Xác nhận")
    own = (await rows(world, deadline))[-1]
    assert (own.title, own.audience, own.owner_id) == ("Họp thôn", {"within": [commune]}, staff.person_id)
    await staff.says("/tamdunghan 5 dongy")
    await boss.says("/tamdunghan 2 dongy")
    assert [one.state for one in await rows(world, deadline)] == ["active", "paused", "active", "active", "paused"]
    assert "Hạn xã khác" not in await staff.says("/han")


async def test_what_the_table_allows_is_not_refused_for_lack_of_a_right(world: World) -> None:
    chats = await everybody(world)
    for name in COMMANDS:
        for role in _ROLES:
            if (name, role) not in FORBIDDEN:
                said = await chats[role].says(f"/{name}")
                assert said, f"{role}: /{name}"
                assert say("help.not_allowed") not in said, f"{role}: /{name}"
                await chats[role].says("/huy")


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_stranger_learns_nothing_from_any_command_but_how_to_enrol(world: World, name: str) -> None:
    await everybody(world)
    stranger = world.stranger()
    spellings = (f"/{name}", name, *COMMANDS[name].spellings, f"{name} 1")
    for line in spellings:
        assert await stranger.says(line) in {say("enrol.how"), say("enrol.wrong", left=4)}, line


@pytest.mark.parametrize(
    ("began", "line", "becomes"),
    [
        ("staff", "/thongbao Mời họp giao ban", "cadre"),
        ("staff", "/moi", "supervisor"),
        ("staff", "/hanmoi", "supervisor"),
        ("cadre", "/baocao dan-van-kheo tháng 10/2026", "supervisor"),
    ],
)
async def test_a_form_that_is_open_ends_with_the_right_to_it(
    world: World, began: Role, line: str, becomes: Role
) -> None:
    chat = (await everybody(world))[began]
    await chat.says(line)
    assert chat.choices
    change = person.update().where(person.c.id == chat.person_id).values(role=becomes)
    await world.store.write(lambda tx: tx.connection.execute(change))
    assert await chat.says("tất cả") == say("help.not_allowed")
    assert say("help.not_allowed") not in await chat.says("/trogiup")
    assert say("help.not_allowed") not in await chat.says("tất cả"), "the form is closed, this is a question"


async def rows(world: World, table: sa.Table) -> list[Any]:
    return await world.store.read(lambda tx: list(tx.connection.execute(table.select())))
