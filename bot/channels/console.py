"""The console's channel: updates come in through the local web page, and waiting pages are told when to look again.

Nothing is delivered anywhere: what was sent lies in the outbox, and the page reads it there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.cabinet import Cabinet
from bot.channels.base import Arrival, FileProblem, Journal, Limits, NewUpdate, Outgoing, RemoteFile


class ConsoleChannel:
    """A channel without a platform. ``watch`` is for open pages; addresses are whatever the page says."""

    name = "console"
    shows_outbox = True
    """What the page shows is the outbox itself: a code is kept there, or nobody could read it."""
    limits = Limits(text=4000, buttons=True, per_second=1000, chat_interval=lambda _: 0.0, in_flight=32)

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet
        self._journal: Journal | None = None
        self._listening = asyncio.Event()
        self._watchers: set[asyncio.Queue[str | None]] = set()
        self._closed = False

    def read(self, payload: Mapping[str, Any]) -> Arrival:
        """What a post from the page says."""
        pressed = payload.get("press")
        return Arrival(
            text=payload.get("text", ""),
            pressed=(pressed[0], pressed[1]) if pressed else None,
            files=tuple(RemoteFile(file["sha256"], file["name"], file["size"]) for file in payload.get("files", ())),
        )

    async def listen(self, journal: Journal) -> None:
        """Let ``receive`` write updates down, until cancelled."""
        self._journal = journal
        self._listening.set()
        try:
            await asyncio.Event().wait()
        finally:
            self._listening.clear()
            self._journal = None

    async def receive(self, update: NewUpdate) -> None:
        """Take an update from the page; it is durable when this returns. Waits while nobody listens."""
        while (journal := self._journal) is None:
            await self._listening.wait()
        await journal([update])
        self.tell(update.address)

    async def download(self, file: RemoteFile, limit: int) -> bytes:
        """The bytes that were uploaded: they lie in the cabinet already."""
        path = self._cabinet.path(file.reference)
        try:
            if path.stat().st_size > limit:
                raise FileProblem("too-big")
            return await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError:
            raise FileProblem("unavailable") from None

    async def send(self, message: Outgoing) -> str | None:
        """Tell the pages that show this address to look at the outbox."""
        self.tell(message.address)
        return str(message.id)

    async def edit(self, message: Outgoing, sent: str) -> None:
        """The same: what the message reads now lies in the outbox."""
        self.tell(message.address)

    def tell(self, address: str | None) -> None:
        """Wake every waiting page: there is something new for this address, or for nobody in particular."""
        for watcher in self._watchers:
            watcher.put_nowait(address)

    async def watch(self, idle: float = 15.0) -> AsyncIterator[str | None]:
        """What ``tell`` says until the channel is closed; ``None`` at once, and after ``idle`` seconds of silence."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield None
            while not self._closed:
                try:
                    async with asyncio.timeout(idle):
                        news = await queue.get()
                except TimeoutError:
                    news = None
                yield news
        finally:
            self._watchers.discard(queue)

    async def close(self) -> None:
        """End every ``watch``, so that a server can stop without waiting for open pages."""
        self._closed = True
        for watcher in self._watchers:
            watcher.put_nowait(None)
