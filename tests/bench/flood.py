"""What a flood from one account costs the others: the time of their turns without and with somebody who floods.

The bot is a process of its own with its usual settings, the platform the strict local server in this process. Cadres
ask a question at an even pace; the flooder is one of them and writes a hundred messages a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from tests.bench.turns import _QUESTION, _chat, _danvan
from tests.support.telegram_server import TelegramServer, telegram_server
from tests.support.telegram_user import User

_OTHERS = 100
_PACE = 5
"""Turns a second of all the others together …"""
_TURNS = 100
"""… and how many of them are measured."""
_FLOOD = 100
"""Messages a second."""


@contextlib.asynccontextmanager
async def _flooding(user: User, times: list[int]) -> AsyncIterator[None]:
    async def flood() -> None:
        began = time.perf_counter()
        while True:
            user.says(f"{_QUESTION} {times[0]}")
            times[0] += 1
            await asyncio.sleep(max(0.0, began + times[0] / _FLOOD - time.perf_counter()))

    task = asyncio.create_task(flood())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _paced(server: TelegramServer, users: list[User]) -> list[float]:
    """Turns at an even pace; the seconds that each took, in order of size."""
    times: list[float] = []

    async def one(user: User) -> None:
        count = len(user.messages)
        started = time.perf_counter()
        user.says(_QUESTION)
        await server.until(lambda: len(user.messages) > count, 60)
        times.append(time.perf_counter() - started)

    begin, tasks = time.perf_counter(), []
    for number in range(_TURNS):
        await asyncio.sleep(max(0.0, begin + number / _PACE - time.perf_counter()))
        tasks.append(asyncio.create_task(one(users[number % len(users)])))
    await asyncio.gather(*tasks)
    return sorted(times)


def _told(name: str, times: list[float]) -> tuple[float, float]:
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(f"  {name:36} p50 {p50 * 1000:7.1f} ms   p99 {p99 * 1000:7.1f} ms")
    return p50, p99


async def _measure(server: TelegramServer) -> None:
    users = [server.user(_chat(number), started=True) for number in range(_OTHERS)]
    flooder = server.user(_chat(_OTHERS), started=True)
    async with _danvan(server):
        await _paced(server, users)  # everything is loaded once
        await asyncio.sleep(3)
        quiet = _told("the others, nobody floods", await _paced(server, users))
        count = [0]
        async with _flooding(flooder, count):
            await asyncio.sleep(3)
            loud = _told("the others, while one floods", await _paced(server, users))
        print(f"  {'ratio':36} p50 {loud[0] / quiet[0]:7.2f}      p99 {loud[1] / quiet[1]:7.2f}")
        print(f"  the flooder wrote {count[0]} messages and was answered {len(flooder.messages)} times")


async def _main() -> None:
    print(f"A flood of {_FLOOD} messages a second from one account; platform and bot over HTTP on loopback, SQLite")
    async with telegram_server() as server:
        await _measure(server)


def main() -> None:
    """Measure and print."""
    asyncio.run(_main())


if __name__ == "__main__":
    main()
