"""A commune with two cadres at one report, for tests of filing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.pictures import jpeg
from tests.support.world import Chat, World

JPEG = jpeg()
RECEIPT = re.compile(r"\d\d-\d{4}-\d{4}")


@dataclass
class Commune:
    """Two cadres of one unit."""

    world: World
    lan: Chat
    minh: Chat
    unit_id: int
    form: str = field(default="quy-che-dan-chu")
    period: str = field(default="2026-Q3")

    async def report(self, form: str = "", period: str = "") -> Any:
        """The unit's report on a form for a period."""
        return await self.world.store.read(lambda tx: tx.report(self.unit_id, form or self.form, period or self.period))

    async def answers(self, form: str = "", period: str = "") -> Mapping[str, Any]:
        """Its answers."""
        found = await self.report(form, period)
        assert found is not None
        return dict(found.answers)


async def settle_commune(world: World) -> Commune:
    """A province with one commune and its two cadres."""
    province = await world.unit("Tỉnh An Giang Thử", "province")
    unit_id = await world.unit("Xã Suối Đá", parent=province)
    lan = await world.person("Nguyễn Thị Lan", "cadre", unit_id)
    minh = await world.person("Trần Minh", "cadre", unit_id)
    return Commune(world, lan, minh, unit_id)
