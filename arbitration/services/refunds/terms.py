"""How this installation pays back: what its settings say, as every session carries it."""

from sqlalchemy.orm import Session, object_session

from arbitration.domain.remedies import REFUNDS, RefundTerms
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
