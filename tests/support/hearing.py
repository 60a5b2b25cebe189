"""What tests of a channel's ear share: a journal in memory, the inbox as a journal, a channel that listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.applications import Starlette

from bot.channels.base import Channel, Journal, NewUpdate, Webhook
from bot.storage import Store, Update
from tests.support.serving import serving
from tests.support.world import NOON

SECRET = "a-Secret_of_the_webhook"


class Book:
    """A journal in memory, with a way to wait for what is written."""

    def __init__(self) -> None:
        self.updates: list[NewUpdate] = []
        self.failing: list[Exception] = []
        self._written = asyncio.Event()

    async def __call__(self, updates: Sequence[NewUpdate]) -> None:
        """Write down, or fail as the test says."""
        if self.failing:
            raise self.failing.pop(0)
        self.updates += updates
        self._written.set()

    async def has(self, count: int) -> list[NewUpdate]:
        """Wait until so many are written."""
        async with asyncio.timeout(30):
            while len(self.updates) < count:
                self._written.clear()
                await self._written.wait()
        return self.updates


@asynccontextmanager
async def listening(channel: Channel, journal: Journal) -> AsyncIterator[asyncio.Task[None]]:
    """The channel takes updates from here on, until this is left."""
    task = asyncio.create_task(channel.listen(journal))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def called_by(
    server: Any, connect: Callable[..., Any], path: str, journal: Journal
) -> AsyncIterator[tuple[Any, str]]:
    """A channel that the platform calls, and the address where it is called."""
    channel: Any = None

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await Starlette(routes=[channel.webhook_route()])(scope, receive, send)

    async with serving(app) as at:
        channel = connect(server, webhook=Webhook(at.url, SECRET))
        async with listening(channel, journal):
            await server.until(lambda: server.webhook is not None)
            yield channel, at.url + path
        await channel.close()


def inbox_of(store: Store, channel: str) -> Journal:
    """The store's own journal."""

    async def journal(updates: Sequence[NewUpdate]) -> None:
        rows = [Update(channel, one.key, one.address, one.payload, one.has_files) for one in updates]
        await store.write(lambda tx: tx.journal(rows, NOON))

    return journal


async def texts_in(store: Store) -> list[str]:
    """What was said in the updates that wait for their turn."""
    rows = await store.read(lambda tx: tx.ready_updates(1000))
    return [row.payload["message"]["text"] for row in rows]
