"""Carrying out what was agreed or ruled: replacements, refunds, and reopening where it was no good."""

from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy.orm import Session

from arbitration.api.amounts import minor_units
from arbitration.api.dispute_views import refund_view, seen
from arbitration.api.operations import operation
from arbitration.door import guard
from arbitration.models import Remedy
from arbitration.schemas import remedies as said_of
from arbitration.schemas.acts import JustWords
from arbitration.schemas.disputes_shown import RefundShown, Replacement, ShownDispute
from arbitration.services.disputes import reopening, replacements
from arbitration.services.disputes.finding import find_dispute
from arbitration.services.refunds import confirming


@operation("deliverReplacement", takes=said_of.NewReplacement, gives=Replacement, status=201)
def deliver_replacement(session: Session, said: dict[str, Any], external_id: str) -> dict[str, Any]:
    """Deliver a replacement

    Sealed until the buyer opens it. Without a dispute too, out of goodwill.
    """
    remedy = replacements.deliver_replacement(session, guard.actor(), external_id, said["content"], said["text"], g.now)
    return _replacement(remedy)


@operation("openReplacement", gives=Replacement)
def open_replacement(session: Session, external_id: str, remedy_id: UUID) -> dict[str, Any]:
    """Open a replacement

    Shows what is in it, and puts on record that it was opened.
    """
    opened, content = replacements.open_replacement(session, guard.actor(), external_id, remedy_id, g.now)
    return _replacement(opened) | {"content": content}


@operation("approveRefund", takes=JustWords, gives=ShownDispute)
def approve_refund(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Approve a large refund

    Above the limit that the installation sets, a second operator confirms it; where a payment provider pays, a second
    operator approves it as well.
    """
    confirming.approve_refund(session, guard.actor(), dispute_id, g.now, said["text"])
    return seen(session, dispute_id)


@operation("confirmRefund", takes=said_of.RefundConfirmed, gives=RefundShown)
def confirm_refund(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Confirm that a refund was paid

    The dispute is closed with it. The answer holds no more of it than whoever pays needs.
    """
    actor = guard.actor()
    amount = minor_units(session, actor, "confirmRefund", dispute_id, said["amount"])
    remedy = confirming.confirm_refund(session, actor, dispute_id, amount, g.now, said["text"])
    return refund_view(find_dispute(session, actor, "findDispute", dispute_id, lock=False), remedy)


@operation("retryRefund", takes=JustWords, gives=ShownDispute)
def retry_refund(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Have the payment provider asked once more

    For a refund that it refused for good, once the reason was mended. It is asked under the same key.
    """
    confirming.retry_refund(session, guard.actor(), dispute_id, g.now, said["text"])
    return seen(session, dispute_id)


@operation("reopenDispute", takes=said_of.Reopening, gives=ShownDispute)
def reopen_dispute(session: Session, said: dict[str, Any], dispute_id: UUID) -> dict[str, Any]:
    """Reopen a dispute

    Where what was delivered turned out to be no good; once, within the agreement's time, not after a dismissal.
    """
    reopening.reopen(session, guard.actor(), dispute_id, said["text"], g.now)
    return seen(session, dispute_id)


def _replacement(remedy: Remedy) -> dict[str, Any]:
    return {"id": remedy.id, "delivered_at": remedy.done_at, "opened_at": remedy.opened_at, "content": None}
