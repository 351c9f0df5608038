"""What the templates show of what waits for operators."""

from datetime import datetime
from typing import Any

from arbitration.domain.actors import Actor
from arbitration.domain.remedies import OPEN, PENDING, SENT
from arbitration.i18n import Reader
from arbitration.models import Purchase, Remedy
from arbitration.services.disputes.listing import Line
from arbitration.services.disputes.overseeing import Late, Objected
from arbitration.services.disputes.remedies import OwedRefund
from arbitration.services.refunds.terms import by_hand, is_refused, is_released, is_with_former
from arbitration.web.prose import html_of
from arbitration.web.views import name_of_side


def parties_view(purchase: Purchase) -> dict[str, Any]:
    """Which purchase it is, and between whom."""
    return {
        "external_id": purchase.external_id,
        "title": purchase.listing.title,
        "buyer": purchase.buyer.name or purchase.buyer.email,
        "seller": purchase.seller.name,
    }


def refund_view(owed: OwedRefund, actor: Actor) -> dict[str, Any]:
    """A refund that is owed, and what the operator can do about it."""
    remedy = owed.remedy
    return (
        parties_view(owed.purchase)
        | {
            "id": remedy.dispute_id,
            "amount": remedy.amount,
            "currency": remedy.currency,
            "owed_at": remedy.owed_at,
            "due_at": owed.due_at,
            "done_at": remedy.done_at,
            "overdue": owed.overdue,
            "sent": remedy.state == SENT,
            "to_approve": owed.needs_approval and not is_released(remedy) and remedy.approved_by != actor.person_id,
            "approved_by_me": owed.approved and owed.needs_approval and remedy.approved_by == actor.person_id,
            "approved": owed.approved and is_released(remedy),
        }
        | provider_view(remedy)
    )


def provider_view(remedy: Remedy) -> dict[str, Any]:
    """How a refund stands with the payment provider: whether it is the provider's to pay, or was refused, and why."""
    return {
        "by_provider": remedy.state in OPEN and not by_hand(remedy),
        "refused": is_refused(remedy),
        "former_key": remedy.gateway_key if is_with_former(remedy) else None,
        "former": remedy.provider,
        "provider_reason": remedy.provider_reason if remedy.state in OPEN else None,
        "provider_said_at": remedy.provider_said_at,
        "sent_at": remedy.sent_at,
        "pending": remedy.provider_state == PENDING,
    }


def objected_view(objected: Objected, reader: Reader) -> dict[str, Any]:
    """An objection to an arbiter."""
    purchase = objected.case.purchase
    return parties_view(purchase) | {
        "id": objected.case.dispute.id,
        "by": name_of_side(purchase, objected.objection.by, reader),
        "ground": objected.objection.ground,
        "made_at": objected.objection.made_at,
        "arbiter": objected.arbiter.name or objected.arbiter.email,
        "html": html_of(objected.words),
    }


def late_view(late: Late) -> dict[str, Any]:
    """A case whose ruling is late."""
    arbiter = late.case.dispute.arbiter
    return parties_view(late.case.purchase) | {
        "id": late.case.dispute.id,
        "due_at": late.due_at,
        "arbiter": (arbiter.name or arbiter.email) if arbiter else "",
    }


def line_view(line: Line, reader: Reader, now: datetime) -> dict[str, Any]:
    """A dispute in the list of all."""
    state, turn = line.told
    names = ("id", "external_id", "title", "reason", "stage", "outcome", "due_at", "arbiter")
    return {name: getattr(line, name) for name in names} | {
        "buyer": line.buyer_name or line.buyer_address,
        "seller": line.seller_name,
        "turn": turn,
        "state": reader.say(state.msgid, **state.values),
        "overdue": line.due_at is not None and line.due_at < now,
    }
