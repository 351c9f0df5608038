"""All that a view of a dispute shows, in a bounded number of queries: pages and API read the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import deadlines as clocks
from arbitration.domain import offers, remedies
from arbitration.domain.actors import Actor, Relation, Role
from arbitration.domain.arbiters import OBJECTION_GROUNDS
from arbitration.domain.available import Available, Owed, Standing, available, whose_turn
from arbitration.domain.deadline_words import Sentence
from arbitration.domain.deadlines import EXTENDABLE
from arbitration.domain.remedies import OWED, REFUNDS
from arbitration.domain.sides import BUYER, SELLER
from arbitration.domain.stages import BEFORE_ARBITER, Stage
from arbitration.domain.standing_words import state_of
from arbitration.models import (
    Appeal,
    ArbiterObjection,
    Assignment,
    DeadlineRow,
    Dispute,
    ExhibitRequest,
    Extension,
    Offer,
    Remedy,
    Ruling,
    RulingQuestion,
)
from arbitration.services import deadlines, gathering
from arbitration.services.disputes import arbiters, subjects
from arbitration.services.disputes.finding import Case, find_dispute, since
from arbitration.services.policies import policy_of
from arbitration.services.refunds.terms import by_hand, is_refused, is_released, needs_approval

SIDES = {Relation.BUYER: BUYER, Relation.SELLER: SELLER}


@dataclass(slots=True)
class Parts:
    """The rows of a dispute."""

    deadlines: Sequence[DeadlineRow] = ()
    extensions: Sequence[Extension] = ()
    offers: Sequence[Offer] = ()
    requests: Sequence[ExhibitRequest] = ()
    assignments: Sequence[Assignment] = ()
    objections: Sequence[ArbiterObjection] = ()
    rulings: Sequence[Ruling] = ()
    appeals: Sequence[Appeal] = ()
    questions: Sequence[RulingQuestion] = ()
    remedies: Sequence[Remedy] = ()

    @property
    def ruling(self) -> Ruling | None:
        """The ruling in force."""
        return next((ruling for ruling in self.rulings if ruling.superseded_at is None), None)

    @property
    def owed(self) -> Remedy | None:
        """The remedy that is owed."""
        return next((remedy for remedy in self.remedies if remedy.state in remedies.OPEN), None)


@dataclass(frozen=True, slots=True)
class ShownDispute:
    """A dispute as its viewer sees it: its rows, how it stands, and what they can do."""

    case: Case
    parts: Parts
    standing: Standing
    actions: tuple[Available, ...]
    state: Sentence
    turn: str | None
    others: Sequence[Dispute] = field(default=())
    """The other disputes of the purchase, the newest first."""


def show(session: Session, actor: Actor, dispute_id: UUID, now: datetime) -> ShownDispute:
    """A dispute with all that belongs to it.

    Raises:
        NotFoundError, ForbiddenError: see ``find_dispute``.
    """
    case = find_dispute(session, actor, "getDispute", dispute_id, lock=False)
    if not session.info.get("in_unit_of_work"):
        gathering.gather(session, case.purchase, actor.person_id if actor.role is Role.ARBITER else None)
    return shown(session, actor, case, now)


def shown(session: Session, actor: Actor, case: Case, now: datetime) -> ShownDispute:
    """``show`` for a dispute that the actor was allowed to see."""
    parts = parts_of(session, case.dispute)
    others = _others(session, case)
    standing = standing_of(session, actor, case, parts, others, now)
    return ShownDispute(
        case,
        parts,
        standing,
        available(standing, now),
        state_of(standing),
        whose_turn(standing),
        [each for each in others if each.called_at is not None] if actor.role is Role.ARBITER else others,
    )


def _others(session: Session, case: Case) -> Sequence[Dispute]:
    found = gathering.of_purchase(session, Dispute, case.purchase.id, lambda it: -it.number)
    if found is not None:
        return [each for each in found if each.id != case.dispute.id]
    query = select(Dispute).where(Dispute.purchase_id == case.purchase.id, Dispute.id != case.dispute.id)
    return session.scalars(query.order_by(Dispute.number.desc())).all()


def parts_of(session: Session, dispute: Dispute) -> Parts:
    """The rows of a dispute, in the order in which they came."""
    of = dispute.id

    def all_of(model: Any, order: Any, *options: Any) -> Sequence[Any]:
        found = gathering.of_dispute(session, model, dispute, lambda it: (getattr(it, order.key), it.id))
        if found is not None:
            return found
        query = select(model).where(model.dispute_id == of).order_by(order)
        return session.scalars(query.options(*options)).all()

    called = dispute.called_at is not None
    ruled = all_of(Ruling, Ruling.number, joinedload(Ruling.arbiter)) if called else ()
    return Parts(
        deadlines=all_of(DeadlineRow, DeadlineRow.due_at),
        extensions=all_of(Extension, Extension.asked_at),
        offers=all_of(Offer, Offer.number),
        requests=all_of(ExhibitRequest, ExhibitRequest.number) if called else (),
        assignments=all_of(Assignment, Assignment.taken_at, joinedload(Assignment.arbiter)) if called else (),
        objections=all_of(ArbiterObjection, ArbiterObjection.made_at) if called else (),
        rulings=ruled,
        appeals=all_of(Appeal, Appeal.made_at) if ruled else (),
        questions=all_of(RulingQuestion, RulingQuestion.id) if ruled else (),
        remedies=all_of(Remedy, Remedy.owed_at),
    )


def standing_of(
    session: Session, actor: Actor, case: Case, parts: Parts, others: Sequence[Dispute], now: datetime
) -> Standing:
    """How a dispute stands for an actor; ``others`` are those of the same purchase."""
    dispute, policy = case.dispute, policy_of(case.purchase)
    relations = relations_of(actor, case)
    open_rows = [row for row in parts.deadlines if row.state == deadlines.OPEN]
    ruling, remedy = parts.ruling, parts.owed
    return Standing(
        stage=Stage(dispute.stage),
        outcome=dispute.outcome,
        relations=relations,
        deadlines=tuple(Owed(row.kind, row.owed_by, row.due_at, row.consequence) for row in open_rows),
        offered_by=_offered_by(parts, now),
        escalation_opens_at=clocks.escalation_opens_at(policy, since(dispute)),
        has_arbiter=dispute.arbiter_id is not None,
        objection_pending=any(objection.decided_at is None for objection in parts.objections),
        may_object=_may_object(relations, parts, dispute),
        may_take=_may_take(session, actor, relations, case, now),
        is_tied=Relation.ARBITER in relations and arbiters.is_tied_to_party(session, actor, case),
        is_party=actor.person_id in (case.purchase.buyer_id, case.purchase.seller.person_id),
        subjects=subjects.of_arbiter(session, case) if Relation.CASE_ARBITER in relations else frozenset(),
        has_ruling=ruling is not None,
        is_carried_out=ruling is not None and _is_carried_out(ruling, parts),
        correction_until=clocks.correction_until(policy, ruling.issued_at) if ruling else None,
        questions=_unanswered(ruling, parts) if ruling else frozenset(),
        remedy=remedy.kind if remedy else None,
        needs_approval=bool(remedy and needs_approval(remedy)),
        approved=bool(remedy and remedy.approved_at),
        released=bool(remedy and is_released(remedy)),
        approved_by_viewer=bool(remedy and remedy.approved_at and remedy.approved_by == actor.person_id),
        by_provider=bool(remedy and remedy.kind in REFUNDS and not by_hand(remedy)),
        refused=bool(remedy and is_refused(remedy)),
        extendable_until=_extendable_until(relations, parts, case, now),
        reopening_until=clocks.reopening_until(policy, dispute.closed_at) if dispute.closed_at else None,
        reopenings_left=policy.count("reopening", "times") - dispute.times_reopened,
        is_last=all(each.number < dispute.number for each in others),
    )


def _offered_by(parts: Parts, now: datetime) -> frozenset[str]:
    """The sides whose offer can still be answered."""
    return frozenset(it.by for it in parts.offers if it.state == offers.OPEN and now <= it.expires_at)


def _is_carried_out(ruling: Ruling, parts: Parts) -> bool:
    """Whether the remedy of a ruling is no longer merely owed."""
    return any(remedy.source_id == ruling.id and remedy.state != OWED for remedy in parts.remedies)


def _unanswered(ruling: Ruling, parts: Parts) -> frozenset[tuple[str, str]]:
    """What the arbiter was asked about a ruling and has not answered: the kind of question, and by which side."""
    asked = (it for it in parts.questions if it.ruling_id == ruling.id and it.answered_at is None)
    return frozenset((it.kind, it.by or "") for it in asked)


def relations_of(actor: Actor, case: Case) -> frozenset[Relation]:
    """How an actor stands to a dispute, operators and gateways included."""
    relations = set(case.parties.relations(actor))
    if actor.role is Role.OPERATOR:
        relations.add(Relation.OPERATOR)
    if actor.role is Role.GATEWAY:
        relations.add(Relation.GATEWAY)
    return frozenset(relations)


def _extendable_until(relations: frozenset[Relation], parts: Parts, case: Case, now: datetime) -> datetime | None:
    """Until when the viewer could ask for more time, None if not at all; see ``talks.extendable``."""
    side, kinds = _side(relations), {kind.value for kind in EXTENDABLE}
    own = [row for row in parts.deadlines if row.owed_by == side and row.kind in kinds]
    row = next((each for each in own if each.state == deadlines.OPEN), None)
    if row is None and side == SELLER and case.dispute.stage == Stage.NEGOTIATION:
        answers = [each for each in own if each.kind == clocks.Kind.SELLER_ANSWER and each.state == deadlines.MET]
        row = next(reversed(answers), None)
    if row is None or row.due_at < now:
        return None
    deadline = deadlines.read(row)
    latest = clocks.latest_extension(deadline, policy_of(case.purchase), deadline.extended_by)
    return row.due_at if latest > row.due_at else None


def _may_object(relations: frozenset[Relation], parts: Parts, dispute: Dispute) -> bool:
    """Whether the viewer's side has a ground left on which it has not objected to the arbiter of now."""
    used = {
        each.ground for each in parts.objections if (each.arbiter_id, each.by) == (dispute.arbiter_id, _side(relations))
    }
    return not used.issuperset(OBJECTION_GROUNDS)


def _may_take(session: Session, actor: Actor, relations: frozenset[Relation], case: Case, now: datetime) -> bool:
    """Asked only where the case is to be had."""
    waits = case.dispute.arbiter_id is None and case.dispute.stage in BEFORE_ARBITER
    return Relation.ARBITER in relations and waits and arbiters.may_take(session, actor, case, now)


def _side(relations: frozenset[Relation]) -> str:
    return next((side for relation, side in SIDES.items() if relation in relations), "")
