"""The schema that migrations make is the schema that the program expects."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.storage import Store, Transaction
from bot.storage.migrate import NewerSchema
from bot.storage.schema import metadata


async def test_migrations_make_the_tables_that_the_program_expects(store: Store) -> None:
    def differences(tx: Transaction) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(tx.connection, opts={"compare_type": True}), metadata))

    assert await store.read(differences) == []


async def test_migrating_twice_changes_nothing(store: Store) -> None:
    await store.migrate()
    await store.migrate()


async def test_a_database_of_a_newer_program_is_refused(store: Store) -> None:
    def pretend(tx: Transaction) -> None:
        tx.connection.execute(sa.text("UPDATE alembic_version SET version_num = 'from-the-future'"))

    await store.write(pretend)
    with pytest.raises(NewerSchema):
        await store.migrate()
