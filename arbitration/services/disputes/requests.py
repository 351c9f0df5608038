"""Asking a party for an exhibit until a time. An exhibit of the kind answers it; a message does not."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.domain import arbiters as rules
from arbitration.domain import deadlines as clocks
from arbitration.domain.actors import Actor
from arbitration.domain.deadlines import Kind
from arbitration.domain.docket import instant
from arbitration.domain.events import words_of
from arbitration.domain.refusals import ConflictError
from arbitration.domain.sides import BUYER
from arbitration.ids import new_id
from arbitration.models import DeadlineRow, ExhibitRequest, Purchase
from arbitration.rules.instants import show_instant
from arbitration.rules.marking import N_
from arbitration.services import deadlines
from arbitration.services.disputes.finding import Case, find_dispute, open_dispute_of
from arbitration.services.policies import policy_of
from arbitration.services.thread import SYSTEM, post_event


def ask(
    session: Session,
    actor: Actor,
    dispute_id: UUID,
    asked_of: str,
    what: str,
    due_at: datetime,
    text: str,
    now: datetime,
) -> tuple[Case, ExhibitRequest]:
    """Ask buyer or seller for an exhibit of a kind (``any``: whichever) until a moment within the next thirty days.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; the same is asked of them already.
        InvalidError: no such party, kind or moment.
    """
    case = find_dispute(session, actor, "requestExhibit", dispute_id)
    rules.require_request(asked_of, what, due_at, now)
    words = words_of(text)
    if any((each.asked_of, each.what) == (asked_of, what) for each in running(session, dispute_id)):
        raise ConflictError(N_("You have asked for that already, and the time for it still runs."))
    last = select(func.max(ExhibitRequest.number)).where(ExhibitRequest.dispute_id == dispute_id)
    request = ExhibitRequest(
        id=new_id(),
        dispute_id=dispute_id,
        number=(session.scalar(last) or 0) + 1,
        asked_of=asked_of,
        what=what,
        asked_by=actor.person_id,
        asked_at=now,
        due_at=due_at,
        position=case.purchase.last_position + 1,
    )
    session.add(request)
    session.flush()
    told = {"request": request.number, "of": asked_of, "what": what}
    about, facts = told | {"due": show_instant(due_at)}, told | {"due": instant(due_at)}
    post_event(session, case.purchase, actor, "request", now, text=words, about=about, facts=facts)
    deadline = clocks.exhibit_request(policy_of(case.purchase), now, due_at, asked_of)
    deadlines.start(session, case.dispute, deadline, subject_id=request.id)
    return case, request


def answered_by(session: Session, purchase: Purchase, exhibit_id: UUID, kind: str, role: str, now: datetime) -> None:
    """An exhibit of a kind was filed by a side: it answers what was asked of that side, if it was that.

    The purchase is locked by the filing.
    """
    dispute = open_dispute_of(session, purchase.id)
    if dispute is None:
        return
    for request in running(session, dispute.id):
        if request.asked_of == role and rules.meets(request.what, kind):
            request.answered_at, request.exhibit_id = now, exhibit_id
            deadlines.meet(session, dispute, now, Kind.EXHIBIT_REQUEST, subject_id=request.id)
    session.flush()


def ran_out(session: Session, case: Case, row: DeadlineRow, now: datetime) -> None:
    """A request ran out unanswered. The buyer's ends the evidence: the engine then decides on what is there."""
    request = session.get_one(ExhibitRequest, row.subject_id)
    request.ran_out_at = now
    of_buyer = request.asked_of == BUYER
    if of_buyer and case.dispute.evidence_closed_at is None:
        case.dispute.evidence_closed_at = now
    told = {"request": request.number, "of": request.asked_of, "what": request.what}
    kind = "evidence_closed" if of_buyer else "request_ran_out"
    post_event(session, case.purchase, SYSTEM, kind, now, about=told, facts=told)


def running(session: Session, dispute_id: UUID) -> Sequence[ExhibitRequest]:
    """What was asked for and is still owed, in the order in which it was asked."""
    open_rows = select(DeadlineRow.subject_id).where(
        DeadlineRow.dispute_id == dispute_id,
        DeadlineRow.kind == Kind.EXHIBIT_REQUEST,
        DeadlineRow.state == deadlines.OPEN,
    )
    query = select(ExhibitRequest).where(ExhibitRequest.dispute_id == dispute_id, ExhibitRequest.id.in_(open_rows))
    return session.scalars(query.order_by(ExhibitRequest.number)).all()
