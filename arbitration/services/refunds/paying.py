"""Refunds that are paid without anybody's doing: claimed with a lease, paid outside of any transaction, then settled.

The claim's fencing number tells it from every later one: a worker that lost its lease settles nothing. Between claim
and settling a refund is ``sent``; one whose worker died is claimed again and paid under the same key.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import remedies as rules
from arbitration.domain.remedies import RefundTerms
from arbitration.models import Dispute, Purchase, Remedy, Seller
from arbitration.services import holding, leases, operators
from arbitration.services.disputes.finding import Case
from arbitration.services.refunds.confirming import finish
from arbitration.services.refunds.gateways import LONGEST_WAIT, PaymentOrder
from arbitration.services.refunds.terms import terms_of
from arbitration.services.thread import SYSTEM, post_event

LEASE = timedelta(seconds=60)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to pay a refund until the lease runs out. ``again``: somebody had it before, and may have paid."""

    id: UUID
    fence: int
    order: PaymentOrder
    until: datetime
    insisted: bool = False
    """Whether it was refused, and an operator wants it asked for all the same."""

    @property
    def again(self) -> bool:
        """Whether this is not the first claim of it."""
        return self.fence > 1


def any_due(session: Session, now: datetime, real_time: datetime) -> bool:
    """Whether there is a refund to pay; asked before a lock is."""
    return session.scalar(select(Remedy.id).where(_payable(terms_of(session), now, real_time)).limit(1)) is not None


def claim(session: Session, now: datetime, real_time: datetime, but_not: Collection[UUID] = ()) -> Claim | None:
    """Claim the refund that has been owed longest, until the lease runs out; None if there is none.

    Those that nobody has asked for come first: one that the provider says nothing of holds up no other.
    ``real_time`` is what the lease counts by, whatever moment ``now`` the sweep is for. A pause before asking again is
    over at either. ``but_not`` names those that were asked for in this round already.
    """
    terms = terms_of(session)
    payable = and_(_payable(terms, now, real_time), Remedy.id.not_in(but_not))
    query = select(Remedy, Purchase.external_id).join(Purchase, Purchase.id == Remedy.purchase_id).where(payable)
    query = query.order_by(Remedy.owed_at, Remedy.id).limit(1).with_for_update(of=Remedy, skip_locked=True)
    new, asked = Remedy.ask_again_at.is_(None), Remedy.ask_again_at.is_not(None)
    found = session.execute(query.where(new)).first() or session.execute(query.where(asked)).first()
    if found is None:
        return None
    remedy, external_id = found
    insisted = remedy.provider_state == rules.RETRY
    values: dict[str, Any] = {"state": rules.SENT, "lease_until": real_time + LEASE, "fence": remedy.fence + 1}
    values["sent_at"] = func.coalesce(Remedy.sent_at, real_time)
    if terms.asks_provider:
        values["provider_state"] = func.coalesce(Remedy.provider_state, rules.UNKNOWN)
        values["provider"] = terms.provider
    fence = session.execute(
        update(Remedy)
        .where(Remedy.id == remedy.id, Remedy.fence == remedy.fence, payable)
        .values(values)
        .returning(Remedy.fence)
        .execution_options(synchronize_session=False)
    ).scalar()
    if fence is None:
        return None
    order = PaymentOrder(remedy.gateway_key or "", external_id, remedy.amount or 0, remedy.currency)
    return Claim(remedy.id, fence, order, real_time + LEASE, insisted)


def settle_paid(session: Session, claim: Claim, now: datetime, real_time: datetime | None = None) -> bool:
    """The gateway said paid: book it and close the dispute, in this transaction. False if the claim was lost.

    ``real_time`` is when a payment provider said so; None where none was asked.
    """
    found = _held(session, claim)
    if found is None:
        return False
    case, remedy = found
    remedy.provider_said_at = real_time or remedy.provider_said_at
    session.flush()
    finish(session, case, remedy, SYSTEM, "refundPaid", now, provider_state=rules.PAID if real_time else None)
    return True


def settle_refused(session: Session, claim: Claim, reason: str, now: datetime, real_time: datetime) -> bool:
    """The provider refused for good: it stays owed, and waits for an operator. False if the claim was lost.

    Both sides are told that it was refused, operators also why (``reason``, in the provider's words).
    """
    found = _held(session, claim)
    if found is None:
        return False
    case, remedy = found
    remedy.state, remedy.lease_until, remedy.ask_again_at = rules.OWED, None, None
    remedy.provider_state, remedy.provider_reason, remedy.provider_said_at = rules.REFUSED, reason[:500], real_time
    session.flush()
    told = {"remedy": str(remedy.id), "amount": remedy.amount, "currency": remedy.currency}
    post_event(session, case.purchase, SYSTEM, "refund_refused", now, about=told, facts=told)
    operators.tell(session, case.purchase, "refund_refused", now, remedy=str(remedy.id))
    return True


def put_off(
    session: Session,
    claim: Claim,
    real_time: datetime,
    state: str | None = None,
    reason: str | None = None,
    wait: timedelta | None = None,
) -> bool:
    """It is not paid yet: ask again after a while, which grows with the number of times. False if the claim was lost.

    ``state`` is what the provider said of it (pending, or unknown where it was asked to pay), None if nothing was
    learnt; ``reason`` is what went wrong. Where the provider asks for a longer pause (``Said.wait``) it gets it.
    """
    held = (Remedy.id == claim.id, Remedy.fence == claim.fence, Remedy.state == rules.SENT)
    again = real_time + max(pause_after(claim.fence), wait or FIRST_PAUSE)
    values: dict[str, Any] = {"lease_until": None, "ask_again_at": again, "provider_reason": reason}
    if state is not None:
        values["provider_state"] = state
    if state == rules.PENDING:
        values["provider_said_at"] = real_time
    changed = update(Remedy).where(*held).values(values).returning(Remedy.id)
    return session.execute(changed.execution_options(synchronize_session=False)).scalar() is not None


def pause_after(times: int) -> timedelta:
    """How long to wait before asking again, having asked so many times: from ten seconds up to a quarter of an hour."""
    return min(FIRST_PAUSE * (1 << min(times - 1, 10)), LONGEST_PAUSE)


def _payable(terms: RefundTerms, now: datetime, real_time: datetime) -> ColumnElement[bool]:
    free = leases.is_free(Remedy.lease_until, real_time)
    latest = max(now, real_time)
    later_than_any_pause = Remedy.ask_again_at > latest + LONGEST_WAIT + leases.TOO_FAR  # the clock was set back
    rested = or_(Remedy.ask_again_at.is_(None), Remedy.ask_again_at <= latest, later_than_any_pause)
    return and_(
        Remedy.state.in_(rules.OPEN),
        Remedy.kind.in_(rules.REFUNDS),
        Remedy.owed_at <= now,
        free,
        rested,
        _by_itself(terms),
        _with_nobody_else(terms),
        ~holding.is_on(),
    )


def _by_itself(terms: RefundTerms) -> ColumnElement[bool]:
    """Those that need nobody's approval, or have both; where nothing is left to pay, somebody has to look."""
    something = Remedy.amount > 0
    if not terms.approval_above:
        return something
    within = [and_(Remedy.currency == code, Remedy.amount <= limit) for code, limit in terms.approval_above.items()]
    if terms.asks_provider:
        within.append(Remedy.second_approved_at.is_not(None))
    return and_(something, or_(*within))


def _with_nobody_else(terms: RefundTerms) -> ColumnElement[bool]:
    """What a provider refused is an operator's; what one has is not the books' to pay as well, nor another one's."""
    untouched = Remedy.provider_state.is_(None)
    if terms.asks_provider:
        return or_(untouched, and_(Remedy.provider_state != rules.REFUSED, Remedy.provider == terms.provider))
    return or_(untouched, Remedy.provider_state == rules.REFUSED)


def _held(session: Session, claim: Claim) -> tuple[Case, Remedy] | None:
    """The dispute and the refund of a claim that still counts."""
    case = _locked(session, claim)
    held = (Remedy.id == claim.id, Remedy.fence == claim.fence, Remedy.state == rules.SENT)
    query = select(Remedy).where(*held).with_for_update()  # so that nobody claims it while it is settled
    remedy = session.scalar(query.execution_options(populate_existing=True))
    return None if case is None or remedy is None else (case, remedy)


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
