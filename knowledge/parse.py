"""Reading a document: text in, everything that it says as data out. Pure, and total: no text makes it fail."""

from __future__ import annotations

from knowledge.document import Document
from knowledge.fold import nfc
from knowledge.header import read_header
from knowledge.layout import read_lines
from knowledge.sections import read_blocks, read_passages
from knowledge.zones import zone_lines


def parse(text: str) -> Document:
    """What a document says. ``Document.text`` is the given text in NFC, not a character lost or added."""
    original = nfc(text)
    zoned = zone_lines(read_lines(original))
    blocks = read_blocks(zoned)
    return Document(
        text=original,
        header=read_header(original, zoned),
        passages=tuple(read_passages(original, blocks)),
    )
