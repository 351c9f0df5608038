"""What the templates show of a purchase: values ready to be read, nothing of the database."""

from typing import Any

from arbitration.domain.actors import Actor
from arbitration.domain.sides import BUYER, SELLER, SIDES
from arbitration.i18n import Reader
from arbitration.i18n.zones import zone_label
from arbitration.models import Listing, Purchase
from arbitration.rules.marking import N_
from arbitration.services.purchases import side_of
from arbitration.web import hours

UNKNOWN_BUYER = N_("Buyer")
MARKETPLACE = N_("The marketplace")
HOUSE = {"arbiter": N_("The arbiter")}


def buyer_name(purchase: Purchase, reader: Reader) -> str:
    """The buyer's name; where the marketplace told none, the word for what they are."""
    return purchase.buyer.name or reader.gettext(UNKNOWN_BUYER)


def name_of_side(purchase: Purchase, side: str | None, reader: Reader) -> str:
    """The name of the buyer, or that of the shop."""
    return buyer_name(purchase, reader) if side == BUYER else purchase.seller.name


def other_name(purchase: Purchase, side: str | None, reader: Reader) -> str:
    """The name of whoever stands across from the side; to an operator, the buyer."""
    return name_of_side(purchase, SELLER if side == BUYER else BUYER, reader)


def author_name(purchase: Purchase, role: str, reader: Reader, own_name: str | None = None) -> str:
    """Who wrote: a side by its name, an arbiter or operator by their own where it is known, the clock by the house."""
    if role in SIDES:
        return name_of_side(purchase, role, reader)
    return own_name or house_name(role, reader)


def house_name(role: str, reader: Reader) -> str:
    """What somebody who is of neither side is called, or the clock."""
    return reader.gettext(HOUSE.get(role, MARKETPLACE))


def purchase_view(purchase: Purchase, actor: Actor, reader: Reader) -> dict[str, Any]:
    """What was bought, from whom and when (``templates/purchases/_bought.html``)."""
    side = side_of(actor, purchase)
    return {
        "external_id": purchase.external_id,
        "my_role": side or "operator",
        "other_name": other_name(purchase, side, reader),
        "buyer_name": buyer_name(purchase, reader),
        "seller_name": purchase.seller.name,
        "amount": purchase.amount,
        "currency": purchase.currency,
        "quantity": purchase.quantity,
        "payment_started_at": purchase.payment_started_at,
        "paid_at": purchase.paid_at,
        "delivered_at": purchase.delivered_at,
        "seller_zone": zone_label(purchase.seller.time_zone, reader.language),
        "seller_hours": hours.told(purchase.seller.working_hours, reader),
        "seller_hours_set": purchase.seller.working_hours is not None,
    }


def listing_view(listing: Listing) -> dict[str, Any]:
    """The listing as it stood (``templates/purchases/_listing.html``)."""
    return {"title": listing.title, "language": listing.language}
