"""Settlements that one party proposes and the other accepts, declines or counters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model, Money

_OPEN = "state = 'open'"


class Offer(Model):
    """An offer. ``amount`` is in minor units of the purchase's currency, None for a replacement.

    ``by`` is buyer or seller; of each at most one is open. ``state`` is open, accepted, declined, countered, expired
    or superseded (by a newer one of the same side, or because the dispute went on without it). ``counters_id`` is the
    offer that this one answers; ``position`` that of the message it came with.
    """

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("dispute_id", "number"),
        Index("uq_offers_open", "dispute_id", "by", unique=True, sqlite_where=text(_OPEN)),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"))
    number: Mapped[int]
    by: Mapped[str] = mapped_column(String(16))
    remedy: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int | None] = mapped_column(Money)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    counters_id: Mapped[UUID | None] = mapped_column(ForeignKey("offers.id"))
    state: Mapped[str] = mapped_column(String(16), default="open")
    answered_at: Mapped[datetime | None]
    position: Mapped[int]
