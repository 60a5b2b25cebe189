"""The data inventory tells of every table and column, and the page in deploy/ is what it tells today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.inventory import PERSONAL, TECHNICAL, inventory, page
from bot.settings import Settings
from bot.storage.erasing import person_columns
from bot.storage.schema import metadata

ROOT = Path(__file__).resolve().parents[2]


def test_every_table_and_every_column_is_told_and_nothing_that_is_not_there() -> None:
    stored = {table.name: [column.name for column in table.columns] for table in metadata.sorted_tables}
    told = {name: [column.name for column in table.columns] for name, table in inventory().items()}
    assert {name: sorted(columns) for name, columns in told.items()} == {
        name: sorted(columns) for name, columns in stored.items()
    }


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
def test_whoever_a_row_points_at_is_told_as_personal(table: sa.Table) -> None:
    kinds = {column.name: column.kind for column in inventory()[table.name].columns}
    assert {kinds[column.name] for column in person_columns(table)} <= {PERSONAL}


def test_a_column_named_after_a_person_is_known_to_hold_one() -> None:
    """So that no new column escapes erasing and the export: a key of a person without a constraint is marked."""
    endings = ("person_id", "_by", "author_id", "owner_id", "corrector_id")
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(endings) and column not in set(person_columns(table))
    }
    assert found == set()


def test_what_is_told_is_whole() -> None:
    titles = [table.title for table in inventory().values()]
    assert len(set(titles)) == len(titles)
    for table in inventory().values():
        assert len(table.title) <= 31, "it names a page of a spreadsheet"
        assert all((table.purpose, table.kept, table.erased))
        assert all(column.what for column in table.columns)
        heads = [column.what for column in table.columns if column.kind != TECHNICAL]
        assert len(set(heads)) == len(heads)


def test_the_page_in_deploy_is_up_to_date() -> None:
    """Make it anew with: danvan inventory > deploy/du-lieu.md."""
    assert (ROOT / "deploy" / "du-lieu.md").read_text("utf-8") == page()


def test_how_long_messages_are_kept_is_what_the_settings_say() -> None:
    default = Settings.model_fields["keep_messages_days"].default
    assert inventory()["inbox"].kept.startswith(f"{default} ngày")
    for name in re.findall(r"DANVAN_(\w+)", page()):
        assert name.lower() in Settings.model_fields


def test_the_page_names_the_law_the_clock_and_what_becomes_of_backups() -> None:
    for words in ("91/2025/QH15", "356/2025/NĐ-CP", "2 ngày làm việc", "Bản sao lưu"):
        assert words in page()
