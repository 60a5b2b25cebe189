"""Searching what was written goes through the reports from the newest on.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_report_submitted_at", "report", ["submitted_at", "id"])


def downgrade() -> None:
    raise NotImplementedError("a downgrade would lose data: restore a backup instead")
