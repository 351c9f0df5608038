"""Taking a dispute to arbitration: because a side called the arbiter, or because the seller did not answer."""

from datetime import datetime

from sqlalchemy.orm import Session

from arbitration.domain.deadlines import Kind
from arbitration.domain.stages import Stage
from arbitration.services import deadlines
from arbitration.services.disputes.finding import Case
from arbitration.services.disputes.moving import move


def to_arbitration(session: Session, case: Case, act: str, now: datetime, seller_silent: bool = False) -> None:
    """Put a case before the arbiters. Nobody owes the other side an answer any more; offers stay open.

    Raises:
        ConflictError: the act does not fit the stage.
    """
    dispute = case.dispute
    called_at = dispute.called_at or now
    move(session, dispute, act, Stage.ARBITRATION, now, called_at=called_at, seller_silent=seller_silent)
    deadlines.drop(session, dispute, now, Kind.SELLER_ANSWER, Kind.BUYER_ANSWER)
