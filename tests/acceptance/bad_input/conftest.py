"""Clumsy and hostile people in a province: each gets one clear sentence, and nothing is lost, doubled or given away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
import sqlalchemy as sa

from bot.storage import Store
from bot.storage.schema import inbox
from tests.support.clumsy import Province
from tests.support.world import World


@pytest_asyncio.fixture
async def province(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Province]:
    world = World(sqlite_store, tmp_path)
    root = await world.unit("Tỉnh Bình Lâm", "province")
    office = await world.unit("Sở Nội vụ", "office", root)
    son_ha, an_phu = await world.unit("Xã Sơn Hà", "commune", root), await world.unit("Xã An Phú", "commune", root)
    found = Province(
        world,
        office,
        son_ha,
        await world.person("Trần Thu", "staff", office),
        await world.person("Đỗ Hải", "supervisor", office),
        await world.person("Nguyễn An", "cadre", son_ha),
        await world.person("Lê Bình", "cadre", an_phu),
    )
    yield found
    assert not [one.text for one in world.channel.sent if "hãy báo mã" in one.text], "somebody saw an internal error"
    failed = sa.select(inbox.c.payload).where(inbox.c.state == "failed")
    assert not await world.store.read(lambda tx: list(tx.connection.scalars(failed)))
