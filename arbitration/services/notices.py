"""Notices in the application: what somebody owes, or may still do, in disputes.

A notice is an open deadline, seen by whoever owes it; what was ruled or paid too late stays one until it is done. So a
notice goes by itself once the act is done, the time moved or somebody else's. It is new until it was shown, and again
with each reminder: the same rows make the mails.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, union
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import deadlines as clocks
from arbitration.domain.actors import Actor, Role
from arbitration.domain.deadlines import Kind
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ForbiddenError
from arbitration.domain.remedies import OPEN as UNPAID
from arbitration.domain.stages import BEFORE_ARBITER, Stage
from arbitration.models import (
    DeadlineRow,
    Dispute,
    ExhibitRequest,
    Message,
    NoticeMark,
    Purchase,
    ReadMark,
    Remedy,
    Seller,
)
from arbitration.services.deadlines import OPEN, RAN_OUT
from arbitration.services.disputes.finding import Case
from arbitration.services.inserting import insert
from arbitration.services.loading import anybody

MOST = 100
"""So many are shown at once: those that are due first."""
NEWS_FOR = timedelta(days=30)
MOST_NEWS = 30


@dataclass(frozen=True, slots=True)
class Unread:
    """A notice that its reader has not been shown yet, and how much it tells by now."""

    deadline_id: UUID
    external_id: str
    told: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody owes. ``role`` is the part in which it is his; ``overdue``: the time is over, and it stays owed."""

    case: Case
    row: DeadlineRow
    role: str
    overdue: bool
    new: bool
    asked: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What somebody else did, on which purchase, and up to which message the reader has been shown that one."""

    message: Message
    purchase: Purchase
    seen: int


def unread(session: Session, actor: Actor) -> list[Unread]:
    """The notices that the actor has not been shown; asked for each page, for the number in its head."""
    query = _unread(actor.role, actor.person_id is not None)
    return [Unread(*row) for row in session.execute(query, {"who": actor.person_id})]


@cache
def _unread(role: Role, known: bool) -> Select[UUID, str, int]:
    query = _notices(anybody(role, known=known)).with_only_columns(DeadlineRow.id, Purchase.external_id, TOLD)
    return query.where(_is_new()).order_by(*IN_ORDER).limit(MOST)


def list_notices(session: Session, actor: Actor) -> list[Notice]:
    """The actor's notices, the next due first.

    Raises:
        ForbiddenError: nobody is there to be told anything.
    """
    if not may(actor, "listNotices"):
        raise ForbiddenError
    query = (
        _notices(actor)
        .outerjoin(ExhibitRequest, ExhibitRequest.id == DeadlineRow.subject_id)
        .with_only_columns(DeadlineRow, Dispute, _is_new(), ExhibitRequest.what)
        .options(
            joinedload(Dispute.purchase).joinedload(Purchase.listing),
            joinedload(Dispute.purchase).joinedload(Purchase.buyer),
            joinedload(Dispute.purchase).joinedload(Purchase.seller),
        )
    )
    found = session.execute(query.order_by(*IN_ORDER).limit(MOST)).unique()
    return [
        Notice(
            Case(dispute.purchase, dispute), row, _role(actor, dispute.purchase, row), row.state == RAN_OUT, new, what
        )
        for row, dispute, new, what in found
    ]


def mark_read(session: Session, actor: Actor, shown: Iterable[Unread], now: datetime) -> None:
    """Note that the actor has been shown these notices, as they were when he was."""
    for notice in shown:
        values = {"person_id": actor.person_id, "deadline_id": notice.deadline_id}
        seen = {"told": notice.told, "read_at": now}
        statement = insert(session, NoticeMark).values(values | seen)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=list(values), set_=seen, where=NoticeMark.told < statement.excluded.told
            )
        )


def news(session: Session, actor: Actor, now: datetime) -> Sequence[News]:
    """What others, or the clock, did lately in the disputes of a party, the newest first; as the mails told it."""
    if actor.role is not Role.PARTY or actor.person_id is None:
        return []
    query = (
        select(Message, Purchase, func.coalesce(ReadMark.position, 0))
        .join(Purchase, Purchase.id == Message.purchase_id)
        .outerjoin(ReadMark, and_(ReadMark.purchase_id == Purchase.id, ReadMark.person_id == actor.person_id))
        .where(or_(_buys(actor.person_id), _sells(actor.person_id)))
        .where(Message.kind != "message", Message.posted_at > now - NEWS_FOR)
        .where(or_(Message.author_id.is_(None), Message.author_id != actor.person_id))
        .options(joinedload(Purchase.listing), joinedload(Purchase.buyer))
        .options(joinedload(Purchase.seller).joinedload(Seller.person))
        .order_by(Message.posted_at.desc(), Message.id.desc())
        .limit(MOST_NEWS)
    )
    return [News(*row) for row in session.execute(query)]


def _notices(actor: Actor) -> Select[DeadlineRow]:
    mark = and_(NoticeMark.deadline_id == DeadlineRow.id, NoticeMark.person_id == actor.person_id)
    return (
        select(DeadlineRow)
        .join(Dispute, Dispute.id == DeadlineRow.dispute_id)
        .join(Purchase, Purchase.id == DeadlineRow.purchase_id)
        .outerjoin(NoticeMark, mark)
        .where(_of(actor), or_(DeadlineRow.state == OPEN, _still_owed()))
    )


def _of(actor: Actor) -> ColumnElement[bool]:
    """Whose it is: a party's own, those of the arbiter's cases, and for an operator what any of them can do."""
    if actor.person_id is None:
        return false()
    if actor.role is Role.OPERATOR:
        return and_(DeadlineRow.owed_by == clocks.OPERATOR, Dispute.stage == Stage.ENFORCEMENT)
    if actor.role is Role.ARBITER:
        return and_(DeadlineRow.owed_by == clocks.ARBITER, Dispute.arbiter_id == actor.person_id)
    if actor.role is not Role.PARTY:
        return false()
    buys, sells = _buys(actor.person_id), _sells(actor.person_id)
    his = or_(
        and_(DeadlineRow.owed_by == clocks.BUYER, buys),
        and_(DeadlineRow.owed_by == clocks.SELLER, sells),
        DeadlineRow.kind == Kind.APPEAL,
    )
    sold = select(Purchase.id).join(Seller, Seller.id == Purchase.seller_id)  # joined: so the shop's index is enough
    sold = sold.where(Seller.person_id == actor.person_id)
    own = union(select(Purchase.id).where(buys), sold)
    going = select(Dispute.id).where(Dispute.purchase_id.in_(own), Dispute.stage != Stage.CLOSED)
    return and_(DeadlineRow.dispute_id.in_(going), his)


def _buys(person_id: UUID) -> ColumnElement[bool]:
    return Purchase.buyer_id == person_id


def _sells(person_id: UUID) -> ColumnElement[bool]:
    shops = select(Seller.id).where(Seller.person_id == person_id)
    return and_(Purchase.seller_id.in_(shops), Purchase.buyer_id != person_id)


def _still_owed() -> ColumnElement[bool]:
    """Whether something is owed though its time is over: a ruling by the same arbiter, a refund."""
    unpaid = select(Remedy.id).where(Remedy.id == DeadlineRow.subject_id, Remedy.state.in_(UNPAID)).exists()
    unruled = and_(Dispute.stage.in_(BEFORE_ARBITER), DeadlineRow.base_at >= Dispute.taken_at)
    over = DeadlineRow.state == RAN_OUT
    return or_(
        and_(over, DeadlineRow.kind == Kind.RULING, unruled), and_(over, DeadlineRow.kind == Kind.REFUND, unpaid)
    )


def _role(actor: Actor, purchase: Purchase, row: DeadlineRow) -> str:
    if row.owed_by:
        return row.owed_by
    return clocks.BUYER if actor.person_id == purchase.buyer_id else clocks.SELLER


TOLD = func.json_array_length(DeadlineRow.passed) + case((DeadlineRow.state == RAN_OUT, 1), else_=0)
"""How much a notice tells: each reminder adds to it, and that the time is over."""
IN_ORDER = (DeadlineRow.due_at, DeadlineRow.id)


def _is_new() -> ColumnElement[bool]:
    return or_(NoticeMark.told.is_(None), NoticeMark.told < TOLD)
