"""Our Zalo channel, connected to the test server."""

from __future__ import annotations

from typing import Any

from bot.channels.base import Outgoing
from bot.channels.zalo import Zalo
from tests.support.zalo_server import ZaloServer

ME = "e4ea2cd5189df1c3a88c"


def connect(server: ZaloServer, **more: Any) -> Zalo:
    """A channel that is not patient, and shows no typing unless it is told to."""
    given = {"patience": (0.01, 0.02), "typing_after": 60, **more}
    return Zalo(given.pop("token", server.token), server.api_url, **given)


def message(text: str = "Chào anh/chị.", chat: str = ME, **more: Any) -> Outgoing:
    """A message on its way to somebody."""
    return Outgoing(id=42, address=chat, text=text, **more)
