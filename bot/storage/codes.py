"""Codes: to enrol with, to link one more account with, to take a post over with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.people import UNIT, end_access
from bot.storage.schema import account, announcement, deadline, enrolment_code, person, report, unit
from handlers.records.people import (
    NOTICE_VERSION,
    Invitation,
    IssueCode,
    LinkAccount,
    OpenCode,
    RedeemCode,
    RevokeCode,
    Unit,
)


class Codes(Room):
    """Answers the part of ``PeopleReads`` about codes."""

    def invitation(self, code_hash: str) -> Invitation | None:
        """What the code with this hash stands for. The row stays locked, so two turns can't use one code."""
        row = self.connection.execute(_INVITATION, {"code_hash": code_hash}).one_or_none()
        if row is None:
            return None
        return Invitation(
            Unit(*row[:6]),
            row.role,
            row.person_name,
            row.expires_at,
            used=row.used_at is not None,
            revoked=row.revoked_at is not None,
            links_to=row.links_to,
            replaces=row.replaces_id,
        )

    def open_codes(self, unit_ids: Sequence[int], now: dt.datetime) -> Sequence[OpenCode]:
        """Enrolment codes of these units that can still be used, the newest first."""
        rows = self.connection.execute(
            _OPEN_CODES.where(enrolment_code.c.unit_id.in_(unit_ids), enrolment_code.c.expires_at > now)
        )
        return [
            OpenCode(row.code_id, Unit(*row[:6]), row.role, row.person_name, row.expires_at, row.issuer, row.replaced)
            for row in rows
        ]


def _issue(tx: Codes, effect: IssueCode, person_id: int | None, now: dt.datetime) -> None:
    if effect.links_to is not None:
        _revoke(tx, enrolment_code.c.links_to == effect.links_to, now)
    if effect.replaces is not None:
        _revoke(tx, enrolment_code.c.replaces_id == effect.replaces, now)
    tx.connection.execute(
        enrolment_code.insert(),
        {
            "code_hash": effect.code_hash,
            "unit_id": effect.unit_id,
            "role": effect.role,
            "person_name": effect.person_name,
            "issued_by": person_id,
            "issued_at": now,
            "expires_at": effect.expires_at,
            "links_to": effect.links_to,
            "replaces_id": effect.replaces,
        },
    )
    if effect.links_to is not None:
        tx.note(now, person_id, "issue-link-code", f"person:{effect.links_to}")
    elif effect.replaces is not None:
        tx.note(now, person_id, "issue-handover-code", f"person:{effect.replaces}", role=effect.role)
    else:
        tx.note(now, person_id, "issue-code", f"unit:{effect.unit_id}", role=effect.role)


def _revoke_one(tx: Codes, effect: RevokeCode, person_id: int | None, now: dt.datetime) -> None:
    if _revoke(tx, enrolment_code.c.id == effect.code_id, now):
        tx.note(now, person_id, "revoke-code", f"code:{effect.code_id}")


def _revoke(tx: Codes, which: sa.ColumnElement[bool], now: dt.datetime) -> int:
    return tx.connection.execute(enrolment_code.update().where(OPEN, which).values(revoked_at=now)).rowcount


def _use(tx: Codes, code_hash: str) -> Any:
    """The code, still open, locked."""
    mine = enrolment_code.c.code_hash == code_hash
    code = tx.connection.execute(sa.select(enrolment_code).where(OPEN, mine).with_for_update()).one_or_none()
    if code is None:
        raise LookupError("the code was used in between")
    return code


def _used(tx: Codes, code: Any, account_id: int, person_id: int, now: dt.datetime) -> None:
    """The account is this person's now, by this code."""
    tx.connection.execute(
        enrolment_code.update().where(enrolment_code.c.id == code.id).values(used_by=person_id, used_at=now)
    )
    tx.connection.execute(
        account.update().where(account.c.id == account_id).values(person_id=person_id, wrong_codes=0, locked_until=None)
    )


def _redeem(tx: Codes, effect: RedeemCode, _: int | None, now: dt.datetime) -> None:
    code = _use(tx, effect.code_hash)
    values = {
        "name": effect.person_name,
        "role": code.role,
        "unit_id": code.unit_id,
        "agreed_version": NOTICE_VERSION,
        "agreed_at": effect.agreed_at,
        "created_at": now,
    }
    new_id = tx.connection.scalars(person.insert().returning(person.c.id), values).one()
    if code.replaces_id is not None:
        _hand_over(tx, code.replaces_id, new_id, now)
    _used(tx, code, effect.account_id, new_id, now)
    tx.note(now, new_id, "enrol", f"person:{new_id}", code=code.id, notice=NOTICE_VERSION)


def _hand_over(tx: Codes, old: int, new: int, now: dt.datetime) -> None:
    """What was in hand goes to the new holder of the post; what was done keeps the name of who did it."""
    in_hand: tuple[tuple[sa.Column[int], sa.ColumnElement[bool]], ...] = (
        (report.c.person_id, report.c.state == "draft"),
        (report.c.corrector_id, sa.true()),
        (deadline.c.owner_id, sa.true()),
        (announcement.c.author_id, announcement.c.state.in_(("waiting", "scheduled"))),
    )
    for holder, condition in in_hand:
        table = holder.table
        assert isinstance(table, sa.Table)
        tx.connection.execute(table.update().where(holder == old, condition).values({holder: new}))
    end_access(tx, old, now)
    tx.note(now, new, "take-over-post", f"person:{new}", before=old)


def _link(tx: Codes, effect: LinkAccount, _: int | None, now: dt.datetime) -> None:
    code = _use(tx, effect.code_hash)
    _used(tx, code, effect.account_id, code.links_to, now)
    tx.note(now, code.links_to, "link-account", f"account:{effect.account_id}", code=code.id)


OPEN = enrolment_code.c.used_at.is_(None) & enrolment_code.c.revoked_at.is_(None)

EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    IssueCode: _issue,
    RevokeCode: _revoke_one,
    RedeemCode: _redeem,
    LinkAccount: _link,
}
"""For each effect about codes the function (transaction, effect, person_id, now) that applies it."""

_INVITATION = (
    sa.select(
        *UNIT,
        enrolment_code.c.role,
        enrolment_code.c.person_name,
        enrolment_code.c.expires_at,
        enrolment_code.c.used_at,
        enrolment_code.c.revoked_at,
        enrolment_code.c.links_to,
        enrolment_code.c.replaces_id,
    )
    .join(unit, unit.c.id == enrolment_code.c.unit_id)
    .where(enrolment_code.c.code_hash == sa.bindparam("code_hash"))
    .with_for_update(of=enrolment_code)
)
_issuer, _replaced = person.alias(), person.alias()
_OPEN_CODES = (
    sa.select(
        *UNIT,
        enrolment_code.c.id.label("code_id"),
        enrolment_code.c.role,
        enrolment_code.c.person_name,
        enrolment_code.c.expires_at,
        _issuer.c.name.label("issuer"),
        _replaced.c.name.label("replaced"),
    )
    .join(unit, unit.c.id == enrolment_code.c.unit_id)
    .outerjoin(_issuer, _issuer.c.id == enrolment_code.c.issued_by)
    .outerjoin(_replaced, _replaced.c.id == enrolment_code.c.replaces_id)
    .where(OPEN, enrolment_code.c.links_to.is_(None))
    .order_by(enrolment_code.c.id.desc())
)
