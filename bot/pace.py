"""How fast we may send: evenly over a channel, never more than it counts in a second, and slowly to each chat.

Pure but for what it remembers; times are seconds of any one steady clock.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Callable
from dataclasses import dataclass

_BURST = 3
"""Messages to one chat that may follow each other at once; the platforms tolerate short bursts."""
_FORGET = 4096
_SURE = 0.95
"""So much of the quickest way there and back is relied upon."""
_DRIFT = 1e-5
"""Seconds by which that is forgotten with each message: a way that has become longer is noticed in time."""
_SLOWER, _SLOWEST, _CALM = 0.1, 0.5, 60.0
"""By what part each "too many requests" lowers the pace, at most, and the seconds until it is as before."""


@dataclass(slots=True)
class Bucket:
    """Holds at most ``size`` tokens and gains ``rate`` a second."""

    rate: float
    size: float
    tokens: float
    at: float

    def fill(self, now: float) -> float:
        """Bring the level up to date and return it."""
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = max(self.at, now)
        return self.tokens


class Window:
    """Never more than ``rate`` messages in any one second *as the platform counts them*, however long the way there.

    A message is counted between setting out and its answer; when, nobody says. Of two messages the later one is counted
    a second after the earlier if it sets out a second after the earlier's answer, less what the way there and back
    takes at the least: that much the platform is ahead of the answer and behind the setting out, taken together. So a
    long way costs nothing, and only what an answer takes longer than the quickest one is lost.
    """

    def __init__(self, rate: float) -> None:
        self._open = 0
        self._answered: collections.deque[float] = collections.deque()
        self._way = math.inf
        self.share(rate)

    def share(self, rate: float) -> None:
        """So many a second from now on."""
        self._most = max(1, int(rate))
        self._seconds = self._most / rate

    def room(self, now: float) -> int:
        """How many may set out now."""
        while self._answered and self._answered[0] + self._held <= now:
            self._answered.popleft()
        return self._most - self._open - len(self._answered)

    def wait(self, now: float) -> float:
        """Seconds until one may set out; for ever where that depends on an answer."""
        if self.room(now) > 0:
            return 0.0
        return max(0.0, self._answered[0] + self._held - now) if self._answered else math.inf

    @property
    def _held(self) -> float:
        """Seconds for which an answered message takes up room."""
        return max(0.0, self._seconds - _SURE * self._way)

    def begin(self) -> None:
        """One sets out."""
        self._open += 1

    def end(self, began: float, now: float) -> None:
        """The answer to what set out at ``began`` is here, or will not come any more."""
        self._open -= 1
        self._way = min(now - began, self._way + _DRIFT)
        self._answered.append(now)


class Pace:
    """One channel's pace. A message takes a token of the channel before it is claimed, and one of its chat.

    Where the platform says that it was too fast nevertheless, the pace is lowered, and comes back within a minute.
    """

    def __init__(self, per_second: float, chat_interval: Callable[[str], float], now: float) -> None:
        """``chat_interval`` gives the seconds between two messages to an address."""
        self._per_second = per_second
        self._channel = Bucket(per_second, _saved(per_second), 1.0, now)
        self._window = Window(per_second)
        self._chat_interval = chat_interval
        self._chats: dict[str, Bucket] = {}
        self._not_before = self._slowed_at = now
        self._slowed = 0.0

    def share(self, workers: int, now: float) -> None:
        """So many processes, this one among them, send over the channel: each takes an equal part of the pace."""
        rate = self._per_second / workers * (1 - self._slower(now))
        if rate != self._channel.rate:
            self._channel.fill(now)
            self._channel.rate, self._channel.size = rate, _saved(rate)
            self._window.share(rate)

    def _slower(self, now: float) -> float:
        """By what part it is lowered now."""
        return max(0.0, self._slowed * (1 - (now - self._slowed_at) / _CALM))

    def allowed(self, now: float) -> int:
        """How many messages the channel may send now."""
        return 0 if now < self._not_before else max(0, min(int(self._channel.fill(now)), self._window.room(now)))

    def wait(self, now: float) -> float:
        """Seconds until the channel may send the next message; for ever where that depends on an answer."""
        level = self._channel.fill(now)
        return max(0.0, self._not_before - now, (1 - level) / self._channel.rate, self._window.wait(now))

    def take(self, address: str, now: float) -> float:
        """Use up a token for this chat; returns the seconds to wait before sending."""
        self._channel.tokens -= 1
        self._window.begin()
        interval = self._chat_interval(address)
        if interval <= 0:
            return 0.0
        chat = self._chats.get(address)
        if chat is None:
            if len(self._chats) >= _FORGET:
                self._chats = {name: bucket for name, bucket in self._chats.items() if bucket.fill(now) < bucket.size}
            chat = self._chats[address] = Bucket(1 / interval, _BURST, _BURST, now)
        chat.fill(now)
        chat.tokens -= 1
        return max(0.0, -chat.tokens * interval)

    def done(self, began: float, now: float) -> None:
        """A message that was taken, and set out at ``began``, has its answer."""
        self._window.end(began, now)

    def pause(self, seconds: float, now: float) -> None:
        """The platform said to wait: nothing is sent on the whole channel for so long, and then more slowly."""
        if now >= self._not_before:  # of several that were under way, only the first says something new
            self._slowed, self._slowed_at = min(_SLOWEST, self._slower(now) + _SLOWER), now
        self._not_before = max(self._not_before, now + seconds)


def _saved(per_second: float) -> float:
    """Only a moment's pace is saved up for later: what a slow commit cost is caught up on; a burst would leave those
    behind it waiting."""
    return max(1.0, per_second / 5)
