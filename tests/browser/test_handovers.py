"""From the shop to the purchase in a real browser."""

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import expect

from arbitration.clock import now
from tests.handovers.signing import Signer
from tests.support.browser import PHONE, Visit, violations
from tests.support.shop import SELLER, Shop


@pytest.fixture
def signer(app: Flask, address: str) -> Signer:
    signer = Signer(address)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], handover_key=signer.public_pem)
    return signer


@pytest.mark.in_turn
def test_a_buyer_arrives_on_the_purchase_and_the_token_is_gone(visit: Visit, shop: Shop, signer: Signer) -> None:
    purchase = shop.purchase()
    token = signer.token(signer.claims(purchase, now()))
    page = visit()
    requests: list[str] = []
    page.on("request", lambda asked: requests.append(asked.url + str(asked.headers)))
    page.goto(f"/handover#token={token}")
    page.wait_for_url(f"**/purchases/{purchase}")
    assert not [each for each in requests if token in each]
    page.go_back()
    assert token not in page.url

    page.goto(f"/handover#token={token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("You could not be signed in")
    assert token not in page.content()
    assert token not in page.url
    assert violations(page) == []


@pytest.mark.in_turn
def test_who_is_signed_in_as_somebody_else_chooses_who_goes_on(visit: Visit, shop: Shop, signer: Signer) -> None:
    purchase = shop.purchase()
    page = visit(SELLER, viewport=PHONE)
    page.goto(f"/handover#token={signer.token(signer.claims(purchase, now()))}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who goes on here?")
    assert violations(page) == []
    page.get_by_role("link", name="Stay signed in as s•••@example.net").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Purchases")
    page.goto(f"/handover#token={signer.token(signer.claims(purchase, now()))}")
    page.get_by_role("button", name="Go on as m•••@example.com").click()
    page.wait_for_url(f"**/purchases/{purchase}")
    expect(page.get_by_text("You are signed in as m•••@example.com now")).to_be_visible()


@pytest.mark.in_turn
@pytest.mark.parametrize("scripts", [True, False], ids=["no token", "no scripts"])
def test_who_can_not_be_handed_over_finds_another_way(
    visit: Visit, shop: Shop, signer: Signer, *, scripts: bool
) -> None:
    token = signer.token(signer.claims(shop.purchase(), now()))
    page = visit(scripts=scripts, viewport=PHONE)
    page.goto("/handover" if scripts else f"/handover#token={token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("From the shop to your purchase")
    if scripts:
        assert violations(page) == []
    page.get_by_role("link", name="Send me a link").click()
    expect(page.get_by_label("E-mail address")).to_be_visible()
