"""The outbox: what is to be sent, written in the same transaction as the act that caused it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model


class Intent(Model):
    """Something to send. A worker takes it with a lease; ``fence`` counts the takings: a late worker can't report.

    ``state`` is waiting, sent, skipped (no longer of use) or failed (given up). ``address`` is set where nobody may be
    known under it (a request for a sign-in link), else ``person_id``. ``message_id`` stays the same on a resend.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_due_at", "state", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(48))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    address: Mapped[str | None] = mapped_column(String(254))
    payload: Mapped[dict[str, Any]]
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    settled_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))
