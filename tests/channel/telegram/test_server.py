"""The test server itself: as strict as the real one, and the same when it is driven from another process."""

import asyncio
import base64
import json
import signal
import sys

import httpx
import pytest

from tests.support.telegram_server import TOKEN, telegram_server


@pytest.fixture
async def server():
    async with telegram_server() as running:
        yield running


@pytest.fixture
async def ask(server):
    async with httpx.AsyncClient(timeout=20) as client:

        async def call(method, **params):
            return (await client.post(f"{server.api_url}{server.token}/{method}", json=params)).json()

        yield call


async def test_an_update_comes_again_until_a_later_offset_confirms_it(server, ask):
    first, second = server.user().says("một"), server.user().says("hai")
    for _ in range(2):
        assert (await ask("getUpdates"))["result"] == [first, second]
    assert (await ask("getUpdates", offset=second["update_id"]))["result"] == [second]
    assert (await ask("getUpdates", offset=second["update_id"] + 1, timeout=0))["result"] == []


async def test_a_poll_is_ended_by_another_poll(server, ask):
    first = asyncio.create_task(ask("getUpdates", timeout=30))
    await server.asked("getUpdates")
    second = asyncio.create_task(ask("getUpdates", timeout=30))
    assert (await first)["error_code"] == 409
    server.user().says("x")
    assert len((await second)["result"]) == 1


async def test_there_is_no_polling_beside_a_webhook(server, ask):
    assert (await ask("setWebhook", url="http://public.example/x"))["error_code"] == 400
    assert (await ask("setWebhook", url="https://public.example/x", secret_token="ä"))["error_code"] == 400
    server.webhook = {"url": "https://public.example/x", "secret": ""}
    assert (await ask("getUpdates"))["error_code"] == 409
    assert (await ask("getWebhookInfo"))["result"]["url"] == "https://public.example/x"
    assert (await ask("deleteWebhook"))["result"] is True
    assert (await ask("getUpdates"))["ok"]


async def test_only_what_was_asked_for_is_told(server, ask):
    await ask("getUpdates", allowed_updates=["callback_query"])
    server.user().says("x")
    assert (await ask("getUpdates"))["result"] == []


@pytest.mark.parametrize(
    "params",
    [
        {"chat_id": 5, "text": "x"},
        {"chat_id": 1, "text": ""},
        {"chat_id": 1, "text": "   "},
        {"chat_id": 1, "text": "x" * 4097},
        {"chat_id": 1, "text": "<b>x", "parse_mode": "HTML"},
        {"chat_id": 1, "text": "5 < 7", "parse_mode": "HTML"},
        {"chat_id": 1, "text": "<h1>x</h1>", "parse_mode": "HTML"},
        {"chat_id": 1, "text": "x", "replymarkup": "{}"},
        {"chat_id": 1, "text": "x", "reply_markup": "{"},
        {"chat_id": 1, "text": "x", "reply_markup": {"keyboard": []}},
        {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
        {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "", "callback_data": "1"}]]}},
        {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": ""}]]}},
        {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "ạ" * 22}]]}},
        {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "1"}]] * 101}},
    ],
)
async def test_a_message_that_the_real_server_refuses_is_refused(server, ask, params):
    user = server.user(1, started=True)
    answer = await ask("sendMessage", **params)
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert user.messages == []


async def test_good_markup_is_counted_without_its_tags(server, ask):
    server.user(1, started=True)
    text = "<b>" + "x" * 4090 + "</b>&lt;&amp;"
    assert (await ask("sendMessage", chat_id=1, text=text, parse_mode="HTML"))["ok"]


async def test_a_message_can_be_edited_but_not_into_itself(server, ask):
    user = server.user(1, started=True)
    number = (await ask("sendMessage", chat_id=1, text="trước"))["result"]["message_id"]
    assert (await ask("editMessageText", chat_id=1, message_id=number, text="sau"))["ok"]
    assert [one.text for one in user.messages] == ["sau"]
    again = await ask("editMessageText", chat_id=1, message_id=number, text="sau")
    assert "not modified" in again["description"]
    assert not (await ask("editMessageText", chat_id=1, message_id=9999, text="x"))["ok"]


async def test_a_token_that_is_wrong_is_401_and_one_that_is_none_is_404(server):
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{server.api_url}1:{'x' * 35}/getMe")).status_code == 401
        assert (await client.get(f"{server.api_url}nonsense/getMe")).status_code == 404
        assert (await client.get(f"{server.api_url}{TOKEN}/getYou")).status_code == 404
        assert (await client.get(f"{server.api_url}{TOKEN}/getMe")).json()["result"]["is_bot"]


async def test_another_process_can_be_a_server_and_be_driven():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.telegram_server", stdout=asyncio.subprocess.PIPE
    )
    try:
        where = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
        async with httpx.AsyncClient(timeout=30) as client:

            async def control(what, **given):
                return (await client.post(f"{where['control']}/{what}", json=given)).json()

            async def bot(method, **given):
                return (await client.post(f"{where['api_url']}{where['token']}/{method}", json=given)).json()

            await control("says", chat=7, text="xin chào")
            data = base64.b64encode(b"PK").decode()
            await control("sends_document", chat=7, name="a.docx", data=data)
            updates = (await bot("getUpdates", timeout=5))["result"]
            assert [next(iter(set(one["message"]) & {"text", "document"})) for one in updates] == ["text", "document"]
            keyboard = {"inline_keyboard": [[{"text": "Có", "callback_data": "1:0"}]]}
            await bot("sendMessage", chat_id=7, text="Chào!", reply_markup=keyboard)
            got = await control("messages", chat=7, at_least=1)
            assert [one["text"] for one in got["messages"]] == ["Chào!"]
            await control("presses", chat=7, label="có")
            await control("trouble", method="sendMessage", then={"code": 429, "description": "x", "retry_after": 3})
            assert (await bot("sendMessage", chat_id=7, text="x"))["parameters"] == {"retry_after": 3}
            assert (await control("stats"))["waiting"] == 3
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 15) == 0
