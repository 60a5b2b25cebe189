"""Filling a store with the demo: on both databases, on awkward days, and only once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.cabinet import Cabinet
from bot.clock import VIETNAM
from bot.demo import seed as seeding
from bot.demo.seed import prepare, seed, what_to_try
from bot.demo.timeline import DEMOCRACY, GOVERNMENT, MODELS, timeline
from bot.library import load_library
from bot.storage import Store, Transaction
from bot.storage.schema import metadata
from handlers.people.codes import hash_code
from handlers.records.deadlines import reported_period
from knowledge.answering import answer
from knowledge.calendar import occurrences
from knowledge.forms.form import load_forms
from knowledge.period import Period

NOW = dt.datetime(2026, 11, 18, 12, 0, tzinfo=VIETNAM)


@pytest.fixture
def cabinet(tmp_path: Path) -> Cabinet:
    return Cabinet(tmp_path / "files")


def _everything(tx: Transaction) -> dict[str, list[Any]]:
    return {
        table.name: [tuple(map(repr, row)) for row in tx.connection.execute(sa.select(table))]
        for table in metadata.sorted_tables
    }


async def test_seeding_twice_changes_nothing(store: Store, cabinet: Cabinet) -> None:
    await seed(store, cabinet, NOW)
    before = await store.read(_everything)
    await seed(store, cabinet, NOW + dt.timedelta(days=40))
    assert await store.read(_everything) == before


async def test_a_store_with_other_people_in_it_is_refused_and_left_alone(sqlite_store: Store, cabinet: Cabinet) -> None:
    await sqlite_store.write(lambda tx: tx.add_unit("Tỉnh khác", "province", None))
    with pytest.raises(ValueError):
        await seed(sqlite_store, cabinet, NOW)
    assert len(await sqlite_store.read(lambda tx: tx.all_units())) == 1
    assert await sqlite_store.read(lambda tx: tx.meta(seeding.MARK)) is None


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        dt.datetime(2028, 2, 29, 9, 0, tzinfo=VIETNAM),
        dt.datetime(2026, 12, 31, 23, 59, tzinfo=VIETNAM),
        dt.datetime(2027, 2, 6, 8, 0, tzinfo=VIETNAM),
        dt.datetime(2026, 12, 1, 0, 1, tzinfo=VIETNAM),
        dt.datetime(2026, 12, 3, 15, 0, tzinfo=VIETNAM),
        dt.datetime(2026, 11, 17, 17, 30, tzinfo=dt.UTC),
    ],
    ids=lambda now: f"{now:%Y-%m-%d}",
)
async def test_on_any_day_reports_lie_behind_one_deadline_is_open_and_one_overdue(
    sqlite_store: Store, cabinet: Cabinet, now: dt.datetime
) -> None:
    await seed(sqlite_store, cabinet, now)
    story = timeline(now)

    def look(tx: Transaction) -> None:
        units = tx.all_units()
        communes = [unit.id for unit in units if unit.kind == "commune"]
        people = tx.people([unit.id for unit in units], ["cadre", "staff", "supervisor", "admin"])
        assert (len(units), len(communes), len(people)) == (16, 12, 30)
        assert all(person.agreed for person in people)
        reports = [one for unit in units for one in tx.submitted(unit.id, 99)]
        assert all(report.submitted_at and report.started_at < report.submitted_at < now for report in reports)
        assert any(report.late for report in reports)
        months = [one for one in reports if one.form == MODELS and one.period != story.open.period.code]
        assert all(one.submitted_at.date() > Period.from_code(one.period).end for one in months if one.submitted_at)
        for form in (MODELS, DEMOCRACY, GOVERNMENT):
            whole = [one for one in story.filings if one.form == form and one.due < now.astimezone(VIETNAM).date()]
            filed = [tx.filed(form, one.period.code, communes) for one in whole]
            assert len(filed) >= 2
            assert all(len(units) >= 10 for units in filed)
        coming = tx.filed(story.open.form, story.open.period.code, communes)
        assert len(coming) == 5
        urged = next(one for one in tx.deadlines() if "đôn đốc" in one.title)
        assert urged.form
        assert urged.rule.period
        assert len(tx.filed(urged.form, urged.rule.period, communes)) == 10
        assert all(one.quote and one.document_id for one in tx.deadlines())
        assert any(occurrences(one.rule, now.date(), now.date() + dt.timedelta(9)) for one in tx.deadlines())
        today, forms = now.astimezone(VIETNAM).date(), load_forms()
        unmet = [
            (one.title, len(communes) - len(tx.filed(one.form, reported.code, communes)))
            for one in tx.deadlines()
            for due in occurrences(one.rule, one.created_at.date(), today)
            if one.form and due.last_admissible_day < today
            for reported in [reported_period(due, one.rule, forms[one.form])]
        ]
        assert [pair for pair in unmet if pair[1]] == [("Quy chế dân chủ ở cơ sở, đôn đốc", 2)]
        drafts = [draft for unit in communes for draft in tx.drafts(unit)]
        assert [(draft.unit.name, len(draft.answers)) for draft in drafts] == [("Xã Mộc Hạ", 4)]

    await sqlite_store.read(look)


async def test_the_announcement_can_be_seen_by_those_it_was_for(store: Store, cabinet: Cabinet) -> None:
    await seed(store, cabinet, NOW)

    def look(tx: Transaction) -> None:
        assert tx.next_due() is None
        for one in tx.correspondents("console"):
            chat = tx.chat("console", one.address)
            assert len(chat) == (1 if one.role == "cadre" else 0)
            assert all(entry.at <= NOW and "Dân vận khéo" in entry.payload["text"] for entry in chat)
        units = [unit.id for unit in tx.all_units()]
        (announced,) = tx.announcements(units, 5)
        progress = tx.progress(announced.id)
        assert progress.people == progress.sent == 22
        assert progress.acknowledged == 8

    await store.read(look)


async def test_the_codes_that_are_shown_let_a_stranger_in(sqlite_store: Store, cabinet: Cabinet) -> None:
    await seed(sqlite_store, cabinet, NOW)
    text = what_to_try()
    for entry in seeding._data()["code"]:
        assert entry["code"] in text
        digest = hash_code(entry["code"])
        found = await sqlite_store.write(lambda tx, digest=digest: tx.invitation(digest))
        assert found
        assert (found.unit.name, found.role, found.used) == (entry["unit"], entry["role"], False)
        assert found.expires_at > NOW + dt.timedelta(days=300)


async def test_the_example_question_is_answered_from_the_seeded_documents(
    sqlite_store: Store, cabinet: Cabinet
) -> None:
    await seed(sqlite_store, cabinet, NOW)
    found = answer(await load_library(sqlite_store), "Văn bản nào chỉ đạo về dân chủ ở cơ sở?")
    assert found.kind == "answer"
    assert "120-KL/TW" in " ".join(found.facts.values())


async def test_the_proof_of_a_report_can_be_downloaded(sqlite_store: Store, cabinet: Cabinet) -> None:
    await seed(sqlite_store, cabinet, NOW)
    reports = await sqlite_store.read(
        lambda tx: [one for unit in tx.all_units() for one in tx.submitted(unit.id, 99) if one.form == MODELS]
    )
    report = reports[0]
    stored = await sqlite_store.read(lambda tx: tx.file(report.answers["minh_chung"][0]))
    assert stored
    assert cabinet.path(stored.sha256).read_bytes().startswith(b"\x89PNG")
    assert stored.media_type == "image/png"


async def test_a_restart_does_not_turn_the_clock_of_the_demo_back(sqlite_store: Store, tmp_path: Path) -> None:
    clock = await prepare(sqlite_store, tmp_path)
    clock.move(dt.timedelta(days=7))
    again = await prepare(sqlite_store, tmp_path)
    assert again.shift == dt.timedelta(days=7)
    (tmp_path / "clock").write_text("nonsense")
    assert (await prepare(sqlite_store, tmp_path)).shift == dt.timedelta(0)
