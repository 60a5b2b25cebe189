"""``danvan check``: what is wrong is named in Vietnamese with what to do; what only is worth knowing is no fault."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import namedtuple
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bot import check
from bot.clock import Clock
from bot.settings import Settings
from bot.storage import LAST_BACKUP, open_store
from tests.support.service import free_port
from tests.support.serving import serving
from tests.support.telegram_server import TelegramServer, telegram_server
from tests.support.zalo_server import zalo_server

Disk = namedtuple("Disk", "total used free")


async def checked(**settings: Any) -> tuple[int, list[str]]:
    """The number of faults, and what was said."""
    lines: list[str] = []
    given = Settings(_env_file=None, **settings)  # type: ignore[call-arg]
    return await check.problems(given, lines.append), lines


def of(server: TelegramServer) -> dict[str, Any]:
    return {"telegram_token": SecretStr(server.token), "telegram_api_url": server.api_url}


async def prepared(folder: Path, *changes: Any) -> None:
    """A database in this folder, with these things done to it."""
    folder.chmod(0o700)
    store = open_store(f"sqlite+aiosqlite:///{folder / 'danvan.sqlite3'}")
    await store.migrate()
    for change in changes:
        await store.write(change)
    await store.close()


async def test_a_place_where_nothing_was_started_yet_is_in_order(tmp_path: Path) -> None:
    bad, lines = await checked(data_dir=tmp_path / "data")
    assert bad == 0
    assert any("sẽ được tạo" in line for line in lines)
    assert not (tmp_path / "data").exists(), "a check changes nothing"


@pytest.mark.parametrize(
    "version, faults, words",
    [("0001", 0, "nâng cấp khi khởi động lại"), ("from-the-future", 1, "bản mới hơn")],
    ids=["older", "newer"],
)
async def test_a_schema_that_is_not_this_programs_is_named_and_left(
    version: str, faults: int, words: str, tmp_path: Path
) -> None:
    at = sa.text("SELECT version_num FROM alembic_version")
    set_to = sa.text("UPDATE alembic_version SET version_num = :version")
    await prepared(tmp_path, lambda tx: tx.connection.execute(set_to, {"version": version}))
    bad, lines = await checked(data_dir=tmp_path)
    assert bad == faults
    assert any(words in line for line in lines)
    store = open_store(f"sqlite+aiosqlite:///{tmp_path / 'danvan.sqlite3'}")
    assert await store.read(lambda tx: tx.connection.scalar(at)) == version
    await store.close()


async def test_a_database_that_does_not_answer_is_a_fault_that_shows_no_password(tmp_path: Path) -> None:
    url = f"postgresql+asyncpg://danvan:hidden@127.0.0.1:{free_port()}/danvan"
    bad, lines = await checked(data_dir=tmp_path, database_url=url)
    assert bad == 1
    assert any(line.startswith("LỖI: cơ sở dữ liệu") and "DANVAN_DATABASE_URL" in line for line in lines)
    assert "hidden" not in "\n".join(lines)


async def test_a_file_of_settings_that_everybody_reads_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".env"
    file.write_text("DANVAN_ZALO_TOKEN=1:x\n", "utf-8")
    file.chmod(0o640)
    assert (await checked(data_dir=tmp_path))[0] == 0
    file.chmod(0o644)
    bad, lines = await checked(data_dir=tmp_path)
    assert bad == 1
    assert any(f"chmod 600 {file}" in line for line in lines)


@pytest.mark.parametrize("free, faults, said", [(50e6, 1, "LỖI: ổ đĩa"), (1e9, 0, "LƯU Ý: ổ đĩa"), (9e9, 0, "")])
async def test_a_disk_that_fills_up_is_seen_in_time(
    free: float, faults: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(10**10, 10**10 - int(free), int(free)))
    bad, lines = await checked(data_dir=tmp_path)
    assert bad == faults
    assert [line[: len(said)] for line in lines if "ổ đĩa" in line] == ([said] if said else [])


@pytest.mark.parametrize(
    "place, free, said",
    [
        ("data/backups", 9e9, "LƯU Ý: bản sao lưu nằm ngay trong"),
        ("a file/backups", 9e9, "LỖI: không ghi được vào thư mục sao lưu"),
        ("elsewhere", 50e6, "LỖI: ổ đĩa chứa"),
        ("elsewhere/new", 9e9, ""),
    ],
)
def test_backups_that_would_fail_or_be_lost_with_the_data_are_told(
    place: str, free: float, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    (tmp_path / "elsewhere").mkdir()
    lines: list[str] = []
    found = check.Findings(lines.append)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(10**10, 10**10 - int(free), int(free)))
    settings = Settings(_env_file=None, backup_dir=tmp_path / place)  # type: ignore[call-arg]
    check._backups(settings, tmp_path / "data", found)
    assert [line[: len(said)] for line in lines] == ([said] if said else [])
    assert found.bad == said.startswith("LỖI")


@pytest.mark.parametrize(
    "days, faults, said", [(1, 0, None), (3, 1, "LỖI: bản sao lưu"), (None, 0, "LƯU Ý: chưa có bản")]
)
async def test_a_backup_that_is_old_is_a_fault(days: int | None, faults: int, said: str | None, tmp_path: Path) -> None:
    when = (Clock().now() - dt.timedelta(days=days)).isoformat() if days is not None else None
    await prepared(tmp_path, *([lambda tx: tx.set_meta(LAST_BACKUP, when)] if when else []))
    bad, lines = await checked(data_dir=tmp_path)
    assert bad == faults
    assert any(said is not None and line.startswith(said) for line in lines) == (said is not None)
    assert any("sao lưu" in line for line in lines) == (said is not None)


async def test_zalo_without_an_address_is_no_fault_but_told(tmp_path: Path) -> None:
    await prepared(tmp_path)
    async with zalo_server() as server:
        bad, lines = await checked(data_dir=tmp_path, zalo_token=SecretStr(server.token), zalo_api_url=server.api_url)
    assert bad == 0
    assert any(line.startswith("LƯU Ý: Zalo không gửi được tệp") and "DANVAN_PUBLIC_URL" in line for line in lines)


@pytest.mark.parametrize("minutes, faults", [(0, 0), (7, 1), (-7, 1)])
async def test_a_clock_that_is_not_the_platforms_is_a_fault(minutes: int, faults: int) -> None:
    shown = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes), usegmt=True)
    at = Starlette(routes=[Route("/bot", lambda _: Response(headers={"date": shown}, status_code=404))])
    lines: list[str] = []
    found = check.Findings(lines.append)
    async with serving(at) as platform:
        await check._clock(f"{platform.url}/bot", None, found)
    assert (found.bad, len(lines)) == (faults, faults)
    assert all("timedatectl set-ntp true" in line for line in lines)


@pytest.mark.parametrize(
    "status, faults, said", [(403, 0, "Đạt: webhook"), (404, 1, "LỖI: http"), (502, 1, "LỖI: http")]
)
async def test_a_webhook_is_called_as_a_stranger_would(status: int, faults: int, said: str, tmp_path: Path) -> None:
    await prepared(tmp_path)
    at = Starlette(routes=[Route("/telegram", lambda _: Response(status_code=status), methods=["POST"])])
    async with telegram_server() as server, serving(at) as outside:
        bad, lines = await checked(data_dir=tmp_path, public_url=outside.url, **of(server))
    assert bad == faults
    assert any(line.startswith(said) and f"{outside.url}/telegram" in line for line in lines)


async def test_a_webhook_that_cannot_be_called_from_here_may_be_in_order(tmp_path: Path) -> None:
    await prepared(tmp_path)
    async with telegram_server() as server:
        bad, lines = await checked(data_dir=tmp_path, public_url=f"http://127.0.0.1:{free_port()}", **of(server))
    assert bad == 0
    assert any(line.startswith("LƯU Ý: không gọi được") for line in lines)
