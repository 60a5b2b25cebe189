"""The words of a PDF page in reading order, also where two columns stand side by side."""

from __future__ import annotations

from collections.abc import Iterator


def page_text(page: object) -> str:
    """A page's lines, top to bottom; where two columns stand side by side, each cell is set apart by a tab."""
    words = page.extract_words(x_tolerance=1.5, y_tolerance=2.5, keep_blank_chars=False)  # type: ignore[attr-defined]
    rows: list[list[dict[str, float | str]]] = []
    for word in sorted(words, key=lambda w: (round(float(w["top"]), 1), float(w["x0"]))):
        if rows and abs(float(word["top"]) - float(rows[-1][0]["top"])) < 4:
            rows[-1].append(word)
        else:
            rows.append([word])
    middle = float(page.width) / 2  # type: ignore[attr-defined]
    lines: list[_PdfLine] = []
    for row in rows:
        row.sort(key=lambda w: float(w["x0"]))
        cells: list[list[dict[str, float | str]]] = [[row[0]]]
        for word in row[1:]:
            gap = float(word["x0"]) - float(cells[-1][-1]["x1"])
            if gap > 18:
                cells.append([word])
            else:
                cells[-1].append(word)
        height = float(row[0]["bottom"]) - float(row[0]["top"])
        lines.append(_PdfLine(float(row[0]["top"]), height, tuple(_PdfCell(c) for c in cells)))
    return "\n".join(_columns_apart(lines, middle))


class _PdfCell:
    """Words that stand together on one line of a page."""

    def __init__(self, words: list[dict[str, float | str]]) -> None:
        self.text = " ".join(str(w["text"]) for w in words)
        self.left, self.right = float(words[0]["x0"]), float(words[-1]["x1"])


class _PdfLine:
    """One printed line of a page."""

    def __init__(self, top: float, height: float, cells: tuple[_PdfCell, ...]) -> None:
        self.top, self.height, self.cells = top, height, cells


def _columns_apart(lines: list[_PdfLine], middle: float) -> Iterator[str]:
    """Lines in reading order: a stretch with two columns is read left column first, then right."""
    at = 0
    previous: _PdfLine | None = None
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


def _in_columns(lines: list[_PdfLine], at: int, middle: float, *, started: bool) -> bool:
    """Whether a line belongs to two columns: two cells about the middle, or one cell on one side between such lines."""
    line = lines[at]
    if len(line.cells) == 2:
        return line.cells[0].right < middle + 40 and line.cells[1].left > middle - 60
    if len(line.cells) != 1:
        return False
    cell = line.cells[0]
    one_side = cell.right < middle + 10 or cell.left > middle - 30
    narrow = cell.right - cell.left < middle
    near = range(at + 1, min(at + 4, len(lines)))
    follows = any(len(lines[i].cells) == 2 and _in_columns(lines, i, middle, started=True) for i in near)
    return one_side and narrow and (started or follows) and (follows or started)
