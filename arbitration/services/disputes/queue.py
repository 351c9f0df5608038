"""What waits for an arbiter: cases that nobody has, and one's own, in the order in which they are due."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from arbitration.columns import UtcDateTime, is_one_of, word
from arbitration.domain.actors import Actor, Role
from arbitration.domain.permissions import may
from arbitration.domain.refusals import FieldFault, ForbiddenError, InvalidError
from arbitration.domain.searching import words
from arbitration.domain.stages import BEFORE_ARBITER, CALLED, Stage
from arbitration.models import (
    ArbiterObjection,
    Assignment,
    Dispute,
    Listing,
    Person,
    Purchase,
    Ruling,
    Seller,
)
from arbitration.rules.marking import N_
from arbitration.services import cursors
from arbitration.services.disputes.searching import has_word
from arbitration.services.loading import WHO, find_purchase
from arbitration.services.staff.absences import is_away

PAGE = 50
LARGEST_PAGE = 200


class Waiting(NamedTuple):
    """A case in an arbiter's queue. ``due_at`` is when the next deadline in it ends, or since when it waits.

    ``own`` says that the arbiter has it, ``meant_for`` to whom it was handed over, ``objected`` that an objection to
    its arbiter is still to be decided, ``ruled`` that the arbiter has ruled in it. ``addresses`` are those of the
    parties: as they sign in, and as the purchase named them.
    """

    id: UUID
    external_id: str
    title: str
    buyer: str | None
    seller: str
    amount: int
    currency: str
    reason: str
    stage: str
    next_due_at: datetime | None
    stage_since: datetime
    due_at: datetime
    own: bool
    meant_for: UUID | None
    objected: bool
    ruled: bool
    arbiter_address: str
    addresses: tuple[str, str, str, str]


class Page(NamedTuple):
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
    """The cases that the arbiter has, and those without an arbiter that they have not had before; one query.

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
    given: dict[str, Any] = {"who": actor.person_id, "now": now, "stage": stage, "number": limit + 1}
    if cursor:
        given["after"], given["after_id"] = cursors.read(cursor, [datetime, UUID])
    session.flush()
    found = session.connection().execute(_queue(own, stage is not None, bool(cursor), tuple(words(text))), given).all()
    items = [Waiting._make((*row[:_ADDRESSES], tuple(row[_ADDRESSES:]))) for row in found[:limit]]
    last = items[-1] if len(found) > limit else None
    return Page(items, cursors.write(last.due_at, last.id) if last else None)


def case_of(session: Session, actor: Actor, external_id: str) -> UUID | None:
    """The newest dispute of a purchase to which an arbiter was called.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
    """
    purchase = find_purchase(session, actor, "getPurchase", external_id)
    query = select(Dispute.id).where(Dispute.purchase_id == purchase.id, Dispute.called_at.is_not(None))
    return session.scalar(query.order_by(Dispute.number.desc()).limit(1))


_ADDRESSES = Waiting._fields.index("addresses")
_dispute, _purchase, _listing, _seller, _person, _objection, _assignment, _ruling = (
    cast(Table, model.__table__)
    for model in (Dispute, Purchase, Listing, Seller, Person, ArbiterObjection, Assignment, Ruling)
)
_NOW = bindparam("now", type_=_dispute.c.called_at.type)
_DUE_AT = func.coalesce(_dispute.c.next_due_at, _dispute.c.stage_since, type_=UtcDateTime())
_FREE = and_(
    # As the indexes of free cases say it, and so that no other seems to serve, along which all would be sorted.
    ~or_(_dispute.c.arbiter_id.is_not(None), _dispute.c.called_at.is_(None), _dispute.c.closed_at.is_not(None)),
    ~is_one_of(_dispute.c.stage, (stage for stage in Stage if stage not in BEFORE_ARBITER)),
)
_ALONG_FREE = "INDEXED BY ix_disputes_free_since"
"""With statistics SQLite takes few cases to have no deadline, as few have the same one, and would go through all closed
ones, which have none."""
_OWN = and_(  # said so that their own index serves, along which they lie in the order shown
    _dispute.c.arbiter_id == WHO,
    _dispute.c.stage != word(Stage.CLOSED),
    *(_dispute.c.stage != word(stage) for stage in Stage if stage not in (*CALLED, Stage.CLOSED)),
)
_SHOPS = select(_seller.c.id).where(_seller.c.person_id == WHO)


def _queue(own: bool | None, of_stage: bool, goes_on: bool, searched: tuple[str, ...]) -> Select[Any]:
    """The statement of a queue; those that look for nothing are made once."""
    return _compose(own, of_stage, goes_on, searched) if searched else _ready(own, of_stage, goes_on)


@cache
def _ready(own: bool | None, of_stage: bool, goes_on: bool) -> Select[Any]:
    return _compose(own, of_stage, goes_on, ())


def _compose(own: bool | None, of_stage: bool, goes_on: bool, searched: tuple[str, ...]) -> Select[Any]:
    """The first of each kind along an index of its own: free cases by what is due, or else by when they came."""
    common = [_dispute.c.called_at <= _NOW, _dispute.c.buyer_id != WHO, _dispute.c.seller_id.not_in(_SHOPS)]
    common += [_dispute.c.stage == bindparam("stage")] if of_stage else []
    common += [has_word(word) for word in searched]
    had = select(_assignment.c.id).where(_assignment.c.dispute_id == _dispute.c.id, _assignment.c.arbiter_id == WHO)
    free = [_FREE, ~had.correlate(_dispute).exists(), ~is_away(WHO, _NOW)]
    due, since = [_dispute.c.next_due_at], [_dispute.c.next_due_at, _dispute.c.stage_since]
    arms = []
    kinds = ([[_OWN]] if own is not False else []) + ([free] if not own else [])
    for kind in kinds:
        arms += [_first(due, goes_on, [*kind, due[0].is_not(None), *common])]
        waits = _first(since, goes_on, [*kind, due[0].is_(None), *common])
        arms += [waits.with_hint(_dispute, _ALONG_FREE, "sqlite") if kind is free else waits]
    found = union_all(*(select(arm.subquery()) for arm in arms)).subquery()
    first = select(found.c.id).order_by(found.c.due_at, found.c.id).limit(bindparam("number"))
    return _lines().where(_dispute.c.id.in_(first)).order_by(_DUE_AT, _dispute.c.id)


def _first(along: Sequence[ColumnElement[Any]], goes_on: bool, found: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The first along the columns of an index, of which the last tells when a case is due, or since when it waits."""
    due_at = along[-1]
    query = select(_dispute.c.id, due_at.label("due_at")).where(*found)
    if goes_on:
        place = (bindparam("after", type_=UtcDateTime()), bindparam("after_id", type_=_dispute.c.id.type))
        query = query.where(tuple_(due_at, _dispute.c.id) > tuple_(*place))
    return query.order_by(*along, _dispute.c.id).limit(bindparam("number"))


def _lines() -> Select[Any]:
    buyer, keeper, arbiter = _person.alias("buyer"), _person.alias("keeper"), _person.alias("arbiter")
    pending = and_(_objection.c.dispute_id == _dispute.c.id, _objection.c.decided_at.is_(None))
    rulers = select(_ruling.c.arbiter_id).where(_ruling.c.dispute_id == _dispute.c.id).correlate(_dispute)
    joined = (
        _dispute.join(_purchase, _purchase.c.id == _dispute.c.purchase_id)
        .join(_seller, _seller.c.id == _purchase.c.seller_id)
        .join(_listing, _listing.c.id == _purchase.c.listing_id)
        .join(buyer, buyer.c.id == _purchase.c.buyer_id)
        .join(keeper, keeper.c.id == _seller.c.person_id)
        .outerjoin(_objection, pending)
    )
    return select(
        _dispute.c.id,
        _purchase.c.external_id,
        _listing.c.title,
        buyer.c.name,
        _seller.c.name,
        _purchase.c.amount,
        _purchase.c.currency,
        _dispute.c.reason,
        _dispute.c.stage,
        _dispute.c.next_due_at,
        _dispute.c.stage_since,
        _DUE_AT,
        func.coalesce(_dispute.c.arbiter_id == WHO, literal_column("false")),
        _dispute.c.wanted_arbiter_id,
        _objection.c.id.is_not(None),
        WHO.in_(rulers),  # looked up by the case, not among all that the arbiter has ever ruled
        select(arbiter.c.email).where(arbiter.c.id == WHO).scalar_subquery(),
        buyer.c.email,
        keeper.c.email,
        _purchase.c.buyer_address,
        _purchase.c.seller_address,
    ).select_from(joined)
