"""Versions and review of what was sent; forms that are published; units that merge and are renamed.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.schema import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "form",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_by", key, nullable=True),
        sa.Column("published_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_form_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_form_name_version")),
    )
    op.create_table(
        "report_version",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("report_id", key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("person_id", key, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("questions", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_version_person_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_version_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_version")),
    )
    op.create_index("ix_report_version_report_id", "report_version", ["report_id", "id"])
    op.add_column("report", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    op.add_column("report", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("report", sa.Column("to_mend", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("report", sa.Column("correction", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("report", sa.Column("corrector_id", sa.BigInteger(), nullable=True))
    op.add_column("report", sa.Column("unit_was", sa.Text(), nullable=True))
    op.create_index("ix_report_state", "report", ["state"])
    op.add_column("unit", sa.Column("successor_id", sa.BigInteger(), nullable=True))
    op.add_column("unit", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("unit", sa.Column("former_names", sa.JSON(), nullable=True))
    op.create_index(op.f("ix_unit_successor_id"), "unit", ["successor_id"])
    # What was sent so far is the first version.
    op.execute("UPDATE report SET version = 1 WHERE state = 'submitted'")
    op.execute(
        "INSERT INTO report_version (report_id, number, event, answers, form_version, person_id, at)"
        " SELECT id, 1, 'submitted', answers, form_version, person_id, submitted_at FROM report"
        " WHERE state = 'submitted' ORDER BY id"
    )


def downgrade() -> None:
    raise NotImplementedError("a downgrade would lose data: restore a backup instead")
