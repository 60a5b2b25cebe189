"""Announcements that are planned, approved, corrected or withdrawn; and which worker is sending.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.schema import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Column by column: SQLite would copy a table whole, and drop one that others refer to, to add a foreign key.
    op.create_table(
        "worker",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("beat", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )
    op.add_column("announcement", sa.Column("state", sa.Text(), server_default="sent", nullable=False))
    op.add_column("announcement", sa.Column("send_at", Moment(), nullable=True))
    op.add_column("announcement", sa.Column("message", sa.JSON(), nullable=True))
    op.add_column("announcement", sa.Column("decided_by", sa.BigInteger(), nullable=True))
    op.add_column("announcement", sa.Column("decided_at", Moment(), nullable=True))
    op.add_column("announcement", sa.Column("corrected_at", Moment(), nullable=True))
    op.create_index(op.f("ix_announcement_state"), "announcement", ["state"])
    op.add_column("outbox", sa.Column("worker", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("replaces_id", sa.BigInteger(), nullable=True))
    op.drop_column("outbox", "lease_until")


def downgrade() -> None:
    raise NotImplementedError("a downgrade would lose data: restore a backup instead")
