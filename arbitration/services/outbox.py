"""Queuing what is to be sent, and what became of it.

An intent is a row of the act's own transaction. A worker takes it with a lease, sends it outside of any transaction,
and reports; the fencing number makes the report of a worker that lost its lease worth nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import EllipsisType
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from arbitration.columns import word
from arbitration.domain.events import MESSAGE
from arbitration.domain.stages import Stage
from arbitration.ids import new_id
from arbitration.models import Dispute, Intent, Message, Purchase, ReadingObjection
from arbitration.services import held_back, holding, leases, rows

QUIET = timedelta(minutes=1)
LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
REMEMBERED = timedelta(days=7)
MOST_ATTEMPTS = 20  # with these pauses, a little over three days


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send an intent until the lease runs out; ``fence`` tells this taking from every later one."""

    id: UUID
    fence: int
    until: datetime


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
    intent = Intent(**_row(kind, now, person_id, address, payload or {}, wait))
    rows.add(session, intent)
    return intent


def _row(
    kind: str, now: datetime, person_id: UUID | None, address: str | None, payload: dict[str, Any], wait: timedelta
) -> dict[str, Any]:
    id_ = new_id()
    return {
        "id": id_,
        "kind": kind,
        "person_id": person_id,
        "address": address,
        "payload": payload,
        "message_id": f"<{id_.hex}@arbitration>",
        "created_at": now,
        "due_at": now + wait,
    }


_DISPUTES = cast(Table, Dispute.__table__)
_ARBITER = select(_DISPUTES.c.arbiter_id).where(
    _DISPUTES.c.purchase_id == bindparam("purchase"), _DISPUTES.c.stage != word(Stage.CLOSED)
)


def announce(
    session: Session, purchase: Purchase, message: Message, now: datetime, dispute: Dispute | EllipsisType | None
) -> None:
    """Tell the others of what is new in a correspondence: the parties, and the arbiter who has the case.

    A message waits a moment, since who is reading along needs no mail; so does what an act left there. ``dispute`` is
    the one of the purchase that is not closed, ``...`` where that is to be found out.
    """
    session.flush()
    if dispute is ...:
        arbiter = _arbiter_of(session, purchase.id)
    else:
        arbiter = dispute.arbiter_id if dispute is not None else None
    readers = {purchase.buyer_id, purchase.seller.person_id, arbiter} - {message.author_id, None}
    kind = "new_message" if message.kind == MESSAGE else "event"
    payload = {"purchase": purchase.external_id, "position": message.position}
    mails = [_row(kind, now, reader, None, payload, QUIET) for reader in sorted(filter(None, readers))]
    if mails:
        rows.write(session, Intent, *mails)


def _arbiter_of(session: Session, purchase_id: UUID) -> UUID | None:
    """Who has the case of a purchase, if there is one that is not closed."""
    held = held_back.of(session)
    dispute = held.running(purchase_id) if held is not None else None
    if dispute is not None:
        return dispute.arbiter_id if dispute.stage != Stage.CLOSED else None
    return session.connection().scalar(_ARBITER, {"purchase": purchase_id})


def announce_objection(session: Session, purchase: Purchase, objection: ReadingObjection, now: datetime) -> Intent:
    """Tell the other side of an objection to how the listing was read, unless it is taken back within a moment."""
    by_buyer = objection.person_id == purchase.buyer_id
    reader = purchase.seller.person_id if by_buyer else purchase.buyer_id
    payload = {"purchase": purchase.external_id, "objection": str(objection.id)}
    return queue(session, "reading_objection", now, person_id=reader, payload=payload, wait=QUIET)


def any_due(session: Session, now: datetime, real_time: datetime | None = None) -> bool:
    """Whether there is anything to take; asked before a lock is."""
    return session.scalar(select(Intent.id).where(_takeable(now, real_time or now)).limit(1)) is not None


def take(session: Session, now: datetime, real_time: datetime | None = None) -> Lease | None:
    """Take the intent that has been due longest, for as long as the lease lasts; None if there is none.

    ``real_time`` is what leases count by where ``now`` is another: who sweeps for a later day takes from nobody what
    they hold, and who dies doing so does not hold it until then.
    """
    real_time = real_time or now
    query = select(Intent.id, Intent.fence).where(_takeable(now, real_time)).order_by(Intent.due_at, Intent.id).limit(1)
    found = session.execute(query.with_for_update(skip_locked=True)).first()
    if found is None:
        return None
    took = session.execute(
        update(Intent)
        .where(Intent.id == found.id, Intent.fence == found.fence, _takeable(now, real_time))
        .values(lease_until=real_time + LEASE, fence=found.fence + 1, attempts=Intent.attempts + 1)
        .returning(Intent.fence)
        .execution_options(synchronize_session=False)
    ).scalar()
    return Lease(found.id, took, real_time + LEASE) if took is not None else None


def held(session: Session, lease: Lease) -> Intent | None:
    """The intent of a lease, or None if somebody else has taken or settled it since."""
    return session.scalar(select(Intent).where(_held(lease)).execution_options(populate_existing=True))


def prolong(session: Session, lease: Lease, real_time: datetime) -> Lease | None:
    """Hold an intent for a whole lease more, as long as nobody else has taken it; None if somebody has."""
    until = real_time + LEASE
    return replace(lease, until=until) if _report(session, lease, {"lease_until": until}) else None


def settle(session: Session, lease: Lease, state: str, now: datetime, error: str | None = None) -> bool:
    """Report what became of an intent: sent, skipped or failed. False if the lease was lost."""
    return _report(session, lease, {"state": state, "settled_at": now, "lease_until": None, "error": error})


def put_off(session: Session, lease: Lease, now: datetime, error: str, jitter: float) -> str:
    """Have an intent tried again later, or give it up after ``MOST_ATTEMPTS``; gives the state it is in.

    The pause doubles from a minute to six hours; ``jitter`` (0 to 1) shortens it by up to a fifth, so that what failed
    together does not come again together.
    """
    intent = held(session, lease)
    if intent is None:
        return "lost"
    if intent.attempts >= MOST_ATTEMPTS:
        settle(session, lease, "failed", now, error)
        return "failed"
    pause = min(FIRST_PAUSE * 2 ** min(intent.attempts - 1, 16), LONGEST_PAUSE) * (1 - jitter / 5)
    _report(session, lease, {"due_at": now + pause, "lease_until": None, "error": error})
    return "waiting"


def bring_back(session: Session, now: datetime) -> None:
    """Have mails sent now that wait for longer than any does: they were queued while the clock was ahead."""
    too_far = and_(Intent.state == "waiting", Intent.due_at > now + LONGEST_PAUSE + leases.TOO_FAR)
    session.execute(update(Intent).where(too_far).values(due_at=now).execution_options(synchronize_session=False))


def later_notice_waits(session: Session, intent: Intent) -> bool:
    """Whether a later message of the same purchase is still to be announced to the same person."""
    later = session.scalars(
        select(Intent).where(
            Intent.kind == intent.kind,
            Intent.state == "waiting",
            Intent.person_id == intent.person_id,
            Intent.id != intent.id,
        )
    )
    purchase, position = intent.payload["purchase"], intent.payload["position"]
    return any(other.payload["purchase"] == purchase and other.payload["position"] > position for other in later)


def has_later_link(session: Session, intent: Intent, now: datetime) -> bool:
    """Whether a later request for a sign-in link to the same address is due as well, or was sent: the newest wins."""
    same = and_(Intent.kind == intent.kind, Intent.address == intent.address, Intent.state.in_(("waiting", "sent")))
    later = select(Intent.id).where(same, Intent.due_at <= now, Intent.created_at > intent.created_at)
    return session.scalar(later.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Queue:
    """How the outbox stands.

    ``waiting`` counts all that wait, ``troubled`` those of them that failed before, ``failed`` what was given up in
    the last week; ``overdue_since`` is when the first mail that nobody has tried was due. ``trouble`` is the newest
    fault of those that wait, ``failure`` that of those that were given up.
    """

    waiting: int
    troubled: int
    failed: int
    overdue_since: datetime | None
    trouble: str | None
    failure: str | None


def standing(session: Session, now: datetime) -> Queue:
    """How the outbox stands now."""
    waits = Intent.state == "waiting"
    given_up = and_(Intent.state == "failed", Intent.settled_at > now - REMEMBERED)
    waiting, troubled = session.execute(select(func.count(), func.count(Intent.error)).where(waits)).one()
    untried = and_(waits, Intent.due_at <= now, Intent.error.is_(None))
    faults = select(Intent.error).where(Intent.error.is_not(None)).order_by(Intent.created_at.desc()).limit(1)
    return Queue(
        waiting,
        troubled,
        session.scalar(select(func.count()).select_from(Intent).where(given_up)) or 0,
        session.scalar(select(func.min(Intent.due_at)).where(untried)),
        session.scalar(faults.where(waits)),
        session.scalar(faults.where(given_up)),
    )


def _takeable(now: datetime, real_time: datetime) -> ColumnElement[bool]:
    free = leases.is_free(Intent.lease_until, real_time)
    return and_(Intent.state == "waiting", Intent.due_at <= now, free, ~holding.is_on())


def _held(lease: Lease) -> ColumnElement[bool]:
    return and_(Intent.id == lease.id, Intent.fence == lease.fence, Intent.state == "waiting")


def _report(session: Session, lease: Lease, values: dict[str, Any]) -> bool:
    reported = session.execute(
        update(Intent)
        .where(_held(lease))
        .values(values)
        .returning(Intent.id)
        .execution_options(synchronize_session=False)
    )
    return reported.scalar() is not None
