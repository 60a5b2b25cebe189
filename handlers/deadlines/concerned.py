"""Whom a deadline concerns: units as staff type them, and how an audience is named back to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from handlers.menu import role_name
from handlers.permissions import governs, scope, units_for
from handlers.records.deadlines import EVERY_COMMUNE, Deadline
from handlers.texts import say
from handlers.turn import Turn
from handlers.units import find_units, near_units
from knowledge.fold import fold, one_line

_SHOWN: Final = 4
_EVERYBODY: Final = frozenset({"tat ca", "tat ca cac xa", "tat ca cac xa phuong", "tat ca xa phuong", "toan tinh"})
_BELOW: Final = re.compile(r"^thuoc |,? va (?:cac )?(?:don vi )?(?:cap duoi|truc thuoc)$")


def typed_audience(turn: Turn, text: str) -> tuple[Mapping[str, Any] | None, str]:
    """The audience that staff typed, or ``None`` and the sentence that says what is unclear ("" where nothing is said).

    "tất cả", "An Phú, Sơn Hà", or "thuộc Sở Nội vụ" for a unit with all that is below it.
    """
    if fold(text).strip(" .") in _EVERYBODY:
        return everyone(turn), ""
    units = units_for(turn.me, "hanmoi", turn.reads)
    chosen: dict[int, bool] = {}
    for name in filter(None, (part.strip() for part in re.split(r"[,;\n]", text[:2000]))):
        plain, below = _without_below(name)
        found = find_units(plain, units)
        if len(found) != 1:
            near = [unit.name for unit in (found or near_units(plain, units))]
            return None, say("documents.units_unclear", typed=name[:60], several=bool(found), near=near)
        chosen[found[0].id] = below
    if not chosen:
        return None, ""
    if any(chosen.values()):
        # With one of them comes all that is below it; a commune has nothing below.
        return {"within": list(chosen)}, ""
    return {"units": list(chosen)}, ""


def everyone(turn: Turn) -> dict[str, Any]:
    """The widest audience that this person may set: all communes, or below the province one's own unit."""
    if governs(turn.me, "hanmoi", turn.reads):
        return dict(EVERY_COMMUNE)
    units = units_for(turn.me, "hanmoi", turn.reads)
    inside = {unit.id for unit in units}
    return {"within": [unit.id for unit in units if unit.parent_id not in inside]}


def may_change(turn: Turn, action: str, deadline: Deadline) -> bool:
    """Whether this person may do it to a deadline: who acts for the province to every one; who does not, to those that
    somebody of their own units looks after, however narrow the audience of others is.
    """
    if scope(turn.me, action) is None or governs(turn.me, action, turn.reads):
        return scope(turn.me, action) is not None
    owner = turn.reads.person(deadline.owner_id) if deadline.owner_id is not None else None
    return owner is not None and owner.unit.id in {unit.id for unit in units_for(turn.me, action, turn.reads)}


def may_see(turn: Turn, deadline: Deadline) -> bool:
    """Whether it concerns a unit within one's reach, or is one's own to change."""
    if may_change(turn, "suahan", deadline):
        return True
    return any(deadline.concerns(unit) for unit in units_for(turn.me, "xemhan", turn.reads))


def _without_below(name: str) -> tuple[str, bool]:
    """The name alone, and whether all that is below the unit is meant."""
    words, folded = one_line(name).split(" "), one_line(fold(name))
    match = _BELOW.search(folded)
    if not match:
        return name, False
    count = len(match[0].split())
    return " ".join(words[count:] if match.start() == 0 else words[:-count]), True


def audience_name(turn: Turn, audience: Mapping[str, Any] | None) -> str:
    """The units, and who of their people is reminded where that is not cadres alone."""
    audience = audience or EVERY_COMMUNE
    keys = audience.get("units") or audience.get("within")
    if keys:
        names = [unit.name for key in keys[: _SHOWN + 1] if (unit := turn.reads.unit(key))]
        text = say(
            "documents.some_units", names=names[:_SHOWN], more=max(0, len(keys) - _SHOWN), below="within" in audience
        )
    else:
        # All of the province's, whoever looks: that is what the deadline says.
        communes = [unit for unit in units_for(turn.me, "vanban", turn.reads) if unit.kind == "commune"]
        text = say("documents.all_units", count=len(communes))
    roles = audience.get("roles", ["cadre"])
    if list(roles) == ["cadre"]:
        return text
    return say("documents.units_and_roles", units=text, roles=[role_name(role).lower() for role in roles])
