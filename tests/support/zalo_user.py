"""A person with Zalo on the phone, for tests: types, sends photos, and reads what the bot answers."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.platform import Listener

if TYPE_CHECKING:
    from tests.support.zalo_server import ZaloServer

_NUMBERED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
_KEYED = re.compile(r'^Gõ "(.+?)"(?:: (.+))?$', re.MULTILINE)
_LINK = re.compile(r"https?://\S+/f/\S+")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message from the bot, as it is seen on the phone."""

    id: str
    text: str
    photo: bytes = b""

    @property
    def typed(self) -> dict[str, str]:
        """What can be chosen, and what is to be typed for it."""
        return {label: number for number, label in _NUMBERED.findall(self.text)} | {
            label or key: key for key, label in _KEYED.findall(self.text)
        }

    @property
    def labels(self) -> list[str]:
        """What can be chosen."""
        return list(self.typed)

    @property
    def link(self) -> str:
        """The address of a file."""
        found = _LINK.search(self.text)
        assert found, self.text
        return found[0]


@dataclass
class User(Listener[Heard]):
    """One person in a private chat with the bot."""

    server: ZaloServer
    id: str
    name: str
    started: bool = False
    kind: str = "PRIVATE"
    messages: list[Heard] = field(default_factory=list)
    typing: int = 0
    """How often the bot was seen typing."""
    heard: int = 0

    def says(self, text: str) -> dict[str, Any]:
        """Type a message. Gives the update, as all of these do."""
        return self.sends("message.text.received", text=text)

    def picks(self, label: str, message: Heard | None = None) -> dict[str, Any]:
        """Type what the newest message asks to type for the choice with these words."""
        for one in [message] if message else reversed(self.messages):
            for shown, typed in one.typed.items():
                if label.casefold() in shown.casefold():
                    return self.says(typed)
        raise AssertionError(f"no choice «{label}»; the last message: {self.messages[-1:]}")

    def sends_photo(self, data: bytes, caption: str = "") -> dict[str, Any]:
        """Send a picture; it lies with Zalo, which tells where."""
        url = self.server.keep(data)
        return self.sends("message.image.received", photo=url, **({"caption": caption} if caption else {}))

    def sends(self, event: str, **content: Any) -> dict[str, Any]:
        """Send a message of this kind, with these fields."""
        self.started = True
        update = {"event_name": event, "message": {**self._message(), **content}}
        self.server.push_raw(update)
        return update

    def _message(self) -> dict[str, Any]:
        return {
            "message_id": self.server.new_key(),
            "date": int(time.time() * 1000),
            "chat": {"id": self.id, "chat_type": self.kind},
            "from": {"id": self.id, "display_name": self.name, "is_bot": False},
        }
