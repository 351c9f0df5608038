"""A purchase's digest covers all that its last row said, its people first; one that is kept already, the people alone.

Revision: 0016, after 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE purchases RENAME COLUMN people_digest TO said_digest")


def downgrade() -> None:
    op.execute("ALTER TABLE purchases RENAME COLUMN said_digest TO people_digest")
