"""Official documents as they are stored: the text, and the few parts of the header by which staff know them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge.document import Document, Field
from knowledge.fold import nfc


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One stored document. What its text does not say stays ``None``."""

    id: int
    sha256: str
    """Of the text: the same words in another file are the same document."""
    name: str
    """File name as it was sent."""
    type: str | None
    number: str | None
    date: dt.date | None
    issuer: str | None
    title: str | None
    added_at: dt.datetime


class DocumentReads(Protocol):
    """What handlers may ask about documents."""

    def document(self, document_id: int) -> StoredDocument | None:
        """The document with this key."""

    def document_of_text(self, sha256: str) -> StoredDocument | None:
        """The document whose text has this hash."""

    def document_text(self, document_id: int) -> str:
        """The stored original, NFC. Raises LookupError where there is no such document."""

    def documents_numbered(self, number: str) -> Sequence[StoredDocument]:
        """All documents that print this number; several of one number can be different documents."""


@dataclass(frozen=True, slots=True)
class AddDocument:
    """Keep a document. One whose text is kept already is passed over. Audited."""

    sha256: str
    name: str
    text: str
    type: str | None
    number: str | None
    date: dt.date | None
    issuer: str | None
    title: str | None
    file_id: int | None = None


def text_hash(text: str) -> str:
    """The identity of a document's text, as SHA-256 of its NFC form in UTF-8."""
    return hashlib.sha256(nfc(text).encode()).hexdigest()


def adding(document: Document, name: str, file_id: int | None = None) -> AddDocument:
    """The effect that keeps a document which was read from a file of this name."""
    header = document.header

    def value(field: Field | None) -> str | None:
        return field.value if field else None

    return AddDocument(
        sha256=text_hash(document.text),
        name=name,
        text=document.text,
        type=value(header.type),
        number=value(header.number),
        date=dt.date.fromisoformat(header.date.value) if header.date else None,
        issuer=value(header.issuer),
        title=value(header.title),
        file_id=file_id,
    )
