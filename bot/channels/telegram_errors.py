"""What can go wrong between us and Telegram, told apart by what it means for a message."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import httpx
from telegram import error as errors
from telegram.request import HTTPXRequest

from bot.channels.base import Gone, Moved, Refused, SendError, TooFast, Uncertain, Unreachable
from bot.logs import redact

_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    RuntimeError,
)
"""Causes that came before a byte of the request was written; RuntimeError is a client that is closed already."""

_GONE = (
    "chat not found",
    "user is deactivated",
    "user not found",
    "peer_id_invalid",
    "user_is_blocked",
    "input_user_deactivated",
    "bot was kicked",
)
"""What BadRequest says, in lower case, of accounts that can't be written to."""

_WAIT = 5
"""Seconds to wait after a 429 that does not say how long."""


class Request(HTTPXRequest):
    """PTB's HTTP client, hardened against answers that PTB would take for something else.

    * HTTP 200 with ``ok: false`` counts as the error that it tells of (PTB: KeyError).
    * 429 always says how long to wait (PTB: NetworkError where it is not said).
    * 413 is a refusal, like 400: the same file will never be taken (PTB: NetworkError, as if the line had failed).
    * What is no answer of the Bot API at all, such as a proxy's HTML page, is a NetworkError; its text is not logged.
    """

    async def do_request(self, url: str, method: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """The status and the body, as the Bot API would have sent them."""
        code, payload = await super().do_request(url, method, *args, **kwargs)
        if method == "GET":  # a file, whose body is its own
            if code != 200:
                raise errors.NetworkError(f"HTTP {code} instead of a file")
            return code, payload
        if code == 200 and payload.startswith(b'{"ok":true'):
            return code, payload
        answer = _json(payload)
        if answer.get("ok") is True and "result" in answer:
            return code, payload
        code = answer.get("error_code", code) if isinstance(answer.get("error_code", code), int) else code
        if code == 429:
            raise errors.RetryAfter(_retry_after(answer))
        if code == 413:
            raise errors.BadRequest("Request Entity Too Large")
        if answer.get("ok") is not False:
            raise errors.NetworkError(f"HTTP {code} without an answer of the Bot API")
        return (code, payload) if code >= 300 else (500, payload)


def _json(payload: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(payload)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _retry_after(answer: dict[str, Any]) -> int:
    parameters = answer.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return seconds if isinstance(seconds, int) and seconds > 0 else _WAIT


def wait_of(error: errors.RetryAfter) -> float:
    """Seconds that the platform asks to wait."""
    wait: int | dt.timedelta = error.retry_after
    return wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)


def told(error: Exception) -> str:
    """An error in a line for the operator, without tokens; of errors that are not Telegram's, only the kind."""
    words = f": {error}" if isinstance(error, errors.TelegramError) else ""
    return redact(f"{type(error).__name__}{words}")[:200]


def send_error(error: Exception) -> SendError:
    """What an error means for the message on its way. BadRequest and TimedOut are NetworkErrors too: order matters."""
    said = told(error)
    match error:
        case errors.RetryAfter():
            # A 429 does not say whether this chat or the whole bot was too fast: the worse is assumed.
            return TooFast(wait_of(error), everywhere=True)
        case errors.ChatMigrated():
            return Moved(str(error.new_chat_id))
        case errors.Forbidden():
            return Gone(said)
        case errors.BadRequest():
            return Gone(said) if any(words in str(error).lower() for words in _GONE) else Refused(said)
        case errors.InvalidToken() | errors.EndPointNotFound() | errors.Conflict():
            # An answer that says that nothing was done; it is for the operator to put right.
            return Unreachable(said)
        case _ if isinstance(error.__cause__, _NOT_SENT):
            return Unreachable(said)
        case _:
            return Uncertain(said)
