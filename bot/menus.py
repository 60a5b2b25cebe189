"""The lists of commands that a platform shows beside the keyboard: after each change of role the right one."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable
from typing import get_args

from bot.channels.base import Channel, Gone, Refused, SendError
from bot.storage import Store
from handlers.menu import commands
from handlers.records.people import Role

log = logging.getLogger(__name__)

_AT_ONCE = 20

Show = Callable[[str | None, tuple[tuple[str, str], ...] | None], Awaitable[None]]
"""What a channel has as ``show_commands`` where it can list commands: for one address, or for all strangers (no
address); without commands an address is shown what strangers are. Raises a ``SendError``."""

EDITION = hashlib.sha256(repr([commands(role) for role in (None, *get_args(Role))]).encode()).hexdigest()[:8]
"""Changes with the lists, so that a new version of the program shows its own to everybody."""


async def show_menus(store: Store, channel: Channel) -> int:
    """Show what has changed, a few accounts at a time; returns how many. What can't be shown now is tried again."""
    show: Show | None = getattr(channel, "show_commands", None)
    if show is None:
        return 0
    meta = f"menu:{channel.name}"
    if await store.read(lambda tx: tx.meta(meta)) != EDITION:
        await show(None, commands(None))
        await store.write(lambda tx: tx.set_meta(meta, EDITION))
    changed = await store.read(lambda tx: tx.menus_to_show(channel.name, EDITION, _AT_ONCE))
    for key, address, role in changed:
        try:
            await show(address, commands(role) if role else None)
        except (Gone, Refused) as error:
            log.debug("commands of an account: %s", type(error).__name__)
        except SendError:
            break
        await store.write(lambda tx, key=key, role=role: tx.menu_shown(key, role, EDITION))  # type: ignore[misc]
    return len(changed)
