"""Disputes and all that belongs to them; messages of the acts that both sides see.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("requested", sa.String(length=16), nullable=False),
        sa.Column("defect", sa.String(length=500), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=True),
        sa.Column("seller_silent", sa.Boolean(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arbiter_id", sa.Uuid(), nullable=True),
        sa.Column("wanted_arbiter_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence_closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times_reopened", sa.Integer(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["arbiter_id"], ["people.id"], name=op.f("fk_disputes_arbiter_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_disputes_purchase_id")),
        sa.ForeignKeyConstraint(["wanted_arbiter_id"], ["people.id"], name=op.f("fk_disputes_wanted_arbiter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("purchase_id", "number", name=op.f("uq_disputes_purchase_id_number")),
    )
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.create_index("ix_disputes_arbiter_id_stage", ["arbiter_id", "stage"], unique=False)
        batch_op.create_index("ix_disputes_stage_next_due_at", ["stage", "next_due_at", "id"], unique=False)
        batch_op.create_index(
            "uq_disputes_open",
            ["purchase_id"],
            unique=True,
            sqlite_where=sa.text("stage != 'closed'"),
            postgresql_where=sa.text("stage != 'closed'"),
        )

    op.create_table(
        "facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("exhibit_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=False),
        sa.Column("stated_role", sa.String(length=16), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.Column("correction", sa.JSON(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_facts_decided_by")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_facts_purchase_id")),
        sa.ForeignKeyConstraint(["stated_by"], ["people.id"], name=op.f("fk_facts_stated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index("ix_facts_purchase_id", ["purchase_id", "stated_at"], unique=False)

    op.create_table(
        "arbiter_objections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("arbiter_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["arbiter_id"], ["people.id"], name=op.f("fk_arbiter_objections_arbiter_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_arbiter_objections_decided_by")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_arbiter_objections_dispute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arbiter_objections")),
    )
    with op.batch_alter_table("arbiter_objections", schema=None) as batch_op:
        batch_op.create_index(
            "uq_arbiter_objections_pending",
            ["dispute_id"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.create_table(
        "assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("arbiter_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("how", sa.String(length=16), nullable=True),
        sa.Column("ground", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["arbiter_id"], ["people.id"], name=op.f("fk_assignments_arbiter_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_assignments_dispute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignments_arbiter_id"), ["arbiter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignments_dispute_id"), ["dispute_id"], unique=False)

    op.create_table(
        "conduct_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("message_position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_role", sa.String(length=16), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_by", sa.Uuid(), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_conduct_reports_message_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_conduct_reports_purchase_id")),
        sa.ForeignKeyConstraint(["reported_by"], ["people.id"], name=op.f("fk_conduct_reports_reported_by")),
        sa.ForeignKeyConstraint(["struck_by"], ["people.id"], name=op.f("fk_conduct_reports_struck_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct_reports")),
        sa.UniqueConstraint("message_id", "kind", name=op.f("uq_conduct_reports_message_id_kind")),
    )
    with op.batch_alter_table("conduct_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conduct_reports_purchase_id"), ["purchase_id"], unique=False)

    op.create_table(
        "deadlines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("owed_by", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("base_event", sa.String(length=32), nullable=False),
        sa.Column("base_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consequence", sa.String(length=32), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("passed", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_deadlines_dispute_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_deadlines_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.create_index("ix_deadlines_dispute_id_state", ["dispute_id", "state"], unique=False)
        batch_op.create_index(
            "ix_deadlines_next_at",
            ["next_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "exhibit_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_of", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exhibit_id", sa.Uuid(), nullable=True),
        sa.Column("ran_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_exhibit_requests_asked_by")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_exhibit_requests_dispute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_requests")),
        sa.UniqueConstraint("dispute_id", "number", name=op.f("uq_exhibit_requests_dispute_id_number")),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_notes_author_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_notes_dispute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("dispute_id", "number", name=op.f("uq_notes_dispute_id_number")),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("remedy", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counters_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["counters_id"], ["offers.id"], name=op.f("fk_offers_counters_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_offers_dispute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("dispute_id", "number", name=op.f("uq_offers_dispute_id_number")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index(
            "uq_offers_open",
            ["dispute_id", "by"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "remedies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("gateway_key", sa.String(length=64), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_approved_by", sa.Uuid(), nullable=True),
        sa.Column("second_approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name=op.f("fk_remedies_approved_by")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_remedies_dispute_id")),
        sa.ForeignKeyConstraint(["done_by"], ["people.id"], name=op.f("fk_remedies_done_by")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_remedies_purchase_id")),
        sa.ForeignKeyConstraint(["second_approved_by"], ["people.id"], name=op.f("fk_remedies_second_approved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedies")),
        sa.UniqueConstraint("gateway_key", name=op.f("uq_remedies_gateway_key")),
    )
    with op.batch_alter_table("remedies", schema=None) as batch_op:
        batch_op.create_index("ix_remedies_purchase_id", ["purchase_id", "done_at"], unique=False)
        batch_op.create_index("ix_remedies_state", ["state", "owed_at"], unique=False)
        batch_op.create_index(
            "uq_remedies_owed",
            ["dispute_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('owed', 'sent')"),
            postgresql_where=sa.text("state IN ('owed', 'sent')"),
        )

    op.create_table(
        "requested_remedies",
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("requested", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_requested_remedies_dispute_id")),
        sa.PrimaryKeyConstraint("dispute_id", "number", name=op.f("pk_requested_remedies")),
    )
    op.create_table(
        "rulings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("arbiter_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("remedy", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("exhibits", sa.JSON(), nullable=False),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.Column("departs", sa.Boolean(), nullable=False),
        sa.Column("on_appeal_of", sa.Uuid(), nullable=True),
        sa.Column("appeal", sa.String(length=16), nullable=True),
        sa.Column("docket_head", sa.String(length=64), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["arbiter_id"], ["people.id"], name=op.f("fk_rulings_arbiter_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_rulings_dispute_id")),
        sa.ForeignKeyConstraint(["on_appeal_of"], ["rulings.id"], name=op.f("fk_rulings_on_appeal_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulings")),
        sa.UniqueConstraint("dispute_id", "number", name=op.f("uq_rulings_dispute_id_number")),
    )
    with op.batch_alter_table("rulings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rulings_arbiter_id"), ["arbiter_id"], unique=False)
        batch_op.create_index(
            "uq_rulings_in_force",
            ["dispute_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "appeals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ruling_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_appeals_dispute_id")),
        sa.ForeignKeyConstraint(["ruling_id"], ["rulings.id"], name=op.f("fk_appeals_ruling_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("ruling_id", name=op.f("uq_appeals_ruling_id")),
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeals_dispute_id"), ["dispute_id"], unique=False)

    op.create_table(
        "extensions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadlines.id"], name=op.f("fk_extensions_deadline_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_extensions_dispute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    with op.batch_alter_table("extensions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extensions_deadline_id"), ["deadline_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_extensions_dispute_id"), ["dispute_id"], unique=False)

    op.create_table(
        "ruling_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ruling_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_position", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=16), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_ruling_questions_answered_by")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_ruling_questions_dispute_id")),
        sa.ForeignKeyConstraint(["ruling_id"], ["rulings.id"], name=op.f("fk_ruling_questions_ruling_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling_questions")),
    )
    with op.batch_alter_table("ruling_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ruling_questions_dispute_id"), ["dispute_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ruling_questions_ruling_id"), ["ruling_id"], unique=False)

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=24), nullable=False, server_default="message"))
        batch_op.add_column(sa.Column("about", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("asks", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("hidden_by", sa.Uuid(), nullable=True))
        batch_op.alter_column("author_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_foreign_key(batch_op.f("fk_messages_hidden_by"), "people", ["hidden_by"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_messages_hidden_by"), type_="foreignkey")
        batch_op.alter_column("author_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("hidden_by")
        batch_op.drop_column("hidden_at")
        batch_op.drop_column("asks")
        batch_op.drop_column("about")
        batch_op.drop_column("kind")

    with op.batch_alter_table("ruling_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ruling_questions_ruling_id"))
        batch_op.drop_index(batch_op.f("ix_ruling_questions_dispute_id"))

    op.drop_table("ruling_questions")
    with op.batch_alter_table("extensions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extensions_dispute_id"))
        batch_op.drop_index(batch_op.f("ix_extensions_deadline_id"))

    op.drop_table("extensions")
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeals_dispute_id"))

    op.drop_table("appeals")
    with op.batch_alter_table("rulings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_rulings_in_force",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_rulings_arbiter_id"))

    op.drop_table("rulings")
    op.drop_table("requested_remedies")
    with op.batch_alter_table("remedies", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_remedies_owed",
            sqlite_where=sa.text("state IN ('owed', 'sent')"),
            postgresql_where=sa.text("state IN ('owed', 'sent')"),
        )
        batch_op.drop_index("ix_remedies_state")
        batch_op.drop_index("ix_remedies_purchase_id")

    op.drop_table("remedies")
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offers_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )

    op.drop_table("offers")
    op.drop_table("notes")
    op.drop_table("exhibit_requests")
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deadlines_next_at", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index("ix_deadlines_dispute_id_state")

    op.drop_table("deadlines")
    with op.batch_alter_table("conduct_reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conduct_reports_purchase_id"))

    op.drop_table("conduct_reports")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignments_dispute_id"))
        batch_op.drop_index(batch_op.f("ix_assignments_arbiter_id"))

    op.drop_table("assignments")
    with op.batch_alter_table("arbiter_objections", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_arbiter_objections_pending",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.drop_table("arbiter_objections")
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_index("ix_facts_purchase_id")

    op.drop_table("facts")
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_disputes_open", sqlite_where=sa.text("stage != 'closed'"), postgresql_where=sa.text("stage != 'closed'")
        )
        batch_op.drop_index("ix_disputes_stage_next_due_at")
        batch_op.drop_index("ix_disputes_arbiter_id_stage")

    op.drop_table("disputes")
