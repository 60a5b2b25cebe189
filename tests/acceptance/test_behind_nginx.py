"""Three workers on one PostgreSQL behind the real nginx, as the manual sets them up."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.cabinet import Cabinet
from bot.channels.base import Attachment, Outgoing
from bot.channels.listening import LARGEST
from bot.clock import VIETNAM
from bot.file_links import FileLinks, links_secret
from bot.payload import pack
from bot.storage import Message, Store, open_store
from bot.storage.schema import account, inbox, person, unit
from handlers.records.files import MadeFile
from handlers.records.people import NOTICE_VERSION
from handlers.reply import Reply
from tests.conftest import absent, create_database
from tests.support import proxy
from tests.support.service import Service, free_port
from tests.support.telegram_server import TelegramServer, telegram_server
from tests.support.zalo_server import SECRET_HEADER, ZaloServer, zalo_server

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("nginx"),
    pytest.mark.postgres,
]


@dataclass
class Site:
    """All of it at work."""

    url: str
    client: httpx.AsyncClient
    telegram: TelegramServer
    zalo: ZaloServer
    store: Store
    data: Path
    workers: list[Service]
    settings: list[dict[str, str]]
    folder: Path

    async def posted(self, path: str, update: Any, pad: int = 0) -> int:
        """Post an update as its platform does; gives the status."""
        hook = (self.telegram if path == "telegram" else self.zalo).webhook
        assert hook is not None
        header = "X-Telegram-Bot-Api-Secret-Token" if path == "telegram" else SECRET_HEADER
        body = json.dumps(update).encode()
        answer = await self.client.post(f"{self.url}/{path}", content=body.ljust(pad), headers={header: hook["secret"]})
        return answer.status_code

    async def kept(self, address: str) -> int:
        """How many updates of this address are in the journal."""
        count = sa.select(sa.func.count()).where(inbox.c.address == address)
        return await self.store.read(lambda tx: tx.connection.scalar(count) or 0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    if not proxy.installed():
        absent("nginx")
    folder = tmp_path_factory.mktemp("site")
    database = f"{postgres_server.rsplit('/', 1)[0]}/behind_nginx"
    await create_database(database)
    port, *ports = (free_port() for _ in range(4))
    async with AsyncExitStack() as stack:
        platform = await stack.enter_async_context(telegram_server())
        zalo_platform = await stack.enter_async_context(zalo_server())
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=40))
        url = stack.enter_context(proxy.nginx(folder, port, ports))
        common = {
            "DANVAN_DATA_DIR": str(folder / "data"),
            "DANVAN_DATABASE_URL": database,
            "DANVAN_PUBLIC_URL": url,
            "DANVAN_TELEGRAM_TOKEN": platform.token,
            "DANVAN_TELEGRAM_API_URL": platform.api_url,
            "DANVAN_TELEGRAM_FILE_URL": platform.file_url,
            "DANVAN_ZALO_TOKEN": zalo_platform.token,
            "DANVAN_ZALO_API_URL": zalo_platform.api_url,
        }
        settings = [{**common, "DANVAN_PORT": str(one)} for one in ports]
        workers = [stack.enter_context(Service(folder, **one)) for one in settings]
        for worker in workers:
            await asyncio.to_thread(worker.hears, "READY=1", 60)
        await platform.until(lambda: platform.webhook is not None)
        await zalo_platform.until(lambda: zalo_platform.webhook is not None)
        store = open_store(database)
        yield Site(url, client, platform, zalo_platform, store, folder / "data", workers, settings, folder)
        await store.close()


async def test_what_the_platforms_post_is_written_down_once_however_often_it_comes(site: Site) -> None:
    mai, tam = site.telegram.user(11, "Lò Thị Mai"), site.zalo.user("e4ea2cd5189df1c3a88c", "Vàng Văn Tâm")
    for path, update in (("telegram", mai.says("xin chào")), ("zalo", tam.says("xin chào"))):
        again = await asyncio.gather(*(site.posted(path, update) for _ in range(6)))
        assert again == [200] * 6
    await mai.hears()
    await tam.hears()
    assert (await site.kept("11"), await site.kept(tam.id)) == (1, 1)
    assert (len(mai.messages), len(tam.messages)) == (1, 1)


async def test_a_file_is_had_from_every_worker_and_by_nothing_but_its_link(site: Site) -> None:
    now, data = dt.datetime.now(VIETNAM), b"PK\x03\x04 a spreadsheet"
    cabinet = Cabinet(site.data / "files")

    def fill(tx: Any) -> int:
        run = tx.connection.execute
        home = run(unit.insert().returning(unit.c.id), {"name": "Sở Nội vụ", "kind": "office"}).scalar()
        who = {"name": "Tô Thị Hạnh", "role": "staff", "unit_id": home, "created_at": now}
        agreed = {"agreed_version": NOTICE_VERSION, "agreed_at": now}
        key = run(person.insert().returning(person.c.id), {**who, **agreed}).scalar()
        run(account.insert(), {"channel": "zalo", "address": "f00d", "person_id": key, "last_used_at": now})
        reply = pack(Reply("", files=(MadeFile("report-sheet", "Tổng hợp.xlsx"),)))
        later = now + dt.timedelta(days=1)
        row = Message("reply:link", "reply", "zalo", "f00d", f"person:{key}", reply, later, person_id=key)
        return int(tx.enqueue([row], now)[0])

    message = await site.store.write(fill)
    path = cabinet.path(cabinet.put(data))
    links = FileLinks(site.store, cabinet, links_secret(site.zalo.token), site.url, lambda: now)
    url = (await links.link(Outgoing(message, "f00d", "", files=(Attachment("x", "x/y", path),)))).url
    for _ in range(6):
        answer = await site.client.get(url)
        assert (answer.status_code, answer.content) == (200, data)
    assert (await site.client.get(url[:-4] + "AAAA")).status_code == 404
    assert (await site.client.post(url)).status_code == 403


async def test_nothing_else_is_seen_from_outside(site: Site) -> None:
    for path in ("", "healthz", "readyz", "livez", "metrics", "api/people", "static/console.js", "f", "telegram/", "x"):
        answer = await site.client.get(f"{site.url}/{path}")
        assert answer.status_code == 404, path
        assert answer.headers["server"] == "nginx", "and no version of it"
        assert "<center>nginx</center>" in answer.text, "the program was not even asked"
    for path in ("telegram", "zalo"):
        assert (await site.client.get(f"{site.url}/{path}")).status_code == 403
        assert (await site.client.post(f"{site.url}/{path}", content=b"{}")).status_code == 403, "no secret"


async def test_proxy_and_program_agree_on_how_large_a_post_may_be(site: Site) -> None:
    users = {"telegram": site.telegram.user(12, "Hạng A"), "zalo": site.zalo.user("ab" * 10, "Hạng B")}
    for path, one in users.items():
        update = one.says("xin chào")
        assert await site.posted(path, update, pad=LARGEST) == 200
        assert await site.posted(path, update, pad=LARGEST + 1) == 413
        await one.hears()


async def test_a_worker_that_is_killed_is_passed_over_and_nothing_is_lost(site: Site) -> None:
    people = [site.telegram.user(100 + number, f"Người {number}") for number in range(24)]
    site.workers[0].kill()
    for number, one in enumerate(people):
        if number == 8:
            site.workers[1].kill()
        one.says("xin chào")
    for one in people:
        await one.hears()
        assert await site.kept(str(one.id)) == 1
    for number in (0, 1):
        site.workers[number] = Service(site.folder, **site.settings[number])
        await asyncio.to_thread(site.workers[number].hears, "READY=1", 60)
    names = {(site.data / name).read_text() for name in ("worker", "worker-2", "worker-3")}
    assert len(names) == 3, "those that came back sit where the killed ones sat"
    assert not (site.data / "worker-4").exists()
    late = site.telegram.user(999, "Đến sau")
    late.says("xin chào")
    await late.hears()
    for worker in site.workers:
        assert await asyncio.to_thread(worker.stop) == 0
