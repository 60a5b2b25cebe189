"""Where bytes lie: files in the data folder, each under the hash of its content."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import tempfile
from collections.abc import Collection
from pathlib import Path

_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"ftypheic", 4, "image/heic"),
    (b"ftypheix", 4, "image/heic"),
    (b"ftyphevc", 4, "image/heic"),
    (b"ftypmif1", 4, "image/heic"),
    (b"ftypmsf1", 4, "image/heic"),
    (b"BEGIN:VCALENDAR", 0, "text/calendar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage"),
)
_FORBIDDEN = frozenset('<>:"|?*')
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(1, 10))}
"""Names of devices (learn.microsoft.com/windows/win32/fileio/naming-a-file)."""
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def media_type(data: bytes) -> str:
    """What a file is by its content; its name is not asked."""
    for mark, offset, name in _SIGNATURES:
        if data[offset : offset + len(mark)] == mark:
            return name
    if data.startswith(b"PK\x03\x04"):
        return next((name for part, name in _OFFICE.items() if part in data), "application/zip")
    return "application/octet-stream" if b"\0" in data[:4096] else "text/plain"


def safe_name(name: str) -> str:
    """A file name that every system can keep, at most 120 characters long.

    Without folders, a leading dot, the characters that Windows forbids, control characters, and marks that turn text
    around (by which "gpj.exe" would read "exe.jpg"); a name that Windows keeps for itself gets a line before it.
    """
    plain = "".join(letter for letter in name.replace("\\", "/").rsplit("/", 1)[-1] if letter.isprintable())
    plain = "".join("_" if letter in _FORBIDDEN else letter for letter in plain).strip(" .") or "tep"
    if plain.partition(".")[0].strip().upper() in _RESERVED:
        plain = f"_{plain}"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:100]}{dot}{ending[:19]}" if dot else plain[:120]


class Cabinet:
    """The folder of stored bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Store bytes durably and return their SHA-256; what is there already stays as it is."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.path(digest)
        if path.exists():
            path.touch()  # its time begins anew
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(path)
        return digest

    def drop_others(self, kept: Collection[str], before: dt.datetime) -> int:
        """Remove what was last put in before this moment and is none of ``kept``; gives how much it was."""
        gone = 0
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(FileNotFoundError):  # others may be at it
                if path.name not in kept and path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    gone += 1
        return gone

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash lie."""
        return self._folder / sha256[:2] / sha256
