"""Bringing a database up to this program's schema."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.schema import metadata


def upgrade(connection: sa.Connection) -> None:
    """Create what is missing."""
    metadata.create_all(connection)
