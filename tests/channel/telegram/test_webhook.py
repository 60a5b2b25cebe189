"""Where Telegram calls us."""

import httpx

from bot.channels.telegram import WEBHOOK_PATH
from tests.support.hearing import SECRET, Book, called_by, inbox_of, texts_in
from tests.support.telegram_channel import connect


async def test_with_a_webhook_updates_are_journalled_before_they_are_confirmed(server):
    book = Book()
    book.failing = [OSError()] * 2
    async with called_by(server, connect, WEBHOOK_PATH, book):
        server.user().says("qua webhook")
        await book.has(1)
        await server.until(lambda: not server.queue)
    taken = [params["taken"] for name, params in server.calls if name == "webhook"]
    assert taken == [False, False, True]
    assert not any(name == "getUpdates" for name, _ in server.calls)


async def test_the_same_webhook_call_three_times_is_journalled_once(server, sqlite_store):
    async with called_by(server, connect, WEBHOOK_PATH, inbox_of(sqlite_store, "telegram")):
        server.repeats = 2
        server.user().says("một lần")
        await server.until(lambda: not server.queue)
    assert sum(name == "webhook" for name, _ in server.calls) == 3
    assert await texts_in(sqlite_store) == ["một lần"]


async def test_a_webhook_call_without_the_secret_is_turned_away(server):
    book = Book()
    update = {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "text": "giả"}}
    async with called_by(server, connect, WEBHOOK_PATH, book) as (_, url), httpx.AsyncClient() as client:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guess"}, {"X-Telegram-Bot-Api-Secret-Token": "é"}):
            encoded = {name: value.encode() for name, value in headers.items()}
            assert (await client.post(url, json=update, headers=encoded)).status_code == 403
        known = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        assert (await client.post(url, content=b"{", headers=known)).status_code == 400
        assert (await client.post(url, content=b"[" * 200_000, headers=known)).status_code == 400
        assert (await client.post(url, content=b"x" * 2_000_000, headers=known)).status_code == 413
        assert (await client.post(url, json=["?"], headers=known)).status_code == 200
        assert book.updates == []
        assert (await client.post(url, json=update, headers=known)).status_code == 200
    assert len(book.updates) == 1
