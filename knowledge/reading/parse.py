"""Reading a document: text in, everything that it says as data out. Pure, and total: no text makes it fail."""

from __future__ import annotations

from knowledge.document import Document
from knowledge.fold import nfc
from knowledge.reading.cited.citations import find_mentions, read_citations
from knowledge.reading.cited.contradictions import read_contradictions
from knowledge.reading.cited.references import read_references
from knowledge.reading.due.deadlines import read_deadlines
from knowledge.reading.due.duties import read_duties
from knowledge.reading.head.header import read_header
from knowledge.reading.head.presented import as_presented, is_news
from knowledge.reading.head.zones import zone_lines
from knowledge.reading.page.layout import read_lines
from knowledge.reading.sections import read_blocks, read_passages, text_flow


def parse(text: str) -> Document:
    """What a document says. ``Document.text`` is the given text in NFC, not a character lost or added."""
    original = nfc(text)
    zoned = zone_lines(read_lines(original))
    blocks = read_blocks(zoned)
    flow = text_flow(original, blocks)
    header = read_header(original, zoned)
    # A page about a document cites it; the document itself does not.
    reports = header.type is not None and is_news(header.type.value)
    own_number = header.number.value if header.number and not reports else None
    mentions = find_mentions(flow.text)
    citations = read_citations(original, flow, mentions, own_number)
    if reports:
        citations = [as_presented(c, header) for c in citations]
    passages = read_passages(original, blocks)
    return Document(
        text=original,
        header=header,
        passages=tuple(passages),
        citations=tuple(citations),
        references=tuple(read_references(original, flow, mentions, header)),
        deadlines=tuple(read_deadlines(original, flow, mentions, passages, header)),
        duties=tuple(read_duties(passages, header, original)),
        contradictions=tuple(read_contradictions(original, flow, header, citations)),
    )
