"""Alembic's entry: migrates over the connection that ``bot.storage.migrate`` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from bot.storage.schema import Moment, metadata


def _render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(item, Moment):
        autogen.imports.add("from bot.storage.schema import Moment")
        return "Moment()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=_render,
    # The caller owns the transaction: a migration is done whole or not at all.
    transactional_ddl=False,
)
context.run_migrations()
