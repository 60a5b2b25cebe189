"""Chats as they are read back from the store, on both databases."""

from __future__ import annotations

import datetime as dt

from bot.storage import Message, Sent, Store, Transaction, Update
from tests.support.world import NOON

MINUTE = dt.timedelta(minutes=1)


def _message(
    number: int, due_at: dt.datetime = NOON, address: str = "an", channel: str = "console", kind: str = "reply"
) -> Message:
    payload = {"text": f"answer {number}"}
    return Message(f"key-{channel}-{number}", kind, channel, address, "account:1", payload, due_at)


def _deliver(tx: Transaction, now: dt.datetime, state: str = "sent") -> None:
    while claimed := tx.claim({"console": 10, "other": 10}, now, "one"):
        tx.mark([Sent(delivery.id, state) for delivery in claimed], now, "one")


async def test_a_chat_is_in_the_order_in_which_things_happened_however_they_were_planned(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.enqueue([_message(1, NOON + 60 * MINUTE, kind="reminder")], NOON)
        tx.journal([Update("console", "a", "an", {"text": "question"})], NOON + MINUTE)
        tx.enqueue([_message(2)], NOON + 2 * MINUTE)
        _deliver(tx, NOON + 3 * MINUTE)
        _deliver(tx, NOON + 61 * MINUTE)

    await store.write(work)
    chat = await store.read(lambda tx: tx.chat("console", "an"))
    assert [entry.payload["text"] for entry in chat] == ["question", "answer 2", "answer 1"]
    assert [entry.incoming for entry in chat] == [True, False, False]
    assert chat[0].waiting
    latest = await store.read(lambda tx: tx.chat("console", "an", limit=2))
    assert [entry.payload["text"] for entry in latest] == ["answer 2", "answer 1"]


async def test_a_chat_shows_only_what_reached_this_address_on_this_channel(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.enqueue([_message(1), _message(2, address="binh"), _message(3, channel="other")], NOON)
        _deliver(tx, NOON)
        tx.enqueue([_message(4)], NOON)
        _deliver(tx, NOON, "failed")
        tx.enqueue([_message(5)], NOON)

    await store.write(work)
    chat = await store.read(lambda tx: tx.chat("console", "an"))
    assert [entry.payload["text"] for entry in chat] == ["answer 1"]
    key = chat[0].id
    assert await store.read(lambda tx: tx.entry("console", "an", key, incoming=False)) == chat[0]
    for channel, address, entry_id, incoming in (
        ("console", "binh", key, False),
        ("other", "an", key, False),
        ("console", "an", key, True),
        ("console", "an", key + 4, False),
    ):
        found = await store.read(
            lambda tx, c=channel, a=address, e=entry_id, i=incoming: tx.entry(c, a, e, incoming=i)  # type: ignore[misc]
        )
        assert found is None


async def test_everybody_with_an_account_is_listed_with_how_much_they_got(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.account("console", "an", NOON)
        tx.account("console", "binh", NOON)
        tx.account("other", "chi", NOON)
        tx.enqueue([_message(1), _message(2)], NOON)
        _deliver(tx, NOON)

    await store.write(work)
    found = await store.read(lambda tx: tx.correspondents("console"))
    assert [(one.address, one.name, one.received) for one in found] == [("an", None, 2), ("binh", None, 0)]
