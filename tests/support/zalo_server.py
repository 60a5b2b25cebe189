"""A strict Zalo Bot API server for tests: refuses what Zalo refuses, and misbehaves on demand as Zalo does.

In a test: ``async with zalo_server() as server``. What it knows of Zalo is what public documentation and clients say;
where they don't, it is the stricter. Whether Zalo calls a webhook again that did not answer 200 is not documented:
here it does, unless ``calls_again`` is off.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.platform import Platform, proxy_page
from tests.support.serving import serving
from tests.support.zalo_user import Heard, User

__all__ = ["SECRET_HEADER", "TOKEN", "ZaloServer", "cut_short", "proxy_page", "refused", "zalo_server"]

TOKEN = "1459232241454765289:ztest-only_0123456789abcdefghijklmn"
SECRET_HEADER = "X-Bot-Api-Secret-Token"


class Refusal(Exception):
    """What the API says instead of doing it: HTTP 200 with ok:false."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.body = {"ok": False, "error_code": code, "description": description}


def refused(code: int, description: str = "", status: int = 200) -> Response:
    """An error of the API, as Zalo sends it."""
    return JSONResponse(Refusal(code, description).body, status)


def cut_short() -> Response:
    """An answer of which only the beginning came."""
    return Response('{"ok":true,"result":{"mess', media_type="application/json")


class ZaloServer(Platform[User]):
    """The platform: its users, its queue of updates, and one bot."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__(token)
        self.webhook: dict[str, str] | None = None
        self.webhook_answers: list[int | None] = []
        """What webhook calls were answered; ``None``: not at all."""
        self.wrapped = True
        """Whether updates come in ``{ok, result}``."""
        self.as_list = False
        """Whether a result is a list."""
        self.repeats = 0
        """How many webhook calls are made once more although they were taken."""
        self.calls_again = True
        self.quota: int | None = None
        """Messages that may still be sent."""
        self._photos: dict[str, bytes] = {}
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._call, methods=["POST"]),
                Route("/photo/{name}", self._photo),
            ]
        )

    @property
    def api_url(self) -> str:
        """What the bot is told instead of the public API's address."""
        return self.at.url

    # -- what a test does

    def user(self, key: str = "e4ea2cd5189df1c3a88c", name: str = "Lò Thị Mai", *, started: bool = False) -> User:
        """The person with this chat, made on first use."""
        return self.users.setdefault(key, User(self, key, name, started))

    def keep(self, data: bytes) -> str:
        """Store a photo; gives its address."""
        name = f"{self.new_key()}.jpg"
        self._photos[name] = data
        return f"{self.api_url}/photo/{name}"

    def new_key(self) -> str:
        """A key such as Zalo makes: twenty hexadecimal digits."""
        return f"{next(self.numbers):020x}"

    # -- HTTP

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        try:
            given = json.loads(await request.body() or b"{}")
            if request.path_params["token"] != self.token:
                raise Refusal(401, "Unauthorized")
            self.calls.append((method, given))
            self.ring()
            trouble = self.trouble_with(method, given.get("chat_id"))
            if self.latency:
                await asyncio.sleep(self.latency)
            if trouble and not trouble.done:
                return await self.misbehave(trouble, request)
            result = await self._act(method, given, request)
            if trouble:
                return await self.misbehave(trouble, request)
        except Refusal as error:
            return JSONResponse(error.body)
        return JSONResponse({"ok": True} if result is None else {"ok": True, "result": result})

    async def _act(self, method: str, given: dict[str, Any], request: Request) -> Any:
        match method:
            case "getMe":
                return {"id": self.token.split(":")[0], "account_name": "bot.VDKyGxQvc", "account_type": "BASIC"}
            case "getUpdates":
                return await self._get_updates(given, request)
            case "setWebhook":
                return await self._set_webhook(given)
            case "deleteWebhook":
                await self.stop_deliveries()
                self.webhook = None
                return {"url": "", "updated_at": 1}
            case "getWebhookInfo":
                return {"url": self.webhook["url"] if self.webhook else "", "updated_at": 1}
            case "sendMessage":
                return self._heard(given, _text(given, "text", 1))
            case "sendPhoto":
                return self._heard(given, _text(given, "caption", 0), await self._fetched(given))
            case "sendChatAction":
                user = self._recipient(given)
                if given.get("action") != "typing":
                    raise Refusal(400, "Bad Request: unknown action")
                user.typing += 1
                return None
        raise Refusal(404, "Not Found: method not found")

    def _recipient(self, given: dict[str, Any]) -> User:
        user = self.users.get(given.get("chat_id") or "")
        if user is None or not user.started:
            raise Refusal(400, "Bad Request: chat not found")
        return user

    def _heard(self, given: dict[str, Any], text: str, photo: bytes = b"") -> dict[str, Any]:
        user = self._recipient(given)
        if self.quota is not None:
            if self.quota <= 0:
                raise Refusal(429, "Quota exceeded")
            self.quota -= 1
        user.messages.append(Heard(self.new_key(), text, photo))
        self.ring()
        return {"message_id": user.messages[-1].id, "date": 1749632637199}

    async def _fetched(self, given: dict[str, Any]) -> bytes:
        """Zalo takes a photo by its address, and fetches it itself."""
        with suppress(httpx.HTTPError, httpx.InvalidURL):
            async with httpx.AsyncClient(trust_env=False, verify=False) as client:
                answer = await client.get(str(given.get("photo")))
            if answer.status_code == 200 and answer.content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
                return answer.content
        raise Refusal(400, "Bad Request: photo can't be fetched")

    async def _photo(self, request: Request) -> Response:
        if trouble := self.trouble_with("photo"):
            return await self.misbehave(trouble, request)
        data = self._photos.get(request.path_params["name"])
        return Response(status_code=404) if data is None else Response(data, media_type="image/jpeg")

    # -- updates

    async def _get_updates(self, given: dict[str, Any], request: Request) -> Any:
        if self.webhook:
            raise Refusal(400, "Bad Request: can't use getUpdates while webhook is active")
        if set(given) - {"timeout"} or not str(given.get("timeout", "30")).isdecimal():
            raise Refusal(400, "Bad Request: only timeout is known")
        with suppress(TimeoutError):
            ended = lambda: self.expired or self.closed  # noqa: E731
            await self.until(lambda: bool(self.queue) or ended(), float(given.get("timeout", 30)))
        self.expired = False
        if not self.queue or await request.is_disconnected():
            raise Refusal(408, "Request timeout")
        update = self.queue.pop(0)
        self.ring()
        return [update] if self.as_list else update

    async def _set_webhook(self, given: dict[str, Any]) -> dict[str, Any]:
        url, secret = urlsplit(str(given.get("url", ""))), str(given.get("secret_token", ""))
        if url.scheme != "https" and url.hostname != "127.0.0.1":
            raise Refusal(400, "Bad Request: an HTTPS URL must be provided for webhook")
        if not 8 <= len(secret) <= 256:
            raise Refusal(400, "Bad Request: secret_token must have 8 to 256 characters")
        await self.stop_deliveries()
        self.webhook = {"url": given["url"], "secret": secret}
        self.deliver(self._deliver(self.webhook))
        return {"url": given["url"], "updated_at": 1}

    async def _deliver(self, webhook: dict[str, str]) -> None:
        """Post one update after another; each again until it is taken."""
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=5) as client:
            while True:
                await self.until(lambda: bool(self.queue), 3600)
                update = self.queue[0]
                body = {"ok": True, "result": [update] if self.as_list else update} if self.wrapped else update
                status = None
                with suppress(httpx.HTTPError):
                    headers = {SECRET_HEADER: webhook["secret"]}
                    status = (await client.post(webhook["url"], json=body, headers=headers)).status_code
                self.webhook_answers.append(status)
                if status == 200 and self.repeats:
                    self.repeats -= 1
                elif status == 200 or not self.calls_again:
                    self.queue.remove(update)
                else:
                    await asyncio.sleep(0.02)
                self.ring()


def _text(given: dict[str, Any], name: str, least: int) -> str:
    """A text of at most 2,000 characters, counted as JavaScript counts."""
    text = given.get(name, "")
    if not isinstance(text, str) or (name in given and not text.strip()) or (least and not text.strip()):
        raise Refusal(400, f"Bad Request: {name} is empty")
    if len(text.encode("utf-16-le")) // 2 > 2000:
        raise Refusal(400, f"Bad Request: {name} is too long")
    return text


@asynccontextmanager
async def zalo_server(token: str = TOKEN, port: int = 0) -> AsyncIterator[ZaloServer]:
    """The server, listening on the loopback."""
    server = ZaloServer(token)
    async with serving(server.app, port) as at:
        server.serving = at
        try:
            yield server
        finally:
            await server.close()
