"""Recovery codes are kept under Argon2id. Those that are there were hashed by SHA-256, which is put under it.

They go on working. Back again is no way: the former hashes can't be had of these, so that the codes work no more.

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op
from argon2.low_level import Type, hash_secret_raw

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CODES = sa.table("recovery_codes", sa.column("person_id", sa.Uuid()), sa.column("code_hash", sa.String(64)))


def upgrade() -> None:
    for person_id, former in op.get_bind().execute(sa.select(CODES.c.person_id, CODES.c.code_hash)).all():
        whose = (CODES.c.person_id == person_id) & (CODES.c.code_hash == former)
        slow = hash_secret_raw(former.encode(), person_id.bytes, 1, 8 * 1024, 1, 32, Type.ID).hex()
        op.execute(sa.update(CODES).where(whose).values(code_hash=slow))


def downgrade() -> None:
    op.execute(sa.delete(CODES))
