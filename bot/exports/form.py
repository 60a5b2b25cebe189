"""The file of a form, to be changed and sent back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.storage import Store
from knowledge.forms.catalogue import shipped_text, with_version


async def form_file(parameters: Mapping[str, Any], store: Store) -> bytes:
    """The form file of one version, as it was published."""
    name, version = parameters["name"], parameters["version"]
    text = await store.read(lambda tx: tx.form_text(name, version))
    return with_version(text or shipped_text(name), version).encode()
