"""Replies as rows: the JSON in which a message lies in the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from handlers.records.files import MadeFile, StoredFile
from handlers.reply import Choice, Reply


def pack(reply: Reply) -> dict[str, Any]:
    """A reply as JSON values; what is empty is left out."""
    payload: dict[str, Any] = {"text": reply.text}
    if reply.choices:
        payload["choices"] = [
            {name: value for name, value in asdict(choice).items() if value is not None} for choice in reply.choices
        ]
    if not reply.numbered:
        payload["numbered"] = False
    if reply.secret:
        payload["secret"] = reply.secret
    if reply.about:
        payload["about"] = reply.about
    if reply.files:
        payload["files"] = [
            {"stored" if isinstance(file, StoredFile) else "made": asdict(file)} for file in reply.files
        ]
    return payload


def unpack(payload: Mapping[str, Any]) -> Reply:
    """The reply that ``pack`` wrote."""
    return Reply(
        text=payload["text"],
        choices=tuple(Choice(**choice) for choice in payload.get("choices", ())),
        files=tuple(
            StoredFile(**file["stored"]) if "stored" in file else MadeFile(**file["made"])
            for file in payload.get("files", ())
        ),
        numbered=payload.get("numbered", True),
        secret=payload.get("secret"),
        about=payload.get("about"),
    )


def without_secret(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The same message with its secret blotted out."""
    kept = dict(payload)
    secret = kept.pop("secret", None)
    return {**kept, "text": kept["text"].replace(secret, "•" * 8)} if secret else kept
