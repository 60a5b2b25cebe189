"""``danvan check``: says to an operator what is in order and what is not, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from bot import app
from bot.channels.base import SendError
from bot.channels.telegram import Telegram
from bot.clock import Clock
from bot.settings import BadSettings, Settings
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
    finally:
        await store.close()
    return bad


async def _unreachable(channel: object, tell: Callable[[str], None]) -> int:
    assert isinstance(channel, Telegram)
    try:
        name = await channel.username()
    except SendError as error:
        advice = say("operator.check_telegram_advice", reason=error)
        tell(say("operator.check_bad", what=say("operator.check_telegram"), advice=advice))
        return 1
    tell(say("operator.check_ok", what=say("operator.check_telegram") + f" @{name}"))
    return 0
