"""Report forms as they were published: every version is kept, because reports were written on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FormVersion:
    """One version of a form: who put it in force and when."""

    name: str
    version: int
    by: str | None
    """``None`` where it came with the program."""
    at: dt.datetime
    withdrawn: bool


class FormReads(Protocol):
    """What handlers may ask about published forms."""

    def form_versions(self) -> Sequence[FormVersion]:
        """Every version of every form, by name and version."""


@dataclass(frozen=True, slots=True)
class PublishForm:
    """Put a form file in force as this version of its form. Audited.

    Raises IntegrityError where there is this version already.
    """

    name: str
    version: int
    text: str


@dataclass(frozen=True, slots=True)
class WithdrawForm:
    """No report is begun on this form any more, until another version is published. Audited."""

    name: str
