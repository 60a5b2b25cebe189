"""The visible words of a web page or of a word processor's export, a line for each block, a row for each table row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    ["p", "div", "br", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "ul", "ol", "hr",
     "td", "th", "pre", "dt", "dd", "blockquote"]
)  # fmt: skip
_APART: Final = frozenset({"p", "table", "h1", "h2", "h3"})
_HIDDEN: Final = frozenset({"script", "style", "noscript", "template", "svg", "select", "iframe", "title", "nav"})
_DEEPEST: Final = 20
"""Tables inside tables beyond this are read as running text."""


@dataclass(slots=True)
class _Table:
    around: list[str]
    """Where the words outside its cells go."""
    rows: list[list[list[str]]] = field(default_factory=lambda: [[]])


class _Html(HTMLParser):
    """Collects the visible words; the rows of a table are kept until its end shows what kind of table it is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []
        self._tables: list[_Table] = []
        self._printed_as_typed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _BLOCKS:
            if self._tables and tag in {"tr", "td", "th"}:
                self.parts = self._tables[-1].around
            self.parts.append("\n\n" if tag in _APART else "\n")
            self._printed_as_typed += tag == "pre"
            if tag == "li":
                self.parts.append("- ")
            elif tag == "table" and len(self._tables) < _DEEPEST:
                self._tables.append(_Table(self.parts))
            elif tag == "tr" and self._tables:
                self._tables[-1].rows.append([])
            elif tag in {"td", "th"} and self._tables:
                self.parts = []
                self._tables[-1].rows[-1].append(self.parts)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag in _BLOCKS:
            if self._tables and tag in {"tr", "td", "th"}:
                self.parts = self._tables[-1].around
            self.parts.append("\n")
            self._printed_as_typed = max(self._printed_as_typed - (tag == "pre"), 0)
            if tag == "table" and self._tables:
                self._end_table()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            # A line break in the source of a page is no line break of the document.
            self.parts.append(data if self._printed_as_typed else re.sub(r"\s+", " ", data))

    def close(self) -> None:
        super().close()
        while self._tables:
            self._end_table()

    def _end_table(self) -> None:
        table = self._tables.pop()
        rows = [["".join(cell) for cell in row] for row in table.rows]
        self.parts = table.around
        # Three columns are data; two hold a heading or a signature, and are read cell by cell.
        data = max(len(row) for row in rows) > 2
        for row in rows:
            if data:
                self.parts.append(" | ".join(" ".join(cell.split()) for cell in row) + "\n")
            else:
                self.parts += [f"{cell}\n" for cell in row]


def visible_text(page: str) -> str:
    """The words of an HTML page that a reader sees."""
    parser = _Html()
    parser.feed(page)
    parser.close()
    lines = [line.strip() for line in "".join(parser.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
