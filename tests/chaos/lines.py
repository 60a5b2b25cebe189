"""The lines to the program and from it, which can be cut: a balancer before several workers, a gate to the database."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.serving import serving


@asynccontextmanager
async def balancer(ports: Sequence[int]) -> AsyncIterator[str]:
    """A load balancer: each call goes to the next worker that answers; 502 where none does. Gives its URL."""
    turn = itertools.count()
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:

        async def forward(request: Request) -> Response:
            body, start = await request.body(), next(turn)
            for place in range(len(ports)):
                port = ports[(start + place) % len(ports)]
                with suppress(httpx.HTTPError):
                    answer = await client.post(
                        f"http://127.0.0.1:{port}{request.url.path}", content=body, headers=_passed_on(request)
                    )
                    if answer.is_success:
                        return Response(status_code=200)
            return Response(status_code=502)

        async with serving(Starlette(routes=[Route("/{path:path}", forward, methods=["POST"])])) as at:
            yield at.url


def _passed_on(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name.startswith(("x-", "content-t"))}


class Gate:
    """A TCP line to a port of this machine that can be cut, and stays cut until it is opened again."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = True
        self.port = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Gate]:
        """Let through what comes."""
        server = await asyncio.start_server(self._through, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self._cut()

    async def away(self, seconds: float) -> None:
        """Nothing comes through for so long, and what was through is cut."""
        self._open = False
        self._cut()
        await asyncio.sleep(seconds)
        self._open = True

    def _cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._writers |= {writer, back}
        try:
            await asyncio.gather(_pump(reader, back), _pump(there, writer))
        except asyncio.CancelledError:
            return  # all is over, and nobody is left to be told
        finally:
            self._writers -= {writer, back}
            writer.transport.abort()
            back.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()
