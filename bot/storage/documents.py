"""Documents: their texts, and the parts of their headers that are asked for.

What else they say is read again from the text, so that a better reader needs no migration.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import document
from handlers.records.documents import AddDocument, StoredDocument


class Documents(Room):
    """Answers ``DocumentReads``."""

    def document(self, document_id: int) -> StoredDocument | None:
        """The document with this key."""
        row = self.connection.execute(sa.select(*_DOCUMENT).where(document.c.id == document_id)).one_or_none()
        return StoredDocument(*row) if row else None

    def document_of_text(self, sha256: str) -> StoredDocument | None:
        """The document whose text has this hash."""
        row = self.connection.execute(sa.select(*_DOCUMENT).where(document.c.sha256 == sha256)).one_or_none()
        return StoredDocument(*row) if row else None

    def document_text(self, document_id: int) -> str:
        """The stored original. Raises LookupError where there is no such document."""
        text: str | None = self.connection.scalar(sa.select(document.c.text).where(document.c.id == document_id))
        if text is None:
            raise LookupError(document_id)
        return text

    def documents_numbered(self, number: str) -> Sequence[StoredDocument]:
        """All documents that print this number."""
        rows = self.connection.execute(sa.select(*_DOCUMENT).where(document.c.number == number).order_by(document.c.id))
        return [StoredDocument(*row) for row in rows]

    def latest_document(self) -> int:
        """The highest key of a document; 0 where there is none."""
        return self.connection.scalar(_LATEST) or 0

    def document_texts(self, after: int) -> Sequence[tuple[int, str, str]]:
        """Key, file name and text of every document that was added after the one with this key, in order."""
        rows = self.connection.execute(
            sa.select(document.c.id, document.c.name, document.c.text)
            .where(document.c.id > after)
            .order_by(document.c.id)
        )
        return [(row.id, row.name, row.text) for row in rows]

    def add_document(self, effect: AddDocument, person_id: int | None, now: dt.datetime) -> tuple[int, bool]:
        """Keep a document; gives its key, and whether it is new. Nobody as the person: the command line."""
        values = {
            "sha256": effect.sha256,
            "name": effect.name,
            "text": effect.text,
            "type": effect.type,
            "number": effect.number,
            "date": effect.date,
            "issuer": effect.issuer,
            "title": effect.title,
            "file_id": effect.file_id,
            "added_by": person_id,
            "added_at": now,
        }
        insert = self.upsert(document).on_conflict_do_nothing(index_elements=["sha256"]).returning(document.c.id)
        key: int | None = self.connection.scalar(insert, values)
        if key is not None:
            self.note(now, person_id, "add-document", f"document:{key}", name=effect.name, number=effect.number)
            return key, True
        known = self.document_of_text(effect.sha256)
        assert known is not None
        return known.id, False


def _add(tx: Documents, effect: AddDocument, person_id: int | None, now: dt.datetime) -> None:
    tx.add_document(effect, person_id, now)


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {AddDocument: _add}
"""For each effect of ``handlers.records.documents`` the function that applies it."""

_DOCUMENT = (
    document.c.id,
    document.c.sha256,
    document.c.name,
    document.c.type,
    document.c.number,
    document.c.date,
    document.c.issuer,
    document.c.title,
    document.c.added_at,
)
_LATEST = sa.select(sa.func.max(document.c.id))
