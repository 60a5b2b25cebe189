"""Codes that link an account or hand a post over, and codes that were revoked.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.schema import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enrolment_code", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revoked_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("links_to", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("replaces_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a downgrade would lose data: restore a backup instead")
