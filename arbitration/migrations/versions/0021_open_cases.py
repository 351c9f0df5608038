"""Indexes along which open disputes lie in the order in which they are due: all of them, and those of an arbiter.

Closed ones have nothing due, and lay between the open ones in which nothing is due either.

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OPEN = sa.text("stage != 'closed'")
INDEXES = {
    "ix_disputes_open_due": ["next_due_at", "id"],
    "ix_disputes_own_due": ["arbiter_id", "next_due_at", "id"],
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "disputes", columns, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name="disputes")
