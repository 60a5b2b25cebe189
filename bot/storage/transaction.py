"""One open transaction: all rooms of the store over one connection, and the table of effects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from bot.storage import (
    announcing,
    codes,
    deadlines,
    documents,
    erasing,
    forms,
    groups,
    people,
    privacy,
    pulling,
    questions,
    reports,
    reviews,
    same_person,
)
from bot.storage.announcing import Announcing
from bot.storage.codes import Codes
from bot.storage.deadlines import Deadlines
from bot.storage.documents import Documents
from bot.storage.forms import Forms
from bot.storage.history import History
from bot.storage.meta import Meta
from bot.storage.outbox import Outbox
from bot.storage.privacy import Privacy
from bot.storage.pulling import Pulling
from bot.storage.questions import Questions
from bot.storage.reports import Reports
from bot.storage.reviews import Reviews
from bot.storage.status import Health
from bot.storage.trail import AuditTrail
from bot.storage.trimming import Trimming
from bot.storage.turns import Turns
from bot.storage.views import Views
from handlers.turn import Effect


class Transaction(
    Turns,
    Outbox,
    Privacy,
    AuditTrail,
    Codes,
    Announcing,
    History,
    Questions,
    Reports,
    Reviews,
    Forms,
    Documents,
    Deadlines,
    Health,
    Pulling,
    Trimming,
    Meta,
    Views,
):
    """What can be asked and changed within one transaction. Satisfies ``handlers.turn.Reads``."""

    def apply(self, effect: Effect, person_id: int | None, now: dt.datetime) -> None:
        """Carry out one effect of a turn, on behalf of a person. Raises KeyError for an effect that no room knows."""
        _EFFECTS[type(effect)](self, effect, person_id, now)


_EFFECTS: dict[type, Callable[[Transaction, Any, int | None, dt.datetime], None]] = {
    **announcing.EFFECTS,
    **groups.EFFECTS,
    **people.EFFECTS,
    **codes.EFFECTS,
    **documents.EFFECTS,
    **deadlines.EFFECTS,
    **questions.EFFECTS,
    **reports.EFFECTS,
    **reviews.EFFECTS,
    **forms.EFFECTS,
    **pulling.EFFECTS,
    **privacy.EFFECTS,
    **erasing.EFFECTS,
    **same_person.EFFECTS,
}
