"""Purchases. A purchase has one correspondence, so the correspondence's counters stand here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from arbitration.db import Model, Money
from arbitration.models.listings import Listing
from arbitration.models.people import Person, Seller
from arbitration.models.policies import PolicyVersion


def _paid_at(context: Any) -> datetime:
    moment: datetime = context.get_current_parameters()["paid_at"]
    return moment


def _with_news(side: str) -> Index:
    new = text(f"{side}_unread > 0")
    return Index(f"ix_purchases_{side}_unread", f"{side}_id", f"{side}_unread", sqlite_where=new)


class Purchase(Model):
    """One sale, with the listing and the policy that held when it was made.

    ``amount`` is in minor units of ``currency``; ``buyer_address`` and ``seller_address`` are of its first import.
    ``last_position`` numbers the messages of the correspondence; ``batch_id`` is the part of an import it came with;
    ``said_digest`` stands for what its last row said (``domain.purchases.said_digest``);
    ``buyer_unread`` and ``seller_unread`` count what each side has not read (``services/sides.py``);
    ``active_at`` is when somebody last wrote or, before that, when it was paid: lists are in its order.
    """

    __tablename__ = "purchases"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_purchases_buyer_id_active_at", "buyer_id", "active_at", "id"),
        Index("ix_purchases_seller_id_active_at", "seller_id", "active_at", "id"),
        Index("ix_purchases_active_at_id", "active_at", "id"),
        *(_with_news(side) for side in ("buyer", "seller")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(64), unique=True)
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"))
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
    batch_id: Mapped[UUID]
    said_digest: Mapped[str] = mapped_column(String(64))
    last_position: Mapped[int] = mapped_column(default=0)
    last_message_at: Mapped[datetime | None]
    active_at: Mapped[datetime] = mapped_column(default=_paid_at)
    buyer_unread: Mapped[int] = mapped_column(default=0, server_default="0")
    seller_unread: Mapped[int] = mapped_column(default=0, server_default="0")

    listing: Mapped[Listing] = relationship()
    seller: Mapped[Seller] = relationship()
    buyer: Mapped[Person] = relationship()
    policy: Mapped[PolicyVersion] = relationship()
