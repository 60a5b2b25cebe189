"""The console's pages and addresses. What it shows it reads from the store; what is typed goes to the channel."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.cabinet import Cabinet, media_type, safe_name
from bot.channels.base import NewUpdate
from bot.channels.console import ConsoleChannel
from bot.clock import VIETNAM, Clock
from bot.console.guard import Guard
from bot.console.shown import PICTURES, in_zalo, shown
from bot.outbox import FindFile
from bot.payload import unpack
from bot.storage import Store
from bot.storage.history import Correspondent, Entry

_STATIC = Path(__file__).parent / "static"
_UPLOAD = 25 * 1024 * 1024
_JSON = 256 * 1024
_FARTHEST = dt.timedelta(days=3660)

Address = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Key = Annotated[int, Field(ge=0, lt=2**63)]


class _Post(BaseModel):
    """Something sent by the page: words, or a press on a button [message, choice], as one of the people."""

    address: Address = Field(alias="as")
    id: UUID
    text: str = ""
    press: tuple[Key, Key] | None = None


class _Move(BaseModel):
    """Where the clock is to go: so many hours on, or to a moment (Vietnamese time unless it says otherwise)."""

    hours: float | None = Field(None, gt=0)
    to: dt.datetime | None = None


def console_app(
    store: Store, channel: ConsoleChannel, clock: Clock, cabinet: Cabinet, find_file: FindFile
) -> Starlette:
    """The console as an ASGI application. Serve it on loopback only (``require_loopback``).

    Open pages hold a stream each: close the channel before the server is asked to stop.
    """
    console = _Console(store, channel, clock, cabinet, find_file)
    clock.on_move(lambda: channel.tell(None))
    return Starlette(
        routes=[
            Route("/", console.page),
            Route("/api/people", console.people),
            Route("/api/messages", console.messages),
            Route("/api/events", console.events),
            Route("/api/send", console.send, methods=["POST"], max_body_size=_JSON),
            Route("/api/upload", console.upload, methods=["POST"], max_body_size=_UPLOAD),
            Route("/api/clock", console.move, methods=["POST"], max_body_size=_JSON),
            Route("/files/{message}/{number:int}", console.file),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[Middleware(Guard)],
        exception_handlers={HTTPException: _problem, ValidationError: _invalid},
    )


class _Console:
    """What the addresses answer."""

    def __init__(
        self, store: Store, channel: ConsoleChannel, clock: Clock, cabinet: Cabinet, find_file: FindFile
    ) -> None:
        self._store = store
        self._channel = channel
        self._clock = clock
        self._cabinet = cabinet
        self._find_file = find_file

    async def page(self, request: Request) -> Response:
        return FileResponse(_STATIC / "index.html")

    async def people(self, request: Request) -> Response:
        """Everybody with an account here, and one stranger who has not written yet."""
        known = await self._store.read(lambda tx: tx.correspondents(self._channel.name))
        taken = {one.address for one in known}
        fresh = next(name for number in range(1, len(known) + 2) if (name := f"stranger-{number}") not in taken)
        everybody = [*known, Correspondent(fresh, None, None, None, 0)]
        return JSONResponse({"people": [asdict(one) for one in everybody], "now": self._now()})

    async def messages(self, request: Request) -> Response:
        """The chat of an address; with ``view=zalo`` in the words in which Zalo would carry it."""
        address = request.query_params.get("as", "")
        entries = await self._store.read(lambda tx: tx.chat(self._channel.name, address))
        if request.query_params.get("view") == "zalo":
            base, who = str(request.base_url).rstrip("/"), quote(address)
            found = [one for entry in entries for one in in_zalo(entry, lambda path: f"{base}{path}?as={who}")]
        else:
            found = [shown(entry) for entry in entries]
        return JSONResponse({"messages": found, "now": self._now()})

    async def events(self, request: Request) -> Response:
        """A stream that says for whom there is something new (or nobody), and what time it is."""

        async def stream() -> AsyncIterator[str]:
            async for address in self._channel.watch():
                yield f"data: {json.dumps({'address': address, 'now': self._now()})}\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def send(self, request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise HTTPException(415, "json")
        post = _Post.model_validate_json(await request.body())
        payload: dict[str, Any] = {"text": post.text}
        if post.press is not None:
            payload = {"press": post.press, "label": await self._label(post.address, *post.press)}
        await self._channel.receive(NewUpdate(str(post.id), post.address, payload))
        return JSONResponse({"status": "kept"})

    async def _label(self, address: str, message: int, number: int) -> str:
        entry = await self._store.read(lambda tx: tx.entry(self._channel.name, address, message, incoming=False))
        choices = unpack(entry.payload).choices if entry else ()
        if not 0 <= number < len(choices):
            raise HTTPException(404, "button")
        return choices[number].label

    async def upload(self, request: Request) -> Response:
        """A message with files: their bytes are in place before the message is written down."""
        async with request.form(max_files=20, max_fields=10) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            post = _Post.model_validate(fields)
            uploads = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
            files = [await self._keep(one) for one in uploads]
        if not files:
            raise HTTPException(400, "no-file")
        payload = {"text": post.text, "files": files}
        await self._channel.receive(NewUpdate(str(post.id), post.address, payload, has_files=True))
        return JSONResponse({"status": "kept"})

    async def _keep(self, upload: UploadFile) -> dict[str, Any]:
        data = await upload.read()
        sha256 = await asyncio.to_thread(self._cabinet.put, data)
        name = safe_name(upload.filename or "")
        return {"name": name, "sha256": sha256, "size": len(data), "media_type": media_type(data)}

    async def file(self, request: Request) -> Response:
        """A file of a message, to the one to whom the message was shown."""
        address, number = request.query_params.get("as", ""), request.path_params["number"]
        direction, _, key = request.path_params["message"].partition("-")
        if direction not in {"in", "out"} or not (key.isascii() and key.isdecimal() and len(key) < 19):
            raise HTTPException(404, "file")
        entry = await self._store.read(
            lambda tx: tx.entry(self._channel.name, address, int(key), incoming=direction == "in")
        )
        name, kind, path = await self._content(entry, number)
        if not path.is_file():
            raise HTTPException(404, "file")
        picture = kind in PICTURES and "show" in request.query_params
        return FileResponse(
            path,
            media_type=kind,
            filename=name,
            content_disposition_type="inline" if picture else "attachment",
            headers={"content-security-policy": "sandbox; default-src 'none'"},
        )

    async def _content(self, entry: Entry | None, number: int) -> tuple[str, str, Path]:
        try:
            if entry is not None and entry.incoming:
                known = entry.payload["files"][number]
                return known["name"], known["media_type"], self._cabinet.path(known["sha256"])
            if entry is not None:
                return await self._find_file(unpack(entry.payload).files[number])
        except (KeyError, IndexError):
            pass
        raise HTTPException(404, "file")

    async def move(self, request: Request) -> Response:
        """Move the clock forward."""
        wanted = _Move.model_validate_json(await request.body())
        now = self._clock.now()
        by = dt.timedelta(0)
        if wanted.to is not None:
            by = (wanted.to if wanted.to.tzinfo else wanted.to.replace(tzinfo=VIETNAM)) - now
        elif wanted.hours is not None:
            by = min(dt.timedelta(hours=min(wanted.hours, 1e6)), _FARTHEST + dt.timedelta(1))
        if by <= dt.timedelta(0):
            raise HTTPException(400, "clock-back")
        if by > _FARTHEST:
            raise HTTPException(400, "clock-far")
        self._clock.move(by)
        return JSONResponse({"now": self._now()})

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="seconds")


async def _problem(request: Request, error: Exception) -> Response:
    """A refusal with a short reason, for which the page has the words."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "invalid"}, 422)
