"""Who has had a case, what was asked of the parties, objections to an arbiter, and the arbiters' own notes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from arbitration.db import Model
from arbitration.models.people import Person

_PENDING = "decided_at IS NULL"


class Assignment(Model):
    """An arbiter took a case, and left it by ``handed_over``, ``objection``, ``ruled``, ``left`` or ``closed``."""

    __tablename__ = "assignments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"), index=True)
    arbiter_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    taken_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    how: Mapped[str | None] = mapped_column(String(16))
    ground: Mapped[str | None] = mapped_column(String(32))
    position: Mapped[int]

    arbiter: Mapped[Person] = relationship()


class ArbiterObjection(Model):
    """A party objects to the arbiter of its case; an operator decides. At most one of a dispute is pending."""

    __tablename__ = "arbiter_objections"
    __table_args__ = (
        Index(
            "uq_arbiter_objections_pending",
            "dispute_id",
            unique=True,
            sqlite_where=text(_PENDING),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"), index=True)
    arbiter_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    by: Mapped[str] = mapped_column(String(16))
    ground: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime]
    position: Mapped[int]
    granted: Mapped[bool | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decided_position: Mapped[int | None]


class ExhibitRequest(Model):
    """An arbiter asks a party for an exhibit of a kind (``any``: whichever) until ``due_at``."""

    __tablename__ = "exhibit_requests"
    __table_args__ = (UniqueConstraint("dispute_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"))
    number: Mapped[int]
    asked_of: Mapped[str] = mapped_column(String(16))
    what: Mapped[str] = mapped_column(String(16))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    position: Mapped[int]
    answered_at: Mapped[datetime | None]
    exhibit_id: Mapped[UUID | None]
    ran_out_at: Mapped[datetime | None]


class Note(Model):
    """What arbiters write for arbiters alone. Lies apart from the correspondence; its chain has an id of its own."""

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("dispute_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"))
    number: Mapped[int]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
    text: Mapped[str]
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))

    author: Mapped[Person] = relationship()
