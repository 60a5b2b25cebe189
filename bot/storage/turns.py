"""The rows of a turn: updates as they arrived, conversations, and the messages that follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import sqlalchemy as sa

from bot.storage.base import Room, insert_for
from bot.storage.schema import account, conversation, inbox, outbox
from handlers.records.people import Account
from handlers.turn import Conversation

NOT_DONE = ("fetch", "ready")
_ALBUM = 20
"""Updates among which the rest of an album is looked for; Telegram sends ten together at most."""
PRIORITY = {"reply": 0, "notice": 1, "reminder": 2, "correction": 2, "announcement": 3}
"""What goes out first: whoever has just asked is waiting."""


@dataclass(frozen=True, slots=True)
class Update:
    """Something that a platform handed over, written down before it was confirmed."""

    channel: str
    key: str
    """The platform's own identity of the update: the same update delivered again has the same key."""
    address: str
    payload: Mapping[str, Any]
    has_files: bool = False
    verdict: Literal["take", "tell", "aside"] = "take"
    """Other than "take": it is one of a flood, written down and left at that."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One update that waits for its turn."""

    id: int
    channel: str
    address: str
    payload: Mapping[str, Any]
    files: Sequence[Mapping[str, Any]]
    attempts: int
    also: tuple[InboxRow, ...] = ()
    """What was sent together with it, and is dealt with in the same turn; its files are among these."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a conversation stands, and the latest message whose choices belong to it."""

    conversation: Conversation | None
    offer_id: int | None
    offer: Mapping[str, Any] | None = None
    """What that message said, with its choices."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to be delivered to one account."""

    dedupe_key: str
    kind: str
    channel: str
    address: str
    subject: str
    payload: Mapping[str, Any]
    due_at: dt.datetime
    person_id: int | None = None
    announcement_id: int | None = None
    replaces_id: int | None = None
    """The message in whose place it stands: that one is edited where the platform can."""


@dataclass(frozen=True, slots=True)
class LastMessage:
    """The newest message to an address."""

    dedupe_key: str
    stands_in: int
    """The outbox key of the message that shows it: its own, or the one that it replaced."""


class Turns(Room):
    """Inbox, conversations, and putting messages into the outbox."""

    def journal(self, updates: Sequence[Update], now: dt.datetime) -> int:
        """Write down updates; those known already are passed over. Returns how many were new."""
        if not updates:
            return 0
        rows = [
            {
                "channel": update.channel,
                "update_key": update.key,
                "address": update.address,
                "payload": update.payload,
                "state": "aside" if update.verdict != "take" else "fetch" if update.has_files else "ready",
                "received_at": now,
                "done_at": now if update.verdict != "take" else None,
            }
            for update in updates
        ]
        return len(self.connection.scalars(_journal(self.on_postgresql), rows).all())

    def ready_updates(self, limit: int) -> list[InboxRow]:
        """The oldest updates that can be dealt with, in order; none before an older one of the same address.

        On PostgreSQL the addresses are locked until the transaction ends, and those that another worker holds are
        passed over.
        """
        rows = [_inbox_row(row) for row in self.connection.execute(_READY, {"limit": limit})]
        if not self.on_postgresql or not rows:
            return rows
        # Whoever writes from two accounts at once has one conversation.
        addresses = list(dict.fromkeys((row.channel, row.address) for row in rows))
        owners = sa.select(account.c.channel, account.c.address, account.c.person_id)
        known = self.connection.execute(
            owners.where(
                sa.tuple_(account.c.channel, account.c.address).in_(addresses), account.c.person_id.is_not(None)
            )
        )
        people = {(row.channel, row.address): f"person:{row.person_id}" for row in known}
        held = {key for key in addresses if self._try_lock(people.get(key, "/".join(key)))}
        # Another worker may have dealt with a row between the select and the lock: look again under the lock.
        still = set(
            self.connection.scalars(
                sa.select(inbox.c.id).where(inbox.c.id.in_([row.id for row in rows]), inbox.c.state == "ready")
            )
        )
        return [row for row in rows if (row.channel, row.address) in held and row.id in still]

    def _try_lock(self, name: str) -> bool:
        return bool(
            self.connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(name, 0))))
        )

    def updates_to_fetch(self, limit: int) -> list[InboxRow]:
        """Updates whose files have not been fetched yet."""
        query = sa.select(inbox).where(inbox.c.state == "fetch").order_by(inbox.c.id).limit(limit)
        return [_inbox_row(row) for row in self.connection.execute(query)]

    def fetched(self, inbox_id: int, files: Sequence[Mapping[str, Any]]) -> None:
        """The files of an update are stored (or refused): it may have its turn."""
        self.connection.execute(
            inbox.update()
            .where(inbox.c.id == inbox_id, inbox.c.state == "fetch")
            .values(state="ready", files=list(files))
        )

    def fetch_failed(self, inbox_id: int) -> None:
        """One more try at fetching has failed."""
        self.connection.execute(inbox.update().where(inbox.c.id == inbox_id).values(attempts=inbox.c.attempts + 1))

    def update_done(self, inbox_id: int, now: dt.datetime, error_id: str | None = None) -> None:
        """The turn of this update is over, or has failed under this error id."""
        self.connection.execute(
            _DONE, {"row_id": inbox_id, "state": "failed" if error_id else "done", "at": now, "error_id": error_id}
        )

    def account(self, channel: str, address: str, now: dt.datetime) -> Account:
        """The account behind an address, made on its first message; whoever writes can be reached again."""
        row = self.connection.execute(_ACCOUNT, {"channel": channel, "address": address}).one_or_none()
        if row is None:
            row = self.connection.execute(
                account.insert().returning(account), {"channel": channel, "address": address, "last_used_at": now}
            ).one()
        elif row.state != "active" or now - row.last_used_at > dt.timedelta(minutes=1):
            self.connection.execute(
                account.update().where(account.c.id == row.id).values(state="active", last_used_at=now)
            )
        return Account(row.id, row.channel, row.address, row.person_id, row.wrong_codes, row.locked_until)

    def person_at(self, channel: str, address: str) -> int | None:
        """Who writes from this address, where we know them; nothing is made or changed."""
        row = self.connection.execute(_ACCOUNT, {"channel": channel, "address": address}).one_or_none()
        key: int | None = row.person_id if row else None
        return key

    def move_address(self, channel: str, old: str, new: str) -> None:
        """A chat has another address now: what was there, and what is on its way there, goes with it."""
        here = (account.c.channel == channel) & (account.c.address == old)
        if self.connection.execute(_ACCOUNT, {"channel": channel, "address": new}).first() is None:
            self.connection.execute(account.update().where(here).values(address=new))
        for table in (inbox, outbox):
            waits = table.c.state.in_((*NOT_DONE, "queued", "sending"))
            there = (table.c.channel == channel) & (table.c.address == old)
            self.connection.execute(table.update().where(there, waits).values(address=new))

    def album(self, row: InboxRow) -> list[tuple[InboxRow, bool]]:
        """What came from the same address after this update and is not done, and whether its files are here."""
        query = sa.select(inbox).where(
            inbox.c.channel == row.channel,
            inbox.c.address == row.address,
            inbox.c.id > row.id,
            inbox.c.state.in_(NOT_DONE),
        )
        found = self.connection.execute(query.order_by(inbox.c.id).limit(_ALBUM))
        return [(_inbox_row(one), one.state == "ready") for one in found]

    def taken_since(self, row: InboxRow, since: dt.datetime) -> list[InboxRow]:
        """What came from the same address before this update, since that moment, and had its turn."""
        query = sa.select(inbox).where(
            inbox.c.channel == row.channel,
            inbox.c.address == row.address,
            inbox.c.id < row.id,
            inbox.c.state == "done",
            inbox.c.received_at >= since,
        )
        return [_inbox_row(one) for one in self.connection.execute(query.order_by(inbox.c.id.desc()).limit(_ALBUM))]

    def last_message(self, channel: str, address: str) -> LastMessage | None:
        """The newest message to this address, sent or waiting."""
        row = self.connection.execute(_LAST_MESSAGE, {"channel": channel, "address": address}).first()
        if row is None:
            return None
        # A message that could not be edited was sent by itself.
        itself = row.replaces_id is None or row.state == "sent"
        return LastMessage(row.dedupe_key, row.id if itself else row.replaces_id)

    def conversation(self, subject: str) -> State:
        """Where this person or account stands."""
        row = self.connection.execute(_CONVERSATION, {"subject": subject}).one_or_none()
        if row is None:
            return State(None, None)
        return State(Conversation(row.flow, row.step, row.data) if row.flow else None, row.offer_id, row.offer)

    def save_conversation(self, subject: str, state: State, now: dt.datetime) -> None:
        """Put the conversation where the turn left it."""
        step = state.conversation
        values = {
            "flow": step.flow if step else None,
            "step": step.step if step else None,
            "data": dict(step.data) if step else {},
            "offer_id": state.offer_id,
            "updated_at": now,
        }
        self.connection.execute(_save(self.on_postgresql), {"subject": subject, **values})

    def enqueue(self, messages: Iterable[Message], now: dt.datetime) -> list[int]:
        """Put messages into the outbox, once for each dedupe key; returns the keys of the new rows, in order."""
        rows = [
            {
                "dedupe_key": message.dedupe_key,
                "kind": message.kind,
                "priority": PRIORITY[message.kind],
                "channel": message.channel,
                "address": message.address,
                "subject": message.subject,
                "person_id": message.person_id,
                "announcement_id": message.announcement_id,
                "replaces_id": message.replaces_id,
                "payload": message.payload,
                "has_choices": bool(message.payload.get("choices")),
                "state": "queued",
                "due_at": message.due_at,
                "created_at": now,
            }
            for message in messages
        ]
        if not rows:
            return []
        return sorted(self.connection.scalars(_enqueue(self.on_postgresql), rows))

    def reachable_account(self, person_id: int) -> tuple[str, str] | None:
        """Channel and address of the account that a person used last, of those that can be reached."""
        row = self.connection.execute(_REACHABLE, {"person_id": person_id}).first()
        return (row.channel, row.address) if row else None

    def offered(self, outbox_id: int) -> tuple[str, Mapping[str, Any]] | None:
        """Whom a message was for (its subject), and what it said."""
        row = self.connection.execute(_OFFERED, {"row_id": outbox_id}).one_or_none()
        return (row.subject, row.payload) if row else None

    def offered_as(self, channel: str, address: str, platform_id: str) -> tuple[int, str, Mapping[str, Any]] | None:
        """A message that was sent to this address: its key, whom it was for (its subject), and what it said."""
        bound = {"channel": channel, "address": address, "platform_id": platform_id}
        row = self.connection.execute(_OFFERED_AS, bound).first()
        return (row.id, row.subject, row.payload) if row else None

    def latest_push(self, subject: str) -> tuple[int, Mapping[str, Any]] | None:
        """The newest message with choices that this person got without having asked."""
        row = self.connection.execute(_LATEST_PUSH, {"subject": subject}).first()
        return (row.id, row.payload) if row else None

    def latest_beside(self, subject: str, offer_id: int) -> Mapping[str, Any] | None:
        """The newest reply with choices since the one whose choices belong to the open step."""
        return self.connection.scalar(_LATEST_BESIDE, {"subject": subject, "offer_id": offer_id})


@cache
def _journal(on_postgresql: bool) -> sa.Executable:
    statement = insert_for(on_postgresql)(inbox).on_conflict_do_nothing(index_elements=["channel", "update_key"])
    return statement.returning(inbox.c.id)


@cache
def _save(on_postgresql: bool) -> sa.Executable:
    statement = insert_for(on_postgresql)(conversation)
    values = {name: statement.excluded[name] for name in ("flow", "step", "data", "offer_id", "updated_at")}
    return statement.on_conflict_do_update(
        index_elements=["subject"], set_=values | {"version": conversation.c.version + 1}
    )


@cache
def _enqueue(on_postgresql: bool) -> sa.Executable:
    return (
        insert_for(on_postgresql)(outbox).on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(outbox.c.id)
    )


def _inbox_row(row: Any) -> InboxRow:
    return InboxRow(row.id, row.channel, row.address, row.payload, row.files or [], row.attempts)


# Statements of every turn, built once: building costs more than running them.
_earlier = inbox.alias()
_READY = (
    sa.select(inbox)
    .where(
        inbox.c.state == "ready",
        ~sa.exists().where(
            _earlier.c.channel == inbox.c.channel,
            _earlier.c.address == inbox.c.address,
            _earlier.c.state == "fetch",
            _earlier.c.id < inbox.c.id,
        ),
    )
    .order_by(inbox.c.id)
    .limit(sa.bindparam("limit"))
)
_DONE = (
    inbox.update()
    .where(inbox.c.id == sa.bindparam("row_id"))
    .values(state=sa.bindparam("state"), done_at=sa.bindparam("at"), error_id=sa.bindparam("error_id"))
)
_ACCOUNT = sa.select(account).where(
    account.c.channel == sa.bindparam("channel"), account.c.address == sa.bindparam("address")
)
_REACHABLE = (
    sa.select(account.c.channel, account.c.address)
    .where(account.c.person_id == sa.bindparam("person_id"), account.c.state == "active")
    .order_by(account.c.last_used_at.desc())
    .limit(1)
)
_CONVERSATION = (
    sa.select(conversation, outbox.c.payload.label("offer"))
    .outerjoin(outbox, outbox.c.id == conversation.c.offer_id)
    .where(conversation.c.subject == sa.bindparam("subject"))
)
_OFFERED = sa.select(outbox.c.subject, outbox.c.payload).where(outbox.c.id == sa.bindparam("row_id"))
_OFFERED_AS = (
    sa.select(outbox.c.id, outbox.c.subject, outbox.c.payload)
    .where(
        outbox.c.channel == sa.bindparam("channel"),
        outbox.c.address == sa.bindparam("address"),
        outbox.c.platform_id == sa.bindparam("platform_id"),
    )
    .order_by(outbox.c.id.desc())
    .limit(1)
)
_LAST_MESSAGE = (
    sa.select(outbox.c.id, outbox.c.dedupe_key, outbox.c.state, outbox.c.replaces_id)
    .where(outbox.c.channel == sa.bindparam("channel"), outbox.c.address == sa.bindparam("address"))
    .order_by(outbox.c.id.desc())
    .limit(1)
)
_LATEST_BESIDE = (
    sa.select(outbox.c.payload)
    .where(outbox.c.subject == sa.bindparam("subject"), outbox.c.has_choices, outbox.c.kind == "reply")
    .where(outbox.c.id > sa.bindparam("offer_id"))
    .order_by(outbox.c.id.desc())
    .limit(1)
)
_LATEST_PUSH = (
    sa.select(outbox.c.id, outbox.c.payload)
    .where(outbox.c.subject == sa.bindparam("subject"), outbox.c.has_choices, outbox.c.kind != "reply")
    .order_by(outbox.c.id.desc())
    .limit(1)
)
