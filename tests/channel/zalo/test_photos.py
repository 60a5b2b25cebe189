"""Photos in: fetched from where they lie, and from nowhere that we would not want to be sent to."""

import httpx
import pytest

from bot.channels.base import (
    FileProblem,
    RemoteFile,
    Unreachable,
)
from tests.support.hearing import Book, listening
from tests.support.zalo_server import proxy_page

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 100


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
