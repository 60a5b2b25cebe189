"""Fetching the files of a message before its turn: stored, known by their content, and read where documents."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.cabinet import Cabinet, media_type, safe_name
from bot.channels.base import Channel, FileProblem, RemoteFile, Unreachable
from bot.clock import Clock
from bot.exports.child import NotMade
from bot.pictures import named_as, plain_picture
from bot.reading import read_document
from bot.storage import InboxRow, Store, Transaction
from handlers.files import taken
from knowledge.reading.files import UnreadableFile, read_text

log = logging.getLogger(__name__)

LIMIT = 20_000_000
"""Bytes: the 20 MB that people are told of, and that the Telegram Bot API lets a bot download
(core.telegram.org/bots/api#getfile)."""
_TRIES = 5
_AT_ONCE = 4
_READING_ROLES = {"staff", "admin"}


class Fetching:
    """Looks after updates that came with files."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], cabinet: Cabinet, clock: Clock) -> None:
        self._store = store
        self._channels = channels
        self._cabinet = cabinet
        self._clock = clock
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """An update with files has come in."""
        self._wake.set()

    async def run(self, on_ready: Any, poll: float = 5.0) -> None:
        """Fetch until cancelled; calls ``on_ready`` when updates may have their turn."""
        while True:
            self._wake.clear()
            try:
                rows = await self._store.read(lambda tx: tx.updates_to_fetch(_AT_ONCE))
                done = await asyncio.gather(*(self.fetch(row) for row in rows), return_exceptions=True)
            except Exception as error:
                done = [error]
            for outcome in done:
                if isinstance(outcome, BaseException):
                    log.error("fetching: %s", type(outcome).__name__)
            if True in done:
                on_ready()
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(poll):
                    await self._wake.wait()

    async def fetch(self, row: InboxRow) -> bool:
        """Fetch all files of one update. False where it is to be tried again.

        Raises what the disk or the database raise: then the update waits until they are well.
        """
        channel = self._channels[row.channel]
        now = self._clock.now()
        reads = await self._store.write(lambda tx: _reads_documents(tx, row, now))
        try:
            files = [await self._one(channel, file, reads) for file in channel.read(row.payload).files]
        except OSError:
            raise
        except Exception as error:
            if not isinstance(error, Unreachable):
                log.error("fetching %s: %s", row.id, type(error).__name__)
            if row.attempts + 1 < _TRIES:
                await self._store.write(lambda tx: tx.fetch_failed(row.id))
                return False
            files = [{"name": file.name, "problem": "unavailable"} for file in channel.read(row.payload).files]
        await self._store.write(lambda tx: _store_files(tx, row.id, files, now))
        return True

    async def _one(self, channel: Channel, file: RemoteFile, read: bool) -> dict[str, Any]:
        name = safe_name(file.name)
        if file.size is not None and file.size > LIMIT:
            return {"name": name, "problem": "too-big"}
        try:
            data = await channel.download(file, LIMIT)
        except FileProblem as problem:
            return {"name": name, "problem": problem.reason}
        if not data:
            return {"name": name, "problem": "empty"}
        kind = media_type(data)
        if kind == "image/heic":
            return {"name": name, "problem": "heic"}  # office computers open it only with an extension
        if kind.startswith("image/"):
            try:
                data = await plain_picture(data)
            except NotMade as problem:
                log.warning("a picture (%s) is not taken: %s", kind, type(problem).__name__)
                return {"name": name, "problem": "damaged"}
            kind = media_type(data)
            name = named_as(name, kind)
        known: dict[str, Any] = {"name": name, "media_type": kind, "size": len(data)}
        if read and not kind.startswith("image/"):
            try:
                plain = kind == "text/plain"
                known["text"] = await (asyncio.to_thread(read_text, data, name) if plain else read_document(data, name))
                if kind.endswith("wordprocessingml.document") and re.search(r"\{[{%]", known["text"]):
                    from bot.exports.official import check_template  # few files have fields in them

                    known["template"] = await check_template(data)
            except UnreadableFile as problem:
                known["problem"] = problem.reason
            except Exception as error:  # whatever a reader stumbles over must not hold up who sent it
                log.error("reading a %s: %s", kind, type(error).__name__)
                known["problem"] = "damaged"
        if taken(kind) or "text" in known:
            known["sha256"] = await asyncio.to_thread(self._cabinet.put, data)
        else:
            known.setdefault("problem", "unsupported")  # nobody would get it: it is not kept
        return known


def _reads_documents(tx: Transaction, row: InboxRow, now: dt.datetime) -> bool:
    account = tx.account(row.channel, row.address, now)
    person = tx.person(account.person_id) if account.person_id is not None else None
    return person is not None and person.role in _READING_ROLES


def _store_files(tx: Transaction, inbox_id: int, files: list[dict[str, Any]], now: dt.datetime) -> None:
    received: list[dict[str, Any]] = []
    for known in files:
        file: dict[str, Any] = {name: known[name] for name in ("name", "problem", "text", "template") if name in known}
        if "sha256" in known:
            stored = tx.add_file(known["name"], known["media_type"], known["size"], known["sha256"], now)
            file["stored"] = asdict(stored)
        received.append(file)
    tx.fetched(inbox_id, received)
