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
    return file.stored if file.stored is not None and taken(file.stored.media_type) else None


def taken(media_type: str) -> bool:
    """Whether files of this type, by content, are passed on."""
    return media_type.startswith(_TAKEN)


def refusal(file: ReceivedFile) -> str:
    """What is said of a file that ``attached`` does not take."""
    reason = file.problem if file.problem in {"empty", "too-big", "unavailable", "heic"} else "refused"
    return say(f"files.{reason}".replace("-", "_"), name=file.name)
