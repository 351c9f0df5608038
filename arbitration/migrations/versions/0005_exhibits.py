"""Exhibits, and who has been shown them.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exhibits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("filed_role", sa.String(length=16), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=32), nullable=False),
        sa.Column("preview", sa.String(length=16), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration", sa.BigInteger(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["filed_by"], ["people.id"], name=op.f("fk_exhibits_filed_by")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_exhibits_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibits")),
        sa.UniqueConstraint("purchase_id", "number", name=op.f("uq_exhibits_purchase_id_number")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_exhibits_stored_as")),
    )
    op.create_index(op.f("ix_exhibits_filed_by"), "exhibits", ["filed_by"])
    op.create_table(
        "exhibit_views",
        sa.Column("exhibit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibits.id"], name=op.f("fk_exhibit_views_exhibit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_exhibit_views_person_id")),
        sa.PrimaryKeyConstraint("exhibit_id", "person_id", name=op.f("pk_exhibit_views")),
    )
    op.create_index(op.f("ix_exhibit_views_person_id"), "exhibit_views", ["person_id"])


def downgrade() -> None:
    op.drop_table("exhibit_views")
    op.drop_table("exhibits")
