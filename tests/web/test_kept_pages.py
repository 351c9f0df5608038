"""The page of a purchase that is loaded again and again: written once while nothing happens, and never an older one."""

import re
from datetime import timedelta
from itertools import count

import pytest
from flask import g
from sqlalchemy import update

from arbitration import clock
from arbitration.domain.opening import Claim
from arbitration.models import Person, Seller
from arbitration.services import drafts, imports, messages
from arbitration.services.disputes import opening
from arbitration.web import kept_pages, purchases
from arbitration.web.kept_pages import FOUND_BY, Shelf
from arbitration.web.sessions import cookie_name
from tests.moments import NOW
from tests.support.shop import BUYER, OPERATOR, SELLER


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    """The time stands still, however slow the machine is."""
    began = clock.now()
    monkeypatch.setattr(clock, "now", lambda: began)
    return began


@pytest.fixture
def written(monkeypatch):
    """Counts how often a page is written; a page that is shown again is not compared here, which would write it."""
    times = []
    write = purchases.page
    monkeypatch.setattr(purchases, "page", lambda *given: times.append(given) or write(*given))
    monkeypatch.setattr(Shelf, "find", Shelf.find.__wrapped__)
    return times


@pytest.fixture
def purchase(shop, work):
    made = shop.purchase()
    buyer = shop.buyer
    with work() as session:
        messages.post_message(session, buyer, made, "It does not work.", NOW)
    return made


def keys_in(page):
    return re.findall(r'name="idempotency_key" value="([^"]+)"', page)


def test_it_is_written_once_while_nothing_happens(purchase, signed_in, written):
    browser = signed_in(BUYER)
    pages = [browser.get(f"/purchases/{purchase}").text for _ in range(3)]
    assert len(written) == 1
    assert all("It does not work." in page for page in pages)


def test_each_of_its_forms_has_a_fresh_key_each_time(purchase, signed_in):
    browser = signed_in(BUYER)
    told = [key for _ in range(3) for key in keys_in(browser.get(f"/purchases/{purchase}").text)]
    assert len(told) >= 3
    assert len(set(told)) == len(told)


def test_what_is_new_to_somebody_is_written_and_read(purchase, signed_in, written):
    browser = signed_in(SELLER)
    assert "1 unread" in browser.get("/purchases").text
    for _ in range(3):
        browser.get(f"/purchases/{purchase}")
    assert len(written) == 2
    assert "1 unread" not in browser.get("/purchases").text


def test_a_message_of_the_other_side_is_there_at_once(purchase, shop, work, signed_in):
    browser, seller = signed_in(BUYER), shop.seller
    for _ in range(3):
        browser.get(f"/purchases/{purchase}")
    with work() as session:
        messages.post_message(session, seller, purchase, "Here is another key.", NOW)
    assert "Here is another key." in browser.get(f"/purchases/{purchase}").text


def test_that_the_other_side_has_read_is_there_at_once(purchase, signed_in):
    browser = signed_in(BUYER)
    for _ in range(3):
        assert "Not read yet" in browser.get(f"/purchases/{purchase}").text
    signed_in(SELLER).get(f"/purchases/{purchase}")
    assert "Not read yet" not in browser.get(f"/purchases/{purchase}").text


def test_each_reader_side_and_question_has_its_own(purchase, signed_in, written):
    buyer = signed_in(BUYER)
    english = buyer.get(f"/purchases/{purchase}").text
    assert "What you may demand" in english
    assert "What the buyer may demand" in signed_in(SELLER).get(f"/purchases/{purchase}").text
    assert "counting what was known by then" in buyer.get(f"/purchases/{purchase}?on=2026-11-15T10:00").text
    assert "/shop/purchases" in buyer.get(f"/purchases/{purchase}", environ_overrides={"SCRIPT_NAME": "/shop"}).text
    assert len(written) == 4


@pytest.mark.parametrize(("reader", "renamed"), [(BUYER, Seller), (SELLER, Person)])
def test_a_new_name_is_there_at_once(purchase, work, signed_in, reader, renamed):
    browser = signed_in(reader)
    for _ in range(3):
        browser.get(f"/purchases/{purchase}")
    with work() as session:
        session.execute(update(renamed).values(name="Olena Koval"))
    assert "Olena Koval" in browser.get(f"/purchases/{purchase}").text


def test_new_working_hours_of_the_shop_are_there_at_once(shop, work, signed_in):
    row = shop.row()
    with work() as session:
        imports.take_in(session, OPERATOR, [row], NOW)
    browser = signed_in(BUYER)
    for _ in range(2):
        browser.get(f"/purchases/{row['external_id']}")
    row["seller"] |= {"working_hours": [{"days": ["mon", "tue"], "from": "09:00", "to": "17:00"}]}
    with work() as session:
        imports.take_in(session, OPERATOR, [row], NOW)
    assert "Monday and Tuesday" in browser.get(f"/purchases/{row['external_id']}").text
    row["seller"] |= {"time_zone": "Asia/Tokyo"}
    with work() as session:
        imports.take_in(session, OPERATOR, [row], NOW)
    assert "Tokyo" in browser.get(f"/purchases/{row['external_id']}").text


def test_whoever_answers_for_a_shop_no_more_does_not_see_what_was_kept(purchase, shop, work, signed_in):
    browser, buyer = signed_in(SELLER), shop.buyer
    for _ in range(2):
        assert browser.get(f"/purchases/{purchase}").status_code == 200
    with work() as session:
        session.execute(update(Seller).values(person_id=buyer.person_id))
    assert browser.get(f"/purchases/{purchase}").status_code == 404


def test_a_text_that_waits_to_be_sent_is_there_at_once(app, purchase, work, signed_in):
    browser = signed_in(BUYER)
    for _ in range(3):
        browser.get(f"/purchases/{purchase}")
    with work() as session:
        token = drafts.keep(session, "", purchase, "What I was about to say", clock.now())
    with app.app_context():
        browser.set_cookie(cookie_name("draft"), token)
    for _ in range(2):
        assert "What I was about to say" in browser.get(f"/purchases/{purchase}").text


def test_after_ten_seconds_it_is_written_anew(purchase, signed_in, written, moment, monkeypatch):
    browser = signed_in(BUYER)
    for seconds in (0, 9, 11):
        monkeypatch.setattr(clock, "now", lambda later=timedelta(seconds=seconds): moment + later)
        browser.get(f"/purchases/{purchase}")
    assert len(written) == 2


def test_a_clock_that_was_set_back_shows_no_page_for_longer(purchase, signed_in, written, moment, monkeypatch):
    browser = signed_in(BUYER)
    for hours in (1, 0):
        monkeypatch.setattr(clock, "now", lambda later=timedelta(hours=hours): moment + later)
        browser.get(f"/purchases/{purchase}")
    assert len(written) == 2


def test_what_was_done_is_told_and_not_kept(purchase, signed_in):
    browser = signed_in(BUYER)
    key = keys_in(browser.get(f"/purchases/{purchase}").text)[0]
    told = {"text": "I want my money back.", "idempotency_key": key}
    browser.post(f"/purchases/{purchase}/messages", data=told)
    assert "I want my money back." in browser.get(f"/purchases/{purchase}").text


@pytest.mark.parametrize("path", ["/purchases", "/disputes"])
def test_a_list_tells_what_has_happened_at_once(purchase, shop, work, signed_in, path):
    browser, buyer = signed_in(SELLER), shop.buyer
    before = [browser.get(path).text for _ in range(2)]
    with work() as session:
        opening.open_dispute(session, buyer, purchase, Claim("invalid", "refund", "The key was used before."), NOW)
    assert "Snow Harbour" in (after := browser.get(path).text)
    assert after not in before


@pytest.mark.usefixtures("purchase")
def test_what_was_just_done_is_told_once_in_a_list(signed_in):
    browser = signed_in(BUYER)
    browser.get("/purchases")
    with browser.session_transaction() as told:
        told["_flashes"] = [("success", "It is done.")]
    assert "It is done." in browser.get("/purchases").text
    assert "It is done." not in browser.get("/purchases").text


def test_no_more_is_kept_than_fits_and_what_is_over_goes_first(monkeypatch):
    monkeypatch.setattr(kept_pages, "MOST", 3 * (100 + FOUND_BY))
    shelf = Shelf()
    for number in range(10):
        shelf.keep(number, ((b"x" * 100,),), NOW)
    assert list(shelf.pages) == [7, 8, 9]
    assert shelf.size == 3 * (100 + FOUND_BY)
    shelf.keep("huge", ((b"x" * 50, b"x" * 51),), NOW)
    assert "huge" not in shelf.pages
    shelf.keep("later", ((b"y",),), NOW + kept_pages.LASTS)
    assert list(shelf.pages) == ["later"]
    assert shelf.size == 1 + FOUND_BY


def test_the_rows_by_which_a_list_is_found_count_as_well(shop, signed_in, app):
    for _ in range(3):
        shop.purchase()
    signed_in(BUYER).get("/purchases")
    shelf = app.extensions["arbitration_kept_pages"]
    (kept,) = shelf.pages.values()
    assert shelf.size == kept.size >= sum(map(len, kept.page[0])) + 4 * FOUND_BY


@pytest.mark.parametrize("before", range(4))
def test_a_long_page_comes_whole_with_a_fresh_key_in_each_form_wherever_it_is_cut(app, monkeypatch, before):
    monkeypatch.setattr(kept_pages, "CHUNK", 8)
    monkeypatch.setattr(kept_pages, "new_key", map(str, count(100)).__next__)
    written = "x" * before + "<i><key></i>words without a tag<b><key><key></b>"
    with app.test_request_context("/purchases"):
        monkeypatch.setattr(kept_pages, "_key", lambda _told: "this reader's")
        g.now = NOW
        answers = [kept_pages.written_once((), lambda: written) for _ in range(2)]
    first, again = (answer.get_data(as_text=True) for answer in answers)
    assert len(list(answers[1].iter_encoded())) > 3
    assert first == written.replace("<key>", "%s") % (100, 101, 102)
    assert again == written.replace("<key>", "%s") % (103, 104, 105)
