"""The composition root: puts the program together from its parts, and runs it until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import hmac
import logging
import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from bot.alive import Alive
from bot.attachments import file_finder
from bot.cabinet import Cabinet
from bot.catalogue import keep_shipped, refresh_forms
from bot.channels.base import Channel, Webhook
from bot.channels.console import ConsoleChannel
from bot.channels.telegram import Telegram
from bot.channels.zalo import API_URL as ZALO_API
from bot.channels.zalo import Zalo
from bot.clock import Clock
from bot.console.app import console_app
from bot.console.guard import require_loopback
from bot.erasing import finish_erasing
from bot.erasures import note_new, repeat
from bot.fetching import Fetching
from bot.file_links import FileLinks, links_secret
from bot.floods import Floods
from bot.library import refresh_library
from bot.menus import show_menus
from bot.outbox import FindFile, Sender
from bot.reminders import Looked, plan
from bot.retention import LOOK_EVERY, trim_when_due
from bot.seat import seated
from bot.settings import BadSettings, Settings, service_manager
from bot.status import metrics, probes
from bot.storage import Store
from bot.systemd import feed_watchdog, notify
from bot.turns import Turns
from handlers.texts import say
from knowledge.forms.catalogue import Catalogue
from knowledge.forms.form import load_forms
from knowledge.library import Library

log = logging.getLogger(__name__)

_REMIND_EVERY = 60.0
_MENUS_EVERY = 5.0
_RELEASE_EVERY = 5.0
_REFRESH_EVERY = 2.0
_ERASE_EVERY = 60.0
_STOP = 8
"""Seconds in which the program stops in order. What has not come to its end by then, because a database hangs, is left
as a power cut would leave it, which the next start deals with …"""
_STOP_HARD = 9
"""… and so is a thread that nobody can end: the system ends the process."""


@dataclass
class Program:
    """All parts, put together but not yet running."""

    settings: Settings
    store: Store
    clock: Clock
    cabinet: Cabinet
    find_file: FindFile
    channels: Mapping[str, Channel]
    web: Starlette
    forms: Catalogue
    outcomes: Counter[tuple[str, str, str]]
    """How often a delivery of this channel and kind has ended like this."""
    alive: Alive
    floods: Floods | None
    """How fast an account may write; ``None`` in the demo, where everybody is the one who tries it."""
    library: Library = field(default_factory=Library)


def assemble(settings: Settings, store: Store, clock: Clock, *, demo: bool) -> Program:
    """Put the program together. The demo has the console and nothing else; the real one has the platforms."""
    cabinet = Cabinet(settings.data_dir / "files")
    forms = Catalogue(load_forms())
    find_file = file_finder(store, cabinet, forms)
    channels: dict[str, Channel] = {}
    outcomes: Counter[tuple[str, str, str]] = Counter()
    alive = Alive()
    told = [*probes(store, clock.now, alive, channels), Route("/metrics", metrics(store, clock.now, lambda: outcomes))]
    if demo:
        require_loopback(settings.host)
        console = ConsoleChannel(cabinet)
        channels[console.name] = console
        web = console_app(store, console, clock, cabinet, find_file)
        web.routes.extend(told)
    else:
        routes: list[BaseRoute] = [*told]
        if settings.telegram_token is not None:
            telegram = _telegram(settings, settings.telegram_token.get_secret_value())
            channels[telegram.name] = telegram
            routes.append(telegram.webhook_route())
        if settings.zalo_token is not None:
            token = settings.zalo_token.get_secret_value()
            links = None
            if settings.public_url:
                links = FileLinks(store, cabinet, links_secret(token), settings.public_url, clock.now)
                routes.append(links.route())
            zalo = _zalo(settings, token, links)
            channels[zalo.name] = zalo
            routes.append(zalo.webhook_route())
        web = Starlette(routes=routes)
    return Program(
        settings, store, clock, cabinet, find_file, channels, web, forms, outcomes, alive, None if demo else Floods()
    )


def _telegram(settings: Settings, token: str) -> Telegram:
    webhook = None
    if settings.public_url:
        # Derived from the token, so that it needs no place of its own and changes when the token does.
        secret = hmac.new(token.encode(), b"telegram webhook", hashlib.sha256).hexdigest()
        webhook = Webhook(settings.public_url, secret)
    return Telegram(
        token,
        settings.telegram_api_url or "https://api.telegram.org/bot",
        settings.telegram_file_url or "https://api.telegram.org/file/bot",
        webhook,
        per_second=settings.telegram_rate,
        proxy=settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None,
    )


def _zalo(settings: Settings, token: str, links: FileLinks | None) -> Zalo:
    webhook = None
    if settings.public_url:
        secret = settings.zalo_webhook_secret
        derived = hmac.new(token.encode(), b"zalo webhook", hashlib.sha256).hexdigest()
        webhook = Webhook(settings.public_url, secret.get_secret_value() if secret else derived)
    return Zalo(token, settings.zalo_api_url or ZALO_API, webhook, links.link if links else None)


async def run(program: Program, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; then finish the turn and the sends in hand. ``on_ready`` gets the address."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    manager = service_manager()
    async with running(program) as address:
        on_ready(address)
        notify(manager.socket, "READY=1")
        feeding = None
        if manager.watchdog:
            feeding = asyncio.create_task(feed_watchdog(manager.socket, manager.watchdog, program.alive))
        await stop.wait()
        notify(manager.socket, "STOPPING=1")
        if feeding is not None:
            feeding.cancel()
        signal.alarm(_STOP_HARD)


@contextlib.asynccontextmanager
async def running(program: Program) -> AsyncIterator[str]:
    """The program at work, with the address of its web server; stopped in order at the end. Raises BadSettings."""
    with seated(program.settings) as name:
        async with _working(program, name) as address:
            yield address


@contextlib.asynccontextmanager
async def _working(program: Program, name: str) -> AsyncIterator[str]:
    store, clock, channels = program.store, program.clock, program.channels
    if (repeated := await repeat(store, program.settings.data_dir, clock.now())).done:
        log.warning("the database had %d erased people again, as after a restore: erased again", repeated.done)
    await refresh_library(store, program.library)
    # What is loaded stays: looking it through again for garbage held up one turn in ten by a tenth of a second.
    gc.collect()
    gc.freeze()
    await store.write(lambda tx: keep_shipped(tx, program.forms, clock.now()))
    kept = program.settings
    await store.write(lambda tx: tx.note_kept(kept.keep_messages_days, kept.keep_reports_years, kept.keep_audit_years))
    sender = Sender(store, channels, program.find_file, clock, name)
    sender.outcomes = program.outcomes
    await sender.recover()
    turns = Turns(store, channels, program.library, program.forms, clock, sender.wake, program.floods)
    fetching = Fetching(store, channels, program.cabinet, clock)
    moved, moved_too = asyncio.Event(), asyncio.Event()
    for listener in (moved.set, moved_too.set, sender.wake):
        clock.on_move(listener)

    async def erase() -> None:
        await finish_erasing(store, program.cabinet)
        await note_new(store, program.settings.data_dir)

    looked: Looked = {}

    async def remind() -> None:
        now = clock.now()
        while await store.write(lambda tx: plan(tx, now, program.forms, looked)):
            sender.wake()

    async def release() -> None:
        now = clock.now()
        if await store.write(lambda tx: tx.release(now)):
            sender.wake()

    async def trim() -> None:
        await trim_when_due(store, program.cabinet, program.settings, clock.now())

    listening = [
        asyncio.create_task(channel.listen(turns.journal(name, fetching.wake)), name=f"listen {name}")
        for name, channel in channels.items()
    ]
    working = [
        asyncio.create_task(turns.run(), name="turns"),
        asyncio.create_task(fetching.run(turns.wake), name="fetching"),
        *(
            asyncio.create_task(_repeat("menus", partial(show_menus, store, channel), _MENUS_EVERY), name="menus")
            for channel in channels.values()
            if hasattr(channel, "show_commands")
        ),
        asyncio.create_task(_repeat("reminders", remind, _REMIND_EVERY, moved), name="reminders"),
        asyncio.create_task(_repeat("announcements", release, _RELEASE_EVERY, moved_too), name="announcements"),
        asyncio.create_task(_repeat("erasing", erase, _ERASE_EVERY), name="erasing"),
        asyncio.create_task(
            _repeat("library", lambda: refresh_library(store, program.library), _REFRESH_EVERY), name="library"
        ),
        asyncio.create_task(
            _repeat("forms", lambda: refresh_forms(store, program.forms), _REFRESH_EVERY), name="forms"
        ),
    ]
    if not any(isinstance(channel, ConsoleChannel) for channel in channels.values()):  # there time jumps
        working.append(asyncio.create_task(_repeat("retention", trim, LOOK_EVERY), name="retention"))
    sending = asyncio.create_task(sender.run(), name="sender")
    program.alive.tasks = [*listening, *working, sending]
    program.alive.rounds = [lambda: turns.round_at, lambda: sender.round_at]
    server = _Server(
        uvicorn.Config(
            program.web,
            host=program.settings.host,
            port=program.settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=3,
        )
    )
    serving = asyncio.create_task(server.serve(), name="web")
    try:
        yield await server.address(serving)
    finally:
        try:
            async with asyncio.timeout(_STOP):
                # From the outside inwards: nothing new comes in, turns in hand end, then what they said is sent.
                await _end(listening)
                server.should_exit = True
                for channel in channels.values():
                    if isinstance(channel, ConsoleChannel):
                        await channel.close()  # open pages, for which the server would wait
                await asyncio.wait([serving])
                await _end(working)
                await _end([sending])
                await asyncio.gather(*(channel.close() for channel in channels.values()), return_exceptions=True)
                await store.close()
        except TimeoutError:
            log.error("stopped before all had come to its end; the next start sees to it")


async def _repeat(
    name: str, act: Callable[[], Awaitable[object]], seconds: float, soon: asyncio.Event | None = None
) -> None:
    """Do something again and again, also as soon as ``soon`` is set; what fails is logged and tried again."""
    soon = soon or asyncio.Event()
    while True:
        soon.clear()
        try:
            await act()
        except Exception as error:
            log.error("%s: %s", name, type(error).__name__)
        with contextlib.suppress(TimeoutError):
            # Not ``wait_for``: in Python 3.11 it swallows a cancellation that comes together with the event.
            async with asyncio.timeout(seconds):
                await soon.wait()


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


class _Server(uvicorn.Server):
    """A web server that leaves signals to the program, so that everything stops in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, or return where it can't listen: uvicorn would end the whole program."""
        with contextlib.suppress(SystemExit):
            await super().serve(sockets)

    async def address(self, serving: asyncio.Task[None]) -> str:
        """Wait until it listens. Raises BadSettings where the port can't be had."""
        while not self.started:
            if serving.done():
                raise BadSettings(say("operator.port_taken", port=self.config.port))
            await asyncio.sleep(0.01)
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}/"
