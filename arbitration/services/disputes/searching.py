"""Looking for disputes by words, the same in every list of them."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from arbitration.models import Dispute, Listing, Person, Purchase, Seller


def has_word(word: str, of: InstrumentedAttribute[UUID] = Dispute.purchase_id) -> ColumnElement[bool]:
    """Whether title, shop, buyer or the marketplace's number has a word (``domain.searching.words`` gives them).

    ``of`` is the column that names the purchase. Asked of each row in turn, since there are many more purchases than
    disputes and what belongs to them.
    """
    purchase, listing, seller, buyer = aliased(Purchase), aliased(Listing), aliased(Seller), aliased(Person)
    found = (
        select(purchase.id)
        .join(listing, listing.id == purchase.listing_id)
        .join(seller, seller.id == purchase.seller_id)
        .join(buyer, buyer.id == purchase.buyer_id)
        .where(
            purchase.id == of,
            or_(
                listing.search_text.contains(word, autoescape=True),
                seller.search_text.contains(word, autoescape=True),
                buyer.search_text.contains(word, autoescape=True),
                func.lower(purchase.external_id).contains(word, autoescape=True),
            ),
        )
    )
    return found.correlate(of.class_).exists()
