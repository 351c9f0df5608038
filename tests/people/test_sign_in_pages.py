"""Signing in on the pages: the same answer for everybody, a button instead of a link that acts, no way elsewhere."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from re import search

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from arbitration import clock
from arbitration.app import create_app
from arbitration.clock import now
from arbitration.config import Settings
from arbitration.db import db
from arbitration.models import BrowserSession, Intent, SignInLink, Throttle
from arbitration.scheduler.deliver import deliver_due
from arbitration.services import installation, sign_in
from tests.people.pages import fields, follow, link_to, without_keys
from tests.support.databases import settings_for
from tests.support.shop import BUYER, SELLER, Shop

Work = Callable[[], AbstractContextManager[Session]]
OF_THE_MOMENT = ("X-Request-Id", "Set-Cookie", "Content-Length")


@pytest.fixture
def purchase(shop: Shop) -> str:
    return shop.purchase()


def ask(client: FlaskClient, email: str, **more: str) -> TestResponse:
    return client.post("/sign-in", data={"email": email, **more})


def rows(work: Work, table: type) -> int:
    with work() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_from_asking_to_ones_purchase(app: Flask, client: FlaskClient, purchase: str, settings: Settings) -> None:
    closed = client.get(f"/purchases/{purchase}?on=2026-11-12")
    assert closed.status_code == 303
    asking = client.get(closed.location)
    sent = client.post("/sign-in", data=fields(asking, "/sign-in") | {"email": "Marcus@Example.com"})
    assert sent.location == "/sign-in/sent"
    assert "Marcus@Example.com" in client.get("/sign-in/sent").text
    assert deliver_due(app, now())["sent"] == 1
    mail = message_from_bytes(next(Path(settings.instance, "mail").glob("*.eml")).read_bytes(), policy=policy.default)
    link = search(r"/sign-in/[A-Za-z0-9_-]{43}", mail.get_body(("plain",)).get_content())
    assert link is not None
    landed = follow(client, link[0])
    assert (landed.status_code, landed.location) == (303, f"/purchases/{purchase}?on=2026-11-12")
    assert client.get(landed.location).status_code == 200


@pytest.mark.usefixtures("purchase")
def test_known_and_unknown_addresses_get_the_same_answer(app: Flask, work: Work) -> None:
    answers = []
    for email in (BUYER, "nobody@example.com"):
        client = app.test_client()
        asked = ask(client, email)
        shown = client.get("/sign-in/sent")
        headers = [
            {
                name: value
                for name, value in each.headers
                if name not in ("X-Request-Id", "Set-Cookie", "Content-Length")
            }
            for each in (asked, shown)
        ]
        words = [asked.text, without_keys(shown).replace(email, "ADDRESS")]
        cookies = [header.partition("=")[0] for header in asked.headers.getlist("Set-Cookie")]
        answers.append((asked.status_code, headers, words, cookies))
    assert answers[0] == answers[1]
    assert (rows(work, Intent), rows(work, SignInLink)) == (2, 0)


@pytest.mark.usefixtures("purchase")
def test_known_and_unknown_addresses_cost_the_same_work(app: Flask) -> None:
    def work_for(email: str) -> list[str]:
        said: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            said.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        client = app.test_client()
        ask(client, email)
        client.get("/sign-in/sent")
        event.remove(engine, "before_cursor_execute", note)
        return said

    work_for("warm.up@example.com")
    assert work_for(BUYER) == work_for("nobody@example.com") != []


def test_what_is_no_address_is_told_in_the_form(client: FlaskClient) -> None:
    answer = ask(client, "marcus(at)example")
    assert answer.status_code == 422
    assert "This is not an e-mail address." in answer.text
    assert 'value="marcus(at)example"' in answer.text


@pytest.mark.usefixtures("purchase")
@pytest.mark.parametrize("email", [BUYER, "nobody@example.com"])
def test_the_sixth_link_in_a_quarter_of_an_hour_is_refused_for_known_and_unknown_alike(app: Flask, email: str) -> None:
    statuses = [ask(app.test_client(), email).status_code for _ in range(5)]
    refused = ask(app.test_client(), email.upper())
    assert statuses == [303] * 5
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900


@pytest.mark.usefixtures("purchase")
def test_a_stranger_who_keeps_asking_for_my_link_does_not_keep_me_from_asking(app: Flask) -> None:
    stranger, mine = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "198.51.100.4"}
    asked = [app.test_client().post("/sign-in", data={"email": BUYER}, environ_overrides=stranger) for _ in range(9)]
    assert [each.status_code for each in asked] == [303] * 5 + [429] * 4
    assert app.test_client().post("/sign-in", data={"email": BUYER}, environ_overrides=mine).status_code == 303


@pytest.mark.usefixtures("purchase")
@pytest.mark.parametrize("email", [BUYER, "nobody@example.com"])
def test_many_places_together_neither_flood_an_address_nor_keep_its_owner_out(
    app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    """Known or not: an answer like any other, and a link every three minutes, each good for ten."""
    sent: list[int] = []
    for minute in range(15):
        moment = datetime(2026, 11, 21, 12, minute, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: moment)  # noqa: B023
        for number in range(10):
            place = {"REMOTE_ADDR": f"192.0.{minute}.{number}"}
            answer = app.test_client().post("/sign-in", data={"email": email}, environ_overrides=place)
            assert (answer.status_code, answer.location) == (303, "/sign-in/sent")
        sent.append(rows(work, Intent))
    assert sent == [10, 20, 21, 22, 22, 22, 23, 23, 23, 24, 24, 24, 25, 25, 25]


def test_one_place_asks_for_thirty_links_and_no_more(app: Flask) -> None:
    client = app.test_client()
    statuses = [ask(client, f"person{n}@example.com").status_code for n in range(32)]
    assert statuses == [303] * 30 + [429] * 2


@pytest.mark.usefixtures("purchase")
def test_opening_a_link_changes_nothing_however_often_a_scanner_does(app: Flask, work: Work) -> None:
    link = link_to(app, BUYER)
    scanner = app.test_client()
    for method in ("GET", "HEAD", "GET"):
        arrived = scanner.open(link, method=method)
        assert (arrived.status_code, arrived.location) == (303, "/sign-in/confirm")
        assert scanner.open("/sign-in/confirm", method=method).status_code == 200
    assert (rows(work, BrowserSession), rows(work, Throttle)) == (0, 0)
    assert follow(app.test_client(), link).location == "/purchases"


@pytest.mark.usefixtures("purchase")
def test_the_token_leaves_the_address_bar_and_goes_to_nobody(app: Flask, client: FlaskClient) -> None:
    link = link_to(app, BUYER)
    token = link.rpartition("/")[2]
    arrived = client.get(link)
    assert token not in arrived.location
    cookie = arrived.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    shown = client.get(arrived.location)
    assert token not in shown.text
    assert "m•••@example.com" in shown.text
    assert BUYER not in shown.text
    assert shown.headers["Referrer-Policy"] in ("same-origin", "no-referrer")


@pytest.mark.usefixtures("purchase")
def test_used_old_unknown_and_missing_links_look_the_same(app: Flask, work: Work) -> None:
    used, replaced = link_to(app, BUYER), link_to(app, SELLER)
    follow(app.test_client(), used)
    link_to(app, SELLER)
    expired = link_to(app, "marcus@example.com")
    with work() as session:
        for each in session.scalars(select(SignInLink).where(SignInLink.ended_at.is_(None))):
            each.expires_at = each.created_at
    pages = []
    for link in (used, replaced, expired, "/sign-in/" + "a" * 43, "/sign-in/nonsense", None):
        browser = app.test_client()
        if link:
            browser.get(link)
        shown = browser.get("/sign-in/confirm")
        pages.append((shown.status_code, without_keys(shown)))
    assert set(pages) == {pages[0]}
    assert pages[0][0] == 410
    assert "Ask for a new one" in pages[0][1]


@pytest.mark.usefixtures("purchase")
def test_a_button_pressed_twice_opens_one_session(app: Flask, work: Work) -> None:
    client = app.test_client()
    client.get(link_to(app, BUYER))
    form = fields(client.get("/sign-in/confirm"), "/sign-in/confirm")
    cookie = client.get_cookie("arriving")
    assert cookie is not None
    assert client.post("/sign-in/confirm", data=form).status_code == 303
    client.set_cookie("arriving", cookie.value)
    assert client.post("/sign-in/confirm", data=form).status_code == 410
    assert rows(work, BrowserSession) == 1


@pytest.mark.usefixtures("purchase")
def test_trying_links_is_limited(app: Flask) -> None:
    client = app.test_client()
    statuses = []
    for n in range(32):
        client.get(f"/sign-in/{n:043d}")
        statuses.append(client.get("/sign-in/confirm").status_code)
    assert statuses == [410] * 30 + [429] * 2
    assert follow(app.test_client(), link_to(app, BUYER)).status_code == 303


@pytest.mark.usefixtures("purchase")
def test_the_button_uses_the_link_it_was_shown_for(app: Flask, client: FlaskClient, work: Work) -> None:
    client.get(link_to(app, BUYER))
    form = fields(client.get("/sign-in/confirm"), "/sign-in/confirm")
    client.get(link_to(app, SELLER))
    answer = client.post("/sign-in/confirm", data=form)
    assert (answer.status_code, answer.location) == (303, "/sign-in/confirm")
    assert rows(work, BrowserSession) == 0
    assert "s•••@example.net" in client.get("/sign-in/confirm").text


@pytest.mark.usefixtures("purchase")
def test_a_session_that_was_there_before_is_never_taken_over(app: Flask, client: FlaskClient) -> None:
    planted = "p" * 43
    client.set_cookie("arbitration", planted)
    follow(client, link_to(app, BUYER))
    mine = client.get_cookie("arbitration")
    assert mine is not None
    assert mine.value != planted
    stranger = app.test_client()
    stranger.set_cookie("arbitration", planted)
    assert stranger.get("/purchases").status_code == 303


@pytest.mark.usefixtures("purchase")
def test_signing_in_again_gives_a_new_session_and_ends_the_old_one(app: Flask, client: FlaskClient) -> None:
    follow(client, link_to(app, BUYER))
    first = client.get_cookie("arbitration")
    follow(client, link_to(app, BUYER))
    second = client.get_cookie("arbitration")
    assert first is not None
    assert second is not None
    assert first.value != second.value
    thief = app.test_client()
    thief.set_cookie("arbitration", first.value)
    assert thief.get("/purchases").status_code == 303


@pytest.mark.usefixtures("purchase")
def test_signing_out_ends_the_session_for_good(app: Flask, client: FlaskClient) -> None:
    follow(client, link_to(app, BUYER))
    cookie = client.get_cookie("arbitration")
    assert cookie is not None
    assert client.post("/sign-out").status_code == 303
    assert client.get_cookie("arbitration") is None
    client.set_cookie("arbitration", cookie.value)
    assert client.get("/purchases").status_code == 303
    assert client.post("/sign-out").location == "/"


@pytest.mark.usefixtures("purchase")
def test_the_way_back_shows_whoever_comes_next_no_page_of_mine(app: Flask, client: FlaskClient, work: Work) -> None:
    """Browsers keep pages as they were, to show them again at once; they are told to let go of them."""
    follow(client, link_to(app, BUYER))
    assert client.post("/sign-out").headers["Clear-Site-Data"] == '"cache"'
    follow(client, link_to(app, BUYER))
    with work() as session:
        here = session.scalars(select(BrowserSession.id).where(BrowserSession.ended_at.is_(None))).one()
    assert client.post(f"/settings/sessions/{here}/end").headers["Clear-Site-Data"] == '"cache"'


def test_signing_out_is_no_link(client: FlaskClient) -> None:
    assert client.get("/sign-out").status_code == 405


@pytest.mark.usefixtures("purchase")
@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "/a\r\nX: y"])
def test_signing_in_leads_to_no_other_site(app: Flask, client: FlaskClient, work: Work, elsewhere: str) -> None:
    form = fields(client.get("/sign-in", query_string={"next": elsewhere}), "/sign-in")
    assert "next" not in form
    ask(client, BUYER, next=elsewhere)
    with work() as session:
        assert session.scalars(select(Intent)).one().payload["lands_on"] is None
    assert follow(client, link_to(app, BUYER, elsewhere)).location == "/purchases"
    for answer in (
        client.get("/sign-in", query_string={"next": elsewhere}),
        client.post("/settings/language", data={"language": "pl", "next": elsewhere}),
    ):
        assert answer.location in ("/purchases", "/")


@pytest.mark.usefixtures("purchase")
def test_another_sites_page_signs_nobody_in_or_out(app: Flask, client: FlaskClient, work: Work) -> None:
    client.get(link_to(app, BUYER))
    form = fields(client.get("/sign-in/confirm"), "/sign-in/confirm")
    assert client.post("/sign-in/confirm", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/sign-in/confirm", data=form, headers={"Origin": "https://evil.example"}).status_code == 403
    assert rows(work, BrowserSession) == 0


@pytest.mark.usefixtures("purchase")
def test_over_https_the_cookies_are_bound_to_the_host(settings: Settings, app: Flask) -> None:
    at_home = settings_for(settings.instance, settings.database_url, base_url="https://disputes.example.com")
    client = create_app(at_home).test_client()
    base = "https://disputes.example.com"
    arrived = client.get(link_to(app, BUYER), base_url=base)
    shown = client.get("/sign-in/confirm", base_url=base)
    entered = client.post("/sign-in/confirm", data=fields(shown, "/sign-in/confirm"), base_url=base)
    asked = client.post("/sign-in", data={"email": BUYER}, base_url=base)
    given = [header for each in (arrived, entered, asked) for header in each.headers.getlist("Set-Cookie")]
    assert any(header.startswith("__Host-arbitration=") and "Max-Age=2592000" in header for header in given)
    for header in given:
        assert header.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(header.split("; "))
        assert "Domain" not in header


def test_a_link_of_the_demo_lands_on_its_page_again_and_again(
    app: Flask, work: Work, purchase: str, shop: Shop
) -> None:
    buyer = shop.buyer.person_id
    assert buyer is not None
    with work() as session:
        installation.mark_demo(session)
        token = sign_in.demo_link(session, buyer, now(), f"/purchases/{purchase}")
    for _ in range(2):
        assert follow(app.test_client(), f"/sign-in/{token}").location == f"/purchases/{purchase}"


def test_whoever_is_signed_in_needs_no_link(signed_in: Callable[[str], FlaskClient], purchase: str) -> None:
    client = signed_in(BUYER)
    assert client.get("/sign-in").location == "/purchases"
    assert client.get(f"/sign-in?next=/purchases/{purchase}").location == f"/purchases/{purchase}"
