"""The console over real HTTP: what it takes, what it shows, and to whom it says no."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import tomllib
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from PIL import Image

import bot.turns
from bot.attachments import file_finder
from bot.cabinet import Cabinet
from bot.channels.base import FileProblem, Outgoing, RemoteFile
from bot.channels.console import ConsoleChannel
from bot.channels.render import pieces
from bot.channels.zalo import Zalo
from bot.console import console_app, require_loopback
from bot.console import guard as guard_module
from bot.fetching import Fetching
from bot.outbox import Sender
from bot.storage import Store
from bot.storage.schema import inbox, outbox
from bot.turns import Turns
from handlers.permissions import scope
from handlers.records.files import StoredFile
from handlers.records.people import Person, Role, Unit
from handlers.reply import Choice, Reply
from handlers.routing import recognise
from handlers.texts import say
from handlers.turn import Outcome, Turn
from knowledge.forms.form import load_forms
from knowledge.library import Library
from tests.support.serving import serving
from tests.support.world import StillClock


def _png() -> bytes:
    data = BytesIO()
    Image.new("RGB", (3, 2), (120, 160, 190)).save(data, "PNG")
    return data.getvalue()


PNG = _png()
STATIC = Path(guard_module.__file__).parent / "static"


def echo(turn: Turn) -> Outcome:
    """Answers with what it understood, two choices, and the file that it was sent."""
    message = turn.message
    text = f"action {message.action}" if message.action else f"text {message.text}"
    files = tuple(file.stored for file in message.files if file.stored is not None)
    return Outcome(replies=(Reply(text, (Choice("Đồng ý", "yes"), Choice("Thôi", "no")), files),))


class Console:
    """A program with the console alone, its steps taken when the test says so."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.clock = StillClock()
        self.cabinet = Cabinet(folder / "files")
        self.channel = ConsoleChannel(self.cabinet)
        channels = {"console": self.channel}
        find_file = file_finder(store, self.cabinet, load_forms())
        self.turns = Turns(store, channels, Library(), {}, self.clock, lambda: None)
        self.sender = Sender(store, channels, find_file, self.clock)
        self.fetching = Fetching(store, channels, self.cabinet, self.clock)
        self.app = console_app(store, self.channel, self.clock, self.cabinet, find_file)

    async def listen(self) -> None:
        await self.channel.listen(self.turns.journal("console", lambda: None))

    async def settle(self) -> None:
        """Take every step that is due, a second after what came in and a second before what comes next."""
        self.clock.move(dt.timedelta(seconds=1))
        for row in await self.store.read(lambda tx: tx.updates_to_fetch(10)):
            await self.fetching.fetch(row)
        while await self.turns.take():
            pass
        await self.sender.drain()
        self.clock.move(dt.timedelta(seconds=1))

    async def written(self) -> int:
        """How many updates were ever written down."""
        count = sa.select(sa.func.count()).select_from(inbox)
        return await self.store.read(lambda tx: tx.connection.scalar(count) or 0)


@asynccontextmanager
async def served(console: Console) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(console.app) as server, httpx.AsyncClient(base_url=server.url, timeout=20) as client:
        yield client


@pytest.fixture
def console(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setattr(bot.turns, "route", echo)
    return Console(sqlite_store, tmp_path)


@pytest_asyncio.fixture
async def client(console: Console) -> AsyncIterator[httpx.AsyncClient]:
    listening = asyncio.create_task(console.listen())
    async with served(console) as opened:
        yield opened
    listening.cancel()


def words(text: str = "xin chào", who: str = "stranger-1", **more: Any) -> dict[str, Any]:
    return {"as": who, "id": str(uuid4()), "text": text, **more}


async def chat(client: httpx.AsyncClient, who: str = "stranger-1", view: str = "") -> list[dict[str, Any]]:
    response = await client.get("/api/messages", params={"as": who, "view": view})
    messages: list[dict[str, Any]] = response.raise_for_status().json()["messages"]
    return messages


async def upload(client: httpx.AsyncClient, name: str, data: bytes, who: str = "stranger-1") -> httpx.Response:
    return await client.post("/api/upload", data=words("", who), files=[("files", (name, data))])


async def test_a_post_is_written_down_before_it_is_answered(console: Console, client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/send", json=words())).status_code == 200
    assert await console.written() == 1


async def test_a_post_repeated_is_the_same_update(console: Console, client: httpx.AsyncClient) -> None:
    post = words()
    for _ in range(3):
        assert (await client.post("/api/send", json=post)).status_code == 200
    await console.settle()
    assert (await client.post("/api/send", json=post)).status_code == 200
    await console.settle()
    assert [message["text"] for message in await chat(client)] == ["xin chào", "text xin chào"]


async def test_a_post_waits_until_somebody_listens(console: Console) -> None:
    async with served(console) as client:
        posting = asyncio.create_task(client.post("/api/send", json=words()))
        assert (await client.get("/api/people")).status_code == 200
        assert not posting.done()
        listening = asyncio.create_task(console.listen())
        assert (await posting).status_code == 200
        assert await console.written() == 1
        listening.cancel()


async def test_a_chat_shows_what_came_and_what_was_sent_in_order(console: Console, client: httpx.AsyncClient) -> None:
    for text in ("một", "hai"):
        await client.post("/api/send", json=words(text))
        await console.settle()
    shown = await chat(client)
    assert [(message["mine"], message["text"]) for message in shown] == [
        (True, "một"),
        (False, "text một"),
        (True, "hai"),
        (False, "text hai"),
    ]
    assert shown[-1]["choices"] == ["Đồng ý", "Thôi"]
    assert not any(message.get("waiting") for message in shown)
    assert await chat(client, "stranger-2") == []


async def test_a_button_pressed_arrives_as_its_choice(console: Console, client: httpx.AsyncClient) -> None:
    await client.post("/api/send", json=words())
    await console.settle()
    offer = (await chat(client))[-1]["id"]
    await client.post("/api/send", json=words("", press=[offer, 1]))
    await console.settle()
    assert [message["text"] for message in await chat(client)][-2:] == ["Thôi", "action no"]


@pytest.mark.parametrize(("who", "number"), [("stranger-2", 0), ("stranger-1", 2)])
async def test_a_button_that_was_never_shown_is_refused(
    console: Console, client: httpx.AsyncClient, who: str, number: int
) -> None:
    await client.post("/api/send", json=words())
    await console.settle()
    offer = (await chat(client))[-1]["id"]
    assert (await client.post("/api/send", json=words("", who, press=[offer, number]))).status_code == 404
    assert await console.written() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"as": "../etc"},
        {"as": ""},
        {"as": None},
        {"id": "1"},
        {"text": 5},
        {"press": [1]},
        {"press": [10**30, 0]},
        {"press": [-1, 0]},
    ],
)
async def test_a_post_that_is_not_what_it_should_be_is_refused(
    console: Console, client: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    response = await client.post("/api/send", json=words() | wrong)
    assert (response.status_code, response.json()) == (422, {"error": "invalid"})
    assert await console.written() == 0


async def test_words_beyond_measure_are_refused(console: Console, client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/send", json=words("x" * 300_000))).status_code == 413
    assert await console.written() == 0


async def test_uploaded_bytes_are_in_place_before_the_message_is(console: Console, client: httpx.AsyncClient) -> None:
    assert (await upload(client, "ảnh họp thôn.png", PNG)).status_code == 200
    assert (await chat(client))[-1]["waiting"]
    [row] = await console.store.read(lambda tx: tx.updates_to_fetch(10))
    [file] = console.channel.read(row.payload).files
    assert (file.name, file.size) == ("ảnh họp thôn.png", len(PNG))
    assert await console.channel.download(file, 1000) == PNG
    with pytest.raises(FileProblem, match="too-big"):
        await console.channel.download(file, 10)
    with pytest.raises(FileProblem, match="unavailable"):
        await console.channel.download(RemoteFile("0" * 64, "mất.png"), 10)


async def test_several_files_and_their_caption_are_one_message(console: Console, client: httpx.AsyncClient) -> None:
    files = [("files", (name, PNG + name.encode())) for name in ("a.png", "b.png")]
    post = words("buổi họp")
    for _ in range(2):
        assert (await client.post("/api/upload", data=post, files=files)).status_code == 200
    await console.settle()
    mine, *answers = await chat(client)
    assert mine["text"] == "buổi họp"
    assert [file["name"] for file in mine["files"]] == ["a.png", "b.png"]
    assert [file["name"] for message in answers for file in message["files"]] == ["a.png", "b.png"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/etc/shadow", "shadow"),
        ("..", "tep"),
        ("a\u202egnp.exe", "agnp.exe"),
    ],
)
async def test_a_file_name_with_tricks_becomes_a_plain_one(
    console: Console, client: httpx.AsyncClient, given: str, kept: str
) -> None:
    await upload(client, given, b"noi dung")
    await console.settle()
    mine, _, _ = await chat(client)
    assert mine["files"][0]["name"] == kept
    response = await client.get(f"/files/in-{mine['id']}/0", params={"as": "stranger-1"})
    assert response.headers["content-disposition"] == f'attachment; filename="{kept}"'


async def test_a_file_is_served_to_whom_it_was_shown_and_to_nobody_else(
    console: Console, client: httpx.AsyncClient
) -> None:
    await upload(client, "so-lieu.txt", b"so lieu")
    await console.settle()
    shown = await chat(client)
    for message in (shown[0], shown[-1]):
        assert message["files"], message
        address = f"/files/{'in' if message['mine'] else 'out'}-{message['id']}/0"
        assert (await client.get(address, params={"as": "stranger-1"})).content == b"so lieu"
        assert (await client.get(address, params={"as": "stranger-2"})).status_code == 404
        assert (await client.get(address)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/files/in-1/1",
        "/files/in-2/0",
        "/files/out-1/0",
        "/files/in-1/-1",
        "/files/in-1/0/../../../x",
        "/files/in-" + "9" * 30 + "/0",
        "/files/in-१/0",
        "/files/x-1/0",
        "/files/1/0",
    ],
)
async def test_a_file_that_no_message_has_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    await upload(client, "so-lieu.txt", b"so lieu")
    assert (await client.get(path, params={"as": "stranger-1"})).status_code == 404


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"]
)
async def test_nothing_outside_the_page_folder_is_served(client: httpx.AsyncClient, path: str) -> None:
    request = client.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    assert (await client.send(request)).status_code == 404


async def test_only_pictures_are_shown_in_place(console: Console, client: httpx.AsyncClient) -> None:
    page = b"<html><script>alert(1)</script></html>"
    for name, data in (("anh.png", PNG), ("anh.jpg", page), ("trang.html", page), ("anh.svg", b"<svg onload='x()'/>")):
        await upload(client, name, data)
    await console.settle()
    mine = [message for message in await chat(client) if message["mine"]]
    dispositions = []
    for message in mine:
        response = await client.get(f"/files/in-{message['id']}/0", params={"as": "stranger-1", "show": "1"})
        assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert not response.headers["content-type"].startswith(("text/html", "image/svg"))
        dispositions.append(response.headers["content-disposition"].split(";")[0])
    assert [message["files"][0]["picture"] for message in mine] == [True, False, False, False]
    assert dispositions == ["inline", "attachment", "attachment", "attachment"]


async def test_an_upload_beyond_25_mb_is_refused_and_leaves_nothing(
    console: Console, client: httpx.AsyncClient
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="to.bin"\r\n\r\n'
        for _ in range(26):
            yield bytes(1024 * 1024)

    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert (await upload(client, "to.bin", bytes(26 * 1024 * 1024))).status_code == 413
    assert (await client.post("/api/upload", content=endless(), headers=headers)).status_code == 413
    assert await console.written() == 0


@pytest.mark.parametrize(
    "content", [b"", b"--x--", b"nonsense", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"]
)
async def test_an_upload_that_is_no_form_is_refused(
    console: Console, client: httpx.AsyncClient, content: bytes
) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert (await client.post("/api/upload", content=content, headers=headers)).status_code in {400, 422}
    assert (await client.post("/api/upload", data=words())).status_code == 400
    assert await console.written() == 0


async def test_a_file_of_an_answer_that_is_gone_is_not_found(console: Console, client: httpx.AsyncClient) -> None:
    await upload(client, "so-lieu.txt", b"so lieu")
    await console.settle()
    answer = (await chat(client))[-1]
    stored = next(path for path in (console.cabinet.path("0" * 64).parent.parent).rglob("*") if path.is_file())
    stored.unlink()
    assert (await client.get(f"/files/out-{answer['id']}/0", params={"as": "stranger-1"})).status_code == 404


async def test_one_can_be_anybody_with_an_account_or_a_new_stranger(
    console: Console, client: httpx.AsyncClient
) -> None:
    async def people() -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = (await client.get("/api/people")).json()["people"]
        return listed

    nobody = {"name": None, "role": None, "unit": None}
    assert await people() == [{"address": "stranger-1", "received": 0, **nobody}]
    await client.post("/api/send", json=words())
    await console.settle()
    assert await people() == [
        {"address": "stranger-1", "received": 1, **nobody},
        {"address": "stranger-2", "received": 0, **nobody},
    ]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "",
        "0.0.0.0",
        "[::1]x",
    ],
)
async def test_a_foreign_host_is_refused(client: httpx.AsyncClient, host: str) -> None:
    for path in ("/", "/api/people", "/static/console.js"):
        response = await client.get(path, headers={"host": host})
        assert response.status_code == 421 or (host == "" and response.status_code == 400)
        assert "stranger" not in response.text


@pytest.mark.parametrize("host", ["localhost", "localhost:9", "127.0.0.1", "[::1]:8080"])
async def test_this_machine_by_any_of_its_names_is_served(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_post_from_another_page_is_refused(
    console: Console, client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    before = console.clock.now()
    for sending in (
        client.post("/api/send", json=words(), headers=headers),
        client.post("/api/upload", data=words(), files=[("files", ("a.txt", b"a"))], headers=headers),
        client.post("/api/clock", json={"hours": 1}, headers=headers),
    ):
        assert (await sending).status_code == 403
    assert await console.written() == 0
    assert console.clock.now() == before


async def test_a_post_from_the_page_itself_is_taken(client: httpx.AsyncClient) -> None:
    own = str(client.base_url).rstrip("/")
    headers = {"origin": own, "sec-fetch-site": "same-origin"}
    assert (await client.post("/api/send", json=words(), headers=headers)).status_code == 200


async def test_words_come_as_json_only_so_that_no_plain_form_can_send_them(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/send", content=json.dumps(words()), headers={"content-type": "text/plain"})
    assert response.status_code == 415


async def test_the_clock_goes_forward_only(console: Console, client: httpx.AsyncClient) -> None:
    start = console.clock.now()
    for wrong in (
        {"hours": 0},
        {"hours": -1},
        {"hours": "inf"},
        {"hours": 1e300},
        {},
        {"to": "2026-11-18T11:59"},
        {"to": "9999-01-01T00:00"},
        {"to": "mai"},
    ):
        assert (await client.post("/api/clock", json=wrong)).status_code in {400, 422}, wrong
    assert console.clock.now() == start
    assert (await client.post("/api/clock", json={"hours": 24})).json() == {"now": "2026-11-19T12:00:00+07:00"}
    await client.post("/api/clock", json={"to": "2026-11-20T07:30"})
    assert console.clock.now().isoformat() == "2026-11-20T07:30:00+07:00"


async def test_an_open_page_is_told_of_messages_and_of_the_clock_until_the_channel_closes(
    console: Console, client: httpx.AsyncClient
) -> None:
    async with client.stream("GET", "/api/events") as response:
        events = (json.loads(line[6:]) async for line in response.aiter_lines() if line.startswith("data: "))
        assert await anext(events) == {"address": None, "now": "2026-11-18T12:00:00+07:00"}
        await console.channel.send(Outgoing(1, "stranger-7", "nhắc hạn"))
        assert (await anext(events))["address"] == "stranger-7"
        await client.post("/api/clock", json={"hours": 1})
        assert await anext(events) == {"address": None, "now": "2026-11-18T13:00:00+07:00"}
        await client.post("/api/send", json=words())
        assert (await anext(events))["address"] == "stranger-1"
        await console.channel.close()
        assert [event["address"] async for event in events] in ([], [None])


async def test_every_answer_carries_what_browsers_need_to_protect_the_page(client: httpx.AsyncClient) -> None:
    for path in ("/", "/static/console.js", "/api/people", "/nothing"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http:" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


def test_the_page_asks_no_other_host_and_has_nothing_inline() -> None:
    page = (STATIC / "index.html").read_text("utf-8")
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all("src=" in attributes or 'type="application/json"' in attributes for attributes in scripts)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    for name in sorted(path.name for path in STATIC.iterdir() if path.suffix != ".png"):
        text = (STATIC / name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*|\s// .*", "", text, flags=re.M) or name == "console.css", name
        assert not re.search(r"https?:|@import|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text), (
            name
        )
        assert unicodedata.is_normalized("NFC", text), name


def test_vietnamese_words_stand_in_the_page_and_not_in_code() -> None:
    for source in (*STATIC.glob("*.js"), *STATIC.parent.glob("*.py")):
        assert not re.search("[ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ]", source.read_text("utf-8")), source


@pytest.mark.parametrize("role", ["cadre", "staff", "supervisor", "admin"])
def test_what_the_page_suggests_is_something_that_the_role_may_do(role: Role) -> None:
    person = Person(1, "Ai đó", role, Unit(1, "Xã", "commune", None), agreed=True)
    said = [*page_words()["hints"][role], *(step["say"] for step in page_words()["steps"] if step["role"] == role)]
    for line in said:
        if line.startswith("/"):
            found = recognise(line)
            assert found, line
            assert scope(person, found[0].name), line


def test_the_codes_that_the_page_suggests_are_those_of_the_demo() -> None:
    demo = tomllib.loads((resources.files("bot.demo") / "people.toml").read_text("utf-8"))
    suggested = [hint.split()[1] for hint in page_words()["hints"]["stranger"] if hint.startswith("/start D")]
    assert suggested == [code["code"] for code in demo["code"]]


def test_the_page_calls_roles_what_the_assistant_calls_them() -> None:
    roles = page_words()["roles"]
    for role in ("cadre", "staff", "supervisor", "admin"):
        assert roles[role] == say(f"labels.role_{role}")


def page_words() -> dict[str, Any]:
    page = (STATIC / "index.html").read_text("utf-8")
    found = re.search(r'<script id="words" type="application/json">(.*?)</script>', page, re.S)
    assert found
    words: dict[str, Any] = json.loads(found[1])
    return words


async def test_what_zalo_would_show_has_its_choices_as_lines_and_a_digit_chooses(
    console: Console, client: httpx.AsyncClient
) -> None:
    await client.post("/api/send", json=words())
    await console.settle()
    mine, answer = await chat(client, view="zalo")
    assert (mine["mine"], mine["text"]) == (True, "xin chào")
    assert (answer["text"], "choices" in answer) == ("text xin chào\n\n1. Đồng ý\n2. Thôi", False)
    await client.post("/api/send", json=words("2"))
    await console.settle()
    assert (await chat(client, view="zalo"))[-1]["text"].startswith("action no\n\n1. ")


async def test_what_zalo_would_show_is_what_zalo_sends(
    console: Console, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same reply, once through the page and once through the channel, up to the links."""
    choices = tuple(Choice(f"Lựa chọn thứ {number}, " + "dài " * 20, f"a {number}") for number in range(12))
    reply = Reply("Một câu dài vừa phải. " * 170 + "🎉" * 30, choices, numbered=False)
    monkeypatch.setattr(bot.turns, "route", lambda turn: Outcome(replies=(reply,)))
    await client.post("/api/send", json=words())
    await console.settle()
    seen = [message["text"] for message in (await chat(client, view="zalo"))[1:]]
    zalo, sent = Zalo("1:token"), []

    async def call(method: str, **fields: Any) -> dict[str, Any]:
        sent.append(fields["text"])
        return {}

    monkeypatch.setattr(zalo._api, "call", call)
    for number, piece in enumerate(pieces(reply, zalo.limits)):
        await zalo.send(Outgoing(number, "an", piece.text, piece.choices, piece.numbered))
    assert len(seen) > 2
    assert [text.split() for text in seen] == [text.split() for text in sent]
    assert max(len(text.encode("utf-16-le")) // 2 for text in seen) <= 2000


async def test_what_zalo_would_show_has_files_as_links_and_photos_as_photos(
    console: Console, client: httpx.AsyncClient
) -> None:
    await upload(client, "so-lieu.txt", b"so lieu")
    await upload(client, "anh.png", PNG)
    await console.settle()
    *_, photo = await chat(client, view="zalo")
    assert [file["picture"] for file in photo["files"]] == [True]
    [link] = [message for message in await chat(client, view="zalo") if "so-lieu.txt" in message["text"]]
    assert link["files"] == []
    url = re.search(r"http://\S+", link["text"])
    assert url is not None
    assert (await client.get(url[0])).content == b"so lieu"


async def test_a_file_that_is_being_made_is_not_offered_yet(console: Console, client: httpx.AsyncClient) -> None:
    await upload(client, "so-lieu.txt", b"so lieu")
    await console.settle()
    last = sa.select(sa.func.max(outbox.c.id)).scalar_subquery()
    on_its_way = outbox.update().where(outbox.c.id == last).values(state="sending")
    await console.store.write(lambda tx: tx.connection.execute(on_its_way))
    assert [message["waiting"] for message in await chat(client) if message["files"]] == [False, True]


def test_the_page_can_be_put_on_a_home_screen() -> None:
    manifest = json.loads((STATIC / "manifest.webmanifest").read_text("utf-8"))
    assert '<link rel="manifest" href="/static/manifest.webmanifest">' in (STATIC / "index.html").read_text("utf-8")
    assert (manifest["start_url"], manifest["display"], manifest["lang"]) == ("/", "standalone", "vi")
    sizes = {}
    for one in manifest["icons"]:
        path = STATIC / one["src"].removeprefix("/static/")
        if path.suffix == ".png":
            with Image.open(path) as picture:
                assert "{}x{}".format(*picture.size) == one["sizes"]
            sizes[one["sizes"], one.get("purpose", "any")] = path
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= set(sizes)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_loopback_is_allowed(host: str) -> None:
    require_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", "", "127.0.0.1.example.com"])
def test_any_other_address_is_refused_with_a_reason(host: str) -> None:
    with pytest.raises(ValueError, match="DANVAN_HOST"):
        require_loopback(host)


def test_what_the_console_can_carry_is_a_payload_of_json_values() -> None:
    channel = ConsoleChannel(Cabinet(Path("nowhere")))
    arrival = channel.read({"press": [7, 1], "label": "Đồng ý"})
    assert (arrival.pressed, arrival.text, arrival.files) == ((7, 1), "", ())


async def test_a_stored_answer_file_has_its_size_and_name(console: Console, client: httpx.AsyncClient) -> None:
    await upload(client, "Kế hoạch số 5.txt", b"ke hoach")
    await console.settle()
    answer = (await chat(client))[-1]
    path = f"/files/out-{answer['id']}/0"
    assert answer["files"] == [{"name": "Kế hoạch số 5.txt", "size": 8, "picture": False, "path": path}]
    stored = await console.store.read(lambda tx: tx.file(1))
    assert isinstance(stored, StoredFile)
    response = await client.get(f"/files/out-{answer['id']}/0", params={"as": "stranger-1"})
    assert response.headers["content-disposition"].startswith("attachment; filename*=utf-8''K%E1%BA%BF")
