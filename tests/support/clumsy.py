"""A province for tests about what clumsy and hostile people send: who is in it, and what they have in their hands."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.storage.schema import person
from handlers.people.codes import hash_code, new_code
from handlers.records.people import IssueCode
from tests.support.pictures import jpeg
from tests.support.world import Chat, World

JPEG = jpeg()
FIFTY_MB = b"%PDF-1.7\n" + b"0" * (50 * 1024 * 1024)
FORM = "/baocao dan-van-kheo tháng 10/2026"
RECEIPT = re.compile(r"Mã tiếp nhận: (\S+)")


@dataclass
class Province:
    """Everybody whom the tests need."""

    world: World
    office: int
    son_ha: int
    staff: Chat
    boss: Chat
    an: Chat
    """A cadre of Sơn Hà."""
    binh: Chat
    """A cadre of An Phú."""

    async def count(self, table: sa.Table) -> int:
        return await self.world.store.read(
            lambda tx: tx.connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        )

    async def change(self, who: Chat, **values: Any) -> None:
        statement = person.update().where(person.c.id == who.person_id).values(values)
        await self.world.store.write(lambda tx: tx.connection.execute(statement) and None)

    async def code(self, *, days: int = 7, fresh: str = "1" * 32) -> str:
        code, now = new_code(fresh), self.world.clock.now()
        issue = IssueCode(hash_code(code), self.son_ha, "cadre", None, now + dt.timedelta(days=days))
        await self.world.store.write(lambda tx: tx.apply(issue, self.staff.person_id, now))
        return code


async def file_report(chat: Chat) -> str:
    """Fill a whole report in and send it; gives the receipt number."""
    await chat.says(FORM)
    for _ in range(7):
        await chat.says("1")
    await chat.taps("Bỏ qua")
    await chat.taps("Bỏ qua")
    await chat.shows("minh-chung.jpg", JPEG)
    await chat.taps("Xong")
    found = RECEIPT.search(await chat.taps("Gửi"))
    assert found
    return found[1]
