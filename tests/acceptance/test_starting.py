"""Starting and stopping as a service: what is dangerous is refused, systemd hears the truth, a stop loses nothing."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from bot.seat import seated
from bot.settings import BadSettings, Settings
from bot.storage import open_store
from bot.storage.schema import unit
from tests import image
from tests.support.service import Service, environment, free_port
from tests.support.telegram_server import TelegramServer, telegram_server

pytestmark = pytest.mark.xdist_group("starting")


def settings_for(server: TelegramServer, **more: str) -> dict[str, str]:
    return {
        "DANVAN_TELEGRAM_TOKEN": server.token,
        "DANVAN_TELEGRAM_API_URL": server.api_url,
        "DANVAN_TELEGRAM_FILE_URL": server.file_url,
        "DANVAN_PORT": "0",
        **more,
    }


def refused(folder: Path, *words: str, **settings: str) -> str:
    """The one line with which a start was refused."""
    with Service(folder, *words, **{"DANVAN_PORT": "0", **settings}) as service:
        code = service.wait(60)
    assert (code, service.out.read_text("utf-8")) == (2, "")
    (line,) = service.log.read_text("utf-8").splitlines()
    return line


NOBODY = {"DANVAN_TELEGRAM_TOKEN": "123456789:AAno-one_0123456789abcdefghijklmnopq"}


def test_a_file_of_settings_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DANVAN_TELEGRAM_TOKEN=123456789:AAno-one_0123456789abcdefghijklmnopq\n", "utf-8")
    file.chmod(0o644)
    line = refused(tmp_path)
    assert f"chmod 600 {file}" in line
    assert "AAno" not in line
    assert not (tmp_path / "data").exists()


async def test_a_database_of_a_newer_program_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "data" / "danvan.sqlite3"
    store = open_store(f"sqlite+aiosqlite:///{file}")
    await store.migrate()
    await store.close()
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    database.close()
    line = refused(tmp_path, **NOBODY)
    assert line.startswith("Cơ sở dữ liệu do bản mới hơn")
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("from-the-future",)]
    database.close()


async def test_data_of_real_people_do_not_become_the_demo(tmp_path: Path) -> None:
    store = open_store(f"sqlite+aiosqlite:///{tmp_path / 'data/demo/danvan.sqlite3'}")
    await store.migrate()
    await store.write(lambda tx: tx.connection.execute(unit.insert(), {"name": "Xã Mộc Hà", "kind": "commune"}))
    await store.close()
    assert refused(tmp_path, "--demo").startswith("Thư mục này đã có dữ liệu khác")


async def test_two_workers_do_not_share_a_file_and_one_that_was_killed_leaves_its_seat(tmp_path: Path) -> None:
    file = tmp_path / "danvan.sqlite3"
    where = {"DANVAN_DATABASE_URL": f"sqlite+aiosqlite:///{file}"}
    async with telegram_server() as server:
        asked = settings_for(server, **where)
        with Service(tmp_path, **asked, DANVAN_DATA_DIR="one") as first:
            await asyncio.to_thread(first.hears, "READY=1")
            name = (tmp_path / "worker").read_text()
            line = await asyncio.to_thread(lambda: refused(tmp_path, **asked, DANVAN_DATA_DIR="two"))
            assert f"đang chạy với thư mục {tmp_path}" in line
            first.kill()
        with Service(tmp_path, **asked, DANVAN_DATA_DIR="one") as second:
            await asyncio.to_thread(second.hears, "READY=1")
            assert (tmp_path / "worker").read_text() == name
            assert await asyncio.to_thread(second.stop) == 0


def test_workers_on_postgresql_share_a_folder_each_under_its_own_name(tmp_path: Path) -> None:
    def settings(public_url: str) -> Settings:
        url = "postgresql+asyncpg://danvan@127.0.0.1/danvan"
        return Settings(_env_file=None, data_dir=tmp_path, database_url=url, public_url=public_url)  # type: ignore[call-arg]

    many, one = settings("https://bot.example.org"), settings("")
    with seated(many) as first:
        with seated(many) as second, seated(many) as third:
            assert len({first, second, third}) == 3
        with seated(many) as again:
            assert again == second
        with pytest.raises(BadSettings, match="DANVAN_PUBLIC_URL"), seated(one):
            pass
    with seated(one) as alone:
        assert alone == first


async def test_systemd_hears_when_it_serves_that_it_lives_and_that_it_stops(tmp_path: Path) -> None:
    port = free_port()
    async with telegram_server() as server, httpx.AsyncClient(trust_env=False) as client:
        asked = settings_for(server, DANVAN_PORT=str(port), WATCHDOG_USEC="200000")
        with Service(tmp_path, **asked) as service:
            await asyncio.to_thread(service.hears, "READY=1")
            for path in ("livez", "readyz", "healthz"):
                answer = await client.get(f"http://127.0.0.1:{port}/{path}")
                assert (answer.status_code, answer.json()["ok"]) == (200, True), path
            for _ in range(3):
                await asyncio.to_thread(service.hears, "WATCHDOG=1")
            service.ask_to_stop()
            await asyncio.to_thread(service.hears, "STOPPING=1")
            assert await asyncio.to_thread(service.wait) == 0


async def test_the_images_command_starts_from_what_it_copies_and_its_health_check_tells(tmp_path: Path) -> None:
    image.copy(tmp_path)
    port = str(free_port())
    asking = [word.replace("8765", port) for word in image.health_check()]
    assert (asking[0], image.command()) == ("python", ["danvan", "run"])

    def well() -> bool:
        return subprocess.run([sys.executable, *asking[1:]], env=environment(), capture_output=True).returncode == 0

    inside = {name: value for name, value in image.variables().items() if name != "PATH"}
    async with telegram_server() as server:
        asked = settings_for(server, **{**inside, "DANVAN_PORT": port, "DANVAN_DATA_DIR": str(tmp_path / "data")})
        with Service(tmp_path, command=(sys.executable, "-m", "bot"), **asked) as service:
            await asyncio.to_thread(service.hears, "READY=1", 60)
            assert await asyncio.to_thread(well)
            assert await asyncio.to_thread(service.stop) == 0
        assert not await asyncio.to_thread(well)


async def test_a_stop_with_a_turn_and_a_message_in_hand_is_quick_and_loses_nothing(tmp_path: Path) -> None:
    async with telegram_server() as server:
        stranger = server.user(7, "Lò Thị Mai", started=True)
        with Service(tmp_path, **settings_for(server)) as service:
            await asyncio.to_thread(service.hears, "READY=1")
            server.trouble("sendMessage", "hold", times=1)
            stranger.says("xin chào")
            await server.asked("sendMessage")
            stranger.says("còn đó không")  # its turn comes while the answer to the first is under way
            begun = time.monotonic()
            assert await asyncio.to_thread(service.stop) in (0, -14)
            assert time.monotonic() - begun < 10, "what is promised to whoever stops it"
        assert not stranger.messages
        with Service(tmp_path, **settings_for(server)) as service:
            await server.until(lambda: len(stranger.messages) >= 2)
            assert await asyncio.to_thread(service.stop) == 0
