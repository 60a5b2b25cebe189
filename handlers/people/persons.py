"""People as staff look for them, and the accounts through which they are reached, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

from handlers.menu import role_name
from handlers.permissions import units_for
from handlers.records.people import Linked, Person, Role
from handlers.records.privacy import NoteAccess
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Outcome, Turn, say_only, typed_key
from handlers.units import find_units
from knowledge.fold import fold, one_line

_OFFERED: Final = 8
_ROLES: Final[tuple[Role, ...]] = get_args(Role)


def people_for(turn: Turn, action: str) -> list[Person]:
    """The people to whom this person may do it, unit by unit."""
    people = turn.reads.people([unit.id for unit in units_for(turn.me, action, turn.reads)], _ROLES)
    return sorted(people, key=lambda one: (fold(one.unit.name), fold(one.name), one.id))


def matching(typed: str, people: Sequence[Person]) -> list[Person]:
    """Those whose name, or whose unit's name, was typed."""
    wanted = one_line(fold(typed))
    exact = [one for one in people if fold(one.name) == wanted]
    if exact or not wanted:
        return exact
    units = {unit.id for unit in find_units(typed, list({one.unit.id: one.unit for one in people}.values()))}
    words = wanted.split()
    return [one for one in people if one.unit.id in units or all(word in fold(one.name).split() for word in words)]


def chosen(turn: Turn, action: str, words: str) -> Person | Outcome:
    """The one person that is meant by a key or a name, or the question which one."""
    people = people_for(turn, action)
    key = typed_key(words)
    found = [one for one in people if one.id == key] if key is not None else matching(words, people)
    if len(found) == 1:
        return found[0]
    if not words:
        return say_only(say("directory.whom", command=action))
    if not found:
        return say_only(say("directory.nobody", typed=words[:60]), Choice(say("directory.to_list"), "danhba"))
    choices = [Choice(label(one), f"{action} {one.id}") for one in found[:_OFFERED]]
    text = say("directory.which", typed=words[:60], more=len(found) > _OFFERED)
    seen = NoteAccess("view-directory", "directory", tuple(one.id for one in found[:_OFFERED]))
    return Outcome((Reply(text, tuple(choices)),), (seen,))


def label(person: Person) -> str:
    """A person in a list of choices."""
    return f"{person.name} ({person.unit.name})"


def who(person: Person) -> dict[str, str]:
    """A person for the texts."""
    return {"name": person.name, "role": role_name(person.role), "unit": person.unit.name}


def where_reached(accounts: Sequence[Linked]) -> list[str]:
    """Each account in words, for staff."""
    return [
        say("directory.account", channel=channel_name(one), active=one.active, at=one.last_used_at) for one in accounts
    ]


def channel_name(account: Linked) -> str:
    """Where an account is, as people call it."""
    return say("directory.channel", channel=account.channel)
