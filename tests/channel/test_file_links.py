"""Links to files: who gets what under which address, and until when."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from bot.cabinet import Cabinet
from bot.channels.base import Attachment, Outgoing
from bot.file_links import LIFETIME, FileLinks, links_secret
from bot.payload import pack
from bot.storage import Message, Store, Transaction
from bot.storage.schema import account, person
from handlers.records.files import MadeFile
from handlers.records.people import RemovePerson
from handlers.reply import Reply
from handlers.texts import say
from tests.support.world import Chat, StillClock, World

BASE = "https://bot.example.gov.vn"
DATA = b"PK\x03\x04 xl/ a spreadsheet"
NAME = "Tổng hợp 10/2026\r\n.xlsx"


class Desk:
    """A person who was sent a file, and the links to it."""

    def __init__(self, world: World, boss: Chat, unit: int) -> None:
        self.world = world
        self.store: Store = world.store
        self.boss = boss
        self.unit = unit
        self.clock = StillClock()
        self.links = self.made("token")
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=[self.links.route()])), base_url=BASE
        )

    def made(self, token: str) -> FileLinks:
        return FileLinks(self.store, self.world.cabinet, links_secret(token), BASE + "/", self.clock.now)

    async def sent(self, chat: Chat | None = None, links: FileLinks | None = None) -> str:
        """The link in a message with a file."""
        chat = chat or self.boss
        now = self.clock.now()
        reply = Reply("", files=(MadeFile("report-sheet", NAME),))
        row = Message(
            dedupe_key=f"reply:{now}:{chat.address}:{links is None}",
            kind="reply",
            channel="test",
            address=chat.address,
            subject="person:1",
            payload=pack(reply),
            due_at=now,
            person_id=chat.person_id or None,
        )
        (key,) = await self.store.write(lambda tx: tx.enqueue([row], now))
        path = self.world.cabinet.path(self.world.cabinet.put(DATA))
        outgoing = Outgoing(key, chat.address, "", files=(Attachment(NAME, "x/y", path),))
        return (await (links or self.links).link(outgoing)).url

    async def refused(self, url: str) -> bool:
        answer = await self.http.get(url)
        assert DATA not in answer.content
        assert answer.headers["x-content-type-options"] == "nosniff"
        return answer.status_code == 404 and answer.text.strip() == say("files.link_unknown")


@pytest_asyncio.fixture
async def desk(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Desk]:
    world = World(sqlite_store, tmp_path)
    unit = await world.unit("Tỉnh Tân Giang", "province")
    made = Desk(world, await world.person("Tô Thị Hạnh", "supervisor", unit), unit)
    yield made
    await made.http.aclose()


async def test_a_link_gives_the_file_to_be_saved_and_nothing_that_runs(desk: Desk) -> None:
    url = await desk.sent()
    assert url.startswith(f"{BASE}/f/")
    assert len(url) < 140, "a link is to fit on a phone"
    answer = await desk.http.get(url)
    assert (answer.status_code, answer.content) == (200, DATA)
    shown = answer.headers["content-disposition"]
    assert shown.startswith("attachment")
    assert "\r" not in shown
    assert "T%E1%BB%95ng%20h%E1%BB%A3p" not in shown, "folders are no part of a name"
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["cache-control"] == "private, no-store"
    assert (await desk.http.head(url)).status_code == 200
    assert (await desk.http.post(url)).status_code == 405


async def test_a_link_ends_and_says_what_to_do(desk: Desk) -> None:
    url = await desk.sent()
    desk.clock.move(LIFETIME - dt.timedelta(seconds=1))
    assert (await desk.http.get(url)).status_code == 200
    desk.clock.move(dt.timedelta(seconds=2))
    answer = await desk.http.get(url)
    assert (answer.status_code, answer.text.strip()) == (410, say("files.link_expired"))


async def test_no_letter_of_a_link_can_be_changed(desk: Desk) -> None:
    head, _, token = (await desk.sent()).rpartition("/")
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        changed = token[:place] + other + token[place + 1 :]
        if base64.urlsafe_b64decode(changed + "=") != base64.urlsafe_b64decode(token + "="):
            assert await desk.refused(f"{head}/{changed}"), place
    for wrong in ("", "x", "A" * 80, "A" * 5000, token[:-4], token + "AAAA", "%00", "..%2f..%2fetc%2fpasswd", "é"):
        assert (await desk.http.get(f"{head}/{wrong}")).status_code == 404, wrong


async def test_a_link_of_another_bot_is_no_link_here(desk: Desk) -> None:
    assert await desk.refused(await desk.sent(links=desk.made("another token")))


async def test_each_link_leads_to_its_own_message_only(desk: Desk) -> None:
    other = await desk.world.person("Lò Thị Mai", "cadre", desk.unit)
    mine, theirs = await desk.sent(), await desk.sent(other)
    assert mine != theirs
    await desk.store.write(lambda tx: tx.apply(RemovePerson(other.person_id), None, desk.clock.now()))
    assert await desk.refused(theirs)
    assert (await desk.http.get(mine)).status_code == 200


@pytest.mark.parametrize("change", ["removed", "role", "unit", "handed over", "notice"])
async def test_a_link_dies_with_the_right_to_it(desk: Desk, change: str) -> None:
    url = await desk.sent()
    assert (await desk.http.get(url)).status_code == 200
    commune = await desk.world.unit("Xã Sơn Hà", parent=desk.unit)
    other = await desk.world.person("Người khác", "supervisor", desk.unit)
    mine = person.c.id == desk.boss.person_id
    statements = {
        "role": person.update().where(mine).values(role="cadre"),
        "unit": person.update().where(mine).values(unit_id=commune),
        "notice": person.update().where(mine).values(agreed_version=None),
        "handed over": account.update().where(account.c.address == desk.boss.address).values(person_id=other.person_id),
    }

    def work(tx: Transaction) -> None:
        if change == "removed":
            tx.apply(RemovePerson(desk.boss.person_id), None, desk.clock.now())
        else:
            tx.connection.execute(statements[change])

    await desk.store.write(work)
    assert await desk.refused(url)


async def test_a_file_that_is_kept_no_more_is_gone(desk: Desk) -> None:
    url = await desk.sent()
    for path in (desk.world.folder / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    answer = await desk.http.get(url)
    assert (answer.status_code, answer.text.strip()) == (410, say("files.link_gone"))


async def test_a_stranger_is_given_no_link_that_works(desk: Desk) -> None:
    assert await desk.refused(await desk.sent(desk.world.stranger()))


def test_what_is_stored_is_not_listed(tmp_path: Path) -> None:
    """There is one route, and it takes one token."""
    route = FileLinks(None, Cabinet(tmp_path), b"", BASE, lambda: dt.datetime.now(dt.UTC)).route()  # type: ignore[arg-type]
    assert route.path == "/f/{token}"
