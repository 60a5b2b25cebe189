"""The one place that knows what time it is. Everything else is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock:
    """The time in Vietnam; in the demo it can be moved forward, to see reminders arrive."""

    def __init__(self, shift: dt.timedelta = dt.timedelta(0)) -> None:
        self.shift = shift
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> dt.datetime:
        """The present moment, aware, in Asia/Ho_Chi_Minh."""
        return dt.datetime.now(VIETNAM) + self.shift

    def move(self, by: dt.timedelta) -> None:
        """Move forward, and tell those who wait for a moment."""
        self.shift += by
        for listener in self._listeners:
            listener()

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever the clock is moved."""
        self._listeners.append(listener)
