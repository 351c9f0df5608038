"""A party objects to the arbiter of its case; an operator decides. Until then there is no ruling."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from arbitration.domain import arbiters as rules
from arbitration.domain.actors import Actor
from arbitration.domain.events import words_of
from arbitration.domain.refusals import ConflictError, Faults, ForbiddenError
from arbitration.ids import new_id
from arbitration.models import ArbiterObjection
from arbitration.rules.marking import N_
from arbitration.services import operators
from arbitration.services.disputes.assigning import OBJECTION, release
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.thread import post_event, role_of


def object_to(
    session: Session, actor: Actor, dispute_id: UUID, ground: str, text: str, now: datetime
) -> tuple[Case, ArbiterObjection]:
    """Object to the arbiter who has the case. What was refused once can't be objected to on the same ground again.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; nobody has the case, or an objection is
            still to be decided.
        InvalidError: no such ground, or no words.
    """
    case = find_dispute(session, actor, "objectToArbiter", dispute_id)
    with (faults := Faults()):
        rules.require_ground(ground, rules.OBJECTION_GROUNDS)
    with faults:
        words = words_of(text, needed=True)
    faults.refuse()
    side, arbiter_id = role_of(actor, case.purchase), case.dispute.arbiter_id
    if arbiter_id is None:
        raise ConflictError(N_("No arbiter has this case yet, so there is nobody to object to."))
    earlier = objections(session, dispute_id)
    if any(each.decided_at is None for each in earlier):
        raise ConflictError(PENDS)
    if any((each.arbiter_id, each.by, each.ground) == (arbiter_id, side, ground) for each in earlier):
        raise ConflictError(N_("You have objected to this arbiter on this ground before, and it was decided."))
    objection = ArbiterObjection(
        id=new_id(),
        dispute_id=dispute_id,
        arbiter_id=arbiter_id,
        by=side,
        ground=ground,
        made_at=now,
        position=case.purchase.last_position + 1,
    )
    session.add(objection)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(PENDS) from error
    told = {"objection": str(objection.id), "ground": ground, "arbiter": str(arbiter_id)}
    post_event(session, case.purchase, actor, "arbiter_objection", now, text=words, about=told, facts=told)
    operators.tell(session, case.purchase, "arbiter_objection", now, objection=str(objection.id))
    return case, objection


def decide_objection(
    session: Session, actor: Actor, dispute_id: UUID, granted: bool, text: str, now: datetime
) -> tuple[Case, ArbiterObjection]:
    """Decide an objection as an operator, with a reason. Granted: the arbiter has the case no longer.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; it is one's own purchase; none is open.
        InvalidError: there is no reason.
    """
    case = find_dispute(session, actor, "decideObjection", dispute_id)
    if actor.person_id in (case.purchase.buyer_id, case.purchase.seller.person_id):
        raise ForbiddenError(OWN)
    objection = pending(session, dispute_id)
    if objection is None:
        raise ConflictError(N_("There is no objection that waits for a decision."))
    words = words_of(text, needed=True)
    told = {"objection": str(objection.id), "granted": granted}
    message = post_event(session, case.purchase, actor, "objection_decided", now, text=words, about=told, facts=told)
    objection.granted, objection.decided_by, objection.decided_at = granted, actor.person_id, now
    objection.decided_position = message.position
    session.flush()
    if granted and case.dispute.arbiter_id == objection.arbiter_id:
        release(session, case.dispute, OBJECTION, now, ground=objection.ground)
    return case, objection


def pending(session: Session, dispute_id: UUID) -> ArbiterObjection | None:
    """The objection to the arbiter that waits for a decision."""
    query = select(ArbiterObjection).where(
        ArbiterObjection.dispute_id == dispute_id, ArbiterObjection.decided_at.is_(None)
    )
    return session.scalar(query)


def objections(session: Session, dispute_id: UUID) -> list[ArbiterObjection]:
    """All objections to arbiters of a dispute, in order."""
    query = select(ArbiterObjection).where(ArbiterObjection.dispute_id == dispute_id)
    return list(session.scalars(query.order_by(ArbiterObjection.made_at, ArbiterObjection.id)))


OWN = N_("You bought or sold this yourself, so another operator has to decide.")
PENDS = N_("An objection to the arbiter is still to be decided.")
