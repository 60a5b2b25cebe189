"""Reading Telegram's updates: plain functions of the raw JSON, which never raise, whatever it holds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.channels.base import Arrival, NewUpdate, RemoteFile

ALLOWED = ("message", "edited_message", "callback_query")
"""The kinds of update that we ask for."""

ONCE = "!"
"""Marks the data of a button whose keyboard is to go when one of it was pressed."""

_DATA = re.compile(rf"(\d{{1,18}}):(\d{{1,4}}){ONCE}?")
_ADDRESSED = re.compile(r"^(/\w+)@\w+")
_FILES = {"document": "tep", "video": "video.mp4", "audio": "am-thanh.mp3"}
"""Where a message may hold a file, and what it is called when it has no name."""


def new_update(update: Any) -> NewUpdate | None:
    """An update as it is written down, or ``None`` where it is not for us: only private chats are served."""
    update = _storable(update)
    number, chat = _dict(update).get("update_id"), _chat(_dict(update))
    if not isinstance(number, int) or chat is None:
        return None
    return NewUpdate(key=str(number), address=str(chat), payload=update, has_files=bool(read(update).files))


def update_id(update: Any) -> int | None:
    """The number by which an update is confirmed."""
    number = _dict(update).get("update_id")
    return number if isinstance(number, int) else None


def query_id(update: Any) -> str | None:
    """The key under which a pressed button waits for an answer."""
    found = _dict(_dict(update).get("callback_query")).get("id")
    return found if isinstance(found, str) else None


def taken(update: Any) -> tuple[int, int] | None:
    """Chat and message whose keyboard has had its one answer."""
    query = _dict(_dict(update).get("callback_query"))
    chat, message = _chat(_dict(update)), _number(_dict(query.get("message")), "message_id")
    return (chat, message) if chat is not None and message and _text(query, "data").endswith(ONCE) else None


def read(update: Mapping[str, Any]) -> Arrival:
    """What an update says.

    What can't be taken (stickers, voice, places) arrives as an empty text, and so does a message that was edited:
    a correction must not pass for the answer to a later question.
    """
    if query := _dict(update.get("callback_query")):
        found = _DATA.fullmatch(_text(query, "data"))
        # No message has the number 0: a button that is not ours is treated as one of an old message.
        pressed = (int(found[1]), int(found[2])) if found else (0, 0)
        return Arrival(pressed=pressed, sender_name=_name(query))
    if message := _dict(update.get("message")):
        quoted = _number(_dict(message.get("reply_to_message")), "message_id")
        return Arrival(
            text=_words(message),
            files=_files(message),
            sender_name=_name(message),
            replies_to=str(quoted) if quoted else None,
        )
    return Arrival(sender_name=_name(_dict(update.get("edited_message"))))


def _words(message: Mapping[str, Any]) -> str:
    words = _text(message, "text") or _text(message, "caption") or _text(_dict(message.get("contact")), "phone_number")
    return _ADDRESSED.sub(r"\1", words.replace("\0", ""))


def _files(message: Mapping[str, Any]) -> tuple[RemoteFile, ...]:
    photos = [size for size in _list(message.get("photo")) if _text(_dict(size), "file_id")]
    if photos:
        largest = max(photos, key=lambda size: _number(size, "width") * _number(size, "height"))
        return (_file(largest, f"anh-{_number(message, 'message_id')}.jpg"),)
    for kind, name in _FILES.items():
        if _text(held := _dict(message.get(kind)), "file_id"):
            return (_file(held, _text(held, "file_name") or name),)
    return ()


def _file(held: Mapping[str, Any], name: str) -> RemoteFile:
    return RemoteFile(_text(held, "file_id"), name.replace("\0", ""), _number(held, "file_size") or None)


def _name(message: Mapping[str, Any]) -> str:
    sender = _dict(message.get("from"))
    return " ".join(filter(None, (_text(sender, "first_name"), _text(sender, "last_name")))).replace("\0", "")


def _chat(update: Mapping[str, Any]) -> int | None:
    query = _dict(update.get("callback_query"))
    message = _dict(query.get("message") or update.get("message") or update.get("edited_message"))
    chat = _dict(message.get("chat"))
    number = chat.get("id")
    return number if chat.get("type") == "private" and isinstance(number, int) else None


def _storable(update: Any) -> Any:
    """The same JSON with halves of surrogate pairs replaced: no database takes those, and nobody could read them."""
    return json.loads(json.dumps(update, ensure_ascii=False).encode("utf-8", "replace"))


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def _number(holder: Mapping[str, Any], name: str) -> int:
    value = holder.get(name)
    return value if isinstance(value, int) else 0
