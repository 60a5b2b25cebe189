"""Bringing a database up to this program's schema, with Alembic; a step back is refused.

A new revision is written with ``python -m bot.storage.migrate "what changes"`` after changing ``schema.py``, and read
before it is committed.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.storage import views

_REVISIONS = Path(__file__).parent / "migrations"
_AT = sa.text("SELECT version_num FROM alembic_version")


class NewerSchema(Exception):
    """The database was written by a newer version of the program."""


def upgrade(connection: sa.Connection) -> None:
    """Run what is missing, on the caller's transaction. Raises NewerSchema where the database is ahead."""
    config = _config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    at = set(MigrationContext.configure(connection).get_current_heads())
    if not at <= known:
        raise NewerSchema(", ".join(sorted(at - known)))
    newest = set(ScriptDirectory.from_config(config).get_heads())
    if at == newest and views.made(connection):
        return
    if connection.dialect.name == "postgresql":
        # Several workers may start at once: one migrates, the others wait and find it done.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended('danvan/migrate', 0))"))
        at = set(MigrationContext.configure(connection).get_current_heads())
    if at != newest:
        views.drop(connection)
        command.upgrade(config, "head")
        views.make(connection)
    elif not views.made(connection):
        views.make(connection)


def is_current(connection: sa.Connection) -> bool:
    """Whether the database has this program's schema: neither an older nor a newer one."""
    return set(connection.scalars(_AT)) == _newest()


def schema_of(connection: sa.Connection) -> str:
    """How the database's schema is to this program's: "current", "older", "newer", or "none" where there is none."""
    at = set(MigrationContext.configure(connection).get_current_heads())
    if not at:
        return "none"
    if at == _newest():
        return "current"
    known = {script.revision for script in ScriptDirectory(str(_REVISIONS)).walk_revisions()}
    return "older" if at <= known else "newer"


@cache
def _newest() -> set[str]:
    return set(ScriptDirectory(str(_REVISIONS)).get_heads())


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_REVISIONS))
    config.attributes["connection"] = connection
    return config


def _write_revision(message: str) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        upgrade(connection)
        command.revision(_config(connection), message, autogenerate=True)


if __name__ == "__main__":
    _write_revision(sys.argv[1])
