"""Backing up while people work, and what a restored program remembers: the drill, on both databases."""

from __future__ import annotations

import asyncio
import dataclasses
import gzip
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from bot.backup import Backup, BackupFailed, back_up, backups, restore, verify
from bot.settings import Settings
from bot.storage import open_store
from handlers.receipts import new_receipt
from tests.conftest import create_database
from tests.support.province import NAMES, a_province
from tests.support.world import NOON, World


def settings_of(folder: Path, url: str = "", **more: object) -> Settings:
    return Settings(_env_file=None, data_dir=folder, database_url=url, **more)  # type: ignore[call-arg,arg-type]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a report and two files in it."""
    settings = settings_of(tmp_path_factory.mktemp("filled") / "data")

    async def fill() -> None:
        store = open_store(settings.database)
        await store.migrate()
        province = await a_province(store, settings.data_dir)
        await province.files("Xã Sơn Hà", "2026-10", so_hoi_nghi=3)
        province.world.cabinet.put(b"\x89PNG\r\n\x1a\n a photo")
        province.world.cabinet.put(b"another")
        await store.close()

    asyncio.run(fill())
    return settings.data_dir


@pytest.fixture
def kept(filled: Path, tmp_path: Path) -> Settings:
    """A copy of that folder."""
    shutil.copytree(filled, tmp_path / "data")
    return settings_of(tmp_path / "data")


async def made(settings: Settings) -> Backup:
    return await back_up(settings, settings.backups, NOON)


def elsewhere(settings: Settings, **more: object) -> Settings:
    return settings_of(settings.data_dir.parent / "new", **more)


async def receipts(url: str) -> set[str]:
    store = open_store(url)
    try:
        await store.migrate()
        rows = await store.read(lambda tx: list(tx.view("reports")))
        return {row["receipt"] for row in rows}
    finally:
        await store.close()


async def test_the_drill(database_url: str, tmp_path: Path) -> None:
    """Backed up under load, destroyed, restored: what was issued before is there, what was waiting goes out."""
    await create_database(database_url)
    settings = settings_of(tmp_path / "data", database_url)
    store = open_store(database_url)
    await store.migrate()
    province = await a_province(store, settings.data_dir)
    world = province.world
    photo = world.cabinet.put(b"\xff\xd8\xff a photo of a meeting")
    issued: list[str] = []
    stop = asyncio.Event()

    async def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            period = f"20{10 + number // 12:02}-{number % 12 + 1:02}"
            issued.append(await province.files(NAMES[number % 4], period, so_hoi_nghi=number))
            await province.cadre.sends(text="huong dan")
            await world.turns.take()

    async def until(count: int) -> None:
        while len(issued) < count:
            await asyncio.sleep(0)
            assert not working.done(), working.exception()

    working = asyncio.create_task(work())
    await until(20)
    before = list(issued)
    backup = await made(settings)
    await until(len(issued) + 5)
    stop.set()
    await working
    waiting = len(await store.read(lambda tx: [row for row in tx.view("deliveries") if row["state"] == "queued"]))
    await store.close()
    assert waiting >= 20

    archive = tmp_path / backup.path.name
    shutil.move(backup.path, archive)
    shutil.rmtree(settings.data_dir)
    database_url += "_new"
    await create_database(database_url)
    anew = settings_of(tmp_path / "data", database_url)
    found = await restore(anew, archive)

    assert found.contents == backup.contents
    assert set(before) <= await receipts(database_url) <= set(issued)
    assert (anew.data_dir / "files" / photo[:2] / photo).read_bytes() == b"\xff\xd8\xff a photo of a meeting"
    store = open_store(database_url)
    again = World(store, anew.data_dir)
    await again.settle()
    deliveries = await store.read(lambda tx: list(tx.view("deliveries")))
    assert len(again.channel.sent) == len(deliveries) >= len(before) - 1  # the last one was perhaps just at it
    assert {row["state"] for row in deliveries} == {"sent"}
    # New rows get keys of their own.
    province.world = again
    assert await again.unit("Xã Mới") > max(province.communes.values())
    await store.close()


async def test_a_backup_is_noted_where_the_status_looks(kept: Settings) -> None:
    await made(kept)
    store = open_store(kept.database)
    status = await store.read(lambda tx: tx.status(NOON))
    await store.close()
    assert status.last_backup == NOON


async def test_nothing_is_overwritten(kept: Settings) -> None:
    backup = await made(kept)
    before = kept.sqlite.read_bytes() if kept.sqlite else b""
    with pytest.raises(BackupFailed) as failure:
        await restore(kept, backup.path)
    assert failure.value.block == "not_empty"
    assert kept.sqlite is not None
    assert kept.sqlite.read_bytes() == before


def _cut(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-1000])


def _cut_between_members(archive: Path) -> None:
    """Whole as a compressed file, but the manifest and what is before it are not there."""
    raw = gzip.decompress(archive.read_bytes())
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        manifest = tar.getmember("manifest.json").offset
    archive.write_bytes(gzip.compress(raw[:manifest] + b"\0" * 1024))


def _change_a_letter(archive: Path) -> None:
    raw = gzip.decompress(archive.read_bytes())
    archive.write_bytes(gzip.compress(raw.replace(b"another", b"anether")))


def _flip_a_bit(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 4
    archive.write_bytes(data)


def _name_a_way_out(archive: Path) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        info = tarfile.TarInfo("files/../../escaped")
        info.size = 3
        tar.addfile(info, io.BytesIO(b"bad"))


def _something_else(archive: Path) -> None:
    archive.write_bytes(b"%PDF-1.7 no backup")


def _nonsense_inside(archive: Path) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        info = tarfile.TarInfo("manifest.json")
        info.size = 3
        tar.addfile(info, io.BytesIO(b"bad"))


@pytest.mark.parametrize(
    "spoil",
    [
        _cut,
        _cut_between_members,
        _change_a_letter,
        _flip_a_bit,
        _name_a_way_out,
        _something_else,
        _nonsense_inside,
    ],
)
async def test_what_is_damaged_is_not_restored(kept: Settings, spoil: Callable[[Path], None]) -> None:
    backup = await made(kept)
    spoil(backup.path)
    anew = elsewhere(kept)
    for attempt in (lambda: restore(anew, backup.path), lambda: asyncio.to_thread(verify, backup.path)):
        with pytest.raises(BackupFailed) as failure:
            await attempt()
        assert failure.value.block in {"cut_off", "damaged", "not_a_backup"}
        assert "\n" not in str(failure.value)
    assert anew.sqlite is not None
    assert not anew.sqlite.exists()
    assert not (anew.data_dir / "files").exists()
    assert not list(kept.data_dir.parent.rglob("escaped"))


def _with_manifest(archive: Path, change: Callable[[dict[str, object]], None]) -> None:
    """The same backup with something else said of it."""
    with tarfile.open(archive) as tar:
        parts = [(info, tar.extractfile(info).read()) for info in tar]  # type: ignore[union-attr]
    with tarfile.open(archive, "w:gz") as tar:
        for info, data in parts:
            if info.name == "manifest.json":
                manifest = json.loads(data)
                change(manifest)
                data = json.dumps(manifest).encode()
                info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize(
    ("change", "block"),
    [
        (lambda manifest: manifest["database"].update(revision="9999"), "newer"),
        (lambda manifest: manifest.update(format=2), "newer_format"),
        (lambda manifest: manifest["database"]["rows"].update(report=7), "differs"),
        (lambda manifest: manifest["database"].update(kind="postgresql"), "other_kind"),
    ],
)
async def test_what_does_not_fit_is_not_restored(
    kept: Settings, change: Callable[[dict[str, object]], None], block: str
) -> None:
    backup = await made(kept)
    _with_manifest(backup.path, change)
    anew = elsewhere(kept)
    with pytest.raises(BackupFailed) as failure:
        await restore(anew, backup.path)
    assert failure.value.block == block
    assert anew.sqlite is not None
    assert not anew.sqlite.exists()


async def test_a_backup_of_an_older_schema_is_migrated_at_the_next_start(kept: Settings) -> None:
    import sqlite3

    import sqlalchemy as sa
    from alembic import command

    from bot.storage.migrate import _config, views

    older = elsewhere(kept)
    older.data_dir.mkdir()
    engine = sa.create_engine(f"sqlite:///{older.sqlite}")
    with engine.begin() as connection:
        command.upgrade(_config(connection), "0003")
        views.drop(connection)
    engine.dispose()
    backup = await back_up(older, older.backups, NOON)
    assert backup.contents.revision == "0003"
    assert older.sqlite is not None
    older.sqlite.unlink()
    await restore(older, backup.path)
    assert await receipts(older.database) == set()
    with sqlite3.connect(older.sqlite) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() > ("0003",)


async def test_an_encrypted_backup_opens_with_its_private_key_only(kept: Settings) -> None:
    mine, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    backup = await made(kept.model_copy(update={"backup_key": str(mine.to_public())}))
    assert backup.path.name.endswith(".tar.gz.age")
    assert b"SQLite format" not in backup.path.read_bytes()
    anew = elsewhere(kept)
    for key, block in ((None, "needs_identity"), (str(other), "other_key"), ("no key", "no_identity")):
        with pytest.raises(BackupFailed) as failure:
            await restore(anew, backup.path, key)
        assert failure.value.block == block
    assert (await restore(anew, backup.path, f"# created today\n{mine}\n")).files == 2
    assert await receipts(anew.database) == {new_receipt(2026, f"{1:032x}")}

    _cut(backup.path)
    with pytest.raises(BackupFailed) as failure:
        verify(backup.path, str(mine))
    assert failure.value.block in {"cut_off", "damaged"}


async def test_the_oldest_backups_go_when_a_new_one_is_whole(kept: Settings) -> None:
    few = kept.model_copy(update={"backup_keep": 2})
    names = []
    for day in range(3):
        names.append((await back_up(few, few.backups, NOON.replace(day=day + 1))).path.name)
    (few.backups / "of-somebody-else.tar.gz").touch()
    assert [path.name for path in backups(few.backups)] == names[1:]
    assert (few.backups / "of-somebody-else.tar.gz").exists()
    assert not [path for path in few.data_dir.iterdir() if path.name == ".backup"]


async def test_a_full_disk_is_one_line_and_leaves_nothing_that_looks_like_a_backup(
    kept: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    first = await made(kept)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("bot.archive.Writer.finish", full)
    with pytest.raises(BackupFailed) as failure:
        await back_up(kept, kept.backups, NOON.replace(hour=13))
    assert failure.value.block == "no_room"
    assert "\n" not in str(failure.value)
    assert [path.name for path in kept.backups.iterdir()] == [first.path.name]


async def test_what_a_backup_that_was_killed_left_is_cleared_away(kept: Settings) -> None:
    kept.backups.mkdir()
    (kept.backups / "danvan-20261101-120000.tar.gz.part").write_bytes(b"half")
    (kept.data_dir / ".backup").mkdir()
    (kept.data_dir / ".backup" / "database").write_bytes(b"half")
    backup = await made(kept)
    assert [path.name for path in kept.backups.iterdir()] == [backup.path.name]
    assert not (kept.data_dir / ".backup").exists()


async def test_a_file_that_the_disk_has_spoilt_is_kept_as_it_is_and_counted(kept: Settings) -> None:
    spoilt = next((kept.data_dir / "files").glob("??/*"))
    spoilt.write_bytes(b"rotten")
    backup = await made(kept)
    assert (backup.files, backup.damaged) == (2, 1)
    assert dataclasses.replace(verify(backup.path), path=backup.path) == backup


async def test_nobody_else_can_read_a_backup(kept: Settings) -> None:
    backup = await made(kept)
    assert backup.path.stat().st_mode & 0o077 == 0
    assert kept.backups.stat().st_mode & 0o077 == 0


async def test_a_folder_without_a_database_is_not_backed_up(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "nothing")
    settings.data_dir.mkdir()
    with pytest.raises(BackupFailed) as failure:
        await made(settings)
    assert failure.value.block == "no_database"
    assert not list(settings.backups.iterdir())
    assert settings.sqlite is not None
    assert not settings.sqlite.exists()
