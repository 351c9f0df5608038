"""The docket: append-only chains of entries, one a purchase and one for the installation itself.

The database refuses to change or delete an entry (see the first migration).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model


class DocketEntry(Model):
    """An entry. ``body`` holds the canonical bytes that ``hash`` covers together with the hash of the entry before."""

    __tablename__ = "docket_entries"

    chain_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(48))
    body: Mapped[str]
    hash: Mapped[str] = mapped_column(String(64))


class DocketHead(Model):
    """Where a chain ends. ``seal`` is a MAC under the installation's secret, so that a cut chain shows."""

    __tablename__ = "docket_heads"
    __table_args__ = ({"sqlite_with_rowid": False},)

    chain_id: Mapped[UUID] = mapped_column(primary_key=True)
    length: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
