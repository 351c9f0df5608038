"""Lists of deadlines for those who run the installation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import Session

from arbitration.models import DeadlineRow, Purchase
from arbitration.services.deadlines import OPEN

PAGE = 200
LATE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Listed:
    """A deadline, with the purchase it belongs to by the marketplace's id."""

    row: DeadlineRow
    external_id: str


def walk(session: Session, *, until: datetime | None = None, of: str | None = None) -> Iterator[Listed]:
    """The open deadlines, the next due first, a page at a time; only those due by ``until``, or of one purchase."""
    order = DeadlineRow.due_at, DeadlineRow.id
    query = select(DeadlineRow, Purchase.external_id).join(Purchase, Purchase.id == DeadlineRow.purchase_id)
    query = query.where(DeadlineRow.state == OPEN)
    if until is not None:
        query = query.where(DeadlineRow.due_at <= until)
    if of is not None:
        query = query.where(Purchase.external_id == of)
    query = query.order_by(*order).limit(PAGE)
    page = session.execute(query).all()
    while page:
        for row, external_id in page:
            yield Listed(row, external_id)
        last = page[-1][0]
        session.expunge_all()
        after = tuple_(literal(last.due_at, DeadlineRow.due_at.type), literal(last.id, DeadlineRow.id.type))
        page = session.execute(query.where(tuple_(*order) > after)).all()


def find(session: Session, deadline_id: UUID) -> Listed | None:
    """A deadline by its id, open or not."""
    query = select(DeadlineRow, Purchase.external_id).join(Purchase, Purchase.id == DeadlineRow.purchase_id)
    found = session.execute(query.where(DeadlineRow.id == deadline_id)).first()
    return Listed(found[0], found[1]) if found else None


def overdue_since(session: Session, now: datetime) -> datetime | None:
    """Since when the sweep is behind: the earliest moment at which something was due and has not been done."""
    earliest = session.scalar(select(func.min(DeadlineRow.next_at)).where(DeadlineRow.state == OPEN))
    return earliest if earliest is not None and now - earliest > LATE else None


def troubled(session: Session) -> tuple[int, str | None]:
    """How many deadlines could not be carried out when that was last tried, and the fault of the one due longest."""
    failing = select(DeadlineRow.trouble).where(DeadlineRow.state == OPEN, DeadlineRow.failures > 0)
    found = session.scalars(failing.order_by(DeadlineRow.next_at, DeadlineRow.id)).all()
    return len(found), found[0] if found else None
