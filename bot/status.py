"""``danvan status``, the probes and ``/metrics``: how the program is doing, for people and for machines."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
from collections.abc import Awaitable, Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.storage import Status, Store
from handlers.texts import say

Outcomes = Mapping[tuple[str, str, str], int]
"""How often a delivery of this channel and kind has ended like this since the process began."""
_PATIENCE = 5
"""Seconds that a probe waits for the database."""
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_LOCAL_NAMES = {"localhost", "127.0.0.1", "::1"}


def told(status: Status) -> str:
    """For a person at a terminal."""
    return say("operator.status", status=status, age=_age(status))


def to_json(status: Status) -> dict[str, Any]:
    """For a program: moments in ISO format, ages in seconds."""
    age = _age(status)
    return {
        "at": status.at.isoformat(),
        "queues": [
            {
                "kind": one.kind,
                "channel": one.channel,
                "waiting": one.waiting,
                "later": one.later,
                "sending": one.sending,
                "uncertain": one.uncertain,
                "failed_today": one.failed_today,
                "oldest_seconds": age(one.oldest_due),
                "held": one.held,
            }
            for one in status.queues
        ],
        "updates": {"waiting": status.updates_waiting, "oldest_seconds": age(status.oldest_update)},
        "oldest_reminder_seconds": age(status.oldest_reminder),
        "announcements_planned": status.announcements_planned,
        "accounts_unreachable": status.accounts_unreachable,
        "workers": status.workers,
        "last_backup": status.last_backup.isoformat() if status.last_backup else None,
    }


def _age(status: Status) -> Callable[[dt.datetime | None], float | None]:
    return lambda moment: round((status.at - moment).total_seconds(), 1) if moment else None


def probes(
    store: Store,
    now: Callable[[], dt.datetime],
    alive: Callable[[], bool],
    channels: Mapping[str, object] = MappingProxyType({}),
) -> list[Route]:
    """``/livez``: the loops run, or the process should be started anew. ``/readyz``: the database answers and is of
    this program's schema, or nothing should be sent here. ``/healthz``: both, for people.

    A channel that is in trouble (a lost token, no quota) is named with its reason: the rest works on.
    """

    async def live(_: Request) -> Response:
        return JSONResponse({"ok": alive()}, status_code=200 if alive() else 503)

    async def ready(_: Request) -> Response:
        answer = await _database(store, now)
        return JSONResponse(answer, status_code=200 if answer["ok"] else 503)

    async def health(_: Request) -> Response:
        answer = await _database(store, now)
        if not alive():
            answer |= {"ok": False, "error": answer.get("error", "stands still")}
        reasons = {name: getattr(channel, "trouble", None) for name, channel in channels.items()}
        if trouble := {name: reason for name, reason in reasons.items() if reason}:
            answer["trouble"] = trouble
        return JSONResponse(answer, status_code=200 if answer["ok"] else 503)

    return [Route("/livez", live), Route("/readyz", ready), Route("/healthz", health)]


async def _database(store: Store, now: Callable[[], dt.datetime]) -> dict[str, Any]:
    try:
        async with asyncio.timeout(_PATIENCE):
            current, due = await store.read(lambda tx: (tx.is_current(), tx.next_due()))
    except Exception as error:
        return {"ok": False, "error": type(error).__name__}
    if not current:
        return {"ok": False, "error": "schema"}
    return {"ok": True, "late_seconds": max(0.0, round((now() - due).total_seconds(), 1)) if due else 0.0}


def metrics(
    store: Store, now: Callable[[], dt.datetime], outcomes: Callable[[], Outcomes]
) -> Callable[[Request], Awaitable[Response]]:
    """The numbers for Prometheus. Only for who asks on this machine itself, not through a proxy."""

    async def answer(request: Request) -> Response:
        if not _is_local(request):
            return Response(status_code=404)
        moment = now()
        status = await store.read(lambda tx: tx.status(moment))
        from prometheus_client import CollectorRegistry, generate_latest  # only where somebody asks

        class Collected:
            def collect(self) -> Iterator[Any]:
                return _families(status, outcomes())

        registry = CollectorRegistry()
        registry.register(Collected())
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8")

    return answer


def _is_local(request: Request) -> bool:
    try:
        local = request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        local = False
    # A proxy that says nothing of whom it speaks for still says under which name it was called.
    named = request.url.hostname in _LOCAL_NAMES
    return local and named and not any(name in request.headers for name in _FORWARDED)


def _families(status: Status, outcomes: Outcomes) -> Iterator[Any]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    age = _age(status)
    depth = GaugeMetricFamily(
        "danvan_queue_messages", "Messages by what they wait for", labels=["kind", "channel", "state"]
    )
    oldest = GaugeMetricFamily(
        "danvan_queue_oldest_seconds", "Age of the first message due", labels=["kind", "channel"]
    )
    for one in status.queues:
        for state in ("waiting", "later", "sending", "uncertain"):
            depth.add_metric([one.kind, one.channel, state], getattr(one, state))
        depth.add_metric([one.kind, one.channel, "failed_today"], one.failed_today)
        oldest.add_metric([one.kind, one.channel], age(one.oldest_due) or 0)
    sends = CounterMetricFamily(
        "danvan_sends", "Deliveries of this process by outcome", labels=["channel", "kind", "outcome"]
    )
    for labels, count in sorted(outcomes.items()):
        sends.add_metric(list(labels), count)
    yield from (depth, oldest, sends)
    plain = {
        "danvan_updates_waiting": ("Updates that wait for their turn", status.updates_waiting),
        "danvan_updates_oldest_seconds": ("Age of the first of them", age(status.oldest_update) or 0),
        "danvan_oldest_reminder_seconds": ("Age of the first reminder due", age(status.oldest_reminder) or 0),
        "danvan_announcements_planned": ("Planned, or waiting for approval", status.announcements_planned),
        "danvan_accounts_unreachable": ("Blocked us, or are gone", status.accounts_unreachable),
        "danvan_workers": ("Processes that share the work; 0 where there is only one", status.workers),
    }
    if status.last_backup is not None:
        plain["danvan_last_backup_seconds"] = ("Age of the last backup", age(status.last_backup) or 0)
    for name, (about, value) in plain.items():
        yield GaugeMetricFamily(name, about, value=value)
