"""What goes with time, and that nobody notices: commands answer as before."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as checking
from hypothesis import strategies as st

from bot.retention import Trimmed, trim, trim_when_due
from bot.settings import Settings
from bot.storage import Store, open_store
from bot.storage.schema import account, announcement, audit, inbox, outbox, report, unanswered
from tests.support.province import NAMES, Province, a_province
from tests.support.world import NOON

YEAR = dt.timedelta(days=365)


def kept(folder: Path, **more: int) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **more)  # type: ignore[call-arg,arg-type]


async def count(store: Store, table: sa.Table) -> int:
    return await store.read(lambda tx: tx.connection.scalar(sa.select(sa.func.count()).select_from(table))) or 0


async def trimmed(province: Province, **more: int) -> Trimmed:
    world = province.world
    return await trim(world.store, world.cabinet, kept(world.folder, **more), world.clock.now())


STORIES = ("/trogiup", "/dadoc", "nộp báo cáo", "/han", "báo cáo quý 4 hạn khi nào", "/theodoi", "1")


async def lively(province: Province, words: list[tuple[int, str]]) -> None:
    """Some weeks in which all of them write, an announcement goes round and reports come in."""
    people = (province.cadre, province.staff, province.boss)
    await province.is_due(dt.date(2026, 12, 25), "2026-Q4")
    await province.files("Xã Sơn Hà", "2026-Q4", so_hoi_nghi=4)
    await province.files("Xã Sơn Hạ", "2026-Q3", so_hoi_nghi=2, late=True)
    await province.world.store.write(lambda tx: announce(tx, province))
    await province.world.settle()
    await province.cadre.says("/dadoc")
    for who, text in words:
        province.world.clock.move(dt.timedelta(days=3))
        await people[who].says(text)


def announce(tx: Any, province: Province) -> None:
    """One announcement from staff to the cadre."""
    sent = {"uid": "u", "text": "Rà soát hòm thư góp ý.", "audience": {}, "files": [], "created_at": NOON}
    tx.connection.execute(announcement.insert(), {**sent, "author_id": province.staff.person_id})
    payload = {"text": "Rà soát hòm thư góp ý.", "choices": [{"label": "Đã đọc", "action": "dadoc u"}]}
    row = {
        "dedupe_key": "a:1:0", "kind": "announcement", "priority": 3, "channel": "test",
        "address": province.cadre.address, "subject": f"person:{province.cadre.person_id}",
        "person_id": province.cadre.person_id, "announcement_id": 1, "has_choices": True, "state": "queued",
        "payload": payload, "due_at": NOON, "created_at": NOON,
    }  # fmt: skip
    tx.connection.execute(outbox.insert(), row)


QUESTIONS = {
    "cadre": ("/dagui", "/han", "/lich", "/nhap", "/dadoc", "/taikhoan", "/trogiup"),
    "staff": (
        "/theodoi",
        "/theodoi u",
        "/tonghop",
        "/chuanop",
        "/xemhan",
        "/hengui",
        "/danhba",
        "/chuatraloi",
        "/duyet",
        "/xem",
    ),
    "boss": ("/theodoi", "/tonghop", "/chuanop", "/xem"),
}


async def answers(province: Province) -> dict[tuple[str, str], str]:
    """What each says to the commands that people use."""
    found = {}
    for name, commands in QUESTIONS.items():
        for command in commands:
            found[name, command] = await getattr(province, name).says(command)
    return found


@pytest.fixture
async def province(sqlite_store: Store, tmp_path: Path) -> Province:
    return await a_province(sqlite_store, tmp_path)


@checking(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(STORIES)), max_size=6), days=st.integers(91, 400))
async def test_commands_answer_as_before(
    words: list[tuple[int, str]], days: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("story")
    store = open_store(f"sqlite+aiosqlite:///{folder / 'danvan.sqlite3'}")
    await store.migrate()
    try:
        province = await a_province(store, folder)
        await lively(province, words)
        province.world.clock.move(dt.timedelta(days=days))
        await answers(province)
        before = await answers(province)
        gone = await trimmed(province)
        assert gone.inbox
        assert gone.outbox
        assert gone.blanked == 1
        assert await answers(province) == before
        assert "trục trặc" not in "".join(before.values())
        assert "1" in before["staff", "/theodoi u"]
    finally:
        await store.close()


async def test_what_is_done_with_goes_after_its_time_and_not_before(province: Province) -> None:
    world = province.world
    for _ in range(5):
        await province.cadre.says("trợ giúp")
    assert await trimmed(province) == Trimmed()
    world.clock.move(dt.timedelta(days=91))
    assert (await trimmed(province)).inbox == 4  # the newest stays: its key is not given away again
    assert await count(world.store, inbox) == 1
    assert await trimmed(province) == Trimmed()
    assert await province.cadre.says("trợ giúp")


async def test_a_late_duplicate_is_recognised_after_a_month(province: Province) -> None:
    await province.cadre.says("trợ giúp", key="early")
    for number in range(3):
        await province.cadre.says("trợ giúp", key=f"late-{number}")
    province.world.clock.move(dt.timedelta(days=29))
    await trimmed(province, keep_messages_days=30)
    before = len(province.cadre.messages)
    await province.cadre.sends(text="trợ giúp", key="early")
    await province.world.settle()
    assert len(province.cadre.messages) == before


async def test_what_is_open_stays(province: Province) -> None:
    world = province.world
    await province.cadre.sends(text="trợ giúp")
    await world.turns.take()
    await world.store.write(
        lambda tx: tx.connection.execute(
            unanswered.insert(),
            [{"text": "a", "reason": "nothing", "at": NOON, "person_id": province.cadre.person_id}] * 2,
        )
    )
    await province.cadre.sends(text="trợ giúp")
    world.clock.move(YEAR)
    done = await trimmed(province)
    assert (done.outbox, done.questions) == (0, 0)
    assert {
        row[0] for row in await world.store.read(lambda tx: tx.connection.execute(sa.select(outbox.c.state)).all())
    } == {"queued"}


async def test_a_delivered_announcement_loses_its_words_but_not_its_status_and_button(province: Province) -> None:
    world = province.world

    await world.store.write(lambda tx: announce(tx, province))
    await world.settle()
    await province.staff.says("trợ giúp")
    world.clock.move(YEAR)
    before = await world.store.read(lambda tx: tx.progress(1))
    assert (await trimmed(province)).blanked == 1
    assert await world.store.read(lambda tx: tx.progress(1)) == before
    payload = await world.store.read(lambda tx: tx.offered(1))
    assert payload is not None
    assert payload[1] == {"text": "", "choices": [{"label": "Đã đọc", "action": "dadoc u"}]}


async def test_a_code_that_was_told_is_blotted_out(province: Province) -> None:
    world = province.world
    await province.cadre.sends(text="/lienket")
    await world.turns.take()
    await world.store.write(lambda tx: tx.connection.execute(outbox.update().values(state="failed", done_at=NOON)))
    held = await world.store.read(lambda tx: tx.connection.execute(sa.select(outbox.c.payload)).scalars().all())
    (secret,) = [payload["secret"] for payload in held if "secret" in payload]
    assert (await trimmed(province)).secrets == 1
    held = await world.store.read(lambda tx: tx.connection.execute(sa.select(outbox.c.payload)).scalars().all())
    assert secret not in repr(held)


async def test_strangers_go_and_people_stay(province: Province) -> None:
    world = province.world
    for _ in range(3):
        await world.stranger().says("xin chào")
    people = await count(world.store, account) - 3
    await world.person("Trần Thị Mới", "cadre", province.communes["Xã Sơn Hà"])
    world.clock.move(YEAR)
    assert (await trimmed(province)).strangers == 3
    assert await count(world.store, account) == people + 1


async def test_reports_and_audit_stay_until_the_setting_says_otherwise(province: Province) -> None:
    world = province.world
    for name in NAMES:
        await province.files(name, "2026-09", so_hoi_nghi=1)
    world.clock.move(4 * YEAR)
    now = world.clock.now()
    await province.files(NAMES[0], "2030-10", so_hoi_nghi=1, at=now)
    await world.store.write(lambda tx: [tx.note(at, None, "x", "y") for at in (NOON, now)])
    done = await trimmed(province)
    assert (done.reports, done.audit) == (0, 0)
    done = await trimmed(province, keep_reports_years=5, keep_audit_years=5)
    assert (done.reports, done.audit) == (0, 0)
    done = await trimmed(province, keep_reports_years=3, keep_audit_years=3)
    assert done.reports == len(NAMES)
    assert done.audit >= 1
    assert await count(world.store, report) == 1
    assert await count(world.store, audit) >= 1


async def test_a_period_in_which_something_is_open_stays_whole(province: Province) -> None:
    world = province.world
    for name in NAMES:
        await province.files(name, "2026-09", so_hoi_nghi=1)
    draft = {"state": "draft"}
    await world.store.write(lambda tx: tx.connection.execute(report.update().where(report.c.id == 2).values(**draft)))
    await province.files(NAMES[0], "2026-10", so_hoi_nghi=1)
    world.clock.move(4 * YEAR)
    assert (await trimmed(province, keep_reports_years=3)).reports == 0
    assert await count(world.store, report) == len(NAMES) + 1


async def test_exports_go_and_files_that_came_in_stay(province: Province) -> None:
    world = province.world
    now = world.clock.now()
    made, came, fresh = (world.cabinet.put(data) for data in (b"made", b"came", b"fresh"))
    await world.store.write(lambda tx: tx.add_file("anh.jpg", "image/jpeg", 4, came, now))
    for digest, age in ((made, 9), (came, 400), (fresh, 2)):
        moment = (now - dt.timedelta(days=age)).timestamp()
        os.utime(world.cabinet.path(digest), (moment, moment))
    assert (await trimmed(province)).files == 1
    assert [world.cabinet.path(digest).exists() for digest in (made, came, fresh)] == [False, True, True]
    world.cabinet.put(b"fresh")  # sent once more: its time begins anew
    assert world.cabinet.path(fresh).stat().st_mtime > now.timestamp() - 86400 * 365 * 5


async def test_two_workers_do_not_both_do_it(store: Store, tmp_path: Path) -> None:
    province = await a_province(store, tmp_path)
    world, night = province.world, NOON.replace(hour=2)
    for _ in range(3):
        await province.cadre.says("trợ giúp")
    settings = kept(tmp_path)
    first = await trim_when_due(store, world.cabinet, settings, night)
    assert first is None  # the first night it is only noted
    later = night + dt.timedelta(days=100)
    done = [await trim_when_due(store, world.cabinet, settings, later) for _ in range(2)]
    assert done[0] is not None
    assert done[0].inbox == 2
    assert done[1] is None
    assert await trim_when_due(store, world.cabinet, settings, later.replace(hour=14)) is None
    assert await trim_when_due(store, world.cabinet, settings, later + dt.timedelta(days=1)) is not None


def test_all_that_goes_is_told() -> None:
    from handlers.texts import say

    numbers = {field.name: 100 + place for place, field in enumerate(fields(Trimmed))}
    told = say("keeping.trimmed", done=Trimmed(**numbers))
    assert all(str(number) in told for number in numbers.values())
