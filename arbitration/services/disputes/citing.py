"""What a ruling rests on: exhibits and messages that it names."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.rulings import Cited, Filed
from arbitration.models import Exhibit, Message


def filed(session: Session, purchase_id: UUID, numbers: Iterable[int]) -> dict[int, Filed]:
    """The exhibits of a purchase with these numbers, as far as there are any."""
    query = select(Exhibit.number, Exhibit.opened_at)
    rows = session.execute(query.where(Exhibit.purchase_id == purchase_id, Exhibit.number.in_(set(numbers))))
    return {number: Filed(number, opened_at) for number, opened_at in rows}


def messages(session: Session, purchase_id: UUID, positions: Iterable[int]) -> dict[int, Cited]:
    """The messages of a purchase at these positions, as far as there are any."""
    query = select(Message.position, Message.deleted_at)
    rows = session.execute(query.where(Message.purchase_id == purchase_id, Message.position.in_(set(positions))))
    return {position: Cited(position, deleted_at is not None) for position, deleted_at in rows}
