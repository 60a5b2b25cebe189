"""Who may talk to the console: this machine's own pages alone."""

from __future__ import annotations

import json

import httpx
import pytest

from bot.console import require_loopback
from tests.support.console import Console, words


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


async def test_every_answer_carries_what_browsers_need_to_protect_the_page(client: httpx.AsyncClient) -> None:
    for path in ("/", "/static/console.js", "/api/people", "/nothing"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http:" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_loopback_is_allowed(host: str) -> None:
    require_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", "", "127.0.0.1.example.com"])
def test_any_other_address_is_refused_with_a_reason(host: str) -> None:
    with pytest.raises(ValueError, match="DANVAN_HOST"):
        require_loopback(host)
