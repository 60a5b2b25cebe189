"""The console, served over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

import bot.turns
from bot.storage import Store
from tests.support.console import Console, echo, served


@pytest.fixture
def console(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setattr(bot.turns, "route", echo)
    return Console(sqlite_store, tmp_path)


@pytest_asyncio.fixture
async def client(console: Console) -> AsyncIterator[httpx.AsyncClient]:
    listening = asyncio.create_task(console.listen())
    async with served(console) as opened:
        yield opened
    listening.cancel()
