"""Queuing what is to be sent. An intent is a row of the act's own transaction; a worker sends it afterwards."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from arbitration.ids import new_id
from arbitration.models import Intent, Message, Purchase

QUIET = timedelta(minutes=1)


def queue(
    session: Session,
    kind: str,
    now: datetime,
    *,
    person_id: UUID | None = None,
    address: str | None = None,
    payload: dict[str, Any] | None = None,
    wait: timedelta = timedelta(0),
) -> Intent:
    """Queue a mail of a kind to a person, or to an address under which nobody may be known."""
    id_ = new_id()
    intent = Intent(
        id=id_,
        kind=kind,
        person_id=person_id,
        address=address,
        payload=payload or {},
        message_id=f"<{id_.hex}@arbitration>",
        created_at=now,
        due_at=now + wait,
    )
    session.add(intent)
    session.flush()
    return intent


def announce_message(session: Session, purchase: Purchase, message: Message, now: datetime) -> Intent:
    """Tell the other side of a new message. It waits a moment: who is reading along needs no mail."""
    to_seller = message.author_id == purchase.buyer_id
    reader = purchase.seller.person_id if to_seller else purchase.buyer_id
    payload = {"purchase": purchase.external_id, "position": message.position}
    return queue(session, "new_message", now, person_id=reader, payload=payload, wait=QUIET)
