"""Reading Telegram's updates: plain functions of the raw JSON, which never raise, whatever it holds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.base import Arrival, Group, NewUpdate, RemoteFile
from bot.channels.telegram_keyboards import ONCE
from handlers.turn import Unread

ALLOWED = ("message", "edited_message", "callback_query")
"""The kinds of update that we ask for."""

_DATA = re.compile(rf"(\d{{1,18}}):(\d{{1,4}}){ONCE}?")
_ADDRESSED = re.compile(r"^(/\w+)@\w+")
_FILES = {"document": "tep", "video": "video.mp4", "audio": "am-thanh.mp3"}
"""Where a message may hold a file, and what it is called when it has no name."""
_UNREAD: Mapping[str, Unread] = {
    "sticker": "sticker",
    "animation": "sticker",
    "dice": "sticker",
    "voice": "voice",
    "video_note": "voice",
    "location": "place",
    "venue": "place",
}
"""What messages hold that can't be read here; anything else that is no words is "other"."""
_GROUPS = ("group", "supergroup")


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account."""

    id: int
    name: str
    """Without @."""


def new_update(update: Any, me: Me | None = None) -> NewUpdate | None:
    """An update as it is written down, or ``None`` where it is not for us.

    In private chats all that people say is, in groups what is addressed to the bot, and that a group has moved.
    """
    update = _storable(update)
    held = _dict(update)
    number, chat = held.get("update_id"), _chat(held)
    if not isinstance(number, int) or chat is None or _says_nothing(held):
        return None
    if _kind(held) in _GROUPS and not _is_for(me, held):
        return None
    return NewUpdate(key=str(number), address=str(chat), payload=update, has_files=bool(read(update).files))


def _says_nothing(update: Mapping[str, Any]) -> bool:
    """A place that is shared live is "edited" by itself every few seconds."""
    edited = _dict(update.get("edited_message"))
    return bool(edited) and not _words(edited) and not _files(edited)


def _is_for(me: Me | None, update: Mapping[str, Any]) -> bool:
    """Whether something in a group is addressed to us: a button of ours, an answer to us, our name."""
    if _dict(update.get("callback_query")):
        return True
    message = _dict(update.get("message"))
    if _number(message, "migrate_to_chat_id"):
        return True
    if me is None or _dict(message.get("from")).get("id") == me.id:
        return False
    quoted = _dict(_dict(message.get("reply_to_message")).get("from"))
    words = _text(message, "text") or _text(message, "caption")
    return quoted.get("id") == me.id or _names(me).search(words) is not None


def _names(me: Me) -> re.Pattern[str]:
    return re.compile(rf"@{re.escape(me.name)}\b", re.IGNORECASE) if me.name else re.compile(r"(?!)")


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
    """What an update says. What can't be taken (stickers, voice, places) arrives as an empty text that says what it
    was; a message that was edited says that it was."""
    if query := _dict(update.get("callback_query")):
        found = _DATA.fullmatch(_text(query, "data"))
        # No message has the number 0: a button that is not ours is treated as one of an old message.
        pressed = (int(found[1]), int(found[2])) if found else (0, 0)
        group = _group(_dict(query.get("message")), query)
        return Arrival(pressed=pressed, sender_name=_name(query), group=group)
    message = _dict(update.get("message"))
    edits = not message
    message = message or _dict(update.get("edited_message"))
    quoted = _number(_dict(message.get("reply_to_message")), "message_id")
    group, moved = _group(message, message), _number(message, "migrate_to_chat_id")
    words, files = _words(message), () if edits else _files(message)
    return Arrival(
        text=_MENTION.sub(" ", words).strip() if group else words,
        files=files,
        sender_name=_name(message),
        unread=None if words or files or edits else _unread(message),
        replies_to=str(quoted) if quoted else None,
        key=str(_number(message, "message_id")) if _number(message, "message_id") else None,
        edits=edits,
        album=_text(message, "media_group_id") or None,
        group=group,
        moved_to=str(moved) if moved else None,
    )


_MENTION = re.compile(r"(?<!\w)@\w{5,32}\b")


def _group(message: Mapping[str, Any], spoken: Mapping[str, Any]) -> Group | None:
    """The group in which a message stands; ``spoken`` is what says from whom it is."""
    chat, sender = _dict(message.get("chat")), _dict(spoken.get("from"))
    if chat.get("type") not in _GROUPS:
        return None
    # Who posts in the name of the group is nobody that we know.
    hidden = sender.get("is_bot") is True or bool(spoken.get("sender_chat"))
    number = 0 if hidden else _number(sender, "id")
    return Group(_text(chat, "title").replace("\0", ""), str(number) if number else "")


def _unread(message: Mapping[str, Any]) -> Unread:
    return next((unread for field, unread in _UNREAD.items() if message.get(field)), "other")


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
    kinds = ("private",) if "edited_message" in update else ("private", *_GROUPS)
    return number if chat.get("type") in kinds and isinstance(number, int) else None


def _kind(update: Mapping[str, Any]) -> str:
    query = _dict(update.get("callback_query"))
    return _text(_dict(_dict(query.get("message") or update.get("message")).get("chat")), "type")


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
