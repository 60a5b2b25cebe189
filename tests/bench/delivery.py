"""Delivery: an announcement at the platform's pace with questions in the middle, beside the loop that one would write
instead; queueing; the engine's own ceiling; several workers.

    python -m tests.bench.delivery [--people 5000]

The announcement runs at the real rate, ours and the peer's at the same time, each against a platform of its own that
turns away the 31st message of any one second. The ceilings are the engine alone: claim, send into nothing, mark.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from bot.channels.base import Arrival, FileProblem, Journal, Limits, Outgoing, RemoteFile
from bot.clock import Clock
from bot.outbox import Sender
from bot.storage import Transaction, open_store
from bot.storage.schema import account, outbox, person, unit
from handlers.records.announcements import Audience, SendAnnouncement
from handlers.records.people import NOTICE_VERSION
from handlers.reply import Choice, Reply
from tests.bench.turns import _bot
from tests.conftest import create_database
from tests.support import postgres
from tests.support.telegram_server import TelegramServer, telegram_server

_RATE = 30
_ASKERS = 60
_FIRST_ASKER = 900_000
_EVERY = 1.0
"""Seconds between questions."""
_QUEUE = 100_000
_CEILING = 4_000


def fill(tx: Transaction, people: int, askers: int = 0) -> int:
    """A province of one commune with so many people, and some more who only ask; gives the author's key."""
    run = tx.connection.execute
    now = Clock().now()
    top = run(unit.insert().returning(unit.c.id), {"name": "Tỉnh", "kind": "province"}).scalar_one()
    home = {"name": "Xã", "kind": "commune", "parent_id": top}
    commune = run(unit.insert().returning(unit.c.id), home).scalar_one()
    agreed = {"agreed_version": NOTICE_VERSION, "agreed_at": now, "created_at": now}
    author = {"name": "Người soạn", "role": "staff", "unit_id": top, **agreed}
    key: int = run(person.insert().returning(person.c.id), author).scalar_one()
    rows = [{"name": f"Người {n}", "role": "cadre", "unit_id": commune, **agreed} for n in range(people)]
    rows += [{"name": f"Hỏi {n}", "role": "supervisor", "unit_id": commune, **agreed} for n in range(askers)]
    run(person.insert(), rows)
    keys = list(tx.connection.scalars(sa.select(person.c.id).where(person.c.id != key).order_by(person.c.id)))
    chats = [n + 1 if n < people else _FIRST_ASKER + n - people for n in range(people + askers)]
    new = [
        {"channel": "telegram", "address": str(chat), "person_id": who, "last_used_at": now}
        for chat, who in zip(chats, keys, strict=True)
    ]
    run(account.insert(), new)
    return key


def announce(tx: Transaction, author: int) -> None:
    """One message to all cadres."""
    units = tuple(one.id for one in tx.all_units())
    uid = f"{time.monotonic_ns():032x}"[-32:]
    message = Reply("📢 Mời họp trực tuyến lúc 14 giờ.", (Choice("Đã đọc", f"dadoc {uid}"),))
    tx.apply(SendAnnouncement(uid, "Mời họp", (), Audience(units, ("cadre",)), message), author, Clock().now())


# --- the announcement, with questions in the middle ---


async def _ask(server: TelegramServer, until: asyncio.Event) -> list[float]:
    """Questions at an even pace from people who get no announcement; the seconds that each answer took, by size."""
    times: list[float] = []
    running: set[asyncio.Task[None]] = set()

    async def one(number: int) -> None:
        user = server.users[_FIRST_ASKER + number % _ASKERS]
        heard, started = len(user.messages), time.perf_counter()
        user.says("hạn nộp báo cáo dân vận khéo?")
        try:
            await server.until(lambda: len(user.messages) > heard, 60)
        except TimeoutError:
            times.append(60.0)
        else:
            times.append(time.perf_counter() - started)

    number = 0
    while not until.is_set():
        task = asyncio.create_task(one(number))
        running.add(task)
        task.add_done_callback(running.discard)
        number += 1
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(until.wait(), _EVERY)
    if running:
        await asyncio.wait(running)
    return sorted(times)


async def _deliver(name: str, people: int, folder: Path, *, ours: bool) -> str:
    async with telegram_server() as server:
        for number in range(people):
            server.user(number + 1, started=True)
        for number in range(_ASKERS):
            server.user(_FIRST_ASKER + number, started=True)
        server.per_second = _RATE
        async with await _started(server, folder, people, ours=ours):
            await server.until(lambda: any(method == "sendMessage" for method, _ in server.calls), 60)
            started, done = time.perf_counter(), asyncio.Event()
            asking = asyncio.create_task(_ask(server, done))
            users = [server.users[number + 1] for number in range(people)]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(people / _RATE * 1.5 + 30):
                    while users:
                        users = [user for user in users if not user.messages]
                        await asyncio.sleep(0.05)
            seconds = time.perf_counter() - started
            done.set()
            times = await asking
    ideal = (people + len(times)) / _RATE  # answers are messages too, and the platform counts them
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    missing = f", {len(users)} never got it" if users else ""
    return (
        f"  {name:34} {seconds:6.1f} s ({seconds / ideal:5.3f} of the ideal {ideal:.1f} s), 429s {server.turned_away}, "
        f"questions p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms ({len(times)} asked){missing}"
    )


async def _started(server: TelegramServer, folder: Path, people: int, *, ours: bool) -> Any:
    if not ours:
        where = (server.token, server.api_url, server.file_url)
        return _bot("-m", "tests.bench.ptb_loop", *where, "1", str(people))
    url = f"sqlite+aiosqlite:///{folder / 'danvan.sqlite3'}"
    store = open_store(url)
    await store.migrate()
    author = await store.write(lambda tx: fill(tx, people, _ASKERS))
    await store.write(lambda tx: announce(tx, author))
    await store.close()
    return _bot(
        "-m",
        "bot",
        "run",
        DANVAN_DATA_DIR=str(folder),
        DANVAN_DATABASE_URL=url,
        DANVAN_TELEGRAM_TOKEN=server.token,
        DANVAN_TELEGRAM_API_URL=server.api_url,
        DANVAN_TELEGRAM_FILE_URL=server.file_url,
        DANVAN_TELEGRAM_RATE=str(_RATE),
        DANVAN_PORT="0",
    )


# --- the engine alone ---


class Nowhere:
    """A channel that takes every message, after so many seconds."""

    name = "telegram"

    def __init__(self, seconds: float) -> None:
        self.limits = Limits(
            text=4096, buttons=True, per_second=1e6, chat_interval=lambda _: 0, in_flight=16 if seconds else 64
        )
        self._seconds = seconds

    def read(self, payload: Mapping[str, Any]) -> Arrival:
        """Nothing comes."""
        return Arrival()

    async def listen(self, journal: Journal) -> None:
        """Nothing comes."""

    async def download(self, file: RemoteFile, limit: int) -> bytes:
        """There are none."""
        raise FileProblem("unavailable")

    async def send(self, message: Outgoing) -> str:
        """Take it."""
        await asyncio.sleep(self._seconds)
        return str(message.id)

    async def close(self) -> None:
        """Nothing to close."""


async def _work(url: str, seconds: float) -> None:
    store = open_store(url)

    async def no_files(_: Any) -> Any:
        raise FileNotFoundError

    sender = Sender(store, {"telegram": Nowhere(seconds)}, no_files, Clock())
    await sender.recover()
    await sender.run(poll=0.1)


def _worker(url: str, seconds: float) -> None:
    asyncio.run(_work(url, seconds))


async def _ceiling(url: str, workers: int, seconds: float) -> float:
    """Messages a second from when they are queued until all are marked as sent, by so many processes."""
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_worker, args=(url, seconds), daemon=True) for _ in range(workers)]
    for process in processes:
        process.start()
    await asyncio.sleep(2.5 + 2.0 * workers)  # until they have started and know of each other
    store = open_store(url)
    author = await store.read(lambda tx: tx.connection.scalar(sa.select(sa.func.min(person.c.id))))
    await store.write(lambda tx: announce(tx, author))
    left = sa.select(sa.func.count()).where(outbox.c.state.in_(("queued", "sending")))
    first = sa.select(sa.func.min(outbox.c.created_at))
    started = time.perf_counter()
    while await store.read(lambda tx: tx.connection.scalar(left)):
        await asyncio.sleep(0.05)
    taken = time.perf_counter() - started
    assert await store.read(lambda tx: tx.connection.scalar(first))
    for process in processes:
        process.kill()
        process.join()
    # The next round begins on an empty outbox.
    await store.write(lambda tx: tx.connection.execute(sa.text("DELETE FROM outbox")))
    await store.close()
    return _CEILING / taken


async def _prepared(url: str, people: int) -> None:
    await create_database(url)
    store = open_store(url)
    await store.migrate()
    await store.write(lambda tx: fill(tx, people))
    await store.close()


async def _queueing(url: str) -> float:
    await _prepared(url, _QUEUE)
    store = open_store(url)
    author = await store.read(lambda tx: tx.connection.scalar(sa.select(sa.func.min(person.c.id))))
    started = time.perf_counter()
    await store.write(lambda tx: announce(tx, author))
    taken = time.perf_counter() - started
    await store.close()
    return taken


@asynccontextmanager
async def _databases() -> AsyncIterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": f"sqlite+aiosqlite:///{folder}/"}
        with contextlib.ExitStack() as stack:
            if postgres.binaries() is not None:
                found["PostgreSQL"] = stack.enter_context(postgres.running_server()).rsplit("/", 1)[0] + "/"
            yield found


async def _engine() -> None:
    async with _databases() as databases:
        for name, base in databases.items():
            taken = await _queueing(base + "queue")
            print(f"  queueing {_QUEUE} deliveries, {name:14} {taken:6.2f} s, one transaction")
        for name, base in databases.items():
            url = base + "ceiling"
            await _prepared(url, _CEILING)
            rate = await _ceiling(url, 1, 0)
            print(f"  the engine's ceiling, {name:17} {rate:6.0f} messages a second")
        if "PostgreSQL" in databases:
            url = databases["PostgreSQL"] + "ceiling"
            one, three = await _ceiling(url, 1, 0.05), await _ceiling(url, 3, 0.05)
            print(f"  PostgreSQL, a platform that takes 50 ms: one worker {one:.0f} messages a second,", end=" ")
            print(f"three {three:.0f} ({three / one:.2f} times)")


async def _announcement(people: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        both = (
            _deliver("danvan, SQLite, durable", people, Path(folder), ours=True),
            _deliver("PTB loop, AIORateLimiter", people, Path(folder), ours=False),
        )
        for line in asyncio.as_completed(both):
            print(await line, flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=5000)
    given = parser.parse_args(arguments or [])
    load = psutil.getloadavg()[0]
    print(f"Delivery (load {load:.1f}): an announcement to {given.people} people at {_RATE} messages a second")
    asyncio.run(_announcement(given.people))
    asyncio.run(_engine())


if __name__ == "__main__":
    main(sys.argv[1:])
