"""An archive of a backup: a compressed tar file, encrypted where a key is given, written and read as a stream.

Its members are the copy of the database, the stored files, and last of all the manifest, which says what the others
are: an archive that was cut off has none.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import threading
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

MANIFEST = "manifest.json"
DATABASE = "database"
_NAME = re.compile(rf"{DATABASE}|files/[0-9a-f]{{2}}/[0-9a-f]{{64}}|{re.escape(MANIFEST)}")
_CHUNK = 1 << 18
_AGE = b"age-encryption.org/v1\n"


class BadArchive(Exception):
    """No archive of ours, cut off, damaged, or encrypted to another key; the reason is a block of ``keeping.j2``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Writer:
    """Takes the members of a new archive."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.digests: dict[str, str] = {}
        """SHA-256 of each member so far."""

    def add(self, name: str, path: Path) -> None:
        """Put a file in. Raises OSError where it can't be read or written."""
        with path.open("rb") as file:
            self._add(name, file, os.fstat(file.fileno()).st_size)

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Put in what says that all is there."""
        text = json.dumps({**manifest, "members": self.digests}, ensure_ascii=False, indent=1).encode()
        self._add(MANIFEST, io.BytesIO(text), len(text))

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        read = _Hashed(file)
        self._tar.addfile(info, read)
        self._tar.members.clear()  # type: ignore[attr-defined]  # else it remembers every file
        self.digests[name] = read.digest.hexdigest()


class _Hashed(io.RawIOBase):
    """A file whose content is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self._file.read(size)
        self.digest.update(data)
        return data


@contextmanager
def writing(path: Path, key: str = "") -> Iterator[Writer]:
    """A new archive at ``path``, durable at the end; ``key`` is an age public key. Raises OSError."""
    with ExitStack() as opened:
        made = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        sink: IO[bytes] = opened.enter_context(os.fdopen(made, "wb"))
        if key:
            sink = opened.enter_context(_encrypted(sink, key))
        # Files are mostly compressed already, and a nightly backup should not take the machine from those at work.
        packed = opened.enter_context(gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=1))
        tar = opened.enter_context(tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT))
        yield Writer(tar)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def members(path: Path, identity: str | None = None) -> Generator[tuple[str, IO[bytes]], None, None]:
    """Name and content of each member in order; each must be read before the next. Within ``judging``.

    ``identity`` is the text of a file with an age private key.
    """
    with ExitStack() as opened:
        file: IO[bytes] = opened.enter_context(path.open("rb"))
        start = file.read(len(_AGE))
        file.seek(0)
        if start == _AGE:
            if identity is None:
                raise BadArchive("needs_identity")
            file = opened.enter_context(_decrypted(file, identity))
        packed = opened.enter_context(gzip.GzipFile(fileobj=file, mode="rb"))
        tar = opened.enter_context(tarfile.open(fileobj=packed, mode="r|"))
        for info in tar:
            content = tar.extractfile(info) if info.isreg() and _NAME.fullmatch(info.name) else None
            if content is None:
                raise BadArchive("not_a_backup")
            yield info.name, content
            tar.members.clear()  # type: ignore[attr-defined]  # else it remembers every file
        while packed.read(_CHUNK):  # to the very end, where the checksum of the whole is
            pass


@contextmanager
def judging() -> Iterator[None]:
    """What the libraries say of an archive while it is read is BadArchive here."""
    try:
        yield
    except gzip.BadGzipFile as error:
        raise BadArchive("not_a_backup" if "Not a gzipped" in str(error) else "damaged") from error
    except (EOFError, tarfile.TarError, zlib.error) as error:
        raise BadArchive("cut_off") from error
    except (ValueError, KeyError, TypeError) as error:  # a manifest that is none
        raise BadArchive("not_a_backup") from error


@contextmanager
def _encrypted(target: IO[bytes], key: str) -> Iterator[IO[bytes]]:
    """What is written here arrives at ``target`` encrypted."""
    import pyrage  # only where there is a key

    recipient = pyrage.x25519.Recipient.from_str(key)
    out, into = os.pipe()
    source = os.fdopen(out, "rb")
    with _beside(lambda: pyrage.encrypt_io(source, target, [recipient]), source), os.fdopen(into, "wb") as sink:
        yield sink


@contextmanager
def _decrypted(file: IO[bytes], identity: str) -> Iterator[IO[bytes]]:
    """What is read here comes from ``file``, decrypted. Raises BadArchive."""
    import pyrage

    try:
        keys = [pyrage.x25519.Identity.from_str(one) for one in identity.split() if one.startswith("AGE-SECRET-KEY-")]
    except pyrage.IdentityError as error:
        raise BadArchive("no_identity") from error
    if not keys:
        raise BadArchive("no_identity")
    out, into = os.pipe()
    sink = os.fdopen(into, "wb")

    def decrypt() -> None:
        try:
            pyrage.decrypt_io(file, sink, keys)
        except pyrage.DecryptError as error:
            raise BadArchive("other_key" if "keys" in str(error) else "damaged") from error
        except OSError as error:
            if error.errno is None:  # not the disk: the text has ended too early
                raise BadArchive("cut_off") from error
            raise

    with _beside(decrypt, sink), os.fdopen(out, "rb") as source:
        yield source


@contextmanager
def _beside(work: Callable[[], None], end: IO[bytes]) -> Iterator[None]:
    """Let ``work`` fill or empty its end of a pipe meanwhile. What it raises is raised, not what follows from it."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with end:
                work()
        except BrokenPipeError:
            pass  # whoever has the other end needs no more
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        if failed:
            raise failed[0]
