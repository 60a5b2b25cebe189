"""What systemd wants to hear of a service: that it is ready, that it lives, that it stops (sd_notify(3))."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable

log = logging.getLogger(__name__)


def notify(address: str, state: str) -> None:
    """Tell the service manager at its datagram socket, if there is one. Never raises: the work is more important."""
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, contextlib.suppress(OSError):
        line.setblocking(False)
        line.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)


async def feed_watchdog(address: str, every: float, alive: Callable[[], bool]) -> None:
    """Say that the program lives, twice as often as is asked for, and only while it does; ``every`` in seconds.

    It runs where everything else runs: a loop that is stuck says nothing, and systemd starts the program anew.
    """
    lives = True
    while True:
        lived, lives = lives, alive()
        if lives:
            notify(address, "WATCHDOG=1")
        elif lived:
            log.error("a part of the program stands still: the watchdog is no longer fed")
        await asyncio.sleep(every / 2)
