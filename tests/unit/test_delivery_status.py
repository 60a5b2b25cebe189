"""What the operator and a monitoring program are told of what waits, failed and is uncertain."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.status import metrics, to_json, told
from bot.storage import LAST_BACKUP, Message, Sent, Store
from tests.support.world import NOON

MINUTE = dt.timedelta(minutes=1)


def message(key: str, kind: str, due: dt.datetime = NOON, address: str = "") -> Message:
    payload = {"text": "Nguyễn Thị Bí Mật"}
    return Message(key, kind, "telegram", address or key, f"address:{key}", payload, due)


async def fill(store: Store) -> None:
    messages = [
        message("a", "reply"),
        message("b", "announcement"),
        message("c", "reminder", NOON - 5 * MINUTE),
        message("d", "announcement", NOON + 60 * MINUTE),
    ]
    await store.write(lambda tx: tx.enqueue(messages, NOON - 5 * MINUTE))
    await store.write(lambda tx: tx.claim({"telegram": 1}, NOON, "one"))
    await store.write(lambda tx: tx.mark([Sent(1, "uncertain", error="no answer", uncertain=True)], NOON, "one"))


async def test_queues_are_counted_by_kind_and_channel_with_the_age_of_the_oldest(store: Store) -> None:
    await fill(store)
    found = to_json(await store.read(lambda tx: tx.status(NOON + MINUTE)))
    queues = {(one["kind"], one["channel"]): one for one in found["queues"]}
    assert queues["reply", "telegram"]["uncertain"] == 1
    assert (queues["announcement", "telegram"]["waiting"], queues["announcement", "telegram"]["later"]) == (1, 1)
    assert queues["reminder", "telegram"]["oldest_seconds"] == 360
    assert found["oldest_reminder_seconds"] == 360
    assert found["last_backup"] is None


async def test_the_operator_reads_it_in_a_few_lines(sqlite_store: Store) -> None:
    empty = told(await sqlite_store.read(lambda tx: tx.status(NOON)))
    assert "Không có tin nào chờ gửi" in empty
    assert "Sao lưu gần nhất: chưa có" in empty
    await fill(sqlite_store)
    await sqlite_store.write(lambda tx: tx.set_meta(LAST_BACKUP, NOON.isoformat()))
    lines = told(await sqlite_store.read(lambda tx: tx.status(NOON + MINUTE)))
    assert "nhắc hạn qua telegram: 1 chờ gửi (lâu nhất 360.0 giây)" in lines
    assert "1 chưa rõ tới hay chưa" in lines
    assert "Sao lưu gần nhất: 12:00 ngày 18/11/2026" in lines
    assert len(lines) < 800


@pytest.mark.parametrize(
    ("client", "headers", "answer"),
    [
        (("127.0.0.1", 1), {}, 200),
        (("::1", 1), {}, 200),
        (("10.0.0.7", 1), {}, 404),
        (("127.0.0.1", 1), {"x-forwarded-for": "203.0.113.9"}, 404),
        (("127.0.0.1", 1), {"host": "localhost:8765"}, 200),
        (("127.0.0.1", 1), {"host": "bot.example.gov.vn"}, 404),
    ],
)
async def test_metrics_are_for_this_machine_only(
    sqlite_store: Store, client: tuple[str, int], headers: dict[str, str], answer: int
) -> None:
    await fill(sqlite_store)
    sends = Counter({("telegram", "reply", "sent"): 7})
    app = Starlette(routes=[Route("/metrics", metrics(sqlite_store, lambda: NOON, lambda: sends))])
    transport = httpx.ASGITransport(app, client=client)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as asking:
        response = await asking.get("/metrics", headers=headers)
    assert response.status_code == answer
    if answer == 200:
        assert 'danvan_sends_total{channel="telegram",kind="reply",outcome="sent"} 7.0' in response.text
        assert 'danvan_queue_messages{channel="telegram",kind="reply",state="uncertain"} 1.0' in response.text
        assert "danvan_oldest_reminder_seconds 300.0" in response.text
        assert "Bí Mật" not in response.text


def test_the_command_prints_it_for_people_and_for_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from bot.__main__ import main

    monkeypatch.setenv("DANVAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    assert "Không có tin nào chờ gửi" in CliRunner().invoke(main, ["status"]).output
    assert json.loads(CliRunner().invoke(main, ["status", "--json"]).output)["queues"] == []
