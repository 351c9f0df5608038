"""Telling the operators of an installation that something waits for them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Role
from arbitration.models import Purchase, StaffAccount
from arbitration.services import outbox


def tell(session: Session, purchase: Purchase, about: str, now: datetime, **ids: str) -> None:
    """Queue a mail to every operator with an account; ``about`` says what it is, ``ids`` which row."""
    query = select(StaffAccount.person_id).where(StaffAccount.role == Role.OPERATOR, StaffAccount.removed_at.is_(None))
    for person_id in session.scalars(query.order_by(StaffAccount.person_id)):
        payload = {"purchase": purchase.external_id, "about": about, **ids}
        outbox.queue(session, "operator_notice", now, person_id=person_id, payload=payload)
