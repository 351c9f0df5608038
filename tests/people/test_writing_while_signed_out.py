"""A session that ran out costs nobody a word, also with scripts off."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from arbitration import clock
from arbitration.clock import now
from arbitration.domain.opening import Claim
from arbitration.models import BrowserSession, Intent, KeptText, Message
from arbitration.services import messages
from arbitration.services.disputes.opening import open_dispute
from tests.people.pages import fields, follow, link_to
from tests.support.shop import BUYER, SELLER, Shop

Work = Callable[[], AbstractContextManager[Session]]
TEXT = "The key says it was used before.\n\nЩо мені робити? <b>چه کنم؟</b>"
ON_PAGE = "The key says it was used before.\n\nЩо мені робити? &lt;b&gt;چه کنم؟&lt;/b&gt;"


@pytest.fixture
def purchase(shop: Shop) -> str:
    return shop.purchase()


@pytest.fixture
def signed_out(signed_in: Callable[[str], FlaskClient], work: Work, purchase: str) -> FlaskClient:
    """The buyer's browser, whose session has run out since."""
    assert purchase
    client = signed_in(BUYER)
    with work() as session:
        session.execute(update(BrowserSession).values(seen_at=now() - timedelta(days=8)))
    return client


def send(client: FlaskClient, purchase: str, text: str = TEXT) -> TestResponse:
    return client.post(f"/purchases/{purchase}/messages", data={"text": text, "reports_problem": "true"})


def sign_in(app: Flask, client: FlaskClient, work: Work, answer: TestResponse, email: str = BUYER) -> TestResponse:
    """From the sign-in page that the browser was sent to, on to the page where the link lands."""
    client.post("/sign-in", data=fields(client.get(answer.location), "/sign-in") | {"email": email})
    with work() as session:
        newest = session.scalars(select(Intent).where(Intent.kind == "sign_in_link").order_by(Intent.id.desc())).first()
        assert newest is not None
        lands_on = newest.payload["lands_on"]
    return client.get(follow(client, link_to(app, email, lands_on)).location)


def test_the_text_is_there_again_after_signing_in_and_is_not_yet_sent(
    app: Flask, signed_out: FlaskClient, work: Work, purchase: str
) -> None:
    answer = send(signed_out, purchase)
    assert answer.status_code == 303
    assert "your text is safe" in signed_out.get(answer.location).text
    page = sign_in(app, signed_out, work, answer)
    assert page.status_code == 200
    assert ON_PAGE in page.text.replace("\r\n", "\n")
    assert "It has not been sent yet." in page.text
    assert 'value="true" checked' in page.text
    with work() as session:
        assert session.scalars(select(Message)).all() == []


def test_whoever_else_signs_in_on_the_browser_does_not_read_it(
    app: Flask, signed_out: FlaskClient, work: Work, purchase: str
) -> None:
    page = sign_in(app, signed_out, work, send(signed_out, purchase), SELLER)
    assert (page.status_code, "used before" in page.text) == (200, False)
    with work() as session:
        assert session.scalars(select(KeptText)).all() == []


def test_that_the_seller_needs_an_answer_stays_marked(
    app: Flask, shop: Shop, signed_in: Callable[[str], FlaskClient], work: Work, purchase: str
) -> None:
    buyer = shop.buyer
    with work() as session:
        open_dispute(session, buyer, purchase, Claim("invalid", "refund", "It is refused."), now())
    client = signed_in(SELLER)
    with work() as session:
        session.execute(update(BrowserSession).values(ended_at=now()))
    answer = client.post(f"/purchases/{purchase}/messages", data={"text": TEXT, "asks": "true"})
    page = sign_in(app, client, work, answer, SELLER)
    assert ON_PAGE in page.text.replace("\r\n", "\n")
    assert 'name="asks" value="true" checked' in page.text


def test_once_sent_it_is_kept_no_longer(app: Flask, signed_out: FlaskClient, work: Work, purchase: str) -> None:
    sign_in(app, signed_out, work, send(signed_out, purchase))
    sent = send(signed_out, purchase)
    assert sent.status_code == 303
    page = signed_out.get(sent.location)
    assert "It has not been sent yet." not in page.text
    with work() as session:
        assert session.scalars(select(KeptText)).all() == []
        assert len(session.scalars(select(Message)).all()) == 1


def test_a_text_too_long_to_be_sent_is_kept_as_well(
    app: Flask, signed_out: FlaskClient, work: Work, purchase: str
) -> None:
    long = "слово " * 20_000
    page = sign_in(app, signed_out, work, send(signed_out, purchase, long))
    assert long.strip() in page.text


def test_a_changed_message_comes_back_in_its_own_field(
    app: Flask, shop: Shop, signed_in: Callable[[str], FlaskClient], work: Work, purchase: str
) -> None:
    buyer = shop.buyer
    with work() as session:
        messages.post_message(session, buyer, purchase, "First words", now())
    client = signed_in(BUYER)
    with work() as session:
        session.execute(update(BrowserSession).values(ended_at=now()))
    edit = f"/purchases/{purchase}/messages/1/edit"
    page = sign_in(app, client, work, client.post(edit, data={"text": "Better words"}))
    assert page.request.path == edit
    assert "Better words" in page.text
    assert "Better words" not in client.get(f"/purchases/{purchase}").text


def test_another_browser_does_not_see_the_text(app: Flask, signed_out: FlaskClient, work: Work, purchase: str) -> None:
    send(signed_out, purchase)
    other = app.test_client()
    follow(other, link_to(app, SELLER))
    page = other.get(f"/purchases/{purchase}")
    assert page.status_code == 200
    assert "key says it was used" not in page.text
    with work() as session:
        assert len(session.scalars(select(KeptText)).all()) == 1


def test_another_purchase_does_not_show_it(
    app: Flask, signed_out: FlaskClient, work: Work, purchase: str, shop: Shop
) -> None:
    other = shop.purchase()
    sign_in(app, signed_out, work, send(signed_out, purchase))
    assert "key says it was used" not in signed_out.get(f"/purchases/{other}").text


def test_signing_out_lets_go_of_it(app: Flask, signed_out: FlaskClient, work: Work, purchase: str) -> None:
    sign_in(app, signed_out, work, send(signed_out, purchase))
    signed_out.post("/sign-out")
    with work() as session:
        assert session.scalars(select(KeptText)).all() == []


def test_the_cookie_of_a_kept_text_is_for_no_script(signed_out: FlaskClient, purchase: str) -> None:
    cookie = next(c for c in send(signed_out, purchase).headers.getlist("Set-Cookie") if c.startswith("draft="))
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=86400"} <= set(cookie.split("; "))


def test_strangers_are_told_nothing_of_what_there_is(client: FlaskClient, purchase: str) -> None:
    there, not_there = (client.get(f"/purchases/{name}") for name in (purchase, "PURCHASE99999999"))
    assert there.status_code == not_there.status_code == 303
    assert there.location.replace(purchase, "X") == not_there.location.replace("PURCHASE99999999", "X")


def test_one_place_has_only_so_many_texts_kept(app: Flask, purchase: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = now()
    monkeypatch.setattr(clock, "now", lambda: moment)  # no quarter of an hour begins meanwhile
    statuses = [send(app.test_client(), purchase, f"text {n}").status_code for n in range(21)]
    assert statuses == [303] * 20 + [429]


def test_an_act_without_a_text_is_not_done_and_says_so(signed_out: FlaskClient) -> None:
    answer = signed_out.post("/settings", data={"language": "pl"})
    assert answer.location == "/sign-in"
    assert "nothing was changed" in signed_out.get("/sign-in").text


def test_a_page_that_asks_by_itself_is_told_without_a_detour(signed_out: FlaskClient, purchase: str) -> None:
    asked = signed_out.get(f"/purchases/{purchase}/messages?after=0", headers={"X-Requested-With": "poll"})
    assert asked.status_code == 401
