"""Files: what is known of them. Their bytes lie in the data folder, under their content's hash."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import account, file, outbox
from handlers.records.files import StoredFile


class Files(Room):
    """Answers ``FileReads``."""

    def file(self, file_id: int) -> StoredFile | None:
        """The stored file with this key."""
        row = self.connection.execute(sa.select(*_FILE).where(file.c.id == file_id)).one_or_none()
        return StoredFile(*row) if row else None

    def add_file(self, name: str, media_type: str, size: int, sha256: str, now: dt.datetime) -> StoredFile:
        """Note a file whose bytes are in place; the same content under the same name is the same file."""
        known = self.connection.execute(sa.select(*_FILE).where(file.c.sha256 == sha256, file.c.name == name)).first()
        if known:
            return StoredFile(*known)
        values: dict[str, Any] = {"name": name, "media_type": media_type, "size": size, "sha256": sha256}
        key = self.connection.scalar(file.insert().returning(file.c.id), {**values, "added_at": now})
        assert key is not None
        return StoredFile(id=key, **values)

    def recipient(self, delivery_id: int) -> tuple[str, str, int] | None:
        """Channel, address and person that a message was for, while that account is still that person's."""
        row = self.connection.execute(_RECIPIENT, {"row_id": delivery_id}).one_or_none()
        return (row.channel, row.address, row.person_id) if row else None


_FILE = (file.c.id, file.c.name, file.c.media_type, file.c.size, file.c.sha256)
_RECIPIENT = (
    sa.select(outbox.c.channel, outbox.c.address, outbox.c.person_id)
    .join(account, (account.c.channel == outbox.c.channel) & (account.c.address == outbox.c.address))
    .where(outbox.c.id == sa.bindparam("row_id"), account.c.person_id == outbox.c.person_id)
)
