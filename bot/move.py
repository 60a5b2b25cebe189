"""``danvan move``: from one database to another. Stored files stay where they are, in the data folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import ValidationError

from bot.backup import BackupFailed
from bot.seat import seated
from bot.settings import BadSettings, Settings
from bot.storage import CopyFailed, NewerSchema, move


async def move_everything(settings: Settings, target: str, tell: Callable[[str, int], None]) -> Mapping[str, int]:
    """Carry all rows over, while nobody works on them; gives their number for each table. Raises BackupFailed."""
    try:
        Settings.model_validate({"database_url": target})
    except ValidationError as error:
        raise BackupFailed("bad_target") from error
    try:
        with seated(settings, alone=True):
            return await move(settings.database, target, tell)
    except NewerSchema as error:
        raise BackupFailed("newer", revision=error) from error
    except BadSettings as error:
        raise BackupFailed("stop_first", reason=error) from error
    except CopyFailed as error:
        values = {"folder": error.detail, "table": error.detail, "detail": error.detail}
        raise BackupFailed(error.reason, **values) from error
    except OSError as error:
        raise BackupFailed("no_way", folder=error.filename, reason=error.strerror) from error
