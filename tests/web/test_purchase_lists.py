"""Lists of one's purchases: what stands in them, in which order, and how little they ask of the database."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from arbitration.db import db
from arbitration.domain.actors import NOBODY
from arbitration.domain.refusals import ForbiddenError, InvalidError
from arbitration.services import frame, messages, purchases
from tests.moments import NOW
from tests.support.shop import BUYER, SELLER, Shop
from tests.support.showing import mark_shown

Work = Callable[[], AbstractContextManager[Session]]
SignedIn = Callable[[str], FlaskClient]


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def listed(page: str) -> list[str]:
    return re.findall(r'<h2 class="ledger__title"><a href="/purchases/([^"#]+)', page)


def buy(shop: Shop, count: int, **changes: object) -> list[str]:
    return [
        shop.purchase(paid_at=f"2026-11-10T10:{minute:02}:00Z", delivered_at=None, **changes)
        for minute in range(1, count + 1)
    ]


def test_what_happened_last_stands_first(shop: Shop, work: Work, signed_in: SignedIn) -> None:
    first, second, third = buy(shop, 3)
    assert listed(signed_in(BUYER).get("/purchases").text) == [third, second, first]
    selling = shop.seller
    with work() as session:
        messages.post_message(session, selling, first, "Your key is on its way.", NOW)
    page = signed_in(BUYER).get("/purchases").text
    assert listed(page) == [first, third, second]
    assert "Your key is on its way." in page


def test_pages_of_a_list_hold_every_purchase_once(shop: Shop, signed_in: SignedIn) -> None:
    bought = buy(shop, 27)
    client = signed_in(BUYER)
    first = client.get("/purchases").text
    further = re.search(r'href="([^"]+)" rel="next"', first)
    assert further
    second = client.get(further[1].replace("&amp;", "&")).text
    assert listed(first) + listed(second) == bought[::-1]
    assert 'rel="next"' not in second


def test_a_list_that_cannot_go_on_says_so(shop: Shop, signed_in: SignedIn) -> None:
    shop.purchase()
    client = signed_in(BUYER)
    for cursor in ("x", "Ω", "e30", "WyIxIiwiMiJd", "A" * 5000, "\x00"):
        assert client.get("/purchases", query_string={"cursor": cursor}).status_code == 422


def test_bought_and_sold_are_apart(shop: Shop, signed_in: SignedIn) -> None:
    bought = shop.purchase()
    sold = shop.purchase(buyer={"email": "other@example.org"}, seller={"external_id": "9", "email": BUYER})
    client = signed_in(BUYER)
    assert listed(client.get("/purchases?role=buyer").text) == [bought]
    assert listed(client.get("/purchases?role=seller").text) == [sold]
    assert listed(signed_in(SELLER).get("/purchases").text) == [bought]
    assert listed(signed_in("other@example.org").get("/purchases?role=nonsense").text) == [sold]


def test_unread_messages_are_counted_for_each_side(shop: Shop, work: Work, signed_in: SignedIn) -> None:
    purchase = shop.purchase()
    buying, selling = shop.buyer, shop.seller
    with work() as session:
        for text in ("One", "Two", "Three"):
            messages.post_message(session, selling, purchase, text, NOW)
        messages.delete_message(session, selling, purchase, 3, NOW)
        sides = frame.frame_of(session, buying).sides
        assert {name: (side.any, side.unread) for name, side in sides.items()} == {
            "buyer": (True, 2),
            "seller": (False, 0),
        }
        assert frame.frame_of(session, selling).sides["seller"].unread == 0
    client = signed_in(BUYER)
    page = client.get("/purchases").text
    assert page.count("2 unread messages") == 2
    assert "A deleted message" in page
    client.get(f"/purchases/{purchase}")
    assert "unread message" not in client.get("/purchases").text


def test_a_page_costs_the_same_queries_however_long_it_is(
    app: Flask, shop: Shop, work: Work, signed_in: SignedIn
) -> None:
    buy(shop, 1)
    client = signed_in(BUYER)
    with counted(app) as few:
        client.get("/purchases?q=snow")
    selling = shop.seller
    for purchase in buy(shop, 20):
        with work() as session:
            messages.post_message(session, selling, purchase, "Hello", NOW)
    with counted(app) as many:
        page = client.get("/purchases?q=snow")
    assert len(listed(page.text)) == 21
    assert len(few) == len(many) <= 10, many


def test_the_page_of_a_purchase_costs_the_same_queries_however_much_was_written(
    app: Flask, shop: Shop, work: Work, signed_in: SignedIn
) -> None:
    purchase, client = shop.purchase(), signed_in(BUYER)
    with counted(app) as few:
        client.get(f"/purchases/{purchase}")
    buying, selling = shop.buyer, shop.seller
    with work() as session:
        for number in range(40):
            actor = selling if number % 2 else buying
            messages.post_message(session, actor, purchase, f"Number {number}", NOW + timedelta(minutes=number))
        mark_shown(session, buying, purchase, 40, NOW)
    with counted(app) as many:
        client.get(f"/purchases/{purchase}")
    assert len(few) == len(many) <= 13, many


def test_a_foreign_and_a_missing_purchase_cost_the_same_queries(app: Flask, shop: Shop, signed_in: SignedIn) -> None:
    foreign = shop.purchase(buyer={"email": "other@example.org"}, seller={"external_id": "9", "email": "o@example.org"})
    shop.purchase()
    client = signed_in(BUYER)
    with counted(app) as to_foreign:
        assert client.get(f"/purchases/{foreign}").status_code == 404
    with counted(app) as to_missing:
        assert client.get("/purchases/MISSING000000000").status_code == 404
    assert to_foreign == to_missing


def test_who_is_nobody_has_no_list(shop: Shop, work: Work) -> None:
    shop.purchase()
    buying = shop.buyer
    with work() as session, pytest.raises(ForbiddenError):
        purchases.list_purchases(session, NOBODY)
    with work() as session, pytest.raises(InvalidError):
        purchases.list_purchases(session, buying, side="thief")


def test_the_front_door_leads_on(shop: Shop, client: FlaskClient, signed_in: SignedIn) -> None:
    shop.purchase()
    assert "Sign in" in client.get("/").text
    assert signed_in(BUYER).get("/").location == "/purchases"
