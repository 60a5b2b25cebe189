"""Finding the bytes of a file that goes out: they lie in the cabinet, or are made now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.cabinet import Cabinet, media_type
from bot.outbox import FindFile
from bot.storage import Store
from handlers.records.files import MadeFile, StoredFile
from knowledge.forms.form import Form


def file_finder(store: Store, cabinet: Cabinet, forms: Mapping[str, Form]) -> FindFile:
    """A function that gives a file's name, media type and path, making it first where it is to be made."""

    async def find(file: StoredFile | MadeFile) -> tuple[str, str, Path]:
        if isinstance(file, StoredFile):
            return file.name, file.media_type, cabinet.path(file.sha256)
        from bot.exports.build import build  # spreadsheet writers are heavy: only when one is asked for

        data = await build(file, store, forms, lambda sha256: cabinet.path(sha256).read_bytes())
        digest = cabinet.put(data)
        if file.kind == "own-data":  # to be erased with the person
            await store.write(lambda tx: tx.made_for(file.parameters["person"], digest))
        return file.name, media_type(data), cabinet.path(digest)

    return find
