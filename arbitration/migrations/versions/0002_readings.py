"""What was read out of the listings, and objections to it. Listings that are there already wait to be read.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WAITING = sa.text("batch_id IS NULL")
OPEN = sa.text("withdrawn_at IS NULL AND decided_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "listing_readings",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("text_digest", sa.String(length=64), nullable=True),
        sa.Column("reader", sa.Integer(), nullable=True),
        sa.Column("reading", sa.JSON(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_listing_readings_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_readings")),
    )
    op.create_index(
        "ix_listing_readings_waiting",
        "listing_readings",
        ["listing_id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(op.f("ix_listing_readings_batch_id"), "listing_readings", ["batch_id"])
    op.create_index(op.f("ix_listing_readings_text_digest"), "listing_readings", ["text_digest"])
    op.execute("INSERT INTO listing_readings (listing_id) SELECT id FROM listings")

    op.create_table(
        "reading_objections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("suggestion", sa.JSON(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("correction", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_reading_objections_decided_by")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_reading_objections_listing_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reading_objections_person_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_reading_objections_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_objections")),
    )
    op.create_index(
        "uq_reading_objections_open",
        "reading_objections",
        ["purchase_id", "person_id", "field"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    for column in ("purchase_id", "listing_id", "person_id"):
        op.create_index(op.f(f"ix_reading_objections_{column}"), "reading_objections", [column])


def downgrade() -> None:
    op.drop_table("reading_objections")
    op.drop_table("listing_readings")
