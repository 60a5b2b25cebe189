"""Files through the console: taken in whole, and shown to whom they belong."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import sqlalchemy as sa

from bot.channels.base import FileProblem, RemoteFile
from bot.storage.schema import outbox
from handlers.records.files import StoredFile
from tests.support.console import PNG, Console, chat, upload, words


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


async def test_a_file_that_is_being_made_is_not_offered_yet(console: Console, client: httpx.AsyncClient) -> None:
    await upload(client, "so-lieu.txt", b"so lieu")
    await console.settle()
    last = sa.select(sa.func.max(outbox.c.id)).scalar_subquery()
    on_its_way = outbox.update().where(outbox.c.id == last).values(state="sending")
    await console.store.write(lambda tx: tx.connection.execute(on_its_way))
    assert [message["waiting"] for message in await chat(client) if message["files"]] == [False, True]


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
