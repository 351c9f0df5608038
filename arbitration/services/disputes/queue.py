"""What waits for an arbiter: cases that nobody has, and one's own, in the order in which they are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from arbitration.columns import UtcDateTime
from arbitration.domain.actors import Actor, Role
from arbitration.domain.permissions import may
from arbitration.domain.refusals import FieldFault, ForbiddenError, InvalidError
from arbitration.domain.searching import words
from arbitration.domain.stages import BEFORE_ARBITER, CALLED, Stage
from arbitration.models import ArbiterObjection, Assignment, Dispute, Purchase, Seller
from arbitration.rules.marking import N_
from arbitration.services import cursors
from arbitration.services.disputes.searching import has_word
from arbitration.services.loading import WHO, find_purchase
from arbitration.services.staff.absences import is_away

PAGE = 50
LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in an arbiter's queue. ``due_at`` is when the next deadline in it ends, or since when it waits.

    ``own`` says that the arbiter has it, ``meant_for_me`` that it was handed over to this arbiter, ``objected`` that an
    objection to its arbiter is still to be decided.
    """

    dispute: Dispute
    purchase: Purchase
    due_at: datetime
    own: bool
    meant_for_me: bool
    objected: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the queue, and the cursor that goes on after it."""

    items: Sequence[Waiting]
    next: str | None


def waiting(
    session: Session,
    actor: Actor,
    now: datetime,
    cursor: str | None = None,
    limit: int = PAGE,
    *,
    text: str = "",
    stage: str | None = None,
    own: bool | None = None,
) -> Page:
    """The cases that the arbiter has, and those without an arbiter that he has not had before; one query.

    To an arbiter who is away no new case is proposed. ``own`` leaves only those that the arbiter has, or only the
    others. Sorted by their next deadline; those in which nothing falls due come by how long they have waited. ``now``
    leaves out what only comes before the arbiters later.

    Raises:
        ForbiddenError: the actor is no arbiter.
        InvalidError: ``stage`` is none that an arbiter sees, or ``cursor`` none of ours.
    """
    if actor.role is not Role.ARBITER or actor.person_id is None or not may(actor, "listDisputes"):
        raise ForbiddenError
    if stage is not None and stage not in CALLED:
        raise InvalidError(faults=[FieldFault("stage", N_("There is no such stage."))])
    limit = max(1, min(limit, LARGEST_PAGE))
    query = _CASES.where(Dispute.called_at <= now, *(has_word(word) for word in words(text)))
    query = query.where(or_(Dispute.arbiter_id == actor.person_id, ~is_away(actor.person_id, now)))
    if stage is not None:
        query = query.where(Dispute.stage == stage)
    if own is not None:
        query = query.where(Dispute.arbiter_id == actor.person_id if own else Dispute.arbiter_id.is_(None))
    if cursor:
        moment, id_ = cursors.read(cursor, [datetime, UUID])
        place = tuple_(literal(moment, UtcDateTime()), literal(id_, Uuid()))
        query = query.where(tuple_(DUE_AT, Dispute.id) > place)
    query = query.order_by(DUE_AT, Dispute.id).limit(limit + 1)
    rows = session.execute(query, {"who": actor.person_id}).all()
    items = [_line(actor.person_id, *row) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return Page(items, cursors.write(last.due_at, last.dispute.id) if last else None)


def case_of(session: Session, actor: Actor, external_id: str) -> UUID | None:
    """The newest dispute of a purchase to which an arbiter was called.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
    """
    purchase = find_purchase(session, actor, "getPurchase", external_id)
    query = select(Dispute.id).where(Dispute.purchase_id == purchase.id, Dispute.called_at.is_not(None))
    return session.scalar(query.order_by(Dispute.number.desc()).limit(1))


DUE_AT = func.coalesce(Dispute.next_due_at, Dispute.stage_since, type_=UtcDateTime())


def _cases(arbiter_id: ColumnElement[UUID]) -> Select[Dispute, datetime, UUID | None]:
    objection, had = aliased(ArbiterObjection), aliased(Assignment)
    pending = and_(objection.dispute_id == Dispute.id, objection.decided_at.is_(None))
    before = select(had.id).where(had.dispute_id == Dispute.id, had.arbiter_id == arbiter_id)
    free = and_(Dispute.arbiter_id.is_(None), Dispute.stage.in_(BEFORE_ARBITER), ~before.exists())
    own = and_(Dispute.arbiter_id == arbiter_id, Dispute.stage.in_(CALLED), Dispute.stage != Stage.CLOSED)
    return (
        select(Dispute, DUE_AT, objection.id)
        .join(Dispute.purchase)
        .join(Purchase.seller)
        .outerjoin(objection, pending)
        .where(or_(free, own), Purchase.buyer_id != arbiter_id, Seller.person_id != arbiter_id)
        .options(
            contains_eager(Dispute.purchase).options(
                contains_eager(Purchase.seller).joinedload(Seller.person),
                joinedload(Purchase.listing),
                joinedload(Purchase.buyer),
            )
        )
    )


_CASES = _cases(WHO)


def _line(arbiter_id: UUID, dispute: Dispute, due_at: datetime, objection_id: UUID | None) -> Waiting:
    return Waiting(
        dispute,
        dispute.purchase,
        due_at,
        own=dispute.arbiter_id == arbiter_id,
        meant_for_me=dispute.wanted_arbiter_id == arbiter_id,
        objected=objection_id is not None,
    )
