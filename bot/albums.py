"""Photos that were sent together: platforms hand them over one by one, and sometimes not at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from bot.channels.base import Channel
from bot.storage import InboxRow, Transaction

_LATE: Final = dt.timedelta(minutes=1)
"""How long after the others a photo of the same album may still come."""


def together(tx: Transaction, channel: Channel, row: InboxRow) -> list[InboxRow]:
    """The update, with what was sent together with it, as one message.

    Empty while some of them are still being fetched.
    """
    album = channel.read(row.payload).album if row.files else None
    if album is None:
        return [row]
    rest = [(one, here) for one, here in tx.album(row) if channel.read(one.payload).album == album]
    if not all(here for _, here in rest):
        return []
    files = [file for one in (row, *(one for one, _ in rest)) for file in one.files]
    return [replace(row, files=files, also=tuple(one for one, _ in rest))]


def answered(tx: Transaction, channel: Channel, row: InboxRow, text: str, now: dt.datetime) -> int | None:
    """The answer (its outbox key) that the rest of the album had, where ``text`` can stand in its place.

    It can if nothing was said since, and it names every file that had come before: then nobody misses anything when
    they read one answer instead of two.
    """
    album = channel.read(row.payload).album if row.files else None
    if album is None:
        return None
    parts = [one for one in tx.taken_since(row, now - _LATE) if channel.read(one.payload).album == album]
    last = tx.last_message(row.channel, row.address) if parts else None
    if last is None or last.dedupe_key not in {f"reply:{one.id}:0" for one in parts}:
        return None
    names = ((file.get("stored") or file)["name"] for one in parts for file in one.files)
    return last.stands_in if all(name in text for name in names) else None
