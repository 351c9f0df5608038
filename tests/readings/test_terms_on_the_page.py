"""What a listing says in its own words counts where the marketplace states nothing, and the page shows the words."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from arbitration.models import DocketEntry, ListingReading, Person
from arbitration.rules.listings import read_terms
from arbitration.services import readings
from tests.moments import NOW
from tests.readings.conftest import DESCRIPTION, SignedIn, panel, term, words
from tests.support.shop import BUYER, SELLER

Work = Callable[[], AbstractContextManager[Session]]
Describe = Callable[..., str]
ReadAll = Callable[[], int]
STATED = {"warranty": {"kind": "period", "duration": "P60D", "starts": "payment"}}


def look(signed_in: SignedIn, purchase: str, who: str = BUYER, **asked: str) -> str:
    page = signed_in(who).get(f"/purchases/{purchase}", query_string=asked)
    assert page.status_code == 200
    return page.text


def test_until_it_is_read_the_page_says_so(describe: Describe, read_all: ReadAll, signed_in: SignedIn) -> None:
    purchase = describe()
    before = look(signed_in, purchase)
    assert "The description is still being read." in panel(before, "listing")
    assert "No time limit: the listing names no warranty period" in panel(before, "demand")
    assert read_all() == 1
    after = look(signed_in, purchase)
    assert "still being read" not in after
    assert words(term(after, "warranty")).startswith("Warranty 14 days from the delivery Read in the description:")
    assert "<mark" in after


@pytest.mark.parametrize("who", [BUYER, SELLER])
def test_until_when_follows_the_listings_words_and_the_finding_quotes_them(
    describe: Describe, read_all: ReadAll, signed_in: SignedIn, who: str
) -> None:
    purchase = describe()
    read_all()
    shown = panel(look(signed_in, purchase, who, on="2026-11-12"), "demand")
    assert "To be reported by 24 November 2026, 10:02" in shown
    assert re.search(r"The marketplace states nothing of it; the listing says “Warranty: 14 days[^”]*”\.", shown)


def test_the_quote_stands_in_the_readers_own_quotation_marks(
    describe: Describe, read_all: ReadAll, signed_in: SignedIn, work: Work
) -> None:
    purchase = describe()
    read_all()
    with work() as session:
        session.execute(update(Person).where(Person.email == BUYER).values(language="uk"))
    assert re.search("«\u2066?\u2068?Warranty: 14 days[^»]*»", panel(look(signed_in, purchase), "demand"))


def test_what_the_marketplace_states_wins_field_by_field(
    describe: Describe, read_all: ReadAll, signed_in: SignedIn
) -> None:
    purchase = describe("Warranty 7 days. Claims are accepted only with a video recording of the activation.", STATED)
    read_all()
    page = look(signed_in, purchase)
    assert words(term(page, "warranty")) == "Warranty 60 days from the payment Stated by the marketplace"
    assert words(term(page, "video_required")).startswith("Video of the check Demanded Read in the description:")
    shown = panel(page, "demand")
    assert "7 days" not in shown
    assert "A video without a break" in shown


def test_words_that_are_not_clear_count_as_not_stated_and_are_shown(
    describe: Describe, read_all: ReadAll, signed_in: SignedIn
) -> None:
    text = "Streaming account. Warranty for the whole term of the subscription."
    purchase = describe(text)
    assert read_terms(text).conflicts, "what is hesitated over is listed"
    read_all()
    page = look(signed_in, purchase)
    shown = words(term(page, "warranty"))
    assert shown.startswith("Warranty Not stated The marketplace does not state it, and the description is not clear.")
    assert "These words are not clear enough, so they count as not stated: Warranty" in shown
    assert "which is not clear enough, so it counts as not stated." in panel(page, "demand")
    assert 'class="mark mark--unclear"' in page


def test_a_listing_that_contradicts_itself_is_read_kindly_and_the_other_words_are_shown(
    describe: Describe, read_all: ReadAll, signed_in: SignedIn
) -> None:
    purchase = describe("Warranty: 30 days from delivery.\n\nOther rules.\n\nThe warranty period is 7 days.")
    read_all()
    page = look(signed_in, purchase)
    shown = words(term(page, "warranty"))
    assert shown.startswith("Warranty 30 days from the delivery")
    assert "The description contradicts itself. The words kinder to the buyer count; it also says:" in shown
    assert 'class="mark mark--contradicting"' in page
    assert "where it contradicts itself, the kinder words hold" in panel(page, "demand")


def test_the_listing_is_shown_as_it_was_written_whatever_is_marked(
    describe: Describe, read_all: ReadAll, signed_in: SignedIn
) -> None:
    purchase = describe()
    read_all()
    page = look(signed_in, purchase)
    shown = re.search(r'<p class="words" dir="auto" lang="en">(.*?)</p>', page, re.DOTALL)
    assert shown
    assert "<b>" not in shown[1]
    unmarked = re.sub(r'<span class="visually-hidden">.*?</span>\)</span>|</?mark[^>]*>', "", shown[1])
    assert unmarked == DESCRIPTION.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert "read as the warranty" in words(shown[1])


def test_the_same_words_are_read_once(describe: Describe, read_all: ReadAll, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    monkeypatch.setattr(readings, "read_terms", lambda text: reads.append(text) or read_terms(text))
    for seller in ("1", "2"):
        describe(external_id=f"{seller:0>16}", seller={"external_id": seller})
    describe(terms=STATED)
    assert read_all() == 2
    describe(terms={"video_required": True})
    assert read_all() == 1
    assert reads == [DESCRIPTION]
    assert read_all() == 0


def test_two_at_once_keep_one_reading(describe: Describe, work: Work) -> None:
    describe()
    with work() as session:
        mine = theirs = readings.read(readings.waiting(session))
    with work() as session:
        assert readings.keep(session, mine, NOW) == 1
    with work() as session:
        assert readings.keep(session, theirs, NOW) == 0
        entries = select(DocketEntry).where(DocketEntry.kind == "listings.read")
        assert len(session.scalars(entries).all()) == 1
        assert session.scalars(select(ListingReading)).one().read_at == NOW


def test_a_text_over_which_the_reader_stumbles_holds_up_nobody(
    describe: Describe, read_all: ReadAll, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(text: str) -> object:
        if "stumble" in text:
            raise RecursionError
        return read_terms(text)

    monkeypatch.setattr(readings, "read_terms", stumble)
    hard, plain = describe("Please stumble"), describe()
    assert read_all() == 2
    assert "The description could not be read." in panel(look(signed_in, hard), "listing")
    assert "14 days from the delivery" in term(look(signed_in, plain), "warranty")
