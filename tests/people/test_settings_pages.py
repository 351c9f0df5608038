"""How one reads, and where one is signed in: one's own affairs, changed by oneself."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from arbitration.clock import now
from arbitration.db import db
from arbitration.models import BrowserSession, Person
from arbitration.web.browsers import browser_of
from tests.people.pages import follow, link_to
from tests.support.shop import BUYER, SELLER, Shop

Work = Callable[[], AbstractContextManager[Session]]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PERSIAN = {"language": "fa", "time_zone": "Asia/Tehran", "calendar": "persian", "digits": "persian"}


@pytest.fixture(autouse=True)
def purchase(shop: Shop) -> str:
    return shop.purchase()


@pytest.fixture
def marcus(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in(BUYER)


def test_what_one_chooses_is_kept_and_shown_at_once(marcus: FlaskClient, work: Work) -> None:
    saved = marcus.post("/settings", data=PERSIAN)
    assert (saved.status_code, saved.location) == (303, "/settings")
    page = marcus.get("/settings")
    assert '<html lang="fa" dir="rtl">' in page.text
    assert "Asia/Tehran" in page.text
    with work() as session:
        person = session.scalars(select(Person).where(Person.email == BUYER)).one()
        assert {name: getattr(person, name) for name in PERSIAN} == PERSIAN


@pytest.mark.parametrize(
    ("field", "value"),
    [("language", "tlh"), ("time_zone", "Mars/Base"), ("time_zone", "../../etc/passwd"),
     ("calendar", "lunar"), ("digits", "roman"), ("digits", "a" * 10_000)],
)  # fmt: skip
def test_what_there_is_not_is_told_beside_its_field(marcus: FlaskClient, work: Work, field: str, value: str) -> None:
    answer = marcus.post("/settings", data=PERSIAN | {"language": "en", field: value})
    assert (answer.status_code, re.findall(r'<p class="field__fault" id="(\w+)-fault"', answer.text)) == (422, [field])
    with work() as session:
        assert session.scalars(select(Person.time_zone).where(Person.email == BUYER)).one() is None


def test_all_that_there_is_not_is_told_at_once(marcus: FlaskClient) -> None:
    wrong = ["language", "time_zone", "calendar", "digits"]
    answer = marcus.post("/settings", data=dict.fromkeys(wrong, "none-such"))
    assert (answer.status_code, re.findall(r'<p class="field__fault" id="(\w+)-fault"', answer.text)) == (422, wrong)
    assert answer.text.count(" autofocus") == 4  # a browser takes the first


def test_who_has_told_no_zone_reads_the_zone_with_each_time_and_can_choose_one(marcus: FlaskClient) -> None:
    page = marcus.get("/purchases/PURCHASE00000001").text
    assert "your time zone is not known here" in page
    assert 'href="/settings#time_zone"' in page
    assert "10 November 2026, 10:02 (UTC)" in page
    settings = marcus.get("/settings").text
    assert re.search(r'<input[^>]*name="time_zone"(?![^>]*value="[^"])', settings)
    marcus.post("/settings", data=PERSIAN | {"language": "en", "calendar": "gregorian", "digits": "european"})
    page = marcus.get("/purchases/PURCHASE00000001").text
    assert "your time zone is not known here" not in page
    assert "10 November 2026, 13:32" in page
    assert "(UTC" not in page.split("<main")[1].split("demand")[0]


def test_other_settings_can_be_saved_without_a_zone(marcus: FlaskClient, work: Work) -> None:
    assert marcus.post("/settings", data=PERSIAN | {"time_zone": ""}).status_code == 303
    with work() as session:
        assert not session.scalars(select(Person.time_zone).where(Person.email == BUYER)).one()


def test_a_stranger_chooses_a_language_and_reads_on_where_they_were(client: FlaskClient) -> None:
    chosen = client.post("/settings/language", data={"language": "pl", "next": "/sign-in?next=/purchases"})
    assert (chosen.status_code, chosen.location) == (303, "/sign-in?next=/purchases")
    assert '<html lang="pl"' in client.get("/sign-in").text


def test_a_language_that_is_none_changes_nothing(client: FlaskClient) -> None:
    assert client.post("/settings/language", data={"language": "x\r\nSet-Cookie: a=b"}).status_code == 303
    assert '<html lang="en"' in client.get("/sign-in").text


def test_the_choice_at_the_foot_of_a_page_holds_for_the_person(
    marcus: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    marcus.post("/settings/language", data={"language": "uk", "next": "/purchases"})
    assert '<html lang="uk"' in signed_in(BUYER).get("/purchases").text


@pytest.mark.parametrize("address", ["/purchases", "/purchases?role=seller"])
def test_who_chooses_a_language_comes_back_to_the_very_address(marcus: FlaskClient, address: str) -> None:
    assert f'name="next" value="{address}">' in marcus.get(address).text


def test_the_browsers_one_is_signed_in_on_are_named(app: Flask, marcus: FlaskClient) -> None:
    other = app.test_client()
    other.environ_base["HTTP_USER_AGENT"] = FIREFOX
    follow(other, link_to(app, BUYER))
    page = marcus.get("/settings")
    assert "Firefox on Linux" in page.text
    assert page.text.count("this one") == 1


def sessions_of(work: Work, email: str) -> list[BrowserSession]:
    with work() as session:
        query = select(BrowserSession).join(BrowserSession.person).where(Person.email == email)
        return list(session.scalars(query.order_by(BrowserSession.created_at)))


def test_another_browser_can_be_signed_out(
    marcus: FlaskClient, signed_in: Callable[[str], FlaskClient], work: Work
) -> None:
    lost = signed_in(BUYER)
    id_ = sessions_of(work, BUYER)[1].id
    assert marcus.post(f"/settings/sessions/{id_}/end").location == "/settings"
    assert lost.get("/purchases").status_code == 303
    assert marcus.get("/purchases").status_code == 200


def test_ending_the_session_one_is_in_signs_out(marcus: FlaskClient, work: Work) -> None:
    id_ = sessions_of(work, BUYER)[0].id
    assert marcus.post(f"/settings/sessions/{id_}/end").location == "/sign-in"
    assert marcus.get("/purchases").status_code == 303


def test_nobody_ends_anothers_session_and_foreign_looks_like_missing(
    marcus: FlaskClient, signed_in: Callable[[str], FlaskClient], work: Work
) -> None:
    seller = signed_in(SELLER)
    foreign = marcus.post(f"/settings/sessions/{sessions_of(work, SELLER)[0].id}/end")
    missing = marcus.post("/settings/sessions/00000000-0000-7000-8000-000000000000/end")
    assert foreign.status_code == missing.status_code == 404
    assert seller.get("/purchases").status_code == 200


def test_use_is_noted_now_and_then(marcus: FlaskClient, work: Work) -> None:
    long_ago = now() - timedelta(days=2)
    with work() as session:
        session.execute(update(BrowserSession).values(seen_at=long_ago))
    marcus.get("/purchases")
    noted = sessions_of(work, BUYER)[0].seen_at
    assert now() - noted < timedelta(minutes=1)
    marcus.get("/purchases")
    assert sessions_of(work, BUYER)[0].seen_at == noted


READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
}


def test_reading_goes_on_where_nothing_can_be_written(
    app: Flask, marcus: FlaskClient, work: Work, backend: str, purchase: str
) -> None:
    with work() as session:
        session.execute(update(BrowserSession).values(seen_at=now() - timedelta(days=2)))
    with app.app_context():
        db.engine.dispose()
        event.listen(db.engine, "checkout", lambda raw, *_: raw.cursor().execute(READ_ONLY[backend]))
    assert marcus.get(f"/purchases/{purchase}").status_code == 200
    assert marcus.get("/settings").status_code == 200
    assert marcus.post("/settings", data=PERSIAN).status_code == 503


@pytest.mark.parametrize(
    ("user_agent", "kept"),
    [
        (FIREFOX, "Firefox/Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
            "Safari/537.36 Edg/140.0.0.0",
            "Edge/Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.6 Mobile/15E148 Safari/604.1",
            "Safari/iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
            "Mobile Safari/537.36",
            "Chrome/Android",
        ),
        ("curl/8.5.0", "/"),
        ("", "/"),
    ],
)
def test_no_more_is_kept_of_a_browser_than_its_name(user_agent: str, kept: str) -> None:
    assert browser_of(user_agent) == kept
