"""The complete program in a process of its own, which can be killed with -9 and starts again in no time.

The fork server imports everything once; each life of the program is a fork of it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from pydantic import SecretStr

for _number in (signal.SIGUSR1, signal.SIGUSR2):
    # Passed on to each life, which begins to listen to them a little later.
    signal.signal(_number, signal.SIG_IGN)

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["bot.app", "bot.exports.build", "handlers.routing", "tests.support.mortal"])


def _live(
    folder: Path, database_url: str, token: str, api_url: str, file_url: str, more: dict[str, Any], shift: dt.timedelta
) -> None:
    from bot import app
    from bot.clock import Clock
    from bot.database import open_database
    from bot.settings import BadSettings, Settings

    settings = Settings(
        **{
            "data_dir": folder,
            "database_url": database_url,
            "telegram_token": SecretStr(token),
            "telegram_api_url": api_url,
            "telegram_file_url": file_url,
            "telegram_rate": 1000,
            "port": 0,
            **more,
        }
    )
    clock = Clock(shift)

    async def serve() -> None:
        store = await open_database(settings)
        on = asyncio.get_running_loop().add_signal_handler
        on(signal.SIGUSR1, _jump(clock))
        on(signal.SIGUSR2, lambda: asyncio.ensure_future(_full_disk(store)))
        await app.run(app.assemble(settings, store, clock, demo=False), lambda _: None)

    logging.getLogger().addHandler(logging.NullHandler())  # its troubles are what is tested: nobody reads of them
    try:
        asyncio.run(serve())
    except BadSettings:
        sys.exit(2)


def _jump(clock: Any) -> Callable[[], None]:
    """The clock goes an hour forward, the next time an hour back, and so on."""
    way = [1]

    def jump() -> None:
        clock.move(dt.timedelta(hours=way[0]))
        way[0] = -way[0]

    return jump


async def _full_disk(store: Any, seconds: float = 5) -> None:
    """For a while the database cannot grow by a page: SQLite's own "database or disk is full"."""
    await store._writer.execute_fetchall("PRAGMA max_page_count=1")
    await asyncio.sleep(seconds)
    await store._writer.execute_fetchall("PRAGMA max_page_count=1000000")


class Mortal:
    """One program after another on the same data; ``more`` is what else is set."""

    def __init__(self, folder: Path, database_url: str, token: str, api_url: str, file_url: str, **more: Any) -> None:
        self._arguments = (folder, database_url, token, api_url, file_url, more)
        self._process: ForkServerProcess | None = None

    def start(self, shift: dt.timedelta = dt.timedelta(0)) -> None:
        """Begin a life, with a clock that is wrong by so much."""
        self._process = _forks.Process(target=_live, args=(*self._arguments, shift))
        self._process.start()

    def jump(self) -> None:
        """Its clock jumps by an hour, to and fro."""
        self._signal(signal.SIGUSR1)

    def fill_disk(self) -> None:
        """Its disk is full for five seconds (SQLite)."""
        self._signal(signal.SIGUSR2)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    @property
    def alive(self) -> bool:
        """Whether its present life has not ended."""
        return self._process is not None and self._process.is_alive()

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        assert self._process is not None
        assert self._process.is_alive(), "the program ended by itself"
        self._process.kill()
        self._process.join()

    def stop(self) -> int | None:
        """SIGTERM, and wait; gives the exit code."""
        assert self._process is not None
        self._process.terminate()
        self._process.join(15)
        return self._process.exitcode
