"""Telegram, over python-telegram-bot's ``Bot`` alone: updates in, messages and files out.

Updates are written down before they are confirmed. A poll confirms what came before its offset, so the next poll waits
for the journal; a webhook is confirmed by its answer, so the answer waits. Pacing is the outbox's: nothing here waits
for a rate.
"""

from __future__ import annotations

import asyncio
import logging
import math
import warnings
from collections.abc import Awaitable, Coroutine, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from starlette.routing import Route
from telegram import (
    Bot,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    LinkPreviewOptions,
    Message,
)
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.warnings import PTBUserWarning

from bot.channels.base import (
    Arrival,
    FileProblem,
    Journal,
    Limits,
    Outgoing,
    Refused,
    RemoteFile,
    TooFast,
    Uncertain,
    Unreachable,
    Webhook,
)
from bot.channels.listening import Listener
from bot.channels.telegram_errors import Request, send_error, told, wait_of
from bot.channels.telegram_files import Uploads
from bot.channels.telegram_keyboards import is_once, keyboard
from bot.channels.telegram_updates import ALLOWED, Me, new_update, query_id, read, taken, update_id

log = logging.getLogger(__name__)

WEBHOOK_PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_POLL = 50
"""Seconds for which the platform may hold a poll that has nothing to tell."""
_IN_PRIVATE, _IN_A_GROUP = 1.0, 3.5
"""Seconds between messages: https://core.telegram.org/bots/faq has one a second to a person, 20 a minute to a group,
of which the burst that a chat has to begin with is a part."""
_LAST_WORDS = 8
"""Seconds that messages in hand get to arrive when the program stops."""
_QUESTIONS = 4096

# Raw updates are wanted here, which PTB takes for an oversight: parsing and rebuilding each would lose what PTB does
# not know, and one update that it can't parse would keep back its whole batch.
warnings.filterwarnings("ignore", r"Please use .Bot\.get(Updates|Me).", PTBUserWarning)


def _chat_interval(address: str) -> float:
    """Groups have keys below zero."""
    return _IN_A_GROUP if address.startswith("-") else _IN_PRIVATE


class Telegram:
    """The channel to one bot."""

    name = "telegram"

    def __init__(
        self,
        token: str,
        api_url: str = "https://api.telegram.org/bot",
        file_url: str = "https://api.telegram.org/file/bot",
        webhook: Webhook | None = None,
        *,
        per_second: float = 30,
        patience: tuple[float, float] = (1, 60),
        answer_within: float = 20,
        proxy: str | None = None,
    ) -> None:
        """``patience`` is how many seconds to wait after a first failure to get updates, and at most;
        ``answer_within`` the seconds after which a message that is not answered is uncertain.

        Raises ValueError where there is no token.
        """
        if not token:
            raise ValueError("no token")
        self.limits = Limits(text=4096, buttons=True, per_second=per_second, chat_interval=_chat_interval, in_flight=16)
        self._ear = Listener(self.name, patience, _explained)
        # A pool of its own for polling; one for sending, with room for 24 in flight and what else there is to ask.
        self._polling = Request(
            connection_pool_size=2, connect_timeout=10, read_timeout=10, pool_timeout=10, proxy=proxy
        )
        self._sending = Request(
            connection_pool_size=32,
            connect_timeout=10,
            read_timeout=answer_within,
            write_timeout=20,
            pool_timeout=30,
            media_write_timeout=90,
            proxy=proxy,
        )
        self._bot = Bot(
            token, base_url=api_url, base_file_url=file_url, request=self._sending, get_updates_request=self._polling
        )
        self._webhook = webhook
        self._uploads = Uploads(self._bot)
        self._me = Me(int(number), "") if (number := token.partition(":")[0]).isdecimal() else None
        self._mute: str | None = None
        self._questions: dict[str, int] = {}
        """For each chat the message whose buttons wait for an answer; forgetting one does no harm."""
        self._answers: set[asyncio.Task[None]] = set()
        self._in_hand: set[asyncio.Task[Any]] = set()

    @property
    def trouble(self) -> str | None:
        """Why updates can't be had, or messages not be sent, at present; ``None`` while all is well."""
        return self._ear.trouble or self._mute

    @property
    def home(self) -> str | None:
        """The address that opens a chat with the bot, once its name is known."""
        return f"https://t.me/{self._me.name}" if self._me and self._me.name else None

    def read(self, payload: Mapping[str, Any]) -> Arrival:
        """What an update says. Pure, and never raises."""
        return read(payload)

    async def username(self) -> str:
        """The bot's own name, without @. Raises a ``SendError`` where the platform can't be asked or refuses us."""
        try:
            return (await self._bot.get_me()).username or ""
        except TelegramError as error:
            raise send_error(error) from error

    # -- updates in

    async def listen(self, journal: Journal) -> None:
        """Take updates until cancelled: by polling, or at ``webhook_route`` where there is a webhook."""
        self._ear.begin(journal)
        me = await self._ear.insist(partial(self._bot.do_api_request, "getMe"))
        if isinstance(me, dict) and isinstance(me.get("id"), int):
            self._me = Me(me["id"], str(me.get("username") or ""))
        if self._webhook is None:
            await self._ear.insist(self._bot.delete_webhook)
            await self._poll()
        else:
            await self._ear.insist(self._set_webhook)
            await asyncio.Event().wait()

    async def _poll(self) -> None:
        offset: int | None = None
        while True:
            batch = await self._ear.insist(partial(self._updates, offset))
            await self._ear.insist(partial(self._write_down, batch))
            numbers = [number for update in batch if (number := update_id(update)) is not None]
            # After an empty poll all is confirmed, and no offset asks for the same as the last one would. It matters
            # after a quiet week, when Telegram may begin to count from a lower number.
            offset = max(numbers) + 1 if numbers else None

    async def _updates(self, offset: int | None) -> list[Any]:
        asked = {"offset": offset, "timeout": _POLL, "allowed_updates": list(ALLOWED)}
        batch = await self._bot.do_api_request("getUpdates", asked, read_timeout=_POLL + 10)
        return batch if isinstance(batch, list) else []

    async def _set_webhook(self) -> None:
        assert self._webhook is not None
        await self._bot.set_webhook(
            self._webhook.public_url.rstrip("/") + WEBHOOK_PATH,
            allowed_updates=ALLOWED,
            secret_token=self._webhook.secret,
        )

    async def _write_down(self, batch: Sequence[Any]) -> None:
        await self._ear.write_down([new for update in batch if (new := new_update(update, self._me)) is not None])
        self._courtesy(self._bot.answer_callback_query(query) for query in filter(None, map(query_id, batch)))
        for chat, message in filter(None, map(taken, batch)):
            if self._questions.get(str(chat)) == message:
                del self._questions[str(chat)]
            self._courtesy([self._bot.edit_message_reply_markup(chat_id=chat, message_id=message)])

    def _courtesy(self, acts: Iterable[Coroutine[Any, Any, object]]) -> None:
        """Stop the clocks on pressed buttons, take away keyboards that were for one answer: in the background, and
        where it fails, in silence."""
        for act in acts:
            task = asyncio.create_task(_try(act))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    def webhook_route(self) -> Route:
        """The place where Telegram calls us. What is taken is durable before the answer."""
        return self._ear.route(WEBHOOK_PATH, SECRET_HEADER, self._webhook, lambda update: self._write_down([update]))

    # -- files in

    async def download(self, file: RemoteFile, limit: int) -> bytes:
        """The bytes of a file of at most ``limit`` bytes. Raises FileProblem (final) or Unreachable (try again)."""
        if (file.size or 0) > limit:
            raise FileProblem("too-big")
        try:
            found = await self._bot.get_file(file.reference)
            if (found.file_size or 0) > limit:
                raise FileProblem("too-big")
            data = bytes(await found.download_as_bytearray(read_timeout=60))
        except BadRequest as error:
            raise FileProblem("too-big" if "too big" in str(error).lower() else "unavailable") from error
        except TelegramError as error:
            raise Unreachable(str(send_error(error))) from error
        except (RuntimeError, OSError) as error:  # no path was given, or a self-hosted server's path is not ours
            raise FileProblem("unavailable") from error
        if len(data) > limit:
            raise FileProblem("too-big")
        return data

    # -- messages out

    async def send(self, message: Outgoing) -> str | None:
        """Deliver a message and return the platform's key of it. Raises a ``SendError``.

        The text is plain: no parse mode, so nothing in it can be mistaken for markup. A message with a file carries
        one file, with the text as its caption.
        """
        task = asyncio.current_task()
        assert task is not None
        self._in_hand.add(task)
        try:
            sent = await (
                self._uploads.send(message, keyboard(message, self.home)) if message.files else self._send_text(message)
            )
        except TelegramError as error:
            raise self._noted(error, message) from error
        except OSError as error:
            raise Refused(f"{type(error).__name__}: the file can't be read") from error
        except Exception as error:
            # Sent perhaps, but not understood: an answer that PTB could not make a message of.
            raise Uncertain(type(error).__name__) from error
        finally:
            self._in_hand.discard(task)
        self._mute = None
        if is_once(message):
            self._put_away(message.address, sent.message_id)
        return str(sent.message_id)

    def _noted(self, error: TelegramError, message: Outgoing) -> Exception:
        """What failing means for the message; what it means for all is kept for the operator."""
        failure = send_error(error)
        if isinstance(error, InvalidToken):
            if self._mute is None:
                log.error("telegram: no messages: %s", told(error))
            self._mute = told(error)
        if isinstance(failure, TooFast) and message.address.startswith("-"):
            return TooFast(failure.retry_after)  # a group has a limit of its own, of 20 messages a minute
        return failure

    def _put_away(self, address: str, shown: int) -> None:
        """A new question is shown: the buttons of the one before it, which was answered in words, go."""
        if before := self._questions.pop(address, None):
            self._courtesy([self._bot.edit_message_reply_markup(chat_id=address, message_id=before)])
        self._questions[address] = shown
        if len(self._questions) > _QUESTIONS:
            self._questions.pop(next(iter(self._questions)))

    async def _send_text(self, message: Outgoing) -> Message:
        return await self._bot.send_message(
            message.address,
            message.text,
            reply_markup=keyboard(message, self.home),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def edit(self, message: Outgoing, sent: str) -> None:
        """Change the text and the buttons of a message that was sent. Raises a ``SendError``."""
        try:
            await self._bot.edit_message_text(
                message.text,
                chat_id=message.address,
                message_id=int(sent),
                reply_markup=keyboard(message, self.home),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramError as error:
            if "message is not modified" not in str(error).lower():
                raise send_error(error) from error

    async def show_commands(self, address: str | None, commands: Sequence[tuple[str, str]] | None) -> None:
        """List these commands to one chat, or (no address) to all that have no list of their own; without commands a
        chat has none of its own any more. Raises a ``SendError``."""
        chat = BotCommandScopeChat(address) if address is not None else BotCommandScopeDefault()
        try:
            if commands is None:
                await self._bot.delete_my_commands(chat)
            else:
                await self._bot.set_my_commands(commands, chat)
        except TelegramError as error:
            raise send_error(error) from error

    async def close(self) -> None:
        """Let the messages in hand arrive, then let go of connections."""
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=_LAST_WORDS)
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await asyncio.gather(self._polling.shutdown(), self._sending.shutdown())


def _explained(error: Exception) -> tuple[str, float | None]:
    if isinstance(error, InvalidToken | Conflict):
        return told(error), math.inf
    return told(error), wait_of(error) if isinstance(error, RetryAfter) else None


async def _try(act: Awaitable[object]) -> None:
    try:
        await act
    except TelegramError as error:
        log.debug("telegram: a courtesy failed: %s", type(error).__name__)
