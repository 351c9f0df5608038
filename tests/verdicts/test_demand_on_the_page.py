"""What you may demand, as the page of a purchase says it."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from arbitration.domain.opening import Claim
from arbitration.models import Person
from arbitration.services.disputes.opening import open_dispute
from tests.moments import NOW
from tests.support.shop import BUYER, SELLER, Shop

Work = Callable[[], AbstractContextManager[Session]]
SignedIn = Callable[[str], FlaskClient]
VIDEO = {"terms": {"video_required": True, "disclosed": ["No <b>Persian</b> language"]}}


def panel(client: FlaskClient, purchase: str, **asked: str) -> str:
    """The text of the panel, without its tags."""
    page = client.get(f"/purchases/{purchase}", query_string=asked)
    assert page.status_code == 200
    found = re.search(r'<section class="panel" id="demand".*?</section>', page.text, re.DOTALL)
    assert found
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def kinds_of_trouble(client: FlaskClient, purchase: str, **asked: str) -> str:
    """How what is said of each kind of trouble begins, while a dispute runs."""
    page = client.get(f"/purchases/{purchase}", query_string=asked).text
    found = re.search(r"(<details[^>]*>)\s*<summary>Each kind of trouble</summary>", page)
    return found[1] if found else ""


def reads(work: Work, **settings: str) -> None:
    with work() as session:
        session.execute(update(Person).where(Person.email == BUYER).values(**settings))


def test_each_side_is_spoken_to(shop: Shop, signed_in: SignedIn) -> None:
    purchase = shop.purchase()
    to_buyer, to_seller = panel(signed_in(BUYER), purchase), panel(signed_in(SELLER), purchase)
    assert "You may demand your money back or a replacement. The choice is yours." in to_buyer
    assert "The buyer may demand the money back or a replacement. The choice is the buyer's." in to_seller
    assert "You" not in to_seller.replace("Your", "")


def test_listing_and_clauses_are_cited_with_what_is_missing_and_what_would_change_it(
    shop: Shop, signed_in: SignedIn
) -> None:
    purchase = shop.purchase(listing=VIDEO)
    text = panel(signed_in(BUYER), purchase)
    assert "C4 Where the description demands a video" in text
    assert "A video without a break from 10 November 2026, 10:00 (UTC) to" in text
    assert "If the seller admits that the buyer is right, the claim is covered." in text
    assert "No <b>Persian</b> language" in text


def test_until_when(shop: Shop, signed_in: SignedIn) -> None:
    purchase = shop.purchase()
    client = signed_in(BUYER)
    assert "To be reported by 10 December 2026, 10:02" in panel(client, purchase, on="2026-12-01")
    assert "The time to report it ended on 10 December 2026, 10:02" in panel(client, purchase, on="2026-12-24")


def test_a_purchase_that_was_not_delivered(shop: Shop, signed_in: SignedIn) -> None:
    purchase = shop.purchase(delivered_at=None)
    text = panel(signed_in(BUYER), purchase)
    assert "No delivery of the goods is on record." in text
    assert text.count("Until it has been delivered you may demand your money back, or that it be delivered.") == 4


def test_while_a_dispute_runs_the_other_kinds_of_trouble_are_folded_up_until_one_asks(
    shop: Shop, signed_in: SignedIn, work: Work
) -> None:
    purchase, buyer, client = shop.purchase(), shop.buyer, signed_in(BUYER)
    assert not kinds_of_trouble(client, purchase)
    with work() as session:
        open_dispute(session, buyer, purchase, Claim("invalid", "refund", "It was used."), NOW)
    assert "What the agreement says of the dispute stands above." in panel(client, purchase)
    assert kinds_of_trouble(client, purchase) == '<details class="unfold">'
    assert kinds_of_trouble(client, purchase, on="2026-12-09") == '<details class="unfold" open>'


def test_asking_about_a_day_means_its_end_in_the_readers_zone(shop: Shop, signed_in: SignedIn) -> None:
    purchase, client = shop.purchase(), signed_in(BUYER)
    assert "opened on 9 December 2026, 23:59" in panel(client, purchase, on="2026-12-09")
    assert "The time to report it ended" in panel(client, purchase, on="2026-12-10")
    client.set_cookie("time_zone", "Asia/Tokyo")
    assert "To be reported by 10 December 2026, 19:02" in panel(client, purchase, on="2026-12-10T19:02")
    assert "The time to report it ended" in panel(client, purchase, on="2026-12-10 19:03")


def test_before_the_payment_the_page_says_so(shop: Shop, signed_in: SignedIn) -> None:
    purchase = shop.purchase()
    text = panel(signed_in(BUYER), purchase, on="2026-11-10T10:00")
    assert "The payment had not gone through by then" in text
    assert "You may demand" not in text


@pytest.mark.parametrize(
    "typed",
    ["yesterday", "2026-02-30", "2026-13-01", "31/12/2026", "2026-01-01T25:00", "9999999-1-1", "\x00", "²⁰²⁶-01-01x"],
)
def test_a_day_that_cannot_be_read_is_told_beside_the_field(shop: Shop, signed_in: SignedIn, typed: str) -> None:
    purchase = shop.purchase()
    text = panel(signed_in(BUYER), purchase, on=typed)
    assert "Type a day such as" in text
    assert "You may demand your money back or a replacement." in text


@pytest.mark.parametrize("calendar", ["gregorian", "persian"])
@pytest.mark.parametrize("typed", ["0001-01-01", "0622-03-21", "1200-01-01", "1599-12-29", "2250-01-01", "9999-12-31"])
def test_the_ends_of_time(shop: Shop, signed_in: SignedIn, work: Work, typed: str, calendar: str) -> None:
    purchase, client = shop.purchase(), signed_in(BUYER)
    reads(work, calendar=calendar)
    for zone in ("UTC", "Asia/Tokyo", "America/New_York"):
        client.set_cookie("time_zone", zone)
        panel(client, purchase, on=typed)


def test_a_persian_reader_types_a_persian_day(shop: Shop, signed_in: SignedIn, work: Work) -> None:
    purchase, client = shop.purchase(), signed_in(BUYER)
    reads(work, language="fa", time_zone="Asia/Tehran")
    for typed in ("۱۴۰۵-۰۹-۱۸", "1405/9/18", "٢٠٢٦-١٢-٠٩", "2026-12-09", "\u2066۱۴۰۵.۰۹.۱۸\u2069"):
        assert "۱۸ آذر ۱۴۰۵" in panel(client, purchase, on=typed), typed
    page = client.get(f"/purchases/{purchase}?on=1405-09-18").text
    assert 'type="text" id="on" name="on" value="۱۴۰۵-۰۹-۱۸ ۲۳:۵۹" dir="ltr"' in page


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("uk", "Продавець повністю відповідає"), ("fa", "فروشنده به‌طور کامل"), ("pl", "Sprzedawca w pełni")],
)
def test_clauses_come_in_the_readers_language(
    shop: Shop, signed_in: SignedIn, work: Work, language: str, sentence: str
) -> None:
    purchase, client = shop.purchase(), signed_in(BUYER)
    reads(work, language=language)
    assert sentence in panel(client, purchase)
