"""Looking at a correspondence, for stories in which no page is asked for."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.models import Purchase
from arbitration.services import messages


def mark_shown(session: Session, actor: Actor, external_id: str, position: int, now: datetime) -> None:
    """The actor is shown the correspondence of a purchase up to the message at ``position``."""
    purchase_id = session.scalars(select(Purchase.id).where(Purchase.external_id == external_id)).one()
    messages.note_shown(session, actor, purchase_id, position, now)
