"""Which form a report was written on."""

from __future__ import annotations

from handlers.turn import Turn
from knowledge.forms import Form


def form_for(turn: Turn, name: str, version: int | None = None) -> Form | None:
    """The form of this name in a version: a report stays on the one that it was begun with.

    The present version where none is asked for, or where that one is no longer known; ``None`` where there is no
    form of this name.
    """
    return turn.forms.get(name)
