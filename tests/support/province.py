"""A small province for tests about reports: who is in it, and a way to let a commune file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from bot.storage import Store
from handlers.receipts import new_receipt
from handlers.records.deadlines import EVERY_COMMUNE, AddDeadline
from handlers.records.reports import SaveAnswer, SubmitReport
from tests.support.world import NOON, Chat, World

FORM = "quy-che-dan-chu"
NAMES = ("Phường Tân An", "Xã Sơn Hà", "Xã Sơn Hạ", "Xã Suối Đá")


@dataclass
class Province:
    """A province with four communes, and somebody of each role."""

    world: World
    id: int
    office: int
    communes: dict[str, int]
    cadre: Chat
    staff: Chat
    boss: Chat
    numbers: int = 0

    async def files(
        self, unit: str, period: str, *, late: bool = False, form: str = FORM, at: dt.datetime = NOON, **answers: object
    ) -> str:
        """Let a unit file a report with these answers."""
        self.numbers += 1
        unit_id = self.communes[unit]
        receipt = new_receipt(2026, f"{self.numbers:032x}")
        effects = [SaveAnswer(unit_id, form, 1, period, name, value) for name, value in answers.items()]

        def work(tx: object) -> None:
            for effect in (*effects, SubmitReport(unit_id, form, period, receipt, late)):
                tx.apply(effect, self.cadre.person_id, at)  # type: ignore[attr-defined]

        await self.world.store.write(work)
        return receipt

    async def is_due(self, date: dt.date, period: str, form: str = FORM) -> None:
        """Put a deadline in force that was known long before."""
        rule = {"every": "once", "date": date.isoformat(), "period": period}
        effect = AddDeadline(None, "Báo cáo quý", None, rule, form, None, EVERY_COMMUNE, (3,))
        before = dt.datetime(2026, 1, 2, tzinfo=NOON.tzinfo)
        await self.world.store.write(lambda tx: tx.apply(effect, None, before))

    @staticmethod
    def made(chat: Chat) -> bytes:
        """The bytes of the newest file that this phone got."""
        return next(message.files for message in reversed(chat.messages) if message.files)[-1].path.read_bytes()


async def a_province(store: Store, folder: Path) -> Province:
    """A new one in this store."""
    world = World(store, folder)
    top = await world.unit("Tỉnh Trung Nam", "province")
    office = await world.unit("Sở Nội vụ", "office", top)
    communes = {name: await world.unit(name, "commune", top) for name in NAMES}
    return Province(
        world,
        top,
        office,
        communes,
        await world.person("Nguyễn Thị Lan", "cadre", communes["Xã Suối Đá"]),
        await world.person("Phạm Hòa", "staff", office),
        await world.person("Lê Văn Giám", "supervisor", office),
    )
