"""Lists of disputes: by stage, by whose turn it is, by what is due, by text; one page in two queries of plain rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from arbitration.columns import UtcDateTime, is_one_of, word
from arbitration.domain.actors import Actor, Role
from arbitration.domain.available import STAYS_WITH
from arbitration.domain.deadlines import Kind
from arbitration.domain.permissions import may
from arbitration.domain.refusals import FieldFault, ForbiddenError, InvalidError
from arbitration.domain.searching import words
from arbitration.domain.sides import BUYER, SELLER, TURNS
from arbitration.domain.stages import BEFORE_ARBITER, Stage
from arbitration.models import DeadlineRow, Dispute, Listing, Person, Purchase, Seller
from arbitration.rules.marking import N_
from arbitration.services import cursors
from arbitration.services.disputes.running import CASE_ARBITER, Stands, Told, owed_in
from arbitration.services.disputes.searching import has_word
from arbitration.services.loading import WHO
from arbitration.services.sides import SHOPS, Whose, whose_of

PAGE = 50
LARGEST_PAGE = 200
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
STAFF = (Role.OPERATOR.value, Role.ARBITER.value)


class Line(NamedTuple):
    """A dispute in a list, with its purchase and how it stands for its viewer."""

    id: UUID
    number: int
    external_id: str
    title: str
    buyer_name: str | None
    buyer_address: str
    seller_name: str
    shop: str
    reason: str
    requested: str
    stage: str
    outcome: str | None
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    arbiter: str | None
    arbiter_address: str | None
    stands: Stands

    @property
    def told(self) -> Told:
        """How it stands in a sentence for its viewer, and whose turn it is."""
        return self.stands.told()


class Page(NamedTuple):
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
    session: Session,
    actor: Actor,
    asked: Asked | None = None,
    *,
    cursor: str | None = None,
    limit: int = PAGE,
    shops: Sequence[UUID] | None = None,
) -> Page:
    """The disputes that the actor may see, those with the earliest deadline first, closed ones last.

    ``shops`` are those that the actor answers for, if that is known already.

    Raises:
        ForbiddenError: the actor has no disputes by what they are.
        InvalidError: stage, turn or cursor is none of ours.
    """
    if not may(actor, "listDisputes"):
        raise ForbiddenError
    asked = asked or Asked()
    _check(asked)
    limit = max(1, min(limit, LARGEST_PAGE))
    own, given = whose_of(session, actor, shops)
    given |= {"number": limit + 1, "due_before": asked.due_before}
    if cursor:
        given["after"], given["after_id"] = cursors.read(cursor, [datetime, UUID])
    session.flush()
    rows = session.connection().execute(_list(own, asked, given.get("after")), given).all()
    owed = owed_in(session, [row.id for row in rows[:limit] if row.stage != Stage.CLOSED])
    items = [_line(row, owed) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return Page(items, cursors.write(last.due_at or NEVER, last.id) if last else None)


def _check(asked: Asked) -> None:
    if any(stage not in set(Stage) for stage in asked.stages):
        raise InvalidError(faults=[FieldFault("stage", N_("There is no such stage."))])
    if asked.turn is not None and asked.turn not in TURNS:
        raise InvalidError(faults=[FieldFault("turn", N_("Ask for buyer, seller, arbiter or operator."))])


def _line(row: Any, owed: Mapping[UUID, Any]) -> Line:
    *told, viewer, has_arbiter = row
    stands = Stands(row.stage, row.outcome, has_arbiter, viewer, owed.get(row.id, ()))
    return Line._make((*told, stands))


def _list(own: Whose, asked: Asked, after: datetime | None) -> Select[Any]:
    """The statement of a list; those that look for no words are made once."""
    goes_on = None if after is None else after != NEVER
    due = None if asked.due_before is None else NEVER
    said = replace(asked, stages=tuple(sorted(set(asked.stages))), due_before=due)
    return _compose(own, said, goes_on) if words(asked.text) else _ready(own, said, goes_on)


_dispute, _deadline, _purchase, _listing, _seller, _person = (
    cast(Table, model.__table__) for model in (Dispute, DeadlineRow, Purchase, Listing, Seller, Person)
)
_BOUGHT = _dispute.c.buyer_id == WHO
_VISIBLE = {
    BUYER: _BOUGHT,
    **{name: and_(sold(_dispute.c.seller_id), ~_BOUGHT) for name, sold in SHOPS.items()},
    Role.OPERATOR.value: true(),
    Role.ARBITER.value: and_(
        _dispute.c.called_at.is_not(None),
        ~_BOUGHT,
        _dispute.c.seller_id.not_in(select(_seller.c.id).where(_seller.c.person_id == WHO)),
    ),
}
_TOLD_TO = {
    Role.OPERATOR.value: literal(Role.OPERATOR.value),
    Role.ARBITER.value: case((_dispute.c.arbiter_id == WHO, CASE_ARBITER), else_=Role.ARBITER.value),
}
"""In which part a dispute is told to its viewer; to a party as buyer or seller."""
_TIMED, _UNTIMED = _dispute.c.next_due_at.is_not(None), _dispute.c.next_due_at.is_(None)
_OPEN, _CLOSED = _dispute.c.stage != word(Stage.CLOSED), _dispute.c.stage == word(Stage.CLOSED)
_AFTER, _AFTER_ID = bindparam("after", type_=UtcDateTime()), bindparam("after_id", type_=_dispute.c.id.type)


@lru_cache(maxsize=256)
def _ready(own: Whose, asked: Asked, goes_on: bool | None) -> Select[Any]:
    return _compose(own, asked, goes_on)


def _compose(own: Whose, asked: Asked, goes_on: bool | None) -> Select[Any]:
    """The first of each side that are due, then those that are not, each along an index; of all these the first.

    ``goes_on`` says whether the list goes on after one that is due (False: after one that is not; None: it begins).
    """
    arms = []
    for side in own:
        found = [_VISIBLE[side], *_conditions(side, asked)]
        if goes_on is not False:
            place = [tuple_(_dispute.c.next_due_at, _dispute.c.id) > tuple_(_AFTER, _AFTER_ID)] if goes_on else []
            kind = [_TIMED, *_open(side, asked)]
            arms.append(_first([_dispute.c.next_due_at, _dispute.c.id], [*found, *place, *kind]))
        place = [_dispute.c.id > _AFTER_ID] if goes_on is False else []
        for kind in _untimed(side, asked):
            # Of those that are not due all have the same moment: it is named so that PostgreSQL goes along the index.
            order = [_dispute.c.next_due_at, _dispute.c.id] if kind[0] is _UNTIMED else [_dispute.c.id]
            arms.append(_first(order, [*found, *place, *kind]))
    first = union_all(*(select(arm.subquery()) for arm in arms))
    shown = (_UNTIMED, _dispute.c.next_due_at, _dispute.c.id)
    return _lines(own).where(_dispute.c.id.in_(first)).order_by(*shown).limit(bindparam("number"))


def _open(side: str, asked: Asked) -> list[ColumnElement[bool]]:
    """That open ones alone are meant, said once more as their indexes say it: a party's always go along those, staff's
    lists where no closed ones are asked for."""
    return [] if side in STAFF and Stage.CLOSED in (asked.stages or Stage) else [_OPEN]


def _untimed(side: str, asked: Asked) -> list[list[ColumnElement[bool]]]:
    """Those in which nothing falls due; of a party open and closed ones apart, as far as they are asked for."""
    if side in STAFF:
        return [[_UNTIMED, *_open(side, asked)]]
    open_ones, closed_ones = [_UNTIMED, _OPEN], [_CLOSED]
    wanted = set(asked.stages or Stage)
    return ([open_ones] if wanted - {Stage.CLOSED} else []) + ([closed_ones] if Stage.CLOSED in wanted else [])


def _first(order: Sequence[ColumnElement[Any]], found: Sequence[ColumnElement[bool]]) -> Select[UUID]:
    return select(_dispute.c.id).where(*found).order_by(*order).limit(bindparam("number"))


def _conditions(side: str, asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.stages:
        conditions.append(is_one_of(_dispute.c.stage, asked.stages))
    if asked.mine:
        conditions.append(_dispute.c.arbiter_id == WHO)
    if asked.waits_for_me:
        conditions.append(false() if side in STAFF else _owed_by(BUYER if side == BUYER else SELLER))
    if asked.due_before is not None:
        conditions.append(_dispute.c.next_due_at <= bindparam("due_before", type_=UtcDateTime()))
    if asked.turn:
        conditions.append(_turn(asked.turn))
    return conditions + [has_word(each) for each in words(asked.text)]


def _owed_by(side: str) -> ColumnElement[bool]:
    """Whether a party itself owes something on this side."""
    of = (_deadline.c.dispute_id == _dispute.c.id, _deadline.c.state == word("open"), _deadline.c.owed_by == side)
    return select(_deadline.c.id).where(*of).correlate(_dispute).exists()


def _turn(turn: str) -> ColumnElement[bool]:
    """Whether a dispute waits for a role; the same that ``domain.available.whose_turn`` says of one."""
    of = (_deadline.c.dispute_id == _dispute.c.id, _deadline.c.state == word("open"), _deadline.c.owed_by != "")
    first = (_deadline.c.kind == Kind.OFFER.value, _deadline.c.due_at, _deadline.c.owed_by)
    owing = select(_deadline.c.owed_by).where(*of).order_by(*first).limit(1).correlate(_dispute).scalar_subquery()
    before = is_one_of(_dispute.c.stage, sorted(BEFORE_ARBITER))
    stays = case(*((_dispute.c.stage == word(stage), role) for stage, role in STAYS_WITH.items()), else_=None)
    free = and_(before, _dispute.c.arbiter_id.is_(None))
    return case((free, "arbiter"), else_=func.coalesce(owing, stays)) == turn


@lru_cache(maxsize=8)
def _lines(own: Whose) -> Select[Any]:
    buyer, arbiter = _person.alias("buyer"), _person.alias("arbiter")
    joined = (
        _dispute.join(_purchase, _purchase.c.id == _dispute.c.purchase_id)
        .join(_listing, _listing.c.id == _purchase.c.listing_id)
        .join(_seller, _seller.c.id == _purchase.c.seller_id)
        .join(buyer, buyer.c.id == _purchase.c.buyer_id)
        .outerjoin(arbiter, arbiter.c.id == _dispute.c.arbiter_id)
    )
    return select(
        _dispute.c.id,
        _dispute.c.number,
        _purchase.c.external_id,
        _listing.c.title,
        buyer.c.name,
        buyer.c.email,
        _seller.c.name,
        _seller.c.external_id,
        *(_dispute.c[name] for name in ("reason", "requested", "stage", "outcome", "opened_at", "closed_at")),
        _dispute.c.next_due_at,
        arbiter.c.name,
        arbiter.c.email,
        _TOLD_TO.get(own[0], case((_BOUGHT, BUYER), else_=SELLER)),
        _dispute.c.arbiter_id.is_not(None),
    ).select_from(joined)
