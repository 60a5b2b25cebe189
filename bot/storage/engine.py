"""Opening the database, and running a unit of work as one durable transaction, on SQLite and on PostgreSQL.

A unit of work is a plain function of a ``Transaction``. It may run more than once, so it must have no other effect.

* PostgreSQL: through asyncpg, each unit in a transaction of its own, repeated after a deadlock or a failed
  serialization.
* SQLite: one writer. A unit runs whole on aiosqlite's own thread: hopping to that thread for each statement costs about
  twelve times as much as the statements themselves. Units that wait together share one commit, each behind its
  own savepoint, so that a busy minute does not pay for one fsync a message.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from bot.storage.migrate import upgrade
from bot.storage.transaction import Transaction

T = TypeVar("T")
Work = Callable[[Transaction], T]

_GROUP = 64
_TRIES = 5


_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Store(Protocol):
    """The database, as the rest of the program sees it."""

    alone: bool
    """True where no other process can be working on the same database."""

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in a transaction that is durable when this returns; what it raises rolls back and is raised."""

    async def read(self, work: Work[T]) -> T:
        """Run ``work``, which changes nothing, on a consistent view."""

    async def migrate(self) -> None:
        """Bring the schema up to this program's. Raises NewerSchema where the database is ahead of the program."""

    async def close(self) -> None:
        """Finish what is running and let go of the database."""


def open_store(url: str) -> Store:
    """The store behind a ``sqlite+aiosqlite:///…`` or ``postgresql+asyncpg://…`` URL. Raises ValueError for others."""
    parsed = sa.make_url(url)
    if parsed.drivername == "sqlite+aiosqlite" and parsed.database:
        return SqliteStore(Path(parsed.database))
    if parsed.drivername == "postgresql+asyncpg":
        return PostgresStore(parsed)
    raise ValueError(url)


class PostgresStore:
    """Many workers, many transactions at once."""

    alone = False

    def __init__(self, url: sa.URL) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url, pool_size=8, max_overflow=8, pool_pre_ping=True, json_serializer=_dumps, hide_parameters=True
        )

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction."""
        for attempt in range(_TRIES):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(lambda sync: work(Transaction(sync)))
            except DBAPIError as error:
                # 40001 serialization_failure, 40P01 deadlock_detected: nothing was done, so do it again.
                if getattr(error.orig, "sqlstate", None) not in {"40001", "40P01"} or attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on one snapshot."""
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            return await connection.run_sync(lambda sync: work(Transaction(sync)))

    async def migrate(self) -> None:
        """Upgrade in one transaction."""
        async with self._engine.begin() as connection:
            await connection.run_sync(upgrade)

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()


class _Thread(aiosqlite.Connection):
    """An aiosqlite connection whose thread runs whole functions on a synchronous engine over the same connection."""

    engine: sa.Engine

    async def open(self) -> None:
        """Connect and set what durability needs; where that fails, nothing stays behind. Raises sqlite3.Error."""
        try:
            await self
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
                await self.execute_fetchall(f"PRAGMA {pragma}")
        except BaseException:
            # A connection that failed is told to stop, and may be at it when the event loop is gone: wait for it.
            if self._connection is not None:
                await self.close()
            await asyncio.to_thread(self._thread.join)
            raise
        self.engine = sa.create_engine(
            "sqlite://", creator=lambda: self._conn, poolclass=StaticPool, json_serializer=_dumps, hide_parameters=True
        )

    async def run(self, function: Callable[[sa.Engine], T]) -> T:
        """Run ``function`` on this connection's thread."""
        return cast(T, await self._execute(function, self.engine))  # type: ignore[no-untyped-call]


class SqliteStore:
    """One file, one writer."""

    alone = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opening = asyncio.Lock()
        self._writer: _Thread | None = None
        self._reader: _Thread | None = None
        self._waiting: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._committing: asyncio.Task[None] | None = None

    async def _open(self) -> tuple[_Thread, _Thread]:
        async with self._opening:
            if self._writer is None or self._reader is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                # No implicit BEGIN by Python's sqlite3: transactions are opened below, in the mode they need.
                connect = partial(
                    sqlite3.connect, self._path, isolation_level=None, check_same_thread=False, timeout=10
                )
                writer, reader = (_Thread(connect, iter_chunk_size=64) for _ in range(2))
                await writer.open()
                try:
                    await reader.open()
                except BaseException:
                    await writer.close()
                    raise
                self._writer, self._reader = writer, reader
        return self._writer, self._reader

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in the next group of units that commits."""
        await self._open()
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_groups())
        return await done

    async def _commit_groups(self) -> None:
        writer, _ = await self._open()  # is open already: ``write`` has seen to that
        while self._waiting:
            group, self._waiting = self._waiting[:_GROUP], self._waiting[_GROUP:]
            works = [work for work, _ in group]
            try:
                outcomes = await writer.run(partial(_commit, works))
            except Exception as error:  # nothing of the group was committed: every one of them is told
                outcomes = [_Raised(error)] * len(group)
            for (_, done), outcome in zip(group, outcomes, strict=True):
                if done.cancelled():
                    continue
                if isinstance(outcome, _Raised):
                    done.set_exception(outcome.error)
                else:
                    done.set_result(outcome)

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on the reading connection, which never waits for the writer."""
        _, reader = await self._open()
        return await reader.run(partial(_view, work))

    async def migrate(self) -> None:
        """Upgrade in one transaction, on the writer's thread."""
        writer, _ = await self._open()
        await writer.run(_migrate)

    async def close(self) -> None:
        """Let the last group commit, then close both connections."""
        if self._committing is not None:
            await asyncio.gather(self._committing, return_exceptions=True)
        for thread in (self._writer, self._reader):
            if thread is not None:
                await thread.close()
        self._writer = self._reader = None


class _Raised:
    """The outcome of a unit that failed while the others of its group went on."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def _commit(works: list[Work[Any]], engine: sa.Engine) -> list[Any]:
    outcomes: list[Any] = []
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            if len(works) == 1:
                outcomes.append(works[0](Transaction(connection)))
                works = []
            for work in works:
                connection.exec_driver_sql("SAVEPOINT unit")
                try:
                    outcomes.append(work(Transaction(connection)))
                    connection.exec_driver_sql("RELEASE unit")
                except Exception as error:
                    connection.exec_driver_sql("ROLLBACK TO unit")
                    connection.exec_driver_sql("RELEASE unit")
                    outcomes.append(_Raised(error))
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
    return outcomes


def _migrate(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            upgrade(connection)
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise


def _view(work: Work[T], engine: sa.Engine) -> T:
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        try:
            return work(Transaction(connection))
        finally:
            connection.exec_driver_sql("ROLLBACK")
