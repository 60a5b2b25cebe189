"""The read-only views hold the same rows on both databases, and are exported whole."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.exports.tables import export_all
from bot.storage import VIEWS, Store, Transaction, views
from handlers.pulling.summary import summarise
from handlers.records.deadlines import AddDeadline
from knowledge.forms.form import load_forms
from knowledge.period import Period
from tests.support.province import Province, a_province
from tests.support.world import NOON

ANSWERS = {
    "hoi_nghi_cong_dong": 12,
    "noi_dung_cong_khai": ["Đất đai", "Chế độ, chính sách"],
    "ban_thanh_tra": True,
    "ngay_doi_thoai": "2026-09-15",
    "kien_nghi_giai_quyet": 0,
    "kho_khan": '=1+1 "dấu" nháy',
}


async def filled(store: Store, folder: Path) -> Province:
    province = await a_province(store, folder)
    await province.files("Xã Suối Đá", "2026-Q3", **ANSWERS)
    await province.files("Xã Sơn Hạ", "2026-Q3", late=True, hoi_nghi_cong_dong=3, kho_khan=None)
    await province.files("Xã Sơn Hà", "2026-H1", form="dan-van-chinh-quyen", nguon_luc_van_dong="120500000")
    await province.cadre.says("/baocao qcdc quý 2/2026")
    await province.cadre.says("4")
    return province


async def rows(store: Store, name: str) -> list[dict[str, Any]]:
    return await store.read(lambda tx: [dict(row) for row in tx.view(name)])


async def test_reports_that_were_sent_stand_in_the_view_and_drafts_do_not(store: Store, tmp_path: Path) -> None:
    province = await filled(store, tmp_path)
    found = await rows(store, "reports")
    assert [(row["unit"], row["period"], row["late"], row["state"]) for row in found] == [
        ("Xã Suối Đá", "2026-Q3", 0, "submitted"),
        ("Xã Sơn Hạ", "2026-Q3", 1, "submitted"),
        ("Xã Sơn Hà", "2026-H1", 0, "submitted"),
    ]
    assert found[0]["submitted_at"] == "2026-11-18T12:00:00", "in Vietnamese time"
    assert found[0]["person_id"] == province.cadre.person_id


async def test_every_answer_is_a_row_with_its_number_where_it_is_one(store: Store, tmp_path: Path) -> None:
    await filled(store, tmp_path)
    found = {
        (row["unit"], row["question"]): (row["type"], row["value"], row["number"])
        for row in await rows(store, "answers")
    }
    assert found == {
        ("Xã Suối Đá", "hoi_nghi_cong_dong"): ("number", "12", 12),
        ("Xã Suối Đá", "noi_dung_cong_khai"): ("list", '["Đất đai","Chế độ, chính sách"]', None),
        ("Xã Suối Đá", "ban_thanh_tra"): ("yes-no", "true", None),
        ("Xã Suối Đá", "ngay_doi_thoai"): ("text", "2026-09-15", None),
        ("Xã Suối Đá", "kien_nghi_giai_quyet"): ("number", "0", 0),
        ("Xã Suối Đá", "kho_khan"): ("text", '=1+1 "dấu" nháy', None),
        ("Xã Sơn Hạ", "hoi_nghi_cong_dong"): ("number", "3", 3),
        ("Xã Sơn Hà", "nguon_luc_van_dong"): ("text", "120500000", 120_500_000),
    }


@pytest.mark.parametrize("audience", [None, "named", "within", "kind"])
async def test_who_is_missing_is_who_the_program_says_is_missing(
    store: Store, tmp_path: Path, audience: str | None
) -> None:
    province = await filled(store, tmp_path)
    communes = province.communes
    kinds: dict[str, dict[str, Any]] = {
        "named": {"units": [communes["Xã Sơn Hà"], communes["Xã Suối Đá"]]},
        "within": {"within": [province.id]},
        "kind": {"kind": "commune"},
    }
    if audience:
        rule = {"every": "once", "date": "2026-10-10", "period": "2026-Q3"}
        effect = AddDeadline(None, "Báo cáo", None, rule, "quy-che-dan-chu", None, kinds[audience], (3,))
        await store.write(lambda tx: tx.apply(effect, None, NOON))

    def missing(tx: Transaction) -> set[str]:
        form, units = load_forms()["quy-che-dan-chu"], tx.units_within(province.id)
        return {unit.name for unit in summarise(tx, form, Period("quarter", 2026, 3), units).missing}

    found = {row["unit"] for row in await rows(store, "missing") if row["form"] == "quy-che-dan-chu"}
    assert found == await store.read(missing)
    assert found == ({"Xã Sơn Hà"} if audience == "named" else {"Xã Sơn Hà", "Phường Tân An"})


async def test_deliveries_name_who_got_what_and_hold_no_words_of_it(store: Store, tmp_path: Path) -> None:
    await filled(store, tmp_path)
    found = await rows(store, "deliveries")
    assert {(row["person"], row["unit"], row["state"], row["kind"]) for row in found} == {
        ("Nguyễn Thị Lan", "Xã Suối Đá", "sent", "reply")
    }
    assert not {"payload", "text", "address"} & set(found[0])


async def test_everything_is_exported_row_by_row(store: Store, tmp_path: Path) -> None:
    await filled(store, tmp_path)
    steps: list[int] = []
    assert await export_all(store, tmp_path / "csv", "csv", steps.append) == 3
    assert await export_all(store, tmp_path / "lines", "jsonl", steps.append) == 3
    for name in VIEWS:
        kept = await rows(store, name)
        lines = (tmp_path / "lines" / f"{name}.jsonl").read_text("utf-8").splitlines()
        assert [json.loads(line) for line in lines] == kept
        with (tmp_path / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(kept)
    table = (tmp_path / "csv" / "answers.csv").read_text("utf-8-sig")
    assert '"\'=1+1 ""dấu"" nháy"' in table, "what looks like a formula is text"
    assert steps[-1] == sum([len(await rows(store, name)) for name in VIEWS])


async def test_views_are_made_anew_where_they_are_gone_or_old(store: Store, tmp_path: Path) -> None:
    def spoil(tx: Transaction) -> None:
        views.drop(tx.connection)
        tx.connection.execute(sa.text("CREATE VIEW view_reports AS SELECT 1 AS one"))
        tx.set_meta("views", "of an older program")

    await store.write(spoil)
    await store.migrate()
    assert await rows(store, "reports") == []
    await filled(store, tmp_path)
    assert len(await rows(store, "reports")) == 3


def test_the_manual_names_every_view_and_column(tmp_path: Path) -> None:
    manual = (Path(__file__).resolve().parents[2] / "deploy" / "views.md").read_text("utf-8")
    for name, select in views._definitions(on_postgresql=False).items():
        columns = [part.split(" AS ")[-1].split(".")[-1].strip() for part in _columns(select)]
        line = next(line for line in manual.splitlines() if line.startswith(f"| `view_{name}`"))
        assert f"`{', '.join(columns)}`" in line


def _columns(select: str) -> list[str]:
    """The expressions between SELECT and the FROM of the statement itself."""
    parts, depth, text = [], 0, ""
    for char in select.split("SELECT", 1)[1].split("\n            FROM", 1)[0]:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append(text)
            text = ""
        else:
            text += char
    return [" ".join(part.split()) for part in (*parts, text)]
