"""What stands in a window's name: text alone, in which nothing can be isolated from what stands after it."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from tests.support.shop import BUYER, Shop

TURNED = "Snow Harbour \u202eyek\u2066 & \u2068more"


def test_the_title_of_a_listing_does_not_turn_the_name_of_the_window(
    shop: Shop, signed_in: Callable[[str], FlaskClient]
) -> None:
    purchase = shop.purchase(listing={"title": TURNED})
    page = signed_in(BUYER).get(f"/purchases/{purchase}").text
    (title,) = re.findall(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title.startswith("Snow Harbour yek &amp; more · ")
