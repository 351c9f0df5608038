"""A purchase with its two sides at their browsers."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.correspondence.desk import Desk
from tests.support.shop import BUYER, SELLER, Shop


@pytest.fixture
def purchase(shop: Shop) -> str:
    return shop.purchase()


@pytest.fixture
def buyer(purchase: str, signed_in: Callable[[str], FlaskClient]) -> Desk:
    return Desk(signed_in(BUYER), purchase)


@pytest.fixture
def seller(purchase: str, signed_in: Callable[[str], FlaskClient]) -> Desk:
    return Desk(signed_in(SELLER), purchase)


@pytest.fixture
def stranger(shop: Shop, purchase: str, signed_in: Callable[[str], FlaskClient]) -> Desk:
    """Somebody who buys elsewhere and knows the number of this purchase."""
    shop.purchase(buyer={"email": "stranger@example.org"}, seller={"external_id": "8", "email": "other@example.org"})
    return Desk(signed_in("stranger@example.org"), purchase)
