"""Making offers, and answering those of the other side."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.domain import deadlines as clocks
from arbitration.domain import offers as rules
from arbitration.domain.actors import Actor
from arbitration.domain.amounts import require_left
from arbitration.domain.deadlines import Kind
from arbitration.domain.events import words_of
from arbitration.domain.refusals import FieldFault, InvalidError, NotFoundError
from arbitration.domain.remedies import REFUND
from arbitration.domain.sides import OTHER
from arbitration.ids import new_id
from arbitration.models import Dispute, Offer
from arbitration.rules.marking import N_
from arbitration.services import deadlines
from arbitration.services.disputes import remedies
from arbitration.services.disputes.clocks import answered
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.policies import policy_of
from arbitration.services.thread import post_event, role_of


def make_offer(
    session: Session, actor: Actor, dispute_id: UUID, remedy: str, amount: int | None, text: str, now: datetime
) -> tuple[Case, Offer]:
    """Offer the other side a refund, a part refund or a replacement; one's own open offer is replaced by it.

    ``amount`` is in minor units of the purchase's currency.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``.
        InvalidError: no such remedy or amount, or more than can still be paid back.
    """
    case = find_dispute(session, actor, "makeOffer", dispute_id)
    amount = _amount(session, case, remedy, amount)
    words = words_of(text)
    offer = _add(session, case, role_of(actor, case.purchase), remedy, amount, now)
    post_event(session, case.purchase, actor, "offer", now, text=words, about=_told(offer), facts=_told(offer))
    answered(session, case.dispute, offer.by, now)
    return case, offer


def answer_offer(
    session: Session,
    actor: Actor,
    dispute_id: UUID,
    number: int,
    answer: str,
    now: datetime,
    *,
    text: str = "",
    remedy: str | None = None,
    amount: int | None = None,
) -> tuple[Case, Offer]:
    """Accept or decline the other side's offer, or counter it with ``remedy`` and ``amount``; gives what stands now.

    An accepted offer ends the argument: its remedy is owed from now on.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; no such offer, one's own, or not open any
            more; no counter-offers left.
        InvalidError: no such answer, remedy or amount.
    """
    case = find_dispute(session, actor, "answerOffer", dispute_id)
    offer = session.scalar(select(Offer).where(Offer.dispute_id == dispute_id, Offer.number == number))
    if offer is None:
        raise NotFoundError
    side = role_of(actor, case.purchase)
    rules.require_answerable(rules.Standing(offer.by, offer.state, offer.expires_at), side, now)
    if answer not in rules.ANSWERS:
        raise InvalidError(faults=[FieldFault("answer", N_("Accept the offer, decline it, or counter it."))])
    words = words_of(text)
    if answer == rules.COUNTER:
        return case, _counter(session, actor, case, offer, remedy or "", amount, words, now)
    state = rules.ACCEPTED if answer == rules.ACCEPT else rules.DECLINED
    _settle(session, case.dispute, offer, state, now)
    told = {"offer": offer.number}
    post_event(session, case.purchase, actor, f"offer_{state}", now, text=words, about=_told(offer), facts=told)
    answered(session, case.dispute, side, now)
    if state == rules.ACCEPTED:
        supersede_all(session, case.dispute, now)
        deadlines.drop(session, case.dispute, now)
        remedies.order(session, case, offer.remedy, offer.amount, "offer", offer.id, "answerOffer", now)
    return case, offer


def supersede_all(session: Session, dispute: Dispute, now: datetime) -> None:
    """Whatever was offered is void: the dispute goes on without it."""
    for offer in session.scalars(select(Offer).where(Offer.dispute_id == dispute.id, Offer.state == rules.OPEN)):
        _settle(session, dispute, offer, rules.SUPERSEDED, now)


def list_offers(session: Session, dispute_id: UUID) -> list[Offer]:
    """The offers of a dispute, the oldest first."""
    return list(session.scalars(select(Offer).where(Offer.dispute_id == dispute_id).order_by(Offer.number)))


def _counter(
    session: Session, actor: Actor, case: Case, offer: Offer, remedy: str, amount: int | None, words: str, now: datetime
) -> Offer:
    side = OTHER[offer.by]
    amount = _amount(session, case, remedy, amount)
    made = select(func.count()).where(
        Offer.dispute_id == case.dispute.id, Offer.by == side, Offer.counters_id.is_not(None)
    )
    most = policy_of(case.purchase).count("offer", "counter_offers")
    rules.require_rounds_left(session.scalar(made) or 0, most)
    _settle(session, case.dispute, offer, rules.COUNTERED, now)
    counter = _add(session, case, side, remedy, amount, now, counters_id=offer.id)
    told = _told(counter) | {"counters": offer.number}
    post_event(session, case.purchase, actor, "offer_countered", now, text=words, about=told, facts=told)
    answered(session, case.dispute, side, now)
    return counter


def _amount(session: Session, case: Case, remedy: str, amount: int | None) -> int | None:
    """What an offer comes to: a full refund is what is left of the price, so that nobody is offered more than comes."""
    purchase = case.purchase
    amount, left = rules.amount_of(remedy, amount, purchase.amount), remedies.refundable(session, purchase)
    require_left(amount, purchase.amount, left, purchase.currency)
    return left or amount if remedy == REFUND else amount


def _add(
    session: Session,
    case: Case,
    side: str,
    remedy: str,
    amount: int | None,
    now: datetime,
    counters_id: UUID | None = None,
) -> Offer:
    dispute = case.dispute
    own = select(Offer).where(Offer.dispute_id == dispute.id, Offer.by == side, Offer.state == rules.OPEN)
    for earlier in session.scalars(own):
        _settle(session, dispute, earlier, rules.SUPERSEDED, now)
    deadline = clocks.offer(policy_of(case.purchase), now, OTHER[side])
    last = session.scalar(select(func.max(Offer.number)).where(Offer.dispute_id == dispute.id)) or 0
    offer = Offer(
        id=new_id(),
        dispute_id=dispute.id,
        number=last + 1,
        by=side,
        remedy=remedy,
        amount=amount,
        made_at=now,
        expires_at=deadline.due_at,
        counters_id=counters_id,
        state=rules.OPEN,
        position=case.purchase.last_position + 1,
    )
    session.add(offer)
    session.flush()
    deadlines.start(session, dispute, deadline, subject_id=offer.id)
    return offer


def _settle(session: Session, dispute: Dispute, offer: Offer, state: str, now: datetime) -> None:
    offer.state, offer.answered_at = state, now
    session.flush()
    deadlines.meet(session, dispute, now, Kind.OFFER, subject_id=offer.id)


def _told(offer: Offer) -> dict[str, Any]:
    """What event and docket say of an offer; the amount in minor units."""
    return {"offer": offer.number, "remedy": offer.remedy, "amount": offer.amount}
