"""Looking for disputes by words, the same in every list of them."""

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from arbitration.models import Dispute, Listing, Person, Purchase, Seller


def has_word(word: str) -> ColumnElement[bool]:
    """Whether title, shop, buyer or the marketplace's number has a word (``domain.searching.words`` gives them).

    Asked of each dispute in turn, since there are many more purchases than disputes.
    """
    purchase, listing, seller, buyer = aliased(Purchase), aliased(Listing), aliased(Seller), aliased(Person)
    found = (
        select(purchase.id)
        .join(listing, listing.id == purchase.listing_id)
        .join(seller, seller.id == purchase.seller_id)
        .join(buyer, buyer.id == purchase.buyer_id)
        .where(
            purchase.id == Dispute.purchase_id,
            or_(
                listing.search_text.contains(word, autoescape=True),
                seller.search_text.contains(word, autoescape=True),
                buyer.search_text.contains(word, autoescape=True),
                func.lower(purchase.external_id).contains(word, autoescape=True),
            ),
        )
    )
    return found.correlate(Dispute).exists()
