"""Disputes, and the deadlines by which they run."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from arbitration.db import Model
from arbitration.models.people import Person
from arbitration.models.purchases import Purchase

_OPEN = "stage != 'closed'"
_CLOSED = "stage = 'closed'"
_FREE = "NOT (arbiter_id IS NOT NULL OR called_at IS NULL OR closed_at IS NOT NULL)"
_RUNNING = "state = 'open'"
_OWED = "state = 'ran_out' AND kind IN ('ruling', 'refund')"


def _index(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where))


class Dispute(Model):
    """A claim on a purchase. ``number`` counts from 1 within the purchase; at most one is open.

    ``buyer_id`` and ``seller_id`` are those of the purchase, for lists of one's own.
    ``arbiter_id`` is who has the case now, ``wanted_arbiter_id`` to whom it was handed over; ``called_at`` is when it
    first came before the arbiters, ``evidence_closed_at`` when a request to the buyer ran out unanswered.
    ``next_due_at`` is when the next of its open deadlines ends; ``verdict`` the engine's answer at the opening.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        UniqueConstraint("purchase_id", "number"),
        Index("uq_disputes_open", "purchase_id", unique=True, sqlite_where=text(_OPEN)),
        Index("ix_disputes_stage_next_due_at", "stage", "next_due_at", "id"),
        Index("ix_disputes_arbiter_id_stage", "arbiter_id", "stage"),
        Index("ix_disputes_next_due_at", "next_due_at", "id"),
        Index("ix_disputes_opened_at", "opened_at", "id"),
        Index("ix_disputes_closed_at", "closed_at", "id"),
        _index("ix_disputes_open_of_buyer", "buyer_id", "next_due_at", "id", where=_OPEN),
        _index("ix_disputes_open_of_seller", "seller_id", "next_due_at", "id", where=_OPEN),
        _index("ix_disputes_closed_of_buyer", "buyer_id", "id", where=_CLOSED),
        _index("ix_disputes_closed_of_seller", "seller_id", "id", where=_CLOSED),
        _index("ix_disputes_open_due", "next_due_at", "id", where=_OPEN),
        _index("ix_disputes_own_due", "arbiter_id", "next_due_at", "id", where=_OPEN),
        _index("ix_disputes_free_due", "next_due_at", "id", where=_FREE),
        _index("ix_disputes_free_since", "next_due_at", "stage_since", "id", where=_FREE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"))
    buyer_id: Mapped[UUID]
    seller_id: Mapped[UUID]
    number: Mapped[int]
    stage: Mapped[str] = mapped_column(String(16))
    stage_since: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    requested: Mapped[str] = mapped_column(String(16))
    defect: Mapped[str | None] = mapped_column(String(500))
    opened_at: Mapped[datetime]
    position: Mapped[int]
    verdict: Mapped[dict[str, Any] | None]
    seller_silent: Mapped[bool] = mapped_column(default=False)
    called_at: Mapped[datetime | None]
    arbiter_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    wanted_arbiter_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    taken_at: Mapped[datetime | None]
    evidence_closed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    times_reopened: Mapped[int] = mapped_column(default=0)
    next_due_at: Mapped[datetime | None]

    purchase: Mapped[Purchase] = relationship()
    arbiter: Mapped[Person | None] = relationship(foreign_keys=[arbiter_id])
    wanted_arbiter: Mapped[Person | None] = relationship(foreign_keys=[wanted_arbiter_id])


class RequestedRemedy(Model):
    """What the buyer asked for, and from when on; the last one counts."""

    __tablename__ = "requested_remedies"

    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    requested: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]


class DeadlineRow(Model):
    """A moment by which ``owed_by`` owes an act, with what follows from silence (``domain/deadlines.py`` knows both).

    ``buyer_id`` and ``seller_id`` are those of the purchase.
    ``subject_id`` is what it is about where that is not the dispute as a whole: an offer, a ruling, a request, a
    remedy. ``steps`` are its reminders (``name``, ``at``), ``passed`` the names of those sent or passed over.
    ``next_at`` is when the next of them, or the end, falls due. ``state`` is open, met, ran_out or dropped. A sweep
    claims the row with a lease; ``fence`` counts the claims, so that one who lost the lease can do nothing.
    ``failures`` counts the tries in a row that failed, ``trouble`` names the last fault; the lease is the pause then.
    """

    __tablename__ = "deadlines"
    __table_args__ = (
        _index("ix_deadlines_next_at", "next_at", "id", where=_RUNNING),
        _index("ix_deadlines_still_owed", "due_at", "id", where=_OWED),
        Index("ix_deadlines_dispute_id_state", "dispute_id", "state"),
        _index("ix_deadlines_of_buyer", "buyer_id", "owed_by", "due_at", "id", where=_RUNNING),
        _index("ix_deadlines_of_seller", "seller_id", "owed_by", "due_at", "id", where=_RUNNING),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"))
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"))
    buyer_id: Mapped[UUID]
    seller_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(24))
    owed_by: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[UUID | None]
    base_event: Mapped[str] = mapped_column(String(32))
    base_at: Mapped[datetime]
    first_due_at: Mapped[datetime]
    due_at: Mapped[datetime]
    consequence: Mapped[str] = mapped_column(String(32))
    steps: Mapped[list[Any]]
    passed: Mapped[list[Any]]
    explanation: Mapped[dict[str, Any] | None]
    next_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="open")
    settled_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    trouble: Mapped[str | None] = mapped_column(String(80))


class Extension(Model):
    """Time that was asked for and given, of a deadline that was still owed."""

    __tablename__ = "extensions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    deadline_id: Mapped[UUID] = mapped_column(ForeignKey("deadlines.id"), index=True)
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"), index=True)
    asked_by: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime]
    due_before: Mapped[datetime]
    due_after: Mapped[datetime]
    position: Mapped[int]
