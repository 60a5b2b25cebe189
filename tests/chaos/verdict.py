"""What was lost, doubled, or is listed as uncertain: the platform's memory beside the program's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from bot.storage import Transaction
from bot.storage.schema import outbox, report
from tests.chaos.town import MARK
from tests.support.telegram_user import User


@dataclass
class Verdict:
    """Of one run."""

    lost: list[str] = field(default_factory=list)
    doubled: Counter[str] = field(default_factory=Counter)
    """By kind."""
    uncertain: list[str] = field(default_factory=list)
    """Each as the program lists it."""
    waiting: int = 0
    sent: Counter[str] = field(default_factory=Counter)


def kind_of(text: str) -> str:
    """Which kind of message a phone shows."""
    return next((kind for kind, mark in MARK.items() if mark in text), "reply")


def judge(tx: Transaction, users: Mapping[int, User], reminded: Sequence[tuple[int, int]]) -> Verdict:
    """``reminded``: number of the reminder and address of everybody who is to hear of it."""
    verdict = Verdict()
    rows = tx.connection.execute(
        sa.select(outbox.c.id, outbox.c.kind, outbox.c.address, outbox.c.state, outbox.c.error)
    )
    sent: dict[tuple[str, str], int] = defaultdict(int)
    maybe: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if row.state == "sent":
            sent[row.address, row.kind] += 1
        elif row.state == "uncertain":
            maybe[row.address, row.kind] += 1
            verdict.uncertain.append(f"{row.kind} {row.id} to {row.address}: {row.error}")
        elif row.state in {"queued", "sending"}:
            verdict.waiting += 1
        else:
            verdict.lost.append(f"{row.kind} {row.id} to {row.address} failed: {row.error}")
        verdict.sent[row.state] += 1
    for user in users.values():
        came = Counter(kind_of(message.text) for message in user.messages)
        for kind in ("announcement", "reminder", "reply"):
            told, unsure = sent[str(user.id), kind], maybe[str(user.id), kind]
            if came[kind] < told:
                verdict.lost.append(f"{kind}: {user.id} has {came[kind]} of {told}")
            verdict.doubled[kind] += max(0, came[kind] - told - unsure)
            if kind == "announcement" and not told and not unsure:
                verdict.lost.append(f"announcement: {user.id} was forgotten")
    for number, address in reminded:
        title = f"{MARK['reminder']} {number}"
        if not any(title in message.text for message in users[address].messages):
            verdict.lost.append(f"reminder {number} never came to {address}")
    return verdict


def receipts(tx: Transaction) -> list[str]:
    """Of all reports that are kept."""
    return sorted(tx.connection.scalars(sa.select(report.c.receipt).where(report.c.receipt.is_not(None))))
