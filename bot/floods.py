"""How fast one account may write. No cadre meets the bound; a flood beyond it costs the others nothing.

Each account has a bucket: every message fills it by one, time empties it. Whoever fills it is told so once; what they
write from then on is written down and left at that, until the bucket is half empty again.

Each worker counts for itself: what is to be spared is a worker's time, no turn has to lock a row that all workers
share, and an account gets at most the bound times the workers. That it is told once is seen to by the outbox.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Final, Literal

from handlers.records.people import Role

Verdict = Literal["take", "tell", "aside"]
"""Take the message; set it aside and say so; set it aside in silence."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many messages at once, and so many a second for good."""

    burst: int
    rate: float


STRANGER: Final = Allowance(12, 1 / 10)
"""Enrolling takes four or five messages."""
_FILLS_IN: Final = Allowance(60, 1 / 2)
"""A form of ten questions with an album of photos takes about thirty."""
_HANDS_IN: Final = Allowance(300, 1.0)
"""Who passes documents on passes on hundreds."""
ALLOWANCES: Final[dict[Role | None, Allowance]] = {
    None: STRANGER,
    "cadre": _FILLS_IN,
    "supervisor": _FILLS_IN,
    "staff": _HANDS_IN,
    "admin": _HANDS_IN,
}
_MANY: Final = 4096
"""Accounts that are counted before those that are at rest are forgotten."""


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float
    allowance: Allowance = STRANGER
    slowed: bool = False

    def drain(self, now: float) -> None:
        self.level = max(0.0, self.level - (now - self.at) * self.allowance.rate)
        self.at = now


class Floods:
    """The buckets of one worker."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """``now``: seconds of a clock that never jumps."""
        self._now = now
        self._buckets: dict[Hashable, _Bucket] = {}
        self._room = _MANY

    async def judge(self, account: Hashable, role: Callable[[], Awaitable[Role | None]]) -> Verdict:
        """What becomes of one more message of this account. ``role`` is asked only where a stranger's bound is met."""
        bucket = self._bucket(account)
        if not bucket.slowed and bucket.level + 1 > bucket.allowance.burst:
            bucket.allowance = ALLOWANCES[await role()]
        burst = bucket.allowance.burst
        if bucket.slowed and bucket.level <= burst / 2:
            bucket.slowed = False
        # Never fuller than full: whoever stops is heard again soon, however much there was.
        bucket.level = min(bucket.level + 1, burst + 1)
        if bucket.slowed:
            return "aside"
        bucket.slowed = bucket.level > burst
        return "tell" if bucket.slowed else "take"

    def _bucket(self, account: Hashable) -> _Bucket:
        now = self._now()
        bucket = self._buckets.get(account)
        if bucket is None:
            if len(self._buckets) >= self._room:
                self._forget(now)
            bucket = self._buckets[account] = _Bucket(0.0, now)
        bucket.drain(now)
        return bucket

    def _forget(self, now: float) -> None:
        for one in self._buckets.values():
            one.drain(now)
        self._buckets = {key: one for key, one in self._buckets.items() if one.level}
        self._room = max(_MANY, 2 * len(self._buckets))
