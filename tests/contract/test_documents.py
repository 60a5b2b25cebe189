"""Documents, their deadlines and open questions are kept alike on both databases."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.library import catch_up, ingest, load_library
from bot.storage import Store, Transaction
from bot.storage.schema import person, unit
from handlers.records.deadlines import EVERY_COMMUNE, AddDeadline, EndDeadline
from handlers.records.documents import AddDocument, adding, text_hash
from handlers.records.questions import NoteQuestion
from knowledge.calendar import Rule
from knowledge.library import Library
from knowledge.reading.parse import parse
from tests.support.world import NOON

TEXT = "Số: 12/KH-UBND\nKẾ HOẠCH\nVề tổ chức ngày hội đại đoàn kết\n\n1. Các thôn họp dân trước ngày 18/11 hằng năm.\n"


def one(text: str = TEXT, name: str = "a.txt") -> AddDocument:
    return adding(parse(text), name)


async def test_one_text_is_kept_once_under_whatever_file_name(store: Store) -> None:
    first = await store.write(lambda tx: tx.add_document(one(), None, NOON))
    second = await store.write(lambda tx: tx.add_document(one(name="b.txt"), None, NOON))
    assert first == (first[0], True)
    assert second == (first[0], False)
    kept = await store.read(lambda tx: tx.document(first[0]))
    assert kept is not None
    assert (kept.name, kept.number) == ("a.txt", "12/KH-UBND")
    assert await store.read(lambda tx: tx.document_text(first[0])) == TEXT
    assert await store.read(lambda tx: tx.document_of_text(text_hash(TEXT))) == kept


async def test_two_documents_of_one_number_are_two(store: Store) -> None:
    await store.write(lambda tx: tx.add_document(one(), None, NOON))
    await store.write(lambda tx: tx.add_document(one(TEXT + "2. Thêm một việc.\n"), None, NOON))
    assert len(await store.read(lambda tx: tx.documents_numbered("12/KH-UBND"))) == 2


async def test_a_missing_document_is_an_error_and_no_empty_text(store: Store) -> None:
    with pytest.raises(LookupError):
        await store.read(lambda tx: tx.document_text(99))


async def test_files_are_read_in_and_bad_ones_named(store: Store, tmp_path: Path) -> None:
    good, empty = tmp_path / "ke-hoach.txt", tmp_path / "trong.txt"
    good.write_text(TEXT, encoding="utf-8")
    empty.write_bytes(b"")
    steps: list[int] = []
    result = await ingest(store, [good, empty, good], NOON, lambda: steps.append(1))
    assert result.refused == 1
    assert len(steps) == len(result.lines) == 3
    assert "trong.txt" in result.lines[1]
    assert "đã có trong kho" in result.lines[2]
    library = await load_library(store)
    assert [held.document.text for held in library.held.values()] == [TEXT]


async def test_a_library_catches_up_with_what_another_worker_added(store: Store) -> None:
    library = Library()
    await store.write(lambda tx: tx.add_document(one(), None, NOON))
    await store.write(lambda tx: catch_up(tx, library))
    await store.write(lambda tx: tx.add_document(one(TEXT + "2. Thêm một việc.\n"), None, NOON))
    await store.write(lambda tx: catch_up(tx, library))
    await store.write(lambda tx: catch_up(tx, library))
    assert len(library.held) == 2


async def test_a_deadline_that_ended_is_no_longer_in_force(store: Store) -> None:
    effect = AddDeadline(None, "Việc", None, Rule("month", day=5).to_dict(), None, None, EVERY_COMMUNE, (1, 0))
    key = await store.write(lambda tx: tx.add_deadline(effect, None, NOON))
    kept = await store.read(lambda tx: tx.deadline(key))
    assert kept is not None
    assert (kept.rule, kept.offsets, kept.created_at) == (Rule("month", day=5), (1, 0), NOON)
    await store.write(lambda tx: tx.apply(EndDeadline(key), None, NOON))
    assert await store.read(lambda tx: tx.deadline(key)) is None
    assert list(await store.read(lambda tx: tx.deadlines())) == []


async def test_open_questions_are_shown_to_those_who_look_after_the_unit(store: Store) -> None:
    def prepare(tx: Transaction) -> list[int]:
        keys: list[int] = []
        for name in ("Xã An Phú", "Xã Sơn Hà"):
            place = tx.connection.scalar(unit.insert().returning(unit.c.id), {"name": name, "kind": "commune"})
            values = {"name": "A", "role": "cadre", "unit_id": place, "created_at": NOON}
            who = tx.connection.scalar(person.insert().returning(person.c.id), values)
            tx.apply(NoteQuestion(f"câu hỏi của {name}", "out-of-scope"), who, NOON)
            later = NOON + dt.timedelta(hours=1)
            tx.apply(NoteQuestion("câu sau", "wrong"), who, later)
            assert place is not None
            keys.append(place)
        return keys

    places = await store.write(prepare)
    questions = await store.read(lambda tx: tx.open_questions(places[:1], 10))
    assert [(one.text, one.unit) for one in questions] == [
        ("câu sau", "Xã An Phú"),
        ("câu hỏi của Xã An Phú", "Xã An Phú"),
    ]
    assert questions[1].at == NOON
