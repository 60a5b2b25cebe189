"""After an erasure: bytes on disk that were only that person's go, and so does the account that was told of it."""

from __future__ import annotations

import asyncio

from bot.cabinet import Cabinet
from bot.storage import Store


async def finish_erasing(store: Store, cabinet: Cabinet) -> None:
    """Finish what erasures have left. Safe to repeat: bytes go first, and only then is it forgotten that they must."""
    for sha256 in await store.write(lambda tx: tx.erased_files()):
        await asyncio.to_thread(cabinet.path(sha256).unlink, missing_ok=True)
    await store.write(lambda tx: tx.finish_erasing())
