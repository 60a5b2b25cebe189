"""A strict Bot API server for tests: refuses what Telegram refuses, and misbehaves on demand as Telegram does.

In a test: ``async with telegram_server() as server``. As a process of its own, driven over HTTP as
``telegram_control`` says: ``python -m tests.support.telegram_server --port 8081``.
"""

from __future__ import annotations

import asyncio
import collections
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support import telegram_methods as methods
from tests.support import telegram_rules as rules
from tests.support.platform import Platform, proxy_page
from tests.support.serving import serving
from tests.support.telegram_control import control_route
from tests.support.telegram_rules import ApiError, Params, as_int, bad
from tests.support.telegram_user import User

__all__ = ["TOKEN", "TelegramServer", "failed", "proxy_page", "telegram_server", "too_many"]

TOKEN = "123456789:AAtest-only_0123456789abcdefghijklmn"
KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "channel_post")


def too_many(retry_after: int | None = None) -> Response:
    """429, with or without saying how long to wait."""
    extra = {} if retry_after is None else {"retry_after": retry_after}
    return JSONResponse(ApiError(429, "Too Many Requests: retry later", **extra).body, 429)


def failed(code: int, description: str, *, status: int | None = None) -> Response:
    """An error of the API; with ``status`` 200 as some proxies and versions send it."""
    return JSONResponse(ApiError(code, description).body, status or code)


class TelegramServer(Platform[User]):
    """The platform: its users, its queue of updates, and one bot."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__(token)
        self.commands: dict[str, list[str]] = {}
        """The commands that are listed to each chat; "" to all others."""
        self.files: dict[str, tuple[str, bytes]] = {}
        self.queries: dict[str, bool] = {}
        """Pressed buttons by their id, and whether the bot has answered."""
        self.webhook: dict[str, Any] | None = None
        self.repeats = 0
        """How many polls hand over once more what was confirmed just now."""
        self.download_limit = 20 << 20
        self.per_second: int | None = None
        """Messages in any one second, over which the bot is told to wait; Telegram's own limit is about 30."""
        self.turned_away = 0
        """How many messages came too fast."""
        self._sent_at: collections.deque[float] = collections.deque()
        self._update_ids = itertools.count(700_001)
        self._last: list[dict[str, Any]] = []
        self._allowed: list[str] = list(KINDS)
        self._poll = 0
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._file),
                control_route(self),
            ]
        )

    @property
    def api_url(self) -> str:
        """What the bot is told instead of the public API's address."""
        return f"{self.at.url}/bot"

    @property
    def file_url(self) -> str:
        """The same for files."""
        return f"{self.at.url}/file/bot"

    # -- what a test does

    def user(
        self, chat_id: int = 1001, name: str = "Lò Thị Mai", *, started: bool = False, kind: str = "private"
    ) -> User:
        """The person with this chat, made on first use."""
        if chat_id not in self.users:
            self.users[chat_id] = User(self, chat_id, name, started, kind=kind)
        return self.users[chat_id]

    def push(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """Something happens that the bot is told of, if it asked for this kind of update."""
        update = {"update_id": next(self._update_ids), kind: body}
        if kind in self._allowed:
            self.push_raw(update)
        return update

    def keep(self, name: str, data: bytes) -> dict[str, Any]:
        """Store a file; gives its description."""
        file_id = f"file-{next(self.numbers)}"
        self.files[file_id] = (name, data)
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(data)}

    def new_number(self) -> int:
        """A number that was never used."""
        return next(self.numbers)

    def new_query(self) -> str:
        """The id of a button that has just been pressed."""
        query = f"query-{next(self.numbers)}"
        self.queries[query] = False
        return query

    # -- HTTP

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.ring()
        try:
            self._check_token(request.path_params["token"])
            params = await _params(request)
            self.calls.append((method, params))
            self.ring()
            trouble = self.trouble_with(method, as_int(params.get("chat_id")))
            if self.latency:
                await asyncio.sleep(self.latency)
            if trouble and not trouble.done:
                return await self.misbehave(trouble, request)
            result = await self._act(method, params)
            if trouble:
                return await self.misbehave(trouble, request)
        except ApiError as error:
            return JSONResponse(error.body, error.code)
        except ClientDisconnect:  # the bot was killed in the middle of its call
            return Response()
        # ASCII only, as Telegram writes it: so half a surrogate pair can be told too.
        body = json.dumps({"ok": True, "result": result}, separators=(",", ":"))
        return Response(body, media_type="application/json")

    def _check_token(self, token: str) -> None:
        if token == self.token:
            return
        number, _, secret = token.partition(":")
        raise ApiError(401, "Unauthorized") if number.isdigit() and len(secret) > 20 else ApiError(404, "Not Found")

    async def _act(self, method: str, params: Params) -> Any:
        match method:
            case "getUpdates":
                return await self._get_updates(params)
            case "setWebhook":
                return await self._set_webhook(params)
            case "deleteWebhook":
                return await self._set_webhook({})
            case "sendMessage" | "sendDocument" | "sendPhoto":
                self._check_rate()
                return methods.act(self, method, params)
            case _:
                return methods.act(self, method, params)

    def _check_rate(self) -> None:
        now = asyncio.get_running_loop().time()
        while self._sent_at and self._sent_at[0] <= now - 1:
            self._sent_at.popleft()
        if self.per_second is not None and len(self._sent_at) >= self.per_second:
            self.turned_away += 1
            raise ApiError(429, "Too Many Requests: retry after 1", retry_after=1)
        self._sent_at.append(now)

    async def _file(self, request: Request) -> Response:
        found = self.files.get(request.path_params["path"].split("/")[0])
        if request.path_params["token"] != self.token or found is None:
            return JSONResponse(ApiError(404, "Not Found").body, 404)
        if trouble := self.trouble_with("file"):
            return await self.misbehave(trouble, request)
        return Response(found[1], media_type="application/octet-stream")

    # -- updates

    async def _get_updates(self, params: Params) -> list[dict[str, Any]]:
        if self.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first",
            )
        self._poll += 1
        mine = self._poll
        self.ring()
        self._allow(params)
        self._confirm(rules.integer(params, "offset", 0))
        if self.repeats and self._last:
            self.repeats -= 1
            return self._last
        with suppress(TimeoutError):
            waiting = rules.integer(params, "timeout", 0)
            ended = lambda: mine != self._poll or self.expired or self.closed  # noqa: E731
            await self.until(lambda: bool(self.queue) or ended(), waiting)
        self.expired = False
        if mine != self._poll:
            raise ApiError(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
        limit = rules.integer(params, "limit", 100)
        if not 1 <= limit <= 100:
            raise bad("limit must be between 1 and 100")
        self._last = self.queue[:limit]
        return self._last

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.queue = self.queue[offset:]
        elif offset:
            self.queue = [update for update in self.queue if update["update_id"] >= offset]
        self.ring()

    def _allow(self, params: Params) -> None:
        allowed = rules.structure(params, "allowed_updates")
        if allowed is not None:
            self._allowed = allowed or list(KINDS)

    async def _set_webhook(self, params: Params) -> bool:
        await self.stop_deliveries()
        self._allow(params)
        self.webhook = rules.webhook(params) if params.get("url") else None
        if self.webhook:
            self.deliver(self._deliver(self.webhook))
        return True

    async def _deliver(self, webhook: dict[str, Any]) -> None:
        """Post one update after another; each again until it is taken."""
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                await self.until(lambda: bool(self.queue), 3600)
                update = self.queue[0]
                headers = {"X-Telegram-Bot-Api-Secret-Token": webhook["secret"]} if webhook["secret"] else {}
                taken = False
                with suppress(httpx.HTTPError):
                    taken = (await client.post(webhook["url"], json=update, headers=headers)).is_success
                self.calls.append(("webhook", {"taken": taken, **update}))
                if taken and not self.repeats:
                    self._confirm(update["update_id"] + 1)
                elif taken:
                    self.repeats -= 1
                else:
                    await asyncio.sleep(0.02)
                self.ring()


async def _params(request: Request) -> Params:
    """The parameters, as a query, a form or JSON; an uploaded file is its name and its bytes."""
    params: Params = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        params |= json.loads(await request.body() or b"{}")
    elif kind:
        async with request.form() as form:
            for name, value in form.items():
                upload = isinstance(value, UploadFile)
                params[name] = (value.filename or "file", await value.read()) if upload else value  # type: ignore[union-attr]
    return params


@asynccontextmanager
async def telegram_server(token: str = TOKEN, port: int = 0) -> AsyncIterator[TelegramServer]:
    """The server, listening on the loopback."""
    server = TelegramServer(token)
    async with serving(server.app, port) as at:
        server.serving = at
        try:
            yield server
        finally:
            await server.close()


if __name__ == "__main__":
    from tests.support.telegram_control import main

    main()
