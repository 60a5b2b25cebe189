"""A storm of random and damaged updates through the real parsing and the real turns, for every channel.

    python -m tests.bench.channel_fuzz [--updates 100000] [--channel telegram] [--seed 1]

In process, without HTTP. People, staff and strangers say what people say and what nobody says, press buttons that were
offered and that never were, send files, edit, quote, speak in groups; a third of the updates is damaged before they
are read. Whatever comes: no turn fails, everybody who was heard is answered, and nobody is stuck. After the storm each
person gets the menu and an answer, and whoever may report files a report.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot import turns
from bot.channels import telegram_updates, zalo_updates
from bot.channels.base import Arrival, FileProblem, Limits, NewUpdate, RemoteFile, Unreachable
from bot.channels.console import ConsoleChannel
from bot.library import ingest, refresh_library
from bot.outbox import Sender
from bot.storage import open_store
from bot.storage.schema import account
from knowledge.library import Library
from tests.bench.channel_fuzz_after import Report, files_a_report, look_back, speaks
from tests.bench.channel_fuzz_updates import Weather
from tests.support.world import NOON, Chat, RecordingChannel, StillClock, World

CHANNELS = ("telegram", "zalo", "console")
_DOCUMENTS = Path(__file__).resolve().parents[2] / "bot" / "demo" / "documents"
_BATCH = 25
_SENT = 400
"""Messages of late that are pressed, quoted and corrected."""
_ROLES = ("cadre",) * 8 + ("staff", "supervisor", "admin")
_STRANGERS = 6


class Storm(RecordingChannel):
    """A real channel's reading, over a platform that is a list."""

    def __init__(self, name: str, dice: random.Random) -> None:
        super().__init__(buttons=name != "zalo")
        self.name = name
        self.limits = Limits(2000 if name == "zalo" else 4096, name != "zalo", 1e6, lambda _: 0, 64)
        self._dice = dice
        reads: dict[str, Callable[[Mapping[str, Any]], Arrival]] = {
            "telegram": telegram_updates.read,
            "zalo": zalo_updates.read,
            "console": lambda payload: ConsoleChannel.read(None, payload),  # type: ignore[arg-type]
        }
        self._read = reads[name]
        self.sent = deque(maxlen=_SENT)  # type: ignore[assignment]

    def read(self, payload: Mapping[str, Any]) -> Arrival:
        """As the real channel reads it."""
        return self._read(payload)

    async def download(self, file: RemoteFile, limit: int) -> bytes:
        """A photo, a text, or what can go wrong."""
        kind = self._dice.random()
        if kind < 0.5:
            raise FileProblem(self._dice.choice(("too-big", "unavailable", "unsupported")))
        if kind < 0.6:
            raise Unreachable("x")
        return b"KE HOACH\n\n1. Noi dung truoc ngay 30/10."


async def storm(channel: str, updates: int, seed: int, folder: Path, witnesses: int = len(_ROLES)) -> Report:
    """Let it rage, and look around afterwards; so many people are then asked whether they are stuck."""
    dice, report = random.Random(seed), Report(channel)
    store = open_store(f"sqlite+aiosqlite:///{folder / 'danvan.sqlite3'}")
    await store.migrate()
    library, clock = Library(), StillClock()
    await ingest(store, sorted(_DOCUMENTS.glob("*.txt"))[:4], NOON, lambda: None)
    await refresh_library(store, library)
    there = Storm(channel, dice)
    world = World(store, folder, clock, library, channel=there)
    world.sender = Sender(store, {channel: there}, _any_file, clock)
    people = await _people(world)
    strangers = [str(5_000 + number) for number in range(_STRANGERS)]
    weather = Weather(channel, dice, [*(chat.address for chat in people), *strangers], there)
    started = time.perf_counter()
    while report.updates < updates:
        batch: list[NewUpdate] = []
        for _ in range(min(_BATCH, updates - report.updates)):
            report.updates += 1
            update = weather.update()
            try:
                new = weather.read(update)
                json.dumps(new.payload) if new else None
            except Exception as error:
                report.failed.append(f"{type(error).__name__}: {update!r}"[:400])
                continue
            if new is not None:
                batch.append(new)
        await world.journal(batch)
        await world.settle()
        report.heard += len(batch)
        if report.updates % 10_000 == 0:
            print(f"  {channel}: {report.updates}", file=sys.stderr, flush=True)
    report.seconds = time.perf_counter() - started
    while await store.read(lambda tx: tx.updates_to_fetch(1)):  # the last file may have failed once: it is asked again
        await world.settle()
    await look_back(world, report)
    for chat in people[:witnesses]:
        await speaks(world, chat, report)
    await files_a_report(world, await _newcomer(world), report)
    await store.close()
    return report


async def _any_file(file: object) -> tuple[str, str, Path]:
    """Making a spreadsheet takes longer than a thousand turns, and is tested elsewhere."""
    return "tep", "text/plain", Path(__file__)


async def _people(world: World) -> list[Chat]:
    province = await world.unit("Tỉnh Tân Giang", "province")
    people = []
    for number, role in enumerate(_ROLES):
        home = await world.unit(f"Xã {number}", parent=province) if role == "cadre" else province
        people.append(await _enrolled(world, f"Người {number}", role, home, str(1_000 + number)))
    return people


async def _enrolled(world: World, name: str, role: Any, home: int, address: str) -> Chat:
    chat = await world.person(name, role, home)
    here = account.c.person_id == chat.person_id
    await world.store.write(lambda tx: tx.connection.execute(account.update().where(here).values(address=address)))
    chat.address = address
    return chat


async def _newcomer(world: World) -> Chat:
    province = await world.unit("Tỉnh khác", "province")
    return await _enrolled(world, "Người mới", "cadre", await world.unit("Xã Mới", parent=province), "9999")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it for the channels that are wanted, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--channel", choices=CHANNELS, action="append")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    # Of a turn that fails the program says where, in one line; nothing else is worth reading here.
    logging.basicConfig(level=logging.CRITICAL, format="%(message)s")
    logging.getLogger(turns.__name__).setLevel(logging.ERROR)
    bad = 0
    for channel in given.channel or CHANNELS:
        with tempfile.TemporaryDirectory() as folder:
            report = asyncio.run(storm(channel, given.updates, given.seed, Path(folder)))
        print(
            f"{channel:9} {report.updates} updates, {report.heard} heard, {report.updates / report.seconds:.0f}/s: "
            f"{len(report.failed)} failed, {len(report.unanswered)} unanswered, {len(report.stuck)} stuck, "
            f"{report.filed} reports filed afterwards",
            flush=True,
        )
        for line in report.wrong[:20]:
            print("   ", " ".join(line.split()))
        bad += len(report.wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
