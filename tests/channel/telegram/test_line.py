"""The line to Telegram: who we are there, the proxy, and what of it is logged."""

import asyncio
import logging

import pytest

from bot.channels.base import (
    Uncertain,
)
from bot.channels.telegram import Telegram
from bot.logs import DiscreetFormatter
from tests.support.hearing import Book, listening
from tests.support.telegram_channel import connect, message
from tests.support.telegram_server import TOKEN, proxy_page


async def test_no_token_is_logged_whatever_happens(server, caplog):
    for name in (None, "httpcore", "httpx", "telegram"):  # the libraries too, whoever told them to be quiet
        caplog.set_level(logging.DEBUG, name)
    caplog.handler.setFormatter(DiscreetFormatter())
    channel, user, book = connect(server), server.user(started=True), Book()
    server.trouble("getUpdates", "drop")
    server.trouble("sendMessage", proxy_page())
    with pytest.raises(Uncertain):
        await channel.send(message())
    async with listening(channel, book):
        user.says("x")
        await book.has(1)
        await channel.send(message())
    await channel.close()
    assert "getUpdates" in caplog.text, "the libraries did log their requests"
    assert TOKEN.partition(":")[2] not in caplog.text


async def test_the_bot_knows_its_own_name(channel):
    assert await channel.username() == "danvan_test_bot"


async def test_with_a_proxy_everything_is_asked_of_the_proxy():
    """Nobody is called telegram.invalid: only the proxy can answer for them."""
    asked = []

    async def answer(reader, writer):
        asked.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0])
        body = b'{"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "B", "username": "through_proxy_bot"}}'
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
        writer.write(head % len(body) + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as proxy:
        host, port = proxy.sockets[0].getsockname()
        channel = Telegram(TOKEN, "http://telegram.invalid/bot", proxy=f"http://{host}:{port}")
        assert await channel.username() == "through_proxy_bot"
        await channel.close()
    assert asked[0].startswith(b"POST http://telegram.invalid/bot")
