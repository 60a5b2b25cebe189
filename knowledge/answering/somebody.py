"""Who somebody is: told of those alone who sign a stored document, by their signature."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from knowledge.answer import Answer
from knowledge.answering import header
from knowledge.answering.context import Context
from knowledge.search.wording import flat

_ASKING: Final = frozenset(
    flat(
        "ông bà đồng chí anh chị cô thầy là ai người nào gì giữ làm chức vụ danh hiện nay đang ở đâu đơn vị cơ quan tên"
        " ký đã những các văn bản"
    ).split()
)
"""Words of asking who somebody is, and what he signed."""

_LONGEST_NAME: Final = 5
"""Words."""


def signatory(context: Context) -> Answer | None:
    """The newest signature of whom the question names and asks nothing else about; ``None``: he signs nothing here."""
    words = set(context.asked.flat.split())
    if not 1 <= len(words - _ASKING) <= _LONGEST_NAME:
        return None
    texts = [f" {context.asked.flat} ", f" {flat(context.asked.typed)} "]
    found = []
    for held in context.library.held.values():
        name = flat(held.document.header.signer.value) if held.document.header.signer else ""
        if " " in name and any(f" {name} " in text for text in texts) and words <= {*name.split()} | _ASKING:
            found.append(context.known_of(held))
    if not found:
        return None
    first, *others = sorted(found, key=lambda known: known.date or dt.date.min, reverse=True)
    told = header.signed(context, "signer", first, 1.0)
    return replace(told, facts=told.facts | {"others": "; ".join(known.name for known in others)}) if others else told
