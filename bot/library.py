"""The library in step with the store: loaded at start, and whenever a document was added, by whichever worker."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.storage import Store, Transaction
from handlers.asking.answers import named
from handlers.records.documents import AddDocument, adding
from handlers.texts import say
from knowledge.library import Library
from knowledge.reading.files import UnreadableFile, read_text
from knowledge.reading.parse import parse


async def load_library(store: Store) -> Library:
    """A library of everything that is stored, over the register."""
    library = Library()
    await store.read(lambda tx: catch_up(tx, library))
    return library


async def refresh_library(store: Store, library: Library) -> None:
    """Take in the documents that are new in the store, at a moment when no turn reads the library."""
    if await store.read(lambda tx: tx.latest_document()) > max(library.held, default=0):
        await store.write(lambda tx: catch_up(tx, library))


def catch_up(tx: Transaction, library: Library) -> None:
    """Bring a library in step with the store; nearly always there is nothing to do.

    A unit of work like any other, because turns read the library within units of work: never at the same time.
    """
    known = max(library.held, default=0)
    if tx.latest_document() > known:
        for key, name, text in tx.document_texts(known):
            library.add(key, name, parse(text))


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of files: a line to show for each, and how many could not be read."""

    lines: tuple[str, ...]
    refused: int


async def ingest(store: Store, paths: Sequence[Path], now: dt.datetime, progress: Callable[[], None]) -> Ingested:
    """Read files into the store, one after the other; ``progress`` is called after each."""
    lines: list[str] = []
    refused = 0
    for path in paths:
        effect = await asyncio.to_thread(_read, path)
        if isinstance(effect, AddDocument):
            lines.append(await _keep(store, effect, now))
        else:
            lines.append(effect)
            refused += 1
        progress()
    return Ingested(tuple(lines), refused)


def _read(path: Path) -> AddDocument | str:
    """The effect that keeps a file's document, or the line that says why it can't be."""
    try:
        return adding(parse(read_text(path.read_bytes(), path.name)), path.name)
    except UnreadableFile as problem:
        reason = say(f"documents.problem_{problem.reason}".replace("-", "_"))
        return say("documents.unreadable", name=path.name, problem=reason)


async def _keep(store: Store, effect: AddDocument, now: dt.datetime) -> str:
    _, new = await store.write(lambda tx: tx.add_document(effect, None, now))
    if not new:
        return say("documents.taken_before", file=effect.name)
    date = effect.date.isoformat() if effect.date else None
    name = named(effect.type, effect.number, date, effect.issuer, effect.title)
    return say("documents.taken_in", file=effect.name, name=name if effect.type or effect.number else None)
