"""Signs piled up on a letter, hundreds of them, are painted over no other word and no button."""

import pytest

from arbitration.services import messages
from tests.moments import NOW
from tests.support.browser import Page, Visit
from tests.support.shop import BUYER, Shop, Work

PILE = "\u0300\u0301\u0302\u0303" * 45


@pytest.mark.appearance
def test_what_the_seller_writes_stays_in_its_own_place(visit: Visit, shop: Shop, work: Work) -> None:
    seller, pages = (shop.purchase(), shop.seller)[1], []
    for pile in ("", PILE):
        purchase = shop.purchase(seller={"name": f"Keys A{pile}"}, listing={"title": f"Snow A{pile}"})
        with work() as session:
            messages.post_message(session, seller, purchase, f"A{pile} A{pile} A{pile} A{pile}", NOW)
        pages.append(shown(visit(BUYER), purchase))
    assert pages[0] == pages[1]


def shown(page: Page, purchase: str) -> list[bytes]:
    """What is to be seen of the navigation, and of the button above the message."""
    page.goto(f"/purchases/{purchase}")
    places = (".page-head", "a:has-text('Something is wrong?')")
    return [page.locator(place).first.screenshot() for place in places]
