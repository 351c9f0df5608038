"""The books: accounts, and entries whose lines sum to zero. Entries are only ever added.

The database refuses to change or delete an entry or a line, as it does with the docket.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model, Money


class LedgerAccount(Model):
    """An account in one currency: ``cash`` of the marketplace, or the ``takings`` of a seller, free or ``held``.

    ``code`` names all three: ``USD:held:`` and the seller's id.
    """

    __tablename__ = "ledger_accounts"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(String(3))
    seller_id: Mapped[UUID | None] = mapped_column(ForeignKey("sellers.id"), index=True)


class LedgerEntry(Model):
    """Money that moved: ``kind`` is sale, hold, release or refund. ``key`` makes each happen once."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        Index("ix_ledger_entries_purchase_id", "purchase_id", "id"),
        Index("ix_ledger_entries_dispute_id", "dispute_id"),
        Index("ix_ledger_entries_remedy_id", "remedy_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"))
    dispute_id: Mapped[UUID | None] = mapped_column(ForeignKey("disputes.id"))
    remedy_id: Mapped[UUID | None] = mapped_column(ForeignKey("remedies.id"))


class LedgerLine(Model):
    """A line of an entry: what an account gains (positive: debit) or gives (negative: credit), in minor units."""

    __tablename__ = "ledger_lines"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        Index("ix_ledger_lines_account", "account"),
    )

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entries.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("ledger_accounts.code"))
    amount: Mapped[int] = mapped_column(Money)
