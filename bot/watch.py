"""Telling dead workers from living ones, by their heartbeats. Pure but for what it remembers.

No clocks are compared: a worker counts its beats in the database, and whoever looks on notes, on its own steady clock,
for how long a count has stood still while it could see. So neither a clock that jumps nor a database that was away
makes anybody look dead.
"""

from __future__ import annotations

from collections.abc import Mapping


class Watch:
    """One worker's view of the others."""

    def __init__(self, silence: float) -> None:
        """``silence``: seconds without a beat, all of them watched, after which a worker counts as dead."""
        self._silence = silence
        self._seen: dict[str, tuple[int, float]] = {}

    def dead(self, beats: Mapping[str, int], now: float) -> set[str]:
        """Those whose count has stood still too long; ``now`` in seconds of any one steady clock."""
        before = self._seen
        self._seen = {
            name: before[name] if name in before and before[name][0] == beat else (beat, now)
            for name, beat in beats.items()
        }
        return {name for name, (_, since) in self._seen.items() if now - since >= self._silence}

    def blink(self) -> None:
        """Nothing could be seen for a while: begin to watch anew."""
        self._seen = {}
