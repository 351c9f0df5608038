"""What operators look after: arbiters' absences, who began an import, and indexes for their lists and numbers.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SUSPENDED = sa.text("suspended_at IS NOT NULL")
OWED = sa.text("state = 'ran_out' AND kind IN ('ruling', 'refund')")


def upgrade() -> None:
    op.create_table(
        "arbiter_absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_arbiter_absences_person_id")),
        sa.ForeignKeyConstraint(["declared_by"], ["people.id"], name=op.f("fk_arbiter_absences_declared_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arbiter_absences")),
    )
    op.create_index("ix_arbiter_absences_person_id_ends_at", "arbiter_absences", ["person_id", "ends_at"])
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("begun_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("door", sa.String(length=16), nullable=False, server_default="command"))
        batch_op.create_foreign_key(batch_op.f("fk_imports_begun_by"), "people", ["begun_by"], ["id"])
        batch_op.create_index("ix_imports_started_at", ["started_at", "id"], unique=False)
    op.create_index("ix_disputes_opened_at", "disputes", ["opened_at", "id"])
    op.create_index("ix_disputes_closed_at", "disputes", ["closed_at", "id"])
    op.create_index("ix_deadlines_still_owed", "deadlines", ["due_at", "id"], sqlite_where=OWED, postgresql_where=OWED)
    op.create_index("ix_people_suspended", "people", ["email"], sqlite_where=SUSPENDED, postgresql_where=SUSPENDED)


def downgrade() -> None:
    op.drop_index("ix_people_suspended", table_name="people")
    op.drop_index("ix_deadlines_still_owed", table_name="deadlines")
    op.drop_index("ix_disputes_closed_at", table_name="disputes")
    op.drop_index("ix_disputes_opened_at", table_name="disputes")
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.drop_index("ix_imports_started_at")
        batch_op.drop_constraint(batch_op.f("fk_imports_begun_by"), type_="foreignkey")
        batch_op.drop_column("door")
        batch_op.drop_column("begun_by")
    op.drop_table("arbiter_absences")
