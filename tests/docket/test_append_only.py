"""The database itself refuses to change what the docket holds."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

ENTRY = "(SELECT chain_id FROM docket_entries WHERE kind = 'purchase.imported')"
EVERYWHERE = [
    "UPDATE docket_entries SET body = '{}'",
    "UPDATE docket_entries SET kind = kind",
    f"DELETE FROM docket_entries WHERE chain_id IN {ENTRY}",
    "DELETE FROM docket_entries",
    "INSERT INTO docket_entries SELECT * FROM docket_entries",
]
ON_SQLITE = [
    "INSERT OR REPLACE INTO docket_entries SELECT * FROM docket_entries",
    "REPLACE INTO docket_entries SELECT chain_id, sequence, at, kind, '{}', hash FROM docket_entries",
    "UPDATE OR REPLACE docket_entries SET sequence = 1",
]
ON_POSTGRESQL = [
    "TRUNCATE docket_entries",
    "INSERT INTO docket_entries SELECT * FROM docket_entries "
    "ON CONFLICT (chain_id, sequence) DO UPDATE SET body = '{}'",
]


def refused(work, statements):
    for statement in statements:
        with pytest.raises(DBAPIError), work() as session:
            session.execute(text(statement))


def test_no_entry_can_be_changed_deleted_or_replaced(work, shop, backend):
    shop.purchase()
    with work() as session:
        before = session.execute(text("SELECT * FROM docket_entries ORDER BY chain_id, sequence")).all()
    refused(work, EVERYWHERE + (ON_SQLITE if backend == "sqlite" else ON_POSTGRESQL))
    with work() as session:
        assert session.execute(text("SELECT * FROM docket_entries ORDER BY chain_id, sequence")).all() == before
