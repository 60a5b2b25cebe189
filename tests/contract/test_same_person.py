"""Two who are one human become one person in every table, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.storage import Store, Transaction
from bot.storage.erasing import person_columns
from bot.storage.schema import account, acknowledgement, audit, conversation, enrolment_code, metadata, person, snooze
from handlers.records.deadlines import EVERY_COMMUNE, AddDeadline, SnoozeReminders
from handlers.records.people import IssueCode, MergePeople
from handlers.records.privacy import ErasePerson
from handlers.records.reports import SaveAnswer
from tests.support.world import NOON, Chat, World

LATER = NOON + dt.timedelta(hours=2)


async def twice(world: World) -> tuple[Chat, Chat, Chat]:
    root = await world.unit("Tỉnh Hải Lâm", "province")
    commune = await world.unit("Xã Sơn Hà", "commune", root)
    return (
        await world.person("Vi Thị Hoa", "admin", root),
        await world.person("Lò Thị Mai", "cadre", commune),
        await world.person("Lo Thi Mai", "cadre", commune),
    )


async def merged(world: World, admin: Chat, kept: Chat, gone: Chat) -> None:
    await world.store.write(lambda tx: tx.apply(MergePeople(kept.person_id, gone.person_id), admin.person_id, LATER))


def pointing_at(tx: Transaction, key: int) -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in person_columns(table)
        if tx.connection.scalar(sa.select(sa.func.count()).select_from(table).where(column == key))
    }


async def test_nothing_but_the_trail_points_at_the_one_who_ends_and_nothing_is_there_twice(
    store: Store, tmp_path: Path
) -> None:
    world = World(store, tmp_path)
    admin, kept, gone = await twice(world)
    await admin.says("/thongbao Họp giao ban")
    for line in ("tất cả", "cán bộ"):
        await admin.says(line)
    await admin.taps("Gửi cho")
    for chat in (kept, gone):
        await chat.taps("Đã đọc")
    unit_id = 2

    def work(tx: Transaction) -> None:
        tx.apply(SaveAnswer(unit_id, "quy-che-dan-chu", 1, "2026-Q4", "kho_khan", "đường"), gone.person_id, NOON)
        for key, hours in ((kept.person_id, 1), (gone.person_id, 3)):
            tx.apply(SnoozeReminders(NOON + dt.timedelta(hours=hours)), key, NOON)
        rule = {"every": "month", "day": 25}
        mine = (EVERY_COMMUNE, (3,), gone.person_id)
        tx.apply(AddDeadline(None, "Hạn", None, rule, None, None, *mine), admin.person_id, NOON)
        tx.apply(IssueCode("post", unit_id, "cadre", None, LATER, replaces=gone.person_id), admin.person_id, NOON)
        tx.made_for(gone.person_id, "ab" * 32)

    await store.write(work)
    before = await store.read(lambda tx: pointing_at(tx, gone.person_id))
    assert before >= {"report.person_id", "snooze.person_id", "acknowledgement.person_id", "deadline.owner_id"}
    await merged(world, admin, kept, gone)

    def look(tx: Transaction) -> dict[str, Any]:
        def all_of(query: Any) -> list[Any]:
            return [tuple(row) for row in tx.connection.execute(query)]

        return {
            "pointing": pointing_at(tx, gone.person_id),
            "read": all_of(sa.select(acknowledgement.c.person_id)),
            "snoozed": all_of(sa.select(snooze.c.person_id, snooze.c.until)),
            "accounts": len(tx.accounts([kept.person_id])[kept.person_id]),
            "ended": all_of(sa.select(person.c.removed_at, person.c.same_as_id).where(person.c.id == gone.person_id)),
            "code": all_of(sa.select(enrolment_code.c.revoked_at)),
            "made": tx.meta(f"made-for:{kept.person_id}"),
            "noted": all_of(sa.select(audit.c.object, audit.c.detail).where(audit.c.action == "merge-people")),
        }

    after = await store.read(look)
    assert after == {
        "pointing": before & {"audit.person_id"},
        "read": [(kept.person_id,)],
        "snoozed": [(kept.person_id, NOON + dt.timedelta(hours=1))],
        "accounts": 2,
        "ended": [(LATER, kept.person_id)],
        "code": [(LATER,)],
        "made": ["ab" * 32],
        "noted": [(f"person:{kept.person_id}", {"before": gone.person_id})],
    }
    await merged(world, admin, kept, gone)
    await merged(world, admin, gone, kept)
    assert await store.read(look) == after


async def test_what_was_open_with_the_one_goes_on_with_the_other(store: Store, tmp_path: Path) -> None:
    world = World(store, tmp_path)
    admin, kept, gone = await twice(world)
    await gone.says("/baocao dan-van-kheo tháng 10/2026")
    await merged(world, admin, kept, gone)
    subject = sa.select(conversation.c.subject).where(conversation.c.flow == "report")
    assert await store.read(lambda tx: list(tx.connection.scalars(subject))) == [f"person:{kept.person_id}"]
    assert "Câu 1/" in await gone.says("lại")


async def test_erasing_the_person_kept_leaves_no_name_of_the_other(sqlite_store: Store, tmp_path: Path) -> None:
    world = World(sqlite_store, tmp_path)
    admin, kept, gone = await twice(world)
    await merged(world, admin, kept, gone)
    instead = "Cán bộ đã xóa"
    await sqlite_store.write(lambda tx: tx.apply(ErasePerson(kept.person_id, instead), admin.person_id, LATER))
    names = sa.select(person.c.name).order_by(person.c.id)
    assert await sqlite_store.read(lambda tx: list(tx.connection.scalars(names))) == ["Vi Thị Hoa", instead, instead]
    homes = sa.select(sa.func.count()).where(account.c.person_id.in_((kept.person_id, gone.person_id)))
    assert await sqlite_store.read(lambda tx: tx.connection.scalar(homes)) == 0
