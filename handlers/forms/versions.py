"""Which form a report was written on."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.turn import Turn
from knowledge.forms.catalogue import form_in
from knowledge.forms.form import Form


def form_for(turn: Turn, name: str, version: int | None = None) -> Form | None:
    """The form of this name in a version: a report stays on the one that it was begun with.

    The present version where none is asked for, or where that one is no longer known; ``None`` where there is no
    form of this name.
    """
    return form_in(turn.forms, name, version)


def forms_in_hand(turn: Turn) -> Mapping[str, Form]:
    """The forms in force, and those withdrawn on which one's unit still has something in hand."""
    drafts = turn.reads.drafts(turn.me.unit.id)
    held = {one.form: form_in(turn.forms, one.form, one.form_version) for one in drafts if one.form not in turn.forms}
    return {**turn.forms, **{name: form for name, form in held.items() if form is not None}}
