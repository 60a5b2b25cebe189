"""Files out: uploaded once, and named by what Telegram calls them from then on."""

import asyncio

import pytest

from bot.channels.base import Attachment, Gone, Unreachable
from tests.support.telegram_channel import message
from tests.support.telegram_server import failed

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture
def spreadsheet(tmp_path):
    (tmp_path / "bytes").write_bytes(b"PK\x03\x04 xlsx")
    return Attachment("Biểu mẫu.xlsx", "application/octet-stream", tmp_path / "bytes")


def uploads(server, method="sendDocument", field="document"):
    return sum(not isinstance(params[field], str) for name, params in server.calls if name == method)


async def test_a_file_for_many_is_uploaded_once_even_when_all_are_sent_at_once(server, channel, spreadsheet):
    users = [server.user(chat, started=True) for chat in range(1, 21)]
    await asyncio.gather(*(channel.send(message("", user.id, files=(spreadsheet,))) for user in users))
    assert uploads(server) == 1
    assert {(user.messages[0].file_name, user.messages[0].data) for user in users} == {
        ("Biểu mẫu.xlsx", b"PK\x03\x04 xlsx")
    }


async def test_a_photo_is_passed_on_as_a_photo(server, channel, tmp_path):
    (tmp_path / "a.png").write_bytes(PNG)
    file = Attachment("a.png", "image/png", tmp_path / "a.png")
    for chat in (1, 2):
        user = server.user(chat, started=True)
        await channel.send(message("Biểu đồ", chat, files=(file,)))
        assert (user.messages[0].kind, user.messages[0].text, user.messages[0].data) == ("photo", "Biểu đồ", PNG)
    assert uploads(server, "sendPhoto", "photo") == 1


async def test_a_file_that_telegram_knows_no_more_is_uploaded_again(server, channel, spreadsheet):
    user = server.user(1, started=True)
    await channel.send(message("", 1, files=(spreadsheet,)))
    server.files.clear()
    await channel.send(message("", 1, files=(spreadsheet,)))
    assert uploads(server) == 2
    await channel.send(message("", 1, files=(spreadsheet,)))
    assert uploads(server) == 2
    assert len(user.messages) == 3


async def test_a_file_with_other_bytes_or_another_name_is_another_file(server, channel, tmp_path):
    user = server.user(1, started=True)
    for name, data in (("a.txt", b"mot"), ("a.txt", b"hai"), ("b.txt", b"hai")):
        (tmp_path / data.decode()).write_bytes(data)
        await channel.send(message("", 1, files=(Attachment(name, "text/plain", tmp_path / data.decode()),)))
    assert [(one.file_name, one.data) for one in user.messages] == [
        ("a.txt", b"mot"), ("a.txt", b"hai"), ("b.txt", b"hai")
    ]  # fmt: skip


async def test_that_somebody_is_gone_says_nothing_against_the_file(server, channel, spreadsheet):
    server.user(1, started=True)
    server.user(2, started=True).blocked = True
    await channel.send(message("", 1, files=(spreadsheet,)))
    with pytest.raises(Gone):
        await channel.send(message("", 2, files=(spreadsheet,)))
    await channel.send(message("", 1, files=(spreadsheet,)))
    assert uploads(server) == 1


async def test_a_revoked_token_is_told_until_messages_go_again(server, channel):
    server.user(1001, started=True)
    server.trouble("sendMessage", failed(401, "Unauthorized"))
    with pytest.raises(Unreachable):
        await channel.send(message())
    assert channel.trouble
    await channel.send(message())
    assert channel.trouble is None
