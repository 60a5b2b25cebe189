"""Answers to how a phrase goes on: "câu 'trọng dân, gần dân' nói đủ là gì"."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from knowledge.answer import Answer
from knowledge.answering.context import Context
from knowledge.answering.quoting import sentences
from knowledge.answering.sources import from_document, naming, status_of
from knowledge.fold import fold
from knowledge.mentions import TYPES
from knowledge.search.ranking import ranked
from knowledge.search.wording import flat

_QUOTED: Final = re.compile(r"[“\"‘«]([^”\"’»]{4,})[”\"’»]")
_AFTER: Final = re.compile(r"\b(?:bat dau|mo dau) (?:bang|la)(?: chu)? (.+)$|\bco (?:chu|cum tu|cum|cau) (.+)$")
_BEFORE: Final = re.compile(
    r"^(?:(?:cau|phuong cham|khau hieu|cum tu|doan|chu) )?(.+?) "
    r"(?:(?:noi|viet|ghi|doc|trich) (?:ra |cho )?(?:day du|du|tron|nguyen)|la mo dau|nguyen (?:cau|van)"
    r"|(?:ten |cau )?(?:day du|du) (?:la|gom|co|may|the nao|nhu the nao|ra sao)"
    r"|con (?:gi|nhung gi|chu gi|ve gi) nua|gom (?:co |nhung |cac )*gi)\b"
)
_ONE_WORD: Final = re.compile(
    r"^(?:(?:chu|tu|cum tu) )?[^\W\d_]+ (?:viet|noi|ghi|doc) (?:ra |cho )?(?:day )?(?:du|tron)\b"
)
_WITHIN: Final = re.compile(r" (?:trong|o|theo|cua) (?:van ban|tai lieu|" + "|".join(TYPES) + r")\b.*$")
"""Where the phrase is to be looked for; it is no part of it."""
_LEAST: Final = 3
"""Words that a phrase must have: two stand together anywhere."""
_ROWS: Final = 40


def phrase(context: Context, intent: str) -> Answer | None:
    """The sentence that holds the phrase; a refusal where no text has it, ``None`` where no phrase is told."""
    asked = _phrase(context)
    if asked is None or len(asked.split()) < _LEAST or _ONE_WORD.search(fold(context.asked.typed)):
        return None  # an abbreviation is no phrase, however many words it stands for
    library, asked_typed = context.library, context.asked.typed
    rows = [row for key in sorted(context.scope or ()) for row in library.rows_of(key)]
    within = np.array(sorted(rows), np.int64) if rows else None
    for place, _ in ranked(library.passages, asked.split(), within=within, limit=_ROWS):
        row = library.passage_rows[place]
        text = row.held.document.text
        for begin, end in sentences(text, row.passage.start, row.passage.end):
            if f" {asked} " not in f" {flat(text[begin:end])} ":
                continue
            source = from_document(row.held, begin, end)
            known = context.known_of(row.held)
            facts = naming(known) | {"path": source.path or ""}
            return Answer("answer", "other", facts, (source,), *status_of(known), score=1.0)
    # Words between quotation marks are meant as they are; others may only be near to what the text has.
    return Answer("refusal", "other", {}, reason="out-of-scope", score=1.0) if _QUOTED.search(asked_typed) else None


def _phrase(context: Context) -> str | None:
    """The words that are asked about, folded: those between quotation marks, else those beside the words of asking."""
    if match := _QUOTED.search(context.asked.typed):
        return flat(match[1])
    text = context.asked.flat
    if match := _AFTER.search(text):
        text = match[1] or match[2]
        return match[1] if (match := _BEFORE.search(text)) else text
    match = _BEFORE.search(text)
    return _WITHIN.sub("", match[1]) if match else None
