"""Erasing leaves nothing of a person in any table, and all of the unit's. The schema says which tables there are."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.cabinet import Cabinet
from bot.erasing import finish_erasing
from bot.storage import Store, Transaction
from bot.storage.erasing import AS_ISSUED
from bot.storage.schema import (
    Moment,
    account,
    acknowledgement,
    announcement,
    audit,
    document,
    file,
    inbox,
    metadata,
    outbox,
    person,
    report,
    unit,
    worker,
)
from handlers.records.privacy import ErasePerson
from tests.support.world import NOON

NAME, PHONE, ADDRESS, PRIVATE = "Đặng Thị Ngọc Huyền", "0912 345 678", "tele-771234509", "chuyện riêng của tôi"
IDENTITY = "042198001234"
INSTEAD = "Cán bộ đã xóa"
NOBODYS = {unit, worker}
"""Tables that say nothing of people."""
DELETED = {"inbox", "conversation", "unanswered", "account"}


def value(column: sa.Column[Any], keys: dict[str, Any], gone: int) -> Any:
    """Something for a column, as full of the person as can be."""
    table = column.table.name
    if column.info.get("of") == "person" or any(key.target_fullname == "person.id" for key in column.foreign_keys):
        return gone
    for key in column.foreign_keys:
        return keys[key.column.table.name]
    special = {
        "account.address": ADDRESS,
        "inbox.address": ADDRESS,
        "outbox.address": ADDRESS,
        "outbox.subject": f"person:{gone}",
        "conversation.subject": f"person:{gone}",
        "audit.object": f"person:{gone}",
        "inbox.files": [{"name": f"{NAME}.jpg", "stored": {"id": keys.get("file"), "name": NAME}}],
        "announcement.files": [],
        "meta.key": "what the program notes",
    }
    if f"{table}.{column.name}" in special:
        return special[f"{table}.{column.name}"]
    if column.name == "channel":
        return "test"
    private = f" {PRIVATE}" if table in DELETED else ""
    text = f"{NAME} gọi {PHONE}, căn cước {IDENTITY}, {ADDRESS}{private}: {table}.{column.name}"
    match column.type:
        case sa.Text():
            return f"{NAME} {ADDRESS} {table}.{column.name}" if column.unique else text
        case sa.JSON():
            return {"text": text, "list": [text.upper(), {"more": text}]}
        case Moment():
            return NOON
        case sa.Date():
            return NOON.date()
        case sa.Boolean():
            return True
    return 7


def fill(tx: Transaction, gone: int, keys: dict[str, Any]) -> None:
    """A row in every table, full of the person."""
    for table in metadata.sorted_tables:
        if table in NOBODYS or table is person or table.name == "file":
            continue
        row = {
            column.name: value(column, keys, gone)
            for column in table.columns
            if not (column.primary_key and column.autoincrement is True)
        }
        statement = table.insert()
        if "id" in table.c:
            keys[table.name] = tx.connection.scalar(statement.returning(table.c.id), row)
        else:
            tx.connection.execute(statement, row)


def add_person(tx: Transaction, name: str, unit_id: int) -> int:
    row = {"name": name, "role": "cadre", "unit_id": unit_id, "agreed_version": "1", "created_at": NOON}
    key = tx.connection.scalar(person.insert().returning(person.c.id), row)
    assert key is not None
    return key


def whole_database(tx: Transaction) -> dict[str, str]:
    """All that any column holds, as text."""
    found = {}
    for table in metadata.sorted_tables:
        rows = tx.connection.execute(sa.select(table)).all()
        for column in table.columns:
            values = [row._mapping[column.name] for row in rows]
            found[f"{table.name}.{column.name}"] = json.dumps(values, ensure_ascii=False, default=str)
    return found


async def prepared(store: Store) -> tuple[int, int, dict[str, Any]]:
    def work(tx: Transaction) -> tuple[int, int, dict[str, Any]]:
        keys: dict[str, Any] = {}
        keys["unit"] = tx.connection.scalar(
            unit.insert().returning(unit.c.id), {"name": "Xã Sơn Hà", "kind": "commune"}
        )
        keys["file"] = tx.add_file(f"{NAME}.jpg", "image/jpeg", 5, "ab" * 32, NOON).id
        gone, colleague = add_person(tx, NAME, keys["unit"]), add_person(tx, "Lê Văn Bình", keys["unit"])
        fill(tx, gone, keys)
        return gone, colleague, keys

    return await store.write(work)


async def erase(store: Store, gone: int, by: int) -> None:
    await store.write(lambda tx: tx.apply(ErasePerson(gone, INSTEAD), by, NOON + dt.timedelta(hours=1)))


async def test_after_an_erasure_no_column_of_any_table_holds_anything_of_the_person(
    store: Store, tmp_path: Path
) -> None:
    gone, colleague, _ = await prepared(store)
    before = await store.read(whole_database)
    for table in metadata.sorted_tables:
        texts = [one for one in table.columns if isinstance(one.type, sa.Text | sa.JSON)]
        if table not in NOBODYS | {person, file} and texts:
            assert any(NAME in before[f"{table.name}.{column.name}"] for column in texts), f"{table.name} is not filled"
    await erase(store, gone, colleague)
    await finish_erasing(store, Cabinet(tmp_path / "files"))
    after = await store.read(whole_database)
    issued = {table.name for table in AS_ISSUED}
    left = {
        f"{where}: {needle}"
        for where, text in after.items()
        for needle in (NAME, PHONE, IDENTITY, ADDRESS, PRIVATE)
        if needle.casefold() in text.casefold() and where.partition(".")[0] not in issued
    }
    assert left == set()


async def test_what_the_unit_filed_and_what_the_office_did_stays_without_the_name(store: Store) -> None:
    gone, colleague, _ = await prepared(store)
    counted = [report, announcement, acknowledgement, audit]
    before = await store.read(lambda tx: [count(tx, table) for table in counted])
    await erase(store, gone, colleague)
    assert await store.read(lambda tx: [count(tx, table) for table in counted[:3]]) == before[:3]
    assert await store.read(lambda tx: count(tx, audit)) == before[3] + 1, "that they were erased is noted"
    (row,) = await store.read(lambda tx: tx.connection.execute(sa.select(report)).all())
    assert row.person_id == gone
    assert INSTEAD in row.answers["text"]
    assert "report.answers" in row.answers["text"], "only the name and the numbers are gone"
    assert await store.read(lambda tx: tx.names([gone])) == {gone: INSTEAD}
    assert await store.read(lambda tx: tx.person(gone)) is None
    (last,) = await store.read(
        lambda tx: tx.connection.execute(sa.select(audit).where(audit.c.action == "erase-person")).all()
    )
    assert (last.person_id, last.object, last.detail) == (colleague, f"person:{gone}", {})


def count(tx: Transaction, table: sa.Table) -> int:
    return tx.connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


async def test_what_others_wrote_and_were_told_stays_but_for_the_name(store: Store) -> None:
    gone, colleague, _ = await prepared(store)
    now = {"received_at": NOON, "state": "done"}

    def others(tx: Transaction) -> None:
        tx.connection.execute(
            account.insert(), {"channel": "test", "address": "9", "person_id": colleague, "last_used_at": NOON}
        )
        row = {"channel": "test", "update_key": "k", "address": "9", "payload": {"text": f"{NAME} nghỉ ốm"}, **now}
        tx.connection.execute(inbox.insert(), row)

    await store.write(others)
    await erase(store, gone, colleague)
    rows = await store.read(lambda tx: tx.connection.execute(sa.select(inbox.c.address, inbox.c.payload)).all())
    assert [tuple(row) for row in rows] == [("9", {"text": f"{INSTEAD} nghỉ ốm"})]
    assert await store.read(lambda tx: tx.accounts([colleague]))


@pytest.mark.parametrize("used", [False, True])
async def test_a_file_that_was_only_theirs_leaves_the_disk_and_proof_of_the_unit_stays(
    sqlite_store: Store, tmp_path: Path, used: bool
) -> None:
    store, cabinet = sqlite_store, Cabinet(tmp_path / "files")
    gone, colleague, keys = await prepared(store)
    digest = cabinet.put(b"photo")
    export = cabinet.put(b"all that is held on them")

    def place(tx: Transaction) -> None:
        tx.connection.execute(file.update().values(sha256=digest))
        tx.connection.execute(document.update().values(file_id=None))
        tx.connection.execute(report.update().values(answers={"proof": [keys["file"]] if used else []}))
        tx.made_for(gone, export)

    await store.write(place)
    await erase(store, gone, colleague)
    await finish_erasing(store, cabinet)
    await finish_erasing(store, cabinet)
    assert cabinet.path(digest).is_file() is used
    assert not cabinet.path(export).exists()
    names = await store.read(lambda tx: tx.connection.scalars(sa.select(file.c.name)).all())
    assert [NAME in name for name in names] == ([False] if used else [])


async def test_a_name_of_one_word_is_no_reason_to_change_other_words(sqlite_store: Store) -> None:
    store = sqlite_store

    def work(tx: Transaction) -> tuple[int, int]:
        key = tx.connection.scalar(unit.insert().returning(unit.c.id), {"name": "Xã An Hòa", "kind": "commune"})
        assert key is not None
        gone = add_person(tx, "An", key)
        row = {name: value(report.c[name], {"unit": key}, gone) for name in _named(report) if name != "id"}
        tx.connection.execute(
            report.insert(), row | {"answers": {"a": "An toàn giao thông", "b": "An", "c": 150000000}}
        )
        return gone, add_person(tx, "Lê Văn Bình", key)

    gone, colleague = await store.write(work)
    await erase(store, gone, colleague)
    (answers,) = await store.read(lambda tx: tx.connection.scalars(sa.select(report.c.answers)).all())
    assert answers == {"a": "An toàn giao thông", "b": INSTEAD, "c": 150000000}


async def test_the_farewell_still_goes_out_and_then_its_address_is_forgotten(store: Store, tmp_path: Path) -> None:
    gone, colleague, _ = await prepared(store)

    def farewell(tx: Transaction) -> None:
        tx.connection.execute(account.update().values(menu=None))
        tx.apply(ErasePerson(gone, INSTEAD), colleague, NOON)
        (key,) = tx.connection.scalars(sa.select(account.c.id)).all()
        assert tx.account_at(key) == ("test", ADDRESS, None)
        row = {name: value(outbox.c[name], {"announcement": None}, gone) for name in _named(outbox) if name != "id"}
        row |= {"subject": "x", "person_id": None, "state": "queued", "kind": "notice", "replaces_id": None}
        tx.connection.execute(outbox.insert(), row)

    await store.write(farewell)
    await finish_erasing(store, Cabinet(tmp_path))
    assert await store.read(lambda tx: count(tx, account)) == 1, "it is still to be told"
    sent = outbox.update().where(outbox.c.state == "queued").values(state="sent")
    await store.write(lambda tx: tx.connection.execute(sent))
    await finish_erasing(store, Cabinet(tmp_path))
    after = await store.read(whole_database)
    assert ADDRESS not in after["account.address"] + after["outbox.address"]


def _named(table: sa.Table) -> list[str]:
    return [column.name for column in table.columns]
