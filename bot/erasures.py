"""The journal of erasures: a file beside the database, so that a restored backup does not bring the erased back.

A line for each erasure: the person's key, the moment, and when that person had enrolled, which tells whether a database
means the same person by that key. No name, no account.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.storage import Erasure, Store, Transaction
from handlers.records.privacy import ErasePerson
from handlers.texts import say

NAME: Final = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Repeated:
    """What became of the erasures of a journal."""

    done: int
    """People who were there again, and are erased now."""
    unknown: tuple[Erasure, ...]
    """Those whose key means nobody here, or somebody else: they were erased in another database."""


def read_journal(folder: Path) -> list[Erasure]:
    """All erasures noted in this folder; a line that was cut off by a crash is passed over."""
    try:
        lines = (folder / NAME).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [one for line in lines if (one := _read(line)) is not None]


def _read(line: str) -> Erasure | None:
    try:
        noted = json.loads(line)
        at, enrolled = (dt.datetime.fromisoformat(noted[key]) for key in ("at", "enrolled"))
        return Erasure(int(noted["person"]), enrolled, at)
    except (ValueError, TypeError, KeyError):
        return None


def note(folder: Path, erasures: Iterable[Erasure]) -> None:
    """Add those that are not noted yet; they are on the disk afterwards."""
    known = {(one.person_id, one.enrolled_at) for one in read_journal(folder)}
    new = [one for one in erasures if (one.person_id, one.enrolled_at) not in known]
    if not new:
        return
    rows = [{"person": one.person_id, "at": one.at.isoformat(), "enrolled": one.enrolled_at.isoformat()} for one in new]
    path = folder / NAME
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a+b") as file:
        # Behind a line that was cut off, on a line of its own.
        text = "".join(f"\n{json.dumps(row)}" for row in rows) + "\n"
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


async def note_new(store: Store, folder: Path) -> None:
    """Note what was erased since the last line."""
    last = max((one.at for one in read_journal(folder)), default=None)
    note(folder, await store.read(lambda tx: tx.erasures(last)))


async def repeat(store: Store, folder: Path, now: dt.datetime) -> Repeated:
    """Erase again who is noted as erased and is back; then note all that the database says was erased.

    Only at the start and after a restore: no running program's database loses an erasure.
    """
    noted = read_journal(folder)

    def work(tx: Transaction) -> Repeated:
        enrolled = tx.enrolled([one.person_id for one in noted])
        done = {one.person_id for one in tx.erasures(None)}
        known = [one for one in noted if enrolled.get(one.person_id) == one.enrolled_at]
        again = sorted({one.person_id for one in known} - done)
        for key in again:
            tx.apply(ErasePerson(key, say("privacy.erased_name")), None, now)
        return Repeated(len(again), tuple(one for one in noted if one not in known))

    found = await store.write(work)
    note(folder, await store.read(lambda tx: tx.erasures(None)))
    return found
