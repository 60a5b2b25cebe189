"""The complete program in a process of its own, which can be killed with -9 and starts again in no time.

The fork server imports everything once; each life of the program is a fork of it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from pydantic import SecretStr

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["bot.app", "bot.exports.build", "handlers.routing", "tests.support.mortal"])


def _live(folder: Path, database_url: str, token: str, api_url: str, file_url: str) -> None:
    from bot import app
    from bot.clock import Clock
    from bot.settings import Settings

    settings = Settings(
        data_dir=folder,
        database_url=database_url,
        telegram_token=SecretStr(token),
        telegram_api_url=api_url,
        telegram_file_url=file_url,
        telegram_rate=1000,
        port=0,
    )

    async def serve() -> None:
        store = await app.open_database(settings)
        await app.run(app.assemble(settings, store, Clock(), demo=False), lambda _: None)

    asyncio.run(serve())


class Mortal:
    """One program after another on the same data."""

    def __init__(self, folder: Path, database_url: str, token: str, api_url: str, file_url: str) -> None:
        self._arguments = (folder, database_url, token, api_url, file_url)
        self._process: ForkServerProcess | None = None

    def start(self) -> None:
        """Begin a life."""
        self._process = _forks.Process(target=_live, args=self._arguments)
        self._process.start()

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
