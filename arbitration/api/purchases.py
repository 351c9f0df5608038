"""Purchases: taking them in, listing them, and what their buyers may demand."""

from typing import Any

from flask import g
from sqlalchemy.orm import Session

from arbitration.api import problems
from arbitration.api.operations import operation
from arbitration.domain.actors import Actor, Role
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.models import Purchase
from arbitration.rules.answer import answer
from arbitration.schemas.answers import money
from arbitration.schemas.assessments import Assessment
from arbitration.schemas.imports import Import, Imported
from arbitration.schemas.purchases_shown import Purchases, ShownPurchase
from arbitration.schemas.queries import AssessmentQuery, PurchasesQuery
from arbitration.services import correspondence, imports, purchases, readings, verdicts
from arbitration.services.loading import seen_until
from arbitration.services.operations.imports import record_request

LARGEST_IMPORT = 16 * 1024 * 1024


@operation("importPurchases", takes=Import, gives=Imported, largest=LARGEST_IMPORT)
def import_purchases(session: Session, said: dict[str, Any]) -> dict[str, Any]:
    """Take in purchases, or take them in again

    Up to 1,000 at once, each as the marketplace exports it, told apart by `external_id`.
    A bad row refuses itself alone.
    """
    results = imports.take_in(session, guard.actor(), said["purchases"], g.now)
    record_request(session, guard.actor(), [row.result for row in results], g.now)
    return {
        "results": [
            {
                "external_id": row.external_id,
                "result": row.result,
                "ignored": row.ignored,
                "errors": problems.told(row.errors),
            }
            for row in results
        ]
    }


@operation("listPurchases", asks=PurchasesQuery, gives=Purchases)
def list_purchases(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """List one's purchases

    Those with the newest message or payment first. An operator sees all of them.
    """
    page = purchases.list_purchases(session, guard.actor(), **asked)
    return {"items": [_line(summary) for summary in page.items], "next": page.next}


@operation("getPurchase", gives=ShownPurchase)
def get_purchase(session: Session, external_id: str) -> dict[str, Any]:
    """Look at a purchase

    The listing is told as it stood when the purchase was first imported.
    """
    actor = guard.actor()
    purchase = purchases.get_purchase(session, actor, external_id)
    number, last_at = correspondence.how_far(session, purchase, seen_until(session, actor, purchase))
    told = {"messages": number, "last_message_at": last_at, "terms_in_force": _terms(session, purchase)}
    return _shown(actor, purchase) | told


@operation("assessPurchase", asks=AssessmentQuery, gives=Assessment)
def assess_purchase(session: Session, asked: dict[str, Any], external_id: str) -> dict[str, Any]:
    """Ask what the buyer may demand

    The warranty engine's answer for each kind of trouble, as of now or of another moment,
    counting only what was known by then.
    """
    found = verdicts.assess_purchase(session, guard.actor(), external_id, asked.get("at", g.now), g.now)
    reader = current_reader()
    judged = [each for each in found.answers if not each.awaits_delivery]
    return {
        "purchase": external_id,
        "at": found.at,
        "answers": [{"reason": each.reason, **answer(each.verdict, reader)} for each in judged],
        "awaiting_delivery": [each.reason for each in found.answers if each.awaits_delivery],
    }


def _line(summary: purchases.Summary) -> dict[str, Any]:
    names = ("external_id", "title", "paid_at", "delivered_at", "side", "unread", "last_message_at")
    told = {name: getattr(summary, name) for name in names}
    return told | {"seller": summary.seller_name, "price": money(summary.amount, summary.currency)}


def _terms(session: Session, purchase: Purchase) -> dict[str, Any]:
    terms = readings.terms_in_force(session, purchase.listing_id, g.now)
    others = {"hesitated": terms.hesitated, "contradicting": terms.contradicting}
    return {"state": terms.state, **terms.fields, **others}


def _shown(actor: Actor, purchase: Purchase) -> dict[str, Any]:
    seller, buyer = purchase.seller, purchase.buyer
    operator = actor.role is Role.OPERATOR
    names = ("external_id", "name", "language", "time_zone", "working_hours")
    times = ("payment_started_at", "paid_at", "delivered_at")
    return {
        "external_id": purchase.external_id,
        "listing": purchase.listing,
        "seller": {name: getattr(seller, name) for name in names}
        | ({"email": seller.person.written_as} if operator else {}),
        "buyer": {"name": buyer.name, "language": buyer.language} | ({"email": buyer.written_as} if operator else {}),
        "price": money(purchase.amount, purchase.currency),
        "quantity": purchase.quantity,
        **{name: getattr(purchase, name) for name in times},
        "policy": {"id": purchase.policy.name, "version": purchase.policy.version},
        "side": purchases.side_of(actor, purchase),
    }
