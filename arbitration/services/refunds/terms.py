"""How this installation pays back: what its settings say, as every session carries it."""

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session, object_session

from arbitration.domain.remedies import OPEN, OWED, REFUNDS, REFUSED, RefundTerms
from arbitration.models import Remedy


def terms_of(session: Session) -> RefundTerms:
    """The terms that a session came with; the defaults where it was made by hand."""
    terms = session.info.get("refund_terms")
    return terms if isinstance(terms, RefundTerms) else RefundTerms()


def needs_approval(remedy: Remedy) -> bool:
    """Whether a remedy is a refund that needs two people."""
    session = object_session(remedy)
    if session is None or remedy.kind not in REFUNDS:
        return False
    return terms_of(session).needs_approval(remedy.amount or 0, remedy.currency)


def is_released(remedy: Remedy) -> bool:
    """Whether a refund that needs two people has them: one where another confirms it, both where the provider pays."""
    session = object_session(remedy)
    asks_provider = session is not None and terms_of(session).asks_provider
    return remedy.approved_at is not None and (remedy.second_approved_at is not None or not asks_provider)


def by_hand(remedy: Remedy) -> bool:
    """Whether a refund is an operator's to pay and confirm, now that it stands as it does with the provider."""
    session = object_session(remedy)
    terms = terms_of(session) if session is not None else RefundTerms()
    return terms.may_be_paid_by_hand(remedy.amount or 0, remedy.provider, remedy.provider_state)


def is_with_former(remedy: Remedy) -> bool:
    """Whether a payment provider that the settings name no more was asked to pay a refund, and has not refused it."""
    session = object_session(remedy)
    terms = terms_of(session) if session is not None else RefundTerms()
    return remedy.state in OPEN and terms.is_elsewhere(remedy.provider, remedy.provider_state)


def are_with_former(session: Session) -> ColumnElement[bool]:
    """What ``is_with_former`` says of one refund, as a condition within a query."""
    terms = terms_of(session)
    asked = and_(Remedy.state.in_(OPEN), Remedy.provider_state.is_not(None), Remedy.provider_state != REFUSED)
    return and_(asked, Remedy.provider.is_distinct_from(terms.provider)) if terms.asks_provider else asked


def is_refused(remedy: Remedy) -> bool:
    """Whether a refund waits for an operator because the payment provider that is set refused it."""
    session = object_session(remedy)
    is_set = session is not None and terms_of(session).is_set(remedy.provider)
    return is_set and remedy.state == OWED and remedy.provider_state == REFUSED
