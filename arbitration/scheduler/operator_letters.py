"""Letters to the operators of an installation: what waits for one of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.config import Settings
from arbitration.domain import remedies as rules
from arbitration.domain.actors import Role
from arbitration.domain.stages import BEFORE_ARBITER
from arbitration.mail import links
from arbitration.mail.compose import Letter
from arbitration.models import ArbiterObjection, DeadlineRow, Dispute, Intent, Person, Purchase, Remedy, StaffAccount
from arbitration.scheduler.letter_parts import NotNeededError, reader_of
from arbitration.services.deadlines import RAN_OUT
from arbitration.services.refunds.terms import by_hand, is_refused, is_released, is_with_former, needs_approval

Told = tuple[UUID | None, dict[str, Any]]
"""The dispute that a notice is about, if any, and what fills its templates."""


def _operator_notice(session: Session, settings: Settings, intent: Intent, _now: datetime) -> Letter:
    person = session.get_one(Person, intent.person_id)
    account = session.get(StaffAccount, person.id)
    if account is None or account.removed_at is not None or account.role != Role.OPERATOR:
        raise NotNeededError("no operator any more")
    if person.suspended_at is not None:
        raise NotNeededError("suspended")
    query = select(Purchase).where(Purchase.external_id == intent.payload["purchase"])
    purchase = session.scalars(query.options(joinedload(Purchase.listing))).one()
    reader, about = reader_of(session, person), intent.payload["about"]
    values: dict[str, Any] = {
        "about": about,
        "purchase": purchase.external_id,
        "listing_title": purchase.listing.title,
        "amount": None,
        "due_at": None,
        "needs_approval": False,
        "by_provider": False,
        "refused": False,
        "former_key": None,
        "former": None,
    }
    dispute_id, told = READ.get(about, _refund)(session, intent)
    link = (
        links.to_operations(settings.base_url, dispute_id)
        if dispute_id
        else links.to_purchase(settings.base_url, purchase.external_id)
    )
    return Letter(intent.kind, person.email, person.name, reader, link, values | told)


def _refund(session: Session, intent: Intent) -> Told:
    remedy = session.get_one(Remedy, UUID(intent.payload["remedy"]))
    if remedy.state not in rules.OPEN:
        raise NotNeededError(remedy.state)
    if intent.payload["about"] == "refund_refused" and remedy.provider_state != rules.REFUSED:
        raise NotNeededError(f"the provider says {remedy.provider_state}")
    due_at = session.scalar(select(DeadlineRow.due_at).where(DeadlineRow.subject_id == remedy.id).limit(1))
    return remedy.dispute_id, {
        "amount": {"minor_units": remedy.amount, "currency": remedy.currency} if remedy.amount is not None else None,
        "due_at": due_at,
        "needs_approval": needs_approval(remedy) and not is_released(remedy),
        "by_provider": not by_hand(remedy),
        "refused": is_refused(remedy),
        "former_key": remedy.gateway_key if is_with_former(remedy) else None,
        "former": remedy.provider,
    }


def _ruling(session: Session, intent: Intent) -> Told:
    dispute = session.get_one(Dispute, UUID(intent.payload["dispute"]))
    row = session.get_one(DeadlineRow, UUID(intent.payload["deadline"]))
    if dispute.stage not in BEFORE_ARBITER or row.state != RAN_OUT:
        raise NotNeededError("ruled")
    return dispute.id, {"due_at": row.due_at}


def _objection(session: Session, intent: Intent) -> Told:
    objection = session.get_one(ArbiterObjection, UUID(intent.payload["objection"]))
    if objection.decided_at is not None:
        raise NotNeededError("decided")
    return objection.dispute_id, {}


READ: Mapping[str, Callable[[Session, Intent], Told]] = {
    "ruling_overdue": _ruling,
    "arbiter_objection": _objection,
}
LETTERS: Mapping[str, Callable[[Session, Settings, Intent, datetime], Letter]] = {
    "operator_notice": _operator_notice,
}
