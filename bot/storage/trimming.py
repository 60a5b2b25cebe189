"""Letting go of what nobody needs any more, a little at a time.

Candidates are looked for by reading, over a range of keys, and removed by key in a short transaction of their own that
looks at them again: a turn never waits for more than that. What stays, however old:

* what is not done: updates that wait, messages on their way, open drafts, open questions;
* deliveries of announcements, whose status is asked for much later; they lose their words, which the announcement has;
* the message under which a person's next number or button is understood: what their conversation points to, and the
  latest one with choices that they got without having asked;
* the newest row of each table: SQLite gives the key of a last row away again, and a button would mean another message.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from bot.payload import without_secret
from bot.storage.meta import Meta
from bot.storage.schema import account, audit, conversation, file, inbox, outbox, report, report_version, unanswered

_NOTED: Final = "last trim"
_SETTLED: Final = ("sent", "edited", "failed", "uncertain")
_FILED: Final = ("submitted", "resubmitted", "approved")


class Trimming(Meta):
    """What may go, and letting it go."""

    def begin_trim(self, now: dt.datetime, *, at_night: bool) -> bool:
        """Whether it is time, and nobody else has begun today; noted at once. The first time, it is only noted."""
        if self.on_postgresql:
            lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended("danvan/trim", 0))
            self.connection.execute(sa.select(lock))
        noted = self.meta(_NOTED)
        since = now - dt.datetime.fromisoformat(noted) if noted else None
        due = since is not None and since >= (dt.timedelta(hours=12) if at_night else dt.timedelta(hours=36))
        if due or since is None:
            self.set_meta(_NOTED, now.isoformat())
        return due

    def newest_keys(self) -> tuple[int, int]:
        """Of the updates and of the messages."""
        return self._newest(inbox), self._newest(outbox)

    def _newest(self, table: sa.Table) -> int:
        return self.connection.scalar(sa.select(sa.func.max(table.c.id))) or 0

    def old_updates(self, after: int, until: int, before: dt.datetime) -> Sequence[int]:
        """Updates that had their turn."""
        done = inbox.c.state.in_(("done", "failed")) & (inbox.c.done_at < before)
        return self._keys(inbox, after, until, done)

    def old_messages(self, after: int, until: int, before: dt.datetime) -> Sequence[int]:
        """Messages of which nothing more will come, other than announcements."""
        offered = sa.exists().where(conversation.c.offer_id == outbox.c.id)
        later = outbox.alias()
        pushed = outbox.c.has_choices & (outbox.c.kind != "reply")
        replaced = sa.exists().where(
            later.c.subject == outbox.c.subject,
            later.c.has_choices,
            later.c.kind != "reply",
            later.c.id > outbox.c.id,
        )
        gone = outbox.c.announcement_id.is_(None) & outbox.c.state.in_(_SETTLED) & (outbox.c.done_at < before)
        return self._keys(outbox, after, until, gone, ~offered, ~pushed | replaced)

    def wordy_announcements(self, after: int, until: int, before: dt.datetime) -> Sequence[int]:
        """Deliveries of announcements that still have their words."""
        settled = outbox.c.state.in_(_SETTLED) & (outbox.c.done_at < before) & outbox.c.announcement_id.is_not(None)
        wordy = sa.cast(outbox.c.payload, sa.Text).not_like('{"text":""%')
        offered = sa.exists().where(conversation.c.offer_id == outbox.c.id)
        return self._keys(outbox, after, until, settled, wordy, ~offered)

    def told_secrets(self, after: int, until: int) -> Sequence[int]:
        """Messages with a code in them that will not be sent any more, or not again."""
        secret = sa.cast(outbox.c.payload, sa.Text).like('%"secret":"%')
        return self._keys(outbox, after, until, outbox.c.state.in_(_SETTLED), secret)

    def _keys(self, table: sa.Table, after: int, until: int, *which: sa.ColumnElement[bool]) -> Sequence[int]:
        here = (table.c.id > after) & (table.c.id <= until)
        return list(self.connection.scalars(sa.select(table.c.id).where(here, *which)))

    def drop_updates(self, keys: Sequence[int]) -> int:
        """Delete these."""
        return self._drop(inbox, keys)

    def drop_messages(self, keys: Sequence[int]) -> int:
        """Delete these, but what has come to be offered meanwhile."""
        offered = set(
            self.connection.scalars(sa.select(conversation.c.offer_id).where(conversation.c.offer_id.in_(keys)))
        )
        return self._drop(outbox, [key for key in keys if key not in offered])

    def _drop(self, table: sa.Table, keys: Sequence[int]) -> int:
        return self.connection.execute(table.delete().where(table.c.id.in_(keys))).rowcount if keys else 0

    def shorten(self, keys: Sequence[int]) -> int:
        """Take the words out of these; their buttons stay."""
        return self._rewrite(keys, lambda payload: {**payload, "text": ""})

    def blot_out(self, keys: Sequence[int]) -> int:
        """Take the codes out of these."""
        return self._rewrite(keys, without_secret)

    def _rewrite(self, keys: Sequence[int], change: Any) -> int:
        rows = self.connection.execute(
            sa.select(outbox.c.id, outbox.c.payload).where(outbox.c.id.in_(keys), outbox.c.state.in_(_SETTLED))
        ).all()
        if rows:
            statement = outbox.update().where(outbox.c.id == sa.bindparam("row_id"))
            changed = [{"row_id": row.id, "payload": change(row.payload)} for row in rows]
            self.connection.execute(statement, changed)
        return len(rows)

    def drop_questions(self, before: dt.datetime, limit: int) -> int:
        """Delete questions that were answered or dismissed."""
        return self._drop_some(unanswered, limit, unanswered.c.closed_at < before)

    def drop_strangers(self, before: dt.datetime, limit: int) -> int:
        """Delete accounts with which nobody ever enrolled, and where their conversation stood."""
        unlocked = account.c.locked_until.is_(None) | (account.c.locked_until < before)
        strange = account.c.person_id.is_(None) & (account.c.last_used_at < before) & unlocked
        keys = self._some(account, limit, strange)
        if keys:
            theirs = conversation.c.subject.in_([f"account:{key}" for key in keys])
            self.connection.execute(conversation.delete().where(theirs))
        return self._drop(account, keys)

    def drop_audit(self, before: dt.datetime, limit: int) -> int:
        """Delete what was noted of who did what."""
        return self._drop_some(audit, limit, audit.c.at < before)

    def drop_reports(self, before: dt.datetime) -> int:
        """Delete reports with their history, by whole periods, so that no unit comes to be missing: those of which
        nothing is open, and whose last report came in before this moment."""
        over = (
            sa.select(report.c.form, report.c.period)
            .group_by(report.c.form, report.c.period)
            .having(
                sa.func.max(report.c.updated_at) < before,
                sa.func.sum(sa.case((report.c.state.in_(_FILED), 0), else_=1)) == 0,
            )
            .limit(1)
        )
        period = self.connection.execute(over).first()
        if period is None:
            return 0
        of_it = (report.c.form == period.form) & (report.c.period == period.period)
        keys = list(self.connection.scalars(sa.select(report.c.id).where(of_it)))
        if self._newest(report) in keys:
            return 0
        self.connection.execute(report_version.delete().where(report_version.c.report_id.in_(keys)))
        return self._drop(report, keys)

    def _drop_some(self, table: sa.Table, limit: int, which: sa.ColumnElement[bool]) -> int:
        return self._drop(table, self._some(table, limit, which))

    def _some(self, table: sa.Table, limit: int, which: sa.ColumnElement[bool]) -> list[int]:
        newest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
        query = sa.select(table.c.id).where(which, table.c.id < newest).order_by(table.c.id).limit(limit)
        return list(self.connection.scalars(query))

    def stored_content(self) -> set[str]:
        """The hashes of all files that are kept, those of updates that wait among them."""
        kept = set(self.connection.scalars(sa.select(file.c.sha256)))
        waiting = sa.select(inbox.c.files).where(inbox.c.files.is_not(None))
        for files in self.connection.scalars(waiting):
            kept.update(one["sha256"] for one in files or () if one.get("sha256"))
        return kept
