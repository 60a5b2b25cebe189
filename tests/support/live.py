"""The complete program at work against the strict Bot API servers, in this process, on a database of its own."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import app
from bot.clock import VIETNAM, Clock
from bot.database import open_database
from bot.library import ingest
from bot.settings import Settings
from bot.storage import Store, Transaction
from bot.storage.schema import account, person, unit
from handlers.people.codes import hash_code, new_code
from handlers.records.people import NOTICE_VERSION, IssueCode, Role
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_user import User
from tests.support.world import NOON
from tests.support.zalo_server import ZaloServer


@dataclass
class Live:
    """A running program; ``start`` and ``stop`` it as an operator would."""

    telegram: TelegramServer | None
    folder: Path
    forms: Mapping[str, str] | None = None
    """Files of forms that were published, by name."""
    rate: float = 1000
    """Messages a second; nobody waits for it unless the test says so."""
    port: int = 0
    """Where updates are to be posted to; without one they are polled."""
    clock: Clock = field(default_factory=lambda: Clock(NOON - dt.datetime.now(VIETNAM)))
    """Runs, and began on a Wednesday noon in November 2026."""
    program: app.Program | None = None
    zalo: ZaloServer | None = None

    def __post_init__(self) -> None:
        """Number the codes, so that each is another."""
        self._codes = itertools.count(1)
        self._running = AsyncExitStack()

    @property
    def settings(self) -> Settings:
        """As an operator would set them; only that the port is any free one."""
        platforms: dict[str, Any] = {}
        if self.telegram:
            platforms |= {
                "telegram_token": SecretStr(self.telegram.token),
                "telegram_api_url": self.telegram.api_url,
                "telegram_file_url": self.telegram.file_url,
                "telegram_rate": self.rate,
            }
        if self.zalo:
            platforms |= {"zalo_token": SecretStr(self.zalo.token), "zalo_api_url": self.zalo.api_url}
        return Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=self.folder,
            public_url=f"http://127.0.0.1:{self.port}" if self.port else "",
            port=self.port,
            **platforms,
        )

    @property
    def store(self) -> Store:
        """The database of the running program."""
        assert self.program is not None
        return self.program.store

    async def start(self) -> None:
        """Start the program."""
        self.program = app.assemble(self.settings, await open_database(self.settings), self.clock, demo=False)
        await self._publish()
        for channel in self.program.channels.values():
            channel.limits = replace(channel.limits, per_second=self.rate, chat_interval=lambda _: 0)
        await self._running.enter_async_context(app.running(self.program))

    async def _publish(self) -> None:
        now = self.clock.now()
        for name, text in (self.forms or {}).items():
            await self.store.write(partial(Transaction.keep_form, name=name, version=1, text=text, now=now))

    async def stop(self) -> None:
        """Stop it in order."""
        await self._running.aclose()
        self.program = None

    async def unit(self, name: str, kind: str = "commune", parent: int | None = None) -> int:
        """A new unit."""
        row = {"name": name, "kind": kind, "parent_id": parent}
        return await self.store.write(lambda tx: tx.connection.scalar(unit.insert().returning(unit.c.id), row))

    async def code(self, unit_id: int, role: Role) -> str:
        """An enrolment code, as ``danvan invite`` makes it."""
        code, now = new_code(f"{next(self._codes):032x}"), self.clock.now()
        issue = IssueCode(hash_code(code), unit_id, role, None, now + dt.timedelta(days=7))

        def work(tx: Transaction) -> None:
            tx.apply(issue, None, now)

        await self.store.write(work)
        return code

    async def many(self, count: int, unit_id: int) -> list[User]:
        """Cadres who enrolled long ago."""
        users = [self.telegram.user(100_000 + number, f"Cán bộ {number}", started=True) for number in range(count)]
        now = self.clock.now()

        def work(tx: Transaction) -> None:
            for user in users:
                row = {"name": user.name, "role": "cadre", "unit_id": unit_id, "created_at": now}
                agreed = {"agreed_version": NOTICE_VERSION, "agreed_at": now}
                key = tx.connection.scalar(person.insert().returning(person.c.id), {**row, **agreed})
                chat = {"channel": "telegram", "address": str(user.id), "person_id": key, "last_used_at": now}
                tx.connection.execute(account.insert(), chat)

        await self.store.write(work)
        return users

    async def enrolled(self, chat_id: int, name: str, unit_id: int, role: Role) -> User:
        """Somebody who has gone through the enrolment in chat."""
        user = self.telegram.user(chat_id, name)
        user.says(f"/start {await self.code(unit_id, role)}")
        await user.hears("đồng ý không")
        user.presses("Đồng ý")
        await user.hears("họ và tên")
        user.presses(name)
        await user.hears("Đăng ký xong")
        return user

    async def read(self, *files: Path) -> None:
        """Take documents in, as ``danvan ingest`` does, and make the program know them."""
        assert self.program is not None
        from bot.library import refresh_library

        done = await ingest(self.store, files, self.clock.now(), lambda: None)
        assert not done.refused, done.lines
        await refresh_library(self.store, self.program.library)

    async def rows(self, statement: Any) -> list[Any]:
        """What the database holds."""
        return await self.store.read(lambda tx: list(tx.connection.execute(statement)))


@asynccontextmanager
async def live(
    telegram: TelegramServer | None, folder: Path, forms: Mapping[str, str] | None = None, **more: Any
) -> AsyncIterator[Live]:
    """A program that is running; ``more`` is what else ``Live`` has."""
    running = Live(telegram, folder, forms, **more)
    await running.start()
    try:
        yield running
    finally:
        if running.program is not None:
            await running.stop()
