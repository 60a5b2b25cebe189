"""What is done with goes after its time, every night, in small steps: ``danvan run`` sees to it, or ``danvan trim``."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bot.cabinet import Cabinet
from bot.file_links import LIFETIME
from bot.settings import Settings
from bot.storage import Store, Transaction

LOOK_EVERY = 1800.0
"""Seconds between two looks at the clock."""
_NIGHT = range(1, 5)
_RANGE = 1000
"""Keys that are looked at, and at most removed, in one step."""
_SOME = 500
_PAUSE = 0.02
"""Seconds after each step for those who wait."""
_EXPORTS = LIFETIME + dt.timedelta(days=1)
"""How long an export lies ready: as long as links to it work."""
_YEAR = dt.timedelta(days=365, hours=6)


@dataclass
class Trimmed:
    """How much has gone."""

    inbox: int = 0
    outbox: int = 0
    blanked: int = 0
    """Announcements' deliveries that lost their words."""
    secrets: int = 0
    questions: int = 0
    strangers: int = 0
    reports: int = 0
    audit: int = 0
    files: int = 0
    """Exports that can be made again."""


async def trim_when_due(store: Store, cabinet: Cabinet, settings: Settings, now: dt.datetime) -> Trimmed | None:
    """Trim once a day, at night where possible; of several workers only one does."""
    if not await store.write(lambda tx: tx.begin_trim(now, at_night=now.hour in _NIGHT)):
        return None
    return await trim(store, cabinet, settings, now)


async def trim(store: Store, cabinet: Cabinet, settings: Settings, now: dt.datetime) -> Trimmed:
    """Remove what has had its time. Stopped at any point, what is left goes the next time."""
    done = Trimmed()
    before = now - dt.timedelta(days=settings.keep_messages_days)
    newest_update, newest_message = await store.read(lambda tx: tx.newest_keys())

    async def through(newest: int, find: Find, change: Change) -> int:
        """Every range of keys up to the newest, which stays."""
        count = 0
        for after in range(0, newest, _RANGE):
            until = min(after + _RANGE, newest - 1)
            if keys := await store.read(partial(find, after=after, until=until)):
                count += await store.write(partial(change, keys=keys))
                await asyncio.sleep(_PAUSE)
        return count

    async def until_none(change: Callable[[Transaction], int]) -> int:
        count = 0
        while some := await store.write(change):
            count += some
            await asyncio.sleep(_PAUSE)
        return count

    # Codes go at once, the rest in its time.
    done.secrets = await through(newest_message + 1, _told_secrets, lambda tx, keys: tx.blot_out(keys))
    done.inbox = await through(newest_update, partial(_old_updates, before), lambda tx, keys: tx.drop_updates(keys))
    done.outbox = await through(newest_message, partial(_old_messages, before), lambda tx, keys: tx.drop_messages(keys))
    done.blanked = await through(newest_message, partial(_wordy, before), lambda tx, keys: tx.shorten(keys))
    done.questions = await until_none(lambda tx: tx.drop_questions(before, _SOME))
    done.strangers = await until_none(lambda tx: tx.drop_strangers(before, _SOME))
    if years := settings.keep_reports_years:
        done.reports = await until_none(lambda tx: tx.drop_reports(now - years * _YEAR))
    if years_of_audit := settings.keep_audit_years:
        done.audit = await until_none(lambda tx: tx.drop_audit(now - years_of_audit * _YEAR, _SOME))
    kept = await store.read(lambda tx: tx.stored_content())
    done.files = await asyncio.to_thread(cabinet.drop_others, kept, now - _EXPORTS)
    return done


class Find(Protocol):
    """Gives the keys of a range that a change concerns."""

    def __call__(self, tx: Transaction, *, after: int, until: int) -> Sequence[int]:
        """Keys beyond ``after``, up to ``until``."""


class Change(Protocol):
    """Does something to the rows with these keys; gives how many there were."""

    def __call__(self, tx: Transaction, *, keys: Sequence[int]) -> int:
        """Their number."""


def _told_secrets(tx: Transaction, *, after: int, until: int) -> Sequence[int]:
    return tx.told_secrets(after, until)


def _old_updates(before: dt.datetime, tx: Transaction, *, after: int, until: int) -> Sequence[int]:
    return tx.old_updates(after, until, before)


def _old_messages(before: dt.datetime, tx: Transaction, *, after: int, until: int) -> Sequence[int]:
    return tx.old_messages(after, until, before)


def _wordy(before: dt.datetime, tx: Transaction, *, after: int, until: int) -> Sequence[int]:
    return tx.wordy_announcements(after, until, before)
