"""A program with the console alone, and a browser's requests to it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import sqlalchemy as sa
from PIL import Image

from bot.attachments import file_finder
from bot.cabinet import Cabinet
from bot.channels.console import ConsoleChannel
from bot.console import console_app
from bot.console import guard as guard_module
from bot.fetching import Fetching
from bot.outbox import Sender
from bot.storage import Store
from bot.storage.schema import inbox
from bot.turns import Turns
from handlers.reply import Choice, Reply
from handlers.turn import Outcome, Turn
from knowledge.forms.form import load_forms
from knowledge.library import Library
from tests.support.serving import serving
from tests.support.world import StillClock


def _png() -> bytes:
    data = BytesIO()
    Image.new("RGB", (3, 2), (120, 160, 190)).save(data, "PNG")
    return data.getvalue()


PNG = _png()


STATIC = Path(guard_module.__file__).parent / "static"


def echo(turn: Turn) -> Outcome:
    """Answers with what it understood, two choices, and the file that it was sent."""
    message = turn.message
    text = f"action {message.action}" if message.action else f"text {message.text}"
    files = tuple(file.stored for file in message.files if file.stored is not None)
    return Outcome(replies=(Reply(text, (Choice("Đồng ý", "yes"), Choice("Thôi", "no")), files),))


class Console:
    """A program with the console alone, its steps taken when the test says so."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.clock = StillClock()
        self.cabinet = Cabinet(folder / "files")
        self.channel = ConsoleChannel(self.cabinet)
        channels = {"console": self.channel}
        find_file = file_finder(store, self.cabinet, load_forms())
        self.turns = Turns(store, channels, Library(), {}, self.clock, lambda: None)
        self.sender = Sender(store, channels, find_file, self.clock)
        self.fetching = Fetching(store, channels, self.cabinet, self.clock)
        self.app = console_app(store, self.channel, self.clock, self.cabinet, find_file)

    async def listen(self) -> None:
        await self.channel.listen(self.turns.journal("console", lambda: None))

    async def settle(self) -> None:
        """Take every step that is due, a second after what came in and a second before what comes next."""
        self.clock.move(dt.timedelta(seconds=1))
        for row in await self.store.read(lambda tx: tx.updates_to_fetch(10)):
            await self.fetching.fetch(row)
        while await self.turns.take():
            pass
        await self.sender.drain()
        self.clock.move(dt.timedelta(seconds=1))

    async def written(self) -> int:
        """How many updates were ever written down."""
        count = sa.select(sa.func.count()).select_from(inbox)
        return await self.store.read(lambda tx: tx.connection.scalar(count) or 0)


@asynccontextmanager
async def served(console: Console) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(console.app) as server, httpx.AsyncClient(base_url=server.url, timeout=20) as client:
        yield client


def words(text: str = "xin chào", who: str = "stranger-1", **more: Any) -> dict[str, Any]:
    return {"as": who, "id": str(uuid4()), "text": text, **more}


async def chat(client: httpx.AsyncClient, who: str = "stranger-1", view: str = "") -> list[dict[str, Any]]:
    response = await client.get("/api/messages", params={"as": who, "view": view})
    messages: list[dict[str, Any]] = response.raise_for_status().json()["messages"]
    return messages


async def upload(client: httpx.AsyncClient, name: str, data: bytes, who: str = "stranger-1") -> httpx.Response:
    return await client.post("/api/upload", data=words("", who), files=[("files", (name, data))])


def page_words() -> dict[str, Any]:
    page = (STATIC / "index.html").read_text("utf-8")
    found = re.search(r'<script id="words" type="application/json">(.*?)</script>', page, re.S)
    assert found
    words: dict[str, Any] = json.loads(found[1])
    return words
