"""Purchases. A purchase has one correspondence, so the correspondence's counters stand here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from arbitration.db import Model, Money
from arbitration.models.listings import Listing
from arbitration.models.people import Person, Seller
from arbitration.models.policies import PolicyVersion


class Purchase(Model):
    """One sale, with the listing and the policy that held when it was made.

    ``amount`` is in minor units of ``currency``; ``buyer_address`` and ``seller_address`` are of its first import.
    ``last_position`` numbers the messages of the correspondence; ``batch_id`` is the part of an import it came with.
    """

    __tablename__ = "purchases"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_purchases_buyer_id_paid_at", "buyer_id", "paid_at", "id"),
        Index("ix_purchases_seller_id_paid_at", "seller_id", "paid_at", "id"),
        Index("ix_purchases_paid_at_id", "paid_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(64), unique=True)
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"), index=True)
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers.id"))
    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("policy_versions.id"))
    buyer_address: Mapped[str] = mapped_column(String(254))
    seller_address: Mapped[str] = mapped_column(String(254))
    amount: Mapped[int] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(String(3))
    quantity: Mapped[int]
    payment_started_at: Mapped[datetime]
    paid_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    imported_at: Mapped[datetime]
    batch_id: Mapped[UUID] = mapped_column(index=True)
    last_position: Mapped[int] = mapped_column(default=0)
    last_message_at: Mapped[datetime | None]

    listing: Mapped[Listing] = relationship()
    seller: Mapped[Seller] = relationship()
    buyer: Mapped[Person] = relationship()
    policy: Mapped[PolicyVersion] = relationship()
