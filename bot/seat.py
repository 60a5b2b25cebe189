"""A worker's seat: a file that it holds locked as long as it lives, and in which its name stands.

The system lets go of the lock when a process ends, however it ends, so a seat is never left taken. A worker that comes
after one that was killed sits down in its seat and bears its name: what that one had under way is known to be its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from bot.settings import BadSettings, Settings
from handlers.texts import say


@contextlib.contextmanager
def seated(settings: Settings, *, alone: bool = False) -> Iterator[str]:
    """Hold a seat, and give the worker's name in it; ``alone``: only where nobody sits.

    On SQLite there is one seat, beside the database: two writers would not see each other's work. On PostgreSQL as many
    as come share a data folder; but only platforms that call us can be served by several. Raises BadSettings.
    """
    folder = settings.sqlite.parent if settings.sqlite else settings.data_dir
    for number in itertools.count(1):
        if (alone and any(map(_taken, folder.glob("worker*")))) or (number > 1 and settings.sqlite):
            raise BadSettings(say("operator.already_running", folder=folder))
        if number > 1 and not settings.public_url:
            raise BadSettings(say("operator.workers_need_webhooks", folder=folder))
        with (folder / ("worker" if number == 1 else f"worker-{number}")).open("a+") as file:
            if not _locked(file):
                continue
            file.seek(0)
            if not (name := file.read().strip()):
                name = secrets.token_hex(8)
                file.write(name)
                file.flush()
            yield name
            return


def _taken(seat: Path) -> bool:
    with seat.open("a+") as file:
        return not _locked(file)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
