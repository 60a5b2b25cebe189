"""What we send on Telegram, as it arrives."""

import asyncio

import pytest

from bot.channels.base import (
    Attachment,
    Refused,
)
from handlers.reply import Choice
from tests.support.telegram_channel import message

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


async def test_a_text_arrives_as_it_is_whatever_stands_in_it(server, channel):
    user = server.user(started=True)
    text = "<b>5 < 7 & 3 > 2</b> _*[x](y)`\n“Dân biết, dân bàn” 😀"
    key = await channel.send(message(text))
    heard = await user.hears()
    assert heard.text == text
    assert key == str(heard.id)


async def test_choices_are_buttons_two_to_a_row_where_both_are_short(server, channel):
    user = server.user(started=True)
    labels = ("Lùi", "Bỏ qua", "Tân Lập", "Xã Mường Chanh thuộc huyện cũ", "Hủy")
    await channel.send(message(choices=tuple(Choice(label, f":{label}") for label in labels)))
    heard = await user.hears()
    assert tuple(heard.labels) == labels
    assert heard.rows == (2, 1, 1, 1)
    assert [data for _, data in heard.buttons] == ["42:0!", "42:1!", "42:2!", "42:3!", "42:4!"]


async def test_the_longest_text_goes_and_one_letter_more_is_refused(server, channel):
    server.user(started=True)
    await channel.send(message("ạ" * channel.limits.text))
    with pytest.raises(Refused):
        await channel.send(message("ạ" * (channel.limits.text + 1)))
    with pytest.raises(Refused):
        await channel.send(message(""))


def attachment(tmp_path, name, media_type, data):
    path = tmp_path / "bytes"
    path.write_bytes(data)
    return Attachment(name, media_type, path)


async def test_a_file_arrives_with_its_name_and_bytes(server, channel, tmp_path):
    user = server.user(started=True)
    file = attachment(tmp_path, "Tổng hợp quý III.xlsx", "application/octet-stream", b"PK\x03\x04 xlsx")
    await channel.send(message("", files=(file,)))
    heard = await user.hears()
    assert (heard.kind, heard.file_name, heard.data) == ("document", "Tổng hợp quý III.xlsx", b"PK\x03\x04 xlsx")


async def test_a_picture_arrives_as_a_photo_and_one_that_telegram_cannot_show_as_a_file(server, channel, tmp_path):
    user = server.user(started=True)
    await channel.send(message("", files=(attachment(tmp_path, "a.png", "image/png", PNG),)))
    assert (await user.hears()).kind == "photo"
    await channel.send(message("", files=(attachment(tmp_path, "b.jpg", "image/jpeg", b"\xff\xd7 broken"),)))
    assert (await user.hears()).kind == "document"


async def test_an_empty_or_missing_file_is_refused(server, channel, tmp_path):
    server.user(started=True)
    with pytest.raises(Refused):
        await channel.send(message("", files=(attachment(tmp_path, "x.txt", "text/plain", b""),)))
    with pytest.raises(Refused):
        await channel.send(message("", files=(Attachment("x.txt", "text/plain", tmp_path / "nothing"),)))


async def test_a_slow_platform_is_asked_many_things_at_once(server, channel):
    user = server.user(started=True)
    server.latency = 0.05
    await asyncio.gather(*(channel.send(message(f"tin {number}")) for number in range(100)))
    assert len(user.messages) == 100
