"""What can go wrong on the way to Telegram, and what it means for the message."""

import httpx
import pytest
import telegram.error

from bot.channels.base import (
    Gone,
    Moved,
    Refused,
    SendError,
    TooFast,
    Uncertain,
    Unreachable,
)
from bot.channels.telegram import Telegram
from bot.channels.telegram_errors import send_error
from tests.support.telegram_channel import connect, message
from tests.support.telegram_server import TOKEN, failed, proxy_page, too_many


async def test_somebody_who_blocked_us_or_never_wrote_is_gone(server, channel):
    user = server.user()
    with pytest.raises(Gone):
        await channel.send(message())
    user.says("/start")
    user.blocked = True
    with pytest.raises(Gone):
        await channel.send(message())
    with pytest.raises(Gone):
        await channel.send(message(chat=404))
    with pytest.raises(Gone):
        await channel.send(message(chat="not a chat"))


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("drop", Uncertain),
        (failed(500, "Internal Server Error"), Uncertain),
        (failed(500, "Internal Server Error", status=200), Uncertain),
        (proxy_page(502), Uncertain),
        (proxy_page(200), Uncertain),
        (failed(401, "Unauthorized"), Unreachable),
        (failed(404, "Not Found"), Unreachable),
        (failed(409, "Conflict: something else"), Unreachable),
        (failed(403, "Forbidden: user is deactivated"), Gone),
        (failed(403, "Forbidden: user is deactivated", status=200), Gone),
        (failed(400, "Bad Request: chat not found"), Gone),
        (failed(400, "Bad Request: PEER_ID_INVALID"), Gone),
        (failed(400, "Bad Request: message is too long"), Refused),
        (failed(400, "Bad Request: message is too long", status=200), Refused),
        (failed(413, "Request Entity Too Large"), Refused),
        (proxy_page(413), Refused),
        (too_many(7), TooFast),
        (too_many(), TooFast),
        (proxy_page(429), TooFast),
    ],
)
async def test_each_answer_is_told_apart_by_what_it_means_for_the_message(server, channel, then, expected):
    user = server.user(started=True)
    server.trouble("sendMessage", then)
    with pytest.raises(SendError) as caught:
        await channel.send(message())
    assert type(caught.value) is expected
    assert user.messages == []
    await channel.send(message())
    assert len(user.messages) == 1, "and the next message goes as usual"


async def test_a_429_says_how_long_to_wait_and_that_all_must(server, channel):
    server.user(started=True)
    server.trouble("sendMessage", too_many(7))
    with pytest.raises(TooFast) as caught:
        await channel.send(message())
    assert caught.value.retry_after == 7
    assert caught.value.everywhere


async def test_a_message_that_arrived_without_an_answer_is_uncertain(server, channel):
    user = server.user(started=True)
    server.trouble("sendMessage", "drop", done=True)
    with pytest.raises(Uncertain):
        await channel.send(message())
    assert len(user.messages) == 1


async def test_a_message_whose_answer_takes_too_long_is_uncertain(server):
    user = server.user(started=True)
    channel = connect(server, answer_within=0.3)
    server.trouble("sendMessage", "hold", done=True)
    with pytest.raises(Uncertain):
        await channel.send(message())
    assert len(user.messages) == 1
    await channel.close()


async def test_a_message_is_certainly_not_sent_where_nobody_listens(server, unused_tcp_port):
    nowhere = Telegram(TOKEN, f"http://127.0.0.1:{unused_tcp_port}/bot")
    with pytest.raises(Unreachable):
        await nowhere.send(message())
    await nowhere.close()
    with pytest.raises(Unreachable):
        await nowhere.send(message())


ERRORS = {
    telegram.error.TelegramError: (telegram.error.TelegramError("x"), Uncertain),
    telegram.error.Forbidden: (telegram.error.Forbidden("x"), Gone),
    telegram.error.InvalidToken: (telegram.error.InvalidToken(), Unreachable),
    telegram.error.EndPointNotFound: (telegram.error.EndPointNotFound("x"), Unreachable),
    telegram.error.NetworkError: (telegram.error.NetworkError("x"), Uncertain),
    telegram.error.BadRequest: (telegram.error.BadRequest("x"), Refused),
    telegram.error.TimedOut: (telegram.error.TimedOut(), Uncertain),
    telegram.error.ChatMigrated: (telegram.error.ChatMigrated(5), Moved),
    telegram.error.RetryAfter: (telegram.error.RetryAfter(3), TooFast),
    telegram.error.Conflict: (telegram.error.Conflict("x"), Unreachable),
    telegram.error.PassportDecryptionError: (telegram.error.PassportDecryptionError("x"), Uncertain),
}


def all_below(kind):
    return {kind}.union(*(all_below(one) for one in kind.__subclasses__() if one.__module__ == "telegram.error"))


def test_every_error_of_the_library_is_known():
    assert set(ERRORS) == all_below(telegram.error.TelegramError)


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_of_the_library_has_its_meaning(kind):
    error, expected = ERRORS[kind]
    assert type(send_error(error)) is expected


HTTPX = {
    httpx.ConnectError: Unreachable,
    httpx.ConnectTimeout: Unreachable,
    httpx.PoolTimeout: Unreachable,
    httpx.ProxyError: Unreachable,
    httpx.UnsupportedProtocol: Unreachable,
    httpx.ReadTimeout: Uncertain,
    httpx.WriteTimeout: Uncertain,
    httpx.ReadError: Uncertain,
    httpx.WriteError: Uncertain,
    httpx.CloseError: Uncertain,
    httpx.RemoteProtocolError: Uncertain,
    httpx.LocalProtocolError: Uncertain,
}


@pytest.mark.parametrize("kind", HTTPX)
def test_only_what_failed_before_the_request_went_out_is_certainly_not_sent(kind):
    wrapper = (
        telegram.error.TimedOut() if issubclass(kind, httpx.TimeoutException) else telegram.error.NetworkError("x")
    )
    wrapper.__cause__ = kind("x")
    assert type(send_error(wrapper)) is HTTPX[kind]
