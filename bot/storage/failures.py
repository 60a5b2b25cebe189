"""Which failures are the database's own, and pass: full, locked, away. What was to be done then waits."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
# Connection lost, rolled back, out of resources, shutting down, system error.
_POSTGRESQL = ("08", "40", "53", "57P", "58")


def passes(error: BaseException) -> bool:
    """Whether an error says nothing about the work itself, so that the same work is to be tried again later."""
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE  # the low byte; the rest says more exactly what happened
    return error.connection_invalidated or str(getattr(error.orig, "sqlstate", "")).startswith(_POSTGRESQL)
