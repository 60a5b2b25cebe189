"""What the probes answer: live while the loops go round, ready while the database answers in this program's schema."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import AsyncMock

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from bot.alive import Alive
from bot.status import probes
from bot.storage import Store
from bot.systemd import feed_watchdog, notify
from tests.support.world import NOON


async def asked(store: Store, path: str, alive: Callable[[], bool] = lambda: True) -> tuple[int, dict[str, object]]:
    app = Starlette(routes=[*probes(store, lambda: NOON, alive)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://danvan") as client:
        answer = await client.get(path)
    return answer.status_code, answer.json()


async def test_a_program_in_order_is_live_and_ready(store: Store) -> None:
    for path in ("/livez", "/readyz", "/healthz"):
        status, said = await asked(store, path)
        assert (status, said["ok"]) == (200, True), path


@pytest.mark.parametrize("version", ["0001", "from-the-future"], ids=["older", "newer"])
async def test_a_schema_that_is_not_this_programs_is_not_ready_but_live(version: str, store: Store) -> None:
    change = sa.text("UPDATE alembic_version SET version_num = :version")
    await store.write(lambda tx: tx.connection.execute(change, {"version": version}))
    assert await asked(store, "/readyz") == (503, {"ok": False, "error": "schema"})
    assert (await asked(store, "/healthz"))[0] == 503
    assert (await asked(store, "/livez"))[0] == 200


async def test_a_database_that_is_away_is_not_ready_but_live(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_store, "read", AsyncMock(side_effect=OSError))
    assert await asked(sqlite_store, "/readyz") == (503, {"ok": False, "error": "OSError"})
    assert (await asked(sqlite_store, "/healthz"))[0] == 503
    assert (await asked(sqlite_store, "/livez"))[0] == 200


async def test_a_part_that_stands_still_is_not_live(sqlite_store: Store) -> None:
    assert (await asked(sqlite_store, "/livez", lambda: False))[0] == 503
    assert await asked(sqlite_store, "/healthz", lambda: False) == (
        503,
        {"ok": False, "late_seconds": 0.0, "error": "stands still"},
    )


async def test_alive_is_what_runs_and_goes_round() -> None:
    assert not Alive()(), "nothing has begun"
    running: asyncio.Task[None] = asyncio.create_task(asyncio.Event().wait())  # type: ignore[arg-type]
    ended = asyncio.create_task(asyncio.sleep(0))
    await ended
    now, long_ago = time.monotonic, lambda: time.monotonic() - 3600
    assert Alive([running], [now])()
    assert not Alive([running, ended], [now])()
    assert not Alive([running], [now, long_ago])()
    running.cancel()


async def test_the_watchdog_is_fed_while_the_program_lives_and_not_a_time_more(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.setblocking(False)
        lives, stood_still = [True] * 3, asyncio.Event()

        def alive() -> bool:
            if not lives:
                stood_still.set()
                return False
            return lives.pop()

        feeding = asyncio.create_task(feed_watchdog(str(tmp_path / "notify"), 0.01, alive))
        await stood_still.wait()
        await asyncio.sleep(0)
        heard = []
        with contextlib.suppress(BlockingIOError):
            while True:
                heard.append(line.recv(64))
        feeding.cancel()
    assert heard == [b"WATCHDOG=1"] * 3


def test_a_service_manager_that_is_gone_or_never_was_harms_nobody(tmp_path: Path) -> None:
    for address in ("", str(tmp_path / "nobody"), "@danvan-nobody"):
        notify(address, "READY=1")
