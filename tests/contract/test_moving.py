"""Moving to another database: every row of every table, verified, and again after a failure."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from bot.__main__ import main
from bot.backup import BackupFailed
from bot.move import move_everything
from bot.seat import seated
from bot.settings import Settings
from bot.storage import Transaction, moving, open_store
from bot.storage.schema import metadata, unit
from tests.conftest import create_database
from tests.support.mortal import _forks
from tests.support.world import NOON

pytestmark = pytest.mark.postgres


def a_value(column: sa.Column[Any], number: int) -> Any:
    """Something for a column that is easily spoilt on the way."""
    kind = column.type
    if column.foreign_keys:
        return number
    if isinstance(kind, sa.JSON):
        kinds: tuple[Any, ...] = (None, {"b": "Đặng \U0001f600", "a": [1, 2.50, None]}, [], "x", 10**20)
        if number % len(kinds) == 0 and column.nullable:
            return sa.null()
        return kinds[number % len(kinds)] if number % len(kinds) else {}
    if isinstance(kind, sa.Boolean):
        return number % 2 == 0
    if isinstance(kind, sa.Date):
        return dt.date(2026, 2, 1 + number % 28)
    if isinstance(kind, sa.types.TypeDecorator):
        return NOON + dt.timedelta(microseconds=number)
    if isinstance(kind, sa.Integer):
        return number
    return f"{column.name} {number}: Nguyễn, \"'\\ \n{'dài ' * (number % 5)}"


def fill(tx: Transaction) -> None:
    """Rows in every table; units lie below others that came after them."""
    tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table in metadata.sorted_tables:
        if table.name == "meta":
            continue
        for number in range(1, 8):
            row = {column.name: a_value(column, number) for column in table.columns}
            if table is unit:
                row["parent_id"] = number + 1 if number < 7 else None
            tx.connection.execute(table.insert(), row)


async def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows as the program reads them."""
    store = open_store(url)
    try:
        return await store.read(
            lambda tx: {
                table.name: sorted(map(tuple, tx.connection.execute(sa.select(table))), key=repr)
                for table in metadata.sorted_tables
                if table.name != "meta"
            }
        )
    finally:
        await store.close()


@pytest.fixture
async def source(tmp_path: Path, sqlite_template: Path) -> Settings:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")  # type: ignore[call-arg]
    settings.data_dir.mkdir()
    shutil.copy(sqlite_template, settings.data_dir / "danvan.sqlite3")
    store = open_store(settings.database)
    await store.write(fill)
    await store.write(lambda tx: tx.set_meta("noted", {"a": 1}))
    await store.close()
    return settings


@pytest.fixture
async def target(postgres_server: str, tmp_path: Path) -> str:
    url = f"{postgres_server.rsplit('/', 1)[0]}/move_{abs(hash(str(tmp_path)))}"
    await create_database(url)
    return url


def nobody(table: str, rows: int) -> None:
    """Nobody listens."""


async def test_everything_comes_over_and_back(source: Settings, target: str, tmp_path: Path) -> None:
    before = await contents(source.database)
    rows = await move_everything(source, target, nobody)
    assert rows.keys() == metadata.tables.keys()
    assert min(rows.values()) >= 1
    assert await contents(target) == before

    store = open_store(target)
    new = {"name": "Xã Mới", "kind": "commune"}
    key = await store.write(lambda tx: tx.connection.scalar(unit.insert().returning(unit.c.id), new))
    assert key == 8
    with pytest.raises(sa.exc.IntegrityError):  # references are looked after again
        await store.write(lambda tx: tx.connection.execute(unit.insert(), {**new, "parent_id": 999}))
    assert await store.read(lambda tx: tx.meta("noted")) == {"a": 1}
    assert await store.read(lambda tx: len(list(tx.view("deliveries")))) == 7
    await store.write(lambda tx: tx.connection.execute(unit.delete().where(unit.c.id == key)))
    await store.close()

    back = f"sqlite+aiosqlite:///{tmp_path / 'back.sqlite3'}"
    here = Settings(_env_file=None, data_dir=tmp_path / "data", database_url=target)  # type: ignore[call-arg]
    await move_everything(here, back, nobody)
    assert await contents(back) == before


async def test_a_target_with_anything_in_it_is_refused(source: Settings, target: str) -> None:
    store = open_store(target)
    await store.write(lambda tx: tx.connection.exec_driver_sql("CREATE TABLE of_somebody_else (id INTEGER)"))
    await store.close()
    with pytest.raises(BackupFailed) as failure:
        await move_everything(source, target, nobody)
    assert failure.value.block == "not_empty"


async def test_it_is_refused_while_the_program_works(source: Settings, target: str) -> None:
    with seated(source), pytest.raises(BackupFailed) as failure:
        await move_everything(source, target, nobody)
    assert failure.value.block == "stop_first"


async def test_it_is_refused_while_one_of_several_workers_works(source: Settings, target: str) -> None:
    many = source.model_copy(update={"database_url": target, "public_url": "https://bot.example.org"})
    back = f"sqlite+aiosqlite:///{source.data_dir / 'back.sqlite3'}"
    with ExitStack() as others, seated(many):
        others.enter_context(seated(many))
        with pytest.raises(BackupFailed) as while_both:
            await move_everything(many, back, nobody)
        others_only = others.pop_all()
    with others_only, pytest.raises(BackupFailed) as while_the_second:
        await move_everything(many, back, nobody)
    assert {while_both.value.block, while_the_second.value.block} == {"stop_first"}


def test_the_target_is_asked_for_so_that_its_password_is_on_no_command_line(source: Settings) -> None:
    target = f"sqlite+aiosqlite:///{source.data_dir / 'other.sqlite3'}"
    given = {"DANVAN_DATA_DIR": str(source.data_dir)}
    done = CliRunner().invoke(main, ["move"], input=f"{target}\n", env=given)
    assert done.exit_code == 0, done.output
    assert target not in done.output
    assert "Đã chuyển" in done.output


@pytest.mark.parametrize("wrong", ["mysql://x", "postgresql+asyncpg://nobody:secret@127.0.0.1:1/none"])
async def test_a_target_that_cannot_be_reached_is_one_line_without_the_password(source: Settings, wrong: str) -> None:
    with pytest.raises(BackupFailed) as failure:
        await move_everything(source, wrong, nobody)
    assert "\n" not in str(failure.value)
    assert "secret" not in str(failure.value)


async def test_rows_that_arrive_otherwise_leave_nothing_behind(
    source: Settings, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Any] = moving._digest

    async def other(table: sa.Table, connection: Any) -> tuple[int, int]:
        count, digest = await real(table, connection)
        return count, digest + (table.name == "report")

    with monkeypatch.context() as patch:
        patch.setattr(moving, "_digest", other)
        with pytest.raises(BackupFailed) as failure:
            await move_everything(source, target, nobody)
    assert failure.value.block == "not_the_same"
    assert (await move_everything(source, target, nobody))["report"] == 7


def move_and_die(source: Settings, target: str) -> None:
    """In a process of its own."""

    def die(table: str, rows: int) -> None:
        if table == "report":
            os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(move_everything(source, target, die))


async def test_killed_in_the_middle_it_can_be_run_again(source: Settings, target: str) -> None:
    process = _forks.Process(target=move_and_die, args=(source, target))
    process.start()
    await asyncio.to_thread(process.join, 60)
    assert process.exitcode == -signal.SIGKILL
    before = await contents(source.database)
    await move_everything(source, target, nobody)
    assert await contents(target) == before
