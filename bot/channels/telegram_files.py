"""Files out: uploaded once, and named by what Telegram calls them from then on."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from weakref import WeakValueDictionary

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.error import BadRequest

from bot.channels.base import Attachment, Outgoing, Refused
from bot.channels.telegram_errors import send_error

_LARGEST_PHOTO = 10_000_000
_PHOTOS = ("image/jpeg", "image/png")
_REMEMBERED = 512

Key = tuple[str, int, str]
"""Where the bytes lie, when they were put there, and the name under which they go."""


class Uploads:
    """What was sent once. An announcement's file goes up with its first message, and the others wait for that."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._known: OrderedDict[Key, tuple[bool, str]] = OrderedDict()
        """Whether it went as a photo, and what Telegram calls it."""
        self._under_way: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    async def send(self, message: Outgoing, buttons: InlineKeyboardMarkup | None) -> Message:
        """Send the one file of a message, with the text as its caption. Raises what PTB raises, and OSError."""
        (file,) = message.files
        stat = await asyncio.to_thread(file.path.stat)
        key = (str(file.path), stat.st_mtime_ns, file.name)
        async with self._under_way.setdefault(key, asyncio.Lock()):
            if key not in self._known:
                return await self._upload(message, file, buttons, key)
        photo, known = self._known.get(key, (False, ""))
        if known:
            try:
                return await self._pass_on(message, known, buttons, photo=photo)
            except BadRequest as error:
                if not isinstance(send_error(error), Refused):
                    raise
                self._known.pop(key, None)  # Telegram knows it no more
        return await self._upload(message, file, buttons, key)

    async def _pass_on(
        self, message: Outgoing, what: str | bytes, buttons: InlineKeyboardMarkup | None, *, photo: bool, name: str = ""
    ) -> Message:
        caption = message.text or None
        if photo:
            return await self._bot.send_photo(
                message.address, what, caption=caption, reply_markup=buttons, filename=name or None
            )
        return await self._bot.send_document(
            message.address, what, caption=caption, reply_markup=buttons, filename=name or None
        )

    async def _upload(
        self, message: Outgoing, file: Attachment, buttons: InlineKeyboardMarkup | None, key: Key
    ) -> Message:
        data = await asyncio.to_thread(file.path.read_bytes)
        if file.media_type in _PHOTOS and len(data) <= _LARGEST_PHOTO:
            try:
                sent = await self._pass_on(message, data, buttons, photo=True, name=file.name)
            except BadRequest as error:
                # Too long, too narrow, or not quite an image: then it goes as a file.
                if not isinstance(send_error(error), Refused):
                    raise
            else:
                self._remember(key, photo=True, known=sent.photo[-1].file_id if sent.photo else "")
                return sent
        sent = await self._pass_on(message, data, buttons, photo=False, name=file.name)
        self._remember(key, photo=False, known=sent.document.file_id if sent.document else "")
        return sent

    def _remember(self, key: Key, *, photo: bool, known: str) -> None:
        if known:
            self._known[key] = (photo, known)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
