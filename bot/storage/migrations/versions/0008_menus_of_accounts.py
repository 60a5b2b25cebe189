"""Which commands a platform shows to an account is known, so that they follow the person's role.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("menu", sa.Text(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a downgrade would lose data: restore a backup instead")
