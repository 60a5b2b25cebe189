"""Units, people and their chat accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["cadre", "staff", "supervisor", "admin"]


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit: the province at the root, communes below it."""

    id: int
    name: str
    kind: str
    """"province", "office" or "commune"."""
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has enrolled. ``agreed`` is false until the purpose notice in force was accepted."""

    id: int
    name: str
    role: Role
    unit: Unit
    agreed: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One chat account on one channel. ``wrong_codes`` and ``locked_until`` slow down the guessing of codes."""

    id: int
    channel: str
    address: str
    person_id: int | None
    wrong_codes: int = 0
    locked_until: dt.datetime | None = None


class PeopleReads(Protocol):
    """What handlers may ask about units and people."""

    def unit(self, unit_id: int) -> Unit | None:
        """The unit with this key."""

    def units_within(self, unit_id: int) -> Sequence[Unit]:
        """The unit and all active units below it, by name."""

    def people(self, unit_ids: Sequence[int], roles: Sequence[Role]) -> Sequence[Person]:
        """Active people of these units who hold one of these roles."""
