"""Reopening a dispute whose outcome was no good: the talks begin anew, and so does the seller's time to answer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from arbitration.domain import deadlines as clocks
from arbitration.domain import reopening as rules
from arbitration.domain.actors import Actor
from arbitration.domain.events import words_of
from arbitration.domain.reopening import Ended
from arbitration.domain.stages import Stage
from arbitration.models import Assignment, Dispute, Ruling
from arbitration.services import deadlines
from arbitration.services.disputes.finding import Case, find_dispute, last_dispute_of
from arbitration.services.disputes.moving import move
from arbitration.services.policies import policy_of
from arbitration.services.refunds import books
from arbitration.services.thread import post_event

CLOSED = "closed"


def reopen(session: Session, actor: Actor, dispute_id: UUID, text: str, now: datetime) -> Case:
    """Reopen a closed dispute as the buyer, saying why: it goes back to negotiation.

    What was ruled before stands on record but binds nobody any more, and the arbiter of then does not get it again.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; it can't be reopened (any more).
        InvalidError: nothing is said.
    """
    case = find_dispute(session, actor, "reopenDispute", dispute_id)
    dispute, policy = case.dispute, policy_of(case.purchase)
    rules.require_reopenable(ended(session, case), now)
    words = words_of(text, needed=True)
    superseded = _leave_behind(session, dispute, now)
    told = {"dispute": str(dispute.id), "outcome": dispute.outcome}
    move(
        session,
        dispute,
        "reopenDispute",
        Stage.NEGOTIATION,
        now,
        outcome=None,
        closed_at=None,
        reopened_at=now,
        times_reopened=dispute.times_reopened + 1,
        seller_silent=False,
        arbiter_id=None,
        wanted_arbiter_id=None,
        taken_at=None,
        evidence_closed_at=None,
    )
    facts = told | {"times": dispute.times_reopened, "superseded": superseded}
    post_event(
        session, case.purchase, actor, "reopening", now, text=words, about=told, facts=facts, reports_problem=True
    )
    answer = clocks.seller_answer(policy, now, deadlines.hours_of(case.purchase), "reopened")
    deadlines.start(session, dispute, answer)
    books.hold(session, dispute, now)
    return case


def ended(session: Session, case: Case) -> Ended:
    """A closed dispute as far as reopening depends on it."""
    dispute, policy = case.dispute, policy_of(case.purchase)
    last = last_dispute_of(session, case.purchase.id)
    return Ended(
        outcome=dispute.outcome or "",
        until=clocks.reopening_until(policy, dispute.closed_at or dispute.stage_since),
        left=policy.count("reopening", "times") - dispute.times_reopened,
        is_last=last is None or last.id == dispute.id,
    )


def _leave_behind(session: Session, dispute: Dispute, now: datetime) -> list[str]:
    """Supersede the ruling in force, so that there can be another one; gives what was superseded."""
    in_force = (Ruling.dispute_id == dispute.id, Ruling.superseded_at.is_(None))
    rulings = list(session.scalars(select(Ruling.id).where(*in_force)))
    session.execute(update(Ruling).where(*in_force).values(superseded_at=now))
    had = (Assignment.dispute_id == dispute.id, Assignment.left_at.is_(None))
    session.execute(update(Assignment).where(*had).values(left_at=now, how=CLOSED))
    return [str(id_) for id_ in rulings]
