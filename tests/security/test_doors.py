"""Every way in from the network is known, and leads nobody further than it should; who is removed is out at once."""

from __future__ import annotations

from pathlib import Path

import httpx
import sqlalchemy as sa
from pydantic import SecretStr

from bot import app
from bot.clock import Clock
from bot.settings import Settings
from bot.storage import Store
from bot.storage.schema import outbox, report
from handlers.records.people import RemovePerson
from handlers.texts import say
from tests.support.pictures import jpeg
from tests.support.world import World

TOKEN = SecretStr("123456789:AAtest-only_0123456789abcdefghijklmn")
DOORS = {
    "/telegram": "webhook secret",
    "/zalo": "webhook secret",
    "/f/{token}": "signed link",
    "/metrics": "numbers alone, not through a proxy",
    "/healthz": "nothing personal",
    "/livez": "nothing personal",
    "/readyz": "nothing personal",
}
"""Every address of the program that serves platforms, and what guards it."""
CONSOLE = {
    *("/", "/healthz", "/livez", "/readyz", "/metrics", "/static"),
    *("/api/people", "/api/messages", "/api/events", "/api/send", "/api/upload", "/api/clock"),
    "/files/{message}/{number:int}",
}
"""Every address of the demo's console, all behind the guard of the loopback."""


def settings(folder: Path) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=folder,
        telegram_token=TOKEN,
        zalo_token=TOKEN,
        public_url="https://bot.example.gov.vn",
    )


async def test_there_is_no_door_but_those_that_are_listed_and_each_is_guarded(
    sqlite_store: Store, tmp_path: Path
) -> None:
    program = app.assemble(settings(tmp_path), sqlite_store, Clock(), demo=False)
    assert {route.path for route in program.web.routes} == set(DOORS)  # type: ignore[attr-defined]
    transport = httpx.ASGITransport(program.web, client=("203.0.113.9", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="https://bot.example.gov.vn") as http:
        for path, guard in DOORS.items():
            place = path.replace("{token}", "A" * 80)
            for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
                answer = await http.request(method, place, headers={"x-forwarded-for": "203.0.113.9"})
                if guard != "nothing personal":
                    assert answer.status_code in {403, 404, 405}, f"{method} {path}"
                else:
                    assert answer.status_code in {200, 503, 405}, f"{method} {path}"


async def test_nothing_of_the_console_answers_under_a_foreign_name_or_to_a_foreign_page(
    sqlite_store: Store, tmp_path: Path
) -> None:
    demo = settings(tmp_path).demo
    program = app.assemble(demo, sqlite_store, Clock(), demo=True)
    paths = {route.path for route in program.web.routes}  # type: ignore[attr-defined]
    assert paths <= CONSOLE, "a new page is listed here, and so walked"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(program.web)) as http:
        for path in paths:
            place = path.replace("{message}", "out-1").replace("{number:int}", "0")
            assert (await http.get(f"http://evil.example{place}")).status_code == 421, path
            foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
            assert (await http.post(f"http://127.0.0.1{place}", headers=foreign)).status_code == 403, path


async def test_what_a_removed_person_sent_before_does_nothing_after(store: Store, tmp_path: Path) -> None:
    """Their photo is written down and not fetched yet, a message to them waits: then they are removed."""
    world = World(store, tmp_path)
    root = await world.unit("Tỉnh Hải Lâm", "province")
    admin = await world.person("Vi Thị Hoa", "admin", root)
    cadre = await world.person("Lò Thị Mai", "cadre", await world.unit("Xã Sơn Hà", "commune", root))
    await cadre.says("/baocao dan-van-kheo tháng 10/2026")
    before = await store.read(lambda tx: tx.connection.scalar(sa.select(report.c.answers)))
    await cadre.sends(files={"anh.jpg": jpeg()}, text="ảnh")
    await cadre.sends(text="/trogiup")
    now = world.clock.now()
    await store.write(lambda tx: tx.apply(RemovePerson(cadre.person_id), admin.person_id, now))
    waiting = sa.select(sa.func.count()).where(outbox.c.person_id == cadre.person_id, outbox.c.state == "queued")
    assert await store.read(lambda tx: tx.connection.scalar(waiting)) == 0
    since = len(cadre.messages)
    await world.settle()
    said = {message.text for message in cadre.messages[since:]}
    assert said == {say("enrol.how")}, "a stranger"
    assert await store.read(lambda tx: tx.connection.scalar(sa.select(report.c.answers))) == before
