"""What operators look after: objections to arbiters that wait, and late rulings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain.actors import Actor
from arbitration.domain.deadlines import Kind
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ForbiddenError
from arbitration.domain.stages import BEFORE_ARBITER
from arbitration.models import (
    ArbiterObjection,
    Assignment,
    DeadlineRow,
    Dispute,
    Message,
    MessageVersion,
    Person,
    Purchase,
    Seller,
)
from arbitration.services import deadlines
from arbitration.services.disputes.finding import Case

MOST = 200


@dataclass(frozen=True, slots=True)
class Objected:
    """An objection that waits for a decision: to which arbiter, in which case, and in which words."""

    objection: ArbiterObjection
    case: Case
    arbiter: Person
    words: str


@dataclass(frozen=True, slots=True)
class Late:
    """A case in which the arbiter's time for the ruling is over."""

    case: Case
    due_at: datetime


def objections(session: Session, actor: Actor) -> Sequence[Objected]:
    """The objections to arbiters that wait for a decision, oldest first; what was said with each can be read.

    Raises:
        ForbiddenError: the actor is no operator.
    """
    _require_operator(actor)
    said = and_(Message.purchase_id == Dispute.purchase_id, Message.position == ArbiterObjection.position)
    words = and_(MessageVersion.message_id == Message.id, MessageVersion.number == Message.versions)
    query = _with_purchase(
        select(ArbiterObjection, Dispute, Person, MessageVersion.text)
        .join(Dispute, Dispute.id == ArbiterObjection.dispute_id)
        .join(Person, Person.id == ArbiterObjection.arbiter_id)
        .join(Message, said)
        .join(MessageVersion, words)
        .where(ArbiterObjection.decided_at.is_(None))
    )
    rows = session.execute(query.order_by(ArbiterObjection.made_at).limit(MOST)).unique()
    return [Objected(row, Case(dispute.purchase, dispute), arbiter, text) for row, dispute, arbiter, text in rows]


def late_rulings(session: Session, actor: Actor, now: datetime) -> Sequence[Late]:
    """The cases whose arbiter has not ruled in time, the longest overdue first.

    Raises:
        ForbiddenError: the actor is no operator.
    """
    _require_operator(actor)
    still = and_(Assignment.id == DeadlineRow.subject_id, Assignment.left_at.is_(None))
    over = or_(
        DeadlineRow.state == deadlines.RAN_OUT, and_(DeadlineRow.state == deadlines.OPEN, DeadlineRow.due_at < now)
    )
    query = _with_purchase(
        select(Dispute, DeadlineRow.due_at)
        .join(DeadlineRow, DeadlineRow.dispute_id == Dispute.id)
        .join(Assignment, still)
        .where(DeadlineRow.kind == Kind.RULING, over, Dispute.stage.in_(BEFORE_ARBITER))
    )
    rows = session.execute(query.order_by(DeadlineRow.due_at).limit(MOST)).unique()
    return [Late(Case(dispute.purchase, dispute), due_at) for dispute, due_at in rows]


def _with_purchase(query: Any) -> Any:
    whole = joinedload(Dispute.purchase)
    return query.options(
        joinedload(Dispute.arbiter),
        whole.joinedload(Purchase.listing),
        whole.joinedload(Purchase.buyer),
        whole.joinedload(Purchase.seller).joinedload(Seller.person),
    )


def _require_operator(actor: Actor) -> None:
    if not may(actor, "listRefunds"):
        raise ForbiddenError
