"""Fixtures that all tests share: databases, the shared corpus, and what must not be absent in CI."""

from __future__ import annotations

import itertools
import os
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
    with postgres.running_server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'danvan.sqlite3'}"
    server: str = request.getfixturevalue("postgres_server")
    return f"{server.rsplit('/', 1)[0]}/test_{os.getpid()}_{next(_numbers)}"


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store with all tables, on SQLite and on PostgreSQL."""
    await create_database(database_url)
    opened = open_store(database_url)
    await opened.migrate()
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[Store]:
    """An open store on SQLite alone, for tests that are not about the database."""
    opened = open_store(f"sqlite+aiosqlite:///{tmp_path / 'danvan.sqlite3'}")
    await opened.migrate()
    yield opened
    await opened.close()


async def create_database(url: str) -> None:
    """Make an empty PostgreSQL database; SQLite makes its own file."""
    if not url.startswith("postgresql"):
        return
    import asyncpg

    server, name = url.replace("+asyncpg", "").rsplit("/", 1)
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
