"""What people send on Telegram: polled, written down, and then confirmed."""

import asyncio

import pytest

from bot.channels.base import (
    FileProblem,
    RemoteFile,
    Unreachable,
)
from bot.channels.telegram import Telegram
from handlers.reply import Choice
from tests.support.hearing import Book, inbox_of, listening, texts_in
from tests.support.telegram_channel import PATIENCE, connect, message
from tests.support.telegram_server import TOKEN, failed, proxy_page, too_many

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


async def test_what_people_say_is_journalled_and_then_confirmed(server, channel):
    user, book = server.user(), Book()
    async with listening(channel, book):
        user.says("xin chào")
        user.says("hạn nộp?")
        await book.has(2)
        await server.until(lambda: not server.queue)
    assert [channel.read(one.payload).text for one in book.updates] == ["xin chào", "hạn nộp?"]
    assert {one.address for one in book.updates} == {"1001"}


async def test_an_update_that_could_not_be_written_down_is_not_confirmed_and_comes_again(server, channel, caplog):
    user, book = server.user(), Book()
    book.failing = [OSError("disk full: a text that somebody sent")] * 3
    async with listening(channel, book):
        user.says("đừng mất")
        await book.has(1)
        await server.until(lambda: not server.queue)
    assert len(book.updates) == 1
    assert "OSError" in caplog.text
    assert "somebody" not in caplog.text
    assert channel.trouble is None


@pytest.mark.parametrize("when", ["before", "after"])
async def test_dying_around_the_journal_loses_nothing_and_doubles_nothing(server, sqlite_store, when):
    """Stopped between fetching and journalling, or between journalling and confirming; then started again."""
    write, user, died = inbox_of(sqlite_store, "telegram"), server.user(), asyncio.Event()

    async def last_words(updates):
        if when == "after":
            await write(updates)
        died.set()
        await asyncio.Event().wait()

    for number in range(5):
        user.says(f"tin {number}")
    first = connect(server)
    async with listening(first, last_words):
        await died.wait()
    await first.close()
    assert len(server.queue) == 5
    second = connect(server)
    async with listening(second, write):
        user.says("tin 5")
        await server.until(lambda: not server.queue)
    await second.close()
    assert await texts_in(sqlite_store) == [f"tin {number}" for number in range(6)]


async def test_an_update_delivered_three_times_is_journalled_once(server, channel, sqlite_store):
    user = server.user()
    async with listening(channel, inbox_of(sqlite_store, "telegram")):
        server.push_raw(update := user.says("một lần"))
        await server.until(lambda: not server.queue)
        server.repeats = 2
        user.says("lần nữa")
        await server.until(lambda: not server.queue and not server.repeats)
        user.says("hết")
        await server.until(lambda: not server.queue)
        assert update["update_id"]
    assert await texts_in(sqlite_store) == ["một lần", "lần nữa", "hết"]


async def test_when_telegram_begins_to_count_from_a_lower_number_updates_still_come(server, channel):
    user, book = server.user(), Book()
    async with listening(channel, book):
        user.says("trước")
        await book.has(1)
        await server.until(lambda: not server.queue)
        server.expire_poll()
        await server.asked("getUpdates", 3)
        server.push_raw({**user.says("bỏ qua"), "update_id": 5})
        await server.until(lambda: not server.queue)
    assert "5" in {one.key for one in book.updates}


@pytest.mark.parametrize(
    "then",
    ["drop", failed(500, "Internal Server Error"), proxy_page(), too_many(), too_many(1), failed(401, "Unauthorized")],
    ids=["dropped", "500", "html", "429", "429 with seconds", "401"],
)
async def test_polling_goes_on_after_trouble(server, channel, then, caplog):
    user, book = server.user(), Book()
    server.trouble("getUpdates", then, times=3)
    async with listening(channel, book):
        user.says("vẫn còn đây")
        await book.has(1)
        await server.until(lambda: not server.queue)
    told = [record for record in caplog.records if record.name == "bot.channels.telegram"]
    assert [record.levelname for record in told] == ["ERROR", "WARNING"], "trouble is told once, and its end"
    assert TOKEN not in caplog.text


async def test_a_webhook_that_was_left_behind_is_removed_before_polling(server, channel):
    server.webhook = {"url": "https://old.example", "secret": ""}
    user, book = server.user(), Book()
    async with listening(channel, book):
        user.says("có ai không")
        await book.has(1)
    assert server.webhook is None


async def test_a_second_poller_is_reported_and_does_not_end_the_program(server, channel):
    book = Book()
    async with listening(channel, book) as task:
        await server.asked("getUpdates")
        server.trouble("getUpdates", failed(409, "Conflict: terminated by other getUpdates request"), times=10**6)
        server.user().says("x")
        await server.until(lambda: (channel.trouble or "").startswith("Conflict"))
        assert not task.done()


async def test_a_wrong_token_is_reported_without_being_shown(server, caplog):
    other = Telegram("987654321:AAwrong_0123456789012345678901234567", server.api_url, patience=PATIENCE)
    async with listening(other, Book()) as task:
        await server.until(lambda: other.trouble is not None)
        assert not task.done()
    with pytest.raises(Unreachable):
        await other.username()
    await other.close()
    assert "InvalidToken" in caplog.text
    assert "AAwrong" not in caplog.text


async def test_groups_are_not_listened_to(server, channel):
    book = Book()
    async with listening(channel, book):
        server.user(-55, "Nhóm", kind="supergroup").says("chuyện của nhóm")
        server.user().says("riêng")
        await book.has(1)
        await server.until(lambda: not server.queue)
    assert [one.address for one in book.updates] == ["1001"]


async def test_a_pressed_button_is_answered_at_once_and_says_what_it_stands_for(server, channel):
    user, book = server.user(started=True), Book()
    await channel.send(message(choices=(Choice("Gửi", ":send"), Choice("Hủy", ":cancel"))))
    async with listening(channel, book):
        user.presses("hủy")
        await book.has(1)
        await server.until(lambda: all(server.queries.values()))
    assert channel.read(book.updates[0].payload).pressed == (42, 1)


async def test_a_button_that_cannot_be_answered_does_no_harm(server, channel):
    user, book = server.user(started=True), Book()
    server.trouble("answerCallbackQuery", failed(400, "Bad Request: query is too old"))
    await channel.send(message(choices=(Choice("Gửi", ":send"),)))
    async with listening(channel, book):
        user.presses("gửi")
        user.says("tiếp")
        await book.has(2)
        await server.until(lambda: not server.queue)
    assert channel.trouble is None


async def test_files_that_people_send_are_fetched(server, channel):
    user, book = server.user(), Book()
    async with listening(channel, book):
        user.sends_document("Kế hoạch 12.docx", b"PK docx", caption="gửi chị")
        user.sends_photo(PNG)
        await book.has(2)
    assert all(one.has_files for one in book.updates)
    document, photo = (channel.read(one.payload).files[0] for one in book.updates)
    assert document.name == "Kế hoạch 12.docx"
    assert await channel.download(document, 1000) == b"PK docx"
    assert await channel.download(photo, 1000) == PNG


async def test_a_file_over_the_limit_is_not_fetched(server, channel):
    kept = server.keep("x.pdf", b"x" * 2000)
    with pytest.raises(FileProblem, match="too-big"):
        await channel.download(RemoteFile(kept["file_id"], "x.pdf", 2000), 1000)
    with pytest.raises(FileProblem, match="too-big"):
        await channel.download(RemoteFile(kept["file_id"], "x.pdf"), 1000)
    server.download_limit = 100
    with pytest.raises(FileProblem, match="too-big"):
        await channel.download(RemoteFile(kept["file_id"], "x.pdf"), 10_000)
    assert not any(name == "file" for name, _ in server.calls)


async def test_a_file_that_is_not_there_is_unavailable_and_a_failing_line_is_not(server, channel):
    with pytest.raises(FileProblem, match="unavailable"):
        await channel.download(RemoteFile("nothing", "x"), 10)
    file = RemoteFile(server.keep("x.pdf", b"x")["file_id"], "x.pdf")
    for then in ("drop", proxy_page()):
        server.trouble("file", then)
        with pytest.raises(Unreachable):
            await channel.download(file, 10)
    assert await channel.download(file, 10) == b"x"
