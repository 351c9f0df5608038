"""An index by which the list of all disputes goes along their next deadlines.

Revision: 0013, after 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_disputes_next_due_at", "disputes", ["next_due_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_disputes_next_due_at", table_name="disputes")
