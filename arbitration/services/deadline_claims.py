"""Carrying out what falls due: a row is claimed with a lease, then done in a transaction that must still hold it.

The claim's fencing number tells it from every later one: whoever lost a lease finds that the row is somebody else's and
does nothing. So each reminder and each consequence happens once, however many sweep at the same time and whichever of
them dies.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, aliased, defer, joinedload

from arbitration.columns import word
from arbitration.domain import deadlines as rules
from arbitration.domain.deadlines import Deadline, Step
from arbitration.domain.docket import Entry
from arbitration.domain.sides import ARBITER, BUYER, SELLER
from arbitration.models import DeadlineRow, Dispute, Purchase
from arbitration.rules.instants import show_instant
from arbitration.services import deadlines, docket, leases, outbox, rows
from arbitration.services.disputes.finding import Case

LEASE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=8)  # short of ``leases.TOO_FAR``
MOST_FAILURES = 9_999
SUSPECT = 12  # claims; reminders and the end take five

Handler = Callable[[Session, Case, DeadlineRow, datetime], None]

REMINDED, RAN_OUT, CHANGED, WAITING, LOST, BUSY = "reminded", "ran out", "changed", "waiting", "lost", "busy"
BEHIND = "behind what failed"

_OPEN = DeadlineRow.state == word(deadlines.OPEN)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out what is due at a deadline; ``fence`` tells this claim from every later one."""

    id: UUID
    purchase_id: UUID
    fence: int

    @property
    def is_suspect(self) -> bool:
        """Whether it was claimed so often that it, or another of its batch, may be what kills those who try it."""
        return self.fence > SUSPECT


def any_due(session: Session, now: datetime, real_time: datetime) -> bool:
    """Whether there is anything to claim; asked before a lock is."""
    return session.scalar(select(DeadlineRow.id).where(_claimable(now, real_time)).limit(1)) is not None


def claim(session: Session, now: datetime, real_time: datetime, most: int) -> list[Claim]:
    """Claim what is due by ``now``, in the order of its instants, until the lease runs out. Suspects come last, and in
    another order each time, so that sooner or later all that kills nobody is done.

    ``real_time`` is what the lease counts by: who dies while sweeping for a later day must not hold rows until then.
    """
    order = DeadlineRow.next_at, DeadlineRow.id
    due = select(DeadlineRow.id).where(_claimable(now, real_time)).order_by(*order).limit(most)
    ids = list(session.scalars(due.with_for_update(skip_locked=True)))
    if not ids:
        return []
    taken = session.execute(
        update(DeadlineRow)
        .where(DeadlineRow.id.in_(ids), _claimable(now, real_time))
        .values(lease_until=real_time + LEASE, fence=DeadlineRow.fence + 1)
        .returning(DeadlineRow.id, DeadlineRow.purchase_id, DeadlineRow.fence)
        .execution_options(synchronize_session=False)
    )
    claims = {row.id: Claim(*row) for row in taken}
    found = [claims[id_] for id_ in ids if id_ in claims]
    suspects = [each for each in found if each.is_suspect]
    random.shuffle(suspects)
    return [*(each for each in found if not each.is_suspect), *suspects]


def carry_out(
    session: Session, claim: Claim, now: datetime, handlers: Mapping[str, Handler], *, wait: bool = True
) -> str:
    """Do what is due at a claimed deadline, and give the claim back; tells what was done.

    A reminder is queued, or the consequence carried out as of ``now``: whoever owes something from then on has their
    whole time, also after a downtime. Where something of the same dispute was due earlier and is not done, it waits
    (``WAITING``), as long as that pauses where it failed (``BEHIND``).
    Without ``wait`` nothing is done, and the claim kept, where another act has the purchase (``BUSY``).
    Anything raised by a handler is for the caller to roll back.
    """
    purchase = _locked(session, claim, wait)
    if purchase is None:
        return LOST if wait else BUSY
    found = session.execute(_HELD, {"deadline": claim.id, "fence": claim.fence}).first()
    if found is None:
        return LOST
    row, dispute, something_earlier = found
    if row.next_at > now:
        rows.change(session, row, lease_until=None)
        return CHANGED
    if something_earlier:
        pause = session.scalar(_PAUSE, {"deadline": row.id})
        rows.change(session, row, lease_until=pause)
        return BEHIND if pause else WAITING
    return do(session, Case(purchase, dispute), row, now, handlers)


def do(session: Session, case: Case, row: DeadlineRow, now: datetime, handlers: Mapping[str, Handler]) -> str:
    """Do what is due at a deadline that is held by its claim, and give that back: remind, or let it run out."""
    deadline = deadlines.read(row)
    step, passed_over = rules.steps_due(deadline, row.passed, now)
    _record(session, row, step, passed_over, now)
    if now < row.due_at:
        _remind(session, case, row, step, now)
        next_at = rules.next_moment(deadline, row.passed)
        rows.change(session, row, next_at=next_at, lease_until=None, **deadlines.UNTROUBLED)
        return REMINDED
    deadlines.run_out(session, case.dispute, row, now)
    handlers[row.consequence](session, case, row, now)
    return RAN_OUT


def put_off(session: Session, claim: Claim, real_time: datetime, error: Exception) -> None:
    """Note that what is due at a claimed deadline could not be done, and leave it alone for a while: half a minute
    after the first try, twice as long after each that follows, eight minutes at most. So rows that can't be done keep
    none waiting that can."""
    held = DeadlineRow.id == claim.id, DeadlineRow.fence == claim.fence, _OPEN
    failures = min((session.scalar(select(DeadlineRow.failures).where(*held)) or 0) + 1, MOST_FAILURES)
    pause = min(LEASE * 2 ** min(failures - 1, 16), LONGEST_PAUSE)
    noted = {"failures": failures, "trouble": type(error).__name__[:80], "lease_until": real_time + pause}
    session.execute(update(DeadlineRow).where(*held).values(noted).execution_options(synchronize_session=False))


def _locked(session: Session, claim: Claim, wait: bool) -> Purchase | None:
    """The purchase of a claimed row, locked first as by every act."""
    return session.scalar(_PURCHASE if wait else _FREE_PURCHASE, {"purchase": claim.purchase_id})


_BOUGHT = (
    select(Purchase).where(Purchase.id == bindparam("purchase")).options(joinedload(Purchase.seller, innerjoin=True))
)
_PURCHASE = _BOUGHT.with_for_update(of=Purchase, key_share=True)
_FREE_PURCHASE = _BOUGHT.with_for_update(of=Purchase, key_share=True, skip_locked=True)
_OTHER = aliased(DeadlineRow)
_EARLIER = select(_OTHER.id).where(
    _OTHER.dispute_id == DeadlineRow.dispute_id,
    _OTHER.state == word(deadlines.OPEN),
    or_(_OTHER.next_at < DeadlineRow.next_at, and_(_OTHER.next_at == DeadlineRow.next_at, _OTHER.id < DeadlineRow.id)),
)
"""Whether something else of the same dispute was due before a row and is still to be done."""
_PAUSE = (
    select(func.max(_OTHER.lease_until))
    .join(DeadlineRow, DeadlineRow.id == bindparam("deadline"))
    .where(_EARLIER.whereclause, _OTHER.failures > 0)  # type: ignore[arg-type]
)
"""Until when what failed, and was due before a row in the same dispute, is left alone."""
_HELD = (
    select(DeadlineRow, Dispute, _EARLIER.exists())
    .join(Dispute, Dispute.id == DeadlineRow.dispute_id)
    .where(
        DeadlineRow.id == bindparam("deadline"),
        DeadlineRow.fence == bindparam("fence"),
        _OPEN,
    )
    .options(defer(Dispute.verdict))
    .with_for_update(of=DeadlineRow)
    .execution_options(populate_existing=True)
)


def _record(
    session: Session, row: DeadlineRow, step: Step | None, passed_over: tuple[Step, ...], now: datetime
) -> None:
    """Note which reminders are past, in the row and in the docket: the one that is sent, and those passed over."""
    if step is None and not passed_over:
        return
    passed = [*row.passed, *(it.name for it in passed_over), *([step.name] if step else [])]
    rows.change(session, row, passed=passed)
    facts = {
        "deadline": str(row.id),
        "kind_of_deadline": row.kind,
        "to": row.owed_by,
        "due_at": show_instant(row.due_at),
        "step": step.name if step else None,
        "passed_over": [it.name for it in passed_over],
    }
    docket.append(session, row.purchase_id, Entry("deadline.reminded", now, None, facts))


def _remind(session: Session, case: Case, row: DeadlineRow, step: Step | None, now: datetime) -> None:
    person_id = who_owes(case, row.owed_by)
    if step is None or person_id is None:
        return
    payload = {
        "deadline": str(row.id),
        "purchase": case.purchase.external_id,
        "step": step.name,
        "due_at": show_instant(row.due_at),
    }
    outbox.queue(session, "reminder", now, person_id=person_id, payload=payload)


def who_owes(case: Case, owed_by: str) -> UUID | None:
    """The person behind the side that owes an act; None where it is nobody in particular."""
    if owed_by == BUYER:
        return case.purchase.buyer_id
    if owed_by == SELLER:
        return case.purchase.seller.person_id
    return case.dispute.arbiter_id if owed_by == ARBITER else None


def standing(row: DeadlineRow, now: datetime) -> Deadline | None:
    """The deadline as it stands, if it is still owed and not over by ``now``."""
    return deadlines.read(row) if row.state == deadlines.OPEN and now < row.due_at else None


def _claimable(now: datetime, real_time: datetime) -> ColumnElement[bool]:
    return and_(_OPEN, DeadlineRow.next_at <= now, leases.is_free(DeadlineRow.lease_until, real_time))
