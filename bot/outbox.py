"""Delivering what lies in the outbox: claim, send, mark.

A message is claimed only when the channel's pace allows it to be sent now, and the claim records who has begun to send
it. So when a process dies, what may have arrived without our knowing is exactly what it had in flight.

Several workers share one outbox without a leader: each gives signs of life, shares the platforms' pace with those that
live, and takes over what a dead one left under way.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from bot.channels.base import (
    Attachment,
    Channel,
    Edit,
    Gone,
    Moved,
    Outgoing,
    Refused,
    TooFast,
    Uncertain,
    Unreachable,
)
from bot.clock import Clock
from bot.pace import Pace
from bot.payload import unpack, without_secret
from bot.storage import Delivery, Sent, Store, Transaction
from bot.watch import Watch
from handlers.records.files import MadeFile, StoredFile
from handlers.reply import Reply
from handlers.texts import say

log = logging.getLogger(__name__)

FindFile = Callable[[StoredFile | MadeFile], Awaitable[tuple[str, str, Path]]]
"""Gives a file's name, media type and where its bytes lie; makes it first where it is to be made."""

_BEAT = 1.0
"""Seconds between a worker's signs of life."""
_SILENCE = 8.0
"""Seconds without one, after which a worker counts as dead: longer than any pause of a living one."""
_TOGETHER = 0.02
"""Seconds within which sends that end are marked in one commit, while others are still under way …"""
_ENOUGH = 8
"""… unless so many have ended."""
_LAST_WORDS = 5
"""Seconds that messages in hand get to arrive when the program stops."""
_GIVE_UP = dt.timedelta(hours=24)
_UNKNOWN_TRIES = 10
_FILE_TRIES = 3
"""After which somebody who waits for a file is told that it could not be had."""
_SEND_AGAIN = {"reply", "notice", "reminder", "correction"}
"""Kinds that are sent once more when nobody knows whether they arrived: a copy too many is better than silence. An
announcement to thousands is not repeated by itself; it is listed as uncertain, and staff decide."""


class Sender:
    """Delivers for one process."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], find_file: FindFile, clock: Clock, name: str = ""
    ) -> None:
        """``name``: this worker's own, the same in its next life; by default one for this life only."""
        self._store = store
        self._channels = channels
        self._find_file = find_file
        self._clock = clock
        self._name = name or secrets.token_hex(8)
        self._wake = asyncio.Event()
        self._news = asyncio.Event()
        """Set with the wake, and whenever a send has ended."""
        self._results: list[Sent] = []
        self._in_flight: dict[str, int] = dict.fromkeys(channels, 0)
        self._paces: dict[str, Pace] = {}
        self._more: set[str] = set()
        """Channels for which more may wait than their pace has let through."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._mine: set[int] = set()
        """Deliveries that were claimed here and are not marked yet."""
        self._in_doubt = False
        """A claim has failed: it may have been committed although nobody said so."""
        self._watch = Watch(_SILENCE)
        self._workers = 1
        self.outcomes: Counter[tuple[str, str, str]] = Counter()
        """How often a delivery of this channel and kind has ended like this, in this process."""
        self.round_at = time.monotonic()
        """When the loop began its present round."""

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()
        self._news.set()

    async def recover(self) -> int:
        """Before the first send: join the other workers, and deal with what this one's last life left under way."""
        if self._store.alone:
            return await self._store.write(lambda tx: self._take_over(tx, ()))
        others = set(await self._store.write(lambda tx: tx.beat(self._name))) - {self._name}
        self._workers = 1 + len(others)
        return await self._store.write(lambda tx: self._take_over(tx, others))

    def _take_over(self, tx: Transaction, living: Collection[str]) -> int:
        now = self._clock.now()
        left = tx.take_over(living, self._name)
        tx.mark([_unknown(delivery, now, "interrupted", interrupted=True) for delivery in left], now, self._name)
        return len(left)

    async def run(self, poll: float = 2.0) -> None:
        """Send until cancelled; what is under way is then finished and marked."""
        keeping = None if self._store.alone else asyncio.create_task(self._keep())
        try:
            if self._workers > 1:
                await asyncio.sleep(2 * _BEAT)  # until the others have seen this one, and left it a share of the pace
            while True:
                self._wake.clear()
                self.round_at = time.monotonic()
                try:
                    await self.step()
                except Exception as error:
                    log.error("outbox: %s", type(error).__name__)
                    await asyncio.sleep(1)
                    continue
                await self._pause(poll)
        finally:
            if keeping is not None:
                keeping.cancel()
            await self._finish()

    async def _keep(self) -> None:
        """Give signs of life, and look after what dead workers had under way."""
        while True:
            try:
                await self._look_around()
            except Exception as error:
                self._watch.blink()
                log.error("outbox: %s", type(error).__name__)
            await asyncio.sleep(_BEAT)

    async def _look_around(self) -> None:
        beats: dict[str, int] = await self._store.write(lambda tx: tx.beat(self._name))
        others = {name: beat for name, beat in beats.items() if name != self._name}
        dead = self._watch.dead(others, asyncio.get_running_loop().time())
        living = set(others) - dead
        self._workers = 1 + len(living)

        def bury(tx: Transaction) -> int:
            tx.leave(dead)
            return self._take_over(tx, {self._name, *living})

        left = await self._store.write(bury)
        if left:
            self.wake()

    async def drain(self) -> None:
        """Send all that is due now, and return when all of it is marked."""
        while await self.step() or self._tasks or self._results:
            await asyncio.gather(*self._tasks)

    async def _pause(self, poll: float) -> None:
        """Wait for something to send, or for enough sends to have ended that marking them is worth a commit."""
        now = asyncio.get_running_loop().time
        until = now() + min([poll, *(self._paces[name].wait(now()) for name in self._more)])
        while not self._wake.is_set():
            if self._results and (not self._tasks or len(self._results) >= _ENOUGH):
                return
            self._news.clear()
            patience = min(until - now(), _TOGETHER) if self._results else until - now()
            try:
                # Not ``wait_for``: in Python 3.11 it swallows a cancellation that comes together with the news.
                async with asyncio.timeout(max(0.0, patience)):
                    await self._news.wait()
            except TimeoutError:
                return

    async def step(self) -> int:
        """Mark what was sent, claim what may be sent, and set it on its way. Returns how much was claimed."""
        loop_now = asyncio.get_running_loop().time()
        results, self._results = self._results, []
        limits = {name: self._room(name, channel, loop_now) for name, channel in self._channels.items()}
        now = self._clock.now()

        def mark_and_claim(tx: Transaction) -> list[Delivery]:
            tx.mark(results, now, self._name)
            if self._in_doubt:
                tx.unclaim(self._name, self._mine, now)
            return tx.claim(limits, now, self._name)

        try:
            deliveries = await self._store.write(mark_and_claim)
        except Exception:
            self._results = results + self._results
            self._in_doubt = True
            raise
        self._in_doubt = False
        claimed = Counter(delivery.channel for delivery in deliveries)
        self._more = {name for name, limit in limits.items() if claimed[name] >= limit and self._free(name)}
        self._mine.difference_update(result.id for result in results)
        self._mine.update(delivery.id for delivery in deliveries)
        for delivery in deliveries:
            wait = self._paces[delivery.channel].take(delivery.address, loop_now)
            self._in_flight[delivery.channel] += 1
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
        pace.share(self._workers, now)
        return max(0, min(pace.allowed(now), self._free(name)))

    def _free(self, name: str) -> int:
        """How many more requests may be under way."""
        return self._channels[name].limits.in_flight - self._in_flight[name]

    async def _deliver(self, delivery: Delivery, wait: float) -> None:
        if wait > 0:
            await asyncio.sleep(wait)
        began = asyncio.get_running_loop().time()
        try:
            result = await self._send(delivery)
        except Exception as error:
            log.error("delivery %s: %s", delivery.id, type(error).__name__)
            result = self._again(delivery, "error")
        channel = self._channels[delivery.channel]
        self._in_flight[delivery.channel] -= 1
        self._paces[delivery.channel].done(began, asyncio.get_running_loop().time())
        if "secret" in delivery.payload and result.state != "queued" and not getattr(channel, "shows_outbox", False):
            result = replace(result, payload=without_secret(delivery.payload))
        ended = "again" if result.state == "queued" else result.state
        self.outcomes[delivery.channel, delivery.kind, ended] += 1
        self._results.append(result)
        self._news.set()

    async def _send(self, delivery: Delivery) -> Sent:
        reply = unpack(delivery.payload)
        text, files = await self._content(delivery, reply)
        message = Outgoing(delivery.id, delivery.address, text, reply.choices, reply.numbered, files)
        channel = self._channels[delivery.channel]
        try:
            if delivery.replaces_id is not None and await self._edited(channel, delivery, message):
                return Sent(delivery.id, "edited")
            platform_id = await channel.send(replace(message, text=delivery.payload.get("instead", message.text)))
        except Gone as error:
            return Sent(delivery.id, "failed", error=f"gone: {error}", account_gone=True)
        except Moved as error:
            where = error.address
            await self._store.write(lambda tx: tx.move_address(delivery.channel, delivery.address, where))
            return Sent(delivery.id, "queued", error="moved", due_at=self._clock.now())
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

    async def _content(self, delivery: Delivery, reply: Reply) -> tuple[str, tuple[Attachment, ...]]:
        """The words and files of a message; for a reply whose files can't be had, words that say so."""
        try:
            return reply.text, tuple([Attachment(*await self._find_file(file)) for file in reply.files])
        except Exception as error:
            if delivery.kind != "reply" or delivery.attempts < _FILE_TRIES:
                raise
            error_id = secrets.token_hex(4)
            log.error("delivery %s, file %s: %s", delivery.id, error_id, type(error).__name__)
            return f"{reply.text}\n\n{say('help.not_made', error_id=error_id)}".strip(), ()

    async def _edited(self, channel: Channel, delivery: Delivery, message: Outgoing) -> bool:
        """Correct the message that was sent, where the platform can; raises what sending raises."""
        edit: Edit | None = getattr(channel, "edit", None)
        replaces = delivery.replaces_id
        assert replaces is not None
        key = await self._store.read(lambda tx: tx.platform_id(replaces)) if edit else None
        if edit is None or key is None:
            return False
        try:
            await edit(message, key)
        except Refused:
            return False
        return True

    def _again(self, delivery: Delivery, reason: str) -> Sent:
        """Try later, for a day."""
        if delivery.attempts > _GIVE_UP / dt.timedelta(minutes=5):
            return Sent(delivery.id, "failed", error=reason)
        return Sent(delivery.id, "queued", error=reason, due_at=self._clock.now() + _wait(delivery))

    async def _finish(self) -> None:
        """Let what is under way come to its end, and mark it."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_LAST_WORDS)
            for task in late:  # nobody knows whether it arrives: the next life, or another worker, takes it over
                task.cancel()
        results, self._results = self._results, []
        now = self._clock.now()
        await self._store.write(lambda tx: tx.mark(results, now, self._name))
        if not self._store.alone:
            await self._store.write(lambda tx: tx.leave([self._name]))


def _unknown(delivery: Delivery, now: dt.datetime, reason: str, *, interrupted: bool = False) -> Sent:
    """The policy for a message that may have arrived: again for what a person waits for, else it is listed.

    That a process died says nothing against the message: then it is sent again at once, however often.
    """
    if delivery.kind in _SEND_AGAIN and (interrupted or delivery.attempts < _UNKNOWN_TRIES):
        again = now if interrupted else now + _wait(delivery)
        return Sent(delivery.id, "queued", error=reason, due_at=again, uncertain=True, spared=interrupted)
    return Sent(delivery.id, "uncertain", error=reason, uncertain=True)


def _wait(delivery: Delivery) -> dt.timedelta:
    """Before the next try: doubles from half a second up to five minutes, with jitter."""
    seconds = min(0.5 * 2.0 ** (min(delivery.attempts, 12) - 1), 300.0)
    return dt.timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
