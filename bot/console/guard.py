"""Keeping other web pages and other machines away from the console, which asks nobody for a password."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handlers.texts import say

_NAMES = {"127.0.0.1", "localhost", "[::1]"}
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


def require_loopback(host: str) -> None:
    """Raise ValueError unless ``host`` is this machine only: whoever reaches the console can be anybody in it."""
    try:
        fine = host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        fine = False
    if not fine:
        raise ValueError(say("operator.not_loopback", host=host))


class Guard:
    """ASGI middleware that refuses foreign hosts and origins and sets what browsers need to protect the page.

    The Host header is checked because a foreign name can be made to point at 127.0.0.1 (DNS rebinding); Origin and
    Sec-Fetch-Site because any page may post to 127.0.0.1.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on and add headers to what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        if not _own_host(headers.get("host", "")):
            await JSONResponse({"error": "host"}, 421)(scope, receive, send_guarded)
        elif scope["method"] not in {"GET", "HEAD"} and not _own_page(headers):
            await JSONResponse({"error": "origin"}, 403)(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)


def _own_host(host: str) -> bool:
    name, colon, port = host.rpartition(":")
    return host in _NAMES or bool(colon and name in _NAMES and port.isdecimal())


def _own_page(headers: Headers) -> bool:
    """A browser says where a post comes from; without a browser there is nobody whose rights could be abused."""
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{headers['host']}":
        return False
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"
