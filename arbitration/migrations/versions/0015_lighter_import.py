"""Fewer and smaller things to write for each purchase that is imported.

Indexes go that no page and no command looks anything up by. On SQLite the docket's heads, short rows that are only
ever found by their key, are kept in the key's own tree: one to write in instead of two.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

UNUSED = (
    ("ix_purchases_batch_id", "purchases", "batch_id"),
    ("ix_purchases_listing_id", "purchases", "listing_id"),
    ("ix_listings_external_id", "listings", "external_id"),
)
OF_WHAT_IS_READ = ("batch_id", "text_digest")


def upgrade() -> None:
    for name, table, _ in UNUSED:
        op.drop_index(name, table_name=table)
    for column in OF_WHAT_IS_READ:
        op.drop_index(f"ix_listing_readings_{column}", table_name="listing_readings")
        told = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_listing_readings_{column}", "listing_readings", [column], sqlite_where=told, postgresql_where=told
        )
    _keep_heads(without_rowid=True)


def downgrade() -> None:
    _keep_heads(without_rowid=False)
    for column in OF_WHAT_IS_READ:
        op.drop_index(f"ix_listing_readings_{column}", table_name="listing_readings")
        op.create_index(f"ix_listing_readings_{column}", "listing_readings", [column])
    for name, table, column in UNUSED:
        op.create_index(name, table, [column])


def _keep_heads(*, without_rowid: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.create_table(
        "docket_heads_new",
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", name="pk_docket_heads"),
        sqlite_with_rowid=not without_rowid,
    )
    columns = "chain_id, length, hash, seal"
    op.execute(f"INSERT INTO docket_heads_new ({columns}) SELECT {columns} FROM docket_heads ORDER BY chain_id")
    op.drop_table("docket_heads")
    op.rename_table("docket_heads_new", "docket_heads")
