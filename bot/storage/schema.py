"""All tables. Moments are stored in UTC and read as Asia/Ho_Chi_Minh; JSON columns hold JSON values only."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(sa.types.TypeDecorator[dt.datetime]):
    """An aware point in time, the same on SQLite (which knows no time zone) and on PostgreSQL."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """Store in UTC."""
        if value is None:
            return None
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> dt.datetime | None:
        """Read as Vietnamese time."""
        if value is None:
            return None
        stored: dt.datetime = value
        return (stored if stored.tzinfo else stored.replace(tzinfo=dt.UTC)).astimezone(VIETNAM)


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True)


def _reference(name: str, target: str, *, nullable: bool = False, index: bool = False) -> sa.Column[int]:
    return sa.Column(
        name,
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        sa.ForeignKey(f"{target}.id"),
        nullable=nullable,
        index=index,
    )


PERSON = {"of": "person"}
"""Marks a column that holds the key of a person without a constraint."""

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)

unit = sa.Table(
    "unit",
    metadata,
    _key(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    _reference("parent_id", "unit", nullable=True, index=True),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    # Where it was merged into another one: which, and from which day on. History stays with it.
    sa.Column("successor_id", sa.BigInteger, index=True),
    sa.Column("ended_on", sa.Date),
    # Names that it had before, the latest last.
    sa.Column("former_names", sa.JSON),
)

person = sa.Table(
    "person",
    metadata,
    _key(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    _reference("unit_id", "unit", index=True),
    sa.Column("agreed_version", sa.Text),
    sa.Column("agreed_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("removed_at", Moment),
    # Where somebody had enrolled twice: as whom they are known now. Only the audit trail still names this one.
    sa.Column("same_as_id", sa.BigInteger, info=PERSON, index=True),
)

account = sa.Table(
    "account",
    metadata,
    _key(),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    _reference("person_id", "person", nullable=True, index=True),
    sa.Column("state", sa.Text, nullable=False, server_default="active"),
    sa.Column("wrong_codes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until", Moment),
    sa.Column("last_used_at", Moment, nullable=False),
    # Whose commands its platform shows it, and which edition of them.
    sa.Column("menu", sa.Text),
    # Where it is a group that staff have registered: what it is called, and for which unit it is told things.
    sa.Column("group_title", sa.Text),
    sa.Column("group_unit_id", sa.BigInteger),
    sa.UniqueConstraint("channel", "address"),
)

enrolment_code = sa.Table(
    "enrolment_code",
    metadata,
    _key(),
    sa.Column("code_hash", sa.Text, nullable=False, unique=True),
    _reference("unit_id", "unit"),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("person_name", sa.Text),
    _reference("issued_by", "person", nullable=True),
    sa.Column("issued_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    _reference("used_by", "person", nullable=True),
    sa.Column("used_at", Moment),
    sa.Column("revoked_at", Moment),
    # Whose account the one that shows the code becomes; whose post its holder takes over.
    sa.Column("links_to", sa.BigInteger, info=PERSON),
    sa.Column("replaces_id", sa.BigInteger, info=PERSON),
)

conversation = sa.Table(
    "conversation",
    metadata,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("flow", sa.Text),
    sa.Column("step", sa.Text),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("offer_id", sa.BigInteger),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("updated_at", Moment, nullable=False),
)

inbox = sa.Table(
    "inbox",
    metadata,
    _key(),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("update_key", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("files", sa.JSON),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    sa.Column("error_id", sa.Text),
    sa.UniqueConstraint("channel", "update_key"),
    sa.Index("ix_inbox_state_id", "state", "id"),
    sa.Index("ix_inbox_address", "channel", "address", "state"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _key(),
    sa.Column("dedupe_key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    _reference("person_id", "person", nullable=True),
    _reference("announcement_id", "announcement", nullable=True, index=True),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("has_choices", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("uncertain", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("started_at", Moment),
    sa.Column("worker", sa.Text),
    sa.Column("done_at", Moment),
    sa.Column("platform_id", sa.Text),
    sa.Column("replaces_id", sa.BigInteger),
    sa.Column("error", sa.Text),
    sa.Index("ix_outbox_queue", "state", "channel", "priority", "id"),
    sa.Index("ix_outbox_address", "channel", "address", "id"),
    sa.Index("ix_outbox_subject", "subject", "has_choices", "id"),
)

worker = sa.Table(
    "worker",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("beat", sa.BigInteger, nullable=False, server_default="1"),
)

file = sa.Table(
    "file",
    metadata,
    _key(),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
)

document = sa.Table(
    "document",
    metadata,
    _key(),
    sa.Column("sha256", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("type", sa.Text),
    sa.Column("number", sa.Text),
    sa.Column("date", sa.Date),
    sa.Column("issuer", sa.Text),
    sa.Column("title", sa.Text),
    _reference("file_id", "file", nullable=True),
    _reference("added_by", "person", nullable=True),
    sa.Column("added_at", Moment, nullable=False),
)

deadline = sa.Table(
    "deadline",
    metadata,
    _key(),
    _reference("document_id", "document", nullable=True, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("quote", sa.Text),
    sa.Column("rule", sa.JSON, nullable=False),
    sa.Column("form", sa.Text),
    sa.Column("to_whom", sa.Text),
    sa.Column("audience", sa.JSON, nullable=False),
    sa.Column("offsets", sa.JSON, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("owner_id", sa.BigInteger, info=PERSON),
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("since", Moment),
    _reference("created_by", "person", nullable=True),
    sa.Column("created_at", Moment, nullable=False),
)

snooze = sa.Table(
    "snooze",
    metadata,
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True, autoincrement=False),
    sa.Column("until", Moment, nullable=False),
)

escalation = sa.Table(
    "escalation",
    metadata,
    _key(),
    _reference("deadline_id", "deadline"),
    sa.Column("occurrence", sa.Date, nullable=False),
    _reference("person_id", "person"),
    sa.Column("days_before", sa.Integer, nullable=False),
    sa.Column("sent_at", Moment, nullable=False),
    sa.UniqueConstraint("person_id", "deadline_id", "occurrence", "days_before"),
)

unanswered = sa.Table(
    "unanswered",
    metadata,
    _key(),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False),
    _reference("person_id", "person", nullable=True, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("closed_at", Moment),
    sa.Index("ix_unanswered_key", "key"),
)
"""``key`` is equal for questions that ask the same; ``outcome`` is NULL while open, then "answered" or "dismissed"."""

stored_answer = sa.Table(
    "stored_answer",
    metadata,
    _key(),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("source", sa.Text),
    _reference("author_id", "person"),
    sa.Column("at", Moment, nullable=False),
    sa.Column("withdrawn_at", Moment),
    sa.Index(
        "uq_stored_answer_in_use",
        "key",
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    ),
)
"""What staff of the province answered, in their own words; ``at`` is when it was last worded."""

reminder = sa.Table(
    "reminder",
    metadata,
    _key(),
    _reference("deadline_id", "deadline"),
    sa.Column("occurrence", sa.Date, nullable=False),
    _reference("unit_id", "unit"),
    sa.Column("days_before", sa.Integer, nullable=False),
    sa.Column("sent_at", Moment, nullable=False),
    sa.UniqueConstraint("deadline_id", "occurrence", "unit_id", "days_before"),
)

report = sa.Table(
    "report",
    metadata,
    _key(),
    _reference("unit_id", "unit"),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("form_version", sa.Integer, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),
    _reference("person_id", "person", index=True),
    sa.Column("receipt", sa.Text, unique=True),
    sa.Column("late", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("submitted_at", Moment),
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    # What was said when it was returned, as long as it is.
    sa.Column("reason", sa.Text),
    sa.Column("to_mend", sa.JSON(none_as_null=True)),
    # What is prepared in the place of ``answers``, and by whom.
    sa.Column("correction", sa.JSON(none_as_null=True)),
    sa.Column("corrector_id", sa.BigInteger, info=PERSON),
    # The unit's name at that time, where it was renamed since.
    sa.Column("unit_was", sa.Text),
    sa.UniqueConstraint("unit_id", "form", "period"),
    sa.Index("ix_report_form_period", "form", "period", "state"),
    sa.Index("ix_report_state", "state"),
    sa.Index("ix_report_submitted_at", "submitted_at", "id"),
)

report_version = sa.Table(
    "report_version",
    metadata,
    _key(),
    _reference("report_id", "report"),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("answers", sa.JSON(none_as_null=True)),
    sa.Column("form_version", sa.Integer, nullable=False),
    _reference("person_id", "person"),
    sa.Column("at", Moment, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("questions", sa.JSON(none_as_null=True)),
    sa.Index("ix_report_version_report_id", "report_id", "id"),
)

form = sa.Table(
    "form",
    metadata,
    _key(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    _reference("published_by", "person", nullable=True),
    sa.Column("published_at", Moment, nullable=False),
    sa.Column("withdrawn_at", Moment),
    sa.UniqueConstraint("name", "version"),
)

announcement = sa.Table(
    "announcement",
    metadata,
    _key(),
    sa.Column("uid", sa.Text, nullable=False, unique=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("audience", sa.JSON, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),
    _reference("author_id", "person", index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("rounds", sa.Integer, nullable=False, server_default="0"),
    sa.Column("reminded_at", Moment),
    sa.Column("state", sa.Text, nullable=False, server_default="sent", index=True),
    sa.Column("send_at", Moment),
    sa.Column("message", sa.JSON),
    sa.Column("decided_by", sa.BigInteger, info=PERSON),
    sa.Column("decided_at", Moment),
    sa.Column("corrected_at", Moment),
)

acknowledgement = sa.Table(
    "acknowledgement",
    metadata,
    sa.Column("announcement_id", sa.ForeignKey("announcement.id"), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("at", Moment, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    _key(),
    sa.Column("at", Moment, nullable=False, index=True),
    _reference("person_id", "person", nullable=True, index=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
)

data_request = sa.Table(
    "data_request",
    metadata,
    _key(),
    # As people are told it: the row's key skips numbers.
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    _reference("person_id", "person", index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("reason", sa.Text),
    _reference("decided_by", "person", nullable=True),
    sa.Column("decided_at", Moment),
)
"""What somebody asked about their own data; ``outcome`` is NULL while open, then "done" or "refused"."""
