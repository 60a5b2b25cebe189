"""Erasing a person: what was theirs goes, what is the unit's or the office's stays without them.

Nothing here lists the tables that hold a name: columns that hold a person's key are known from the schema, so what a
row of a new table says is cleared, too. What the State has issued is never altered: a document is quoted word for word.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.meta import Meta
from bot.storage.people import end_access
from bot.storage.schema import (
    account,
    announcement,
    audit,
    conversation,
    data_request,
    document,
    enrolment_code,
    escalation,
    file,
    form,
    inbox,
    meta,
    metadata,
    outbox,
    person,
    report,
    report_version,
    snooze,
    unanswered,
    unit,
)
from handlers.records.privacy import ErasePerson
from knowledge.personal import personal_numbers

AS_ISSUED: Final = frozenset({document, form})
"""Tables whose words are those of the State's documents and forms, public as they are."""
_EVERYBODYS: Final = (outbox, inbox, conversation, unanswered, enrolment_code, file, meta)
"""Tables in which anybody's row may name anybody: chats, and what they leave behind."""
_UNDER_WAY: Final = ("queued", "sending")
_LEFT = "erased:"
_MADE = "made-for:"
_ACTION: Final = "erase-person"


@dataclass(frozen=True, slots=True)
class Erasure:
    """That a person was erased."""

    person_id: int
    enrolled_at: dt.datetime
    """Tells, with the key, whether it is the same person in another copy of the database."""
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Known:
    """Anybody who has ever enrolled, as an operator chooses among them."""

    id: int
    name: str
    unit_name: str
    active: bool


class Erasing(Meta):
    """What an erased person leaves behind for a moment: the account that is told so, and files on disk."""

    def made_for(self, person_id: int, sha256: str) -> None:
        """Bytes on disk that were made for this person alone: they go with them."""
        key = f"{_MADE}{person_id}"
        self.set_meta(key, sorted({*(self.meta(key) or ()), sha256}))

    def pass_on_made(self, gone: int, kept: int) -> None:
        """What was made for the one was made for the other: they are the same."""
        for sha256 in self.meta(f"{_MADE}{gone}") or ():
            self.made_for(kept, sha256)
        self.connection.execute(meta.delete().where(meta.c.key == f"{_MADE}{gone}"))

    def everybody(self) -> Sequence[Known]:
        """Everybody who has ever enrolled, once each, by key."""
        query = sa.select(person.c.id, person.c.name, unit.c.name.label("unit_name"), person.c.removed_at)
        query = query.join(unit, unit.c.id == person.c.unit_id).where(person.c.same_as_id.is_(None))
        rows = self.connection.execute(query.order_by(person.c.id))
        return [Known(row.id, row.name, row.unit_name, row.removed_at is None) for row in rows]

    def erasures(self, since: dt.datetime | None) -> Sequence[Erasure]:
        """Who was erased, from this moment on or ever, as the audit trail has it."""
        query = sa.select(audit.c.object, audit.c.at).where(audit.c.action == _ACTION).order_by(audit.c.id)
        query = query if since is None else query.where(audit.c.at >= since)
        found = {int(row.object.partition(":")[2]): row.at for row in self.connection.execute(query)}
        enrolled = self.enrolled(list(found))
        return [Erasure(key, enrolled[key], at) for key, at in found.items() if key in enrolled]

    def enrolled(self, person_ids: Sequence[int]) -> dict[int, dt.datetime]:
        """When these people had enrolled; who is not there is left out."""
        rows = self.connection.execute(sa.select(person.c.id, person.c.created_at).where(person.c.id.in_(person_ids)))
        return {row.id: row.created_at for row in rows}

    def erased_files(self) -> list[str]:
        """Hashes of bytes that were only an erased person's, and that nobody has sent in again."""
        hashes = {sha256 for _, left in self._left() for sha256 in left["files"]}
        again = set(self.connection.scalars(sa.select(file.c.sha256).where(file.c.sha256.in_(hashes))))
        return sorted(hashes - again)

    def finish_erasing(self) -> None:
        """Forget the files, which are gone, and the accounts that have been told."""
        for key, left in self._left():
            waiting = [one for one in left["accounts"] if not self._forget(one)]
            if waiting:
                self.set_meta(key, {"files": [], "accounts": waiting})
            else:
                self.connection.execute(meta.delete().where(meta.c.key == key))

    def _left(self) -> list[tuple[str, Any]]:
        query = sa.select(meta.c.key, meta.c.value).where(meta.c.key.startswith(_LEFT)).order_by(meta.c.key)
        return [(row.key, row.value) for row in self.connection.execute(query.with_for_update())]

    def _forget(self, account_id: int) -> bool:
        """Delete an account and its farewell, unless the farewell or the stranger's menu is still to be sent."""
        row = self.connection.execute(sa.select(account).where(account.c.id == account_id)).one_or_none()
        if row is None:
            return True
        here = (outbox.c.channel == row.channel) & (outbox.c.address == row.address)
        live = sa.select(outbox.c.id).where(here, outbox.c.state.in_(_UNDER_WAY)).limit(1)
        if (row.menu and row.state == "active") or self.connection.scalar(live) is not None:
            return False
        self.connection.execute(outbox.delete().where(here, outbox.c.person_id.is_(None), outbox.c.kind == "notice"))
        wrote = sa.select(inbox.c.id).where(inbox.c.channel == row.channel, inbox.c.address == row.address).limit(1)
        if row.person_id is None and self.connection.scalar(wrote) is None:
            self.connection.execute(account.delete().where(account.c.id == account_id))
        return True


def _erase(tx: Erasing, effect: ErasePerson, person_id: int | None, now: dt.datetime) -> None:
    gone = effect.person_id
    for twin in tx.connection.scalars(sa.select(person.c.id).where(person.c.same_as_id == gone)).all():
        _erase(tx, ErasePerson(twin, effect.instead), person_id, now)
    name = tx.connection.scalars(sa.select(person.c.name).where(person.c.id == gone)).one()
    homes = _homes(tx, gone)
    end_access(tx, gone, now)
    files = _erase_chats(tx, gone, homes, now)
    for table in (unanswered, snooze, escalation):
        tx.connection.execute(table.delete().where(table.c.person_id == gone))
    tx.connection.execute(person.update().where(person.c.id == gone).values(name=effect.instead, agreed_version=None))
    tx.connection.execute(data_request.update().where(data_request.c.person_id == gone).values(text=None, reason=None))
    codes = enrolment_code.update().where(sa.or_(*_of(enrolment_code, gone)), enrolment_code.c.person_name.is_not(None))
    tx.connection.execute(codes.where(enrolment_code.c.issued_by != gone).values(person_name=None))
    _scrub_rows(tx, gone, _Scrub(name, [address for _, address, _ in homes], effect.instead))
    made = f"{_MADE}{gone}"
    left = {"files": [*_drop_files(tx, files), *(tx.meta(made) or ())], "accounts": [key for *_, key in homes if key]}
    tx.connection.execute(meta.delete().where(meta.c.key == made))
    if left["files"] or left["accounts"]:
        tx.set_meta(f"{_LEFT}{gone}", left)
    tx.note(now, person_id, _ACTION, f"person:{gone}")


def _homes(tx: Room, gone: int) -> list[tuple[str, str, int | None]]:
    """Channels and addresses of this person, with the key of the account where it is nobody else's now."""
    of_accounts = sa.select(account.c.channel, account.c.address).where(account.c.person_id == gone)
    of_messages = sa.select(outbox.c.channel, outbox.c.address).where(
        outbox.c.person_id == gone, outbox.c.address != ""
    )
    homes = []
    for channel, address in tx.connection.execute(of_accounts.union(of_messages)).all():
        query = sa.select(account).where(account.c.channel == channel, account.c.address == address)
        row = tx.connection.execute(query).one_or_none()
        if row is None or row.person_id in {None, gone}:
            homes.append((channel, address, row.id if row else None))
    return homes


def _erase_chats(tx: Room, gone: int, homes: Sequence[tuple[str, str, int | None]], now: dt.datetime) -> set[int]:
    """Take away what this person sent and was sent; returns the keys of the files that came with it."""
    files: set[int] = set()
    for channel, address, key in homes:
        came = (inbox.c.channel == channel) & (inbox.c.address == address)
        for row in tx.connection.execute(sa.select(inbox.c.files).where(came)):
            files.update(one["stored"]["id"] for one in row.files or () if one.get("stored"))
        tx.connection.execute(inbox.delete().where(came))
        went = (outbox.c.channel == channel) & (outbox.c.address == address) & outbox.c.person_id.is_(None)
        tx.connection.execute(outbox.delete().where(went))
        tx.connection.execute(conversation.delete().where(conversation.c.subject == f"account:{key}"))
    mine = (outbox.c.person_id == gone) | (outbox.c.subject == f"person:{gone}")
    tx.connection.execute(outbox.delete().where(mine, outbox.c.announcement_id.is_(None)))
    # That an announcement went to somebody is counted; to whom and with which words is not.
    blank = {"payload": {"text": ""}, "address": "", "platform_id": None, "has_choices": False}
    tx.connection.execute(outbox.update().where(mine).values(**blank))
    unsent = mine & outbox.c.state.in_(_UNDER_WAY)
    tx.connection.execute(outbox.update().where(unsent).values(state="failed", error="removed", done_at=now))
    tx.connection.execute(outbox.update().where(mine, outbox.c.error.like("%:%")).values(error=sa.literal("removed")))
    tx.connection.execute(conversation.delete().where(conversation.c.subject == f"person:{gone}"))
    return files


class _Scrub:
    """Takes one person's name, addresses and numbers out of words and of JSON."""

    def __init__(self, name: str, addresses: Iterable[str], instead: str) -> None:
        # One word alone ("An") is also a word of other sentences: then only what says nothing else is the name.
        self._name = name
        words = [name] if " " in name.strip() else []
        self.wanted = [*words, *(one for one in addresses if len(one) > 3)]
        pattern = "|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in self.wanted)
        self._pattern = re.compile(pattern, re.IGNORECASE) if pattern else None
        self._instead = instead

    def __call__(self, value: Any, *, numbers: bool) -> Any:
        """The same value without them; ``numbers``: telephone and identity numbers go, too."""
        if isinstance(value, dict):
            return {self(key, numbers=False): self(one, numbers=numbers) for key, one in value.items()}
        if isinstance(value, list):
            return [self(one, numbers=numbers) for one in value]
        if not isinstance(value, str):
            return value
        if value == self._name:
            return self._instead
        value = self._pattern.sub(self._instead, value) if self._pattern else value
        for number in personal_numbers(value) if numbers else ():
            # A sum of money may have nine digits, but never begins like a telephone or căn cước number.
            if number.lstrip("+").startswith(("0", "84")):
                value = value.replace(number, "[…]")
        return value


def _scrub_rows(tx: Room, gone: int, scrub: _Scrub) -> None:
    """What rows say that this person has to do with, and what anybody's chat says of them: also the numbers in it."""
    for table in metadata.sorted_tables:
        if table in AS_ISSUED or table is person:
            continue
        words = [column for column in table.columns if isinstance(column.type, sa.Text | sa.JSON)]
        if conditions := _of(table, gone):
            _scrub_table(tx, table, words, sa.or_(*conditions), scrub)
        if table in _EVERYBODYS and scrub.wanted:
            named = [
                sa.cast(column, sa.Text).contains(one, autoescape=True) for column in words for one in scrub.wanted
            ]
            _scrub_table(tx, table, words, sa.or_(*named), scrub)


def _scrub_table(
    tx: Room,
    table: sa.Table,
    words: Sequence[sa.Column[Any]],
    which: sa.ColumnElement[bool],
    scrub: _Scrub,
) -> None:
    keys = list(table.primary_key.columns)
    for row in tx.connection.execute(sa.select(*keys, *(one for one in words if one not in keys)).where(which)).all():
        was = row._mapping
        # What is unique is a key: ten digits in it are no telephone number.
        new = {one.name: scrub(was[one.name], numbers=not one.unique) for one in words}
        if changed := {key: value for key, value in new.items() if value != was[key] and not table.c[key].primary_key}:
            this = sa.and_(*(key == was[key.name] for key in keys))
            tx.connection.execute(table.update().where(this).values(changed))


def _of(table: sa.Table, gone: int) -> list[sa.ColumnElement[bool]]:
    """Conditions on the rows of a table that this person has to do with."""
    found = [column == gone for column in person_columns(table)]
    subjects = {"outbox": outbox.c.subject, "audit": audit.c.object}
    if table.name in subjects:
        found.append(subjects[table.name] == f"person:{gone}")
    if table is report:  # what colleagues and reviewers added to the report of theirs
        found.append(report.c.id.in_(sa.select(report_version.c.report_id).where(report_version.c.person_id == gone)))
    if table is report_version:
        found.append(report_version.c.report_id.in_(sa.select(report.c.id).where(report.c.person_id == gone)))
    if table is outbox:
        theirs = sa.select(announcement.c.id).where(announcement.c.author_id == gone)
        found.append(outbox.c.announcement_id.in_(theirs))
    return found


def person_columns(table: sa.Table) -> Iterator[sa.Column[Any]]:
    """The columns that hold a person's key."""
    for column in table.columns:
        refers = any(key.target_fullname == "person.id" for key in column.foreign_keys)
        if refers or column.info.get("of") == "person":
            yield column


def _drop_files(tx: Room, candidates: set[int]) -> list[str]:
    """Forget those of these files that nothing of the unit or of others holds; the hashes of bytes not needed now."""
    only_theirs = candidates - _files_in_use(tx, candidates) if candidates else set()
    gone = tx.connection.execute(file.delete().where(file.c.id.in_(only_theirs)).returning(file.c.sha256)).all()
    hashes = {row.sha256 for row in gone}
    return sorted(hashes - set(tx.connection.scalars(sa.select(file.c.sha256).where(file.c.sha256.in_(hashes)))))


def _files_in_use(tx: Room, candidates: set[int]) -> set[int]:
    """Which of these files anything left may mean: any number in a list of answers, and what is plainly a file."""
    found = set(tx.connection.scalars(sa.select(document.c.file_id).where(document.c.file_id.in_(candidates))))
    for table in (report, report_version, announcement, meta, conversation, outbox, inbox):
        for column in table.columns:
            if isinstance(column.type, sa.JSON):
                words = sa.cast(column, sa.Text)
                # Rows that hold the digits at all: reading the JSON of every message would take too long.
                some = sa.or_(*(words.contains(str(key)) for key in candidates)) if len(candidates) < 100 else sa.true()
                for value in tx.connection.scalars(sa.select(column).where(column.is_not(None), some)):
                    found.update(_numbers(value))
    return candidates & found


def _numbers(value: Any, *, listed: bool = False) -> Iterator[int]:
    if isinstance(value, dict):
        stored = value.get("stored")
        if isinstance(stored, dict) and isinstance(stored.get("id"), int):
            yield stored["id"]
        if isinstance(value.get("file"), int):
            yield value["file"]
        for one in value.values():
            yield from _numbers(one)
    elif isinstance(value, list):
        for one in value:
            yield from _numbers(one, listed=True)
    elif listed and isinstance(value, int) and not isinstance(value, bool):
        yield value


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {ErasePerson: _erase}
"""For each effect about erasing the function (transaction, effect, person_id, now) that applies it."""
