"""Looking for disputes by words, the same in every list of them."""

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from arbitration.models import Dispute, Listing, Person, Purchase, Seller


def has_word(word: str) -> ColumnElement[bool]:
    """Whether title, shop, buyer or the marketplace's number has a word (``domain.searching.words`` gives them)."""
    buyer = aliased(Person)
    found = (
        select(Purchase.id)
        .join(Purchase.listing)
        .join(Purchase.seller)
        .join(buyer, buyer.id == Purchase.buyer_id)
        .where(
            or_(
                Listing.search_text.contains(word, autoescape=True),
                Seller.search_text.contains(word, autoescape=True),
                buyer.search_text.contains(word, autoescape=True),
                func.lower(Purchase.external_id).contains(word, autoescape=True),
            )
        )
    )
    return Dispute.purchase_id.in_(found)
