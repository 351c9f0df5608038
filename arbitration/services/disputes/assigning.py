"""How an arbiter leaves a case: handed over, objected to with success, appealed against, or an arbiter no more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.deadlines import Kind
from arbitration.models import Assignment, Dispute
from arbitration.services import deadlines

HANDED_OVER, OBJECTION, RULED, LEFT = "handed_over", "objection", "ruled", "left"


def release(
    session: Session,
    dispute: Dispute,
    how: str,
    now: datetime,
    *,
    ground: str | None = None,
    wanted: UUID | None = None,
) -> None:
    """The arbiter of a dispute has it no longer: it goes back to the queue, its time for a ruling is dropped."""
    held = select(Assignment).where(Assignment.dispute_id == dispute.id, Assignment.left_at.is_(None))
    for assignment in session.scalars(held):
        assignment.left_at, assignment.how, assignment.ground = now, how, ground
    dispute.arbiter_id = dispute.taken_at = None
    dispute.wanted_arbiter_id = wanted
    session.flush()
    session.expire(dispute, ["arbiter", "wanted_arbiter"])
    deadlines.drop(session, dispute, now, Kind.RULING)
