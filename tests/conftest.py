"""Fixtures that all tests share: databases, the shared corpus, and what must not be absent in CI."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage import Store, open_store
from tests.support import postgres

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
_numbers = itertools.count()


def absent(what: str) -> None:
    """Skip with a visible reason; in CI its absence is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is absent, and CI must have it")
    pytest.skip(f"{what} is absent")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the shared corpus and gold data."""
    if not SHARED.is_dir():
        absent("the shared corpus")
    return SHARED


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A running PostgreSQL server, one for each test process."""
    if postgres.binaries() is None:
        absent("a PostgreSQL server")
    with postgres.running_server(durable=False) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied: making them anew for each test is what most tests would spend."""
    path = tmp_path_factory.mktemp("template") / "danvan.sqlite3"
    asyncio.run(_migrated(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a database with all tables, to be copied."""
    name = f"template_{os.getpid()}"
    url = f"{postgres_server.rsplit('/', 1)[0]}/{name}"
    asyncio.run(create_database(url))
    asyncio.run(_migrated(url))
    return name


async def _migrated(url: str) -> None:
    opened = open_store(url)
    await opened.migrate()
    await opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'danvan.sqlite3'}"
    server: str = request.getfixturevalue("postgres_server")
    return f"{server.rsplit('/', 1)[0]}/test_{os.getpid()}_{next(_numbers)}"


@pytest.fixture
def migrated_url(database_url: str, request: pytest.FixtureRequest) -> str:
    """A database of each kind with all tables and nothing in them."""
    if database_url.startswith("postgresql"):
        asyncio.run(create_database(database_url, request.getfixturevalue("postgres_template")))
    else:
        shutil.copy(request.getfixturevalue("sqlite_template"), database_url.partition("///")[2])
    return database_url


@pytest_asyncio.fixture
async def store(migrated_url: str) -> AsyncIterator[Store]:
    """An open store with all tables, on SQLite and on PostgreSQL."""
    opened = open_store(migrated_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def sqlite_store(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Store]:
    """An open store on SQLite alone, for tests that are not about the database."""
    shutil.copy(sqlite_template, tmp_path / "danvan.sqlite3")
    opened = open_store(f"sqlite+aiosqlite:///{tmp_path / 'danvan.sqlite3'}")
    yield opened
    await opened.close()


async def create_database(url: str, template: str = "template1") -> None:
    """Make a PostgreSQL database, empty or as its template; SQLite makes its own file."""
    if not url.startswith("postgresql"):
        return
    import asyncpg

    server, name = url.replace("+asyncpg", "").rsplit("/", 1)
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    finally:
        await connection.close()
