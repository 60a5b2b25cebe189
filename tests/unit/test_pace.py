"""How fast messages go out: as the platform counts them, whatever the way there does to their order and time."""

from __future__ import annotations

import heapq

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pace import Pace
from bot.watch import Watch


def arrivals(pace: Pace, latencies: list[tuple[float, float]]) -> list[float]:
    """When messages reach a platform that takes so long to be reached, and to answer, each time."""
    now, came, waiting = 0.0, [], list[float]()
    for there, back in latencies:
        while pace.allowed(now) < 1:
            due = now + max(pace.wait(now), 0.001)
            while waiting and waiting[0] <= due:
                pace.done(heapq.heappop(waiting))
            now = due
        pace.take("somebody", now)
        came.append(now + there)
        heapq.heappush(waiting, now + there + back)
    return sorted(came)


_WAYS = st.lists(st.tuples(st.floats(0, 3), st.floats(0, 1)), min_size=40, max_size=150)


@settings(deadline=None)
@given(_WAYS, st.sampled_from([5.0, 12.5, 30.0]))
def test_in_no_second_does_the_platform_see_more_than_its_limit(ways: list[tuple[float, float]], rate: float) -> None:
    came = arrivals(Pace(rate, 0, 0.0), ways)
    most = int(rate)
    assert all(later - sooner > 0.99 * most / rate for sooner, later in zip(came, came[most:], strict=False))


def test_on_a_good_line_hardly_any_of_the_pace_is_lost() -> None:
    came = arrivals(Pace(30, 0, 0.0), [(0.005, 0.005)] * 1500)
    assert came[-1] < 1500 / 30 * 1.02


@pytest.mark.parametrize("workers", [2, 3, 7])
def test_workers_together_are_no_faster_than_one(workers: int) -> None:
    came: list[float] = []
    for _ in range(workers):
        pace = Pace(30, 0, 0.0)
        pace.share(workers)
        came += arrivals(pace, [(0.01, 0.01)] * 100)
    came.sort()
    assert all(later - sooner > 0.9 for sooner, later in zip(came, came[30 + workers :], strict=False))


def test_a_worker_is_dead_when_its_count_stood_still_as_long_as_it_was_watched() -> None:
    watch = Watch(8)
    assert watch.dead({"a": 1, "b": 1}, 0) == set()
    assert watch.dead({"a": 2, "b": 1}, 7.9) == set()
    assert watch.dead({"a": 3, "b": 1}, 8.1) == {"b"}


def test_nobody_is_dead_because_the_watcher_could_not_see() -> None:
    watch = Watch(8)
    watch.dead({"b": 1}, 0)
    watch.blink()
    assert watch.dead({"b": 1}, 30) == set()
    assert watch.dead({"b": 1}, 38) == {"b"}


@settings(deadline=None)
@given(st.lists(st.floats(0.1, 7.9), min_size=1, max_size=30))
def test_whoever_beats_at_all_within_the_silence_lives(pauses: list[float]) -> None:
    watch, now = Watch(8), 0.0
    for beat, pause in enumerate(pauses):
        assert watch.dead({"b": beat}, now) == set()
        now += pause
