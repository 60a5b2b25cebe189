"""``danvan check``: says to an operator what is in order and what is not, and what to do about it. Changes nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from bot import app
from bot.channels.base import SendError
from bot.channels.telegram import WEBHOOK_PATH as TELEGRAM_PATH
from bot.channels.telegram import Telegram
from bot.channels.zalo import API_URL as ZALO_API
from bot.channels.zalo import WEBHOOK_PATH as ZALO_PATH
from bot.channels.zalo import Zalo
from bot.clock import Clock
from bot.settings import Settings, exposed_file
from bot.storage import Store, open_store
from handlers.texts import say

_PATHS = {"telegram": TELEGRAM_PATH, "zalo": ZALO_PATH}
_ADVICE = {"telegram": "telegram_advice", "zalo": "zalo_advice"}
_TELEGRAM_API = "https://api.telegram.org"
_LITTLE, _TOO_LITTLE = 2_000_000_000, 200_000_000
"""Bytes left on the disk: soon to be seen to, and at once."""
_WRONG_CLOCK = 60.0
"""Seconds by which this machine's clock may differ from a platform's."""
_OLD_BACKUP = dt.timedelta(days=2)
_PATIENCE = 10.0


@dataclass
class Findings:
    """Tells a line for each thing that was looked at, and counts faults; what is worth knowing is no fault."""

    tell: Callable[[str], None]
    bad: int = 0

    def fine(self, about: str, **values: object) -> None:
        """In order."""
        self.tell(say("operator.check_ok", what=say(f"operator.check_{about}", **values)))

    def note(self, about: str, **values: object) -> None:
        """Works, but."""
        self.tell(say("operator.check_note", what=say(f"operator.check_{about}", **values)))

    def fault(self, about: str, **values: object) -> None:
        """Does not work, or is dangerous."""
        self.tell(say("operator.check_bad", what=say(f"operator.check_{about}", **values)))
        self.bad += 1


async def problems(settings: Settings, tell: Callable[[str], None]) -> int:
    """Look at settings, files, disk, database, channels, webhooks and clock; returns how many are not in order."""
    found = Findings(tell)
    found.fine("settings")
    _files(settings, found)
    try:
        store = open_store(settings.database)
    except Exception:  # what the libraries say of a URL may hold its password
        found.fault("database", reason=say("operator.bad_setting", name="database_url"))
        return found.bad
    try:
        if await _database(settings, store, found):
            await _kept(store, found)
        await _channels(settings, store, found)
    finally:
        await store.close()
    return found.bad


def _files(settings: Settings, found: Findings) -> None:
    if file := exposed_file():
        found.fault("exposed", file=file)
    folder = settings.data_dir.resolve()
    if settings.live and folder.exists() and stat.S_IMODE(folder.stat().st_mode) & stat.S_IRWXO:
        found.note("open_folder", folder=folder)
    free = shutil.disk_usage(_existing(folder)).free
    if free < _TOO_LITTLE:
        found.fault("disk", folder=folder, free=free)
    elif free < _LITTLE:
        found.note("disk", folder=folder, free=free)
    if settings.live:
        _backups(settings, folder, found)


def _backups(settings: Settings, data: Path, found: Findings) -> None:
    """Whether the next backup can be written, and would outlive the data."""
    folder = settings.backups.resolve()
    there = _existing(folder)
    if folder.is_relative_to(data):
        found.note("backups_inside", folder=folder)
    elif not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        found.fault("backup_folder", folder=folder)
    elif (free := shutil.disk_usage(there).free) < _TOO_LITTLE:
        found.fault("disk", folder=folder, free=free)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())


async def _database(settings: Settings, store: Store, found: Findings) -> bool:
    """Whether it answers in this program's schema."""
    if settings.sqlite is not None and not settings.sqlite.exists():
        schema = "none"
    else:
        try:
            async with asyncio.timeout(_PATIENCE):
                schema = await store.read(lambda tx: tx.schema())
        except Exception as error:
            found.fault("database", reason=say("operator.no_database", reason=type(error).__name__))
            return False
    if schema == "current":
        found.fine("schema")
    elif schema == "newer":
        found.fault("database", reason=say("operator.newer_database"))
    else:
        found.note("older_database" if schema == "older" else "new_database")
    return schema == "current"


async def _kept(store: Store, found: Findings) -> None:
    """What the database says: channels whose platform takes no more messages at present, and the last backup."""
    now = Clock().now()
    status = await store.read(lambda tx: tx.status(now))
    for channel in sorted({queue.channel for queue in status.queues if queue.held}):
        waiting = sum(queue.waiting + queue.later for queue in status.queues if queue.channel == channel)
        found.fault("held", channel=channel, waiting=waiting)
    if status.last_backup is None:
        found.note("no_backup")
    elif now - status.last_backup > _OLD_BACKUP:
        found.fault("old_backup", moment=status.last_backup)


async def _channels(settings: Settings, store: Store, found: Findings) -> None:
    channels = app.assemble(settings, store, Clock(), demo=False).channels
    if not channels:
        found.note("no_channel")
        return
    proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None
    places = {
        "telegram": (settings.telegram_api_url or _TELEGRAM_API, proxy),
        "zalo": (settings.zalo_api_url or ZALO_API, None),
    }
    for name, channel in channels.items():
        assert isinstance(channel, Telegram | Zalo)
        try:
            found.fine(name, account=await channel.username())
        except SendError as error:
            found.fault(_ADVICE[name], reason=error)
        await channel.close()
    if "zalo" in channels and not settings.public_url.startswith("https://"):
        found.note("links")
    await _clock(*next(places[name] for name in channels), found)
    if settings.public_url:
        for path in (one for name, one in _PATHS.items() if name in channels):
            await _webhook(settings.public_url + path, found)


async def _clock(url: str, proxy: str | None, found: Findings) -> None:
    """Compare this machine's clock with the one by which a platform answers; where none does, that is told already."""
    try:
        async with httpx.AsyncClient(proxy=proxy, timeout=_PATIENCE) as client:
            shown = parsedate_to_datetime((await client.head(url)).headers["date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return
    wrong = abs((Clock().now() - shown).total_seconds())
    if wrong > _WRONG_CLOCK:
        found.fault("clock", seconds=round(wrong))


async def _webhook(url: str, found: Findings) -> None:
    """Call it as a stranger would: the program itself must be what turns us away."""
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE) as client:
            status = (await client.post(url, content=b"{}")).status_code
    except httpx.HTTPError as error:
        found.note("webhook_away", url=url, reason=type(error).__name__)
        return
    if status == 403:
        found.fine("webhook", url=url)
    else:
        found.fault("webhook_wrong", url=url, status=status)
