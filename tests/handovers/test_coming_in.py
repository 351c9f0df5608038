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


def test_who_was_signed_in_as_somebody_else_is_changed_over_and_told(
    hand_over: Handed, shop: Shop, signed_in: SignedIn, work: Work
) -> None:
    purchase = shop.purchase()
    browser = signed_in(SELLER)
    before = browser.get_cookie("arbitration")
    landed = browser.get(hand_over(purchase, by=browser).location)
    after = browser.get_cookie("arbitration")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert b"You are signed in as m\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2@example.com now" in landed.data
    with work() as session:
        ended = session.scalars(select(BrowserSession.ended_at).order_by(BrowserSession.created_at)).all()
    assert [each is not None for each in ended] == [True, False]


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
