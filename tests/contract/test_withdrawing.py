"""What is called back, or corrected, while a try to send it is under way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from bot.storage import Message, Sent, Store
from bot.storage.schema import outbox
from bot.storage.withdrawing import withdraw_reminders
from tests.support.world import NOON

PARTS = [
    {"text": "Báo cáo tháng", "about": ["deadline:1", "baocao thang 2026-10"]},
    {"text": "Báo cáo quý", "about": ["deadline:2", "baocao quy 2026-q4"]},
]
REMINDER = {
    "text": "Báo cáo tháng\n\nBáo cáo quý",
    "choices": [{"label": "Báo cáo", "action": part["about"][1]} for part in PARTS],
    "parts": PARTS,
}


def message(key: str, kind: str, payload: dict[str, Any]) -> Message:
    return Message(key, kind, "test", "a", "person:1", payload, NOON)


async def rows(store: Store) -> list[Any]:
    return await store.read(lambda tx: list(tx.connection.execute(sa.select(outbox).order_by(outbox.c.id))))


@pytest.fixture
async def on_its_way(store: Store) -> int:
    await store.write(lambda tx: tx.enqueue([message("r", "reminder", REMINDER)], NOON))
    (claimed,) = await store.write(lambda tx: tx.claim({"test": 1}, NOON, "one"))
    return claimed.id


async def filed(store: Store, *abouts: str) -> None:
    for about in abouts:
        await store.write(lambda tx, about=about: withdraw_reminders(tx, NOON, about))  # type: ignore[misc]


async def ends(store: Store, result: Sent) -> Any:
    await store.write(lambda tx: tx.mark([result], NOON, "one"))
    (row,) = await rows(store)
    return row


async def test_a_reminder_withdrawn_on_its_way_is_not_tried_again(store: Store, on_its_way: int) -> None:
    await filed(store, "baocao thang 2026-10", "deadline:2")
    row = await ends(store, Sent(on_its_way, "queued", error="unreachable", due_at=NOON))
    assert (row.state, row.error) == ("failed", "withdrawn")


async def test_of_a_reminder_on_its_way_only_what_is_still_to_be_filed_is_tried_again(
    store: Store, on_its_way: int
) -> None:
    await filed(store, "baocao thang 2026-10")
    row = await ends(store, Sent(on_its_way, "queued", error="unreachable", due_at=NOON))
    assert row.state == "queued"
    assert row.payload["text"] == "Báo cáo quý"
    assert [one["action"] for one in row.payload["choices"]] == ["baocao quy 2026-q4"]
    assert "withdrawn" not in row.payload


async def test_a_reminder_that_had_arrived_keeps_its_buttons_though_the_report_is_in(
    store: Store, on_its_way: int
) -> None:
    await filed(store, "baocao thang 2026-10")
    row = await ends(store, Sent(on_its_way, "sent", platform_id="1"))
    assert row.state == "sent"
    assert len(row.payload["choices"]) == 2


async def test_what_a_worker_never_heard_of_is_not_sent_when_it_was_withdrawn_meanwhile(
    store: Store, on_its_way: int
) -> None:
    await filed(store, "deadline:1", "deadline:2")
    await store.write(lambda tx: tx.unclaim("one", [], NOON))
    (row,) = await rows(store)
    assert (row.state, row.error) == ("failed", "withdrawn")


async def test_a_correction_waits_for_what_it_corrects_however_often_that_is_tried(store: Store) -> None:
    await store.write(lambda tx: tx.enqueue([message("first", "announcement", {"text": "Họp lúc 14 giờ"})], NOON))
    (first,) = await store.write(lambda tx: tx.claim({"test": 5}, NOON, "one"))
    await store.write(lambda tx: tx.enqueue([message("mended", "correction", {"text": "Họp lúc 15 giờ"})], NOON))
    replaces = outbox.update().where(outbox.c.kind == "correction").values(replaces_id=first.id)
    await store.write(lambda tx: tx.connection.execute(replaces))
    later = NOON + dt.timedelta(seconds=30)
    told_to_wait = Sent(first.id, "queued", error="429", due_at=later)
    await store.write(lambda tx: tx.mark([told_to_wait], NOON, "one"))
    assert await store.write(lambda tx: tx.claim({"test": 5}, NOON, "one")) == []
    (again,) = await store.write(lambda tx: tx.claim({"test": 5}, later, "one"))
    assert again.id == first.id
    await store.write(lambda tx: tx.mark([Sent(first.id, "sent", platform_id="7")], later, "one"))
    (correction,) = await store.write(lambda tx: tx.claim({"test": 5}, later, "one"))
    assert correction.replaces_id == first.id
