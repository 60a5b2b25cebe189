"""Groups: chats of many on a platform, which staff have registered so that announcements can be posted there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Group:
    """A registered group."""

    account_id: int
    title: str
    unit_id: int
    """For which unit it is: whoever may write to that unit may post there."""


class GroupReads(Protocol):
    """What handlers may ask about groups."""

    def group(self, account_id: int) -> Group | None:
        """The group behind this account, if it is registered."""

    def groups(self, unit_ids: Sequence[int]) -> Sequence[Group]:
        """The registered groups of these units that can be written to, by title."""


@dataclass(frozen=True, slots=True)
class RegisterGroup:
    """From now on announcements can be posted in this group, and it is answered there. Audited."""

    account_id: int
    title: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class DropGroup:
    """The group is like any other again. Audited."""

    account_id: int
