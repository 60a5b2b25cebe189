"""Files for people whose platform carries none: links to ``/f/<token>``, signed, for a while, and for one person.

A link is as good as the right to it. What is signed is the message, the file, the end, and who the person was when it
was made: account, role and unit. All that is looked up again when the link is opened, so it dies with any change: a
person who was removed or holds another post, an account that was handed over.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import struct
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.cabinet import Cabinet, safe_name
from bot.channels.base import Outgoing
from bot.payload import unpack
from bot.storage import Store, Transaction
from handlers.records.files import MadeFile, StoredFile
from handlers.texts import say

LIFETIME = dt.timedelta(days=7)
_HEAD = struct.Struct(">QI32s")
"""Key of the message in the outbox, end in seconds since 1970, SHA-256 of the content."""
_MAC = 16
"""Bytes of the signature: 128 bits are out of reach of guessing."""
_HEADERS = {
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "cache-control": "private, no-store",
}


@dataclass(frozen=True, slots=True)
class Link:
    """An address under which a file can be had until ``until``."""

    url: str
    until: dt.datetime


class FileLinks:
    """Makes links, and serves what they lead to."""

    def __init__(
        self, store: Store, cabinet: Cabinet, secret: bytes, base_url: str, now: Callable[[], dt.datetime]
    ) -> None:
        """``base_url``: where this program is reached from outside."""
        self._store = store
        self._cabinet = cabinet
        self._secret = secret
        self._base = base_url.rstrip("/")
        self._now = now

    async def link(self, message: Outgoing) -> Link:
        """The link to the one file of a message."""
        (file,) = message.files
        until = self._now() + LIFETIME
        head = _HEAD.pack(message.id, int(until.timestamp()), bytes.fromhex(file.path.name))
        holder = await self._store.read(lambda tx: _holder(tx, message.id))
        token = base64.urlsafe_b64encode(head + self._sign(head, holder)).rstrip(b"=").decode()
        return Link(f"{self._base}/f/{token}", until)

    def route(self) -> Route:
        """Where the links lead."""
        return Route("/f/{token}", self._open, methods=["GET", "HEAD"])

    def _sign(self, head: bytes, holder: str | None) -> bytes:
        return hmac.new(self._secret, head + (holder or "").encode(), hashlib.sha256).digest()[:_MAC]

    async def _open(self, request: Request) -> Response:
        try:
            token = request.path_params["token"]
            held = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            head, mac = held[: _HEAD.size], held[_HEAD.size :]
            key, end, digest = _HEAD.unpack(head)
        except (ValueError, struct.error):
            return _page(404, "unknown")
        if key >= 2**63:
            return _page(404, "unknown")
        holder = await self._store.read(lambda tx: _holder(tx, key))
        if holder is None or not hmac.compare_digest(mac, self._sign(head, holder)):
            # A link that was never made, or one whose holder has changed: which of them, nobody is told.
            return _page(404, "unknown")
        if self._now().timestamp() >= end:
            return _page(410, "expired")
        payload = await self._store.read(lambda tx: tx.offered(key))
        path = self._cabinet.path(digest.hex())
        files = unpack(payload[1]).files if payload else ()
        if not files or not path.is_file():
            return _page(410, "gone")
        (file,) = files
        kind = file.media_type if isinstance(file, StoredFile) else _kind(file.name)
        return FileResponse(
            path,
            media_type=kind,
            filename=safe_name(file.name),
            content_disposition_type="attachment",
            headers=_HEADERS,
        )


def _holder(tx: Transaction, delivery_id: int) -> str | None:
    """Who got this message and may see what was in it, as they are now; ``None`` where nobody may any more."""
    found = tx.recipient(delivery_id)
    person = tx.person(found[2]) if found else None
    if found is None or person is None or not (person.agreed or _is_their_own(tx, delivery_id)):
        return None
    return "\0".join((*found[:2], str(person.id), person.role, str(person.unit.id)))


def _is_their_own(tx: Transaction, delivery_id: int) -> bool:
    """Whether the file is what is held on the recipient: theirs also where they do not agree to the notice."""
    offered = tx.offered(delivery_id)
    files = unpack(offered[1]).files if offered else ()
    return any(isinstance(file, MadeFile) and file.kind == "own-data" for file in files)


def _kind(name: str) -> str:
    """The type of a file that was made here, whose name says it."""
    return {
        "png": "image/png",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "ics": "text/calendar",
    }.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def _page(status: int, why: str) -> Response:
    return PlainTextResponse(say(f"files.link_{why}") + "\n", status, headers=_HEADERS)


def links_secret(token: str) -> bytes:
    """The key of the signatures: derived from the bot's token, so that it needs no place of its own."""
    return hmac.new(token.encode(), b"file links", hashlib.sha256).digest()
