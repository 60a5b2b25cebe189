"""The console over real HTTP: what is said, what is shown, and what is refused."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.cabinet import Cabinet
from bot.channels.base import Outgoing
from bot.channels.console import ConsoleChannel
from tests.support.console import Console, chat, served, words


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


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"]
)
async def test_nothing_outside_the_page_folder_is_served(client: httpx.AsyncClient, path: str) -> None:
    request = client.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    assert (await client.send(request)).status_code == 404


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


def test_what_the_console_can_carry_is_a_payload_of_json_values() -> None:
    channel = ConsoleChannel(Cabinet(Path("nowhere")))
    arrival = channel.read({"press": [7, 1], "label": "Đồng ý"})
    assert (arrival.pressed, arrival.text, arrival.files) == ((7, 1), "", ())
