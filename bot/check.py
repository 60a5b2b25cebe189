"""``danvan check``: says to an operator what is in order and what is not, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from bot import app
from bot.channels.base import SendError
from bot.channels.telegram import Telegram
from bot.channels.zalo import Zalo
from bot.clock import Clock
from bot.settings import BadSettings, Settings
from bot.storage import Store
from handlers.texts import say


async def problems(settings: Settings, tell: Callable[[str], None]) -> int:
    """Check settings, database and channels, telling a line for each; returns how many are not in order."""
    tell(say("operator.check_ok", what=say("operator.check_settings")))
    try:
        store = await app.open_database(settings)
    except BadSettings as error:
        tell(say("operator.check_bad", what=say("operator.check_database"), advice=str(error)))
        return 1
    bad = 0
    try:
        tell(say("operator.check_ok", what=say("operator.check_database")))
        channels = app.assemble(settings, store, Clock(), demo=False).channels
        if not channels:
            tell(say("operator.check_no_channel"))
        for channel in channels.values():
            bad += await _unreachable(channel, tell)
            await channel.close()
        bad += await _held_back(store, tell)
        if settings.zalo_token is not None and not settings.public_url.startswith("https://"):
            advice = say("operator.check_links_advice")
            tell(say("operator.check_bad", what=say("operator.check_links"), advice=advice))
            bad += 1
    finally:
        await store.close()
    return bad


async def _unreachable(channel: object, tell: Callable[[str], None]) -> int:
    assert isinstance(channel, Telegram | Zalo)
    what = say(f"operator.check_{channel.name}")
    try:
        name = await channel.username()
    except SendError as error:
        tell(say("operator.check_bad", what=what, advice=say(f"operator.check_{channel.name}_advice", reason=error)))
        return 1
    tell(say("operator.check_ok", what=f"{what} @{name}"))
    return 0


async def _held_back(store: Store, tell: Callable[[str], None]) -> int:
    """Channels whose platform takes no more messages at present."""
    now = Clock().now()
    status = await store.read(lambda tx: tx.status(now))
    held = {queue.channel for queue in status.queues if queue.held}
    for channel in sorted(held):
        waiting = sum(queue.waiting + queue.later for queue in status.queues if queue.channel == channel)
        tell(say("operator.check_held", channel=channel, waiting=waiting))
    return len(held)
