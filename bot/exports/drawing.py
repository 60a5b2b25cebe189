"""Drawing a chart as a PNG for a phone. Runs as a process of its own (see ``child``): what draws needs much memory.

The picture is 1080 pixels wide. A phone shows it at a third of that, so no letter is smaller than 32 pixels.
"""

from __future__ import annotations

import io
import json
import textwrap
from typing import Any, Final

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from bot.exports.child import serve

_WIDTH: Final = 7.2
_DPI: Final = 150
_SIZE: Final = 16
"""Points of all letters but titles: 33 pixels."""
_ROW: Final = 0.42
"""Inches of a bar with its gap."""
_INK, _PALE = "#202124", "#5F6368"
_COLOURS: Final = {"good": "#1B6CA8", "late": "#E69F00", "bad": "#C0392B", "plain": "#1B6CA8", "pale": "#B8C4D0"}
_LETTERS: Final = 50
"""Letters of a line of text of the usual size."""


def draw(chart: dict[str, Any]) -> bytes:
    """The PNG of a chart: "title", "subtitle", "source", and "panels" from top to bottom."""
    plt.rcParams.update({"font.family": "DejaVu Sans", "font.size": _SIZE, "text.color": _INK, "axes.edgecolor": _PALE})
    title = textwrap.wrap(chart["title"], 34)
    subtitle = textwrap.wrap(chart["subtitle"], _LETTERS)
    source = textwrap.wrap(chart["source"], _LETTERS)
    heights = [_height(panel) for panel in chart["panels"]]
    head, foot = 0.36 * len(title) + 0.31 * len(subtitle) + 0.3, 0.29 * len(source) + 0.25
    total = head + sum(heights) + foot
    figure = plt.figure(figsize=(_WIDTH, total), dpi=_DPI, facecolor="white")
    top = 1 - 0.14 / total
    figure.text(0.03, top, "\n".join(title), fontsize=20, fontweight="bold", va="top", linespacing=1.25)
    figure.text(0.03, top - 0.38 * len(title) / total, "\n".join(subtitle), color=_PALE, va="top", linespacing=1.25)
    figure.text(0.03, 0.12 / total, "\n".join(source), color=_PALE, va="bottom", linespacing=1.2)
    bottom = total - head
    for panel, height in zip(chart["panels"], heights, strict=True):
        bottom -= height
        _PANELS[panel["kind"]](figure, panel, bottom / total, height / total, total)
    made = io.BytesIO()
    figure.savefig(made, format="png")
    return made.getvalue()


def _height(panel: dict[str, Any]) -> float:
    title = 0.5 if panel.get("title") else 0.15
    match panel["kind"]:
        case "stack":
            return title + 0.75 + 0.36 * len(panel["parts"])
        case "bars":
            return title + _ROW * max(1, len(panel["rows"])) + 0.1
        case _:
            return title + 4.6


def _axes(figure: Any, panel: dict[str, Any], bottom: float, height: float, total: float, left: float) -> Any:
    above = 0.5 if panel.get("title") else 0.15
    if panel.get("title"):
        place = bottom + height - 0.12 / total
        figure.text(0.03, place, panel["title"], fontsize=17, fontweight="bold", va="top")
    axes = figure.add_axes((left, bottom + 0.05 / total, 0.97 - left, height - (above + 0.05) / total))
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    return axes


def _stack(figure: Any, panel: dict[str, Any], bottom: float, height: float, total: float) -> None:
    """One bar in parts, each with its name and number below it."""
    axes = _axes(figure, panel, bottom, height, total, 0.03)
    whole = sum(value for _, value, _ in panel["parts"]) or 1
    left = 0.0
    lines = len(panel["parts"])
    for number, (name, value, colour) in enumerate(panel["parts"]):
        axes.barh(lines, value / whole, left=left, height=0.9, color=_COLOURS[colour])
        left += value / whole
        y = lines - 1 - number
        axes.barh(y, 0.035, height=0.6, color=_COLOURS[colour])
        axes.text(0.055, y, name, va="center")
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.6, lines + 0.6)
    axes.set_xticks([])
    axes.set_yticks([])


def _bars(figure: Any, panel: dict[str, Any], bottom: float, height: float, total: float) -> None:
    """A bar for each row: its name to the left, what it stands for at its end."""
    axes = _axes(figure, panel, bottom, height, total, 0.42)
    rows = panel["rows"]
    most = panel.get("most") or max([value for _, value, _, _ in rows if value is not None] or [0]) or 1
    for number, (name, value, text, colour) in enumerate(rows):
        y = len(rows) - 1 - number
        axes.text(-0.02 * most, y, textwrap.shorten(name, 22, placeholder="…"), ha="right", va="center")
        axes.barh(y, value or 0, height=0.66, color=_COLOURS[colour])
        axes.text((value or 0) + 0.02 * most, y, text, va="center", color=_INK if value is not None else _PALE)
    longest = max((len(text) for _, _, text, _ in rows), default=0)
    axes.set_xlim(0, most * (1 + 0.045 * longest))
    axes.set_ylim(-0.6, max(1, len(rows)) - 0.4)
    axes.set_xticks([])
    axes.set_yticks([])


def _columns(figure: Any, panel: dict[str, Any], bottom: float, height: float, total: float) -> None:
    """A column in parts for each period, with a text above it; the names of the parts over all."""
    axes = _axes(figure, panel, bottom + 0.45 / total, height - 0.45 / total, total, 0.04)
    labels, series = panel["labels"], panel["series"]
    feet = [0.0] * len(labels)
    for name, colour, values in series:
        axes.bar(range(len(labels)), values, bottom=feet, width=0.72, color=_COLOURS[colour], label=name)
        feet = [foot + value for foot, value in zip(feet, values, strict=True)]
    most = max(feet, default=0) or 1
    for at, (foot, text) in enumerate(zip(feet, panel["texts"], strict=True)):
        axes.text(at, foot + 0.02 * most, text, ha="center", va="bottom", fontsize=_SIZE if len(labels) < 8 else 15)
    axes.set_xticks(range(len(labels)), labels, fontsize=15)
    axes.set_xlim(-0.6, max(len(labels), 3) - 0.4)
    axes.set_ylim(0, most * (1.42 if len(series) > 1 else 1.15))
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(True)
    if len(series) > 1:
        axes.legend(loc="upper left", ncols=3, frameon=False, fontsize=15, handlelength=0.9, columnspacing=1.0)


_PANELS: Final = {"stack": _stack, "bars": _bars, "columns": _columns}

if __name__ == "__main__":
    serve(lambda _, data: draw(json.loads(data)))
