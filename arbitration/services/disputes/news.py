"""What has happened in a case since somebody looked at it: by the place of each act in the purchase's chain."""

import json
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.models import DocketEntry

QUIET = ("exhibit.shown",)
"""What changes nothing that a ruling could rest on."""


def last_act(session: Session, purchase_id: UUID) -> int:
    """The place of the last act that told anything new."""
    query = select(func.max(DocketEntry.sequence)).where(
        DocketEntry.chain_id == purchase_id, DocketEntry.kind.not_in(QUIET)
    )
    return session.scalar(query) or 0


def messages_since(session: Session, purchase_id: UUID, place: int) -> set[int]:
    """The positions of the messages and events that came, were changed or deleted after a place in the chain."""
    query = select(DocketEntry.body).where(DocketEntry.chain_id == purchase_id, DocketEntry.sequence > place)
    told = (json.loads(body)["facts"].get("position") for body in session.scalars(query))
    return {position for position in told if isinstance(position, int)}
