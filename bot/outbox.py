"""Delivering what lies in the outbox: claim, send, mark.

A message is claimed only when the channel's pace allows it to be sent now, and the claim records that sending has
begun. So when a process dies, what may have arrived without our knowing is exactly what it had in flight.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bot.channels.base import (
    Attachment,
    Channel,
    Gone,
    Outgoing,
    Refused,
    TooFast,
    Uncertain,
    Unreachable,
)
from bot.clock import Clock
from bot.pace import Pace
from bot.payload import unpack
from bot.storage import Delivery, Sent, Store, Transaction
from handlers.records.files import MadeFile, StoredFile

log = logging.getLogger(__name__)

FindFile = Callable[[StoredFile | MadeFile], Awaitable[tuple[str, str, Path]]]
"""Gives a file's name, media type and where its bytes lie; makes it first where it is to be made."""

_LEASE = dt.timedelta(seconds=30)
"""How long a delivery stays its worker's own without a sign of life; given every third of that."""
_TOGETHER = 0.02
"""Seconds within which sends that end are marked in one commit, while others are still under way …"""
_ENOUGH = 8
"""… unless so many have ended."""
_GIVE_UP = dt.timedelta(hours=24)
_UNKNOWN_TRIES = 10
_SEND_AGAIN = {"reply", "notice", "reminder"}
"""Kinds that are sent once more when nobody knows whether they arrived: a copy too many is better than silence. An
announcement to thousands is not repeated by itself; it is listed as uncertain, and staff decide."""


class Sender:
    """Delivers for one process."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], find_file: FindFile, clock: Clock) -> None:
        self._store = store
        self._channels = channels
        self._find_file = find_file
        self._clock = clock
        self._wake = asyncio.Event()
        self._news = asyncio.Event()
        """Set with the wake, and whenever a send has ended."""
        self._results: list[Sent] = []
        self._in_flight: dict[str, int] = dict.fromkeys(channels, 0)
        self._paces: dict[str, Pace] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._mine: set[int] = set()
        """Deliveries under way here."""

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()
        self._news.set()

    async def recover(self, *, alone: bool) -> int:
        """Deal with deliveries that a dead process left under way, and give a sign of life for those under way here.

        ``alone``: no other process can be sending, so that leases need not be waited for.
        """
        now = self._clock.now()
        cutoff = now + dt.timedelta(days=3650) if alone else now

        mine = frozenset(self._mine)

        def work(tx: Transaction) -> int:
            tx.extend(mine, now + _LEASE)
            left = [delivery for delivery in tx.interrupted(cutoff) if delivery.id not in mine]
            tx.mark([_unknown(delivery, now, "interrupted", interrupted=True) for delivery in left], now)
            return len(left)

        return await self._store.write(work)

    async def run(self, poll: float = 2.0) -> None:
        """Send until cancelled; what is under way is then finished and marked."""
        keeping = asyncio.create_task(self._keep())
        try:
            while True:
                self._wake.clear()
                try:
                    await self.step()
                except Exception as error:
                    log.error("outbox: %s", type(error).__name__)
                    await asyncio.sleep(1)
                    continue
                await self._pause(poll)
        finally:
            keeping.cancel()
            await self._finish()

    async def _keep(self) -> None:
        """Look after leases: one's own, and those of workers that went away."""
        while True:
            await asyncio.sleep(_LEASE.total_seconds() / 3)
            try:
                if await self.recover(alone=False):
                    self.wake()
            except Exception as error:
                log.error("outbox: %s", type(error).__name__)

    async def drain(self) -> None:
        """Send all that is due now, and return when all of it is marked."""
        while await self.step() or self._tasks or self._results:
            await asyncio.gather(*self._tasks)

    async def _pause(self, poll: float) -> None:
        """Wait for something to send, or for enough sends to have ended that marking them is worth a commit."""
        now = asyncio.get_running_loop().time
        waits = [wait for pace in self._paces.values() if (wait := pace.wait(now())) > 0]
        until = now() + min([poll, *waits])
        while not self._wake.is_set():
            if self._results and (not self._tasks or len(self._results) >= _ENOUGH):
                return
            self._news.clear()
            patience = min(until - now(), _TOGETHER) if self._results else until - now()
            try:
                await asyncio.wait_for(self._news.wait(), max(0.0, patience))
            except TimeoutError:
                return

    async def step(self) -> int:
        """Mark what was sent, claim what may be sent, and set it on its way. Returns how much was claimed."""
        loop_now = asyncio.get_running_loop().time()
        results, self._results = self._results, []
        limits = {name: self._room(name, channel, loop_now) for name, channel in self._channels.items()}
        now = self._clock.now()

        def mark_and_claim(tx: Transaction) -> list[Delivery]:
            tx.mark(results, now)
            return tx.claim(limits, now, _LEASE)

        try:
            deliveries = await self._store.write(mark_and_claim)
        except Exception:
            self._results = results + self._results
            raise
        self._mine.difference_update(result.id for result in results)
        for delivery in deliveries:
            wait = self._paces[delivery.channel].take(delivery.address, loop_now)
            self._in_flight[delivery.channel] += 1
            self._mine.add(delivery.id)
            task = asyncio.create_task(self._deliver(delivery, wait))
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        return len(deliveries)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._news.set()

    def _room(self, name: str, channel: Channel, now: float) -> int:
        limits = channel.limits
        pace = self._paces.setdefault(name, Pace(limits.per_second, limits.chat_interval, now))
        return min(pace.allowed(now), limits.in_flight - self._in_flight[name])

    async def _deliver(self, delivery: Delivery, wait: float) -> None:
        if wait > 0:
            await asyncio.sleep(wait)
        try:
            result = await self._send(delivery)
        except Exception as error:
            log.error("delivery %s: %s", delivery.id, type(error).__name__)
            result = self._again(delivery, "error")
        self._in_flight[delivery.channel] -= 1
        self._results.append(result)
        self._news.set()

    async def _send(self, delivery: Delivery) -> Sent:
        reply = unpack(delivery.payload)
        files = tuple([Attachment(*await self._find_file(file)) for file in reply.files])
        message = Outgoing(delivery.id, delivery.address, reply.text, reply.choices, reply.numbered, files)
        try:
            platform_id = await self._channels[delivery.channel].send(message)
        except Gone as error:
            return Sent(delivery.id, "failed", error=f"gone: {error}", account_gone=True)
        except Refused as error:
            log.error("delivery %s refused by %s", delivery.id, delivery.channel)
            return Sent(delivery.id, "failed", error=f"refused: {error}")
        except TooFast as error:
            now = self._clock.now()
            if error.everywhere:
                self._paces[delivery.channel].pause(error.retry_after, asyncio.get_running_loop().time())
            return Sent(delivery.id, "queued", error="429", due_at=now + dt.timedelta(seconds=error.retry_after))
        except Uncertain:
            return _unknown(delivery, self._clock.now(), "no answer")
        except Unreachable:
            return self._again(delivery, "unreachable")
        return Sent(delivery.id, "sent", platform_id=platform_id)

    def _again(self, delivery: Delivery, reason: str) -> Sent:
        """Try later, for a day."""
        if delivery.attempts > _GIVE_UP / dt.timedelta(minutes=5):
            return Sent(delivery.id, "failed", error=reason)
        return Sent(delivery.id, "queued", error=reason, due_at=self._clock.now() + _wait(delivery))

    async def _finish(self) -> None:
        """Let what is under way come to its end, and mark it."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=8)
        results, self._results = self._results, []
        now = self._clock.now()
        await self._store.write(lambda tx: tx.mark(results, now))


def _unknown(delivery: Delivery, now: dt.datetime, reason: str, *, interrupted: bool = False) -> Sent:
    """The policy for a message that may have arrived: again for what a person waits for, else it is listed.

    That a process died says nothing against the message: then it is sent again at once, however often.
    """
    if delivery.kind in _SEND_AGAIN and (interrupted or delivery.attempts < _UNKNOWN_TRIES):
        again = now if interrupted else now + _wait(delivery)
        return Sent(delivery.id, "queued", error=reason, due_at=again, uncertain=True)
    return Sent(delivery.id, "uncertain", error=reason, uncertain=True)


def _wait(delivery: Delivery) -> dt.timedelta:
    """Before the next try: doubles from half a second up to five minutes, with jitter."""
    seconds = min(0.5 * 2.0 ** (min(delivery.attempts, 12) - 1), 300.0)
    return dt.timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
