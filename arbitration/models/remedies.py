"""Remedies: a refund or a replacement that is owed, and what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model, Money

_OWED = "state IN ('owed', 'sent')"


class Remedy(Model):
    """A remedy. ``kind`` is refund, part_refund or replacement; ``amount`` in minor units of the purchase's currency.

    ``source`` is offer, ruling, overdue (a replacement that became a refund) or seller (a replacement without a
    dispute), ``source_id`` which one. ``state`` is owed, sent (a refund on its way at the gateway), done, or dropped.
    A refund has one ``gateway_key`` for ever, made of what it is (``services/disputes/owed.py``); ``provider`` is the
    payment provider that was asked under it (``RefundTerms.provider``), and no other ever is. A replacement's
    ``content`` is kept sealed with the installation's secret; the docket holds a hash of ``salt`` and what is in it. It
    is loaded where it is asked for by name, and nowhere else.
    """

    __tablename__ = "remedies"
    __table_args__ = (
        Index("uq_remedies_owed", "dispute_id", unique=True, sqlite_where=text(_OWED)),
        Index("ix_remedies_purchase_id", "purchase_id", "done_at"),
        Index("ix_remedies_state", "state", "owed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"))
    dispute_id: Mapped[UUID | None] = mapped_column(ForeignKey("disputes.id"))
    kind: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[UUID | None]
    owed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="owed")
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    position: Mapped[int | None]
    gateway_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    second_approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    second_approved_at: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    content: Mapped[str | None] = mapped_column(deferred=True, deferred_raiseload=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    opened_at: Mapped[datetime | None]
    provider: Mapped[str | None]
    provider_state: Mapped[str | None] = mapped_column(String(16))
    provider_reason: Mapped[str | None] = mapped_column(String(500))
    provider_said_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    ask_again_at: Mapped[datetime | None]
