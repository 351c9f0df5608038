"""Having deadlines tried now that could not be carried out, once what hindered them was mended."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.docket import Entry
from arbitration.domain.refusals import ConflictError, NotFoundError
from arbitration.models import DeadlineRow
from arbitration.rules.marking import N_
from arbitration.services import docket
from arbitration.services.deadlines import OPEN
from arbitration.services.operations.deadlines import RUNNING
from arbitration.services.operations.lists import require

AT_ONCE = 500


def retry(session: Session, actor: Actor, deadline_id: UUID, now: datetime) -> None:
    """Have a deadline tried with the next sweep, and what waits behind it in its dispute, rather than after its pause.

    How often it failed stays noted until it is carried out.

    Raises:
        ForbiddenError: the actor is no operator.
        NotFoundError: there is none with this id.
        ConflictError: it did not fail, or is being carried out at this moment.
    """
    require(actor, "manageDeadlines")
    row = session.get(DeadlineRow, deadline_id)
    if row is None:
        raise NotFoundError
    if row.state != OPEN or not row.failures:
        raise ConflictError(N_("This deadline has no trouble: it was carried out meanwhile, or is not owed any more."))
    if deadline_id not in _put_forward(session, [row.dispute_id]):
        raise ConflictError(N_("This deadline is being tried at this moment."))
    _record(session, actor, [deadline_id], now)


def retry_all(session: Session, actor: Actor, now: datetime) -> int:
    """Have all deadlines tried that failed; gives how many. The docket has an entry for each ``AT_ONCE`` of them.

    Raises:
        ForbiddenError: the actor is no operator.
    """
    require(actor, "manageDeadlines")
    failed = select(DeadlineRow.id, DeadlineRow.dispute_id).where(RUNNING, DeadlineRow.failures > 0)
    number, last = 0, None
    while rows := session.execute(_after(failed, last).order_by(DeadlineRow.id).limit(AT_ONCE)).all():
        freed = _put_forward(session, [row.dispute_id for row in rows])
        if ids := [row.id for row in rows if row.id in freed]:
            _record(session, actor, ids, now)
        number, last = number + len(ids), rows[-1].id
    return number


def _after(query: Select[UUID, UUID], last: UUID | None) -> Select[UUID, UUID]:
    return query if last is None else query.where(DeadlineRow.id > last)


def _put_forward(session: Session, disputes: Sequence[UUID]) -> set[UUID]:
    """Let the open deadlines of disputes be claimed at once; gives which. What somebody works on now is left alone."""
    rows = select(DeadlineRow.id).where(RUNNING, DeadlineRow.dispute_id.in_(disputes)).order_by(DeadlineRow.id)
    ids = set(session.scalars(rows.with_for_update(skip_locked=True)))
    freed = update(DeadlineRow).where(DeadlineRow.id.in_(ids)).values(lease_until=None)
    session.execute(freed.execution_options(synchronize_session=False))
    return ids


def _record(session: Session, actor: Actor, ids: Sequence[UUID], now: datetime) -> None:
    facts = {"deadlines": [str(id_) for id_ in ids]}
    docket.append_to_installation(session, Entry("deadlines.retried", now, actor.person_id, facts))
