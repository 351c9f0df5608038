"""The cookie in which a notice travels from an act to the next page."""

from flask import Flask, get_flashed_messages
from flask.sessions import SecureCookieSessionInterface

from tests.support.shop import BUYER, Shop

STATEMENT = {"reason": "invalid", "requested": "refund", "statement": "The key was used before.", "open": "open"}
OPENED = "The dispute is open."
NOTICE = {"_flashes": [("success", "Справу відкрито.")]}


def test_what_an_act_did_is_told_once_on_the_next_page(shop: Shop, signed_in) -> None:
    purchase, browser = shop.purchase(), signed_in(BUYER)
    assert browser.post(f"/purchases/{purchase}/dispute/new", data=STATEMENT).status_code == 303
    assert OPENED in browser.get("/purchases").text
    assert OPENED not in browser.get("/purchases").text


def test_a_cookie_that_flask_itself_wrote_is_read_and_flask_reads_ours(app: Flask) -> None:
    """So a notice outlives an upgrade, and the way back."""
    of_flask = SecureCookieSessionInterface().get_signing_serializer(app)
    ours = app.session_interface.get_signing_serializer(app)
    assert ours.loads(of_flask.dumps(NOTICE)) == of_flask.loads(ours.dumps(NOTICE)) == NOTICE


def test_a_cookie_that_somebody_else_wrote_says_nothing(app: Flask) -> None:
    cookie = app.session_interface.get_signing_serializer(app).dumps(NOTICE)
    for told in ("", cookie[:-1] + "~", f"{cookie}.", "nonsense"):
        with app.test_request_context(headers={"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={told}"}):
            assert get_flashed_messages() == []


def test_many_notices_still_fit_into_a_cookie(app: Flask) -> None:
    """A browser keeps no cookie of more than four thousand bytes."""
    serializer = app.session_interface.get_signing_serializer(app)
    many = {"_flashes": [("success", "Спір відкрито. Продавця повідомлено.")] * 60}
    cookie = serializer.dumps(many)
    assert len(cookie) < 1_000
    assert serializer.loads(cookie) == many
