"""Driving the test server from another process: ``/control`` over HTTP, and the server as a program of its own.

    python -m tests.support.telegram_server --port 8081 [--latency 0.05]

prints one line of JSON (api_url, file_url, control, token) when it listens, and runs until SIGTERM.
``POST /control/<what>`` takes JSON; ``chat`` names the person, who is made on first use:

* ``says {chat, text}``, ``presses {chat, label}``, ``presses_data {chat, data}`` → the update's number
* ``sends_document {chat, name, data, caption?}``, ``sends_photo {chat, data, caption?}``, data in base64 → the same
* ``blocks {chat}``; ``latency {seconds}``; ``trouble {method, then, done?, chat?, times?}`` where ``then`` is "hold",
  "drop", "proxy", or {code, description, retry_after?, status?}
* ``messages {chat, after?, at_least?, patience?}`` → what the person got from number ``after`` on, at least so many
* ``stats {}`` → how often each method was called, and how many updates wait for confirmation
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import collections
import json
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.telegram_user import Heard, User

if TYPE_CHECKING:
    from tests.support.telegram_server import TelegramServer


def control_route(server: TelegramServer) -> Route:
    """The route through which another process drives ``server``."""

    async def control(request: Request) -> Response:
        given = await request.json() if await request.body() else {}
        return JSONResponse(await _do(server, request.path_params["what"], given))

    return Route("/control/{what}", control, methods=["POST"])


async def _do(server: TelegramServer, what: str, given: dict[str, Any]) -> Any:
    match what:
        case "latency":
            server.latency = float(given["seconds"])
            return {}
        case "stats":
            return {"calls": collections.Counter(name for name, _ in server.calls), "waiting": len(server.queue)}
        case "trouble":
            server.trouble(**{**given, "then": _then(given["then"])})
            return {}
    user = server.user(int(given.pop("chat")))
    if what == "messages":
        return await _messages(server, user, **given)
    if what == "blocks":
        user.blocked = True
        return {}
    if what not in ("says", "presses", "presses_data", "sends_document", "sends_photo"):
        raise ValueError(what)
    if what.startswith("sends_"):
        given["data"] = base64.b64decode(given["data"])
    update: dict[str, Any] = getattr(user, what)(**given)
    return {"update_id": update["update_id"]}


async def _messages(
    server: TelegramServer, user: User, after: int = 0, at_least: int = 0, patience: float = 25
) -> dict[str, Any]:
    with suppress(TimeoutError):
        await server.until(lambda: len(user.messages) >= after + at_least, patience)
    return {"messages": [_shown(one) for one in user.messages[after:]], "next": len(user.messages)}


def _shown(heard: Heard) -> dict[str, Any]:
    return {
        "id": heard.id,
        "kind": heard.kind,
        "text": heard.text,
        "buttons": heard.buttons,
        "file_name": heard.file_name,
        "data": base64.b64encode(heard.data).decode(),
    }


def _then(then: Any) -> Any:
    from tests.support.telegram_server import failed, proxy_page, too_many

    if then == "proxy":
        return proxy_page()
    if isinstance(then, str):
        return then
    if then["code"] == 429:
        return too_many(then.get("retry_after"))
    return failed(then["code"], then["description"], status=then.get("status"))


async def _serve(port: int, latency: float) -> None:
    from tests.support.telegram_server import telegram_server

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with telegram_server(port=port) as server:
        server.latency = latency
        base = server.api_url.removesuffix("/bot")
        where = {"api_url": server.api_url, "file_url": server.file_url, "control": f"{base}/control"}
        print(json.dumps({**where, "token": server.token}), flush=True)
        await stop.wait()


def main() -> None:
    """Run the server until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that each call takes")
    given = parser.parse_args()
    asyncio.run(_serve(given.port, given.latency))
