"""Moving a dispute from stage to stage: a conditional update that must hit one row. Nothing else writes ``stage``."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from arbitration.domain.refusals import ConflictError
from arbitration.domain.stages import BEFORE_ARBITER, Outcome, Stage, require_move
from arbitration.models import ArbiterObjection, Dispute, Purchase
from arbitration.services import rows
from arbitration.services.refunds.books import release


def move(session: Session, dispute: Dispute, act: str, to: Stage, now: datetime, **changes: Any) -> None:
    """Move a dispute by an act of the table, with further columns set in the same update.

    Raises:
        ConflictError: the act does not fit the stage, or somebody else was first.
        ValueError: the act never leads there.
    """
    before = dispute.stage
    require_move(act, before, to)
    if not rows.change_if(session, dispute, {"stage": before}, stage=to.value, stage_since=now, **changes):
        raise ConflictError
    if before in BEFORE_ARBITER and to not in BEFORE_ARBITER:
        _let_objections_rest(session, dispute, now)


def close(session: Session, dispute: Dispute, act: str, outcome: Outcome, now: datetime) -> None:
    """Close a dispute with its outcome, and let go what was held of the seller's takings. Raises as ``move`` does."""
    move(session, dispute, act, Stage.CLOSED, now, outcome=outcome.value, closed_at=now)
    release(session, dispute, now)


def _let_objections_rest(session: Session, dispute: Dispute, now: datetime) -> None:
    """A case that no arbiter is to decide any more leaves no objection to one behind: nobody could decide it."""
    settled = select(Purchase.last_position).where(Purchase.id == dispute.purchase_id).scalar_subquery()
    waits = (ArbiterObjection.dispute_id == dispute.id, ArbiterObjection.decided_at.is_(None))
    session.execute(update(ArbiterObjection).where(*waits).values(decided_at=now, decided_position=settled))
