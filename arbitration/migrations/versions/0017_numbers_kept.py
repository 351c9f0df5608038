"""What lists and the numbers in the navigation go along, so that they cost the same however much there is.

A purchase keeps how many messages its buyer and its seller have not read; a dispute and its deadlines keep whose they
are, with indexes for one's own in the order of what is due; free cases have indexes in the order of an arbiter's queue.
What is there already is counted and filled in: some ten seconds for a million purchases with a message each.

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SIDES = ("buyer", "seller")
PERSON = {
    "buyer": "purchases.buyer_id",
    "seller": "(SELECT person_id FROM sellers WHERE sellers.id = purchases.seller_id)",
}
UNREAD = """
    SELECT count(*) FROM messages WHERE messages.purchase_id = purchases.id
    AND messages.deleted_at IS NULL AND messages.hidden_at IS NULL
    AND (messages.author_id IS NULL OR messages.author_id != {person})
    AND messages.position > coalesce((SELECT position FROM read_marks
        WHERE read_marks.purchase_id = purchases.id AND read_marks.person_id = {person}), 0)
"""
NOBODY = "0" * 32
OPEN, CLOSED, RUNNING = sa.text("stage != 'closed'"), sa.text("stage = 'closed'"), sa.text("state = 'open'")
FREE = sa.text("NOT (arbiter_id IS NOT NULL OR called_at IS NULL OR closed_at IS NOT NULL)")


def upgrade() -> None:
    for side in SIDES:
        op.add_column("purchases", sa.Column(f"{side}_unread", sa.Integer(), nullable=False, server_default="0"))
        counted = UNREAD.format(person=PERSON[side])
        apart = "" if side == "buyer" else f"AND buyer_id != {PERSON['seller']}"
        op.execute(f"UPDATE purchases SET {side}_unread = ({counted}) WHERE last_position > 0 {apart}")
        _index(
            "purchases", f"ix_purchases_{side}_unread", [f"{side}_id", f"{side}_unread"], sa.text(f"{side}_unread > 0")
        )
        for table in ("disputes", "deadlines"):
            op.add_column(table, sa.Column(f"{side}_id", sa.Uuid(), nullable=False, server_default=NOBODY))
            whose = f"SELECT {side}_id FROM purchases WHERE purchases.id = {table}.purchase_id"
            op.execute(f"UPDATE {table} SET {side}_id = ({whose})")
            if op.get_bind().dialect.name != "sqlite":
                op.alter_column(table, f"{side}_id", server_default=None)
        _index("disputes", f"ix_disputes_open_of_{side}", [f"{side}_id", "next_due_at", "id"], OPEN)
        _index("disputes", f"ix_disputes_closed_of_{side}", [f"{side}_id", "id"], CLOSED)
        _index("deadlines", f"ix_deadlines_of_{side}", [f"{side}_id", "owed_by", "due_at", "id"], RUNNING)
    _index("disputes", "ix_disputes_free_due", ["next_due_at", "id"], FREE)
    _index("disputes", "ix_disputes_free_since", ["next_due_at", "stage_since", "id"], FREE)
    op.drop_index("ix_deadlines_running", "deadlines")


def downgrade() -> None:
    _index("deadlines", "ix_deadlines_running", ["purchase_id"], RUNNING)
    op.drop_index("ix_disputes_free_due", "disputes")
    op.drop_index("ix_disputes_free_since", "disputes")
    for side in SIDES:
        op.drop_index(f"ix_deadlines_of_{side}", "deadlines")
        op.drop_index(f"ix_disputes_open_of_{side}", "disputes")
        op.drop_index(f"ix_disputes_closed_of_{side}", "disputes")
        op.drop_index(f"ix_purchases_{side}_unread", "purchases")
        for table, column in (("disputes", "id"), ("deadlines", "id"), ("purchases", "unread")):
            op.drop_column(table, f"{side}_{column}")


def _index(table: str, name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
