"""From every schema that was ever released to today's, with data in it: nothing is lost, and the program works on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from bot.storage import Transaction, open_store
from bot.storage import migrate as migrations
from bot.storage.schema import metadata
from handlers.records.people import NOTICE_VERSION
from knowledge.forms.catalogue import Catalogue
from knowledge.forms.form import load_forms
from tests.conftest import create_database
from tests.support.world import NOON, Chat, World

REVISIONS = sorted(
    script.revision for script in ScriptDirectory(str(Path(migrations.__file__).parent / "migrations")).walk_revisions()
)
THEN = NOON - dt.timedelta(days=20)
LATER = NOON + dt.timedelta(days=200)
FORMS = Catalogue(load_forms())
RECEIPT = "26-0001-0007"
HASH = "ab" * 32
ANSWERS = {"buoi_doi_thoai": "12", "noi_dung": ["giam-sat"], "cong_khai": True}

ROWS: dict[str, list[dict[str, Any]]] = {
    "meta": [{"key": "last backup", "value": "2026-10-01T01:00:00+07:00"}],
    "unit": [
        {"id": 1, "name": "Tỉnh Tân Giang", "kind": "province", "active": True},
        {"id": 2, "name": "Xã Mộc Hà", "kind": "commune", "parent_id": 1, "active": True},
        {"id": 3, "name": "Xã Cũ", "kind": "commune", "parent_id": 1, "active": False, "former_names": ["Xã Xưa"]},
    ],
    "person": [
        {"id": 1, "name": "Tô Thị Hạnh", "role": "staff", "unit_id": 1},
        {"id": 2, "name": "Lò Thị Mai", "role": "cadre", "unit_id": 2},
    ],
    "account": [
        {"id": 1, "channel": "test", "address": "hanh", "person_id": 1},
        {"id": 2, "channel": "test", "address": "mai", "person_id": 2, "wrong_codes": 2},
    ],
    "enrolment_code": [{"id": 1, "code_hash": HASH, "unit_id": 2, "role": "cadre", "issued_by": 1}],
    "conversation": [{"subject": "person:9", "flow": "report", "step": "3", "data": {"report_id": 1}}],
    "inbox": [
        {"id": 1, "channel": "test", "update_key": "1", "address": "mai", "payload": {"text": "/han"}, "state": "done"}
    ],
    "outbox": [
        {"id": 1, "dedupe_key": "sent", "state": "sent", "address": "mai", "person_id": 2, "platform_id": "77"},
        {"id": 2, "dedupe_key": "waits", "state": "queued", "address": "mai", "person_id": 2, "announcement_id": 1},
    ],
    "worker": [{"name": "cafe", "beat": 9}],
    "file": [{"id": 1, "sha256": HASH, "name": "Kế hoạch.pdf", "media_type": "application/pdf", "size": 12}],
    "document": [{"id": 1, "sha256": HASH, "name": "Kế hoạch.pdf", "text": "KẾ HOẠCH\n…", "file_id": 1, "added_by": 1}],
    "deadline": [
        {"id": 1, "document_id": 1, "title": "Báo cáo", "rule": {"kind": "once", "on": "2027-06-01"}, "state": "done"}
    ],
    "snooze": [{"person_id": 1, "until": THEN}],
    "escalation": [{"id": 1, "deadline_id": 1, "occurrence": dt.date(2026, 10, 1), "person_id": 1, "days_before": 0}],
    "unanswered": [{"id": 1, "text": "Ai trực hôm nay?", "reason": "nothing", "person_id": 2}],
    "stored_answer": [{"id": 1, "question": "Ai trực?", "key": "ai truc", "text": "Tổ 1 ạ", "author_id": 1}],
    "reminder": [{"id": 1, "deadline_id": 1, "occurrence": dt.date(2026, 10, 1), "unit_id": 2, "days_before": 3}],
    "report": [
        {"id": 1, "unit_id": 2, "form": "quy-che-dan-chu", "form_version": 1, "period": "2026-Q3", "state": "submitted",
         "answers": ANSWERS, "person_id": 2, "receipt": RECEIPT, "late": True},
    ],
    "report_version": [{"id": 1, "report_id": 1, "number": 1, "event": "submitted", "form_version": 1, "person_id": 2}],
    "form": [{"id": 1, "name": "mau-cu", "version": 1, "text": "name = 'mau-cu'", "withdrawn_at": THEN}],
    "announcement": [{"id": 1, "uid": "a1", "text": "Mời họp", "author_id": 1, "files": [], "state": "sent"}],
    "acknowledgement": [{"announcement_id": 1, "person_id": 2}],
    "audit": [{"id": 1, "person_id": 1, "action": "invite", "object": "unit:2", "detail": {"role": "cadre"}}],
    "data_request": [{"id": 1, "number": 1, "person_id": 2, "kind": "erase"}],
}  # fmt: skip
USUAL: dict[str, Any] = {
    "agreed_version": NOTICE_VERSION,
    "kind": "announcement",
    "priority": 2,
    "channel": "test",
    "subject": "person:2",
    "payload": {"text": "Mời họp lúc 8 giờ", "choices": [], "files": []},
    "has_choices": False,
    "audience": {"kind": "all"},
    "offsets": [7, 3],
    "due_at": THEN,
    "expires_at": LATER,
}
_ABSENT = object()


def fill(tx: Transaction) -> dict[str, list[dict[str, Any]]]:
    """Put a row into every table that this schema has; gives all that is there then."""
    tables = sa.MetaData()
    tables.reflect(tx.connection)
    for table in tables.sorted_tables:
        for row in ROWS.get(table.name, ()):
            values = {column.name: _value(tx, column, row) for column in table.columns}
            given = {name: value for name, value in values.items() if value is not _ABSENT}
            tx.connection.execute(table.insert(), given)
    return held(tx, tables)


def _value(tx: Transaction, column: sa.Column[Any], row: dict[str, Any]) -> Any:
    value = row.get(column.name, _ABSENT)
    if value is _ABSENT and (not column.nullable or column.name in {"agreed_version", "agreed_at", "submitted_at"}):
        moment = THEN if isinstance(column.type, sa.DateTime) else _ABSENT
        value = _ABSENT if column.server_default is not None else USUAL.get(column.name, moment)
    if isinstance(value, dt.datetime):
        utc = value.astimezone(dt.UTC)
        return utc if tx.on_postgresql else utc.replace(tzinfo=None)
    return value


def held(tx: Transaction, tables: sa.MetaData) -> dict[str, list[dict[str, Any]]]:
    """All rows of these tables as they are now, in the columns that they have now."""
    now = sa.MetaData()
    now.reflect(tx.connection)
    found = {}
    for name, table in tables.tables.items():
        kept = [now.tables[name].c[column.name] for column in table.columns if column.name in now.tables[name].c]
        rows = tx.connection.execute(sa.select(*kept).order_by(*list(now.tables[name].primary_key.columns)))
        found[name] = [dict(row._mapping) for row in rows]
    return found


def test_there_is_a_row_for_every_table() -> None:
    assert set(ROWS) == set(metadata.tables)


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_database_of_any_release_is_brought_up_to_date_with_all_that_is_in_it(
    revision: str, database_url: str, tmp_path: Path
) -> None:
    await create_database(database_url)
    store = open_store(database_url)
    await store.write(lambda tx: command.upgrade(migrations._config(tx.connection), revision))
    before = await store.write(fill)
    assert all(before[name] for name in before if name in ROWS), "nothing to lose would prove nothing"

    await store.migrate()

    def check(tx: Transaction) -> None:
        assert tx.is_current()
        tables = sa.MetaData()
        tables.reflect(tx.connection)
        after = held(tx, tables)
        for name in ROWS.keys() & before.keys():
            for row in before[name]:
                kept = {column: value for column, value in row.items() if column in after[name][0]}
                assert kept in [{column: one[column] for column in kept} for one in after[name]], name

    await store.read(check)

    world = World(store, tmp_path, forms=FORMS)
    mai = Chat(world, "mai", person_id=2)
    await world.settle()
    assert [message.text for message in world.channel.sent] == ["Mời họp lúc 8 giờ"], "what waited goes out, once"
    assert RECEIPT in await mai.says("/dagui")
    hanh = Chat(world, "hanh", person_id=1)
    assert "Mộc Hà" in await hanh.says("/chuanop quy-che-dan-chu 2026-Q4")
    assert "Câu 1/" in await mai.says("/baocao quy-che-dan-chu 2026-Q4")
    await store.close()
