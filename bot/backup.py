"""``danvan backup`` and ``danvan restore``: everything that is kept, in one file, and back again.

The database is copied first and the stored files after it: they never change and are there before a row names them, so
the copy finds all of its files. Neither holds up those who work at that moment, and neither needs much memory.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from bot.archive import DATABASE, MANIFEST, BadArchive, judging, members, writing
from bot.clock import VIETNAM
from bot.erasures import note, read_journal
from bot.seat import seated
from bot.settings import BadSettings, Settings
from bot.storage import Contents, CopyFailed, NewerSchema, copy_database, is_empty, note_copied, put_database
from handlers.texts import say

_FORMAT = 1
_OURS = re.compile(r"danvan-\d{8}-\d{6}\.tar\.gz(\.age)?")
_PART = ".part"
_STORED = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 18


class BackupFailed(Exception):
    """A backup can't be made or restored; the message is one line that says why and what to do. ``block`` names it."""

    def __init__(self, block: str, **values: Any) -> None:
        super().__init__(say(f"keeping.{block}", **values))
        self.block = block


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    path: Path
    size: int
    """Bytes of the archive."""
    made_at: dt.datetime
    contents: Contents
    files: int
    damaged: int
    """Stored files whose content is no longer what it was when they came in: the disk has changed it."""
    dropped: int = 0
    """Older backups that had to go."""


async def back_up(settings: Settings, folder: Path, now: dt.datetime) -> Backup:
    """Write a new backup into ``folder``, and let the oldest go. Raises BackupFailed."""
    try:
        with _alone(settings.data_dir, folder) as scratch:
            copy = scratch / DATABASE
            contents = await copy_database(settings.database, copy)
            made = _write(settings, folder, copy, contents, now)
            await note_copied(settings.database, now)
            note(folder, read_journal(settings.data_dir))
            dropped = _drop_oldest(folder, settings.backup_keep)
            return replace(made, dropped=dropped)
    except (CopyFailed, OSError) as error:
        raise _told(error, folder) from error


def _write(settings: Settings, folder: Path, copy: Path, contents: Contents, now: dt.datetime) -> Backup:
    """The archive is under its name only when it is whole and on the disk."""
    cabinet = settings.data_dir / "files"
    stored = [path for path in sorted(cabinet.glob("??/*")) if _STORED.fullmatch(path.name)]
    name = f"danvan-{now.astimezone(VIETNAM):%Y%m%d-%H%M%S}.tar.gz{'.age' if settings.backup_key else ''}"
    part = folder / f"{name}{_PART}"
    if shutil.disk_usage(folder).free < sum(path.stat().st_size for path in stored):
        raise BackupFailed("no_room", folder=folder)
    try:
        with writing(part, settings.backup_key) as archive:
            archive.add(DATABASE, copy)
            for path in stored:
                with contextlib.suppress(FileNotFoundError):  # an export whose time was over
                    archive.add(f"files/{path.parent.name}/{path.name}", path)
            digests = {place: digest for place, digest in archive.digests.items() if place != DATABASE}
            archive.finish(
                {
                    "format": _FORMAT,
                    "program": version("tro-ly-dan-van"),
                    "made_at": now.isoformat(),
                    "database": asdict(contents),
                }
            )
        part.rename(folder / name)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(folder)
    damaged = sum(not place.endswith(digest) for place, digest in digests.items())
    return Backup(folder / name, (folder / name).stat().st_size, now, contents, len(digests), damaged)


def backups(folder: Path) -> list[Path]:
    """The whole backups in a folder, oldest first."""
    return sorted(path for path in folder.iterdir() if _OURS.fullmatch(path.name))


def _drop_oldest(folder: Path, keep: int) -> int:
    old = backups(folder)[:-keep]
    for path in old:
        path.unlink()
    return len(old)


@contextlib.contextmanager
def _alone(data: Path, folder: Path) -> Iterator[Path]:
    """One backup at a time, with a place for the copy of the database; what one that died has left is cleared away."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = data / ".backup"
    with (data / ".backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed("backup_running") from None
        for left in folder.glob(f"danvan-*{_PART}"):
            left.unlink()
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


async def restore(settings: Settings, archive: Path, identity: str | None = None) -> Backup:
    """Put a backup into an empty place, after all of it was verified. Raises BackupFailed; there is no database then.

    ``identity`` is the text of a file with the private key for an encrypted one.
    """
    data = settings.data_dir
    try:
        for folder in (data, settings.sqlite.parent if settings.sqlite else data):
            _make(folder)
        if not await is_empty(settings.database):
            raise BackupFailed("not_empty", folder=settings.sqlite or settings.database.rpartition("/")[2])
        with seated(settings, alone=True), tempfile.TemporaryDirectory(prefix=".restore-", dir=data) as scratch:
            found = _unpack(archive, identity, Path(scratch))
            # The files first: whoever finds a database finds what it names.
            _put_files(Path(scratch) / "files", data / "files")
            await put_database(settings.database, Path(scratch) / DATABASE, found.contents)
            note(data, read_journal(archive.parent))
        return found
    except NewerSchema as error:
        raise BackupFailed("newer", revision=error) from error
    except BadSettings as error:
        raise BackupFailed("stop_first", reason=error) from error
    except (BadArchive, CopyFailed, OSError) as error:
        raise _told(error, data) from error


def verify(archive: Path, identity: str | None = None) -> Backup:
    """Read a backup to its end and compare all checksums; nothing is written. Raises BackupFailed."""
    try:
        return _unpack(archive, identity, None)
    except (BadArchive, OSError) as error:
        raise _told(error, archive.parent) from error


def _unpack(archive: Path, identity: str | None, folder: Path | None) -> Backup:
    """Write the members below ``folder``, if there is one, and compare them with what the manifest says of them."""
    digests: dict[str, str] = {}
    manifest: Mapping[str, Any] | None = None
    with judging(), contextlib.closing(members(archive, identity)) as parts:
        for name, content in parts:
            if name == MANIFEST:
                manifest = _manifest(content.read())
            else:
                digests[name] = _take(content, folder / name if folder else None)
    if manifest is None:
        raise BadArchive("cut_off")
    if digests != manifest["members"] or DATABASE not in digests:
        raise BadArchive("damaged")
    stored = {name: digest for name, digest in digests.items() if name != DATABASE}
    damaged = sum(not name.endswith(digest) for name, digest in stored.items())
    made_at = dt.datetime.fromisoformat(manifest["made_at"])
    return Backup(archive, archive.stat().st_size, made_at, Contents(**manifest["database"]), len(stored), damaged)


def _manifest(text: bytes) -> Mapping[str, Any]:
    manifest: Mapping[str, Any] = json.loads(text)
    if manifest["format"] != _FORMAT:
        raise BadArchive("newer_format")
    return manifest


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


def _take(content: IO[bytes], path: Path | None) -> str:
    """Read a member to its end, into a file if there is one; gives its SHA-256."""
    digest = hashlib.sha256()
    with contextlib.ExitStack() as opened:
        file = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = opened.enter_context(path.open("xb"))
        while data := content.read(_CHUNK):
            digest.update(data)
            if file is not None:
                file.write(data)
        if file is not None:
            file.flush()
            os.fsync(file.fileno())
    return digest.hexdigest()


def _put_files(source: Path, target: Path) -> None:
    """Files lie under the hash of their content: one that is there already is the same."""
    for path in source.glob("??/*"):
        place = target / path.parent.name / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            path.rename(place)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _told(error: Exception, folder: Path) -> BackupFailed:
    """What has gone wrong, as one line for the operator."""
    if isinstance(error, CopyFailed):
        return BackupFailed(error.reason, folder=folder, detail=error.detail)
    if isinstance(error, BadArchive):
        return BackupFailed(error.reason)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return BackupFailed("no_room", folder=folder)
    reason = error.strerror if isinstance(error, OSError) else type(error).__name__
    return BackupFailed("no_way", folder=getattr(error, "filename", None) or folder, reason=reason)
