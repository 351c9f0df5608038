"""What a page answers when something can't be done."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm import Session

from arbitration.door import once
from arbitration.services import messages
from arbitration.web import errors, purchases
from tests.moments import NOW
from tests.support.shop import BUYER, Shop

Work = Callable[[], AbstractContextManager[Session]]
SignedIn = Callable[[str], FlaskClient]


def test_what_is_missing_and_what_is_somebody_elses_are_one_and_the_same(shop: Shop, signed_in: SignedIn) -> None:
    foreign = shop.purchase(buyer={"email": "other@example.org"}, seller={"external_id": "9", "email": "o@example.org"})
    shop.purchase()
    client = signed_in(BUYER)
    for address in ("/purchases/{}", "/purchases/{}/messages", "/purchases/{}/messages/1/edit"):
        there, nowhere = client.get(address.format(foreign)), client.get(address.format("NOTHING<b>HERE"))
        assert there.status_code == nowhere.status_code == 404
        assert there.data == nowhere.data
        assert foreign.encode() not in there.data
    assert client.get("/purchases/a%00b").status_code == 404
    assert client.get("/purchases/%ff%fe").status_code == 404
    assert client.get(f"/purchases/{'x' * 3000}").status_code == 404


def test_an_address_that_is_none(client: FlaskClient) -> None:
    page = client.get("/no/such/page")
    assert page.status_code == 404
    assert "There is nothing here" in page.text
    assert "no/such" not in page.text


@pytest.mark.parametrize(
    ("path", "method"), [("/no/such/page", "GET"), ("/purchases", "PUT"), ("/static/no-such-file.css", "GET")]
)
def test_what_does_not_exist_is_told_in_the_language_that_somebody_chose(
    shop: Shop, signed_in: SignedIn, path: str, method: str
) -> None:
    shop.purchase()
    client = signed_in(BUYER)
    same_site = {"Sec-Fetch-Site": "same-origin"}
    client.post("/settings/language", data={"language": "pl"}, headers=same_site)
    client.delete_cookie("language")
    page = client.open(path, method=method, headers=same_site | {"Accept-Language": "fr"})
    assert (page.status_code, '<html lang="pl"' in page.text) == (405 if method == "PUT" else 404, True)
    assert "/sign-in" not in page.text


def test_every_address_that_is_none_has_the_same_page(shop: Shop, signed_in: SignedIn) -> None:
    foreign = shop.purchase(buyer={"email": "other@example.org"}, seller={"external_id": "9", "email": "o@example.org"})
    shop.purchase()
    client = signed_in(BUYER)
    assert client.get("/no/such/page").data == client.get(f"/purchases/{foreign}").data


@pytest.mark.parametrize("cookie", [None, "no secret of anybody"])
def test_nobody_is_looked_up_for_a_stranger_at_an_address_that_is_none(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, cookie: str | None
) -> None:
    monkeypatch.setattr("arbitration.services.sessions._BY_SECRET", None)
    if cookie:
        client.set_cookie("arbitration", cookie)
    assert client.get("/no/such/page").status_code == 404


def test_a_slash_at_the_end_leads_to_the_address_without_it_whatever_is_there(shop: Shop, signed_in: SignedIn) -> None:
    purchase = shop.purchase()
    client = signed_in(BUYER)
    for path in (f"/purchases/{purchase}", "/purchases/NOTHINGHERE", "/operations", "/no/such/page", "/%25a%0Db"):
        sent = client.get(f"{path}/?q=%D0%B0&b=1")
        assert (sent.status_code, sent.headers["Location"]) == (308, f"{path}?q=%D0%B0&b=1")
        assert sent.data == b"", "it has words in one language, whoever reads them"
    assert client.get("/purchases/", follow_redirects=True).status_code == 200
    assert client.post("/sign-in/", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404
    for elsewhere in ("//evil.example/", "/\\evil.example/"):
        sent = client.get("/x", environ_overrides={"PATH_INFO": elsewhere})
        assert sent.headers["Location"] in ("/evil.example", "/%5Cevil.example"), sent.headers["Location"]
    for nowhere in ("/static/", "/no//such/"):
        assert client.get(nowhere).status_code == 404
    assert client.get("/api/purchases/").status_code == 401, "the API asks for a token before it tells what there is"
    named = client.get("/operations/", headers={"Host": "evil.example"}, base_url="http://evil.example")
    assert named.headers["Location"] == "/operations"
    assert client.get("/").status_code == 303


def test_a_method_that_does_not_belong_there(shop: Shop, signed_in: SignedIn) -> None:
    purchase = shop.purchase()
    page = signed_in(BUYER).put(f"/purchases/{purchase}", headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 405
    assert "GET" in page.headers["Allow"]
    assert "Error 405" in page.text


def test_a_request_that_is_too_large(shop: Shop, signed_in: SignedIn) -> None:
    purchase = shop.purchase()
    page = signed_in(BUYER).post(f"/purchases/{purchase}/messages", data={"text": "x" * (5 * 1024 * 1024)})
    assert page.status_code == 413
    assert "That is too large" in page.text


def test_something_that_broke_says_nothing_of_how(
    shop: Shop, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    purchase = shop.purchase()
    client = signed_in(BUYER)

    def broken(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(purchases.verdicts, "assess", broken)
    page = client.get(f"/purchases/{purchase}")
    assert page.status_code == 500
    assert "Something broke on our side" in page.text
    assert "secret inside" not in page.text


def locked() -> OperationalError:
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorname = "SQLITE_BUSY"
    return OperationalError("BEGIN IMMEDIATE", None, cause)


TROUBLES = [
    locked(),
    OperationalError("INSERT", None, psycopg.errors.DiskFull("no space")),
    OperationalError("BEGIN", None, psycopg.OperationalError("connection refused")),
    InternalError("INSERT", None, psycopg.errors.ReadOnlySqlTransaction("read-only")),
]


@contextmanager
def refusing(error: Exception) -> Iterator[Session]:
    raise error
    yield


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: type(trouble.orig).__name__)
def test_while_nothing_can_be_stored_reading_goes_on(
    shop: Shop, work: Work, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    purchase, client = shop.purchase(), None
    selling = shop.seller
    with work() as session:
        messages.post_message(session, selling, purchase, "Hello", NOW)
    client = signed_in(BUYER)
    monkeypatch.setattr(once, "unit_of_work", lambda: refusing(trouble))
    monkeypatch.setattr(purchases, "unit_of_work", lambda **_: refusing(trouble))
    assert "Hello" in client.get(f"/purchases/{purchase}").text
    page = client.post(f"/purchases/{purchase}/messages", data={"text": "My answer"})
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "30"
    assert "Reading still works" in page.text
    monkeypatch.undo()
    assert client.post(f"/purchases/{purchase}/messages", data={"text": "My answer"}).status_code == 303


def test_a_mistake_of_ours_in_the_database_is_no_passing_trouble() -> None:
    cause = sqlite3.OperationalError("no such table: purchases")
    cause.sqlite_errorname = "SQLITE_ERROR"
    assert not errors.is_storage_trouble(OperationalError("SELECT", None, cause))
    assert not errors.is_storage_trouble(ValueError())


def test_the_health_check(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok\n", "text/plain")
    monkeypatch.setattr("arbitration.web.health.reading", lambda: refusing(locked()))
    assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429])
@pytest.mark.parametrize("language", ["en", "uk", "fa"])
def test_every_error_has_a_page_without_a_form(app: Flask, status: int, language: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        page = errors._page(status, None)
    assert page.status_code == status
    assert f'lang="{language}"' in page.get_data(as_text=True)
    assert "<form" not in page.get_data(as_text=True)


@pytest.mark.parametrize("status", [500, 503])
def test_pages_for_bad_days_ask_the_database_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    monkeypatch.setattr("sqlalchemy.orm.Session.execute", lambda *_: pytest.fail("asked the database"))
    with app.test_request_context("/", headers={"Accept-Language": "fa"}):
        page = errors.bare(status)
    assert (page.status_code, 'dir="rtl"' in page.get_data(as_text=True)) == (status, True)
