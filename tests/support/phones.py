"""The same person on any channel: types, picks what is offered, sends a photo, gets a file. For the channel contract.

A ``Town`` is a program that serves one channel, with its platform. A ``Phone`` speaks that platform's way: it taps
where there are buttons and types the number where there are none. ``unlucky`` towns have every trouble that the
platforms may make without losing anything: each update comes twice, the second time after a newer one, and late.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from bot import app
from bot.channels.console import ConsoleChannel
from bot.database import open_database
from bot.settings import Settings
from tests.support import telegram_user, zalo_user
from tests.support.live import Live
from tests.support.telegram_server import telegram_server
from tests.support.zalo_server import ZaloServer, zalo_server

CHANNELS = ("console", "telegram", "zalo")


@dataclass
class Town(Live):
    """A program that serves one channel."""

    unlucky: bool = False

    def phone(self, key: int, name: str) -> Phone:
        """This person's phone."""
        if self.zalo:
            return ZaloPhone(self, self.zalo.user(f"{key:020x}", name))
        if self.telegram:
            return TelegramPhone(self, self.telegram.user(key, name))
        return ConsolePhone(self, f"chat-{key}")

    async def restart(self) -> None:
        """Stop the program and start it again on the same data."""
        await self.stop()
        await self.start()


class ConsoleTown(Town):
    """The same for the console, which is its own platform."""

    url = ""

    async def start(self) -> None:
        """Start the program as for the demo, but without its data."""
        settings = Settings(_env_file=None, data_dir=self.folder, port=0)  # type: ignore[call-arg]
        self.program = app.assemble(settings, await open_database(settings), self.clock, demo=True)
        await self._publish()
        self.url = await self._running.enter_async_context(app.running(self.program))


class Phone:
    """What all phones can do."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._before: Any = None

    async def says(self, text: str) -> None:
        """Type a message."""
        await self._sent(await self._say(text))

    async def picks(self, label: str) -> None:
        """Choose what the newest message offers under these words."""
        await self._sent(await self._pick(label))

    async def shows(self, photo: bytes) -> None:
        """Send a photo."""
        await self._sent(await self._show(photo))

    async def hears(self, words: str) -> str:
        """The next message that has these words; waits for it."""
        raise NotImplementedError

    async def gets_file(self) -> tuple[str, bytes]:
        """Name and content of the file in the next message that has one; waits for it."""
        raise NotImplementedError

    async def _sent(self, update: Any) -> None:
        if self.town.unlucky:
            if self._before is not None:
                await self._again(self._before)
            await self._again(update)
        self._before = update

    async def _say(self, text: str) -> Any:
        raise NotImplementedError

    async def _pick(self, label: str) -> Any:
        raise NotImplementedError

    async def _show(self, photo: bytes) -> Any:
        raise NotImplementedError

    async def _again(self, update: Any) -> None:
        """The platform hands this over once more."""
        raise NotImplementedError


class TelegramPhone(Phone):
    """Taps."""

    def __init__(self, town: Town, user: telegram_user.User) -> None:
        super().__init__(town)
        self.user = user

    async def hears(self, words: str) -> str:
        """See ``Phone``."""
        return (await self.user.hears(words)).text

    async def gets_file(self) -> tuple[str, bytes]:
        """See ``Phone``."""
        while not (heard := await self.user.hears()).data:
            pass
        return heard.file_name, heard.data

    async def _say(self, text: str) -> Any:
        return self.user.says(text)

    async def _pick(self, label: str) -> Any:
        return self.user.presses(label)

    async def _show(self, photo: bytes) -> Any:
        return self.user.sends_photo(photo)

    async def _again(self, update: Any) -> None:
        self.user.server.push_raw(update)


class ZaloPhone(Phone):
    """Types digits, and opens links."""

    def __init__(self, town: Town, user: zalo_user.User) -> None:
        super().__init__(town)
        self.user = user

    async def hears(self, words: str) -> str:
        """See ``Phone``."""
        return (await self.user.hears(words)).text

    async def gets_file(self) -> tuple[str, bytes]:
        """See ``Phone``."""
        return await download((await self.user.hears("/f/")).link)

    async def _say(self, text: str) -> Any:
        return self.user.says(text)

    async def _pick(self, label: str) -> Any:
        return self.user.picks(label)

    async def _show(self, photo: bytes) -> Any:
        return self.user.sends_photo(photo)

    async def _again(self, update: Any) -> None:
        self.user.server.push_raw(update)


@dataclass
class ConsolePhone(Phone):
    """Clicks in the page."""

    town: Town
    address: str
    seen: set[int] = field(default_factory=set)
    _before: Any = None

    async def hears(self, words: str) -> str:
        """See ``Phone``."""
        return str((await self._next(lambda one: words.casefold() in one["text"].casefold()))["text"])

    async def gets_file(self) -> tuple[str, bytes]:
        """See ``Phone``."""
        message = await self._next(lambda one: bool(one["files"]))
        async with httpx.AsyncClient(base_url=self._url, trust_env=False, verify=False) as client:
            answer = await client.get(f"/files/out-{message['id']}/0", params={"as": self.address})
        return message["files"][0]["name"], answer.raise_for_status().content

    @property
    def _url(self) -> str:
        assert isinstance(self.town, ConsoleTown)
        return self.town.url

    async def _messages(self) -> list[dict[str, Any]]:
        async with httpx.AsyncClient(base_url=self._url, trust_env=False, verify=False, timeout=20) as client:
            answer = await client.get("/api/messages", params={"as": self.address})
        return [one for one in answer.raise_for_status().json()["messages"] if not one["mine"]]

    async def _next(self, fits: Any) -> dict[str, Any]:
        assert self.town.program is not None
        channel = self.town.program.channels["console"]
        assert isinstance(channel, ConsoleChannel)
        idle = 0
        async for told in channel.watch(idle=0.5):
            idle += told is None
            for one in await self._messages():
                if one["id"] not in self.seen:
                    self.seen.add(one["id"])
                    if fits(one):
                        return one
            assert idle < 20, [one["text"] for one in (await self._messages())[-3:]]
        raise AssertionError("the console was closed")

    async def _say(self, text: str) -> Any:
        return await self._post({"text": text})

    async def _pick(self, label: str) -> Any:
        for one in reversed(await self._messages()):
            for place, shown in enumerate(one.get("choices", ())):
                if label.casefold() in shown.casefold():
                    return await self._post({"press": [one["id"], place]})
        raise AssertionError(f"no button «{label}»")

    async def _show(self, photo: bytes) -> Any:
        return await self._post({}, photo)

    async def _post(self, what: dict[str, Any], photo: bytes = b"") -> Any:
        update = ({"as": self.address, "id": str(uuid4()), **what}, photo)
        await self._again(update)
        return update

    async def _again(self, update: Any) -> None:
        fields, photo = update
        async with httpx.AsyncClient(base_url=self._url, trust_env=False, verify=False, timeout=20) as client:
            if photo:
                answer = await client.post("/api/upload", data=fields, files=[("files", ("anh.jpg", photo))])
            else:
                answer = await client.post("/api/send", json=fields)
        answer.raise_for_status()


async def download(url: str) -> tuple[str, bytes]:
    """Name and content of what lies under an address."""
    async with httpx.AsyncClient(trust_env=False, verify=False, timeout=20) as client:
        answer = (await client.get(url)).raise_for_status()
    headers = Message()
    headers["content-disposition"] = answer.headers["content-disposition"]
    return headers.get_filename() or "", answer.content


@asynccontextmanager
async def town(
    channel: str, folder: Path, port: int, forms: Mapping[str, str], *, unlucky: bool
) -> AsyncIterator[Town]:
    """A program at work that serves this channel; webhooks are called at ``port``."""
    async with AsyncExitStack() as stack:
        more: dict[str, Any] = {"forms": forms, "port": port, "unlucky": unlucky}
        if channel == "console":
            yield await stack.enter_async_context(_at_work(ConsoleTown(None, folder, **more)))
            return
        server = await stack.enter_async_context(zalo_server() if channel == "zalo" else telegram_server())
        server.latency = 0.05 if unlucky else 0.0
        platform = (None, server) if isinstance(server, ZaloServer) else (server, None)
        yield await stack.enter_async_context(_at_work(Town(platform[0], folder, zalo=platform[1], **more)))


@asynccontextmanager
async def _at_work(made: Town) -> AsyncIterator[Town]:
    try:
        await made.start()
        yield made
    finally:
        if made.program is not None:
            await made.stop()


RECEIPT = re.compile(r"Mã tiếp nhận: (\S+)")
