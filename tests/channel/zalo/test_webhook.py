"""Where Zalo calls us."""

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.zalo import WEBHOOK_PATH
from tests.support.hearing import SECRET, Book, called_by, inbox_of, texts_in
from tests.support.serving import serving
from tests.support.zalo_channel import connect
from tests.support.zalo_server import SECRET_HEADER


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("as_list", [False, True])
async def test_with_a_webhook_updates_are_journalled_before_they_are_confirmed(server, wrapped, as_list):
    server.wrapped, server.as_list = wrapped, as_list
    book = Book()
    book.failing = [OSError()] * 2
    async with called_by(server, connect, WEBHOOK_PATH, book):
        server.user().says("qua webhook")
        await book.has(1)
        await server.until(lambda: not server.queue)
    assert server.webhook_answers == [503, 503, 200]
    assert not server.counts["getUpdates"]


async def test_the_same_webhook_call_three_times_is_journalled_once(server, sqlite_store):
    async with called_by(server, connect, WEBHOOK_PATH, inbox_of(sqlite_store, "zalo")):
        server.repeats = 2
        server.user().says("một lần")
        await server.until(lambda: not server.queue)
    assert server.webhook_answers == [200, 200, 200]
    assert await texts_in(sqlite_store) == ["một lần"]


async def test_a_webhook_call_without_the_secret_is_turned_away(server):
    book = Book()
    update = {"event_name": "message.text.received", "message": {"chat": {"id": "1"}, "text": "giả"}}
    async with called_by(server, connect, WEBHOOK_PATH, book) as (_, url), httpx.AsyncClient() as client:
        for secret in ("", "guess", "é", SECRET[:-1]):
            assert (await client.post(url, json=update, headers={SECRET_HEADER: secret.encode()})).status_code == 403
        known = {SECRET_HEADER: SECRET}
        assert (await client.post(url, content=b"{", headers=known)).status_code == 400
        assert (await client.post(url, content=b"[" * 200_000, headers=known)).status_code == 400
        assert (await client.post(url, content=b"x" * 2_000_000, headers=known)).status_code == 413
        for nothing in (["?"], "?", 3, {"ok": True}, {"event_name": "oa.followed"}, {"result": {"message": 3}}):
            assert (await client.post(url, json=nothing, headers=known)).status_code == 200
        assert (await client.get(url, headers=known)).status_code == 405
        assert book.updates == []
        assert (await client.post(url, json=update, headers=known)).status_code == 200
    assert len(book.updates) == 1


async def test_without_a_webhook_nothing_is_taken_at_its_address(server, channel):
    async with serving(Starlette(routes=[channel.webhook_route()])) as at, httpx.AsyncClient() as client:
        assert (await client.post(at.url + WEBHOOK_PATH, json={})).status_code == 403
