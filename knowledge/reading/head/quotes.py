"""Fields of a header, each with the stretch of the original that it was read from."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.document import Field
from knowledge.reading.page.flow import Flow
from knowledge.reading.page.glued import parted
from knowledge.reading.page.layout import Line


class Quotes:
    """Makes fields whose quote is a stretch of the original."""

    def __init__(self, original: str) -> None:
        self.original = original

    def field(self, value: str, start: int, end: int) -> Field:
        """A field that is quoted from these offsets."""
        return Field(value, self.original[start:end], start)

    def of_lines(self, value: str, lines: Sequence[Line]) -> Field:
        """A field that is quoted from some lines, without the asterisks around them."""
        start, end = lines[0].start, lines[-1].end
        while start < end and self.original[start] == "*":
            start += 1
        while end > start and self.original[end - 1] == "*":
            end -= 1
        return self.field(value, start, end)

    def printed(self, lines: Sequence[Line]) -> str:
        """The words of some lines on one line, quotation marks and dashes as printed, words run together parted."""
        words = " ".join(self.original[x.start : x.end].replace("*", "") for x in lines).split()
        return " ".join(part for word in words for part in parted(word))

    def flow(self, lines: Sequence[Line]) -> Flow:
        """Some lines as one text that knows where it came from."""
        pieces: list[tuple[int, str]] = []
        for line in lines:
            pieces += [(line.start, self.original[line.start : line.end]), (line.end, "\n")]
        return Flow(pieces)

    def of_flow(self, flow: Flow, value: str, start: int, end: int) -> Field:
        """A field that is quoted from a stretch of such a text."""
        return self.field(value, *flow.span(start, end))
