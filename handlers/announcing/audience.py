"""To whom an announcement goes: units typed by name, what is left out, roles, and who has not filed or not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handlers.menu import role_name
from handlers.permissions import units_for
from handlers.records.announcements import Audience
from handlers.records.people import Role, Unit
from handlers.texts import say
from handlers.turn import Turn
from knowledge.fold import fold
from knowledge.period import Period

ROLES: Final[tuple[Role, ...]] = ("cadre", "staff", "supervisor", "admin")
_SHOWN_UNITS: Final = 4

Data = Mapping[str, Any]
"""What is decided so far: "text", "files" (keys), "units" (keys; None: all), "without" (keys), "alone" (not those
below), "unfiled" (form and period), "unread" (key of an announcement), "roles" (none: all), "at" (ISO), and while units
are being named "left" (signs and names still to be found), "found" and "out" (keys)."""


@dataclass(frozen=True, slots=True)
class Names:
    """Units as they were typed."""

    everything: bool
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]


def typed_names(text: str) -> Names:
    """Take "tất cả trừ An Phú, Bình Minh" apart. "Trù Sơn" is a commune, "trừ" is not."""
    words = text.replace("\n", ", ").split()
    folded = [fold(word).strip(",;:.") for word in words]
    at = next((n for n, word in enumerate(words) if _excepts(word, folded[:n])), len(words))
    before = at - 1 if at and at < len(words) and folded[at - 1] == "ngoai" else at
    everything = folded[:2] == ["tat", "ca"] or (not before and at < len(words))
    wanted = () if everything else _split(" ".join(words[:before]))
    return Names(everything, wanted, _split(" ".join(words[at + 1 :])))


def _excepts(word: str, before: Sequence[str]) -> bool:
    bare = word.lower().strip(",;:.")
    return bare == "trừ" or (bare == "tru" and (not before or before[:2] == ["tat", "ca"] or before[-1] == "ngoai"))


def _split(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.replace(";", ",").split(",") if name.strip())


def allowed(turn: Turn) -> Sequence[Unit]:
    """The units that this person may write to."""
    return units_for(turn.me, "thongbao", turn.reads)


def audience(turn: Turn, data: Data) -> Audience:
    """The units that were named and all below them, as far as this person may write to them."""
    units = [unit.id for unit in allowed(turn)]
    if data["units"] is not None:
        named = set(data["units"]) if data.get("alone") else _with_all_below(turn, data["units"])
        units = [key for key in units if key in named]
    without = _with_all_below(turn, data.get("without", ()))
    unread = turn.reads.announcement(data["unread"]) if data.get("unread") else None
    return Audience(
        tuple(key for key in units if key not in without),
        tuple(data["roles"]) or ROLES,
        tuple(data["unfiled"]) if data.get("unfiled") else None,
        unread.id if unread else None,
    )


def _with_all_below(turn: Turn, keys: Sequence[int]) -> set[int]:
    return {unit.id for key in keys for unit in turn.reads.units_within(key)}


def has_units_below(turn: Turn, data: Data) -> bool:
    """Whether one of the named units has others below it, which could be left out."""
    return any(len(turn.reads.units_within(key)) > 1 for key in data["units"] or ())


def whole_province(turn: Turn, data: Data) -> bool:
    """Whether it goes to the province as a whole, be it with exceptions, not to units that were named one by one."""
    roots = {unit.id for unit in allowed(turn) if unit.parent_id is None}
    return bool(roots) and (data["units"] is None or (not data.get("alone") and not roots.isdisjoint(data["units"])))


def units_named(turn: Turn, data: Data) -> str:
    """The units, in the words of the preview."""
    without = _names(turn, data.get("without", ()))
    filed, unread = data.get("unfiled"), data.get("unread")
    told = turn.reads.announcement(unread) if unread else None
    form = turn.forms.get(filed[0]) if filed else None
    return say(
        "announce.units_named",
        count=len(allowed(turn)) if data["units"] is None else None,
        names=_names(turn, data["units"] or ()),
        alone=bool(data.get("alone")),
        without=without,
        form=form.title if form else "",
        period=Period.from_code(filed[1]).label if filed else "",
        unread=" ".join(told.text.split()) if told else "",
        shown=_SHOWN_UNITS,
    )


def _names(turn: Turn, keys: Sequence[int]) -> list[str]:
    return [unit.name for key in keys if (unit := turn.reads.unit(key))]


def roles_named(data: Data) -> str:
    """The roles, in the words of the preview."""
    return ", ".join(role_name(role) for role in data["roles"]) or say("announce.everybody")
