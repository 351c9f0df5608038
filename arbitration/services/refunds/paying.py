"""Refunds that are paid without anybody's doing: claimed with a lease, paid outside of any transaction, then settled.

The claim's fencing number tells it from every later one: a worker that lost its lease settles nothing. Between claim
and settling a refund is ``sent``; one whose worker died is claimed again and paid under the same key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import remedies as rules
from arbitration.domain.remedies import RefundTerms
from arbitration.models import Dispute, Purchase, Remedy, Seller
from arbitration.services.disputes.finding import Case
from arbitration.services.refunds.confirming import finish
from arbitration.services.refunds.gateways import PaymentOrder
from arbitration.services.refunds.terms import terms_of
from arbitration.services.thread import SYSTEM

LEASE = timedelta(seconds=60)
PENDING_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to pay a refund until the lease runs out. ``again``: somebody had it before, and may have paid."""

    id: UUID
    fence: int
    order: PaymentOrder

    @property
    def again(self) -> bool:
        """Whether this is not the first claim of it."""
        return self.fence > 1


def any_due(session: Session, now: datetime, real_time: datetime) -> bool:
    """Whether there is a refund to pay; asked before a lock is."""
    return session.scalar(select(Remedy.id).where(_payable(terms_of(session), now, real_time)).limit(1)) is not None


def claim(session: Session, now: datetime, real_time: datetime) -> Claim | None:
    """Claim the refund that has been owed longest, until the lease runs out; None if there is none.

    ``real_time`` is what the lease counts by, whatever moment ``now`` the sweep is for.
    """
    payable = _payable(terms_of(session), now, real_time)
    query = select(Remedy, Purchase.external_id).join(Purchase, Purchase.id == Remedy.purchase_id).where(payable)
    query = query.order_by(Remedy.owed_at, Remedy.id).limit(1).with_for_update(of=Remedy, skip_locked=True)
    found = session.execute(query).first()
    if found is None:
        return None
    remedy, external_id = found
    fence = session.execute(
        update(Remedy)
        .where(Remedy.id == remedy.id, Remedy.fence == remedy.fence, payable)
        .values(state=rules.SENT, lease_until=real_time + LEASE, fence=remedy.fence + 1)
        .returning(Remedy.fence)
        .execution_options(synchronize_session=False)
    ).scalar()
    if fence is None:
        return None
    order = PaymentOrder(remedy.gateway_key or "", external_id, remedy.amount or 0, remedy.currency)
    return Claim(remedy.id, fence, order)


def settle_paid(session: Session, claim: Claim, now: datetime) -> bool:
    """The gateway said paid: book it and close the dispute, in this transaction. False if the claim was lost."""
    case = _locked(session, claim)
    held = (Remedy.id == claim.id, Remedy.fence == claim.fence, Remedy.state == rules.SENT)
    remedy = session.scalar(select(Remedy).where(*held).execution_options(populate_existing=True))
    if case is None or remedy is None:
        return False
    finish(session, case, remedy, SYSTEM, "refundPaid", now)
    return True


def put_off(session: Session, claim: Claim, real_time: datetime) -> bool:
    """The gateway has not paid yet: ask it again after a while. False if the claim was lost."""
    held = (Remedy.id == claim.id, Remedy.fence == claim.fence, Remedy.state == rules.SENT)
    changed = update(Remedy).where(*held).values(lease_until=real_time + PENDING_PAUSE).returning(Remedy.id)
    return session.execute(changed.execution_options(synchronize_session=False)).scalar() is not None


def _payable(terms: RefundTerms, now: datetime, real_time: datetime) -> ColumnElement[bool]:
    free = or_(Remedy.lease_until.is_(None), Remedy.lease_until <= real_time)
    return and_(
        Remedy.state.in_(rules.OPEN), Remedy.kind.in_(rules.REFUNDS), Remedy.owed_at <= now, free, _by_itself(terms)
    )


def _by_itself(terms: RefundTerms) -> ColumnElement[bool]:
    """Those that need nobody's approval; where nothing is left to pay, somebody has to look."""
    something = Remedy.amount > 0
    if not terms.approval_above:
        return something
    within = [and_(Remedy.currency == code, Remedy.amount <= limit) for code, limit in terms.approval_above.items()]
    return and_(something, or_(*within))


def _locked(session: Session, claim: Claim) -> Case | None:
    """The dispute of a refund, its purchase locked first as by every act."""
    query = (
        select(Purchase)
        .join(Remedy, Remedy.purchase_id == Purchase.id)
        .where(Remedy.id == claim.id)
        .options(joinedload(Purchase.seller).joinedload(Seller.person), joinedload(Purchase.policy))
        .with_for_update(of=Purchase, key_share=True)
        .execution_options(populate_existing=True)
    )
    purchase = session.scalar(query)
    of = select(Dispute).join(Remedy, Remedy.dispute_id == Dispute.id).where(Remedy.id == claim.id)
    dispute = session.scalar(of.execution_options(populate_existing=True))
    return Case(purchase, dispute) if purchase is not None and dispute is not None else None
