"""A deadline tells how often in a row carrying it out has failed, and with what fault.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deadlines", sa.Column("failures", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("deadlines", sa.Column("trouble", sa.String(80)))


def downgrade() -> None:
    op.drop_column("deadlines", "trouble")
    op.drop_column("deadlines", "failures")
