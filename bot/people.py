"""Letting the first people in, and their units, from the command line."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from pathlib import Path
from typing import cast

from bot.storage import Store, Transaction
from bot.units_file import add_units, change_units, read_units
from handlers.codes import hash_code, last_moment, new_code
from handlers.menu import role_name
from handlers.names import valid_name
from handlers.records.people import IssueCode, Role, Unit
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
