"""What every room of the store is made from: one open transaction on one database."""

from __future__ import annotations

from sqlalchemy import Connection, NestedTransaction
from sqlalchemy.dialects import postgresql, sqlite


class Room:
    """A part of ``Transaction`` that answers and changes one kind of thing."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def on_postgresql(self) -> bool:
        """Whether row locks and SKIP LOCKED exist; SQLite has one writer instead."""
        return self.connection.dialect.name == "postgresql"

    def savepoint(self) -> NestedTransaction:
        """A part of the transaction that can fail alone: a context manager that rolls back to here on an error."""
        return self.connection.begin_nested()

    @property
    def upsert(self) -> type[postgresql.Insert] | type[sqlite.Insert]:
        """The dialect's INSERT, which has ON CONFLICT."""
        return postgresql.Insert if self.on_postgresql else sqlite.Insert
