"""Whether a seller who is silent was told of the dispute at all."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.sides import SELLER
from arbitration.models import DeadlineRow, Intent, Message
from arbitration.services import gathering
from arbitration.services.disputes.finding import Case, since


def seller_unreached(session: Session, case: Case) -> bool:
    """Whether the seller has said nothing since the opening, and a mail to the seller about the case came back."""
    return _is_silent(session, case) and mail_came_back(session, case)


def mail_came_back(session: Session, case: Case) -> bool:
    """Whether a mail to the seller about this purchase, written since the opening, could not be delivered."""
    rows = gathering.of_dispute(session, DeadlineRow, case.dispute, lambda row: row.id)
    if rows is None:
        rows = list(session.scalars(select(DeadlineRow).where(DeadlineRow.dispute_id == case.dispute.id)))
    deadlines = {str(row.id) for row in rows}
    query = select(Intent.payload).where(
        Intent.person_id == case.purchase.seller.person_id,
        Intent.state == "failed",
        Intent.created_at >= since(case.dispute),
    )
    return any(
        payload.get("purchase") == case.purchase.external_id or payload.get("deadline") in deadlines
        for payload in session.scalars(query)
    )


def _is_silent(session: Session, case: Case) -> bool:
    said = select(Message.id).where(
        Message.purchase_id == case.purchase.id,
        Message.author_role == SELLER,
        Message.posted_at >= since(case.dispute),
    )
    return session.scalar(said.limit(1)) is None
