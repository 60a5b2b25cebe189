"""Our Telegram channel, connected to the test server."""

from __future__ import annotations

from typing import Any

from bot.channels.base import Outgoing
from bot.channels.telegram import Telegram
from tests.support.telegram_server import TelegramServer

PATIENCE = (0.01, 0.02)


def connect(server: TelegramServer, **more: Any) -> Telegram:
    """A channel that is not patient."""
    return Telegram(server.token, server.api_url, server.file_url, patience=PATIENCE, **more)


def message(text: str = "Chào anh/chị.", chat: object = 1001, **more: Any) -> Outgoing:
    """A message on its way to somebody."""
    return Outgoing(id=42, address=str(chat), text=text, **more)
