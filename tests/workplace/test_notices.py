"""Notices in the application: what is owed, until when, what happens otherwise, and one way to the place."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.models import Person
from arbitration.scheduler.deadlines import run_due
from arbitration.services import messages, notices
from arbitration.services.disputes import offers, requests, talks
from arbitration.services.news import list_news
from tests.disputes.hearing import Hearing, at
from tests.moments import NOW
from tests.support.browser import PHONE, Page, look, violations
from tests.support.shop import Shop
from tests.workplace.conftest import Watch

Work = Callable[[], AbstractContextManager[Session]]
Browser = Callable[[Actor], FlaskClient]
Window = Callable[..., Page]


@pytest.fixture
def hearing(work: Work, shop: Shop, watch: Watch) -> Hearing:
    watch.to(1)
    return Hearing.opened(work, shop)


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def number_in_the_head(client: FlaskClient) -> int:
    """The number beside "Notices" on a page that shows none of them."""
    found = re.search(r"(\d+) new notices?", text_of(client.get("/settings").text))
    return int(found[1]) if found else 0


def test_the_seller_reads_what_he_owes_until_when_and_what_happens_otherwise(
    hearing: Hearing, watch: Watch, browser: Browser
) -> None:
    seller = browser(hearing.seller)
    page = seller.get("/notices").text
    assert "Please answer the buyer" in page
    assert "24 November 2026, 12:00 (UTC)" in page
    assert "the dispute goes to an arbiter without your answer" in page
    assert "72 hours after the dispute was opened" in page
    assert f'href="/purchases/{hearing.purchase}#compose"' in page
    watch.to(2)
    assert "Please answer the buyer" not in browser(hearing.buyer).get("/notices").text


def test_a_notice_is_new_until_it_was_shown_and_again_with_each_reminder(
    app: Flask, hearing: Hearing, watch: Watch, browser: Browser
) -> None:
    seller = browser(hearing.seller)
    assert number_in_the_head(seller) == 1
    assert "New" in text_of(seller.get("/notices").text).split()
    assert number_in_the_head(seller) == 0
    watch.to(3)
    run_due(app, at(2))
    assert number_in_the_head(seller) == 1
    assert "Reminder 21 November 2026, 14:00" in text_of(seller.get("/notices").text)
    assert number_in_the_head(seller) == 0
    assert hearing.due("seller_answer")


def test_the_page_of_the_purchase_shows_it_too_so_it_counts_as_read(
    hearing: Hearing, watch: Watch, browser: Browser
) -> None:
    seller = browser(hearing.seller)
    watch.to(2)
    seller.get(f"/purchases/{hearing.purchase}")
    assert number_in_the_head(seller) == 0


def test_what_was_done_or_put_off_is_no_notice_any_more(work: Work, hearing: Hearing, browser: Browser) -> None:
    seller = browser(hearing.seller)
    with work() as session:
        talks.ask_extension(session, hearing.seller, hearing.dispute_id, at(80), "I am away.", at(1))
    page = seller.get("/notices").text
    assert "24 November 2026, 20:00 (UTC)" in page
    assert "24 November 2026, 12:00 (UTC)" not in page.replace("Due 24 November", "")
    with work() as session:
        messages.post_message(session, hearing.seller, hearing.purchase, "Here I am.", at(1))
    assert "Nothing waits for you" in seller.get("/notices").text
    assert number_in_the_head(seller) == 0


def test_both_sides_learn_until_when_they_can_appeal(hearing: Hearing, watch: Watch, browser: Browser) -> None:
    hearing.called().ruled(26)
    watch.to(27)
    for who in (hearing.buyer, hearing.seller):
        page = text_of(browser(who).get("/notices").text)
        assert "Time for an appeal" in page
        assert "If nobody has appealed by then, the ruling stands." in page
        assert "Look at the ruling" in page


def test_the_arbiter_is_told_of_the_ruling_and_goes_on_owing_it_when_it_is_late(
    app: Flask, hearing: Hearing, watch: Watch, browser: Browser
) -> None:
    arbiter = hearing.called().taken(25)
    watch.to(26)
    client = browser(arbiter)
    page = client.get("/notices").text
    assert "Please rule on this dispute" in page
    assert f'href="/cases/{hearing.dispute_id}"' in page
    watch.to(25 + 8 * 24)
    run_due(app, watch.moment)
    client = browser(arbiter)
    assert number_in_the_head(client) == 1
    page = text_of(client.get("/notices").text)
    assert "Was due by" in page
    assert "The ruling is still owed." in page
    other = browser(hearing.arbiter("jane"))
    assert "Please rule" not in other.get("/notices").text


def test_who_is_asked_for_evidence_reads_which_and_comes_to_the_open_form(
    hearing: Hearing, watch: Watch, browser: Browser
) -> None:
    arbiter = hearing.called().taken(25)
    hearing.do(requests.ask, arbiter, "buyer", "video", at(80), "Please show it.", at(26))
    watch.to(27)
    buyer = browser(hearing.buyer)
    page = buyer.get("/notices").text
    assert "A video" in page
    place = f"/purchases/{hearing.purchase}?file=video#file-exhibit"
    assert f'href="{place}"' in page
    assert '<details class="unfold" id="file-exhibit" open>' in buyer.get(place).text
    assert f'button--main" href="{place}"' in buyer.get(f"/purchases/{hearing.purchase}").text


def test_an_operator_is_told_of_a_refund_that_is_owed(
    work: Work, hearing: Hearing, watch: Watch, browser: Browser
) -> None:
    with work() as session:
        offers.make_offer(session, hearing.seller, hearing.dispute_id, "refund", None, "", at(1))
    with work() as session:
        offers.answer_offer(session, hearing.buyer, hearing.dispute_id, 1, "accept", at(2))
    watch.to(3)
    page = browser(hearing.operator).get("/notices").text
    assert "Please pay the refund" in page
    assert f'href="/operations/disputes/{hearing.dispute_id}"' in page


def test_news_say_who_did_what_and_lead_there(work: Work, hearing: Hearing, watch: Watch, browser: Browser) -> None:
    with work() as session:
        offers.make_offer(session, hearing.seller, hearing.dispute_id, "part_refund", 500, "Half?", at(1))
    watch.to(2)
    page = browser(hearing.buyer).get("/notices").text
    assert "Harbour Keys made an offer" in text_of(page).replace("\u2068", "").replace("\u2069", "")
    assert "Marcus Lowe opened a dispute" not in page
    assert f'href="/purchases/{hearing.purchase}#m2"' in page


def test_a_notice_speaks_the_readers_language_and_zone(work: Work, hearing: Hearing, browser: Browser) -> None:
    with work() as session:
        person = session.get_one(Person, hearing.seller.person_id)
        person.language, person.time_zone = "fr", "Europe/Paris"
    page = browser(hearing.seller).get("/notices").text
    assert "24 novembre 2026" in page
    assert "13:00" in page
    assert 'lang="fr"' in page


def test_a_stranger_is_told_nothing_of_it(hearing: Hearing, work: Work, shop: Shop) -> None:
    other = shop.purchase(buyer={"email": "eve@example.com", "name": "Eve", "language": "en"})
    eve = shop.person("eve@example.com")
    assert other != hearing.purchase
    with work() as session:
        assert notices.list_notices(session, eve) == []
        assert notices.unread(session, eve) == []
        assert list_news(session, eve, NOW) == []


@pytest.mark.in_turn
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_seller_goes_from_the_number_to_the_answer_on_a_phone(
    hearing: Hearing, window: Window, watch: Watch, scripts: bool
) -> None:
    page = window(hearing.seller, scripts=scripts, viewport={"width": 320, "height": 640})
    watch.to(2)
    page.goto("/settings")
    page.get_by_role("link", name=re.compile("Notices.*1 new notice")).click()
    expect(page.get_by_role("heading", name=re.compile("Please answer the buyer"))).to_be_visible()
    if scripts:
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
        for scheme in ("light", "dark"):
            look(page, PHONE, scheme)
            assert violations(page) == []
    page.get_by_role("link", name="Write the answer").click()
    page.get_by_label("Write a message").fill("I send you another key.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("link", name=re.compile("Notices.*new"))).to_have_count(0)
    page.get_by_role("link", name="Notices").click()
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
