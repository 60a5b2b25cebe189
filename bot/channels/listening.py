"""What hearing from a platform is on every channel: insisting until it works, and being called at a webhook."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.base import Journal, NewUpdate, Webhook

T = TypeVar("T")

Explain = Callable[[Exception], tuple[str, float | None]]
"""An error in a line for the operator, without tokens, and the seconds to wait before the next try where it says so:
``inf`` for as long as we ever wait."""

LARGEST = 1_000_000
"""Bytes of a webhook call."""


class Listener:
    """One channel's ear. Trouble is logged when it begins and when it ends, and ends nothing else."""

    def __init__(self, platform: str, patience: tuple[float, float], explain: Explain) -> None:
        """``patience``: how many seconds to wait after a first failure, and at most."""
        self.trouble: str | None = None
        """Why updates can't be had at present; ``None`` while all is well."""
        self._platform = platform
        self._patience = patience
        self._explain = explain
        self._journal: Journal | None = None
        self._log = logging.getLogger(f"bot.channels.{platform}")

    def begin(self, journal: Journal) -> None:
        """From now on updates are written down here."""
        self._journal = journal

    async def insist(self, act: Callable[[], Awaitable[T]]) -> T:
        """Do something until it works, waiting longer each time.

        Whatever goes wrong (the line, a lost token, a second poller, a full disk), the program goes on and so does the
        trying.
        """
        pause, longest = self._patience
        while True:
            try:
                result = await act()
            except Exception as error:
                trouble, asked = self._explain(error)
                wait = pause if asked is None else min(asked, longest)
                pause = min(pause * 2, longest)
            else:
                if self.trouble is not None:
                    self._log.warning("%s: all is well again", self._platform)
                    self.trouble = None
                return result
            if trouble != self.trouble:
                self._log.error("%s: no updates: %s", self._platform, trouble)
                self.trouble = trouble
            await asyncio.sleep(wait)

    async def write_down(self, updates: Sequence[NewUpdate]) -> None:
        """When this returns they are durable. Raises what the journal raises, and RuntimeError before ``begin``."""
        if self._journal is None:
            raise RuntimeError("not listening yet")
        if updates:
            await self._journal(updates)

    def route(self, path: str, header: str, webhook: Webhook | None, take: Callable[[Any], Awaitable[None]]) -> Route:
        """The place where the platform calls us, showing its secret in ``header``. The answer waits for ``take``, which
        gets the JSON of the call: what is confirmed is durable."""

        async def called(request: Request) -> Response:
            shown = request.headers.get(header, "")
            if webhook is None or not hmac.compare_digest(shown.encode(), webhook.secret.encode()):
                return Response(status_code=403)
            body = b""
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    return Response(status_code=413)
            try:
                update = json.loads(body)
            except (ValueError, RecursionError):
                return Response(status_code=400)
            try:
                await take(update)
            except Exception as error:
                self._log.error("%s: an update could not be written down: %s", self._platform, type(error).__name__)
                # Telegram calls again; whether Zalo does, it does not say; a 200 would be a lie.
                return Response(status_code=503)
            return Response(status_code=200)

        return Route(path, called, methods=["POST"])
