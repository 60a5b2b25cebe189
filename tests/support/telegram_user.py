"""A person with Telegram on the phone, for tests: says, presses, sends, and hears what the bot answers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.platform import Listener

if TYPE_CHECKING:
    from tests.support.telegram_server import TelegramServer


@dataclass(frozen=True, slots=True)
class Heard:
    """A message from the bot, as it is seen on the phone."""

    id: int
    text: str
    """The text, or the caption."""
    buttons: tuple[tuple[str, str], ...]
    """Label and callback data of each button, in order."""
    rows: tuple[int, ...] = ()
    """How many buttons each row has."""
    file_name: str = ""
    data: bytes = b""
    kind: str = "text"
    """"text", "document" or "photo"."""

    @property
    def labels(self) -> list[str]:
        """What stands on the buttons."""
        return [label for label, _ in self.buttons]


@dataclass
class User(Listener[Heard]):
    """One person in a private chat with the bot."""

    server: TelegramServer
    id: int
    name: str
    started: bool = False
    """Whether they have ever written to the bot: before that it may not write to them."""
    blocked: bool = False
    kind: str = "private"
    moved_to: int | None = None
    """The key that a group has got by being made a supergroup; under its old one it is not reached any more."""
    messages: list[Heard] = field(default_factory=list)
    heard: int = 0

    @property
    def chat(self) -> dict[str, Any]:
        """The chat, as updates describe it."""
        if self.kind != "private":
            return {"id": self.id, "type": self.kind, "title": self.name}
        return {"id": self.id, "type": "private", "first_name": self.name}

    @property
    def sender(self) -> dict[str, Any]:
        """The person, as updates describe them."""
        return {"id": abs(self.id), "is_bot": False, "first_name": self.name, "language_code": "vi"}

    def says(self, text: str) -> dict[str, Any]:
        """Type a message. Gives the update, as all of these do."""
        return self.sends(text=text)

    def says_in(self, group: User, text: str, **content: Any) -> dict[str, Any]:
        """Write in a chat of many, where the bot may hear it."""
        group.started = True
        return self.server.push("message", {**self._message(text=text, **content), "chat": group.chat})

    def sends(self, **content: Any) -> dict[str, Any]:
        """Send a message with this content: the fields that Telegram's ``Message`` has for it."""
        self.started, self.blocked = True, False
        return self.server.push("message", self._message(**content))

    def edits(self, message_id: int, text: str) -> dict[str, Any]:
        """Correct a message that was sent before."""
        return self.server.push("edited_message", {**self._message(text=text), "message_id": message_id})

    def sends_photo(self, data: bytes, caption: str = "") -> dict[str, Any]:
        """Send a picture; Telegram makes a small copy of it and keeps no name."""
        small, large = self.server.keep("thumb.jpg", data[:10]), self.server.keep("photo.jpg", data)
        sizes = [{**small, "width": 90, "height": 67}, {**large, "width": 1280, "height": 960}]
        return self.sends(photo=sizes, **({"caption": caption} if caption else {}))

    def sends_document(
        self, name: str, data: bytes, caption: str = "", mime_type: str = "application/octet-stream"
    ) -> dict[str, Any]:
        """Send a file."""
        document = {**self.server.keep(name, data), "file_name": name, "mime_type": mime_type}
        return self.sends(document=document, **({"caption": caption} if caption else {}))

    def presses(self, label: str, message: Heard | None = None) -> dict[str, Any]:
        """Tap the newest button with these words on it, or the one of this message."""
        for one in [message] if message else reversed(self.messages):
            for shown, data in one.buttons:
                if label.casefold() in shown.casefold():
                    return self.presses_data(data, one.id)
        raise AssertionError(f"no button «{label}»; the last message: {self.messages[-1:]}")

    def presses_in(self, group: User, label: str) -> dict[str, Any]:
        """Tap the newest button with these words that stands in a chat of many."""
        for one in reversed(group.messages):
            for shown, data in one.buttons:
                if label.casefold() in shown.casefold():
                    update = self._query(data, one.id)
                    update["message"]["chat"] = group.chat
                    return self.server.push("callback_query", update)
        raise AssertionError(f"no button «{label}»")

    def presses_data(self, data: str, message_id: int = 1) -> dict[str, Any]:
        """Tap a button that carries this data."""
        return self.server.push("callback_query", self._query(data, message_id))

    def _query(self, data: str, message_id: int) -> dict[str, Any]:
        query = self.server.new_query()
        message = {"message_id": message_id, "date": 0, "chat": self.chat}
        return {"id": query, "from": self.sender, "message": message, "chat_instance": "1", "data": data}

    def _message(self, **content: Any) -> dict[str, Any]:
        return {
            "message_id": self.server.new_number(),
            "date": int(time.time()),
            "chat": self.chat,
            "from": self.sender,
            **content,
        }
