"""An index of the deadlines that run, by purchase: every page of a party counts them.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

RUNNING = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_index(
        "ix_deadlines_running", "deadlines", ["purchase_id"], sqlite_where=RUNNING, postgresql_where=RUNNING
    )


def downgrade() -> None:
    op.drop_index("ix_deadlines_running", "deadlines")
