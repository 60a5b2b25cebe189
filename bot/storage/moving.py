"""Carrying everything over into another, empty database: from SQLite to PostgreSQL, or back.

All of it happens in one transaction of the target: until it is verified nothing is there, so after a failure of any
kind it can be run again. JSON is carried over as it was written, letter for letter.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.schema import AddConstraint, DropConstraint

from bot.storage.copies import CopyFailed
from bot.storage.engine import open_store
from bot.storage.migrate import NewerSchema, upgrade
from bot.storage.schema import metadata

_AT_ONCE = 1000


async def move(source: str, target: str, tell: Callable[[str, int], None]) -> Mapping[str, int]:
    """Carry all rows over, and give their number for each table; ``tell`` hears of each table when it is done.

    Both have this program's schema afterwards. Nobody may be working on the source. Raises CopyFailed, NewerSchema.
    """
    if sa.make_url(source) == sa.make_url(target):
        raise CopyFailed("same_place")
    store = open_store(source)
    try:
        await store.migrate()
    finally:
        await store.close()
    async with _transaction(source) as old, _transaction(target) as new:
        if await new.run_sync(lambda connection: sa.inspect(connection).get_table_names()):
            raise CopyFailed("not_empty", sa.make_url(target).database or "")
        await new.run_sync(upgrade)
        await new.run_sync(_unbind)
        rows: dict[str, int] = {}
        for table in metadata.sorted_tables:
            await new.execute(table.delete())  # what a new schema notes of itself
            rows[table.name], digest = await _carry(table, old, new)
            if await _digest(table, new) != (rows[table.name], digest):
                raise CopyFailed("not_the_same", table.name)
            tell(table.name, rows[table.name])
        await new.run_sync(_bind)
    return rows


@asynccontextmanager
async def _transaction(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that is committed at the end, with JSON as plain text."""
    on_sqlite = url.startswith("sqlite")
    engine: AsyncEngine = create_async_engine(
        url,
        json_serializer=_as_it_is,
        json_deserializer=_Written,
        hide_parameters=True,
        # Python's own transactions on SQLite leave out what changes the schema.
        connect_args={"isolation_level": None, "timeout": 10} if on_sqlite else {},
    )
    try:
        async with engine.connect() as connection:
            if on_sqlite:
                await connection.exec_driver_sql("PRAGMA foreign_keys=ON")
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            if on_sqlite:
                await connection.exec_driver_sql("COMMIT")
            await connection.commit()
    except (CopyFailed, NewerSchema):
        raise
    except Exception as error:  # what drivers say may hold the password, or people's words
        raise CopyFailed("no_database", type(error).__name__) from error
    finally:
        await engine.dispose()


class _Written(str):
    """JSON as it was written."""

    __slots__ = ()


def _as_it_is(value: Any) -> str | None:
    """What is absent stays absent: JSON's own null is a word, too."""
    return value if value is None or isinstance(value, _Written) else json.dumps(value)


async def _carry(table: sa.Table, old: AsyncConnection, new: AsyncConnection) -> tuple[int, int]:
    count = digest = 0
    async for rows in _pages(table, old):
        await new.execute(table.insert(), rows)
        count, digest = count + len(rows), _add(digest, rows)
    return count, digest


async def _digest(table: sa.Table, connection: AsyncConnection) -> tuple[int, int]:
    count = digest = 0
    async for rows in _pages(table, connection):
        count, digest = count + len(rows), _add(digest, rows)
    return count, digest


async def _pages(table: sa.Table, connection: AsyncConnection) -> AsyncIterator[list[dict[str, Any]]]:
    """All rows by key, some at a time. Not by a cursor: a table can't be altered while one is open on it."""
    keys = list(table.primary_key)
    query = sa.select(table).order_by(*keys).limit(_AT_ONCE)
    page = (await connection.execute(query)).mappings().all()
    while page:
        yield [dict(row) for row in page]
        last = [page[-1][key.name] for key in keys]
        beyond = sa.tuple_(*keys) > sa.tuple_(*last, types=[key.type for key in keys])
        page = (await connection.execute(query.where(beyond))).mappings().all()


def _add(digest: int, rows: Sequence[Mapping[str, Any]]) -> int:
    """The digest of these rows and those before. In any order: databases sort letters each in their own way."""
    for row in rows:
        text = json.dumps(list(row.values()), ensure_ascii=False, default=_plain)
        digest += int.from_bytes(hashlib.sha256(text.encode()).digest())
    return digest % 2**256


def _plain(value: Any) -> str:
    moment: dt.datetime | dt.date = value
    return moment.astimezone(dt.UTC).isoformat() if isinstance(moment, dt.datetime) else moment.isoformat()


def _unbind(connection: sa.Connection) -> None:
    """Let rows come in before those that they refer to: a unit may lie below one with a higher key."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        return
    for table in metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            connection.execute(DropConstraint(constraint))


def _bind(connection: sa.Connection) -> None:
    """References hold again, all of them looked at anew; and new rows get keys beyond those that are there."""
    if connection.dialect.name == "sqlite":
        return
    for table in metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            connection.execute(AddConstraint(constraint))
        if table.autoincrement_column is not None:
            key = table.autoincrement_column
            sequence = sa.func.pg_get_serial_sequence(table.name, key.name)
            highest = sa.select(sa.func.max(key)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None))))
