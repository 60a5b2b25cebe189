import asyncio
import logging
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
import telegram.error
from starlette.applications import Starlette

from bot.channels.base import (
    Attachment,
    FileProblem,
    Gone,
    Outgoing,
    Refused,
    RemoteFile,
    SendError,
    TooFast,
    Uncertain,
    Unreachable,
    Webhook,
)
from bot.channels.telegram import WEBHOOK_PATH, Telegram
from bot.channels.telegram_errors import send_error
from bot.logs import DiscreetFormatter
from bot.menus import show_menus
from bot.storage import Update
from handlers.people.codes import last_moment
from handlers.records.people import IssueCode, RedeemCode, RemovePerson
from handlers.reply import Choice
from tests.support.serving import serving
from tests.support.telegram_server import TOKEN, failed, proxy_page, telegram_server, too_many
from tests.support.world import NOON

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
PATIENCE = (0.01, 0.02)
SECRET = "a-Secret_of_the_webhook"


@pytest.fixture
async def server():
    async with telegram_server() as running:
        yield running


def connect(server, **more):
    return Telegram(server.token, server.api_url, server.file_url, patience=PATIENCE, **more)


@pytest.fixture
async def channel(server):
    made = connect(server)
    yield made
    await made.close()


@asynccontextmanager
async def listening(channel, journal):
    task = asyncio.create_task(channel.listen(journal))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Book:
    """A journal in memory, with a way to wait for what is written."""

    def __init__(self):
        self.updates = []
        self.failing = []
        self._written = asyncio.Event()

    async def __call__(self, updates):
        if self.failing:
            raise self.failing.pop(0)
        self.updates += updates
        self._written.set()

    async def has(self, count):
        async with asyncio.timeout(15):
            while len(self.updates) < count:
                self._written.clear()
                await self._written.wait()
        return self.updates


def inbox_of(store):
    async def journal(updates):
        rows = [Update("telegram", one.key, one.address, one.payload, one.has_files) for one in updates]
        await store.write(lambda tx: tx.journal(rows, NOON))

    return journal


async def texts_in(store):
    rows = await store.read(lambda tx: tx.ready_updates(1000))
    return [row.payload["message"]["text"] for row in rows]


def message(text="Chào anh/chị.", chat=1001, **more):
    return Outgoing(id=42, address=str(chat), text=text, **more)


# -- updates in


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
    write, user, died = inbox_of(sqlite_store), server.user(), asyncio.Event()

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
    async with listening(channel, inbox_of(sqlite_store)):
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


# -- webhook


@asynccontextmanager
async def called_by(server, journal):
    channel = None

    async def app(scope, receive, send):
        await Starlette(routes=[channel.webhook_route()])(scope, receive, send)

    async with serving(app) as at:
        channel = connect(server, webhook=Webhook(at.url, SECRET))
        async with listening(channel, journal):
            await server.until(lambda: server.webhook is not None)
            yield channel, at.url + WEBHOOK_PATH
        await channel.close()


async def test_with_a_webhook_updates_are_journalled_before_they_are_confirmed(server):
    book = Book()
    book.failing = [OSError()] * 2
    async with called_by(server, book):
        server.user().says("qua webhook")
        await book.has(1)
        await server.until(lambda: not server.queue)
    taken = [params["taken"] for name, params in server.calls if name == "webhook"]
    assert taken == [False, False, True]
    assert not any(name == "getUpdates" for name, _ in server.calls)


async def test_the_same_webhook_call_three_times_is_journalled_once(server, sqlite_store):
    async with called_by(server, inbox_of(sqlite_store)):
        server.repeats = 2
        server.user().says("một lần")
        await server.until(lambda: not server.queue)
    assert sum(name == "webhook" for name, _ in server.calls) == 3
    assert await texts_in(sqlite_store) == ["một lần"]


async def test_a_webhook_call_without_the_secret_is_turned_away(server):
    book = Book()
    update = {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "text": "giả"}}
    async with called_by(server, book) as (_, url), httpx.AsyncClient() as client:
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


# -- files in


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


# -- messages out


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
    telegram.error.ChatMigrated: (telegram.error.ChatMigrated(5), Gone),
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


async def test_no_token_is_logged_whatever_happens(server, caplog):
    caplog.set_level(logging.DEBUG)
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


async def test_a_slow_platform_is_asked_many_things_at_once(server, channel):
    user = server.user(started=True)
    server.latency = 0.05
    await asyncio.gather(*(channel.send(message(f"tin {number}")) for number in range(100)))
    assert len(user.messages) == 100


# -- what stands beside the keyboard, and what goes when it was used


async def test_an_account_is_shown_the_commands_of_its_role_and_a_stranger_only_the_first(
    server, channel, sqlite_store
):
    hoa = server.user()
    hoa.says("xin chào")

    def enrol(tx):
        unit = tx.add_unit("Xã Sơn Hà", "commune", None)[0].id
        key = tx.account("telegram", str(hoa.id), NOON).id
        tx.account("telegram", "5555", NOON)  # a stranger, who is shown what everybody is
        tx.apply(IssueCode("code", unit, "cadre", None, last_moment(NOON)), None, NOON)
        tx.apply(RedeemCode("code", key, "Lê Thị Hoa", NOON), None, NOON)
        return tx.account("telegram", str(hoa.id), NOON).person_id

    person = await sqlite_store.write(enrol)
    assert await show_menus(sqlite_store, channel) == 1
    assert server.commands[""] == ["start"]
    assert server.commands[str(hoa.id)] == ["han", "baocao", "nhap", "dagui", "lienket", "trogiup"]
    assert await show_menus(sqlite_store, channel) == 0
    await sqlite_store.write(lambda tx: tx.apply(RemovePerson(person), None, NOON))
    assert await show_menus(sqlite_store, channel) == 1
    assert str(hoa.id) not in server.commands


async def test_commands_that_cannot_be_shown_now_are_shown_later(server, channel, sqlite_store):
    server.trouble("setMyCommands", proxy_page())
    with pytest.raises(SendError):
        await show_menus(sqlite_store, channel)
    await show_menus(sqlite_store, channel)
    assert server.commands[""] == ["start"]


async def test_the_keyboard_of_a_question_goes_when_it_was_answered_and_that_of_a_menu_stays(server, channel):
    user, book = server.user(), Book()
    user.says("xin chào")
    await channel.send(message("Mục?", choices=(Choice("Bỏ qua", ":skip"), Choice("Hủy", ":cancel"))))
    await channel.send(message("Chọn:", choices=(Choice("Hạn", "han"),)))
    question, menu = user.messages
    async with listening(channel, book):
        user.presses("Bỏ qua", question)
        user.presses("Hạn", menu)
        await server.until(lambda: not user.messages[0].buttons)
        await book.has(3)
        await server.until(lambda: all(server.queries.values()))
    assert user.messages[0].text == "Mục?"
    assert user.messages[1].labels == ["Hạn"]
    assert [channel.read(one.payload).pressed for one in book.updates[1:]] == [(42, 0), (42, 0)]


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
