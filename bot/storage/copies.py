"""The whole database as one file: copied while the program works, and put back into an empty database.

SQLite is copied by its own backup interface, which reads one consistent state and holds nobody up. PostgreSQL is
dumped by ``pg_dump`` (custom format) from a snapshot in which the rows are counted too, so that counts and dump agree.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.meta import Meta
from bot.storage.migrate import NewerSchema
from bot.storage.status import LAST_BACKUP

_SPARE = 64 << 20
"""Bytes that stay free on the disk of the database: whoever serves at that moment needs room, too."""


class CopyFailed(Exception):
    """The database can't be copied or put back; ``reason`` is a block of ``keeping.j2``, ``detail`` goes with it."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds."""

    kind: str
    """"sqlite" or "postgresql"."""
    revision: str
    """The schema's."""
    rows: Mapping[str, int]
    """How many rows each table has."""


@asynccontextmanager
async def _asking(url: str, **arguments: Any) -> AsyncIterator[AsyncEngine]:
    """An engine for a moment; what its database says against it is CopyFailed."""
    engine = create_async_engine(url, hide_parameters=True, connect_args=arguments)
    try:
        yield engine
    except (CopyFailed, NewerSchema):
        raise
    except Exception as error:  # what drivers say may hold the password
        raise CopyFailed("no_database", type(error).__name__) from error
    finally:
        await engine.dispose()


async def copy_database(url: str, target: Path) -> Contents:
    """Copy the database as it is at this moment. Raises CopyFailed, and OSError where the file can't be written."""
    if path := _file(url):
        return await asyncio.to_thread(_copy_file, path, target)
    async with _asking(url) as engine, engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        contents = Contents("postgresql", await _revision(connection), await connection.run_sync(_count))
        snapshot = await connection.scalar(sa.text("SELECT pg_export_snapshot()"))
        # Compressed later, with the rest.
        dump = ["pg_dump", "-Fc", "-Z0", "--no-owner", "--no-privileges"]
        await _client(url, *dump, f"--snapshot={snapshot}", f"--file={target}")
        return contents


async def is_empty(url: str) -> bool:
    """Whether nothing is there that could be overwritten. Raises CopyFailed where the server can't be asked."""
    if path := _file(url):
        return not path.exists()
    async with _asking(url) as engine, engine.connect() as connection:
        return not await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())


async def put_database(url: str, source: Path, contents: Contents) -> None:
    """Put a copy in the place of an empty database, where it is what it is said to be.

    Raises CopyFailed, and NewerSchema where the copy is of a newer program. Nothing has changed then.
    """
    known = {script.revision for script in ScriptDirectory(str(Path(__file__).parent / "migrations")).walk_revisions()}
    if contents.revision not in known:
        raise NewerSchema(contents.revision)
    path = _file(url)
    if (contents.kind == "sqlite") != (path is not None):
        raise CopyFailed("other_kind", contents.kind)
    if not await is_empty(url):
        raise CopyFailed("not_empty")
    if path:
        await asyncio.to_thread(_put_file, path, source, contents)
        return
    await _client(
        url, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(source)
    )
    async with _asking(url) as engine, engine.connect() as connection:
        if await connection.run_sync(_count) != contents.rows:
            raise CopyFailed("differs")


async def note_copied(url: str, moment: dt.datetime) -> None:
    """Note in the database when it was last backed up."""

    def note(connection: sa.Connection) -> None:
        Meta(connection).set_meta(LAST_BACKUP, moment.isoformat())

    patience = {"timeout": 30} if _file(url) else {}
    async with _asking(url, **patience) as engine, engine.begin() as connection:
        await connection.run_sync(note)


def _file(url: str) -> Path | None:
    parsed = sa.make_url(url)
    return Path(parsed.database or "") if parsed.drivername == "sqlite+aiosqlite" else None


def _copy_file(path: Path, target: Path) -> Contents:
    if not path.exists():
        raise CopyFailed("no_database", str(path))
    size = sum(part.stat().st_size for part in path.parent.glob(f"{path.name}*") if part in (path, _wal(path)))
    if shutil.disk_usage(target.parent).free < size + _SPARE:
        raise CopyFailed("no_room", str(target.parent))
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=30)) as source:
        with closing(sqlite3.connect(target)) as copy:
            try:
                source.backup(copy)
                # One file, without a journal beside it.
                copy.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.DatabaseError as error:
                full = error.sqlite_errorcode in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}
                raise CopyFailed("no_room" if full else "damaged", str(target.parent)) from error
        return _contents(target)


def _wal(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _contents(path: Path) -> Contents:
    """What an SQLite file holds. Raises CopyFailed where it is damaged, or no database of ours."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise CopyFailed("damaged")
            names = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
            ).fetchall()
            if ("alembic_version",) not in names:
                raise CopyFailed("not_ours")
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            rows = {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our tables
                for (name,) in names
            }
        except sqlite3.DatabaseError as error:
            raise CopyFailed("damaged") from error
    return Contents("sqlite", revision, rows)


def _put_file(path: Path, source: Path, contents: Contents) -> None:
    if _contents(source) != contents:
        raise CopyFailed("differs")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.restoring")
    try:
        shutil.copyfile(source, beside)
        beside.chmod(0o600)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        # Never in the place of something: fails where a file has come up meanwhile.
        path.hardlink_to(beside)
    finally:
        beside.unlink(missing_ok=True)


async def _revision(connection: AsyncConnection) -> str:
    if not await connection.run_sync(lambda sync: sa.inspect(sync).has_table("alembic_version")):
        raise CopyFailed("not_ours")
    return str(await connection.scalar(sa.text("SELECT version_num FROM alembic_version")))


def _count(connection: sa.Connection) -> dict[str, int]:
    names = sorted(sa.inspect(connection).get_table_names())
    count = sa.func.count()
    return {name: connection.scalar(sa.select(count).select_from(sa.table(name))) or 0 for name in names}


async def _client(url: str, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on a database; the password goes by its environment, where nobody sees it.

    Raises CopyFailed with the last line of what the program said.
    """
    parsed = sa.make_url(url)
    host = parsed.host or parsed.query.get("host", "")
    given = {
        "PGHOST": host if isinstance(host, str) else host[0],
        "PGPORT": str(parsed.port or ""),
        "PGUSER": parsed.username or "",
        "PGPASSWORD": str(parsed.password or ""),
        "PGDATABASE": parsed.database or "",
        "PGSSLMODE": str(parsed.query.get("ssl", "")),
    }
    process = await asyncio.create_subprocess_exec(
        _found(program),
        *(["--dbname", parsed.database or ""] if program == "pg_restore" else []),
        *arguments,
        env={name: value for name, value in given.items() if value},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except BaseException:
        with suppress(ProcessLookupError):
            process.kill()
        raise
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines() or ["?"]
        raise CopyFailed("no_room" if "No space left" in lines[-1] else "client", lines[-1])


def _found(program: str) -> str:
    """The newest that is installed: it must not be older than the server."""
    installed = [str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{program}")]
    newest = max(installed, key=lambda path: (len(path), path), default=None)
    if found := newest or shutil.which(program):
        return found
    raise CopyFailed("no_client", program)
