"""Whoever was erased stays erased when an older backup is restored; the operator erases on the command line."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from bot import app
from bot.__main__ import main
from bot.backup import back_up
from bot.clock import Clock
from bot.erasing import erase, find_person
from bot.erasures import NAME, note_new, read_journal, repeat
from bot.settings import Settings
from bot.storage import Store, Transaction, open_store
from bot.storage.schema import audit, data_request, person
from handlers.records.people import RemovePerson
from handlers.texts import say
from tests.support.world import NOON, Chat, World

GONE = "Cán bộ đã xóa dữ liệu"
LATER = NOON + dt.timedelta(days=1)


async def names(store: Store) -> list[str]:
    return await store.read(lambda tx: list(tx.connection.scalars(sa.select(person.c.name).order_by(person.c.id))))


async def with_two(world: World) -> tuple[Chat, Chat]:
    root = await world.unit("Tỉnh Hải Lâm", "province")
    commune = await world.unit("Xã Sơn Hà", "commune", root)
    return await world.person("Vi Thị Hoa", "admin", root), await world.person("Lò Thị Mai", "cadre", commune)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data", port=0)  # type: ignore[call-arg]


@pytest.fixture
def danvan(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Callable[..., Result]:
    """A command on this data folder, and what is typed when it asks."""
    monkeypatch.setattr("bot.__main__.set_up_logging", lambda: None)
    monkeypatch.setattr("bot.__main__.load_settings", lambda: settings)
    return lambda *words, typed="": CliRunner().invoke(main, words, input=typed)


def test_an_operator_erases_and_the_erasure_outlives_a_restore(
    settings: Settings, danvan: Callable[..., Result]
) -> None:
    async def fill() -> Path:
        settings.data_dir.mkdir()
        store = open_store(settings.database)
        await store.migrate()
        admin, cadre = await with_two(World(store, settings.data_dir))
        await store.write(lambda tx: tx.apply(RemovePerson(cadre.person_id), admin.person_id, NOON))
        made = await back_up(settings, settings.backups, NOON)
        await store.close()
        return made.path

    async def found() -> list[str]:
        store = open_store(settings.database)
        try:
            return await names(store)
        finally:
            await store.close()

    archive = asyncio.run(fill())
    refused = danvan("erase", "lo thi mai", typed="n\n")
    assert "Lò Thị Mai (Xã Sơn Hà, đã dừng quyền)" in refused.output
    assert refused.exit_code == 1
    assert asyncio.run(found()) == ["Vi Thị Hoa", "Lò Thị Mai"]
    done = danvan("erase", "lo thi mai", "--yes")
    assert done.exit_code == 0, done.output
    assert asyncio.run(found()) == ["Vi Thị Hoa", GONE]
    assert "Mai" not in (settings.data_dir / NAME).read_text("utf-8")
    for file in settings.data_dir.glob("danvan.sqlite3*"):
        file.unlink()
    restored = danvan("restore", str(archive))
    assert "đã xóa lại 1 người" in restored.output, restored.output
    assert asyncio.run(found()) == ["Vi Thị Hoa", GONE]


async def test_the_next_start_erases_again_whom_the_database_has_back(sqlite_store: Store, settings: Settings) -> None:
    settings.data_dir.mkdir()
    admin, cadre = await with_two(World(sqlite_store, settings.data_dir))
    enrolled = await sqlite_store.read(lambda tx: tx.enrolled([cadre.person_id, admin.person_id]))
    line = '{"person": %d, "at": "%s", "enrolled": "%s"}'
    lines = [
        line % (cadre.person_id, LATER.isoformat(), enrolled[cadre.person_id].isoformat()),
        line % (admin.person_id, LATER.isoformat(), LATER.isoformat()),  # of another database: somebody else
        '{"person": 1, "at"',  # cut off
    ]
    (settings.data_dir / NAME).write_text("\n".join(lines), "utf-8")
    async with app.running(app.assemble(settings, sqlite_store, Clock(), demo=True)):
        assert await names(sqlite_store) == ["Vi Thị Hoa", GONE]


async def test_every_erasure_is_noted_once_and_repeating_is_safe(store: Store, tmp_path: Path) -> None:
    world = World(store, tmp_path)
    _, cadre = await with_two(world)
    await cadre.says("/xoadulieu")
    await cadre.taps("Gửi yêu cầu xóa")
    await erase(store, cadre.person_id, LATER)
    for _ in range(2):
        await note_new(store, tmp_path)
        found = await repeat(store, tmp_path, LATER)
        assert (found.done, found.unknown) == (0, ())
    noted = read_journal(tmp_path)
    assert [(one.person_id, one.at) for one in noted] == [(cadre.person_id, LATER)]
    world.clock.shift = LATER - NOON
    await world.settle()
    assert cadre.messages[-1].text == say("request.granted_erase", number=1), "what they asked for is answered"

    def look(tx: Transaction) -> tuple[list[str], list[str]]:
        actions = sa.select(audit.c.action).where(audit.c.person_id.is_(None)).order_by(audit.c.id)
        return list(tx.connection.scalars(actions)), list(tx.connection.scalars(sa.select(data_request.c.outcome)))

    assert await store.read(look) == (["grant-request", "erase-person"], ["done"])
    assert await names(store) == ["Vi Thị Hoa", GONE]


async def test_the_only_admin_can_be_erased_by_the_operator_and_a_name_must_be_clear(
    sqlite_store: Store, tmp_path: Path
) -> None:
    world = World(sqlite_store, tmp_path)
    admin, cadre = await with_two(world)
    await world.person("Lò Thị Mai", "cadre", 2)
    for unclear in ("mai", "Lò Thị Mai", "không có ai", ""):
        with pytest.raises(ValueError, match=r"Lò Thị Mai|Không có ai"):
            await find_person(sqlite_store, unclear)
    assert (await find_person(sqlite_store, str(cadre.person_id))).name == "Lò Thị Mai"
    only = await find_person(sqlite_store, "hoa")
    await erase(sqlite_store, only.id, LATER)
    assert (await names(sqlite_store))[0] == GONE
    assert only.id == admin.person_id
