"""The store keeps its promises on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from bot.storage import Message, Sent, State, Store, Transaction, Update
from handlers.turn import Conversation
from tests.support.world import NOON

MINUTE = dt.timedelta(minutes=1)


def message(key: str, address: str = "a", kind: str = "reply") -> Message:
    return Message(key, kind, "test", address, f"account:{address}", {"text": key}, NOON)


async def test_an_update_delivered_three_times_is_written_down_once(store: Store) -> None:
    update = Update("test", "u1", "a", {"text": "xin chào"})
    counts = [await store.write(lambda tx: tx.journal([update, update], NOON)) for _ in range(3)]
    assert counts[1:] == [0, 0]
    rows = await store.read(lambda tx: tx.ready_updates(10))
    assert [row.payload for row in rows] == [{"text": "xin chào"}]


async def test_an_update_waits_for_the_files_of_an_earlier_one_of_the_same_person(store: Store) -> None:
    updates = [
        Update("test", "u1", "a", {}, has_files=True),
        Update("test", "u2", "a", {}),
        Update("test", "u3", "b", {}),
    ]
    await store.write(lambda tx: tx.journal(updates, NOON))
    assert [row.address for row in await store.write(lambda tx: tx.ready_updates(10))] == ["b"]
    first = (await store.read(lambda tx: tx.updates_to_fetch(10)))[0]
    await store.write(lambda tx: tx.fetched(first.id, [{"name": "anh.jpg"}]))
    rows = await store.write(lambda tx: tx.ready_updates(10))
    assert [(row.address, list(row.files)) for row in rows] == [("a", [{"name": "anh.jpg"}]), ("a", []), ("b", [])]


async def test_what_fails_rolls_back_alone_and_the_others_are_kept(store: Store) -> None:
    def good(tx: Transaction) -> None:
        tx.journal([Update("test", "good", "a", {})], NOON)

    def bad(tx: Transaction) -> None:
        tx.journal([Update("test", "bad", "a", {})], NOON)
        raise RuntimeError("no")

    results = await asyncio.gather(store.write(bad), store.write(good), store.write(bad), return_exceptions=True)
    assert [type(result) for result in results] == [RuntimeError, type(None), RuntimeError]
    assert await store.write(lambda tx: len(tx.ready_updates(10))) == 1


async def test_a_conversation_is_found_where_it_was_left(store: Store) -> None:
    state = State(Conversation("report", "3", {"answers": {"a": "ắ"}}), None)
    await store.write(lambda tx: tx.save_conversation("person:1", State(None, None), NOON))
    await store.write(lambda tx: tx.save_conversation("person:1", state, NOON))
    assert await store.read(lambda tx: tx.conversation("person:1")) == state


async def test_a_dedupe_key_is_queued_once(store: Store) -> None:
    first = await store.write(lambda tx: tx.enqueue([message("x"), message("y")], NOON))
    again = await store.write(lambda tx: tx.enqueue([message("x"), message("z")], NOON))
    assert (len(first), len(again)) == (2, 1)


async def test_replies_are_claimed_before_announcements_and_one_at_a_time_for_a_person(store: Store) -> None:
    queue = [
        message("news", "b", "announcement"),
        message("first", "a"),
        message("second", "a"),
    ]
    await store.write(lambda tx: tx.enqueue(queue, NOON))
    claimed = await store.write(lambda tx: tx.claim({"test": 1}, NOON, "one"))
    assert [delivery.payload["text"] for delivery in claimed] == ["first"]
    claimed = await store.write(lambda tx: tx.claim({"test": 9}, NOON, "one"))
    assert [delivery.payload["text"] for delivery in claimed] == ["news"]


async def test_two_claims_at_once_never_take_the_same_message(store: Store) -> None:
    queue = [message(f"m{number}", f"a{number}") for number in range(40)]
    await store.write(lambda tx: tx.enqueue(queue, NOON))
    taken = await asyncio.gather(*(store.write(lambda tx: tx.claim({"test": 10}, NOON, "one")) for _ in range(6)))
    keys = [delivery.id for claim in taken for delivery in claim]
    assert len(keys) == len(set(keys))
    rest = await store.write(lambda tx: tx.claim({"test": 40}, NOON, "one"))
    assert len(keys) + len(rest) == 40


async def test_what_was_under_way_when_a_worker_died_is_taken_over_by_one_that_lives(store: Store) -> None:
    await store.write(lambda tx: tx.enqueue([message("x")], NOON))
    await store.write(lambda tx: tx.claim({"test": 1}, NOON, "one"))
    assert await store.write(lambda tx: tx.take_over(["one"], "two")) == []
    left = await store.write(lambda tx: tx.take_over(["two"], "two"))
    assert [delivery.payload["text"] for delivery in left] == ["x"]


@pytest.mark.parametrize("state", ["sent", "failed", "uncertain"])
async def test_a_marked_message_is_never_claimed_again(store: Store, state: str) -> None:
    await store.write(lambda tx: tx.enqueue([message("x")], NOON))
    claimed = await store.write(lambda tx: tx.claim({"test": 1}, NOON, "one"))
    await store.write(lambda tx: tx.mark([Sent(claimed[0].id, state, "77")], NOON, "one"))
    assert await store.write(lambda tx: tx.claim({"test": 1}, NOON + 60 * MINUTE, "one")) == []


async def test_an_account_that_blocked_us_is_passed_over_until_it_writes(store: Store) -> None:
    await store.write(lambda tx: tx.account("test", "a", NOON))
    await store.write(lambda tx: tx.enqueue([message("x")], NOON))
    claimed = await store.write(lambda tx: tx.claim({"test": 1}, NOON, "one"))
    await store.write(lambda tx: tx.mark([Sent(claimed[0].id, "failed", error="gone", account_gone=True)], NOON, "one"))

    def state(tx: Transaction) -> str | None:
        from bot.storage.schema import account

        return tx.connection.scalar(account.select().with_only_columns(account.c.state))

    assert await store.read(state) == "blocked"
    await store.write(lambda tx: tx.account("test", "a", NOON + MINUTE))
    assert await store.read(state) == "active"
