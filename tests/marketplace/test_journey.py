"""From the shop to the refund: a purchase is told, its buyer handed over, its refund paid by the shop."""

import http.cookiejar
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from arbitration import clock
from arbitration.domain.actors import Actor
from arbitration.domain.opening import Claim
from arbitration.models import Purchase
from arbitration.scheduler.refunds import pay_due
from arbitration.services import tokens
from arbitration.services.disputes.offers import answer_offer, make_offer
from arbitration.services.disputes.opening import open_dispute
from tests.disputes.hearing import Work
from tests.handovers.signing import Signer
from tests.marketplace.conftest import connected, running


class Stay(urllib.request.HTTPRedirectHandler):
    """Shows where the shop sends one, instead of going there."""

    def redirect_request(self, *_: object) -> None:
        return None


class Customer:
    """A browser in the shop."""

    def __init__(self, url: str) -> None:
        jar = http.cookiejar.CookieJar()
        self.url = url
        self.opener = urllib.request.build_opener(Stay, urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> str:
        with self.opener.open(self.url + path) as page:
            return str(page.read().decode())

    def post(self, path: str, **said: str) -> str:
        """Where it leads."""
        with pytest.raises(urllib.error.HTTPError) as answer:
            self.opener.open(self.url + path, urlencode(said).encode())
        assert answer.value.code == 303, answer.value.read()
        return str(answer.value.headers["Location"])


@pytest.fixture
def customer(app: Flask, address: str, work: Work, tmp_path: Path) -> Iterator[Customer]:
    signer = Signer(address)
    with work() as session:
        token = tokens.new_token(session, "operator", "shop@corner.example", clock.now())
    with running(tmp_path, address, token, signer) as (url, _):
        settings = connected(app.config["SETTINGS"], url, signer)
        app.config.update(SETTINGS=settings, REFUND_TERMS=settings.refund_terms)
        yield Customer(url)


def test_a_customer_buys_comes_over_and_gets_the_money_back(customer: Customer, app: Flask, work: Work) -> None:
    customer.post("/sign-in", email="ada@example.com")
    order = customer.post("/orders", good="harbour").rpartition("/")[2]
    target = urlsplit(customer.post(f"/orders/{order}/trouble"))
    (token,) = parse_qs(target.fragment)["token"]
    assert target.path == "/handover"

    browser = app.test_client()
    landed = browser.post("/handover", data={"token": token})
    assert (landed.status_code, landed.location) == (303, f"/purchases/{order}")
    assert "Winter Harbour" in browser.get(landed.location).text

    now = clock.now()
    with work() as session:
        purchase = session.scalars(select(Purchase).where(Purchase.external_id == order)).one()
        buyer, seller = Actor(purchase.buyer_id), Actor(purchase.seller.person_id)
        dispute_id = open_dispute(session, buyer, order, Claim("invalid", "refund", "Refused."), now).dispute.id
    with work() as session:
        make_offer(session, seller, dispute_id, "refund", None, "", now)
    with work() as session:
        answer_offer(session, buyer, dispute_id, 1, "accept", now)
    assert pay_due(app, clock.now()) == {"refunded": 1}
    assert re.search(r"12\.50 USD: paid", customer.get(f"/orders/{order}"))
    assert "The refund was paid" in browser.get(landed.location).text


@pytest.mark.parametrize("good", ["harbour", "lighthouse", "ferry"])
def test_whatever_the_shop_sells_a_customer_gets_over_with_it(customer: Customer, app: Flask, good: str) -> None:
    customer.post("/sign-in", email="ada@example.com")
    order = customer.post("/orders", good=good).rpartition("/")[2]
    (token,) = parse_qs(urlsplit(customer.post(f"/orders/{order}/trouble")).fragment)["token"]
    assert app.test_client().post("/handover", data={"token": token}).location == f"/purchases/{order}"


def test_nobody_can_make_the_shop_pay_without_the_secret(customer: Customer) -> None:
    body = b'{"key": "x", "external_id": "y", "amount": {"amount": "1.00", "currency": "USD"}}'
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{customer.url}/arbitration/refunds", body)
    assert refused.value.code == 401
