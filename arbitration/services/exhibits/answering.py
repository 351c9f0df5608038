"""What an exhibit answers: the other side, and an arbiter who asked for it."""

from datetime import datetime

from sqlalchemy.orm import Session

from arbitration.models import Exhibit, Purchase
from arbitration.services.disputes import clocks, requests
from arbitration.services.disputes.finding import open_dispute_of


def answer(session: Session, purchase: Purchase, exhibit: Exhibit, now: datetime) -> None:
    """Let what was owed be met by the exhibit: an answer, and a request for one."""
    dispute = open_dispute_of(session, purchase.id)
    if dispute is not None:
        clocks.answered(session, dispute, exhibit.filed_role, now)
        requests.answered_by(session, purchase, exhibit.id, exhibit.kind, exhibit.filed_role, now)
