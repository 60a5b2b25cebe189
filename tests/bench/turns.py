"""Durable turns a second beside a bare echo bot, the time that a turn takes at an even pace, and resident memory.

The platform is the strict local server, in this process; the bot is a process of its own. A turn counts from the
moment the update lies ready on the platform until the platform has the answer.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from bot.clock import Clock
from bot.library import ingest
from bot.settings import Settings
from bot.storage import Store, open_store
from bot.storage.schema import account, person, unit
from handlers.records.people import NOTICE_VERSION
from tests.support.telegram_server import TelegramServer, telegram_server
from tests.support.telegram_user import User

_PEOPLE = 250
_RUNS = 3
_DOCUMENTS = Path(__file__).resolve().parents[2] / "bot" / "demo" / "documents"
_QUESTION = "han nop bao cao dan van kheo?"
_PACE = 20
_PACED = 400


async def _fill(store: Store) -> None:
    """A province with one commune and its cadres, each with a chat."""
    now = Clock().now()

    def work(tx: object) -> None:
        run = tx.connection.execute  # type: ignore[attr-defined]
        top = run(unit.insert().returning(unit.c.id), {"name": "Tỉnh", "kind": "province"}).scalar()
        for number in range(_PEOPLE):
            place = {"name": f"Xã {number}", "kind": "commune", "parent_id": top}
            home = run(unit.insert().returning(unit.c.id), place).scalar()
            values = {"name": f"Người {number}", "role": "cadre", "unit_id": home, "created_at": now}
            agreed = {"agreed_version": NOTICE_VERSION, "agreed_at": now}
            key = run(person.insert().returning(person.c.id), {**values, **agreed}).scalar()
            chat = {"channel": "telegram", "address": str(_chat(number)), "person_id": key, "last_used_at": now}
            run(account.insert(), chat)

    await store.write(work)
    await ingest(store, sorted(_DOCUMENTS.glob("*.txt")), now, lambda: None)


def _chat(number: int) -> int:
    return 5_000 + number


@asynccontextmanager
async def _bot(*command: str, **environment: str) -> AsyncIterator[psutil.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def _danvan(server: TelegramServer, database_url: str = "") -> AsyncIterator[psutil.Process]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url=database_url)
        store = open_store(settings.database)
        await store.migrate()
        await _fill(store)
        await store.close()
        async with _bot(
            "-m",
            "bot",
            "run",
            DANVAN_DATA_DIR=folder,
            DANVAN_DATABASE_URL=settings.database,
            DANVAN_TELEGRAM_TOKEN=server.token,
            DANVAN_TELEGRAM_API_URL=server.api_url,
            DANVAN_TELEGRAM_FILE_URL=server.file_url,
            DANVAN_TELEGRAM_RATE="1000",
            DANVAN_PORT="0",
        ) as process:
            yield process


@asynccontextmanager
async def _echo(server: TelegramServer) -> AsyncIterator[psutil.Process]:
    async with _bot("-m", "tests.bench.echo_bot", server.token, server.api_url, server.file_url) as process:
        yield process


async def _burst(server: TelegramServer, users: list[User], text: Callable[[int], str]) -> float:
    """Everybody says something at once; turns a second until all have their answer."""
    before = [len(user.messages) for user in users]
    started = time.perf_counter()
    for number, user in enumerate(users):
        user.says(text(number))
    waiting = list(zip(users, before, strict=True))

    def all_answered() -> bool:
        while waiting and len(waiting[-1][0].messages) > waiting[-1][1]:
            waiting.pop()
        return not waiting

    await server.until(all_answered, 120)
    return len(users) / (time.perf_counter() - started)


async def _paced(server: TelegramServer, users: list[User], text: str) -> list[float]:
    """Turns at an even pace; the seconds that each took, in order of size."""
    times: list[float] = []

    async def one(user: User) -> None:
        count = len(user.messages)
        started = time.perf_counter()
        user.says(text)
        await server.until(lambda: len(user.messages) > count, 30)
        times.append(time.perf_counter() - started)

    tasks = []
    begin = time.perf_counter()
    for number in range(_PACED):
        await asyncio.sleep(max(0.0, begin + number / _PACE - time.perf_counter()))
        tasks.append(asyncio.create_task(one(users[number % len(users)])))
    await asyncio.gather(*tasks)
    return sorted(times)


async def _open_forms(server: TelegramServer, users: list[User]) -> None:
    """Bring everybody to a question of a form that waits for a number."""
    for user in users:
        user.says("/baocao dan-van-kheo")
    await server.until(lambda: all("/" in user.messages[-1].text for user in users if user.messages), 60)


async def _main() -> None:
    rows: list[tuple[str, str]] = []
    async with telegram_server() as server:
        users = [server.user(_chat(number), started=True) for number in range(_PEOPLE)]
        async with _echo(server):
            await _burst(server, users, str)
            echo = [await _burst(server, users, str) for _ in range(_RUNS)]
    async with telegram_server() as server:
        users = [server.user(_chat(number), started=True) for number in range(_PEOPLE)]
        async with _danvan(server) as process:
            await _burst(server, users, lambda _: "/han")
            asked = []
            for _ in range(_RUNS):
                await asyncio.sleep(3)  # the pace of one chat: bursts of three, then one message a second
                asked.append(await _burst(server, users, lambda _: _QUESTION))
            await asyncio.sleep(3)
            await _open_forms(server, users)
            answered = []
            for number in range(_RUNS):
                await asyncio.sleep(3)
                answered.append(await _burst(server, users, lambda _, number=number: str(number + 1)))  # type: ignore[misc]
            await asyncio.sleep(3)
            times = await _paced(server, users, _QUESTION)
            memory = process.memory_info().rss / 2**20
    bare = statistics.median(echo)
    rows.append(("bare echo bot (nothing durable)", f"{bare:8.0f} turns/s   1.00"))
    for name, rates in (("question, durable", asked), ("form answer, durable", answered)):
        rate = statistics.median(rates)
        rows.append((name, f"{rate:8.0f} turns/s   {rate / bare:.2f}"))
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    rows.append((f"a question at {_PACE} a second", f"p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms"))
    rows.append(("resident memory after all that", f"{memory:.0f} MB"))
    print(f"Turns, SQLite; medians of {_RUNS} bursts of {_PEOPLE} people at once, platform on loopback")
    for name, value in rows:
        print(f"  {name:36} {value}")


def main() -> None:
    """Measure and print."""
    asyncio.run(_main())


if __name__ == "__main__":
    main()
