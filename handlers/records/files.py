"""Files that people sent and files that are made for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is kept: under its content's hash, with the name that the sender gave it (made safe)."""

    id: int
    name: str
    media_type: str
    """By content, not by name."""
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file as it arrives with a message: stored, or refused with a reason."""

    name: str
    stored: StoredFile | None = None
    problem: str | None = None
    """Why it was refused: "empty", "too-big", "unsupported", "encrypted", "scanned",
    "not-what-its-name-says", "damaged", "unavailable", "heic". A file may be stored and yet be unreadable as
    a document: then both ``stored`` and ``problem`` are set."""
    text: str | None = None
    """The text of a document sent by staff, when it could be read."""
    template: Mapping[str, Any] | None = None
    """Of a Word file with fields in it: what the check of it as a template found ("problem", "detail", "fields")."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file to be made when it is sent, such as an xlsx: ``kind`` and its parameters, decided now, built later."""

    kind: str
    name: str
    parameters: dict[str, Any] = field(default_factory=dict)


class FileReads(Protocol):
    """What handlers may ask about files."""

    def file(self, file_id: int) -> StoredFile | None:
        """The stored file with this key."""
