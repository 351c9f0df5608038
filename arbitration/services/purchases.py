"""One's purchases, as lists and one by one."""

from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.domain.sides import BUYER, SELLER
from arbitration.models import Purchase
from arbitration.services.loading import find_purchase
from arbitration.services.purchase_lists import LastMessage, Page, Summary, list_purchases
from arbitration.services.sides import Side, shops_of

__all__ = [
    "LastMessage",
    "Page",
    "Side",
    "Summary",
    "get_purchase",
    "list_purchases",
    "shops_of",
    "side_of",
]


def get_purchase(session: Session, actor: Actor, external_id: str) -> Purchase:
    """One purchase with its listing, people and policy.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
    """
    return find_purchase(session, actor, "getPurchase", external_id)


def side_of(actor: Actor, purchase: Purchase) -> str | None:
    """The side on which the actor stands in a purchase: whoever bought from himself stands as the buyer."""
    if actor.role is not Role.PARTY or actor.person_id is None:
        return None
    if actor.person_id == purchase.buyer_id:
        return BUYER
    return SELLER if actor.person_id == purchase.seller.person_id else None
