"""An ASGI app on an ephemeral port of the loopback, in this process and this event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that is listening."""

    url: str
    port: int
    state: ServerState

    def abort(self, scope: Any) -> None:
        """Cut the connection of a request, as a line that fails does: no more bytes, no goodbye."""
        for connection in list(self.state.connections):
            if connection.client == tuple(scope["client"]):  # type: ignore[union-attr]
                connection.transport.abort()  # type: ignore[union-attr]


@asynccontextmanager
async def serving(app: Any, port: int = 0) -> AsyncIterator[Serving]:
    """Serve ``app`` from here on; it listens when this is entered, and its lines are cut when it is left.

    Not ``uvicorn.Server``: that takes over the signals, and has to be asked again and again whether it listens yet.
    """
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_keep_alive=75)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: H11Protocol(config=config, server_state=state, app_state={}), "127.0.0.1", port
    )
    bound: int = server.sockets[0].getsockname()[1]
    try:
        yield Serving(f"http://127.0.0.1:{bound}", bound, state)
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()  # type: ignore[union-attr]
        if tasks := set(state.tasks):
            # Most end by themselves when their line is cut, and without the noise that a cancelled one makes.
            _, stuck = await asyncio.wait(tasks, timeout=1)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
