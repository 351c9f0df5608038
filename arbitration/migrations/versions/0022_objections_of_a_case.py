"""An index for the objections to arbiters of a case, which its page reads.

Revision: 0022, after 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_arbiter_objections_dispute_id", "arbiter_objections", ["dispute_id"])


def downgrade() -> None:
    op.drop_index("ix_arbiter_objections_dispute_id", table_name="arbiter_objections")
