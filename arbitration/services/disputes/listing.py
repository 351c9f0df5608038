"""Lists of disputes: by stage, by whose turn it is, by what is due, by text; one page in two queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Uuid,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import Session, joinedload

from arbitration.columns import UtcDateTime
from arbitration.domain.actors import Actor, Role
from arbitration.domain.available import STAYS_WITH, TURNS, Owed, Standing, whose_turn
from arbitration.domain.deadline_words import Sentence
from arbitration.domain.deadlines import Kind
from arbitration.domain.permissions import may
from arbitration.domain.refusals import FieldFault, ForbiddenError, InvalidError
from arbitration.domain.searching import words
from arbitration.domain.stages import BEFORE_ARBITER, Stage
from arbitration.domain.standing_words import state_of
from arbitration.models import DeadlineRow, Dispute, Purchase, Seller
from arbitration.rules.marking import N_
from arbitration.services import cursors
from arbitration.services.disputes.finding import Case
from arbitration.services.disputes.searching import has_word
from arbitration.services.disputes.showing import relations_of
from arbitration.services.loading import visible_disputes, visible_purchases

PAGE = 50
LARGEST_PAGE = 200
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """A dispute in a list, as its viewer sees it."""

    case: Case
    state: Sentence
    turn: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and the cursor that goes on after it."""

    items: Sequence[Line]
    next: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to: stages (none: all), whose turn, due by then, text, one's own cases alone, and those
    in which oneself owes something as buyer or seller."""

    stages: tuple[str, ...] = ()
    turn: str | None = None
    due_before: datetime | None = None
    text: str = ""
    mine: bool = False
    waits_for_me: bool = False


def list_disputes(
    session: Session, actor: Actor, asked: Asked | None = None, *, cursor: str | None = None, limit: int = PAGE
) -> Page:
    """The disputes that the actor may see, those with the earliest deadline first, closed ones last.

    Raises:
        ForbiddenError: the actor has no disputes by what they are.
        InvalidError: stage, turn or cursor is none of ours.
    """
    if not may(actor, "listDisputes"):
        raise ForbiddenError
    asked = asked or Asked()
    _check(asked)
    limit = max(1, min(limit, LARGEST_PAGE))
    query = select(Dispute).where(*_visible(actor), *_conditions(actor, asked))
    query = query.join(Dispute.purchase).options(
        joinedload(Dispute.arbiter),
        joinedload(Dispute.purchase).joinedload(Purchase.listing),
        joinedload(Dispute.purchase).joinedload(Purchase.buyer),
        joinedload(Dispute.purchase).joinedload(Purchase.seller).joinedload(Seller.person),
    )
    pick = _own_rows if actor.role is Role.PARTY else _rows
    rows = pick(session, query, cursors.read(cursor, [datetime, UUID]) if cursor else None, limit + 1)
    found = rows[:limit]
    owed = _owed(session, [dispute.id for dispute in found])
    items = [_line(actor, Case(dispute.purchase, dispute), owed[dispute.id]) for dispute in found]
    last = found[-1] if len(rows) > limit else None
    return Page(items, cursors.write(last.next_due_at or NEVER, last.id) if last else None)


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    """Which disputes the actor may know of; to an operator, who may know of all, no purchase need be looked up."""
    if actor.role is Role.OPERATOR:
        return visible_disputes(actor)
    if actor.role is Role.PARTY and actor.person_id is not None:
        return [Dispute.purchase_id.in_(_own(actor.person_id))]
    visible = visible_purchases(actor).with_only_columns(Purchase.id)
    return [Dispute.purchase_id.in_(visible), *visible_disputes(actor)]


def _own(person_id: UUID) -> CompoundSelect[UUID]:
    """What somebody bought or sold: each side along its own index, where "one or the other" would look at all."""
    bought = select(Purchase.id).where(Purchase.buyer_id == person_id)
    return union(bought, select(Purchase.id).join(Purchase.seller).where(Seller.person_id == person_id))


def _own_rows(session: Session, query: Select[Dispute], after: Sequence[Any] | None, number: int) -> list[Dispute]:
    """The same order for one's own disputes, which are few beside all that are due: found first, then sorted."""
    place = (func.coalesce(Dispute.next_due_at, literal(NEVER, UtcDateTime())), Dispute.id)
    if after:
        query = query.where(tuple_(*place) > tuple_(literal(after[0], UtcDateTime()), literal(after[1], Uuid())))
    return list(session.scalars(query.order_by(*place).limit(number)).unique().all())


def _rows(session: Session, query: Select[Dispute], after: Sequence[Any] | None, number: int) -> list[Dispute]:
    """The first rows after a place: those in which something is due, then the others, each along an index."""
    timed, place = Dispute.next_due_at.is_not(None), tuple_(Dispute.next_due_at, Dispute.id)
    rows: list[Dispute] = []
    due, id_ = after or (None, None)
    if due != NEVER:
        first = query.where(place > tuple_(literal(due, UtcDateTime()), literal(id_, Uuid()))) if due else query
        first = first.where(timed).order_by(Dispute.next_due_at, Dispute.id)
        rows += session.scalars(first.limit(number)).unique().all()
    if len(rows) < number:
        others = query.where(~timed).order_by(Dispute.id).limit(number - len(rows))
        others = others.where(Dispute.id > id_) if due == NEVER else others
        rows += session.scalars(others).unique().all()
    return rows


def _check(asked: Asked) -> None:
    if any(stage not in set(Stage) for stage in asked.stages):
        raise InvalidError(faults=[FieldFault("stage", N_("There is no such stage."))])
    if asked.turn is not None and asked.turn not in TURNS:
        raise InvalidError(faults=[FieldFault("turn", N_("Ask for buyer, seller, arbiter or operator."))])


def _conditions(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.stages:
        conditions.append(Dispute.stage.in_(asked.stages))
    if asked.mine:
        conditions.append(Dispute.arbiter_id == actor.person_id)
    if asked.waits_for_me:
        conditions.append(_owed_by(actor))
    if asked.due_before is not None:
        conditions.append(Dispute.next_due_at <= asked.due_before)
    if asked.turn:
        conditions.append(_turn(asked.turn))
    return conditions + [has_word(word) for word in words(asked.text)]


def _turn(turn: str) -> ColumnElement[bool]:
    """Whether a dispute waits for a role; the same that ``domain.available.whose_turn`` says of one."""
    of = (DeadlineRow.dispute_id == Dispute.id, DeadlineRow.state == "open", DeadlineRow.owed_by != "")
    first = (DeadlineRow.kind == Kind.OFFER, DeadlineRow.due_at, DeadlineRow.owed_by)
    owing = select(DeadlineRow.owed_by).where(*of).order_by(*first).limit(1).scalar_subquery()
    free = and_(Dispute.stage.in_(BEFORE_ARBITER), Dispute.arbiter_id.is_(None))
    stays = case(*((Dispute.stage == stage, role) for stage, role in STAYS_WITH.items()), else_=None)
    return case((free, "arbiter"), else_=func.coalesce(owing, stays)) == turn


def _owed_by(actor: Actor) -> ColumnElement[bool]:
    """Whether a party itself owes something, on whichever side it stands."""
    shops = select(Seller.id).where(Seller.person_id == actor.person_id)
    as_buyer = and_(DeadlineRow.owed_by == "buyer", Purchase.buyer_id == actor.person_id)
    as_seller = and_(DeadlineRow.owed_by == "seller", Purchase.seller_id.in_(shops))
    owes = select(DeadlineRow.dispute_id).join(Purchase, Purchase.id == DeadlineRow.purchase_id)
    return Dispute.id.in_(owes.where(DeadlineRow.state == "open", or_(as_buyer, as_seller)))


def _owed(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Owed]]:
    owed: dict[UUID, list[Owed]] = defaultdict(list)
    query = select(DeadlineRow).where(DeadlineRow.dispute_id.in_(ids), DeadlineRow.state == "open")
    for row in session.scalars(query) if ids else ():
        owed[row.dispute_id].append(Owed(row.kind, row.owed_by, row.due_at, row.consequence))
    return owed


def _line(actor: Actor, case: Case, owed: list[Owed]) -> Line:
    dispute = case.dispute
    standing = Standing(
        Stage(dispute.stage),
        dispute.outcome,
        relations_of(actor, case),
        tuple(owed),
        has_arbiter=dispute.arbiter_id is not None,
    )
    return Line(case, state_of(standing), whose_turn(standing), dispute.next_due_at)
