"""Pulling reports at the size of the country: 3,321 communes, 12 months, 3 forms, on SQLite and PostgreSQL.

A pull counts as a whole turn: from the update on the table to the commit of the answer. CPU time is this process's own
(on PostgreSQL the server's comes on top); the machine may be shared, so it says more than the clock.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import io
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import psutil

from bot.clock import VIETNAM
from bot.exports.build import build
from bot.storage import Store, Transaction, open_store
from bot.storage.schema import person, report, unit
from handlers.records.deadlines import EVERY_COMMUNE, AddDeadline
from knowledge.forms.form import Form, load_forms
from knowledge.period import Period
from tests.conftest import create_database
from tests.support import postgres
from tests.support.world import NOON, Chat, World

COMMUNES = 3321
MONTHS = 12
_RUNS = 40
_TROUBLES = (
    "Người dân đi làm ăn xa nhiều, khó mời họp buổi tối.",
    "Kinh phí cho hoạt động còn hạn chế, chưa chủ động.",
    "Địa bàn rộng, đường vào một số thôn đi lại khó khăn mùa mưa.",
    "Cán bộ mới nhận việc, chưa quen cách làm báo cáo.",
)


async def fill(store: Store, communes: int = COMMUNES, months: int = MONTHS) -> int:
    """A country as one root with its communes and a year of reports; gives the root's key."""
    chance = random.Random(7)
    now = NOON

    def places(tx: Transaction) -> tuple[int, list[int], int]:
        run = tx.connection.execute
        top = run(unit.insert().returning(unit.c.id), {"name": "Tỉnh Tân Giang", "kind": "province"}).scalar_one()
        rows = [
            {"name": f"{_kind(n)} {_name(n)}", "kind": "commune", "parent_id": top, "active": True}
            for n in range(communes)
        ]
        run(unit.insert(), rows)
        keys = [one.id for one in tx.units_within(top) if one.kind == "commune"]
        who = {"name": "Người nộp", "role": "cadre", "unit_id": keys[0], "created_at": now}
        rule = {"every": "month", "interval": 1, "day": 5, "month": None, "date": None, "exclusive": True}
        for form in ("dan-van-kheo", "quy-che-dan-chu"):
            effect = AddDeadline(None, "Báo cáo", None, rule, form, None, EVERY_COMMUNE, (3,))
            tx.apply(effect, None, now - dt.timedelta(days=700))
        return top, keys, run(person.insert().returning(person.c.id), who).scalar_one()

    top, keys, who = await store.write(places)
    rows: list[dict[str, Any]] = []
    for form in load_forms().values():
        for period in _periods(form, months):
            rows += [row for key in keys if (row := _row(chance, form, period, key, who))]
            if len(rows) > 8000:
                rows = await _flush(store, rows)
    await _flush(store, rows)
    return top


async def _flush(store: Store, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if rows:
        await store.write(lambda tx: tx.connection.execute(report.insert(), rows))
    return []


_count = 0


def _row(chance: random.Random, form: Form, period: Period, key: int, who: int) -> dict[str, Any] | None:
    global _count
    if chance.random() < 0.08:
        return None
    _count += 1
    sent = dt.datetime.combine(period.end + dt.timedelta(days=3), dt.time(9), VIETNAM)
    return {
        "unit_id": key,
        "form": form.name,
        "form_version": 1,
        "period": period.code,
        "state": "submitted",
        "answers": {question.name: _value(chance, question) for question in form.questions},
        "person_id": who,
        "receipt": f"26-{_count:08}",
        "late": chance.random() < 0.1,
        "started_at": sent,
        "updated_at": sent,
        "submitted_at": sent,
    }


def _value(chance: random.Random, question: Any) -> Any:
    match question.kind:
        case "whole":
            return chance.randrange(min(question.maximum, 60))
        case "decimal":
            return f"{chance.randrange(900, 1000) / 10}"
        case "money":
            return str(chance.randrange(100) * 1_000_000)
        case "text":
            return chance.choice((None, None, *_TROUBLES))
        case "choice":
            return chance.choice(question.options)
        case "several":
            return [one for one in question.options if chance.random() < 0.5] or [question.options[0]]
        case "yes-no":
            return chance.random() < 0.9
        case "date":
            return "2026-09-15"
    return None


def _periods(form: Form, months: int) -> Iterator[Period]:
    first = Period("month", 2026, 10)
    for kind in form.periods:
        period = Period.of(kind, first.start)
        for _ in range(months):
            yield period
            period = period.previous()


_SYLLABLES = (
    "An",
    "Bình",
    "Cẩm",
    "Đông",
    "Gia",
    "Hà",
    "Hòa",
    "Khánh",
    "Lộc",
    "Mỹ",
    "Ngọc",
    "Phú",
    "Sơn",
    "Tân",
    "Vĩnh",
)
_ENDS = ("An", "Bình", "Châu", "Đức", "Hải", "Hưng", "Lâm", "Long", "Mai", "Nghĩa", "Phong", "Quang", "Thạnh", "Xuân")


def _name(number: int) -> str:
    a, b, c = number % 15, number // 15 % 14, number // 210
    return f"{_SYLLABLES[a]} {_ENDS[b]}{f' {c}' if c else ''}"


def _kind(number: int) -> str:
    return "Phường" if number % 5 == 0 else "Xã"


async def _measure(world: World, chat: Chat, line: str) -> str:
    """p50 and p99 of whole turns, and CPU time of one."""
    times, process = [], psutil.Process()
    await chat.says(line)
    before = process.cpu_times()
    for _ in range(_RUNS):
        start = time.perf_counter()
        await chat.sends(text=line)
        times.append(1000 * (time.perf_counter() - start))
    after = process.cpu_times()
    cpu = 1000 * (after.user + after.system - before.user - before.system) / _RUNS
    await world.settle()
    times.sort()
    p99 = times[min(len(times) - 1, int(0.99 * len(times)))]
    return f"p50 {statistics.median(times):6.0f} ms   p99 {p99:6.0f} ms   CPU {cpu:6.0f} ms"


async def _sheet(store: Store, top: int) -> str:
    """One period as a spreadsheet, in a process whose memory is watched."""
    process = psutil.Process()
    forms = load_forms()
    made = {"pulls": [["dan-van-kheo", "2026-10"]], "within": top}
    from handlers.records.files import MadeFile

    peak = process.memory_info().rss
    before = peak
    task = asyncio.create_task(build(MadeFile("report-sheet", "a.xlsx", made), store, forms, lambda _: b""))
    start = time.perf_counter()
    while not task.done():
        peak = max(peak, process.memory_info().rss)
        await asyncio.sleep(0.02)
    data = await task
    seconds = time.perf_counter() - start
    rows = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets[1].max_row
    more = (peak - before) / 2**20
    size = f"{len(data) / 2**20:.1f} MB file"
    return f"{seconds:4.1f} s   {rows} rows   peak {peak / 2**20:.0f} MB (+{more:.0f} MB)   {size}"


async def _run(name: str, url: str, communes: int) -> None:
    await create_database(url)
    store = open_store(url)
    await store.migrate()
    try:
        start = time.perf_counter()
        top = await fill(store, communes)
        print(f"  {name}: {communes} communes, {_count} reports (filled in {time.perf_counter() - start:.0f} s)")
        with tempfile.TemporaryDirectory() as folder:
            world = World(store, Path(folder))
            office = await world.unit("Sở Nội vụ", "office", top)
            boss = await world.person("Lê Văn Giám", "supervisor", office)
            gc.collect()
            gc.freeze()  # as the program does when it starts
            for line in _LINES:
                print(f"    {line:<44} {await _measure(world, boss, line)}", flush=True)
        print(f"    {'xlsx of one period':<44} {await _sheet(store, top)}", flush=True)
    finally:
        await store.close()


_LINES = (
    "/tonghop dan-van-kheo 2026-10",
    "/chuanop dan-van-kheo 2026-10",
    "/tonghop",
    "/tonghop dan-van-kheo 2026-10 xã phú lâm",
    "bao nhiêu buổi đối thoại 6 tháng đầu năm?",
    "xã nào chưa nộp tháng 10?",
    "/tim kinh phí",
    "/tim chữ không ai viết",
)


def main(communes: int = COMMUNES) -> None:
    """Fill and measure on each database that is here."""
    global _count
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run("SQLite", f"sqlite+aiosqlite:///{folder}/danvan.sqlite3", communes))
    if postgres.binaries() is None:
        print("  PostgreSQL: not measured, it is absent")
        return
    _count = 0
    with postgres.running_server() as url:
        asyncio.run(_run("PostgreSQL", f"{url.rsplit('/', 1)[0]}/bench_{os.getpid()}", communes))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
