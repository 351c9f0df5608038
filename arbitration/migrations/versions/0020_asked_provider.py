"""A refund tells which payment provider was asked for it.

Those asked before are taken to be with the one that is set at the time of the update. Where none is set they are with
one that nobody can name any more.

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

UNNAMED = "unknown"


def upgrade() -> None:
    op.add_column("remedies", sa.Column("provider", sa.String(), nullable=True))
    remedies = sa.table("remedies", sa.column("provider", sa.String()), sa.column("provider_state", sa.String()))
    asked = current_app.config["REFUND_TERMS"].provider or UNNAMED
    op.execute(sa.update(remedies).where(remedies.c.provider_state.is_not(None)).values(provider=asked))


def downgrade() -> None:
    op.drop_column("remedies", "provider")
