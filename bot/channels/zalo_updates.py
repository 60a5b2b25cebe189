"""Reading Zalo's updates: plain functions of the raw JSON, which never raise, whatever it holds.

Public clients of the Zalo Bot API differ, so what any of them has seen is accepted (docs/ZALO_BOT_API.md of
XuanNguyenNB/QuanLyThuChi_Bot_Telegram_Zalom, extensions/zalo of openclaw/openclaw, vntrungld/zalo-bot-php-sdk): the
update bare or wrapped in ``{ok, result}``, one or several of them; the sender's name as ``display_name``, ``name`` or
``first_name``; a photo as an address, a list of them, or an object that holds one, under ``photo`` or ``photo_url``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bot.channels.base import Arrival, NewUpdate, RemoteFile
from handlers.turn import Unread

_UNREAD: Mapping[str, Unread] = {
    "message.sticker.received": "sticker",
    "message.voice.received": "voice",
    "message.unsupported.received": "hidden",
}
_MESSAGES = ("message.text.received", "message.image.received", "message.link.received", *_UNREAD)
"""Events that are messages of people. Others (reactions, a group that was joined) say nothing to anybody here."""


def updates_in(answer: Any) -> list[Any]:
    """The updates in the result of a poll or in the body of a webhook call."""
    held = answer["result"] if isinstance(answer, dict) and "result" in answer else answer
    return held if isinstance(held, list) else [held] if isinstance(held, dict) else []


def new_update(update: Any) -> NewUpdate | None:
    """An update as it is written down, or ``None`` where it is not for us: only people in private chats are served."""
    update = _storable(_dict(update))
    message = _dict(update.get("message"))
    chat, sender = _dict(message.get("chat")), _dict(message.get("from"))
    address = _key(chat.get("id"))
    if not address or _event(update) not in _MESSAGES:
        return None
    if _text(chat, "chat_type").upper() == "GROUP" or sender.get("is_bot") is True:
        return None
    # There is no number of an update. A message that comes again has the key that it had.
    own = _key(message.get("message_id")) or hashlib.sha256(json.dumps(update, sort_keys=True).encode()).hexdigest()
    return NewUpdate(f"{address}:{own}", address, update, has_files=bool(read(update).files))


def read(update: Mapping[str, Any]) -> Arrival:
    """What an update says. What can't be read here arrives as an empty text and says so."""
    message = _dict(update.get("message"))
    name = _name(_dict(message.get("from")))
    if unread := _UNREAD.get(_event(update)):
        return Arrival(sender_name=name, unread=unread)
    words = _text(message, "text") or _text(message, "caption") or _text(_dict(message.get("link")), "url")
    files = tuple(_photos(message))
    return Arrival(words.replace("\0", ""), files=files, sender_name=name, unread=None if words or files else "hidden")


def _event(update: Mapping[str, Any]) -> str:
    """The kind of update; a message whose kind is not said is told by what it holds."""
    if event := _text(update, "event_name"):
        return event
    message = _dict(update.get("message"))
    for field, event in (
        ("sticker", "message.sticker.received"),
        ("voice_url", "message.voice.received"),
        ("photo", "message.image.received"),
        ("photo_url", "message.image.received"),
        ("text", "message.text.received"),
    ):
        if message.get(field):
            return event
    return "message.unsupported.received"


def _photos(message: Mapping[str, Any]) -> list[RemoteFile]:
    held = message.get("photo") or message.get("photo_url")
    addresses = [_address(one) for one in (held if isinstance(held, list) else [held])]
    number = _key(message.get("message_id"))[-8:] or "zalo"
    found = list(dict.fromkeys(filter(None, addresses)))
    return [
        RemoteFile(address, f"anh-{number}.jpg" if len(found) == 1 else f"anh-{number}-{place}.jpg")
        for place, address in enumerate(found, 1)
    ]


def _address(photo: Any) -> str:
    if isinstance(photo, str):
        return photo.strip()
    return next((found for field in ("url", "photo_url") if (found := _text(_dict(photo), field).strip())), "")


def _name(sender: Mapping[str, Any]) -> str:
    whole = " ".join(filter(None, (_text(sender, "first_name"), _text(sender, "last_name"))))
    return (_text(sender, "display_name") or _text(sender, "name") or whole).replace("\0", "")


def _storable(update: Any) -> Any:
    """The same JSON with halves of surrogate pairs replaced: no database takes those, and nobody could read them."""
    return json.loads(json.dumps(update, ensure_ascii=False).encode("utf-8", "replace"))


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def _key(value: Any) -> str:
    """An identity, which may come as text or as a number."""
    return str(value).replace("\0", "") if isinstance(value, str | int) and not isinstance(value, bool) else ""
