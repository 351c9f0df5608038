"""The parties' pages once an arbiter has the case: what he hid, what he ruled, and the appeal."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from arbitration.services import messages
from arbitration.services.disputes import conduct, requests
from tests.disputes.hearing import REASONS, Hearing, at
from tests.support.shop import BUYER, SELLER, Shop
from tests.support.showing import mark_shown

Work = Callable[[], AbstractContextManager[Session]]
SignedIn = Callable[..., FlaskClient]
INSULT = "You are a thief and a liar."


@pytest.fixture
def hearing(work: Work, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Hearing:
    monkeypatch.setattr("arbitration.clock.now", lambda: at(28))
    return Hearing.opened(work, shop).called()


def test_what_the_arbiter_hid_is_a_tombstone_with_his_name_and_reason(
    hearing: Hearing, work: Work, signed_in: SignedIn
) -> None:
    arbiter = hearing.taken()
    with work() as session:
        told = messages.post_message(session, hearing.seller, hearing.purchase, INSULT, at(25))
        position = told.message.position
    with work() as session:
        conduct.hide_message(session, arbiter, hearing.purchase, position, "Insults decide nothing.", at(26))
    for who in (BUYER, SELLER):
        page = signed_in(who).get(f"/purchases/{hearing.purchase}").text
        assert INSULT not in page
        assert "Hidden by the arbiter" in page
        assert "Insults decide nothing." in page
        assert INSULT not in signed_in(who).get("/purchases").text
        assert "Nothing found" in signed_in(who).get("/purchases?q=thief").text


def test_marks_of_an_arbiter_are_not_those_of_the_other_side(hearing: Hearing, work: Work, signed_in: SignedIn) -> None:
    arbiter = hearing.taken()
    with work() as session:
        messages.post_message(session, hearing.buyer, hearing.purchase, "Is anybody there?", at(26))
        row = hearing.purchase_row(session)
        mark_shown(session, arbiter, hearing.purchase, row.last_position, at(27))
    page = signed_in(BUYER).get(f"/purchases/{hearing.purchase}").text
    assert "Not read yet" in page
    assert "Read by" not in page


def test_a_ruling_stands_with_its_reasons_and_can_be_appealed(hearing: Hearing, signed_in: SignedIn) -> None:
    hearing.ruled(27)
    seller = signed_in(SELLER)
    page = unescape(seller.get(f"/purchases/{hearing.purchase}").text)
    assert 'id="ruling-1"' in page
    assert page.count(REASONS) == 2
    assert "You can appeal until" in page
    address = f"/disputes/{hearing.dispute_id}/appeal"
    assert 'name="ruling" value="1"' in seller.get(address).text
    wrong = seller.post(address, data={"ruling": "1", "ground": "", "text": "The screenshot is of another key."})
    assert wrong.status_code == 422
    assert "The screenshot is of another key." in wrong.text
    right = {"ruling": "1", "ground": "error_of_fact", "text": "The screenshot is of another key."}
    assert seller.post(address, data=right).status_code == 303
    page = seller.get(f"/purchases/{hearing.purchase}").text
    assert "The ruling gets a fact wrong" in page
    assert re.search(r'aria-current="step">(<span class="[^>]*>(</span>)?)+Appeal', page)


def test_the_list_counts_down_to_the_moment_that_its_sentence_names(hearing: Hearing, signed_in: SignedIn) -> None:
    arbiter = hearing.taken()
    hearing.do(requests.ask, arbiter, "seller", "screenshot", at(28 + 10 * 24), "The market.", at(26))
    line = unescape(signed_in(SELLER).get("/disputes?show=mine").text)
    assert "The arbiter asked you for evidence." in line
    assert "in 10 days" in line
    assert re.findall(r"in \d+ days", line) == ["in 10 days"]
