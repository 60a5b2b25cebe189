"""Bad input where it arrives: the whole program on Telegram, and the console over HTTP with the real conversations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.exc import OperationalError

from bot.storage import Store
from bot.storage.engine import SqliteStore
from handlers.texts import say
from tests.support.console import Console, chat, served, words
from tests.support.live import live
from tests.support.telegram_server import telegram_server


async def fill_disk(store: Store) -> None:
    """From here on the database cannot grow by a page: SQLite's own "database or disk is full"."""
    await pragma(store, "max_page_count=1")


async def make_room(store: Store) -> None:
    await pragma(store, "max_page_count=1000000")


async def pragma(store: Store, words: str) -> None:
    assert isinstance(store, SqliteStore)
    await store.write(lambda tx: None)  # the first one opens the file
    assert store._writer is not None
    await store._writer.execute_fetchall(f"PRAGMA {words}")


async def test_what_comes_while_the_disk_is_full_is_answered_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with telegram_server() as server, live(server, tmp_path / "data") as bot:
        user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
        heard, refused, write = len(user.messages), asyncio.Event(), bot.store.write

        async def watched(work: Any) -> Any:
            try:
                return await write(work)
            except OperationalError:
                refused.set()
                raise

        monkeypatch.setattr(bot.store, "write", watched)
        await fill_disk(bot.store)
        user.says("/hoi " + "hạn nộp báo cáo nhà văn hóa? " * 130)
        await asyncio.wait_for(refused.wait(), 15)
        assert len(user.messages) == heard
        await make_room(bot.store)
        await user.hears("Không có")
        assert len(user.messages) == heard + 1


async def test_forged_button_data_stickers_and_edits_get_one_sentence_each(tmp_path: Path) -> None:
    async with telegram_server() as server, live(server, tmp_path / "data") as bot:
        user = await bot.enrolled(7, "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
        for data in ("1:0x", "-1:0", "99999999999999999999:0", "gui dan-van-kheo 2026-10", "💥", "1:" + "9" * 30):
            user.presses_data(data)
            assert (await user.hears(say("help.stale_alone"))).text == say("help.stale_alone"), data
        user.sends(sticker={"file_id": "s", "file_unique_id": "s", "width": 1, "height": 1})
        await user.hears("Mời anh/chị gõ câu hỏi")
        assert not [one for one in user.messages if "báo mã" in one.text]


@pytest_asyncio.fixture
async def console(sqlite_store: Store, tmp_path: Path) -> Console:
    return Console(sqlite_store, tmp_path)


@pytest_asyncio.fixture
async def client(console: Console) -> AsyncIterator[httpx.AsyncClient]:
    listening = asyncio.create_task(console.listen())
    async with served(console) as opened:
        yield opened
    listening.cancel()


async def test_over_http_a_stranger_learns_only_how_to_enrol_whatever_is_posted(
    console: Console, client: httpx.AsyncClient
) -> None:
    for text in ("/xuat", "hạn nộp?", "👍" * 2000, "x" * 10_000, "\0", "\u202e", ""):
        assert (await client.post("/api/send", json=words(text))).status_code == 200
    for name, data in (("rong.pdf", b""), ("to.pdf", b"%PDF-1.7" + bytes(21 * 1024 * 1024)), ("a.exe", b"MZ\0")):
        fields = words("/themvanban")
        assert (await client.post("/api/upload", data=fields, files=[("files", (name, data))])).status_code == 200
    await console.settle()
    replies = [one["text"] for one in await chat(client) if not one["mine"]]
    assert replies == [say("enrol.how")] * 10


async def test_over_http_a_button_that_was_not_offered_is_refused(console: Console, client: httpx.AsyncClient) -> None:
    for press in ([0, 0], [1, 0], [2**62, 3], [-1, 0], [2**63, 0], ["a", "b"], [1]):
        answer = await client.post("/api/send", json={"as": "stranger-1", "id": str(uuid4()), "press": press})
        assert answer.status_code in {404, 422}, press
    assert await console.written() == 0


async def test_over_http_a_post_while_the_disk_is_full_is_not_kept_and_can_be_repeated(
    console: Console, client: httpx.AsyncClient
) -> None:
    post = words("xin chào " * 1000)
    await fill_disk(console.store)
    assert (await client.post("/api/send", json=post)).status_code == 500
    await make_room(console.store)
    for _ in range(3):
        assert (await client.post("/api/send", json=post)).status_code == 200
    await console.settle()
    assert [one["text"] for one in await chat(client) if not one["mine"]] == [say("enrol.how")]
