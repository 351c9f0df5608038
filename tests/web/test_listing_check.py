"""A seller has a draft listing read on a page, before publishing it."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from arbitration.services import throttles
from arbitration.web.highlighting import Mark, highlighted
from tests.support.browser import DESK, PHONE, Page, Visit, look, violations
from tests.support.shop import BUYER, SELLER, Shop

SignedIn = Callable[[str], FlaskClient]
DRAFT = "Account <b>with</b> full access.\r\nWarranty 30 days.\r\nNo refunds."


def kept_text(page: str) -> str:
    """What stands in the field of the form."""
    (text,) = re.findall(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.S)
    return unescape(text)


@pytest.fixture
def seller(shop: Shop, signed_in: SignedIn) -> FlaskClient:
    shop.purchase()
    return signed_in(SELLER)


def test_sellers_find_the_page_and_buyers_do_not_need_it(seller: FlaskClient, signed_in: SignedIn) -> None:
    assert 'href="/listing-check"' in seller.get("/purchases").text
    assert seller.get("/listing-check").status_code == 200
    buyer = signed_in(BUYER)
    assert "listing-check" not in buyer.get("/purchases").text
    assert buyer.get("/listing-check").status_code == 403
    assert buyer.post("/listing-check", data={"text": "x"}).status_code == 403


def test_the_empty_page_explains_itself_with_an_example_to_try(seller: FlaskClient) -> None:
    assert "Warranty 30 days." in seller.get("/listing-check").text
    assert kept_text(seller.get("/listing-check").text) == ""
    assert "Warranty 30 days." in kept_text(seller.get("/listing-check?example=1").text)


def test_what_was_written_comes_back_read_marked_and_with_a_wording(seller: FlaskClient) -> None:
    answer = seller.post("/listing-check", data={"text": DRAFT})
    assert answer.status_code == 200
    assert kept_text(answer.text) == DRAFT.replace("\r\n", "\n")
    assert "<b>with</b>" not in answer.text
    assert re.search(r'<mark class="mark mark--warranty">Warranty 30 days<', answer.text)
    assert re.search(r'<mark class="mark mark--contradicting">No refunds<', answer.text)
    assert "Warranty: 30 days from delivery.\nA video is not required." in answer.text
    assert answer.text.count('class="badge badge--covered"') > 5
    assert "1 hour – 10 days" in answer.text


def test_the_wording_comes_in_the_language_chosen(seller: FlaskClient) -> None:
    answer = seller.post("/listing-check", data={"text": DRAFT, "language": "uk"})
    assert "Гарантія: 30 днів з моменту отримання." in answer.text
    assert re.search(r'<option value="uk" lang="uk" selected>', answer.text)


@pytest.mark.parametrize(
    ("data", "status"),
    [({"text": "x" * 20_001}, 422), ({"text": " "}, 422), ({"text": "Warranty", "language": "xx"}, 422), ({}, 422)],
)
def test_a_refused_text_is_not_lost(seller: FlaskClient, data: dict[str, str], status: int) -> None:
    answer = seller.post("/listing-check", data=data)
    assert answer.status_code == status
    assert kept_text(answer.text) == data.get("text", "")
    assert 'aria-invalid="true"' in answer.text


def test_a_text_that_comes_too_often_is_not_lost(seller: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "LISTINGS_CHECKED", throttles.Limit("listings checked", 1))
    assert seller.post("/listing-check", data={"text": DRAFT}).status_code == 200
    answer = seller.post("/listing-check", data={"text": DRAFT})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert kept_text(answer.text) == DRAFT.replace("\r\n", "\n")


def test_a_text_sent_while_signed_out_is_there_again_afterwards(shop: Shop, app: Flask, signed_in: SignedIn) -> None:
    shop.purchase()
    browser = app.test_client()
    answer = browser.post("/listing-check", data={"text": "A long description."})
    assert answer.status_code == 303
    assert "next=%2Flisting-check" in answer.location or "next=/listing-check" in answer.location
    (cookie,) = [browser.get_cookie(name) for name in ("draft", "__Host-draft") if browser.get_cookie(name)]
    again = signed_in(SELLER)
    again.set_cookie(cookie.key, cookie.value)
    page = again.get("/listing-check").text
    assert kept_text(page) == "A long description."
    again.post("/listing-check", data={"text": "A long description."})
    assert kept_text(again.get("/listing-check").text) == ""


def test_marks_leave_the_text_as_it_was_written() -> None:
    text = 'Warranty "30" <days>\n& more'
    html = highlighted(text, [Mark(0, 13, "read"), Mark(5, 9), Mark(14, 20, note="odd"), Mark(90, 95), Mark(3, 3)])
    assert html.count("<mark") == 2
    assert Markup(html.replace('<span class="visually-hidden"> (odd)</span>', "")).striptags().split() == text.split()


@pytest.mark.appearance
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("language", ["en", "uk", "fa"])
def test_the_page_is_fit_for_everybody(visit: Visit, shop: Shop, language: str, scripts: bool) -> None:
    shop.purchase(seller={"language": language})
    page = visit(SELLER, scripts=scripts, locale=language)
    page.goto("/listing-check?example=1")
    if scripts:
        fits_everybody(page)
    page.locator(".check__form button").click()
    page.locator("#wording").wait_for()
    if scripts:
        fits_everybody(page)


def fits_everybody(page: Page) -> None:
    """The page as it stands has no fault on a phone in the light, nor on a desk in the dark."""
    for size, scheme in ((PHONE, "light"), (DESK, "dark")):
        look(page, size, scheme)
        assert violations(page) == [], scheme
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
