"""Coming over from the shop signed in: once, as oneself, to one's own purchase."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from arbitration.clock import now
from arbitration.domain.actors import Role
from arbitration.domain.handovers import KEPT
from arbitration.models import BrowserSession, UsedHandOver
from arbitration.services import tidying
from tests.handovers.conftest import Handed
from tests.handovers.signing import Signer
from tests.people.pages import fields, without_keys
from tests.support.shop import BUYER, SELLER, Shop, Work

SignedIn = Callable[..., FlaskClient]


def test_a_buyer_comes_over_from_the_shop_and_lands_on_the_purchase(
    hand_over: Handed, shop: Shop, client: FlaskClient
) -> None:
    purchase = shop.purchase()
    answer = hand_over(purchase)
    assert (answer.status_code, answer.location) == (303, f"/purchases/{purchase}")
    assert client.get(answer.location).status_code == 200


def test_a_seller_comes_over_as_well_however_the_address_is_written(hand_over: Handed, shop: Shop) -> None:
    assert hand_over(shop.purchase(), sub=SELLER.upper()).status_code == 303


def test_an_audience_may_be_a_list_of_one_and_more_claims_may_stand_there(
    hand_over: Handed, shop: Shop, signer: Signer
) -> None:
    started = int(now().timestamp()) - 1
    assert hand_over(shop.purchase(), aud=[signer.audience], iat=started, nbf=started, iss="shop").status_code == 303


def test_a_token_signs_in_once(hand_over: Handed, shop: Shop, app: Flask) -> None:
    purchase = shop.purchase()
    assert hand_over(purchase, jti="once").status_code == 303
    assert hand_over(purchase, jti="once", by=app.test_client()).status_code == 410


def test_of_many_browsers_that_show_a_token_at_once_one_comes_in(
    shop: Shop, signer: Signer, app: Flask, work: Work
) -> None:
    token = signer.token(signer.claims(shop.purchase(), now()))

    def come(_: int) -> int:
        return app.test_client().post("/handover", data={"token": token}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(come, range(4))) == [303, 410, 410, 410]
    with work() as session:
        assert len(session.scalars(select(BrowserSession)).all()) == 1


def test_a_token_that_failed_works_once_the_purchase_is_there(hand_over: Handed, shop: Shop) -> None:
    assert hand_over("PURCHASE00000001", jti="early").status_code == 410
    assert hand_over(shop.purchase(), jti="early").status_code == 303


def test_who_goes_on_as_somebody_else_is_changed_over_and_told(
    hand_over: Handed, shop: Shop, signed_in: SignedIn, work: Work
) -> None:
    purchase = shop.purchase()
    browser = signed_in(SELLER)
    before = browser.get_cookie("arbitration")
    chosen = fields(hand_over(purchase, by=browser), "/handover")
    landed = browser.get(browser.post("/handover", data=chosen).location)
    after = browser.get_cookie("arbitration")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert "You are signed in as m•••@example.com now" in landed.text
    with work() as session:
        ended = session.scalars(select(BrowserSession.ended_at).order_by(BrowserSession.created_at)).all()
    assert [each is not None for each in ended] == [True, False]


def test_a_way_in_that_somebody_else_passed_on_signs_nobody_out(
    hand_over: Handed, shop: Shop, signed_in: SignedIn, work: Work
) -> None:
    """Anybody can send a person the link with which the shop would have signed him in himself."""
    purchase, of_the_other = shop.purchase(), shop.purchase(buyer={"email": "eve@example.com"})
    browser, before = signed_in(BUYER), now()
    asked = hand_over(of_the_other, by=browser, sub="eve@example.com")
    assert (asked.status_code, asked.headers["Cache-Control"]) == (200, "no-store")
    assert "Stay signed in as" in asked.text
    assert ("m•••@example.com" in asked.text, "e•••@example.com" in asked.text) == (True, True)
    assert ("eve@" in asked.text, BUYER in asked.text) == (False, False)
    assert browser.get(f"/purchases/{purchase}").status_code == 200
    with work() as session:
        assert len(session.scalars(select(BrowserSession).where(BrowserSession.created_at > before)).all()) == 0
        assert session.scalars(select(UsedHandOver)).all() == []


def test_an_arbiter_at_work_is_asked_as_well(hand_over: Handed, shop: Shop, signed_in: SignedIn) -> None:
    browser = signed_in("helen@arbiters.example.org", Role.ARBITER)
    asked = hand_over(shop.purchase(), by=browser)
    assert 'href="/cases"' in asked.text
    assert browser.get("/cases").status_code == 200
    assert browser.post("/handover", data=fields(asked, "/handover")).status_code == 303


def test_the_button_signs_out_only_whom_it_was_shown_to(
    hand_over: Handed, shop: Shop, signed_in: SignedIn, app: Flask
) -> None:
    shown_to_seller = fields(hand_over(shop.purchase(), by=signed_in(SELLER)), "/handover")
    shop.purchase(buyer={"email": "eve@example.com"})
    eve = signed_in("eve@example.com")
    assert eve.post("/handover", data=shown_to_seller).status_code == 200, "eve is asked herself"
    assert eve.get("/purchases").status_code == 200
    assert app.test_client().post("/handover", data=shown_to_seller).status_code == 303, "and nobody where nobody is"


def test_who_is_signed_in_learns_nothing_by_a_way_in_that_is_dead(
    hand_over: Handed, shop: Shop, signed_in: SignedIn
) -> None:
    browser, purchase = signed_in_after(shop, signed_in), shop.purchase()
    assert hand_over(purchase, jti="once").status_code == 303
    pages = [hand_over(purchase, by=browser, jti="once"), hand_over(purchase, by=browser, sub="nobody@example.com")]
    assert [page.status_code for page in pages] == [410, 410]
    assert without_keys(pages[0]) == without_keys(pages[1])
    assert browser.get("/purchases").status_code == 200


def signed_in_after(shop: Shop, signed_in: SignedIn) -> FlaskClient:
    """The browser of somebody who bought something."""
    shop.purchase(buyer={"email": "eve@example.com"})
    return signed_in("eve@example.com")


def test_who_comes_over_again_as_oneself_is_told_nothing(hand_over: Handed, shop: Shop, client: FlaskClient) -> None:
    purchase = shop.purchase()
    hand_over(purchase)
    assert b"signed out as who you were" not in client.get(hand_over(purchase).location).data


def test_the_session_is_a_partys_and_opens_nothing_of_the_staff(
    hand_over: Handed, shop: Shop, client: FlaskClient, signed_in: SignedIn
) -> None:
    signed_in("olga@market.example.org", Role.OPERATOR)
    purchase = shop.purchase(buyer={"email": "olga@market.example.org"})
    assert hand_over(purchase, sub="olga@market.example.org").status_code == 410
    assert hand_over(shop.purchase()).status_code == 303
    assert client.get("/operations").status_code == 404


def test_used_tokens_are_remembered_until_they_are_good_for_nothing(hand_over: Handed, shop: Shop, work: Work) -> None:
    hand_over(shop.purchase())
    for moment, left in ((now() + KEPT, 1), (now() + KEPT + timedelta(minutes=6), 0)):
        with work() as session:
            tidying.tidy(session, moment)
            assert len(session.scalars(select(UsedHandOver)).all()) == left


def test_the_page_that_reads_the_token_has_a_way_on_without_scripts(client: FlaskClient) -> None:
    answer = client.get("/handover")
    assert answer.headers["Cache-Control"] == "no-store"
    assert b'href="/sign-in"' in answer.data
    assert b"js/handover.js" in answer.data


@pytest.mark.parametrize("key", ["seen", "unseen"])
def test_nothing_is_kept_of_who_came_but_the_session(hand_over: Handed, shop: Shop, work: Work, key: str) -> None:
    hand_over(shop.purchase(), jti=f"{key}-{BUYER}")
    with work() as session:
        assert BUYER not in session.scalars(select(UsedHandOver.jti_hash)).one()
