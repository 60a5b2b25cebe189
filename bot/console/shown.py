"""A message as the page gets it: with its buttons and files, or in the words in which Zalo would say it."""

from __future__ import annotations

from collections.abc import Callable
from mimetypes import guess_type
from typing import Any

from bot.channels.render import in_words, pieces
from bot.channels.zalo import LIMITS, PHOTOS
from bot.file_links import LIFETIME
from bot.payload import unpack
from bot.storage.history import Entry
from handlers.records.files import MadeFile, StoredFile
from handlers.texts import say

PICTURES = {"image/jpeg", "image/png", "image/gif", "image/webp"}
"""What a browser may show in place; everything else is only saved."""


def shown(entry: Entry) -> dict[str, Any]:
    """A message with its choices as buttons and its files to tap."""
    found = _head(entry)
    if entry.incoming:
        files = [
            _file(entry, number, one["name"], one["size"], one["media_type"])
            for number, one in enumerate(entry.payload.get("files", ()))
        ]
        return found | {"text": entry.payload.get("label") or entry.payload.get("text", ""), "files": files}
    reply = unpack(entry.payload)
    made = [_sent(entry, number, one) for number, one in enumerate(reply.files)]
    return found | {"text": reply.text, "files": made, "choices": [choice.label for choice in reply.choices]}


def in_zalo(entry: Entry, address_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """The same as the messages that Zalo would carry: in parts, choices as lines, files as links.

    It is what the Zalo channel sends, by its own limits; only the links are the console's, and do not expire.
    """
    if entry.incoming:
        return [shown(entry)]
    messages: list[dict[str, Any]] = []
    number = 0
    for piece in pieces(unpack(entry.payload), LIMITS):
        links, pictures = [], []
        for file in piece.files:
            one = _sent(entry, number, file)
            number += 1
            if _kind(file) in PHOTOS or entry.waiting:
                pictures.append(one)
            else:
                until = entry.at + LIFETIME
                links.append(say("files.link", name=file.name, url=address_of(one["path"]), until=until))
        if piece.text.strip() or piece.choices or links:
            texts = in_words(piece.text, links, piece.choices, numbered=piece.numbered, limit=LIMITS.text)
            messages += [_head(entry) | {"text": text, "files": []} for text in texts]
        messages += [_head(entry) | {"text": "", "files": [one]} for one in pictures]
    return messages


def _head(entry: Entry) -> dict[str, Any]:
    moment = entry.at.isoformat(timespec="seconds")
    return {"id": entry.id, "mine": entry.incoming, "at": moment, "waiting": entry.waiting}


def _sent(entry: Entry, number: int, file: StoredFile | MadeFile) -> dict[str, Any]:
    size = file.size if isinstance(file, StoredFile) else None
    return _file(entry, number, file.name, size, _kind(file))


def _kind(file: StoredFile | MadeFile) -> str:
    """The type of a file; what is made only when it is fetched is judged by its name."""
    return file.media_type if isinstance(file, StoredFile) else guess_type(file.name)[0] or ""


def _file(entry: Entry, number: int, name: str, size: int | None, kind: str) -> dict[str, Any]:
    path = f"/files/{'in' if entry.incoming else 'out'}-{entry.id}/{number}"
    return {"name": name, "size": size, "picture": kind in PICTURES, "path": path}
