"""Rulings, appeals against them, and what was asked about them and answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from arbitration.db import Model, Money
from arbitration.models.people import Person

_IN_FORCE = "superseded_at IS NULL"


class Ruling(Model):
    """What an arbiter decided. Its reasons are the text of the message at ``position``; one of a dispute is in force.

    ``remedy`` is refund, part_refund, replacement or dismissal, ``amount`` in minor units of the purchase's currency.
    ``findings`` are the rules, ``exhibits`` the numbers of the exhibits, ``messages`` the positions relied on.
    ``verdict`` is the engine's answer as it stood, ``departs`` whether the remedy is another than it advised. A ruling
    on an appeal names the one appealed against (``on_appeal_of``) and whether the appeal was granted or refused.
    """

    __tablename__ = "rulings"
    __table_args__ = (
        UniqueConstraint("dispute_id", "number"),
        Index(
            "uq_rulings_in_force",
            "dispute_id",
            unique=True,
            sqlite_where=text(_IN_FORCE),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"))
    number: Mapped[int]
    arbiter_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    issued_at: Mapped[datetime]
    position: Mapped[int]
    remedy: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int | None] = mapped_column(Money)
    findings: Mapped[list[Any]]
    exhibits: Mapped[list[Any]]
    messages: Mapped[list[Any]]
    verdict: Mapped[dict[str, Any]]
    departs: Mapped[bool]
    on_appeal_of: Mapped[UUID | None] = mapped_column(ForeignKey("rulings.id"))
    appeal: Mapped[str | None] = mapped_column(String(16))
    docket_head: Mapped[str | None] = mapped_column(String(64))
    superseded_at: Mapped[datetime | None]

    arbiter: Mapped[Person] = relationship()


class Appeal(Model):
    """A party appeals against a ruling on a named ground; at most one appeal a ruling."""

    __tablename__ = "appeals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ruling_id: Mapped[UUID] = mapped_column(ForeignKey("rulings.id"), unique=True)
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"), index=True)
    by: Mapped[str] = mapped_column(String(16))
    ground: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime]
    position: Mapped[int]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(16))


class RulingQuestion(Model):
    """A correction of a slip, or a clarification: asked for by a party (or begun by the arbiter himself), and answered.

    ``kind`` is correction or clarification. A correction names the ``field`` (amount, exhibits, findings) with what
    stood there ``before`` and what stands ``after``; ``answer`` is granted or refused.
    """

    __tablename__ = "ruling_questions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ruling_id: Mapped[UUID] = mapped_column(ForeignKey("rulings.id"), index=True)
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    by: Mapped[str | None] = mapped_column(String(16))
    asked_at: Mapped[datetime | None]
    position: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(String(16))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    answered_position: Mapped[int | None]
    field: Mapped[str | None] = mapped_column(String(16))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
