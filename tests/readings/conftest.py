"""Purchases of which the marketplace states no terms, and what reads their descriptions."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from arbitration.scheduler.readings import read_waiting
from tests.correspondence.desk import Desk
from tests.moments import NOW
from tests.support.shop import BUYER, SELLER, Shop

SignedIn = Callable[[str], FlaskClient]
DESCRIPTION = "A key for Playgate, worldwide.\nWarranty: 14 days from delivery.\nInstant delivery <b>day & night</b>."


@pytest.fixture
def describe(shop: Shop) -> Callable[..., str]:
    """``describe(text)`` is a purchase of a listing with that description, on which the marketplace states nothing."""

    def purchase(text: str = DESCRIPTION, terms: object = None, **changes: object) -> str:
        return shop.purchase(listing={"description": text, "terms": terms}, **changes)

    return purchase


@pytest.fixture
def read_all(app: Flask) -> Callable[[], int]:
    """Reads what waits to be read, as the scheduler does; gives how many listings that were."""
    return lambda: sum(read_waiting(app, NOW))


@pytest.fixture
def desks(signed_in: SignedIn) -> Callable[[str], tuple[Desk, Desk]]:
    """The buyer's and the seller's browser at a purchase."""
    return lambda purchase: (Desk(signed_in(BUYER), purchase), Desk(signed_in(SELLER), purchase))


def panel(page: str, name: str) -> str:
    """The text of one of the page's panels, without its tags."""
    found = re.search(rf'<section class="panel" id="{name}".*?</section>', page, re.DOTALL)
    assert found, f"the page has no panel {name}"
    return words(found[0])


def words(markup: str) -> str:
    """What a browser shows of a part of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def term(page: str, field: str) -> str:
    """The part of the page that shows one of the terms, as it was sent."""
    found = re.search(rf'<div id="term-{field}">.*?</dd></div>', page, re.DOTALL)
    assert found
    return found[0]
