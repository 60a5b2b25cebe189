import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
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
from bot.channels.zalo import WEBHOOK_PATH, Zalo
from bot.file_links import Link
from bot.logs import DiscreetFormatter
from bot.storage import Update
from handlers.reply import Choice
from tests.support.serving import serving
from tests.support.world import NOON
from tests.support.zalo_server import SECRET_HEADER, TOKEN, cut_short, proxy_page, refused, zalo_server

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 100
SECRET = "a-Secret_of_the_webhook"
ME = "e4ea2cd5189df1c3a88c"


@pytest.fixture
async def server():
    async with zalo_server() as running:
        yield running


def connect(server, **more):
    given = {"patience": (0.01, 0.02), "typing_after": 60, **more}
    return Zalo(given.pop("token", server.token), server.api_url, **given)


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
        async with asyncio.timeout(30):
            while len(self.updates) < count:
                self._written.clear()
                await self._written.wait()
        return self.updates


def inbox_of(store):
    async def journal(updates):
        rows = [Update("zalo", one.key, one.address, one.payload, one.has_files) for one in updates]
        await store.write(lambda tx: tx.journal(rows, NOON))

    return journal


async def texts_in(store):
    rows = await store.read(lambda tx: tx.ready_updates(1000))
    return [row.payload["message"]["text"] for row in rows]


def message(text="Chào anh/chị.", chat=ME, **more):
    return Outgoing(id=42, address=chat, text=text, **more)


# -- updates in


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


def test_tokens_are_taken_out_of_logs():
    record = logging.LogRecord("x", logging.INFO, "x", 1, f"POST https://a/bot{TOKEN}/sendMessage", (), None)
    assert "ztest" not in DiscreetFormatter().format(record)


async def test_the_bot_is_known_by_its_account(server, channel):
    assert await channel.username() == "bot.VDKyGxQvc"


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


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("as_list", [False, True])
async def test_with_a_webhook_updates_are_journalled_before_they_are_confirmed(server, wrapped, as_list):
    server.wrapped, server.as_list = wrapped, as_list
    book = Book()
    book.failing = [OSError()] * 2
    async with called_by(server, book):
        server.user().says("qua webhook")
        await book.has(1)
        await server.until(lambda: not server.queue)
    assert server.webhook_answers == [503, 503, 200]
    assert not server.counts["getUpdates"]


async def test_the_same_webhook_call_three_times_is_journalled_once(server, sqlite_store):
    async with called_by(server, inbox_of(sqlite_store)):
        server.repeats = 2
        server.user().says("một lần")
        await server.until(lambda: not server.queue)
    assert server.webhook_answers == [200, 200, 200]
    assert await texts_in(sqlite_store) == ["một lần"]


async def test_a_webhook_call_without_the_secret_is_turned_away(server):
    book = Book()
    update = {"event_name": "message.text.received", "message": {"chat": {"id": "1"}, "text": "giả"}}
    async with called_by(server, book) as (_, url), httpx.AsyncClient() as client:
        for secret in ("", "guess", "é", SECRET[:-1]):
            assert (await client.post(url, json=update, headers={SECRET_HEADER: secret.encode()})).status_code == 403
        known = {SECRET_HEADER: SECRET}
        assert (await client.post(url, content=b"{", headers=known)).status_code == 400
        assert (await client.post(url, content=b"[" * 200_000, headers=known)).status_code == 400
        assert (await client.post(url, content=b"x" * 300_000, headers=known)).status_code == 413
        for nothing in (["?"], "?", 3, {"ok": True}, {"event_name": "oa.followed"}, {"result": {"message": 3}}):
            assert (await client.post(url, json=nothing, headers=known)).status_code == 200
        assert (await client.get(url, headers=known)).status_code == 405
        assert book.updates == []
        assert (await client.post(url, json=update, headers=known)).status_code == 200
    assert len(book.updates) == 1


async def test_without_a_webhook_nothing_is_taken_at_its_address(server, channel):
    async with serving(Starlette(routes=[channel.webhook_route()])) as at, httpx.AsyncClient() as client:
        assert (await client.post(at.url + WEBHOOK_PATH, json={})).status_code == 403


# -- photos in


async def test_photos_that_people_send_are_fetched(server, channel):
    user, book = server.user(), Book()
    async with listening(channel, book):
        user.sends_photo(JPEG, caption="cầu mới")
        await book.has(1)
    (update,) = book.updates
    assert update.has_files
    arrival = channel.read(update.payload)
    (photo,) = arrival.files
    assert arrival.text == "cầu mới"
    assert photo.name.endswith(".jpg")
    assert await channel.download(photo, 1000) == JPEG
    with pytest.raises(FileProblem, match="too-big"):
        await channel.download(photo, 50)


@pytest.mark.parametrize("status", [500, 502, 429])
async def test_a_photo_that_cannot_be_had_now_is_tried_again(server, channel, status):
    url = server.keep(JPEG)
    server.trouble("photo", proxy_page(status))
    with pytest.raises(Unreachable):
        await channel.download(RemoteFile(url, "a.jpg"), 1000)
    server.trouble("photo", "drop")
    with pytest.raises(Unreachable):
        await channel.download(RemoteFile(url, "a.jpg"), 1000)
    assert await channel.download(RemoteFile(url, "a.jpg"), 1000) == JPEG


async def test_what_is_gone_or_no_picture_is_final(server, channel):
    with pytest.raises(FileProblem, match="unavailable"):
        await channel.download(RemoteFile(f"{server.api_url}/photo/none.jpg", "a.jpg"), 1000)
    with pytest.raises(FileProblem, match="unsupported"):
        await channel.download(RemoteFile(server.keep(b"<html>"), "a.jpg"), 1000)


@pytest.mark.parametrize(
    "url",
    [
        "http://photo.zdn.vn/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://localhost/a.jpg",
        "https://10.0.0.7/a.jpg",
        "https://192.168.1.1/a.jpg",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/a.jpg",
        "https://[::ffff:127.0.0.1]/a.jpg",
        "https://[fe80::1]/a.jpg",
        "https://0.0.0.0/a.jpg",
        "https://2130706433/a.jpg",
        "https://user:pass@8.8.8.8/a.jpg",
        "file:///etc/passwd",
        "ftp://8.8.8.8/a.jpg",
        "//8.8.8.8/a.jpg",
        "https://",
        "x" * 5000,
        "",
    ],
)
async def test_an_address_of_our_own_network_is_never_asked(channel, url, monkeypatch):
    async def never(*_, **__):
        raise AssertionError("asked")

    monkeypatch.setattr(channel._api.http, "send", never)
    with pytest.raises(FileProblem):
        await channel.download(RemoteFile(url, "a.jpg"), 1000)


async def test_a_photo_that_leads_elsewhere_is_followed_only_to_where_it_may_be(server, channel):
    inside = httpx.Response(302, headers={"location": "https://10.1.2.3/secret"}).headers["location"]
    from starlette.responses import RedirectResponse

    url = server.keep(JPEG)
    server.trouble("photo", RedirectResponse(inside))
    with pytest.raises(FileProblem):
        await channel.download(RemoteFile(url, "a.jpg"), 1000)
    server.trouble("photo", RedirectResponse(url), times=2)
    assert await channel.download(RemoteFile(url, "a.jpg"), 1000) == JPEG
    server.trouble("photo", RedirectResponse(url), times=10)
    with pytest.raises(FileProblem):
        await channel.download(RemoteFile(url, "a.jpg"), 1000)


# -- messages out


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
