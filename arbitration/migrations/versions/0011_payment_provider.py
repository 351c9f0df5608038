"""What the payment provider said of a refund.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COLUMNS = ("provider_state", "provider_reason", "provider_said_at", "sent_at")


def upgrade() -> None:
    op.add_column("remedies", sa.Column("provider_state", sa.String(length=16), nullable=True))
    op.add_column("remedies", sa.Column("provider_reason", sa.String(length=500), nullable=True))
    op.add_column("remedies", sa.Column("provider_said_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("remedies", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("remedies", schema=None) as batch_op:
        for column in COLUMNS:
            batch_op.drop_column(column)
