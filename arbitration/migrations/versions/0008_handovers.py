"""Hand-overs that were used.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_handovers",
        sa.Column("jti_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti_hash", name=op.f("pk_used_handovers")),
    )
    op.create_index(op.f("ix_used_handovers_expires_at"), "used_handovers", ["expires_at"])


def downgrade() -> None:
    op.drop_table("used_handovers")
