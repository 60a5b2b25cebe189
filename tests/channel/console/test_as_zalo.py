"""What Zalo would show, in the console: the same conversation without buttons."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

import bot.turns
from bot.channels.base import Outgoing
from bot.channels.render import pieces
from bot.channels.zalo import Zalo
from handlers.reply import Choice, Reply
from handlers.turn import Outcome
from tests.support.console import PNG, Console, chat, upload, words


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
