"""Every Vietnamese sentence that a person sees.

A file for each flow, a Jinja block for each sentence: ``say("report.receipt", receipt="26-4821-3795")`` renders the
block ``receipt`` of ``report.j2``. An unknown variable is an error, never an empty place. Texts are plain: channels
escape them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from handlers.texts.filters import FILTERS

_environment = Environment(
    loader=PackageLoader("handlers", "texts"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # noqa: S701 - plain text; each channel escapes for itself
)
_environment.filters.update(FILTERS)


@cache
def _template(flow: str) -> Template:
    return _environment.get_template(f"{flow}.j2")


def say(name: str, /, **values: Any) -> str:
    """The sentence ``flow.block`` with its values. Raises KeyError for an unknown block, UndefinedError for a value."""
    flow, block = name.split(".", 1)
    template = _template(flow)
    lines = "".join(template.blocks[block](template.new_context(values))).strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)


def blocks(flow: str) -> tuple[str, ...]:
    """The names of a flow's sentences."""
    return tuple(_template(flow).blocks)
