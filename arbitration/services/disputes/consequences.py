"""What follows from silence: a handler for each consequence that a deadline can have.

The sweep calls them with the purchase locked and the deadline marked as run out; ``now`` is the moment as of which the
consequence counts. What was made pointless by an act meanwhile does nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain import offers as offering
from arbitration.domain import remedies as rules
from arbitration.domain.stages import BEFORE_ARBITER, ENFORCEMENT, NEGOTIATION, RULED, Outcome
from arbitration.models import DeadlineRow, Offer, Remedy
from arbitration.services import deadlines, operators
from arbitration.services.disputes import requests, rulings
from arbitration.services.disputes.escalating import to_arbitration
from arbitration.services.disputes.finding import Case
from arbitration.services.disputes.moving import close
from arbitration.services.disputes.offers import supersede_all
from arbitration.services.disputes.owed import owe, refundable, settle
from arbitration.services.thread import SYSTEM, post_event

Handler = Callable[[Session, Case, DeadlineRow, datetime], None]


def escalated(session: Session, case: Case, row: DeadlineRow, now: datetime) -> None:
    """The seller did not answer: the dispute goes to the arbiters, marked so."""
    if case.dispute.stage != NEGOTIATION:
        return
    told = {"because": "seller_silent", "deadline": str(row.id)}
    post_event(session, case.purchase, SYSTEM, "escalation", now, about=told, facts=told)
    to_arbitration(session, case, "sellerSilent", now, seller_silent=True)


def lapsed(session: Session, case: Case, row: DeadlineRow, now: datetime) -> None:
    """The buyer did not answer what they were asked: the dispute lapses."""
    if case.dispute.stage != NEGOTIATION:
        return
    told = {"owed_by": row.owed_by, "deadline": str(row.id), "outcome": Outcome.LAPSED.value}
    post_event(session, case.purchase, SYSTEM, "lapse", now, about=told, facts=told)
    supersede_all(session, case.dispute, now)
    deadlines.drop(session, case.dispute, now)
    close(session, case.dispute, "buyerSilent", Outcome.LAPSED, now)


def offer_expired(session: Session, case: Case, row: DeadlineRow, now: datetime) -> None:
    """Nobody answered the offer in its time."""
    offer = session.get(Offer, row.subject_id)
    if offer is None or offer.state != offering.OPEN:
        return
    offer.state = offering.EXPIRED
    told = {"offer": offer.number, "remedy": offer.remedy, "amount": offer.amount}
    post_event(session, case.purchase, SYSTEM, "offer_expired", now, about=told, facts=told)


def request_over(session: Session, case: Case, row: DeadlineRow, now: datetime) -> None:
    """The exhibit that the arbiter asked for did not come: of the buyer, the evidence is closed."""
    if case.dispute.stage in BEFORE_ARBITER:
        requests.ran_out(session, case, row, now)


def ruling_overdue(session: Session, case: Case, row: DeadlineRow, now: datetime) -> None:
    """The arbiter did not rule in time. The case stays theirs; parties and operators are told."""
    if case.dispute.stage not in BEFORE_ARBITER:
        return
    told = {"deadline": str(row.id)}
    post_event(session, case.purchase, SYSTEM, "ruling_overdue", now, about=told, facts=told)
    operators.tell(session, case.purchase, "ruling_overdue", now, deadline=str(row.id), dispute=str(case.dispute.id))


def window_closed(session: Session, case: Case, row: DeadlineRow, now: datetime) -> None:
    """Nobody appealed: the ruling stands."""
    if case.dispute.stage == RULED:
        rulings.window_closed(session, case, row, now)


def remedy_overdue(session: Session, case: Case, row: DeadlineRow, now: datetime) -> None:
    """The seller did not deliver the replacement: a refund of what is left of the price is owed instead."""
    remedy = _still_owed(session, case, row.subject_id)
    if remedy is None:
        return
    told: dict[str, object] = {"remedy": str(remedy.id), "owed_by": row.owed_by}
    if case.purchase.amount and not refundable(session, case.purchase):
        post_event(session, case.purchase, SYSTEM, "remedy_overdue", now, about=told, facts=told)
        operators.tell(session, case.purchase, "remedy_overdue", now, remedy=str(remedy.id))
        return
    settle(session, remedy, rules.DROPPED, now)
    refund = owe(session, case, rules.REFUND, None, rules.BY_OVERDUE, remedy.id, now)
    told |= {"becomes": rules.REFUND, "amount": refund.amount, "currency": refund.currency}
    facts = told | {"refund": str(refund.id)}
    post_event(session, case.purchase, SYSTEM, "remedy_overdue", now, about=told, facts=facts)


def refund_overdue(session: Session, case: Case, row: DeadlineRow, now: datetime) -> None:
    """The refund was not paid in time. It stays owed; parties and operators are told."""
    remedy = _still_owed(session, case, row.subject_id)
    if remedy is None:
        return
    told = {"remedy": str(remedy.id), "amount": remedy.amount, "currency": remedy.currency}
    post_event(session, case.purchase, SYSTEM, "refund_overdue", now, about=told, facts=told)
    operators.tell(session, case.purchase, "refund_overdue", now, remedy=str(remedy.id))


def _still_owed(session: Session, case: Case, remedy_id: UUID | None) -> Remedy | None:
    if case.dispute.stage != ENFORCEMENT:
        return None
    query = select(Remedy).where(Remedy.id == remedy_id, Remedy.state.in_(rules.OPEN))
    return session.scalar(query.execution_options(populate_existing=True))


HANDLERS: Mapping[str, Handler] = {
    "escalated": escalated,
    "lapsed": lapsed,
    "offer_expired": offer_expired,
    "evidence_closed": request_over,
    "request_ran_out": request_over,
    "ruling_overdue": ruling_overdue,
    "appeal_window_closed": window_closed,
    "remedy_overdue": remedy_overdue,
    "refund_overdue": refund_overdue,
}
"""What is done, by the consequence that a deadline names."""
