"""Whether the parts of this process go on: for systemd's watchdog and for ``/livez``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

_SILENCE = 90.0
"""Seconds that a round of a loop may take: longer than a database that is away lets anybody wait."""


@dataclass
class Alive:
    """Asked, says whether every task runs and every loop has begun a round not long ago; no, before all have begun."""

    tasks: Collection[asyncio.Task[None]] = ()
    rounds: Collection[Callable[[], float]] = ()
    """When each loop began its present round, in seconds of the monotonic clock."""

    def __call__(self) -> bool:
        """Whether all go on."""
        late = time.monotonic() - _SILENCE
        return bool(self.tasks) and not any(one.done() for one in self.tasks) and all(at() > late for at in self.rounds)
