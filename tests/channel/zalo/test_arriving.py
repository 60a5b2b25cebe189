"""What people send on Zalo: polled and written down."""

import asyncio

import pytest

from bot.channels.base import (
    Unreachable,
)
from tests.support.hearing import Book, listening
from tests.support.zalo_channel import ME, connect, message
from tests.support.zalo_server import TOKEN, cut_short, proxy_page, refused


@pytest.mark.parametrize("as_list", [False, True])
async def test_what_people_say_is_journalled(server, channel, as_list):
    server.as_list = as_list
    user, book = server.user(), Book()
    async with listening(channel, book):
        user.says("xin chào")
        user.says("hạn nộp?")
        await book.has(2)
    assert [channel.read(one.payload).text for one in book.updates] == ["xin chào", "hạn nộp?"]
    assert channel.read(book.updates[0].payload).sender_name == "Lò Thị Mai"
    assert {one.address for one in book.updates} == {ME}
    assert len({one.key for one in book.updates}) == 2


async def test_an_idle_poll_is_no_trouble(server, channel, caplog):
    book = Book()
    async with listening(channel, book):
        await server.asked("getUpdates")
        server.expire_poll()
        await server.asked("getUpdates", 2)
        server.user().says("có ai không")
        await book.has(1)
    assert channel.trouble is None
    assert not [record for record in caplog.records if record.name == "bot.channels.zalo"]


async def test_an_update_that_could_not_be_written_down_is_kept_until_it_can_be(server, channel, caplog):
    """Zalo has forgotten it: it is nowhere else."""
    user, book = server.user(), Book()
    book.failing = [OSError("disk full: a text that somebody sent")] * 3
    async with listening(channel, book):
        user.says("đừng mất")
        await book.has(1)
    assert server.queue == []
    assert "OSError" in caplog.text
    assert "somebody" not in caplog.text


async def test_stopping_while_an_update_is_written_down_waits_for_it(server, channel):
    begun, go_on, book = asyncio.Event(), asyncio.Event(), Book()

    async def slow(updates):
        begun.set()
        await go_on.wait()
        await book(updates)

    task = asyncio.create_task(channel.listen(slow))
    server.user().says("đang ghi")
    await begun.wait()
    task.cancel()
    asyncio.get_running_loop().call_later(0.05, go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(book.updates) == 1


async def test_a_poll_that_is_cut_after_zalo_handed_over_loses_that_one_update_and_no_other(server, channel):
    """What the API cannot do: it has no offset. A webhook has no such gap."""
    user, book = server.user(), Book()
    server.trouble("getUpdates", "drop", done=True)
    async with listening(channel, book):
        for number in range(3):
            user.says(f"tin {number}")
        await book.has(2)
    assert [one.payload["message"]["text"] for one in book.updates] == ["tin 1", "tin 2"]


@pytest.mark.parametrize(
    "then",
    ["drop", refused(500, "Internal"), refused(403), refused(429), refused(401), proxy_page(), cut_short()],
    ids=["dropped", "500", "403", "429", "401", "html", "cut"],
)
async def test_polling_goes_on_after_trouble(server, channel, then, caplog):
    user, book = server.user(), Book()
    server.trouble("getUpdates", then, times=3)
    async with listening(channel, book):
        user.says("vẫn còn đây")
        await book.has(1)
        await server.asked("getUpdates", 5)
    told = [record for record in caplog.records if record.name == "bot.channels.zalo"]
    assert [record.levelname for record in told] == ["ERROR", "WARNING"], "trouble is told once, and its end"
    assert TOKEN not in caplog.text


async def test_a_webhook_that_was_left_behind_is_removed_before_polling(server, channel):
    server.webhook = {"url": "https://old.example", "secret": ""}
    user, book = server.user(), Book()
    async with listening(channel, book):
        user.says("có ai không")
        await book.has(1)
    assert server.webhook is None


async def test_a_wrong_token_is_reported_without_being_shown(server, caplog):
    other = connect(server, token="987654321:wrong_0123456789012345678901234567")
    async with listening(other, Book()) as task:
        async with asyncio.timeout(15):
            while other.trouble is None:
                await asyncio.sleep(0.01)
        assert not task.done()
    with pytest.raises(Unreachable):
        await other.username()
    await other.close()
    assert "401" in caplog.text
    assert "wrong_" not in caplog.text


async def test_groups_and_bots_are_not_listened_to(server, channel):
    book, group = Book(), server.user("nhom", "Nhóm")
    group.kind = "GROUP"
    async with listening(channel, book):
        group.says("chuyện của nhóm")
        robot = server.user("bot", "Bot khác")
        robot.sends("message.text.received", text="x", **{"from": {"id": "bot", "is_bot": True}})
        server.push_raw({"event_name": "message.reaction.received", "message": {"chat": {"id": "a"}}})
        server.push_raw({"event_name": "message.unsupported.received"})
        server.push_raw(["?"])
        server.user().says("riêng")
        await book.has(1)
    assert [one.address for one in book.updates] == [ME]


async def test_whoever_waits_sees_that_the_bot_is_typing_until_it_answers(server):
    user, book = server.user(), Book()
    channel = connect(server, typing_after=0)
    async with listening(channel, book):
        user.says("câu hỏi khó")
        await server.asked("sendChatAction")
        await server.until(lambda: user.typing == 1)
        await channel.send(message())
    server.trouble("sendChatAction", refused(403))
    assert channel._typing == {}
    await channel.close()
