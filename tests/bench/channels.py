"""Every channel in one run: turns a second and the time that a turn takes, beside an aiogram 3 echo bot.

    python -m tests.bench.channels [zalo]

The platforms are the strict local servers, each call of which takes 50 ms; the console has no platform. Ours are
complete programs in this process, with their durable journal and outbox and without a pace; the peer is a process of
its own against the same Telegram server. A turn counts from the moment at which the update lies ready on the platform
until the platform has the answer.
"""

from __future__ import annotations

import asyncio
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.channels.base import NewUpdate, Outgoing
from bot.channels.console import ConsoleChannel
from bot.storage import Transaction
from bot.storage.schema import account, person, unit
from handlers.records.people import NOTICE_VERSION
from tests.bench.turns import _bot
from tests.support.live import Live, live
from tests.support.phones import ConsoleTown
from tests.support.telegram_server import TelegramServer, telegram_server
from tests.support.telegram_user import User as TelegramUser
from tests.support.zalo_server import ZaloServer, zalo_server
from tests.support.zalo_user import User as ZaloUser

_LATENCY = 0.05
_PEOPLE = 120
_RUNS = 3
_PACE, _PACED = 10, 200
_QUESTION = "han nop bao cao dan van kheo?"
_DOCUMENTS = Path(__file__).resolve().parents[2] / "bot" / "demo" / "documents"


@dataclass(frozen=True)
class Crowd:
    """People on one channel: how one of them speaks, how many messages they have, and how to wait."""

    says: Callable[[int, str], object]
    heard: Callable[[int], int]
    until: Callable[[Callable[[], bool]], Awaitable[None]]


async def _measure(name: str, crowd: Crowd) -> str:
    await _burst(crowd)
    rates = [await _burst(crowd) for _ in range(_RUNS)]
    times = await _paced(crowd)
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    rate = statistics.median(rates)
    return f"  {name:34} {rate:8.0f} turns/s   p50 {p50 * 1000:5.0f} ms   p99 {p99 * 1000:5.0f} ms"


async def _burst(crowd: Crowd) -> float:
    before = [crowd.heard(one) for one in range(_PEOPLE)]
    started = time.perf_counter()
    for one in range(_PEOPLE):
        crowd.says(one, _QUESTION)
    await crowd.until(lambda: all(crowd.heard(one) > before[one] for one in range(_PEOPLE)))
    return _PEOPLE / (time.perf_counter() - started)


async def _paced(crowd: Crowd) -> list[float]:
    times: list[float] = []

    async def one(who: int) -> None:
        count, started = crowd.heard(who), time.perf_counter()
        crowd.says(who, _QUESTION)
        await crowd.until(lambda: crowd.heard(who) > count)
        times.append(time.perf_counter() - started)

    tasks, begin = [], time.perf_counter()
    for number in range(_PACED):
        await asyncio.sleep(max(0.0, begin + number / _PACE - time.perf_counter()))
        tasks.append(asyncio.create_task(one(number % _PEOPLE)))
    await asyncio.gather(*tasks)
    return sorted(times)


async def _fill(here: Live, channel: str) -> None:
    """A commune whose cadres have chats on this channel, and documents to ask about."""
    now = here.clock.now()

    def work(tx: Transaction) -> None:
        run = tx.connection.execute
        home = run(unit.insert().returning(unit.c.id), {"name": "Tỉnh", "kind": "province"}).scalar_one()
        for number in range(_PEOPLE):
            values = {"name": f"Người {number}", "role": "cadre", "unit_id": home, "created_at": now}
            agreed = {"agreed_version": NOTICE_VERSION, "agreed_at": now}
            key = run(person.insert().returning(person.c.id), {**values, **agreed}).scalar_one()
            chat = {"channel": channel, "address": _address(number), "person_id": key, "last_used_at": now}
            run(account.insert(), chat)

    await here.store.write(work)
    await here.read(*sorted(_DOCUMENTS.glob("*.txt")))


def _address(number: int) -> str:
    return str(5_000 + number)


def _crowd(server: TelegramServer | ZaloServer, users: Sequence[TelegramUser] | Sequence[ZaloUser]) -> Crowd:
    """The people of a test server."""
    return Crowd(
        lambda one, text: users[one].says(text),
        lambda one: len(users[one].messages),
        lambda true: server.until(true, 120),
    )


@asynccontextmanager
async def _telegram(folder: Path) -> AsyncIterator[Crowd]:
    async with telegram_server() as server:
        server.latency = _LATENCY
        users = [server.user(5_000 + number, started=True) for number in range(_PEOPLE)]
        async with live(server, folder) as here:
            await _fill(here, "telegram")
            yield _crowd(server, users)


@asynccontextmanager
async def _aiogram(folder: Path) -> AsyncIterator[Crowd]:
    async with telegram_server() as server:
        server.latency = _LATENCY
        users = [server.user(5_000 + number, started=True) for number in range(_PEOPLE)]
        async with _bot("-m", "tests.bench.aiogram_echo", server.token, server.api_url):
            yield _crowd(server, users)


@asynccontextmanager
async def _zalo(folder: Path) -> AsyncIterator[Crowd]:
    """By webhook, as in production: a poll hands over one update, and no more than twenty a second at 50 ms each."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with zalo_server() as server:
        server.latency = _LATENCY
        users = [server.user(_address(number), started=True) for number in range(_PEOPLE)]
        async with live(None, folder, zalo=server, port=port) as here:
            await _fill(here, "zalo")
            yield _crowd(server, users)


@asynccontextmanager
async def _console(folder: Path) -> AsyncIterator[Crowd]:
    here = ConsoleTown(None, folder)
    await here.start()
    assert here.program is not None
    channel = here.program.channels["console"]
    assert isinstance(channel, ConsoleChannel)
    await _fill(here, "console")
    heard: Counter[str] = Counter()
    bell = asyncio.Event()
    send = channel.send
    said = iter(range(10**9))
    running: set[asyncio.Task[None]] = set()

    async def sent(message: Outgoing) -> str | None:
        heard[message.address] += 1
        bell.set()
        return await send(message)

    channel.send = sent  # type: ignore[method-assign]

    def says(one: int, text: str) -> None:
        update = NewUpdate(f"u{next(said)}", _address(one), {"text": text})
        task = asyncio.create_task(channel.receive(update))
        running.add(task)
        task.add_done_callback(running.discard)

    async def until(true: Callable[[], bool]) -> None:
        async with asyncio.timeout(120):
            while not true():
                bell.clear()
                await bell.wait()

    try:
        yield Crowd(says, lambda one: heard[_address(one)], until)
    finally:
        await here.stop()


async def _main(wanted: str) -> None:
    kinds = {
        "Telegram, polling": _telegram,
        "Zalo, webhook": _zalo,
        "Console, no platform": _console,
        "aiogram 3 echo bot (nothing durable)": _aiogram,
    }
    for name, made in kinds.items():
        if wanted not in name.casefold():
            continue
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            print(await _measure(name, await stack.enter_async_context(made(folder))), flush=True)


def main(wanted: str = "") -> None:
    """Measure and print all, or those whose name has this word."""
    print(
        f"Channels (load {psutil.getloadavg()[0]:.1f}), {_LATENCY * 1000:.0f} ms for each call of a platform; "
        f"{_PEOPLE} people at once, median of {_RUNS}; then {_PACE} turns a second"
    )
    asyncio.run(_main(wanted.casefold()))


if __name__ == "__main__":
    main(*sys.argv[1:2])
