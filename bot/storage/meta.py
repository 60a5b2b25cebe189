"""What the program notes about its own data: a few named values."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import meta


class Meta(Room):
    """Named JSON values."""

    def meta(self, key: str) -> Any:
        """The value noted under a key; ``None`` where there is none."""
        return self.connection.scalar(sa.select(meta.c.value).where(meta.c.key == key))

    def set_meta(self, key: str, value: Any) -> None:
        """Note a value under a key, in place of the one before."""
        insert = self.upsert(meta)
        statement = insert.on_conflict_do_update(index_elements=["key"], set_={"value": insert.excluded.value})
        self.connection.execute(statement, {"key": key, "value": value})
