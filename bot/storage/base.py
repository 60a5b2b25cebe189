"""What every room of the store is made from: one open transaction on one database."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, NestedTransaction
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.schema import audit

Insert = postgresql.Insert | sqlite.Insert


def insert_for(on_postgresql: bool) -> type[Insert]:
    """The dialect's INSERT, which has ON CONFLICT."""
    return postgresql.Insert if on_postgresql else sqlite.Insert


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
    def upsert(self) -> type[Insert]:
        """The dialect's INSERT, which has ON CONFLICT."""
        return insert_for(self.on_postgresql)

    def note(self, now: dt.datetime, person_id: int | None, action: str, subject: str, **detail: Any) -> None:
        """Write an audit row: who did what to which thing ("unit:7"). No person means the operator's command line."""
        values = {"at": now, "person_id": person_id, "action": action, "object": subject, "detail": detail}
        self.connection.execute(audit.insert(), values)
