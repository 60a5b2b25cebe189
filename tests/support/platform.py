"""What the test servers of all platforms share: a queue of updates, a log of calls, trouble on demand, listeners."""

from __future__ import annotations

import asyncio
import collections
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from tests.support.serving import Serving

Then = Response | Literal["hold", "drop"]
U = TypeVar("U")


def proxy_page(status: int = 502) -> Response:
    """What a gateway says when the API is away."""
    return Response(f"<html><head><title>{status} Bad Gateway</title></head></html>", status, media_type="text/html")


@dataclass
class Trouble:
    """Something that is to go wrong with the next calls of a method."""

    method: str
    then: Then
    """What the bot gets: this answer; no answer while it waits; or a line that is cut."""
    done: bool
    """Whether the call takes effect before that."""
    chat: object
    times: int


class Platform(Generic[U]):
    """A platform: its users, its queue of updates, and one bot."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.users: dict[Any, U] = {}
        self.queue: list[dict[str, Any]] = []
        """Updates that nobody has confirmed, or taken, yet."""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        """What the bot asked, in order."""
        self.latency = 0.0
        """Seconds that each call takes."""
        self.numbers = itertools.count(1)
        self.expired = self.closed = False
        """Whether the poll that waits is to be answered; whether all are."""
        self.serving: Serving | None = None
        self._troubles: list[Trouble] = []
        self._bell = asyncio.Event()
        self._deliveries: asyncio.Task[None] | None = None

    @property
    def at(self) -> Serving:
        """Where it listens."""
        assert self.serving is not None, "the server is not running"
        return self.serving

    # -- what a test does

    def trouble(self, method: str, then: Then, *, done: bool = False, chat: object = None, times: int = 1) -> None:
        """Let the next calls of a method go wrong (see ``Trouble``); fetching a file is a method here."""
        self._troubles.append(Trouble(method, then, done, chat, times))

    async def until(self, true: Callable[[], bool], patience: float = 30) -> None:
        """Wait until something has come about. Raises TimeoutError."""
        async with asyncio.timeout(patience):
            while not true():
                await self._bell.wait()

    async def asked(self, method: str, times: int = 1) -> None:
        """Wait until the bot has called a method so many times."""
        await self.until(lambda: self.counts[method] >= times)

    @property
    def counts(self) -> collections.Counter[str]:
        """How often each method was called."""
        return collections.Counter(name for name, _ in self.calls)

    def push_raw(self, update: Any) -> None:
        """Hand over this very update."""
        self.queue.append(update)
        self.ring()

    def expire_poll(self) -> None:
        """Answer the poll that is waiting as if its time were over."""
        self.expired = True
        self.ring()

    def ring(self) -> None:
        """Wake those who wait for something to come about."""
        self._bell.set()
        self._bell = asyncio.Event()

    async def close(self) -> None:
        """End what is waiting."""
        self.closed = True
        self.ring()
        await self.stop_deliveries()

    # -- what a platform does

    def trouble_with(self, method: str, chat: object = None) -> Trouble | None:
        """What is to go wrong with this call."""
        for trouble in self._troubles:
            if trouble.method == method and trouble.chat in (None, chat):
                trouble.times -= 1
                if not trouble.times:
                    self._troubles.remove(trouble)
                return trouble
        return None

    async def misbehave(self, trouble: Trouble, request: Request) -> Response:
        """Let it go wrong."""
        if isinstance(trouble.then, Response):
            return trouble.then
        if trouble.then == "hold":
            while (await request.receive())["type"] != "http.disconnect":
                pass
        self.at.abort(request.scope)
        return Response()

    def deliver(self, deliveries: Coroutine[Any, Any, None]) -> None:
        """Call the webhook from here on."""
        self._deliveries = asyncio.create_task(deliveries)

    async def stop_deliveries(self) -> None:
        """Call it no more."""
        if self._deliveries:
            self._deliveries.cancel()
            await asyncio.gather(self._deliveries, return_exceptions=True)
            self._deliveries = None


class _Text(Protocol):
    @property
    def text(self) -> str:
        """The words of a message."""


H = TypeVar("H", bound=_Text)


class Listener(Generic[H]):
    """Somebody who reads what arrives on the phone."""

    server: Any
    messages: list[H]
    heard: int
    """How many of the messages ``hears`` has given out."""

    async def hears(self, words: str = "", *, patience: float = 30) -> H:
        """The next message from the bot that has these words, whatever comes before it; waits for it."""
        found: H | None = None

        def arrived() -> bool:
            nonlocal found
            while found is None and self.heard < len(self.messages):
                message = self.messages[self.heard]
                self.heard += 1
                if words.casefold() in message.text.casefold():
                    found = message
            return found is not None

        before = self.heard
        try:
            await self.server.until(arrived, patience)
        except TimeoutError:
            got = [message.text for message in self.messages[before:]]
            raise AssertionError(f"«{words}» never came; what came: {got}") from None
        assert found is not None
        return found
