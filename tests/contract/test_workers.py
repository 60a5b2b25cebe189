"""Several workers on one outbox: whose a delivery is, who lives, and what becomes of what a dead one left."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import sqlalchemy as sa

from bot.clock import Clock
from bot.outbox import Sender
from bot.storage import Message, Sent, Store
from bot.storage.schema import outbox
from tests.support.world import NOON


def message(key: str, address: str = "") -> Message:
    return Message(key, "reply", "test", address or key, f"address:{key}", {"text": key}, NOON)


async def states(store: Store) -> list[tuple[str, int]]:
    columns = sa.select(outbox.c.state, outbox.c.attempts).order_by(outbox.c.id)
    return await store.read(lambda tx: [(row.state, row.attempts) for row in tx.connection.execute(columns)])


async def test_a_claim_that_nobody_heard_of_is_free_again_and_what_is_under_way_is_not(store: Store) -> None:
    await store.write(lambda tx: tx.enqueue([message("heard"), message("unheard")], NOON))
    claimed = await store.write(lambda tx: tx.claim({"test": 2}, NOON, "one"))
    await store.write(lambda tx: tx.unclaim("one", [claimed[0].id], NOON))
    assert [state for state, _ in await states(store)] == ["sending", "queued"]
    await store.write(lambda tx: tx.unclaim("two", [], NOON))
    assert [state for state, _ in await states(store)] == ["sending", "queued"]


async def test_what_was_taken_over_is_no_longer_marked_by_its_first_worker(store: Store) -> None:
    await store.write(lambda tx: tx.enqueue([message("x")], NOON))
    (claimed,) = await store.write(lambda tx: tx.claim({"test": 1}, NOON, "one"))
    await store.write(lambda tx: tx.take_over(["two"], "two"))
    await store.write(lambda tx: tx.mark([Sent(claimed.id, "sent")], NOON, "one"))
    assert (await states(store))[0][0] == "sending"
    await store.write(lambda tx: tx.mark([Sent(claimed.id, "sent")], NOON, "two"))
    assert (await states(store))[0][0] == "sent"


async def test_that_a_worker_died_is_not_counted_against_the_message(store: Store) -> None:
    await store.write(lambda tx: tx.enqueue([message("x")], NOON))
    for _ in range(3):
        (claimed,) = await store.write(lambda tx: tx.claim({"test": 1}, NOON, "one"))
        again = Sent(claimed.id, "queued", due_at=NOON, uncertain=True, spared=True)
        await store.write(lambda tx, again=again: tx.mark([again], NOON, "one"))
    assert await states(store) == [("queued", 0)]


async def test_every_worker_sees_the_signs_of_life_of_all(store: Store) -> None:
    await asyncio.gather(*(store.write(lambda tx, n=n: tx.beat(f"w{n % 3}")) for n in range(9)))  # type: ignore[misc]
    assert await store.write(lambda tx: tx.beat("w0")) == {"w0": 4, "w1": 3, "w2": 3}
    await store.write(lambda tx: tx.leave(["w0", "w1"]))
    assert await store.write(lambda tx: tx.beat("w2")) == {"w2": 4}


async def test_a_clock_that_was_set_back_holds_nothing_up(store: Store) -> None:
    await store.write(lambda tx: tx.enqueue([message("made in the future")], NOON + dt.timedelta(hours=1)))
    later = sa.update(outbox).values(due_at=NOON + dt.timedelta(hours=1))
    await store.write(lambda tx: tx.connection.execute(later))
    assert len(await store.write(lambda tx: tx.claim({"test": 5}, NOON, "one"))) == 1


async def test_a_persons_messages_stay_in_order_whoever_sends_them(store: Store) -> None:
    await store.write(lambda tx: tx.enqueue([message(f"{n}", address="a") for n in range(6)], NOON))
    order: list[str] = []
    for n in range(6):
        taken = await asyncio.gather(
            *(store.write(lambda tx, w=w: tx.claim({"test": 5}, NOON, w)) for w in ("one", "two", "three"))  # type: ignore[misc]
        )
        ((delivery, by),) = [(one, w) for rows, w in zip(taken, ("one", "two", "three"), strict=True) for one in rows]
        order.append(delivery.payload["text"])
        done = Sent(delivery.id, "sent")
        await store.write(lambda tx, done=done, by=by: tx.mark([done], NOON, by))  # type: ignore[misc]
        assert n < 6
    assert order == [f"{n}" for n in range(6)]


async def test_a_worker_that_is_told_to_stop_just_as_something_comes_stops(sqlite_store: Store) -> None:
    async def no_files(_: object) -> tuple[str, str, Path]:
        raise FileNotFoundError

    sender = Sender(sqlite_store, {}, no_files, Clock())
    running = asyncio.create_task(sender.run(poll=60))
    await sqlite_store.write(lambda tx: tx.next_due())  # by now it has looked, and waits for news
    await asyncio.sleep(0)
    sender.wake()
    running.cancel()
    ended, _ = await asyncio.wait([running], timeout=5)
    assert ended
