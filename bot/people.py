"""Letting the first people in, and their units, and somebody out, from the command line."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from pathlib import Path
from typing import cast, get_args

from bot.storage import Store, Transaction
from bot.units_file import add_units, change_units, read_units
from handlers.menu import role_name
from handlers.people.codes import hash_code, last_moment, new_code
from handlers.people.names import valid_name
from handlers.people.persons import label, matching
from handlers.records.people import IssueCode, Person, RemovePerson, Role, Unit
from handlers.texts import say
from handlers.units import find_units, near_units


async def invite(store: Store, unit: str, role: str, name: str | None, now: dt.datetime) -> list[str]:
    """Make an enrolment code for a unit, by its name, and one of the four roles.

    Raises ValueError where a name is not clear.
    """
    if name is not None and valid_name(name) is None:
        raise ValueError(say("units.bad_person_name", name=name))
    code, expires = new_code(secrets.token_hex(16)), last_moment(now)

    def issue(tx: Transaction) -> Unit:
        found = _one_unit(tx, unit)
        tx.apply(IssueCode(hash_code(code), found.id, cast(Role, role), valid_name(name or ""), expires), None, now)
        return found

    home = await store.write(issue)
    return [say("units.code", unit=home.name, role=role_name(role), code=code, expires=expires)]


async def remove(store: Store, who: str, now: dt.datetime) -> list[str]:
    """End the access of a person, by name or key, on all their accounts.

    Raises ValueError where nobody, or more than one, is called so.
    """

    def work(tx: Transaction) -> Person:
        people = tx.people([unit.id for unit in tx.all_units()], get_args(Role))
        found = [one for one in people if str(one.id) == who] or matching(who, people)
        if len(found) != 1:
            names = [say("units.person_key", key=one.id, label=label(one)) for one in found[:20]]
            raise ValueError(say("units.which_person", typed=who, names=names))
        tx.apply(RemovePerson(found[0].id), None, now)
        return found[0]

    gone = await store.write(work)
    return [say("directory.removed", name=gone.name, role=role_name(gone.role), unit=gone.unit.name)]


def _one_unit(tx: Transaction, typed: str) -> Unit:
    units = tx.all_units()
    found = find_units(typed, units)
    if not units:
        raise ValueError(say("units.no_units"))
    if not found:
        raise ValueError(say("units.not_found", typed=typed, near=[one.name for one in near_units(typed, units)]))
    if len(found) > 1:
        raise ValueError(say("units.ambiguous", typed=typed, names=[one.name for one in found]))
    return found[0]


async def import_units(store: Store, file: Path, now: dt.datetime) -> list[str]:
    """Add, merge and rename the units of a CSV or xlsx file, all or none.

    Raises UnitsProblem, a ValueError, naming each bad row.
    """
    rows = read_units(await asyncio.to_thread(file.read_bytes), file.name)

    def change(tx: Transaction) -> tuple[int, int, int]:
        return (*add_units(tx, rows), change_units(tx, rows, now))

    added, known, changed = await store.write(change)
    lines = [say("units.added", added=added, known=known)] if added or known else []
    return [*lines, say("units.changed", count=changed)] if changed else lines
