"""One run: load, kills and troubles, until everything has calmed down; then the verdict."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import random
import socket
import sqlite3
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from bot.clock import VIETNAM
from bot.storage import Store, Transaction, open_store
from bot.storage.schema import outbox
from knowledge.period import Period
from tests.acceptance.test_pull_the_plug import Cadre, strike
from tests.chaos import town
from tests.chaos.lines import Gate, balancer
from tests.chaos.verdict import Verdict, judge, receipts
from tests.conftest import create_database
from tests.support.mortal import Mortal
from tests.support.telegram_server import TelegramServer, failed, proxy_page, telegram_server, too_many

_AT_ONCE = 6
_EVERY = 10
"""Every so many kills there is another deadline to remind of, and (with several workers) one stays dead for a while."""

_TROUBLES = ("429 storm", "no answer", "cut after", "cut before", "proxy page", "500", "clock", "clock", "full disk")


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it."""

    kills: int
    people: int
    cadres: int
    rate: float
    """Messages a second over the channel."""
    away: float = 30
    """Seconds for which the database goes away."""


@dataclass
class Story:
    """What happened."""

    name: str
    kills: int
    workers: int
    seconds: float
    verdict: Verdict
    in_flight: int
    """Messages under way at the moments of the kills, in all."""
    cut: int
    """Messages that were delivered and whose answer was withheld by the platform."""
    filed: int
    receipts_lost: list[str]
    recovery: list[float]
    """Seconds from a kill to the next message that goes out."""
    taken_over: list[float]
    """Seconds until other workers have taken over what a dead one had under way."""
    troubles: Counter[str] = field(default_factory=Counter)

    @property
    def doubled(self) -> int:
        """Copies too many."""
        return self.verdict.doubled.total()

    @property
    def kept(self) -> bool:
        """Whether all promises were kept."""
        nothing_lost = not self.verdict.lost and not self.receipts_lost and not self.verdict.waiting
        return nothing_lost and self.doubled <= self.in_flight + self.cut

    def lines(self) -> list[str]:
        """The table."""
        found = self.verdict
        went = ", ".join(f"{count} {state}" for state, count in sorted(found.sent.items()))
        doubled = ", ".join(f"{kind} {count}" for kind, count in found.doubled.items() if count) or "none"
        rows = [
            ("kills -9", f"{self.kills}, {self.workers} worker(s), {self.seconds:.0f} s"),
            ("troubles", ", ".join(f"{name} {count}" for name, count in sorted(self.troubles.items()))),
            ("messages", went),
            ("reports filed", f"{self.filed}, receipts shown and not kept: {len(self.receipts_lost)}"),
            ("lost", str(len(found.lost) + len(self.receipts_lost) + found.waiting)),
            ("doubled", f"{self.doubled} ({doubled})"),
            ("which may be at most", f"{self.in_flight} in flight at the kills + {self.cut} answers withheld"),
            ("uncertain, listed", str(len(found.uncertain))),
            ("next message after a kill", _spread(self.recovery)),
            ("taken over by others", _spread(self.taken_over)),
        ]
        table = [f"Chaos on {self.name}: {'kept' if self.kept else 'BROKEN'}"]
        table += [f"  {name:26} {value}" for name, value in rows]
        table += [f"    lost: {line}" for line in [*found.lost, *self.receipts_lost][:40]]
        return table + [f"    uncertain: {line}" for line in found.uncertain]


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "not measured"
    ordered = sorted(seconds)
    return f"median {ordered[len(ordered) // 2]:.1f} s, longest {ordered[-1]:.1f} s ({len(ordered)} times)"


async def play(name: str, url: str, folder: Path, workers: int, size: Size, seed: int) -> Story:
    """Play one story on an empty database. ``url`` is the harness's own way to it."""
    await create_database(url)
    store = open_store(url)
    await store.migrate()
    author = await store.write(lambda tx: town.fill(tx, size.cadres, size.people))
    await store.write(lambda tx: town.announce(tx, author, size.cadres))
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(telegram_server())
        stage = _Stage(server, store, url, folder, workers, size, random.Random(seed))
        await stage.set_up(stack)
        try:
            return await stage.play(name)
        finally:
            for mortal in stage.mortals:
                if mortal.alive:
                    mortal.kill()


class _Stage:
    def __init__(
        self,
        server: TelegramServer,
        store: Store,
        url: str,
        folder: Path,
        workers: int,
        size: Size,
        chance: random.Random,
    ) -> None:
        self.server, self.store, self.url, self.folder = server, store, url, folder
        self.workers, self.size, self.chance = workers, size, chance
        self.gate: Gate | None = None
        self.mortals: list[Mortal] = []
        self.in_flight = self.cut = 0
        self.recovery: list[float] = []
        self.taken_over: list[float] = []
        self.troubles: Counter[str] = Counter()
        self.reminded: list[tuple[int, int]] = []
        self.begun: list[Cadre] = []
        self._reminders = itertools.count()
        self._background: set[asyncio.Task[None]] = set()

    async def set_up(self, stack: AsyncExitStack) -> None:
        """People's phones, the lines, and the workers."""
        for number in range(self.size.people):
            self.server.user(number + 1, started=True)
        worker_url = self.url
        if self.workers > 1:
            parsed = sa.make_url(self.url)
            self.gate = await stack.enter_async_context(Gate(parsed.port or 5432).listening())
            worker_url = parsed.set(port=self.gate.port).render_as_string(hide_password=False)
        more: dict[str, object] = {"telegram_rate": self.size.rate}
        ports = _free_ports(self.workers, self.chance) if self.workers > 1 else [0]
        if self.workers > 1:
            more["public_url"] = await stack.enter_async_context(balancer(ports))
        for number, port in enumerate(ports):
            place = self.folder / f"worker-{number}"
            place.mkdir()
            where = (place, worker_url, self.server.token, self.server.api_url, self.server.file_url)
            self.mortals.append(Mortal(*where, **more, port=port))

    async def play(self, name: str) -> Story:
        """Everything, from the first life to the last."""
        started = time.monotonic()
        await self._remind()
        for mortal in self.mortals:
            self._start(mortal)
        await self._somebody_works()
        enough = asyncio.Event()
        filing = asyncio.create_task(self._file(enough))
        away = self.size.kills // 2
        for number in range(self.size.kills):
            if number and number % _EVERY == 0:
                await self._remind()
            if number == away:
                await self._database_away()
            self._trouble()
            await self._kill(number)
            if number % _EVERY == _EVERY - 1:
                print(f"  {name}: {number + 1} kills, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        enough.set()
        self.server.ring()
        self._revive()
        with contextlib.suppress(TimeoutError):  # the verdict tells of what is not done by then
            async with asyncio.timeout(240):
                await filing
                await self._calm()
        # Not in this thread: the platform and the line to the database live in it.
        ends = await asyncio.gather(*(asyncio.to_thread(mortal.stop) for mortal in self.mortals))
        assert ends == [0] * self.workers, f"told to stop, the workers ended with {ends}"
        verdict = await self.store.read(lambda tx: judge(tx, self.server.users, self.reminded))
        kept = await self.store.read(receipts)
        shown = [receipt for cadre in self.begun for receipt in cadre.receipts]
        lost = sorted(set(shown) - set(kept))
        lost += [f"{one.user.id} has {len(one.receipts)} receipts" for one in self.begun if len(one.receipts) != 1]
        await self.store.close()
        return Story(
            name,
            self.size.kills,
            self.workers,
            time.monotonic() - started,
            verdict,
            self.in_flight,
            self.cut,
            len(self.begun),
            lost,
            self.recovery,
            self.taken_over,
            self.troubles,
        )

    def _start(self, mortal: Mortal) -> None:
        """Each life has a clock that is wrong by up to ten minutes."""
        wrong = dt.timedelta(seconds=self.chance.uniform(-600, 600))
        mortal.start(town.NOON - dt.datetime.now(VIETNAM) + wrong)

    # -- load

    async def _remind(self) -> None:
        number = next(self._reminders)
        communes = max(1, self.size.cadres // 8)
        addresses = await town.insist(self.store, lambda tx: town.remind(tx, number, communes, self.size.cadres))
        self.reminded += [(number, address) for address in addresses]

    async def _file(self, enough: asyncio.Event) -> None:
        """Cadres file reports, a few at a time, until there was enough and all that was begun is done."""
        period = Period.of("quarter", town.NOON.date()).previous().code
        waiting = [self.server.users[number + 1] for number in reversed(range(self.size.cadres))]
        while True:
            for cadre in self.begun:
                cadre.react()
            busy = [cadre for cadre in self.begun if not cadre.receipts]
            if enough.is_set() and not busy:
                return
            while len(busy) < _AT_ONCE and waiting and not enough.is_set():
                busy.append(Cadre(waiting.pop(), period))
                self.begun.append(busy[-1])
                busy[-1].begin()
            count = len(self.server.calls)
            with contextlib.suppress(TimeoutError):
                await self.server.until(lambda count=count: len(self.server.calls) > count or enough.is_set(), 5)  # type: ignore[misc]
            await asyncio.sleep(0)

    async def _calm(self) -> None:
        """Wait until nothing is on its way any more."""
        on_its_way = sa.select(sa.func.count()).where(outbox.c.state.in_(("queued", "sending")))
        for _ in range(2):  # what was planned meanwhile too
            while await self.store.read(lambda tx: tx.connection.scalar(on_its_way)):
                await asyncio.sleep(0.5)
            await asyncio.sleep(1)

    # -- what goes wrong

    async def _kill(self, number: int) -> None:
        """Kill a worker at a random moment, count what it had under way, and start it again."""
        victim = self.chance.randrange(self.workers)
        mortal = self.mortals[victim]
        self._revive()
        await self._works()
        await strike(self.server, self.chance)
        mortal.kill()
        killed = time.monotonic()
        lying = await self._under_way(victim)
        self.in_flight += len(lying)
        if self.workers > 1 and number % _EVERY == 5 and lying:
            still = (outbox.c.state == "sending") & (outbox.c.worker == self._name(victim))
            mine = sa.select(sa.func.count()).where(outbox.c.id.in_(lying), still)
            while await self.store.read(lambda tx: tx.connection.scalar(mine)):
                await asyncio.sleep(0.1)
            self.taken_over.append(time.monotonic() - killed)
        sent = self._sent()
        self._start(mortal)
        with contextlib.suppress(TimeoutError):
            await self.server.until(lambda: self._sent() > sent, 60)
            self.recovery.append(time.monotonic() - killed)

    def _sent(self) -> int:
        return sum(name == "sendMessage" for name, _ in self.server.calls)

    def _name(self, victim: int) -> str:
        """The worker's name, or none yet: it may be killed before it has sat down."""
        beside = self.folder if self.workers == 1 else self.folder / f"worker-{victim}"  # the database, or its own data
        seat = beside / "worker"
        return seat.read_text() if seat.exists() else ""

    async def _under_way(self, victim: int) -> list[int]:
        name = self._name(victim)
        found = sa.select(outbox.c.id).where(outbox.c.state == "sending", outbox.c.worker == name)

        def read(tx: Transaction) -> list[int]:
            return list(tx.connection.scalars(found))

        return await self.store.read(read)

    def _revive(self) -> None:
        """Who began while the database was away has said so and ended: the service manager starts it again."""
        for mortal in self.mortals:
            if not mortal.alive:
                self._start(mortal)

    async def _works(self) -> None:
        """Wait until it is at work: that kills find something to disturb."""
        count = len(self.server.calls)
        with contextlib.suppress(TimeoutError):
            await self.server.until(lambda: len(self.server.calls) > count + 2, 30)

    async def _somebody_works(self) -> None:
        await self.server.until(lambda: self._sent() > 0, 60)

    def _trouble(self) -> None:
        """Now and then the platform, the line, the clock or the disk misbehaves as well."""
        trouble, kind = self.server.trouble, self.chance.randrange(16)
        match kind:
            case 0:
                trouble("sendMessage", too_many(1), times=15)
            case 1:
                trouble("sendMessage", "hold", done=True)
                self.cut += 1
            case 2:
                trouble("sendMessage", "drop", done=True, times=2)
                self.cut += 2
            case 3:
                trouble("sendMessage", "drop", times=3)
            case 4:
                trouble("sendMessage", proxy_page(), times=5)
            case 5:
                trouble("sendMessage", failed(500, "Internal Server Error"), times=5)
            case 6 | 7:
                self.mortals[self.chance.randrange(self.workers)].jump()
            case 8 if self.workers == 1:
                self.mortals[0].fill_disk()
            case _:
                return
        self.troubles[_TROUBLES[kind]] += 1

    async def _database_away(self) -> None:
        self.troubles["database away"] += 1
        await self._works()
        if self.gate is not None:
            await self.gate.away(self.size.away)
        else:
            await asyncio.to_thread(_lock_out, self.url.partition("///")[2], self.size.away)


def _lock_out(path: str, seconds: float) -> None:
    """Nobody else can write for so long."""
    connection = sqlite3.connect(path, timeout=60, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(seconds)
    connection.execute("ROLLBACK")
    connection.close()


def _free_ports(count: int, chance: random.Random) -> list[int]:
    """Ports that nobody listens on, and below those that the system gives to outgoing lines."""
    found: list[int] = []
    while len(found) < count:
        port = chance.randrange(20_000, 30_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
    return found
