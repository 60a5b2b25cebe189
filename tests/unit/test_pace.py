"""How fast messages go out: as the platform counts them, whatever the way there does to their order and time."""

from __future__ import annotations

import heapq
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram import Telegram
from bot.pace import Pace
from bot.watch import Watch


def at_once(_: str) -> float:
    return 0.0


def arrivals(pace: Pace, latencies: list[tuple[float, float]]) -> list[float]:
    """When messages reach a platform that takes so long to be reached, and to answer, each time."""
    now, came, waiting = 0.0, [], list[tuple[float, float]]()
    for there, back in latencies:
        while pace.allowed(now) < 1:
            due = min([now + max(pace.wait(now), 0.001), *(answered for answered, _ in waiting[:1])])
            while waiting and waiting[0][0] <= due:
                answered, began = heapq.heappop(waiting)
                pace.done(began, answered)
            now = due
        pace.take("somebody", now)
        came.append(now + there)
        heapq.heappush(waiting, (now + there + back, now))
    return sorted(came)


def most_in_a_second(came: list[float]) -> int:
    first, most = 0, 0
    for last, moment in enumerate(came):
        while came[first] <= moment - 0.99:
            first += 1
        most = max(most, last - first + 1)
    return most


_DELAYS = st.lists(st.tuples(st.floats(0, 3), st.floats(0, 1)), min_size=40, max_size=150)
_LEAST = st.tuples(st.floats(0, 0.3), st.floats(0, 0.3))


@settings(deadline=None)
@given(_LEAST, _DELAYS, st.sampled_from([5.0, 12.5, 30.0]))
def test_in_no_second_does_the_platform_see_more_than_its_limit(
    least: tuple[float, float], delays: list[tuple[float, float]], rate: float
) -> None:
    ways = [(least[0] + there, least[1] + back) for there, back in [(0.0, 0.0), *delays]]
    assert most_in_a_second(arrivals(Pace(rate, at_once, 0.0), ways)) <= rate


@pytest.mark.parametrize("way", [0.0, 0.005, 0.1, 0.2])
def test_on_a_steady_line_however_long_hardly_any_of_the_pace_is_lost(way: float) -> None:
    came = arrivals(Pace(30, at_once, 0.0), [(way, way)] * 1500)
    assert came[-1] < 1500 / 30 * 1.03 + 2 * way


def test_on_a_line_that_wavers_only_what_it_wavers_is_lost() -> None:
    chance = random.Random(20261122)
    came = arrivals(Pace(30, at_once, 0.0), [(0.1 + chance.uniform(0, 0.2), 0.1) for _ in range(3000)])
    assert most_in_a_second(came) <= 30
    assert came[-1] < 3000 / 30 * 1.15


def test_who_is_told_of_too_many_requests_waits_goes_on_more_slowly_and_comes_back() -> None:
    def in_ten_seconds(after: float) -> int:
        pace = Pace(30, at_once, 0.0)
        pace.pause(5, 0.0)
        pace.pause(5, 0.5)  # under way with the first: says nothing new
        assert pace.allowed(4.9) == 0
        went, now = 0, after
        while now < after + 10:
            pace.share(1, now)
            if pace.allowed(now):
                pace.take("somebody", now)
                pace.done(now, now)
                went += 1
            now += 0.005
        return went

    assert in_ten_seconds(6) < 285 < 295 < in_ten_seconds(60)


@given(st.lists(st.floats(0, 0.3), min_size=50, max_size=100))
def test_after_a_while_in_which_nothing_could_be_sent_no_burst_goes_out(stalls: list[float]) -> None:
    pace, now = Pace(30, at_once, 0.0), 0.0
    for stall in stalls:
        now += stall
        went = 0
        while pace.allowed(now):
            pace.take("somebody", now)
            pace.done(now, now)
            went += 1
        assert went <= 6


@pytest.mark.parametrize("workers", [2, 3, 7])
def test_workers_together_are_no_faster_than_one(workers: int) -> None:
    came: list[float] = []
    for _ in range(workers):
        pace = Pace(30, at_once, 0.0)
        pace.share(workers, 0.0)
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


@pytest.mark.parametrize(("address", "most"), [("-1001", 20), ("42", 63)])
def test_a_group_on_telegram_gets_twenty_messages_a_minute_and_a_person_one_a_second(address: str, most: int) -> None:
    limits = Telegram("1:abc").limits
    pace, now, sent = Pace(limits.per_second, limits.chat_interval, 0.0), 0.0, list[float]()
    while now < 60:
        now += pace.take(address, now)
        pace.done(now, now + 0.1)
        sent.append(now)
    assert most - 1 <= len([moment for moment in sent if moment < 60]) <= most
