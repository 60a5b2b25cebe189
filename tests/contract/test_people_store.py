"""People, codes, units and announcements in the store, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import Workbook

from bot.people import import_units, invite, remove
from bot.storage import Store, Transaction
from bot.storage.schema import account, acknowledgement, outbox, person
from bot.units_file import UnitsProblem, add_units, read_units
from handlers.people.codes import hash_code, last_moment, new_code, typed_code
from handlers.records.announcements import Acknowledge, Audience, RemindUnread, SendAnnouncement
from handlers.records.files import StoredFile
from handlers.records.people import (
    AgreeToNotice,
    Invitation,
    IssueCode,
    LinkAccount,
    RecordWrongCode,
    RedeemCode,
    RemovePerson,
)
from handlers.reply import Choice, Reply
from tests.support.world import NOON

MESSAGE = Reply("Mời họp", (Choice("Đã đọc", "dadoc u1"),), (StoredFile(1, "a.png", "image/png", 3, "ab"),))


def units(tx: Transaction) -> tuple[int, int]:
    root, _ = tx.add_unit("Tỉnh Hải Lâm", "province", None)
    commune, _ = tx.add_unit("Xã Bình Minh", "commune", root.id)
    return root.id, commune.id


def enrol(tx: Transaction, seed: str, unit_id: int, *, address: str, role: str = "cadre") -> int:
    code = hash_code(new_code(seed))
    tx.apply(IssueCode(code, unit_id, role, None, last_moment(NOON)), None, NOON)  # type: ignore[arg-type]
    key = tx.account("test", address, NOON).id
    tx.apply(RedeemCode(code, key, f"Người {seed}", NOON), None, NOON)
    found = tx.account("test", address, NOON).person_id
    assert found is not None
    return found


async def test_a_code_is_kept_read_and_used_once(store: Store) -> None:
    def work(tx: Transaction) -> tuple[Invitation | None, Invitation | None]:
        _, commune = units(tx)
        person_id = enrol(tx, "a", commune, address="x")
        tx.apply(IssueCode(hash_code("other"), commune, "staff", "Lê An", last_moment(NOON)), person_id, NOON)
        assert tx.invitation(hash_code("nothing")) is None
        return tx.invitation(hash_code(new_code("a"))), tx.invitation(hash_code("other"))

    used, fresh = await store.write(work)
    assert used is not None
    assert used.used
    assert fresh is not None
    assert (fresh.used, fresh.role, fresh.person_name, fresh.unit.name) == (False, "staff", "Lê An", "Xã Bình Minh")
    assert fresh.expires_at == last_moment(NOON)


async def test_two_accounts_that_redeem_one_code_at_once_make_one_person(store: Store) -> None:
    code = hash_code(new_code("race"))

    def prepare(tx: Transaction) -> list[int]:
        _, commune = units(tx)
        tx.apply(IssueCode(code, commune, "cadre", None, last_moment(NOON)), None, NOON)
        return [tx.account("test", address, NOON).id for address in ("x", "y")]

    keys = await store.write(prepare)

    def redeem(key: int) -> object:
        return lambda tx: tx.apply(RedeemCode(code, key, "Lê An", NOON), None, NOON)

    results = await asyncio.gather(*(store.write(redeem(key)) for key in keys), return_exceptions=True)  # type: ignore[arg-type]
    assert sorted(type(result).__name__ for result in results) == ["LookupError", "NoneType"]
    assert len(await store.read(lambda tx: tx.connection.execute(sa.select(person)).all())) == 1


async def test_wrong_codes_are_counted_until_a_right_one(store: Store) -> None:
    def work(tx: Transaction) -> None:
        _, commune = units(tx)
        key = tx.account("test", "x", NOON).id
        tx.apply(RecordWrongCode(key, 5, NOON), None, NOON)
        locked = tx.account("test", "x", NOON)
        assert (locked.wrong_codes, locked.locked_until) == (5, NOON)
        enrol(tx, "a", commune, address="x")
        free = tx.account("test", "x", NOON)
        assert (free.wrong_codes, free.locked_until) == (0, None)

    await store.write(work)


async def test_agreeing_again_counts_for_the_notice_in_force(store: Store) -> None:
    def work(tx: Transaction) -> None:
        _, commune = units(tx)
        key = enrol(tx, "a", commune, address="x")
        tx.connection.execute(sa.update(person).values(agreed_version="0"))
        before = tx.person(key)
        assert before is not None
        assert not before.agreed
        tx.apply(AgreeToNotice(), key, NOON)
        after = tx.person(key)
        assert after is not None
        assert after.agreed

    await store.write(work)


async def test_a_removed_person_has_no_account_and_waiting_messages_are_dropped(store: Store) -> None:
    def work(tx: Transaction) -> None:
        root, commune = units(tx)
        author = enrol(tx, "author", root, address="a", role="admin")
        key = enrol(tx, "a", commune, address="x")
        tx.apply(SendAnnouncement("u1", "Mời họp", (), Audience((commune,), ("cadre",)), MESSAGE), author, NOON)
        tx.apply(RemovePerson(key), author, NOON)
        assert tx.person(key) is None
        assert tx.account("test", "x", NOON).person_id is None
        assert set(tx.connection.scalars(sa.select(outbox.c.error))) == {"removed"}

    await store.write(work)


async def test_an_announcement_is_queued_for_each_addressee_once_with_its_files(store: Store) -> None:
    def work(tx: Transaction) -> None:
        root, commune = units(tx)
        author = enrol(tx, "author", root, address="a", role="admin")
        first = enrol(tx, "b", commune, address="x")
        second = enrol(tx, "c", commune, address="y")
        tx.connection.execute(sa.update(account).where(account.c.address == "y").values(state="blocked"))
        older = NOON - dt.timedelta(days=1)
        values = {"channel": "test", "address": "older", "person_id": first, "last_used_at": older}
        tx.connection.execute(account.insert(), values)
        audience = Audience((root, commune), ("cadre", "admin"))
        reach = tx.reach(audience, author)
        assert (reach.people, reach.without_account) == (2, 1)
        tx.apply(SendAnnouncement("u1", "Mời họp", (), audience, MESSAGE), author, NOON)
        rows = tx.connection.execute(sa.select(outbox).order_by(outbox.c.id)).all()
        assert [(row.dedupe_key, row.address, row.state, row.error) for row in rows] == [
            (f"announcement:u1:{first}:0", "x", "queued", None),
            (f"announcement:u1:{second}:0", "", "failed", "no-account"),
            (f"announcement:u1:{first}:1", "x", "queued", None),
        ]
        assert rows[0].payload == {"text": "Mời họp", "choices": [{"label": "Đã đọc", "action": "dadoc u1"}]}
        assert rows[0].due_at == NOON
        assert rows[2].payload["files"][0]["stored"]["name"] == "a.png"

    await store.write(work)


async def test_progress_counts_people_and_reminds_those_who_have_not_read(store: Store) -> None:
    def work(tx: Transaction) -> None:
        root, commune = units(tx)
        author = enrol(tx, "author", root, address="a", role="admin")
        readers = [enrol(tx, name, commune, address=name) for name in "bcd"]
        message = Reply("Mời họp", MESSAGE.choices)
        tx.apply(SendAnnouncement("u1", "Mời họp", (), Audience((commune,), ("cadre",)), message), author, NOON)
        told = tx.announcement("u1")
        assert told is not None
        assert [one.uid for one in tx.announcements((root,), 5)] == ["u1"]
        assert tx.announcements((commune,), 5) == []
        states = dict(zip(readers, ("sent", "uncertain", "failed"), strict=True))
        for key, state in states.items():
            error = "gone: blocked" if state == "failed" else None
            tx.connection.execute(sa.update(outbox).where(outbox.c.person_id == key).values(state=state, error=error))
        for _ in range(2):
            tx.apply(Acknowledge(told.id), readers[0], NOON)
        progress = tx.progress(told.id)
        assert (progress.people, progress.sent, progress.waiting, progress.uncertain) == (3, 1, 0, 1)
        assert (progress.failed, progress.acknowledged) == ({"gone": 1}, 1)
        assert [one.name for one in progress.unread] == ["Người c", "Người d"]
        for _ in range(2):
            tx.apply(RemindUnread(told.id, 1, message), author, NOON)
        assert tx.connection.scalar(sa.select(sa.func.count()).select_from(outbox)) == 3 + 2
        assert tx.progress(told.id).waiting == 1, "the uncertain one may have arrived, the failed one is tried again"
        received = tx.received(readers[0], "u1")
        assert received is not None
        assert received.acknowledged_at == NOON
        latest = tx.received(readers[1], None)
        assert latest is not None
        assert latest.acknowledged_at is None
        assert tx.received(author, "u1") is None
        assert len(tx.connection.execute(sa.select(acknowledgement)).all()) == 1

    await store.write(work)


async def test_units_are_imported_in_any_order_and_a_second_time_changes_nothing(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "don-vi.csv"
    rows = "Xã Bình Minh;;Tỉnh Hải Lâm\nTỉnh Hải Lâm;tỉnh;\nSở Nội vụ;sở;\nPhường An Hải;;\n"
    file.write_text("\ufeffTên;Loại;Đơn vị cấp trên\n" + rows, "utf-8")
    assert "4 đơn vị mới" in (await import_units(store, file, NOON))[0]
    assert "0 đơn vị mới; 4" in (await import_units(store, file, NOON))[0]
    found = await store.read(lambda tx: {unit.name: (unit.kind, unit.parent_id) for unit in tx.all_units()})
    root = await store.read(lambda tx: tx.all_units()[0].id)
    assert found == {
        "Tỉnh Hải Lâm": ("province", None),
        "Xã Bình Minh": ("commune", root),
        "Sở Nội vụ": ("office", root),
        "Phường An Hải": ("commune", root),
    }


async def test_a_bad_row_is_named_and_nothing_is_imported(store: Store) -> None:
    rows = read_units(
        "tên,loại,cấp trên\nTỉnh Hải Lâm,tỉnh,\n,xã,\nXã A,huyện,\nXã B,xã,Tỉnh Khác\n".encode(), "units.csv"
    )
    with pytest.raises(UnitsProblem) as problem:
        await store.write(lambda tx: add_units(tx, rows))
    for part in ("Dòng 3", 'Dòng 4 (Xã A): loại "huyện"', 'Dòng 5 (Xã B): không có đơn vị cấp trên "Tỉnh Khác"'):
        assert part in str(problem.value)
    assert not await store.read(lambda tx: tx.all_units())


async def test_an_invitation_from_the_command_line_enrols(store: Store) -> None:
    with pytest.raises(ValueError, match="Chưa có đơn vị"):
        await invite(store, "Bình Minh", "staff", None, NOON)
    await store.write(units)
    (line,) = await invite(store, "binh minh", "staff", "Lê An", NOON)
    code = typed_code(line.rsplit(": ", 1)[1])
    assert code is not None
    found = await store.write(lambda tx: tx.invitation(hash_code(code)))
    assert found is not None
    assert (found.role, found.person_name) == ("staff", "Lê An")
    with pytest.raises(ValueError, match="Gần giống: Xã Bình Minh"):
        await invite(store, "Binh Minhh", "staff", None, NOON)


def test_units_come_from_xlsx_too() -> None:
    book = Workbook()
    assert book.active is not None
    for row in (["Đơn vị", "Cấp"], ["Tỉnh Hải  Lâm", "Tỉnh"], [None, None], ["Xã A", "xã"]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    rows = read_units(file.getvalue(), "a.xlsx")
    assert [(row.row, row.name, row.kind) for row in rows] == [(2, "Tỉnh Hải Lâm", "Tỉnh"), (4, "Xã A", "xã")]


@pytest.mark.parametrize(
    "data, part",
    [
        (b"", "thiếu cột tên"),
        ("tên,loại\n".encode(), "không có dòng"),
        (b"PK\x03\x04 no zip", "Không đọc được"),
        (b"t\xean,lo\xb9i\nX\xe3 A,x\xe3", "Không đọc được"),
        ("loại,cấp trên\nxã,A".encode(), "thiếu cột tên"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_sentence(data: bytes, part: str) -> None:
    with pytest.raises(UnitsProblem, match=part):
        read_units(data, "units.csv")


async def test_the_operator_ends_the_access_of_the_one_person_who_is_meant(store: Store) -> None:
    def work(tx: Transaction) -> list[int]:
        _, commune = units(tx)
        return [enrol(tx, name, commune, address=name) for name in ("a", "b")]

    first, second = await store.write(work)
    with pytest.raises(ValueError, match=f"{first} = .*{second} = "):
        await remove(store, "người", NOON)
    with pytest.raises(ValueError, match="Không có ai"):
        await remove(store, "Trần Không", NOON)
    assert "Người a" in (await remove(store, "nguoi a", NOON))[0]
    assert await store.read(lambda tx: [tx.person(first) is None, tx.person(second) is None]) == [True, False]


async def test_a_linked_account_is_the_same_person_and_a_handed_over_post_is_somebody_elses(store: Store) -> None:
    def work(tx: Transaction) -> None:
        _, commune = units(tx)
        old = enrol(tx, "a", commune, address="x")
        second = tx.account("test", "second", NOON).id
        tx.apply(IssueCode("link", commune, "cadre", None, last_moment(NOON), links_to=old), old, NOON)
        tx.apply(LinkAccount("link", second), None, NOON)
        with pytest.raises(LookupError), tx.savepoint():
            tx.apply(LinkAccount("link", second), None, NOON)
        assert [one.id for one in tx.accounts([old])[old]] == [second, tx.account("test", "x", NOON).id]
        tx.apply(IssueCode("over", commune, "cadre", None, last_moment(NOON), replaces=old), None, NOON)
        (code,) = tx.open_codes([commune], NOON)
        assert (code.replaces, code.unit.id) == ("Người a", commune)
        third = tx.account("test", "third", NOON).id
        tx.apply(RedeemCode("over", third, "Người mới", NOON), None, NOON)
        assert tx.person(old) is None
        assert tx.accounts([old]) == {}
        assert tx.open_codes([commune], NOON) == []

    await store.write(work)
