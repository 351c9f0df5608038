"""Notices in the application: what somebody owes, or may still do, in disputes.

A notice is an open deadline, seen by whoever owes it; what was ruled or paid too late stays one until it is done. So a
notice goes by itself once the act is done, the time moved or somebody else's. It is new until it was shown, and again
with each reminder: the same rows make the mails.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from arbitration.columns import is_one_of, word
from arbitration.domain.actors import Actor, Role
from arbitration.domain.deadlines import Kind
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ForbiddenError
from arbitration.domain.remedies import OPEN as UNPAID
from arbitration.domain.sides import ARBITER, BUYER, NOBODY, OPERATOR, SELLER
from arbitration.domain.stages import BEFORE_ARBITER, Stage
from arbitration.models import (
    DeadlineRow,
    Dispute,
    ExhibitRequest,
    Listing,
    NoticeMark,
    Person,
    Purchase,
    Remedy,
    Seller,
)
from arbitration.services import sides
from arbitration.services.deadlines import OPEN, RAN_OUT
from arbitration.services.inserting import insert
from arbitration.services.loading import WHO
from arbitration.services.sides import SHOPS, Whose

MOST = 100
"""So many are shown at once: those that are due first."""
READERS = (Role.PARTY, Role.ARBITER, Role.OPERATOR)
"""Who is sent notices."""


class Unread(NamedTuple):
    """A notice that its reader has not been shown yet, and how much it tells by now."""

    deadline_id: UUID
    external_id: str
    told: int


class Notice(NamedTuple):
    """What somebody owes: the row of its deadline, with what is told of its purchase.

    ``asked`` is the kind of evidence that is asked for; ``bought`` says that the reader is the buyer.
    """

    id: UUID
    dispute_id: UUID
    kind: str
    owed_by: str
    base_event: str
    base_at: datetime
    first_due_at: datetime
    due_at: datetime
    consequence: str
    steps: list[Any]
    passed: list[str]
    explanation: dict[str, Any] | None
    state: str
    asked: str | None
    new: bool
    external_id: str
    title: str
    buyer_name: str | None
    seller_name: str
    bought: bool

    @property
    def role(self) -> str:
        """The part in which the reader owes it, or may do it."""
        return self.owed_by or (BUYER if self.bought else SELLER)

    @property
    def overdue(self) -> bool:
        """Whether the time is over, and it stays owed."""
        return self.state == RAN_OUT


def unread(session: Session, actor: Actor, shops: Sequence[UUID] | None = None) -> list[Unread]:
    """The notices that the actor has not been shown, the next due first.

    ``shops`` are those that the actor answers for, if that is known already.
    """
    whose, given = whose_of(session, actor, shops)
    session.flush()
    return [Unread._make(row) for row in session.execute(_unread(whose), given)]


def number_of_new(whose: Whose) -> ScalarSelect[int]:
    """How many notices their readers have not been shown, as a column of a query; ``MOST`` or more stand for many."""
    return select(func.count()).select_from(_first_of(whose, only_new=True).subquery()).scalar_subquery()


def list_notices(session: Session, actor: Actor) -> list[Notice]:
    """The actor's notices, the next due first.

    Raises:
        ForbiddenError: nobody is there to be told anything.
    """
    if not may(actor, "listNotices"):
        raise ForbiddenError
    if actor.person_id is None:
        return []
    whose, given = whose_of(session, actor)
    session.flush()
    return [Notice._make(row) for row in session.connection().execute(_notices(whose), given)]


def mark_read(session: Session, actor: Actor, shown: Iterable[Unread], now: datetime) -> None:
    """Note that the actor has been shown these notices, as they were at that moment."""
    for notice in shown:
        values = {"person_id": actor.person_id, "deadline_id": notice.deadline_id}
        seen = {"told": notice.told, "read_at": now}
        statement = insert(session, NoticeMark).values(values | seen)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=list(values), set_=seen, where=NoticeMark.told < statement.excluded.told
            )
        )


def whose_of(session: Session, actor: Actor, shops: Sequence[UUID] | None = None) -> tuple[Whose, dict[str, Any]]:
    """Whose notices the actor's are, see ``sides.whose_of``; nobody's where there are none for somebody like that."""
    if actor.person_id is None or actor.role not in READERS:
        return (), {}
    return sides.whose_of(session, actor, shops)


_row, _dispute, _purchase, _mark, _remedy, _listing, _buyer, _seller, _asked = (
    cast(Table, model.__table__)
    for model in (DeadlineRow, Dispute, Purchase, NoticeMark, Remedy, Listing, Person, Seller, ExhibitRequest)
)
_TOLD = func.json_array_length(_row.c.passed) + case((_row.c.state == RAN_OUT, 1), else_=0)
"""How much a notice tells: each reminder adds to it, and that the time is over."""
_IN_ORDER = (_row.c.due_at, _row.c.id)
_IS_NEW = or_(_mark.c.told.is_(None), _mark.c.told < _TOLD)
_OPEN = _row.c.state == word(OPEN)
_CASES = and_(_dispute.c.arbiter_id == WHO, _dispute.c.stage != word(Stage.CLOSED))
_ENFORCED = _dispute.c.stage == word(Stage.ENFORCEMENT)
_BUYS = _row.c.buyer_id == WHO


@cache
def _unread(whose: Whose) -> Select[Any]:
    query = select(_row.c.id, _purchase.c.external_id, _TOLD)
    query = query.select_from(_row.join(_purchase, _purchase.c.id == _row.c.purchase_id))
    return query.where(_row.c.id.in_(_first_of(whose, only_new=True))).order_by(*_IN_ORDER).limit(MOST)


@cache
def _notices(whose: Whose) -> Select[Any]:
    """Begins with the reader's own: among so many tables PostgreSQL keeps to the order in which they stand."""
    own = _first_of(whose, only_new=False).subquery()
    joined = (
        own.join(_row, _row.c.id == own.c.id)
        .join(_purchase, _purchase.c.id == _row.c.purchase_id)
        .join(_listing, _listing.c.id == _purchase.c.listing_id)
        .join(_buyer, _buyer.c.id == _purchase.c.buyer_id)
        .join(_seller, _seller.c.id == _purchase.c.seller_id)
        .outerjoin(_mark, and_(_mark.c.deadline_id == _row.c.id, _mark.c.person_id == WHO))
        .outerjoin(_asked, _asked.c.id == _row.c.subject_id)
    )
    told = (_purchase.c.external_id, _listing.c.title, _buyer.c.name, _seller.c.name, _purchase.c.buyer_id == WHO)
    query = select(*(_row.c[name] for name in Notice._fields[:13]), _asked.c.what, _IS_NEW, *told)
    return query.select_from(joined).order_by(*_IN_ORDER).limit(MOST)


@cache
def _first_of(whose: Whose, *, only_new: bool) -> Select[Any] | CompoundSelect[Any]:
    """The first notices of each kind that may be among the first of all, each along an index in the order of what is
    due: what oneself owes, and what is open to both sides."""
    arms = [_arm(each, only_new) for side in whose for each in _conditions(side)]
    return union_all(*(select(arm.subquery()) for arm in arms)) if arms else select(_row.c.id).where(false())


def _arm(conditions: Sequence[ColumnElement[bool]], only_new: bool) -> Select[UUID]:
    joined = _row.join(_dispute, _dispute.c.id == _row.c.dispute_id)
    if only_new:
        joined = joined.outerjoin(_mark, and_(_mark.c.deadline_id == _row.c.id, _mark.c.person_id == WHO))
    query = select(_row.c.id).select_from(joined).where(*conditions, *([_IS_NEW] if only_new else []))
    return query.order_by(*_IN_ORDER).limit(MOST)


def _conditions(side: str) -> list[list[ColumnElement[bool]]]:
    """Whose a notice is: a party's own, those of the arbiter's cases, and for an operator what any of them can do."""
    if side == OPERATOR:
        theirs = [_row.c.owed_by == OPERATOR, _ENFORCED]
    elif side == ARBITER:
        theirs = [_row.c.owed_by == ARBITER, _CASES]
    else:
        mine = _BUYS if side == BUYER else and_(SHOPS[side](_row.c.seller_id), ~_BUYS)
        going = _dispute.c.stage != word(Stage.CLOSED)
        open_to_both = [_row.c.owed_by == NOBODY, _row.c.kind == Kind.APPEAL.value]
        return [
            [mine, _OPEN, going, _row.c.owed_by == (BUYER if side == BUYER else SELLER)],
            [mine, _OPEN, going, *open_to_both],
        ]
    return [[*theirs, _OPEN], [*theirs, _row.c.state == word(RAN_OUT), _still_owed()]]


def _still_owed() -> ColumnElement[bool]:
    """Whether something is owed though its time is over: a ruling by the same arbiter, a refund."""
    unpaid = select(_remedy.c.id).where(_remedy.c.id == _row.c.subject_id, is_one_of(_remedy.c.state, UNPAID))
    unruled = and_(is_one_of(_dispute.c.stage, sorted(BEFORE_ARBITER)), _row.c.base_at >= _dispute.c.taken_at)
    return or_(
        and_(_row.c.kind == Kind.RULING.value, unruled),
        and_(_row.c.kind == Kind.REFUND.value, unpaid.correlate(_row).exists()),
    )
