"""Saying that a refund was paid, and approving one that needs two people."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from arbitration.domain import remedies as rules
from arbitration.domain.actors import Actor, Role
from arbitration.domain.events import words_of
from arbitration.domain.refusals import ConflictError, FieldFault, ForbiddenError, InvalidError
from arbitration.models import Remedy
from arbitration.services import deadlines
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.disputes.moving import close
from arbitration.services.disputes.objections_to_arbiters import OWN
from arbitration.services.disputes.owed import outcome_by, remedy_owed, settle, told_of
from arbitration.services.refunds import books
from arbitration.services.refunds.terms import by_hand, is_refused, is_released, needs_approval, terms_of
from arbitration.services.thread import post_event


def confirm_refund(
    session: Session, actor: Actor, dispute_id: UUID, amount: int | None, now: datetime, text: str = ""
) -> Remedy:
    """Say that the refund of a dispute was paid; that closes it. By an operator, or by the gateway's token.

    ``amount`` (minor units), if given, must be what is owed: it comes from the purchase, the offer or the ruling. What
    a payment provider has and did not refuse only its own token can confirm.

    Raises:
        NotFoundError, ForbiddenError: see ``find_dispute``; it needs two people and comes from nobody by name.
        ConflictError: no refund is owed (any more), another operator has to approve it first, or the provider has it.
        InvalidError: it is another amount.
    """
    case = find_dispute(session, actor, "confirmRefund", dispute_id)
    remedy = _refund_of(session, case)
    if amount is not None and amount != remedy.amount:
        raise InvalidError(faults=[FieldFault("amount", rules.OTHER_AMOUNT)])
    if actor.role is not Role.GATEWAY and not by_hand(remedy):
        raise ConflictError(rules.WITH_PROVIDER)
    if needs_approval(remedy):
        _require_second(actor, case, remedy)
    said = rules.PAID if actor.role is Role.GATEWAY else remedy.provider_state
    finish(session, case, remedy, actor, "confirmRefund", now, words_of(text), provider_state=said)
    return remedy


def approve_refund(
    session: Session, actor: Actor, dispute_id: UUID, now: datetime, text: str = "", amount: int | None = None
) -> Remedy:
    """Approve a refund above the limit as one operator.

    Another one then confirms it; where a payment provider pays, another one approves it as well, and it is sent.
    ``amount`` (minor units), if given, is what the operator was shown, and must still be what is owed.

    Raises:
        NotFoundError, ForbiddenError: see ``find_dispute``; nobody answers for it by name.
        ConflictError: no refund is owed, it needs no approval, or it is approved already.
        InvalidError: it is another amount by now.
    """
    case = find_dispute(session, actor, "approveRefund", dispute_id)
    remedy = _refund_of(session, case)
    if amount is not None and amount != remedy.amount:
        raise InvalidError(faults=[FieldFault("amount", rules.OTHER_AMOUNT)])
    if not needs_approval(remedy):
        raise ConflictError(rules.NO_APPROVAL_NEEDED)
    if actor.person_id is None:
        raise ForbiddenError(rules.NO_PERSON)
    _require_no_party(actor, case)
    words = words_of(text)
    second = remedy.approved_by is not None and terms_of(session).asks_provider
    _approve(session, remedy, actor.person_id, now, second=second)
    session.refresh(remedy)
    told: dict[str, Any] = {"remedy": str(remedy.id), "amount": remedy.amount, "currency": remedy.currency}
    facts = told | ({"second": True} if second else {})
    post_event(session, case.purchase, actor, "refund_approved", now, text=words, about=told, facts=facts)
    return remedy


def retry_refund(session: Session, actor: Actor, dispute_id: UUID, now: datetime, text: str = "") -> Remedy:
    """Have the payment provider asked once more for a refund that it refused, under the same key.

    Raises:
        NotFoundError, ForbiddenError: see ``find_dispute``.
        ConflictError: no refund is owed, or the provider that is set has not refused it.
    """
    case = find_dispute(session, actor, "retryRefund", dispute_id)
    remedy = _refund_of(session, case)
    if not is_refused(remedy):
        raise ConflictError(rules.NOT_REFUSED)
    if needs_approval(remedy) and not is_released(remedy):
        raise ConflictError(rules.NEEDS_APPROVAL)
    words = words_of(text)
    session.execute(update(Remedy).where(Remedy.id == remedy.id).values(provider_state=rules.RETRY, lease_until=None))
    session.refresh(remedy)
    told = {"remedy": str(remedy.id), "amount": remedy.amount, "currency": remedy.currency}
    post_event(session, case.purchase, actor, "refund_retried", now, text=words, about=told, facts=told)
    return remedy


def finish(
    session: Session,
    case: Case,
    remedy: Remedy,
    actor: Actor,
    act: str,
    now: datetime,
    words: str = "",
    provider_state: str | None = None,
) -> None:
    """A refund was paid: settle it, book it, say so, and close the dispute.

    ``provider_state`` is what the payment provider says of it, if one was asked.

    Raises:
        ConflictError: it is not owed any more.
    """
    outcome = outcome_by(session, remedy)
    settle(session, remedy, rules.DONE, now, done_by=actor.person_id, provider_state=provider_state)
    entry = books.pay_back(session, remedy, now)
    told = told_of(remedy) | {"outcome": outcome.value}
    facts = told | {"booking": str(entry)}
    message = post_event(session, case.purchase, actor, "refund_paid", now, text=words, about=told, facts=facts)
    remedy.position = message.position
    deadlines.meet(session, case.dispute, now, "refund", subject_id=remedy.id)
    deadlines.drop(session, case.dispute, now)
    close(session, case.dispute, act, outcome, now)


def _refund_of(session: Session, case: Case) -> Remedy:
    remedy = remedy_owed(session, case.dispute.id)
    if remedy is None or remedy.kind not in rules.REFUNDS:
        raise ConflictError(rules.NO_REFUND)
    return remedy


def _approve(session: Session, remedy: Remedy, person_id: UUID, now: datetime, *, second: bool) -> None:
    """The first or the second approval, by a conditional update: of two at once one counts."""
    if second and remedy.approved_by == person_id:
        raise ConflictError(rules.NOT_BOTH)
    free = Remedy.second_approved_by.is_(None) if second else Remedy.approved_by.is_(None)
    values: dict[str, Any] = {"second_approved_by": person_id, "second_approved_at": now}
    approved = session.execute(
        update(Remedy)
        .where(Remedy.id == remedy.id, Remedy.state.in_(rules.OPEN), free)
        .values(values if second else {"approved_by": person_id, "approved_at": now})
        .returning(Remedy.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if approved is None:
        raise ConflictError(rules.APPROVED_ALREADY)


def _require_no_party(actor: Actor, case: Case) -> None:
    """Where two people are needed, neither is buyer or seller; a small refund may be paid by one who is."""
    if actor.person_id in (case.purchase.buyer_id, case.purchase.seller.person_id):
        raise ForbiddenError(OWN)


def _require_second(actor: Actor, case: Case, remedy: Remedy) -> None:
    if remedy.approved_by is None:
        raise ConflictError(rules.NEEDS_APPROVAL)
    if actor.person_id is None and actor.role is not Role.GATEWAY:
        raise ForbiddenError(rules.NO_PERSON)
    if actor.person_id == remedy.approved_by:
        raise ConflictError(rules.NOT_BOTH)
    _require_no_party(actor, case)
