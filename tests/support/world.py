"""A small world for tests: the real turn machinery on a real store, driven step by step, and a channel that records."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.attachments import file_finder
from bot.cabinet import Cabinet
from bot.channels.base import Arrival, FileProblem, Group, Journal, Limits, NewUpdate, Outgoing, RemoteFile
from bot.clock import VIETNAM, Clock
from bot.fetching import Fetching
from bot.floods import Floods
from bot.outbox import Sender
from bot.storage import Store
from bot.turns import Turns
from handlers.records.people import NOTICE_VERSION, Role
from handlers.reply import Choice
from knowledge.forms.catalogue import Catalogue
from knowledge.forms.form import Form, load_forms
from knowledge.library import Library

NOON = dt.datetime(2026, 11, 18, 12, 0, tzinfo=VIETNAM)
"""A Wednesday in November 2026."""


class StillClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, at: dt.datetime = NOON) -> None:
        super().__init__()
        self._at = at

    def now(self) -> dt.datetime:
        """The moment at which it stands."""
        return self._at + self.shift


class RecordingChannel:
    """A channel whose platform is a list."""

    name = "test"

    def __init__(self, *, buttons: bool = True) -> None:
        self.limits = Limits(text=4000, buttons=buttons, per_second=1e6, chat_interval=lambda _: 0, in_flight=32)
        self.sent: list[Outgoing] = []
        self.bytes: dict[str, bytes] = {}
        self.failing: list[Exception] = []
        """Errors that the next sends raise, in order."""

    def read(self, payload: Mapping[str, Any]) -> Arrival:
        """The payload is the arrival."""
        pressed = payload.get("pressed")
        return Arrival(
            text=payload.get("text", ""),
            pressed=(pressed[0], pressed[1]) if pressed else None,
            files=tuple(RemoteFile(name, name) for name in payload.get("files", ())),
            replies_to=payload.get("replies_to"),
            key=payload.get("number"),
            group=Group(*payload["group"]) if "group" in payload else None,
            **{name: payload[name] for name in ("edits", "album", "unread", "moved_to") if name in payload},
        )

    async def listen(self, journal: Journal) -> None:
        """Nothing comes by itself."""

    async def download(self, file: RemoteFile, limit: int) -> bytes:
        """The bytes that the test gave."""
        data = self.bytes[file.reference]
        if len(data) > limit:
            raise FileProblem("too-big")
        return data

    async def send(self, message: Outgoing) -> str:
        """Record."""
        if self.failing:
            raise self.failing.pop(0)
        self.sent.append(message)
        return str(message.id)

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class World:
    """One program without its loops: every step is taken when the test says so."""

    store: Store
    folder: Path
    clock: Clock = field(default_factory=StillClock)
    library: Library = field(default_factory=Library)
    forms: Mapping[str, Form] = field(default_factory=lambda: Catalogue(load_forms()))
    channel: RecordingChannel = field(default_factory=RecordingChannel)
    floods: Floods | None = None
    """Only where a test is about them: tests type faster than people."""

    def __post_init__(self) -> None:
        """Put the parts together."""
        self.cabinet = Cabinet(self.folder / "files")
        self._numbers = itertools.count(1)
        self.restart()

    def restart(self) -> None:
        """Forget all that is only in memory, as kill -9 does."""
        name = self.channel.name
        channels = {name: self.channel}
        self.turns = Turns(self.store, channels, self.library, self.forms, self.clock, lambda: None, self.floods)
        self.sender = Sender(self.store, channels, file_finder(self.store, self.cabinet, self.forms), self.clock)
        self.fetching = Fetching(self.store, channels, self.cabinet, self.clock)
        self.journal = self.turns.journal(name, lambda: None)

    async def settle(self) -> None:
        """Let everything happen that is due: files fetched, turns taken, messages sent."""
        while True:
            rows = await self.store.read(lambda tx: tx.updates_to_fetch(10))
            fetched = [await self.fetching.fetch(row) for row in rows]
            taken = await self.turns.take()
            await self.sender.drain()
            if not (any(fetched) or taken):
                return

    async def unit(self, name: str, kind: str = "commune", parent: int | None = None) -> int:
        """A new unit."""
        from bot.storage.schema import unit

        return await self.store.write(
            lambda tx: tx.connection.scalar(
                unit.insert().returning(unit.c.id), {"name": name, "kind": kind, "parent_id": parent}
            )
        )

    async def person(self, name: str, role: Role, unit_id: int) -> Chat:
        """A person who has enrolled and agreed, with an account on the test channel."""
        from bot.storage.schema import account, person

        now = self.clock.now()
        chat = self.stranger()

        def work(tx: Any) -> None:
            key = tx.connection.scalar(
                person.insert().returning(person.c.id),
                {
                    "name": name,
                    "role": role,
                    "unit_id": unit_id,
                    "agreed_version": NOTICE_VERSION,
                    "agreed_at": now,
                    "created_at": now,
                },
            )
            row = {"channel": self.channel.name, "address": chat.address, "person_id": key, "last_used_at": now}
            tx.connection.execute(account.insert(), row)
            chat.person_id = key

        await self.store.write(work)
        return chat

    def stranger(self) -> Chat:
        """Somebody whom nobody knows yet."""
        return Chat(self, f"chat-{next(self._numbers)}")


@dataclass
class Chat:
    """One person's phone."""

    world: World
    address: str
    person_id: int = 0

    async def sends(self, *, key: str | None = None, files: Mapping[str, bytes] | None = None, **payload: Any) -> None:
        """Hand an update over without waiting for what follows."""
        number = next(self.world._numbers)
        if files:
            self.world.channel.bytes.update(files)
            payload["files"] = list(files)
        await self.world.journal([NewUpdate(key or f"update-{number}", self.address, payload, bool(files))])

    async def _answers(self, **payload: Any) -> list[Outgoing]:
        before = len(self.world.channel.sent)
        await self.sends(**payload)
        await self.world.settle()
        return [message for message in self.world.channel.sent[before:] if message.address == self.address]

    async def says(self, text: str, *, key: str | None = None, **more: Any) -> str:
        """Type a message (with ``more`` that an ``Arrival`` has); gives the texts that came back, joined."""
        return "\n".join(message.text for message in await self._answers(text=text, key=key, **more))

    async def edits(self, number: str, text: str) -> str:
        """Change the message that was sent with this number."""
        return "\n".join(one.text for one in await self._answers(text=text, number=number, edits=True))

    async def replies(self, message: Outgoing, text: str) -> str:
        """Type a message as an express answer to this one."""
        return "\n".join(one.text for one in await self._answers(text=text, replies_to=str(message.id)))

    async def shows(self, name: str, data: bytes, caption: str = "") -> str:
        """Send a file."""
        return "\n".join(message.text for message in await self._answers(text=caption, files={name: data}))

    async def taps(self, label: str) -> str:
        """Tap the newest button whose label has these words."""
        for message in reversed(self.messages):
            for index, choice in enumerate(message.choices):
                if label.casefold() in choice.label.casefold():
                    return await self.presses(message, index)
        raise AssertionError(f"no button «{label}»; the last message: {self.messages[-1:]}")

    async def presses(self, message: Outgoing, index: int) -> str:
        """Tap this button of this message, however old it is."""
        return "\n".join(one.text for one in await self._answers(pressed=[message.id, index]))

    @property
    def messages(self) -> list[Outgoing]:
        """All that this phone got, oldest first."""
        return [message for message in self.world.channel.sent if message.address == self.address]

    @property
    def choices(self) -> Sequence[Choice]:
        """The choices of the last message."""
        return self.messages[-1].choices
