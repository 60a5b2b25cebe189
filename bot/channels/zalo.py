"""Zalo, over its Bot API: updates in; words, photos and links to files out.

What the API lacks, and what follows from it. There are no buttons: choices are numbered lines. No message can be
changed. No file can be sent: it goes as a link that expires (``bot.file_links``). And a poll has no offset: an update
is gone from Zalo as soon as it was handed over. So nothing stands between the answer to a poll and the journal; yet
what dies on the way there (kill -9, a line that is cut, an answer that is cut short) is lost, at most the one update
of that poll. A webhook is confirmed only when the journal is durable, which is why it is for production.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from starlette.routing import Route

from bot.channels.base import (
    Arrival,
    FileProblem,
    Journal,
    Limits,
    NewUpdate,
    Outgoing,
    Refused,
    RemoteFile,
    TooFast,
    Webhook,
)
from bot.channels.listening import Listener
from bot.channels.render import in_words, parts
from bot.channels.zalo_api import Api, Told, send_error, told
from bot.channels.zalo_photos import fetch_photo
from bot.channels.zalo_updates import new_update, read, updates_in
from handlers.texts import say

log = logging.getLogger(__name__)

API_URL = "https://bot-api.zaloplatforms.com"
WEBHOOK_PATH = "/zalo"
SECRET_HEADER = "X-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LIMITS = Limits(text=2000, buttons=False, per_second=10, chat_interval=lambda _: 0.5, in_flight=8)
"""How much Zalo allows in a second is not published: this is careful, and a 429 slows down all the same."""
_POLL = 30
"""Seconds for which the platform may hold a poll that has nothing to tell; its own default."""
_LAST_WORDS = 8
"""Seconds that what is in hand gets to come to its end when the program stops."""
PHOTOS = ("image/jpeg", "image/png")
"""What goes as a photo; any other file goes as a link."""
_TYPING_EVERY, _TYPING_TIMES = 4.0, 3
"""The sign that somebody is typing goes away after five seconds."""
_LONGEST_QUOTA = 900.0
"""Seconds between tries, at most, while the platform says that there were too many messages."""


class Link(Protocol):
    """What ``bot.file_links`` makes."""

    @property
    def url(self) -> str:
        """Where the file can be had."""

    @property
    def until(self) -> Any:
        """… until this moment."""


MakeLink = Callable[[Outgoing], Awaitable[Link]]


class Zalo:
    """The channel to one bot."""

    name = "zalo"

    def __init__(
        self,
        token: str,
        api_url: str = API_URL,
        webhook: Webhook | None = None,
        make_link: MakeLink | None = None,
        *,
        patience: tuple[float, float] = (1, 60),
        answer_within: float = 20,
        typing_after: float = 0.7,
    ) -> None:
        """``make_link`` is absent where nobody outside can reach us: then no file can be passed on.

        ``patience`` is how many seconds to wait after a first failure to get updates, and at most; ``answer_within``
        the seconds after which a message that is not answered is uncertain; ``typing_after`` those after which a
        person who waits sees that we are at it. Raises ValueError where there is no token.
        """
        if not token:
            raise ValueError("no token")
        self.limits = LIMITS
        self._api = Api(token, api_url, answer_within)
        self._api_url = api_url
        self._webhook = webhook
        self._make_link = make_link
        self._typing_after = typing_after
        self._ear = Listener(self.name, patience, _explained)
        self._mute: str | None = None
        self._quota_wait = 0.0
        self._typing: dict[str, asyncio.Task[None]] = {}
        self._in_hand: set[asyncio.Task[Any]] = set()

    @property
    def trouble(self) -> str | None:
        """Why updates can't be had, or messages not be sent, at present; ``None`` while all is well."""
        return self._ear.trouble or self._mute

    def read(self, payload: Mapping[str, Any]) -> Arrival:
        """What an update says. Pure, and never raises."""
        return read(payload)

    async def username(self) -> str:
        """The bot's own name. Raises a ``SendError`` where the platform can't be asked or refuses us."""
        try:
            me = await self._api.call("getMe")
        except Exception as error:
            raise send_error(error) from error
        names = me if isinstance(me, dict) else {}
        return str(names.get("account_name") or names.get("name") or names.get("id") or "")

    # -- updates in

    async def listen(self, journal: Journal) -> None:
        """Take updates until cancelled: by polling, or at ``webhook_route`` where there is a webhook."""
        self._ear.begin(journal)
        if self._webhook is None:
            await self._ear.insist(partial(self._api.call, "deleteWebhook"))
            while True:
                batch = await self._ear.insist(self._updates)
                # Zalo has forgotten them: whatever happens now, they are written down first.
                await _to_its_end(self._ear.insist(partial(self._write_down, batch)))
        else:
            url = self._webhook.public_url.rstrip("/") + WEBHOOK_PATH
            await self._ear.insist(partial(self._api.call, "setWebhook", url=url, secret_token=self._webhook.secret))
            await asyncio.Event().wait()

    async def _updates(self) -> list[Any]:
        try:
            # As text: so says the documentation's table, and so does openclaw; its example has a number.
            return updates_in(await self._api.call("getUpdates", patience=_POLL + 10, timeout=str(_POLL)))
        except Told as error:
            if error.code == 408:  # nothing has come in
                return []
            raise

    async def _write_down(self, batch: Sequence[Any]) -> None:
        updates = [new for update in batch if (new := new_update(update)) is not None]
        await self._ear.write_down(updates)
        for update in updates:
            self._begin_typing(update)

    def webhook_route(self) -> Route:
        """The place where Zalo calls us. What is taken is durable before the answer."""
        return self._ear.route(
            WEBHOOK_PATH, SECRET_HEADER, self._webhook, lambda body: self._write_down(updates_in(body))
        )

    # -- the sign that somebody is typing: a courtesy, which fails in silence

    def _begin_typing(self, update: NewUpdate) -> None:
        self._end_typing(update.address)
        task = asyncio.create_task(self._type(update.address))
        self._typing[update.address] = task
        task.add_done_callback(lambda done: self._forget_typing(update.address, done))

    def _end_typing(self, address: str) -> None:
        if task := self._typing.pop(address, None):
            task.cancel()

    def _forget_typing(self, address: str, task: asyncio.Task[None]) -> None:
        if self._typing.get(address) is task:
            del self._typing[address]

    async def _type(self, address: str) -> None:
        await asyncio.sleep(self._typing_after)
        for _ in range(_TYPING_TIMES):
            try:
                await self._api.call("sendChatAction", chat_id=address, action="typing")
            except Exception as error:
                log.debug("zalo: no sign of typing: %s", told(error))
                return
            await asyncio.sleep(_TYPING_EVERY)

    # -- files in

    async def download(self, file: RemoteFile, limit: int) -> bytes:
        """The bytes of a photo of at most ``limit`` bytes. Raises FileProblem (final) or Unreachable (try again)."""
        if not file.reference:
            raise FileProblem("unavailable")
        return await fetch_photo(self._api.http, file.reference, limit, home=self._api_url)

    # -- messages out

    async def send(self, message: Outgoing) -> str | None:
        """Deliver a message and return the platform's key of it. Raises a ``SendError``.

        A message that was made for a channel with longer ones goes in parts. Where a later part fails, all of them
        are sent again: twice is better than half.
        """
        self._end_typing(message.address)
        task = asyncio.current_task()
        assert task is not None
        self._in_hand.add(task)
        try:
            sent = await self._send(message)
        except Exception as error:
            raise self._noted(error) from error
        finally:
            self._in_hand.discard(task)
        self._mute, self._quota_wait = None, 0.0
        return str(sent.get("message_id") or "") or None

    def _noted(self, error: Exception) -> Exception:
        """What failing means for the message; what it means for all is kept for the operator."""
        failure = send_error(error)
        if isinstance(error, Told) and error.code in (401, 429):
            if self._mute is None:
                log.error("zalo: no messages: %s", told(error))
            self._mute = told(error)
        if isinstance(failure, TooFast):
            # Nothing says whether it is the pace or the quota of the month: the wait doubles until it is over.
            self._quota_wait = min(max(failure.retry_after, self._quota_wait * 2), _LONGEST_QUOTA)
            return TooFast(self._quota_wait, everywhere=True)
        return failure

    async def _send(self, message: Outgoing) -> Mapping[str, Any]:
        if message.files and self._make_link and message.files[0].media_type in PHOTOS:
            try:
                return await self._send_photo(message, (await self._make_link(message)).url)
            except Told as error:
                if not isinstance(send_error(error), Refused):
                    raise
                # Zalo could not fetch it, or does not take it: then it goes as a link.
        sent: Mapping[str, Any] = {}
        for part in await self._words(message):
            sent = _dict(await self._api.call("sendMessage", chat_id=message.address, text=part))
        return sent

    async def _send_photo(self, message: Outgoing, url: str) -> Mapping[str, Any]:
        said = parts(message.text, LIMITS.text) if message.text else []
        caption: dict[str, Any] = {"caption": message.text} if len(said) == 1 else {}
        if not caption:
            for part in said:
                await self._api.call("sendMessage", chat_id=message.address, text=part)
        return _dict(await self._api.call("sendPhoto", chat_id=message.address, photo=url, **caption))

    async def _words(self, message: Outgoing) -> list[str]:
        """All of a message in words: its text, its file as a link, its choices as lines."""
        links = []
        for file in message.files:
            if self._make_link is None:
                links.append(say("files.no_link", name=file.name))
            else:
                link = await self._make_link(message)
                links.append(say("files.link", name=file.name, url=link.url, until=link.until))
        return in_words(message.text, links, message.choices, numbered=message.numbered, limit=LIMITS.text)

    async def close(self) -> None:
        """Let the messages in hand arrive, then let go of connections."""
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=_LAST_WORDS)
        typing = list(self._typing.values())
        for task in typing:
            task.cancel()
        await asyncio.gather(*typing, return_exceptions=True)
        await self._api.http.aclose()


def _explained(error: Exception) -> tuple[str, float | None]:
    if isinstance(error, Told):
        return told(error), math.inf if error.code in (401, 404) else error.retry_after
    return told(error), None


async def _to_its_end(act: Awaitable[None]) -> None:
    """Await something that is finished even when we are told to stop; for a while."""
    task = asyncio.ensure_future(act)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=_LAST_WORDS)
        task.cancel()
        raise


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
