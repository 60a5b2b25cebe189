"""How fast we may send: evenly over a channel, never more than it counts in a second, and slowly to each chat.

Pure but for what it remembers; times are seconds of any one steady clock.
"""

from __future__ import annotations

import collections
from dataclasses import dataclass

_BURST = 3
"""Messages to one chat that may follow each other at once; the platforms tolerate short bursts."""
_FORGET = 4096


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

    A message was counted at the latest when its answer came. So the next but ``rate`` may set out a second after that
    answer, and not a second after it was sent: a late one and those behind it would be counted together.
    """

    def __init__(self, rate: float) -> None:
        self._open = 0
        self._answered: collections.deque[float] = collections.deque()
        self.share(rate)

    def share(self, rate: float) -> None:
        """So many a second from now on."""
        self._most = max(1, int(rate))
        self._seconds = self._most / rate

    def room(self, now: float) -> int:
        """How many may set out now."""
        while self._answered and self._answered[0] <= now - self._seconds:
            self._answered.popleft()
        return self._most - self._open - len(self._answered)

    def wait(self, now: float) -> float:
        """Seconds until one may set out; 0 also where that depends on an answer."""
        full = self.room(now) <= 0
        return max(0.0, self._answered[0] + self._seconds - now) if full and self._answered else 0.0

    def begin(self) -> None:
        """One sets out."""
        self._open += 1

    def end(self, now: float) -> None:
        """Its answer is here, or will not come any more."""
        self._open -= 1
        self._answered.append(now)


class Pace:
    """One channel's pace. A message takes a token of the channel before it is claimed, and one of its chat."""

    def __init__(self, per_second: float, chat_interval: float, now: float) -> None:
        self._per_second = per_second
        self._channel = Bucket(per_second, _saved(per_second), _saved(per_second), now)
        self._window = Window(per_second)
        self._chat_interval = chat_interval
        self._chats: dict[str, Bucket] = {}
        self._not_before = now

    def share(self, workers: int) -> None:
        """So many processes, this one among them, send over the channel: each takes an equal part of the pace."""
        rate = self._per_second / workers
        if rate != self._channel.rate:
            self._channel.rate, self._channel.size = rate, _saved(rate)
            self._window.share(rate)

    def allowed(self, now: float) -> int:
        """How many messages the channel may send now."""
        return 0 if now < self._not_before else max(0, min(int(self._channel.fill(now)), self._window.room(now)))

    def wait(self, now: float) -> float:
        """Seconds until the channel may send the next message; 0 also where that depends on an answer."""
        level = self._channel.fill(now)
        return max(0.0, self._not_before - now, (1 - level) / self._channel.rate, self._window.wait(now))

    def take(self, address: str, now: float) -> float:
        """Use up a token for this chat; returns the seconds to wait before sending."""
        self._channel.tokens -= 1
        self._window.begin()
        if self._chat_interval <= 0:
            return 0.0
        chat = self._chats.get(address)
        if chat is None:
            if len(self._chats) >= _FORGET:
                self._chats = {name: bucket for name, bucket in self._chats.items() if bucket.fill(now) < bucket.size}
            chat = self._chats[address] = Bucket(1 / self._chat_interval, _BURST, _BURST, now)
        chat.fill(now)
        chat.tokens -= 1
        return max(0.0, -chat.tokens * self._chat_interval)

    def done(self, now: float) -> None:
        """A message that was taken has its answer."""
        self._window.end(now)

    def pause(self, seconds: float, now: float) -> None:
        """The platform said to wait: nothing is sent on the whole channel for so long."""
        self._not_before = max(self._not_before, now + seconds)


def _saved(per_second: float) -> float:
    """Little of the pace may be saved up for later: a burst would leave those behind it waiting."""
    return max(1.0, per_second / 14)
