"""How fast we may send: a token bucket for a channel, and one for each chat. Pure but for what it remembers."""

from __future__ import annotations

from dataclasses import dataclass

_BURST = 3
"""Messages to one chat that may follow each other at once; the platforms tolerate short bursts."""
_FORGET = 4096


@dataclass(slots=True)
class Bucket:
    """Holds at most ``size`` tokens and gains ``rate`` a second. Times are seconds of any one steady clock."""

    rate: float
    size: float
    tokens: float
    at: float

    def fill(self, now: float) -> float:
        """Bring the level up to date and return it."""
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = max(self.at, now)
        return self.tokens


class Pace:
    """One channel's pace. A message takes a token of the channel before it is claimed, and one of its chat."""

    def __init__(self, per_second: float, chat_interval: float, now: float) -> None:
        self._per_second = per_second
        self._channel = Bucket(per_second, _saved(per_second), _saved(per_second), now)
        self._chat_interval = chat_interval
        self._chats: dict[str, Bucket] = {}
        self._not_before = now

    def share(self, workers: int) -> None:
        """So many processes, this one among them, send over the channel: each takes an equal part of the pace."""
        rate = self._per_second / workers
        self._channel.rate, self._channel.size = rate, _saved(rate)

    def allowed(self, now: float) -> int:
        """How many messages the channel may send now."""
        return 0 if now < self._not_before else int(self._channel.fill(now))

    def wait(self, now: float) -> float:
        """Seconds until the channel may send the next message."""
        level = self._channel.fill(now)
        return max(0.0, self._not_before - now, (1 - level) / self._channel.rate)

    def take(self, address: str, now: float) -> float:
        """Use up a token for this chat; returns the seconds to wait before sending."""
        self._channel.tokens -= 1
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

    def pause(self, seconds: float, now: float) -> None:
        """The platform said to wait: nothing is sent on the whole channel for so long."""
        self._not_before = max(self._not_before, now + seconds)


def _saved(per_second: float) -> float:
    """A small bucket: platforms count what came in any one second, so little may be saved up for later."""
    return max(1.0, per_second / 14)
