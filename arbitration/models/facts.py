"""What the engine reads of a case besides times it knows itself: facts, and conduct that was reported."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model


class Fact(Model):
    """A fact of a purchase as it was stated, and what the arbiter decided about it.

    ``name`` is one of ``domain/facts.py``; ``value`` holds it under the key ``value``, instants as RFC 3339.
    ``exhibit_id`` is set for the times and the continuity of an exhibit. ``decision`` is confirmed, corrected or
    struck, ``correction`` the value that holds instead. A newer statement of the same fact stands over an older one.
    ``position`` is that of the message it was stated with, ``decided_position`` that of the arbiter's reason.
    """

    __tablename__ = "facts"
    __table_args__ = (Index("ix_facts_purchase_id", "purchase_id", "stated_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"))
    exhibit_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(String(32))
    value: Mapped[dict[str, Any]]
    stated_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    stated_role: Mapped[str] = mapped_column(String(16))
    stated_at: Mapped[datetime]
    position: Mapped[int | None]
    decision: Mapped[str | None] = mapped_column(String(16))
    correction: Mapped[dict[str, Any] | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decided_position: Mapped[int | None]


class ConductReport(Model):
    """A message that somebody reported: what is wrong with it. It stands until an arbiter strikes it.

    ``by`` is the side that wrote the message; the conduct counts as of the message.
    """

    __tablename__ = "conduct_reports"
    __table_args__ = (UniqueConstraint("message_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"), index=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    message_position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    by: Mapped[str] = mapped_column(String(16))
    happened_at: Mapped[datetime]
    reported_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    reported_role: Mapped[str] = mapped_column(String(16))
    reported_at: Mapped[datetime]
    struck_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    struck_at: Mapped[datetime | None]
    struck_position: Mapped[int | None]
