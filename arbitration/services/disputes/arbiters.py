"""Taking a case, and handing it over. A conflict of interest is refused; objections lie in a file of their own."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from arbitration.domain import arbiters as rules
from arbitration.domain import deadlines as clocks
from arbitration.domain.actors import Actor, Role
from arbitration.domain.addresses import canonical, is_plausible
from arbitration.domain.events import words_of
from arbitration.domain.refusals import ConflictError, FieldFault, ForbiddenError, InvalidError
from arbitration.ids import new_id
from arbitration.models import Assignment, Dispute, Message, Person, Ruling, StaffAccount, Token
from arbitration.rules.marking import N_
from arbitration.services import deadlines, gathering, outbox
from arbitration.services.disputes.assigning import HANDED_OVER, release
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.disputes.objections_to_arbiters import decide_objection, object_to, pending
from arbitration.services.disputes.queue import Waiting
from arbitration.services.policies import policy_of
from arbitration.services.staff.absences import away_until
from arbitration.services.staff.ties import fall_under, is_tied, ties_of_arbiter
from arbitration.services.thread import post_event

__all__ = [
    "assignments",
    "conflict",
    "conflicts",
    "decide_objection",
    "hand_over",
    "is_tied_to_party",
    "known_arbiter",
    "may_take",
    "object_to",
    "release",
    "take",
]


def take(session: Session, actor: Actor, dispute_id: UUID, now: datetime, text: str = "") -> Case:
    """Take a case that nobody has; the arbiter's time for the ruling begins.

    One that was handed over to somebody waits a day for them, unless they have left.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``; a conflict of interest; somebody has it.
    """
    case = find_dispute(session, actor, "takeDispute", dispute_id)
    arbiter = _person(session, actor)
    if case.dispute.arbiter_id is not None:
        raise ConflictError(N_("An arbiter has this case already. Look for another one in your list."))
    rules.require_no_conflict(ties_of(session, arbiter, case))
    _require_wanted(session, case, arbiter, now)
    words = words_of(text)
    _give(session, case.dispute, arbiter.id, now)
    assignment = Assignment(
        id=new_id(),
        dispute_id=dispute_id,
        arbiter_id=arbiter.id,
        taken_at=now,
        position=case.purchase.last_position + 1,
    )
    session.add(assignment)
    session.flush()
    told = {"assignment": str(assignment.id), "arbiter": str(arbiter.id)}
    post_event(session, case.purchase, actor, "taking", now, text=words, about=told, facts=told)
    deadlines.start(session, case.dispute, clocks.ruling(policy_of(case.purchase), now), subject_id=assignment.id)
    return case


def hand_over(
    session: Session, actor: Actor, dispute_id: UUID, to_email: str | None, ground: str, text: str, now: datetime
) -> Case:
    """Give a case back to the queue, or to an arbiter by name. What was asked of the parties stays asked.

    An objection to the arbiter that is still to be decided is settled by it.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: see ``find_dispute``.
        InvalidError: no such ground, or no arbiter with that address who may decide it.
    """
    case = find_dispute(session, actor, "handOverDispute", dispute_id)
    rules.require_ground(ground, rules.HAND_OVER_GROUNDS)
    to = _successor(session, actor, case, to_email, now) if to_email else None
    words = words_of(text)
    objection = pending(session, dispute_id)
    told = {"ground": ground, "to": str(to.id) if to else None}
    told |= {"objection": str(objection.id)} if objection else {}
    message = post_event(session, case.purchase, actor, "handover", now, text=words, about=told, facts=told)
    if objection:
        objection.decided_at, objection.decided_by = now, actor.person_id
        objection.decided_position = message.position
    if to:
        outbox.queue(session, "event", now, person_id=to.id, payload=_place(case, message), wait=outbox.QUIET)
    release(session, case.dispute, HANDED_OVER, now, ground=ground, wanted=to.id if to else None)
    return case


def conflict(session: Session, actor: Actor, case: Case) -> ConflictError | ForbiddenError | None:
    """Why this arbiter must not decide the case, as the refusal that taking it would meet; None if nothing is known."""
    try:
        return rules.conflict_of(ties_of(session, _person(session, actor), case))
    except ForbiddenError as refusal:
        return refusal


def is_tied_to_party(session: Session, actor: Actor, case: Case) -> bool:
    """Whether an arbiter shares a mail domain with a party, or declared a tie to one, and does not have the case."""
    if actor.person_id == case.dispute.arbiter_id:
        return False
    arbiter, addresses = _person(session, actor), _addresses(case)
    shared = rules.shared_domain(arbiter.email, addresses) is not None
    return shared or _declared(session, arbiter, case.purchase.id, addresses)


def may_take(session: Session, actor: Actor, case: Case, now: datetime) -> bool:
    """Whether nothing that is known keeps this arbiter from taking a case that nobody has."""
    try:
        arbiter = _person(session, actor)
        rules.require_no_conflict(ties_of(session, arbiter, case))
        _require_wanted(session, case, arbiter, now)
    except (ConflictError, ForbiddenError):
        return False
    return True


def ties_of(session: Session, arbiter: Person, case: Case) -> rules.Ties:
    """What is known of an arbiter and the parties of a case."""
    dispute = case.dispute
    declared = _declared(session, arbiter, case.purchase.id, _addresses(case))
    ruled, had_it = (_is_among(session, model, dispute, arbiter) for model in (Ruling, Assignment))
    return _ties(arbiter, case, declared, ruled, had_it)


def conflicts(
    session: Session, arbiter_id: UUID, cases: Sequence[Waiting]
) -> dict[UUID, ConflictError | ForbiddenError]:
    """``conflict`` for cases of an arbiter's queue that nobody has, by the id of the dispute; in one query.

    Those without a conflict are left out. A queue has no case of the arbiter's own purchases, nor one they had before.
    Refusals are not raised here: each would keep the whole page with it until the collector comes by.
    """
    if not cases:
        return {}
    declared = ties_of_arbiter(session, arbiter_id)
    found: dict[UUID, ConflictError | ForbiddenError] = {}
    for case in cases:
        addresses = _as_compared(*case.addresses)
        ties = rules.Ties(case.arbiter_address, addresses, declared=fall_under(declared, addresses), ruled=case.ruled)
        refusal = rules.conflict_of(ties)
        if refusal is not None:
            found[case.id] = refusal
    return found


def _addresses(case: Case) -> tuple[str, ...]:
    purchase = case.purchase
    people = (purchase.buyer.email, purchase.seller.person.email)
    return _as_compared(*people, purchase.buyer_address, purchase.seller_address)


def _as_compared(buyer: str, seller: str, buyer_then: str, seller_then: str) -> tuple[str, ...]:
    """The addresses of the two as they sign in, and as the purchase named them."""
    return buyer, seller, canonical(buyer_then), canonical(seller_then)


def _ties(arbiter: Person, case: Case, declared: bool, ruled: bool, had_it: bool) -> rules.Ties:
    parties = (case.purchase.buyer_id, case.purchase.seller.person_id)
    return rules.Ties(
        address=arbiter.email,
        addresses=_addresses(case),
        is_party=arbiter.id in parties,
        declared=declared,
        ruled=ruled,
        had_it=had_it,
    )


def _declared(session: Session, arbiter: Person, purchase_id: UUID, addresses: Iterable[str]) -> bool:
    found = gathering.gathered(session, purchase_id)
    if found is None:
        return is_tied(session, arbiter.id, addresses)
    if arbiter.id not in found.tied:
        found.tied[arbiter.id] = is_tied(session, arbiter.id, addresses)
    return found.tied[arbiter.id]


def _is_among(session: Session, model: type[Ruling] | type[Assignment], dispute: Dispute, arbiter: Person) -> bool:
    """Whether there is a row of the dispute that names the arbiter."""
    found = gathering.of_dispute(session, model, dispute, lambda it: it.id)
    if found is not None:
        return any(each.arbiter_id == arbiter.id for each in found)
    query = select(model.id).where(model.dispute_id == dispute.id, model.arbiter_id == arbiter.id)
    return session.scalar(query.limit(1)) is not None


def known_arbiter(session: Session, address: str) -> Person | None:
    """The arbiter with an address: somebody with an account, or a token, of that role, who was not suspended."""
    if not is_plausible(address):
        return None
    account, token = aliased(StaffAccount), aliased(Token)
    works = select(account.person_id).where(
        account.person_id == Person.id, account.role == Role.ARBITER.value, account.removed_at.is_(None)
    )
    calls = select(token.id).where(
        token.person_id == Person.id, token.role == Role.ARBITER.value, token.revoked_at.is_(None)
    )
    query = select(Person).where(Person.email == canonical(address), Person.suspended_at.is_(None))
    return session.scalar(query.where(or_(works.exists(), calls.exists())))


def assignments(session: Session, dispute_id: UUID) -> list[Assignment]:
    """Who has had a case, in order."""
    query = select(Assignment).where(Assignment.dispute_id == dispute_id)
    return list(session.scalars(query.order_by(Assignment.taken_at, Assignment.id)))


def _person(session: Session, actor: Actor) -> Person:
    person = session.get(Person, actor.person_id) if actor.person_id and actor.role is Role.ARBITER else None
    if person is None:
        raise ForbiddenError
    return person


def _place(case: Case, message: Message) -> dict[str, Any]:
    return {"purchase": case.purchase.external_id, "position": message.position}


def _successor(session: Session, actor: Actor, case: Case, address: str, now: datetime) -> Person:
    found = known_arbiter(session, address)
    if found is None or found.id == actor.person_id:
        raise InvalidError(faults=[FieldFault("to", N_("No other arbiter has this address."))])
    if until := away_until(session, found.id, now):
        msgid = N_("This arbiter is away until %(until)s. Name another one, or nobody.")
        raise InvalidError(faults=[FieldFault("to", msgid, {"until": until})])
    try:
        rules.require_no_conflict(ties_of(session, found, case))
    except (ConflictError, ForbiddenError):
        msgid = N_("This arbiter can't decide the case either. Name another one, or nobody.")
        raise InvalidError(faults=[FieldFault("to", msgid)]) from None
    return found


def _require_wanted(session: Session, case: Case, arbiter: Person, now: datetime) -> None:
    wanted = case.dispute.wanted_arbiter
    if wanted is None or wanted.id == arbiter.id or known_arbiter(session, wanted.email) is None:
        return
    if away_until(session, wanted.id, now) is not None:
        return
    left = [each.left_at for each in assignments(session, case.dispute.id) if each.left_at is not None]
    if left and now < (until := rules.waits_until(max(left))):
        raise ConflictError(WAITS, at=until)


def _give(session: Session, dispute: Dispute, arbiter_id: UUID, now: datetime) -> None:
    changes: dict[str, Any] = {"arbiter_id": arbiter_id, "taken_at": now, "wanted_arbiter_id": None}
    took = session.execute(
        update(Dispute)
        .where(Dispute.id == dispute.id, Dispute.arbiter_id.is_(None), Dispute.stage == dispute.stage)
        .values(**changes)
        .returning(Dispute.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if took is None:
        raise ConflictError(N_("An arbiter has this case already. Look for another one in your list."))
    session.refresh(dispute)


WAITS = N_("This case was handed over to another arbiter, who has until %(at)s to take it.")
