"""Files that people attach: which are taken, and what is said of one that is not."""

from __future__ import annotations

from typing import Final

from handlers.records.files import ReceivedFile, StoredFile
from handlers.texts import say

_TAKEN: Final = (
    "image/",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.",
    "application/x-ole-storage",
    "text/plain",
)
"""Types by content that colleagues can open and that run nothing by themselves."""


def attached(file: ReceivedFile) -> StoredFile | None:
    """The file, if it can be passed on to others; it need not be readable as a document."""
    stored = file.stored
    return stored if stored is not None and stored.media_type.startswith(_TAKEN) else None


def refusal(file: ReceivedFile) -> str:
    """What is said of a file that ``attached`` does not take."""
    reason = {"empty": "empty", "too-big": "too_big", "unavailable": "unavailable"}.get(file.problem or "", "refused")
    return say(f"files.{reason}", name=file.name)
