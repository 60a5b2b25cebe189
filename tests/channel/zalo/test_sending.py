"""What we send on Zalo, as it arrives, and what can go wrong."""

import asyncio
import logging
from pathlib import Path

import pytest

from bot.channels.base import (
    Attachment,
    Gone,
    Refused,
    SendError,
    TooFast,
    Uncertain,
    Unreachable,
)
from bot.channels.zalo import Zalo
from bot.file_links import Link
from bot.logs import DiscreetFormatter
from handlers.reply import Choice
from tests.support.serving import serving
from tests.support.world import NOON
from tests.support.zalo_channel import connect, message
from tests.support.zalo_server import TOKEN, cut_short, proxy_page, refused

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


async def test_choices_are_numbered_lines_or_words_to_type(server, channel):
    user = server.user(started=True)
    await channel.send(message("Gửi chứ?", choices=(Choice("Gửi", ":send"), Choice("Hủy", ":cancel"))))
    assert user.messages[-1].text == "Gửi chứ?\n\n1. Gửi\n2. Hủy"
    choices = (Choice("Bỏ qua", ":skip", "bỏ"), Choice("Không có", ":none"))
    await channel.send(message("Bao nhiêu?", choices=choices, numbered=False))
    assert user.messages[-1].text == 'Bao nhiêu?\n\nGõ "bỏ": Bỏ qua\nGõ "Không có"'


async def test_what_was_made_for_longer_messages_goes_in_parts_with_the_choices_last(server, channel):
    """As when a message for another channel is sent here because the person has left that one."""
    user = server.user(started=True)
    text = "\n\n".join(f"Đoạn {number}. " + "chữ 😀 " * 60 for number in range(9))
    await channel.send(message(text, choices=(Choice("Đã đọc", "dadoc"),)))
    assert len(user.messages) > 1
    assert all(one.text.startswith("Đoạn") for one in user.messages)
    assert user.messages[-1].text.endswith("1. Đã đọc")


async def test_many_long_choices_fit_into_one_message(server, channel):
    user = server.user(started=True)
    choices = tuple(Choice(f"Đơn vị thứ {number} " + "có tên rất dài " * 10, f"x {number}") for number in range(30))
    await channel.send(message("", choices=choices))
    (heard,) = user.messages
    assert len(heard.labels) == 30


class Files:
    """What a test has instead of the real links: an address for each file."""

    def __init__(self, url):
        self.url = url

    async def __call__(self, sent):
        return Link(f"{self.url}/{sent.files[0].path.name}", NOON)


@pytest.fixture
async def links(server, tmp_path):
    async def app(scope, receive, send):
        from starlette.staticfiles import StaticFiles

        await StaticFiles(directory=tmp_path)(scope, receive, send)

    async with serving(app) as at:
        yield Files(at.url)


def attached(folder: Path, name: str, data: bytes, kind: str) -> tuple[Attachment, ...]:
    (folder / name).write_bytes(data)
    return (Attachment(name, kind, folder / name),)


async def test_a_file_goes_out_as_a_link_and_a_chart_as_a_picture(server, links, tmp_path):
    channel, user = connect(server, make_link=links), server.user(started=True)
    await channel.send(message("Bảng tính", files=attached(tmp_path, "a.xlsx", b"PK", "application/x")))
    assert f"{links.url}/a.xlsx" in user.messages[-1].text
    assert "12:00 ngày 18/11/2026" in user.messages[-1].text
    assert await channel.send(message("Biểu đồ", files=attached(tmp_path, "a.png", PNG, "image/png")))
    assert (user.messages[-1].text, user.messages[-1].photo) == ("Biểu đồ", PNG)
    await channel.send(message("", files=attached(tmp_path, "b.png", PNG, "image/png")))
    assert (user.messages[-1].text, user.messages[-1].photo) == ("", PNG)
    await channel.close()


async def test_a_picture_that_zalo_does_not_take_goes_as_a_link(server, links, tmp_path):
    channel, user = connect(server, make_link=links), server.user(started=True)
    await channel.send(message("Biểu đồ", files=attached(tmp_path, "a.png", b"no picture", "image/png")))
    assert user.messages[-1].text.startswith("Biểu đồ\n\n")
    assert f"{links.url}/a.png" in user.messages[-1].text
    await channel.close()


async def test_where_nobody_reaches_us_a_file_is_named_and_it_is_said_how_to_get_it(server, channel, tmp_path):
    user = server.user(started=True)
    await channel.send(message("", files=attached(tmp_path, "a.xlsx", b"PK", "application/x")))
    assert "“a.xlsx”" in user.messages[-1].text
    assert "Telegram" in user.messages[-1].text


@pytest.mark.parametrize(
    "then, error",
    [
        (refused(400, "Bad Request: text is wrong"), Refused),
        (refused(400, "Bad Request: chat not found"), Gone),
        (refused(404, "user does not exist"), Gone),
        (refused(404, "Not Found: method"), Unreachable),
        (refused(401, "Unauthorized"), Unreachable),
        (refused(403, "Internal error"), Unreachable),
        (refused(403, "Internal error", status=403), Unreachable),
        (refused(500, "?"), Unreachable),
        (refused(408, "Request timeout"), Uncertain),
        (refused(429, "Quota exceeded"), TooFast),
        (proxy_page(429), TooFast),
        (proxy_page(502), Uncertain),
        (proxy_page(200), Uncertain),
        (cut_short(), Uncertain),
        ("drop", Uncertain),
    ],
)
async def test_each_failure_means_what_it_says_and_nothing_of_it_arrives_twice(server, channel, then, error):
    user = server.user(started=True)
    server.trouble("sendMessage", then)
    with pytest.raises(SendError) as raised:
        await channel.send(message())
    assert type(raised.value) is error
    assert user.messages == []


async def test_a_message_that_arrived_without_our_being_told_is_uncertain(server):
    user = server.user(started=True)
    channel = connect(server, answer_within=0.2)
    for then in ("hold", "drop", cut_short()):
        server.trouble("sendMessage", then, done=True)
        with pytest.raises(Uncertain):
            await channel.send(message())
    assert len(user.messages) == 3
    await channel.close()


async def test_a_stranger_and_a_platform_that_is_away(server):
    channel = connect(server)
    with pytest.raises(Gone):
        await channel.send(message(chat="nobody"))
    await channel.close()
    away = Zalo(TOKEN, "http://127.0.0.1:9")
    with pytest.raises(Unreachable):
        await away.send(message())
    await away.close()


async def test_while_the_quota_is_used_up_the_waits_grow_and_the_operator_is_told(server, channel, caplog):
    user = server.user(started=True)
    server.quota, waits = 0, []
    for _ in range(10):
        with pytest.raises(TooFast) as raised:
            await channel.send(message())
        assert raised.value.everywhere
        waits.append(raised.value.retry_after)
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == 900
    assert channel.trouble == "429 Quota exceeded"
    assert caplog.text.count("Quota exceeded") == 1
    server.quota = None
    await channel.send(message())
    assert channel.trouble is None
    assert len(user.messages) == 1


async def test_closing_lets_a_message_in_hand_arrive(server, channel):
    user = server.user(started=True)
    server.latency = 0.1
    sending = asyncio.create_task(channel.send(message()))
    await server.asked("sendMessage")
    await channel.close()
    assert await sending
    assert len(user.messages) == 1


def test_a_channel_without_a_token_is_refused():
    with pytest.raises(ValueError):
        Zalo("")


def test_tokens_are_taken_out_of_logs():
    record = logging.LogRecord("x", logging.INFO, "x", 1, f"POST https://a/bot{TOKEN}/sendMessage", (), None)
    assert "ztest" not in DiscreetFormatter().format(record)


async def test_the_bot_is_known_by_its_account(server, channel):
    assert await channel.username() == "bot.VDKyGxQvc"
