"""Units, people, their chat accounts, and the codes with which they enrol."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

Role = Literal["cadre", "staff", "supervisor", "admin"]

NOTICE_VERSION: Final = "2"
"""The version of ``enrol.notice`` that people agree to. Whoever agreed to another one is asked again: raise it with
every change of what is kept, why, by whom, or for how long."""

CODE_DAYS: Final = 14
"""Days for which an enrolment code can be used, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit: the province at the root, communes below it."""

    id: int
    name: str
    kind: str
    """"province", "office" or "commune"."""
    parent_id: int | None
    successor_id: int | None = None
    """Where it was merged into another unit: that one. Its reports stay its own."""
    ended_on: dt.date | None = None
    """The first day on which it was no more."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has enrolled. ``agreed`` is false until the purpose notice in force was accepted."""

    id: int
    name: str
    role: Role
    unit: Unit
    agreed: bool
    central: bool = False
    """Whether they act for the province: they belong to it, or to an office of it."""


@dataclass(frozen=True, slots=True)
class Account:
    """One chat account on one channel. ``wrong_codes`` and ``locked_until`` slow down the guessing of codes."""

    id: int
    channel: str
    address: str
    person_id: int | None
    wrong_codes: int = 0
    locked_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """One of the accounts through which a person is reached, as others may know of it."""

    id: int
    channel: str
    active: bool
    """False where it can't be reached until they write again."""
    last_used_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code stands for: a new person of a unit, or one more account of somebody. Only its hash is kept."""

    unit: Unit
    role: Role
    person_name: str | None
    expires_at: dt.datetime
    used: bool
    revoked: bool = False
    links_to: int | None = None
    """The person whose account it makes of the account that shows it."""
    replaces: int | None = None
    """The person whose post its holder takes over."""


@dataclass(frozen=True, slots=True)
class OpenCode:
    """An enrolment code that nobody has used yet."""

    id: int
    unit: Unit
    role: Role
    person_name: str | None
    expires_at: dt.datetime
    issuer: str | None
    """The name of who made it; ``None``: the operator."""
    replaces: str | None
    """The name of the person whose post it hands over."""


class PeopleReads(Protocol):
    """What handlers may ask about units and people."""

    def unit(self, unit_id: int) -> Unit | None:
        """The unit with this key."""

    def units_within(self, unit_id: int) -> Sequence[Unit]:
        """The unit and all active units below it, by name."""

    def former_units(self) -> Sequence[Unit]:
        """Every unit that was merged into another one."""

    def people(self, unit_ids: Sequence[int], roles: Sequence[Role]) -> Sequence[Person]:
        """Active people of these units who hold one of these roles."""

    def person(self, person_id: int) -> Person | None:
        """An active person."""

    def accounts(self, person_ids: Sequence[int]) -> Mapping[int, Sequence[Linked]]:
        """The accounts of each of these people, the latest used first; who has none is left out."""

    def invitation(self, code_hash: str) -> Invitation | None:
        """What the code with this hash stands for; nobody else can use the code until the turn is over."""

    def open_codes(self, unit_ids: Sequence[int], now: dt.datetime) -> Sequence[OpenCode]:
        """Enrolment codes of these units that can still be used, the newest first."""


@dataclass(frozen=True, slots=True)
class IssueCode:
    """Make a code: good for one person of a unit; or (``links_to``) for one more account of this person; or
    (``replaces``) for whoever takes this person's post over. Earlier codes for the same account or post end. Audited.
    """

    code_hash: str
    unit_id: int
    role: Role
    person_name: str | None
    expires_at: dt.datetime
    links_to: int | None = None
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class RevokeCode:
    """End a code that nobody has used. Audited."""

    code_id: int


@dataclass(frozen=True, slots=True)
class LinkAccount:
    """Make the account of a stranger one more account of the person that the code links to. Audited.

    Raises LookupError where the code can no longer be used.
    """

    code_hash: str
    account_id: int


@dataclass(frozen=True, slots=True)
class UnlinkAccount:
    """The acting person lets go of one of their accounts; what waits for it goes to another one. Audited."""

    account_id: int


@dataclass(frozen=True, slots=True)
class RedeemCode:
    """Make a person of the stranger behind an account, who has agreed to the purpose notice. Audited.

    Where the code hands a post over, what its former holder had in hand is the new person's, and the former holder's
    access ends. Raises LookupError where the code can no longer be used.
    """

    code_hash: str
    account_id: int
    person_name: str
    agreed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class AgreeToNotice:
    """The acting person agrees to the purpose notice in force."""


@dataclass(frozen=True, slots=True)
class RecordWrongCode:
    """An account has tried a code that does not exist, so many times in a row now."""

    account_id: int
    wrong_codes: int
    locked_until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class RemovePerson:
    """End a person's access at once: accounts are let go, waiting messages are dropped, and nobody can enrol with a
    code that they made. Reports stay. Audited."""

    person_id: int


@dataclass(frozen=True, slots=True)
class MergePeople:
    """Two who are one human become one person: accounts, drafts, history, all that is theirs goes to the one kept, and
    the other is no more. Does nothing where one of them has no access any more. Audited."""

    kept_id: int
    gone_id: int


@dataclass(frozen=True, slots=True)
class MergeUnit:
    """From a day on a unit is part of another one of its kind. Audited.

    Its people, its open codes, the units below it and its drafts (where the other has none for the same period) go to
    the successor; what it has sent stays its own. Raises IntegrityError where one of the two is no longer a unit.
    """

    unit_id: int
    into_id: int
    on: dt.date


@dataclass(frozen=True, slots=True)
class RenameUnit:
    """From a day on a unit has another name; reports sent before keep the old one. Audited."""

    unit_id: int
    name: str
    on: dt.date
