"""Fetching a photo from the address that an update names, and from nowhere that we would not want to be sent to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import httpx

from bot.cabinet import media_type
from bot.channels.base import FileProblem, Unreachable

_HOPS = 4
"""Addresses that are followed, the first one included."""
_PATIENCE = httpx.Timeout(60, connect=10, pool=30)


async def fetch_photo(http: httpx.AsyncClient, url: str, limit: int, *, home: str) -> bytes:
    """The bytes of a photo of at most ``limit`` bytes.

    Only https, and only machines that the whole internet can see: an update must not make us ask our own network. The
    host is looked up once and that address is connected to. ``home``, the address of the API itself, may be anywhere:
    the operator has set it. Raises FileProblem (final) or Unreachable (try again).
    """
    for _ in range(_HOPS):
        request = await _request(http, url, home)
        try:
            answer = await http.send(request, stream=True)
            try:
                if not answer.has_redirect_location:
                    return await _taken(answer, limit)
                url = str(httpx.URL(url).join(answer.headers["location"]))
            finally:
                await answer.aclose()
        except (httpx.HTTPError, RuntimeError) as error:
            raise Unreachable(type(error).__name__) from error
        except httpx.InvalidURL:
            raise FileProblem("unavailable") from None
    raise FileProblem("unavailable")


async def _request(http: httpx.AsyncClient, url: str, home: str) -> httpx.Request:
    try:
        target, own = httpx.URL(url), httpx.URL(home)
        if not target.host:
            raise FileProblem("unavailable")
        if (target.scheme, target.host, target.port) == (own.scheme, own.host, own.port):
            return http.build_request("GET", target, timeout=_PATIENCE)
        if target.scheme != "https" or target.userinfo:
            raise FileProblem("unavailable")
        address = await _public_address(target.host, target.port or 443)
        return http.build_request(
            "GET",
            target.copy_with(host=address),
            headers={"host": target.netloc.decode("ascii")},
            extensions={"sni_hostname": target.raw_host.decode("ascii")},
            timeout=_PATIENCE,
        )
    except (httpx.InvalidURL, TypeError, ValueError):
        raise FileProblem("unavailable") from None


async def _public_address(host: str, port: int) -> str:
    """Where the host is. Raises FileProblem where any of its addresses is a private one."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unreachable(type(error).__name__) from error
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(_is_public(one) for one in addresses):
        raise FileProblem("unavailable")
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (mapped is None or mapped.is_global)


async def _taken(answer: httpx.Response, limit: int) -> bytes:
    if answer.status_code in (408, 425, 429) or answer.status_code >= 500:
        raise Unreachable(f"HTTP {answer.status_code}")
    if answer.status_code != 200:
        raise FileProblem("unavailable")  # the address is no longer good
    data = bytearray()
    async for chunk in answer.aiter_bytes():
        data += chunk
        if len(data) > limit:
            raise FileProblem("too-big")
    if data and not media_type(bytes(data)).startswith("image/"):
        raise FileProblem("unsupported")
    return bytes(data)
