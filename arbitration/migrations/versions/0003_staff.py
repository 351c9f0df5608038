"""Arbiters and operators sign in with a password and a second factor. Sessions and links say in which role.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_accounts",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_sealed", sa.String(length=300), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_staff_accounts_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_staff_accounts")),
    )
    op.create_index(op.f("ix_staff_accounts_role"), "staff_accounts", ["role"])
    op.create_table(
        "staff_set_ups",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_staff_set_ups_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_set_ups")),
    )
    for column in ("person_id", "expires_at"):
        op.create_index(op.f(f"ix_staff_set_ups_{column}"), "staff_set_ups", [column])
    op.create_table(
        "recovery_codes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id")),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "arbiter_ties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tied_to", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_arbiter_ties_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arbiter_ties")),
    )
    for column in ("person_id", "tied_to"):
        op.create_index(op.f(f"ix_arbiter_ties_{column}"), "arbiter_ties", [column])
    with op.batch_alter_table("browser_sessions") as sessions:
        sessions.add_column(sa.Column("role", sa.String(length=16), nullable=False, server_default="party"))
        sessions.add_column(sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("sign_in_links") as links:
        links.add_column(sa.Column("role", sa.String(length=16), nullable=False, server_default="party"))


def downgrade() -> None:
    with op.batch_alter_table("sign_in_links") as links:
        links.drop_column("role")
    with op.batch_alter_table("browser_sessions") as sessions:
        sessions.drop_column("second_factor_at")
        sessions.drop_column("role")
    for table in ("arbiter_ties", "recovery_codes", "staff_set_ups", "staff_accounts"):
        op.drop_table(table)
