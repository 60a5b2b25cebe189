"""The words of a PDF page in reading order, also where two columns stand side by side, and its ruled tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class _Cell:
    """Words that stand together on one line of a page."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class _Line:
    """One printed line of a page."""

    top: float
    height: float
    cells: tuple[_Cell, ...]


def page_text(page: Any) -> str:
    """A page's lines, top to bottom; where two columns stand side by side, each cell is set apart by a tab.

    The rows of a ruled table with three columns or more are one line each, its cells held apart by pipes.
    """
    words = page.extract_words(x_tolerance=1.5, y_tolerance=2.5, keep_blank_chars=False)
    tables = [table for table in _ruled(page) if table[2]]
    words = [word for word in words if not any(_inside(word, table) for table in tables)]
    middle = float(page.width) / 2
    out: list[str] = []
    above = 0.0
    for top, bottom, rows in [*tables, (float("inf"), float("inf"), ())]:
        stretch = [word for word in words if above <= float(word["top"]) < top]
        out += _columns_apart(_lines(stretch), middle)
        if rows:
            out += ["", *rows, ""]
        above = bottom
    return "\n".join(out)


def _ruled(page: Any) -> list[tuple[float, float, tuple[str, ...]]]:
    """Tables drawn with lines: where they stand, and their rows; none for a table that only sets columns apart."""
    if len(page.edges) < 8:
        return []
    found = []
    for table in page.find_tables():
        rows = [[" ".join((cell or "").split()) for cell in row] for row in table.extract()]
        width = max((sum(bool(cell) for cell in row) for row in rows), default=0)
        if len(rows) > 1 and width > 2:
            printed = tuple(" | ".join(row) for row in rows if any(row))
            found.append((float(table.bbox[1]), float(table.bbox[3]), printed))
    return sorted(found)


def _inside(word: dict[str, Any], table: tuple[float, float, tuple[str, ...]]) -> bool:
    return table[0] <= (float(word["top"]) + float(word["bottom"])) / 2 <= table[1]


def _lines(words: Sequence[dict[str, Any]]) -> list[_Line]:
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda w: (round(float(w["top"]), 1), float(w["x0"]))):
        if rows and abs(float(word["top"]) - float(rows[-1][0]["top"])) < 4:
            rows[-1].append(word)
        else:
            rows.append([word])
    lines = []
    for row in rows:
        row.sort(key=lambda w: float(w["x0"]))
        cells: list[list[dict[str, Any]]] = [[row[0]]]
        for word in row[1:]:
            if float(word["x0"]) - float(cells[-1][-1]["x1"]) > 18:
                cells.append([word])
            else:
                cells[-1].append(word)
        made = tuple(
            _Cell(" ".join(str(w["text"]) for w in cell), float(cell[0]["x0"]), float(cell[-1]["x1"])) for cell in cells
        )
        lines.append(_Line(float(row[0]["top"]), float(row[0]["bottom"]) - float(row[0]["top"]), made))
    return lines


def _columns_apart(lines: Sequence[_Line], middle: float) -> Iterator[str]:
    """Lines in reading order: a stretch with two columns is read left column first, then right."""
    at = 0
    previous: _Line | None = None
    while at < len(lines):
        end = at
        while end < len(lines) and _in_columns(lines, end, middle, started=end > at):
            end += 1
        stretch = lines[at:end]
        if sum(len(line.cells) == 2 for line in stretch) >= 1:
            left = [c.text for line in stretch for c in line.cells if c.left < middle and c.right < middle + 40]
            right = [c.text for line in stretch for c in line.cells if not (c.left < middle and c.right < middle + 40)]
            yield from ["", *left, "", *right, ""]
            previous, at = stretch[-1], end
            continue
        line = lines[at]
        if previous and line.top - previous.top > 1.9 * max(line.height, 1):
            yield ""
        yield "\t".join(c.text for c in line.cells)
        previous, at = line, at + 1


def _in_columns(lines: Sequence[_Line], at: int, middle: float, *, started: bool) -> bool:
    """Whether a line belongs to two columns: two cells about the middle, or one cell on one side near such lines."""
    line = lines[at]
    if len(line.cells) == 2:
        return line.cells[0].right < middle + 40 and line.cells[1].left > middle - 60
    if len(line.cells) != 1:
        return False
    cell = line.cells[0]
    one_side = cell.right < middle + 10 or cell.left > middle - 30
    narrow = cell.right - cell.left < middle
    if not (one_side and narrow):
        return False
    near = range(at + 1, min(at + 4, len(lines)))
    follows = any(len(lines[i].cells) == 2 and _in_columns(lines, i, middle, started=True) for i in near)
    # A last line of a column goes on at the same pace; what stands apart below on the left is the body again.
    close = line.top - lines[at - 1].top < 1.6 * max(line.height, 1) if at else False
    return follows or (started and (close or cell.left > middle - 30))
