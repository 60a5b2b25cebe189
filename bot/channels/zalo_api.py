"""Calls to the Zalo Bot API, and what can go wrong with them, told apart by what it means for a message.

Every method is a POST of JSON to ``<base>/bot<TOKEN>/<method>``. Errors of the API come as HTTP 200 with ``ok: false``
(docs of the API as kept in XuanNguyenNB/QuanLyThuChi_Bot_Telegram_Zalom; codes as in python-zalo-bot 0.1.9).
"""

from __future__ import annotations

import json
from typing import Any

import httpx

from bot.channels.base import Gone, Refused, SendError, TooFast, Uncertain, Unreachable
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
"""What came before a byte of the request was written; RuntimeError is a client that is closed already."""

_ABOUT_RECIPIENT = ("chat", "user", "recipient", "receiver")
"""What the description of a 400 or 404 speaks of, in lower case, where the account can't be written to …"""
_IS_GONE = ("not found", "not exist", "invalid", "blocked", "unknown")
"""… and what it says of it."""


class Told(Exception):
    """The API answered that it did not do what was asked."""

    def __init__(self, code: int, description: str, retry_after: float | None = None) -> None:
        super().__init__(f"{code} {redact(description)[:150]}".strip())
        self.code = code
        self.description = description
        self.retry_after = retry_after
        """Seconds that it asks to wait, where it says so."""


class Garbled(Exception):
    """What came back is no answer of the API: a proxy's page, or JSON that was cut off."""


class Api:
    """One bot's access to the API."""

    def __init__(self, token: str, base_url: str, answer_within: float) -> None:
        self._base = f"{base_url.rstrip('/')}/bot{token}"
        self._timeout = httpx.Timeout(answer_within, connect=10, pool=30)
        self.http = httpx.AsyncClient(
            timeout=self._timeout, limits=httpx.Limits(max_connections=40, max_keepalive_connections=20)
        )

    async def call(self, method: str, *, patience: float | None = None, **given: Any) -> Any:
        """The ``result`` of a method. ``patience``: seconds to wait for the answer.

        Raises Told, Garbled, or what httpx raises.
        """
        timeout = self._timeout if patience is None else httpx.Timeout(patience, connect=10, pool=30)
        answer = await self.http.post(f"{self._base}/{method}", json=given, timeout=timeout)
        body = _json(answer.content)
        if body is None or not isinstance(body.get("ok"), bool):
            if answer.status_code == 429:
                raise Told(429, "", _seconds(answer, {}))
            raise Garbled(f"HTTP {answer.status_code} without an answer of the Bot API")
        if not body["ok"]:
            code = _int(body.get("error_code")) or answer.status_code
            raise Told(code, str(body.get("description") or ""), _seconds(answer, body))
        return body.get("result")


def send_error(error: Exception) -> SendError:
    """What an error means for the message on its way."""
    said = told(error)
    match error:
        case SendError():
            return error
        case Told(code=429):
            return TooFast(error.retry_after or 5.0, everywhere=True)
        case Told(code=400 | 404):
            words = error.description.lower()
            gone = any(one in words for one in _ABOUT_RECIPIENT) and any(one in words for one in _IS_GONE)
            if gone:
                return Gone(said)
            # A 404 that is not about a person is about the method or the token: for the operator to put right.
            return Refused(said) if error.code == 400 else Unreachable(said)
        case Told(code=413):
            return Refused(said)
        case Told(code=408 | 504):
            return Uncertain(said)  # the platform has given up waiting for itself
        case Told():
            # 401: the operator puts it right. 403: an error inside Zalo, which does not mean that anybody blocked us.
            return Unreachable(said)
        case _ if isinstance(error, _NOT_SENT):
            return Unreachable(said)
        case _:
            return Uncertain(said)


def told(error: BaseException) -> str:
    """An error in a line for the operator, without tokens; of errors that are not the API's, only the kind."""
    return str(error) if isinstance(error, Told | Garbled) else type(error).__name__


def _json(content: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _int(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _seconds(answer: httpx.Response, body: dict[str, Any]) -> float | None:
    parameters = body.get("parameters")
    said = parameters.get("retry_after") if isinstance(parameters, dict) else None
    seconds = _int(said) or _int(answer.headers.get("retry-after"))
    return float(seconds) if seconds > 0 else None
