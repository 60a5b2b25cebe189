"""A year of a province: how large the database gets without and with retention, and what backup and restore take.

    .venv/bin/python -m tests.bench.year [--share 4] [--postgres]

The rows are those that turns leave (an update, its answer, what goes out unasked, reports, what is noted), with
texts as long as real ones; they are put in directly, since a million real turns take an hour. A share of the province
(a quarter of its communes and people, all year long) is measured, and what it makes for the whole is said beside it:
all of it grows with the number of rows. ``--share 1`` measures the whole. ``--postgres`` also moves the year to a
PostgreSQL server of its own and does the same there.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import psutil
import sqlalchemy as sa

from bot.backup import back_up, restore
from bot.cabinet import Cabinet
from bot.clock import VIETNAM
from bot.move import move_everything
from bot.retention import trim
from bot.settings import Settings
from bot.storage import Store, Transaction, open_store
from bot.storage import schema as tables
from tests.conftest import create_database
from tests.support import postgres

T = TypeVar("T")
COMMUNES, PEOPLE = 124, 1500
DAYS = 365
START = dt.datetime(2026, 1, 1, 8, tzinfo=VIETNAM)
# Of one person in a working week.
_MESSAGES = 6
_ANNOUNCED = (1, 3)
"""Days of the week with an announcement to all."""
_READ = 0.8
_FILES = 200
_FILE_BYTES = 250_000
_WORDS = ("báo cáo kết quả công tác dân vận của xã trong kỳ hội nghị nhân dân kiến nghị", "đã tổ chức giải quyết")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--share", type=int, default=4)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    asyncio.run(_measure(given.share, given.postgres))


def _say(line: str) -> None:
    print(line, flush=True)


async def _measure(share: int, on_postgres: bool) -> None:
    communes, people = COMMUNES // share, PEOPLE // share
    with tempfile.TemporaryDirectory(prefix="danvan-year-") as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data")  # type: ignore[call-arg]
        store = open_store(settings.database)
        await store.migrate()
        await store.close()
        made = time.monotonic()
        counts = _a_year(settings, people, communes)
        took = time.monotonic() - made
        _say(f"A year of {communes} communes and {people:,} people (made in {took:.0f} s); ×{share}: of a province")
        _say("  " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))
        files = sum(path.stat().st_size for path in (settings.data_dir / "files").glob("??/*"))
        _say(f"  files {files / 1e6:.0f} MB\n\nSQLite")
        _size("without retention", _used(settings), share)
        await _there_and_back(settings, share)
        if on_postgres:
            await _move(settings, share)
        store = open_store(settings.database)
        longest = _watch(store)
        began = _now()
        done = await trim(store, Cabinet(settings.data_dir / "files"), settings, START + dt.timedelta(days=DAYS))
        _time("one trim of a year", began, share)
        await store.close()
        _say(f"    the longest that a turn has to wait for it: {1000 * longest[0]:.0f} ms; {done}")
        _size(f"with {settings.keep_messages_days} days of retention", _used(settings), share)
        await _there_and_back(settings, share)


def _size(what: str, size: float, share: int) -> None:
    _say(f"  {what:28}{size:8.0f} MB   ×{share}: {share * size:6,.0f} MB")


def _now() -> tuple[float, float]:
    return time.monotonic(), time.process_time()


def _time(what: str, began: tuple[float, float], share: int, more: str = "") -> None:
    """How long it took since then, and how much of it was this process's own work: others may share the machine."""
    took, own = (now - then for now, then in zip(_now(), began, strict=True))
    _say(f"  {what:28}{took:8.1f} s    ×{share}: {share * took:6.0f} s, of which at work {share * own:.0f} s{more}")


def _used(settings: Settings) -> float:
    """Megabytes of pages that are in use: free ones are used again."""
    assert settings.sqlite is not None
    with closing(sqlite3.connect(settings.sqlite)) as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
    return float((pages - free) * size / 1e6)


async def _there_and_back(settings: Settings, share: int) -> None:
    began = _now()
    made = await back_up(settings, settings.backups, dt.datetime.now(VIETNAM))
    _time("backup", began, share, f"   {made.size / 1e6:.0f} MB")
    new = settings.data_dir.parent / "new"
    began = _now()
    await restore(Settings(_env_file=None, data_dir=new), made.path)  # type: ignore[call-arg]
    peak = psutil.Process().memory_info().rss / 1e6
    _time("restore", began, share, f"   memory of all {peak:.0f} MB")
    shutil.rmtree(new)


async def _move(settings: Settings, share: int) -> None:
    with postgres.running_server() as server:
        url = f"{server.rsplit('/', 1)[0]}/year"
        await create_database(url)
        await create_database(f"{url}_new")
        began = _now()
        rows = await move_everything(settings, url, lambda table, count: None)
        _say("\nPostgreSQL")
        _time("move", began, share, f"   {sum(rows.values()):,} rows")
        there = settings.model_copy(update={"database_url": url})
        began = _now()
        made = await back_up(there, settings.backups, dt.datetime.now(VIETNAM))
        _time("backup", began, share, f"   {made.size / 1e6:.0f} MB")
        new = Settings(  # type: ignore[call-arg]
            _env_file=None, data_dir=settings.data_dir.parent / "new", database_url=f"{url}_new"
        )
        began = _now()
        await restore(new, made.path)
        _time("restore", began, share)
        _say("\nSQLite")
        shutil.rmtree(new.data_dir)


def _watch(store: Store) -> list[float]:
    """The longest that a write has taken from now on."""
    longest = [0.0]
    write = store.write

    async def watched(work: Callable[[Transaction], T]) -> T:
        began = time.monotonic()
        try:
            return await write(work)
        finally:
            longest[0] = max(longest[0], time.monotonic() - began)

    store.write = watched  # type: ignore[method-assign]
    return longest


def _text(chance: random.Random, length: int) -> str:
    return " ".join(chance.choices(" ".join(_WORDS).split(), k=length // 5))


_COUNTED = ("inbox", "outbox", "report", "report_version", "acknowledgement", "audit")


def _a_year(settings: Settings, people: int, communes: int) -> Mapping[str, int]:
    chance = random.Random(1)
    cabinet = Cabinet(settings.data_dir / "files")
    stored = [cabinet.put(chance.randbytes(_FILE_BYTES)) for _ in range(_FILES * people // PEOPLE)]
    texts = [_text(chance, length) for length in (80, 150, 300, 600, 900) for _ in range(40)]

    def settle(tx: Transaction) -> None:
        add = tx.connection.execute
        add(tables.unit.insert(), [{"name": "Tỉnh", "kind": "province", "parent_id": None}])
        add(
            tables.unit.insert(),
            [{"name": f"Xã {number}", "kind": "commune", "parent_id": 1} for number in range(communes)],
        )
        now = {"created_at": START, "agreed_at": START, "agreed_version": "1"}
        someone = [
            {"name": f"Nguyễn Văn {key}", "role": "cadre", "unit_id": 2 + key % communes, **now}
            for key in range(people)
        ]
        add(tables.person.insert(), someone)
        add(
            tables.account.insert(),
            [
                {"channel": "zalo", "address": f"{key:016x}", "person_id": key, "last_used_at": START}
                for key in range(1, people + 1)
            ],
        )

        for digest in stored:
            tx.add_file(f"{digest[:8]}.jpg", "image/jpeg", _FILE_BYTES, digest, START)

    engine = sa.create_engine(f"sqlite:///{settings.sqlite}")
    with engine.connect() as connection:
        # Nobody waits for it, and nobody mourns it.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        tx = Transaction(connection)
        settle(tx)
        for day in range(5):
            _a_day(tx, START + dt.timedelta(days=day), day in _ANNOUNCED, people, chance, texts)
        for week in range(1, DAYS // 7):
            _once_more(connection, week)
        for month in range(12):
            _a_month(tx, START + dt.timedelta(days=30 * month + 20), people, communes, texts)
        connection.commit()
        counts = {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() or 0 for name in _COUNTED}
    engine.dispose()
    return counts


_numbers = iter(range(1, 1 << 60))


def _a_day(
    tx: Transaction, now: dt.datetime, announced: bool, people: int, chance: random.Random, texts: list[str]
) -> None:
    add = tx.connection.execute
    came: list[dict[str, Any]] = []
    went: list[dict[str, Any]] = []

    def message(person: int, kind: str, priority: int, text: str, **more: Any) -> None:
        went.append(_message(now, person, kind, priority, text, chance.choice((0, 1, 3)), **more))

    def arrival(person: int, text: str) -> None:
        number = next(_numbers)
        update = {
            "event_name": "message.text.received",
            "message": {
                "message_id": f"{number:024x}", "date": int(now.timestamp() * 1000), "text": text,
                "chat": {"id": f"{person:016x}", "chat_type": "PRIVATE"},
                "from": {"id": f"{person:016x}", "is_bot": False, "display_name": f"Nguyễn Văn {person}"},
            },
        }  # fmt: skip
        came.append(
            {
                "channel": "zalo", "update_key": f"{number:024x}", "address": f"{person:016x}", "payload": update,
                "state": "done", "received_at": now, "done_at": now,
            }
        )  # fmt: skip

    for person in range(1, people + 1):
        for _ in range(int(chance.random() + _MESSAGES / 5)):
            arrival(person, chance.choice(texts[:80]))
            message(person, "reply", 0, chance.choice(texts))
    if announced:
        said = chance.choice(texts[80:])
        row = {"uid": f"{next(_numbers)}", "text": said, "audience": {}, "files": [], "author_id": 1, "created_at": now}
        key = add(tables.announcement.insert().returning(tables.announcement.c.id), row).scalar_one()
        for person in range(1, people + 1):
            message(person, "announcement", 3, said, announcement_id=key, has_choices=True)
        readers = [person for person in range(1, people + 1) if chance.random() < _READ]
        add(
            tables.acknowledgement.insert(),
            [{"announcement_id": key, "person_id": person, "at": now} for person in readers],
        )
        for person in readers:
            arrival(person, "1")
            message(person, "reply", 0, texts[0])
    noted = [
        {"at": now, "person_id": 1, "action": "approve-report", "object": f"report:{n}", "detail": {"form": "x"}}
        for n in range(40)
    ]
    add(tables.audit.insert(), noted)
    add(tables.inbox.insert(), came)
    add(tables.outbox.insert(), went)


def _message(
    now: dt.datetime, person: int, kind: str, priority: int, text: str, buttons: int = 1, **more: Any
) -> dict[str, Any]:
    choices = [{"label": text[:20], "action": f"xemvanban {person} {n}"} for n in range(buttons)]
    number = next(_numbers)
    return {
        "dedupe_key": f"{kind}:{number}:0", "kind": kind, "priority": priority, "channel": "zalo",
        "address": f"{person:016x}", "subject": f"person:{person}", "person_id": person,
        "announcement_id": None, "has_choices": bool(choices), "state": "sent", "due_at": now,
        "payload": {"text": text} | ({"choices": choices} if choices else {}), "created_at": now,
        "attempts": 1, "started_at": now, "done_at": now, "platform_id": f"{number:024x}", "worker": "w" * 16,
        **more,
    }  # fmt: skip


def _once_more(connection: sa.Connection, week: int) -> None:
    """The first week again, so many weeks later."""
    until = {
        name: connection.exec_driver_sql(f"SELECT max(id) FROM {name}").scalar_one() if week == 1 else _first[name]
        for name in ("inbox", "outbox", "announcement", "audit")
    }
    _first.update(until)
    for name in ("inbox", "announcement", "outbox", "acknowledgement", "audit"):
        changed = {"update_key": f"update_key || '{week}'", "dedupe_key": f"dedupe_key || '{week}'"}
        changed |= {"uid": f"uid || '-{week}'", "announcement_id": f"announcement_id + {week * len(_ANNOUNCED)}"}
        columns = [one for one in tables.metadata.tables[name].columns if one.name != "id"]
        moments = {one.name for one in columns if isinstance(one.type, tables.Moment)}
        shifted = {one: f"strftime('%Y-%m-%d %H:%M:%S.000000', {one}, '+{7 * week} days')" for one in moments}
        values = ", ".join((changed | shifted).get(one.name, one.name) for one in columns)
        first = f"id <= {until[name]}" if name in until else f"announcement_id <= {len(_ANNOUNCED)}"
        names = ", ".join(one.name for one in columns)
        connection.exec_driver_sql(f"INSERT INTO {name} ({names}) SELECT {values} FROM {name} WHERE {first}")


_first: dict[str, int] = {}


def _a_month(tx: Transaction, now: dt.datetime, people: int, communes: int, texts: list[str]) -> None:
    """Three reminders for everybody, and a report of each commune."""
    told = [_message(now, person, "reminder", 2, texts[90]) for person in range(1, people + 1) for _ in range(3)]
    tx.connection.execute(tables.outbox.insert(), told)
    _reports(tx, now, people, communes, texts)


def _reports(tx: Transaction, now: dt.datetime, people: int, communes: int, texts: list[str]) -> None:
    """A report of each commune, sent, returned once in three, approved."""
    add = tx.connection.execute
    answers = {f"câu_hỏi_{n}": n * 7 if n % 3 else texts[81 + n] for n in range(14)}
    for unit in range(2, communes + 2):
        row = {
            "unit_id": unit, "form": "dan-van-kheo", "form_version": 1, "period": f"{now:%Y-%m}", "state": "approved",
            "answers": answers, "person_id": 1 + unit % people, "receipt": f"{next(_numbers)}", "started_at": now,
            "updated_at": now, "submitted_at": now,
        }  # fmt: skip
        key = add(tables.report.insert().returning(tables.report.c.id), row).scalar_one()
        events = ["submitted", "approved"] if unit % 3 else ["submitted", "returned", "resubmitted", "approved"]
        add(
            tables.report_version.insert(),
            [
                {
                    "report_id": key, "number": place + 1, "event": event, "answers": answers, "form_version": 1,
                    "person_id": 1, "at": now,
                }
                for place, event in enumerate(events)
            ],
        )  # fmt: skip


if __name__ == "__main__":
    main()
