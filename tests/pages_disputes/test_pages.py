"""The pages of a dispute, looked at as their HTML: what is shown to whom, and what comes back when it is refused."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from arbitration.domain.actors import Actor, Role
from arbitration.domain.conduct import KINDS
from arbitration.domain.opening import Claim
from arbitration.models import Dispute, DocketEntry, Purchase
from arbitration.services import messages
from arbitration.services.disputes import offers, opening, remedies, reopening, replacements, talks
from arbitration.services.thread import SYSTEM, post_event
from tests.moments import NOW
from tests.support.shop import BUYER, SELLER, Shop

SignedIn = Callable[..., FlaskClient]
Work = Callable[[], Any]
CLAIM = Claim("invalid", "refund", "It never worked.", "used key")


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an hour after the dispute was opened."""
    monkeypatch.setattr("arbitration.clock.now", lambda: NOW + timedelta(hours=1))


@pytest.fixture
def purchase(shop: Shop) -> str:
    return shop.purchase()


@pytest.fixture
def dispute_id(shop: Shop, work: Work, purchase: str) -> UUID:
    buyer = shop.buyer
    with work() as session:
        found: UUID = opening.open_dispute(session, buyer, purchase, CLAIM, NOW).dispute.id
    return found


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_events_stand_in_the_thread_and_in_the_lists(
    shop: Shop, work: Work, signed_in: SignedIn, purchase: str, dispute_id: UUID
) -> None:
    seller = shop.seller
    with work() as session:
        offers.make_offer(session, seller, dispute_id, "part_refund", 500, "Half of it?", NOW)
    buyer = signed_in(BUYER)
    listed = text_of(buyer.get("/purchases").text)
    assert "\u2068Harbour Keys\u2069 made an offer" in listed or "Harbour Keys made an offer" in listed
    assert "You have an offer. You can answer it until" in listed
    page = buyer.get(f"/purchases/{purchase}").text
    thread = page[page.index('<ol class="thread"') :]
    assert "Part refund: US$5.00" in thread
    assert "Half of it?" in thread
    assert "It never worked." in thread
    assert "What is wrong: used key" in text_of(thread)


def test_once_a_part_was_paid_back_the_form_of_an_offer_says_what_is_left(
    shop: Shop, work: Work, signed_in: SignedIn, dispute_id: UUID
) -> None:
    buyer, seller, form = shop.buyer, shop.seller, f"/disputes/{dispute_id}/offer"
    assert "The whole price back: US$12.50" in signed_in(SELLER).get(form).text
    with work() as session:
        offers.make_offer(session, seller, dispute_id, "part_refund", 500, "", NOW)
        offers.answer_offer(session, buyer, dispute_id, 1, "accept", NOW)
        remedies.confirm_refund(session, Actor(buyer.person_id, Role.GATEWAY), dispute_id, None, NOW)
        reopening.reopen(session, buyer, dispute_id, "Half is not enough.", NOW)
    shown = signed_in(SELLER).get(form).text
    assert "All that is left of the price: US$7.50" in shown
    assert "US$12.50" not in shown


@pytest.mark.usefixtures("dispute_id")
def test_what_the_clock_did_counts_as_unread_for_both(work: Work, signed_in: SignedIn, purchase: str) -> None:
    for client in (buyer := signed_in(BUYER), seller := signed_in(SELLER)):
        client.get(f"/purchases/{purchase}")
    with work() as session:
        row = session.query(Purchase).filter_by(external_id=purchase).one()
        post_event(session, row, SYSTEM, "lapse", NOW + timedelta(minutes=1), about={"outcome": "lapsed"})
    for client in (buyer, seller):
        assert "1 unread message" in client.get("/purchases").text
        assert 'id="unread"' in client.get(f"/purchases/{purchase}").text


@pytest.mark.parametrize(
    ("path", "typed", "kept"),
    [
        ("offer", {"remedy": "part_refund", "amount": "a lot", "text": "Is that fair?"}, ["a lot", "Is that fair?"]),
        ("offer", {"remedy": "part_refund", "amount": "99", "text": "Too much?"}, ["99", "Too much?"]),
        ("extend", {"until": "tomorrow", "reason": "I am ill"}, ["tomorrow", "I am ill"]),
        ("escalate", {"text": "Please help"}, ["Please help"]),
    ],
)
def test_a_form_that_is_refused_comes_back_with_every_word(
    signed_in: SignedIn, dispute_id: UUID, path: str, typed: dict[str, str], kept: list[str]
) -> None:
    answer = signed_in(SELLER).post(f"/disputes/{dispute_id}/{path}", data=typed)
    assert answer.status_code in (409, 422)
    for words in kept:
        assert words in answer.text


def test_an_amount_can_be_typed_with_a_comma_and_in_other_digits(
    work: Work, signed_in: SignedIn, dispute_id: UUID
) -> None:
    answer = signed_in(SELLER).post(
        f"/disputes/{dispute_id}/offer", data={"remedy": "part_refund", "amount": "۴٫۵", "text": ""}
    )
    assert answer.status_code == 303
    with work() as session:
        assert offers.list_offers(session, dispute_id)[-1].amount == 450


def test_the_opening_says_all_that_is_wrong_and_keeps_what_was_typed(signed_in: SignedIn, purchase: str) -> None:
    typed = {
        "reason": "",
        "requested": "",
        "defect": "x" * 600,
        "checked_at": "never",
        "statement": "Two hours of work.",
    }
    answer = signed_in(BUYER).post(f"/purchases/{purchase}/dispute/new", data=typed | {"preview": "1"})
    assert answer.status_code == 422
    assert "Two hours of work." in answer.text
    assert "never" in answer.text
    for words in ("Choose what went wrong.", "Choose what you would like", "Name it in a few words"):
        assert words in text_of(answer.text)


def test_an_old_link_to_what_is_over_leads_to_how_the_dispute_stands(
    shop: Shop, work: Work, signed_in: SignedIn, purchase: str, dispute_id: UUID
) -> None:
    buyer, client = shop.buyer, signed_in(BUYER)
    with work() as session:
        talks.withdraw(session, buyer, dispute_id, "", NOW)
    answer = client.get(f"/disputes/{dispute_id}/withdraw")
    assert (answer.status_code, answer.location) == (303, f"/purchases/{purchase}#dispute")
    page = text_of(client.get(answer.location).text)
    assert "This dispute is closed. Look at its outcome" in page
    assert "Closed: the buyer withdrew the dispute." in page


def test_who_opened_a_replacement_that_does_not_work_has_one_button_to_say_so(
    shop: Shop, work: Work, signed_in: SignedIn, purchase: str, dispute_id: UUID
) -> None:
    buyer, seller = shop.buyer, shop.seller
    with work() as session:
        offers.make_offer(session, buyer, dispute_id, "replacement", None, "", NOW)
    accepting = text_of(signed_in(SELLER).get(f"/disputes/{dispute_id}/offers/1/accept").text)
    assert "you owe the buyer a replacement within 72 hours" in accepting
    with work() as session:
        offers.answer_offer(session, seller, dispute_id, 1, "accept", NOW)
    with work() as session:
        delivered = replacements.deliver_replacement(session, seller, purchase, "AAAA-BBBB", "", NOW)
        address = f"/purchases/{purchase}/replacements/{delivered.id}"
    page = signed_in(BUYER)
    assert "It does not work" not in page.get(address).text
    page.post(f"{address}/opening")
    opened = page.get(address).text
    assert "AAAA-BBBB" in opened
    assert "If it does not work, you can reopen the dispute until" in text_of(opened)
    assert f'href="/disputes/{dispute_id}/reopen"' in opened
    asked = text_of(page.get(f"/disputes/{dispute_id}/reopen").text)
    assert "The talks begin anew" in asked
    assert "ruling" not in asked
    assert "It does not work" not in signed_in(SELLER).get(address).text


def test_since_when_it_is_wrong_and_what_was_tried_are_asked_shown_and_kept(
    signed_in: SignedIn, work: Work, purchase: str
) -> None:
    buyer = signed_in(BUYER)
    page = f"/purchases/{purchase}/dispute/new"
    typed = {"reason": "invalid", "requested": "refund", "statement": "It is refused.", "since": "2026-11-20T09:30"}
    typed |= {"tried": "Another computer, twice."}
    assert "Since when is it wrong?" in buyer.get(page).text
    early = buyer.post(page, data=typed | {"since": "2026-11-01T09:30", "preview": "1"})
    assert early.status_code == 422
    assert "Give a moment between the beginning of the payment and now." in unescape(early.text)
    preview = buyer.post(page, data=typed | {"preview": "1"}).text
    assert "20 November 2026, 09:30" in preview
    assert 'name="since" value="2026-11-20T09:30"' in preview
    assert "Another computer, twice." in preview
    assert buyer.post(page, data=typed | {"open": "1"}).status_code == 303
    told = text_of(buyer.get(f"/purchases/{purchase}").text)
    assert told.count("Wrong since 20 November 2026, 09:30") == 2
    assert "Wrong since 20 November 2026, 09:30" in text_of(signed_in(SELLER).get(f"/purchases/{purchase}").text)
    assert "Has tried: Another computer, twice." in told
    with work() as session:
        (opened,) = [entry for entry in session.query(DocketEntry).all() if entry.kind == "dispute.opened"]
        assert '"since":"2026-11-20T09:30:00.000000Z"' in opened.body
        assert '"tried":"' in opened.body
        assert "Another computer" not in opened.body


def test_a_form_sent_while_signed_out_waits_for_its_author(
    app: Any, signed_in: SignedIn, work: Work, purchase: str
) -> None:
    stranger = app.test_client()
    typed = {"reason": "invalid", "requested": "refund", "statement": "A long story.", "defect": "", "checked_at": ""}
    answer = stranger.post(f"/purchases/{purchase}/dispute/new", data=typed | {"open": "1"})
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]
    draft = stranger.get_cookie("draft")
    buyer = signed_in(BUYER)
    buyer.set_cookie("draft", draft.value)
    page = buyer.get(f"/purchases/{purchase}/dispute/new").text
    assert "A long story." in page
    assert "before you signed in" in page
    with work() as session:
        assert session.query(Dispute).count() == 0


def test_each_side_is_offered_what_it_can_do_and_nothing_else(
    signed_in: SignedIn, shop: Shop, purchase: str, dispute_id: UUID
) -> None:
    buyer, seller = (text_of(signed_in(who).get(f"/purchases/{purchase}").text) for who in (BUYER, SELLER))
    assert "Withdraw the dispute" in buyer
    assert "Withdraw the dispute" not in seller
    assert "I admit that the buyer is right" in seller
    assert "I admit that the buyer is right" not in buyer
    assert "I need an answer from the buyer" in seller
    assert "I need an answer from the buyer" not in buyer
    assert "Something is wrong?" not in buyer
    assert signed_in(SELLER).get(f"/disputes/{dispute_id}/withdraw").status_code == 403
    assert signed_in(BUYER).get(f"/purchases/{purchase}/facts/admitted_by_seller/yes").status_code == 403
    assert signed_in(BUYER).get(f"/purchases/{purchase}/replacements/new").status_code == 403
    shop.purchase(buyer={"email": "other@example.com"})
    assert signed_in("other@example.com").get(f"/disputes/{dispute_id}/offer").status_code == 404


@pytest.mark.usefixtures("dispute_id")
def test_a_message_of_the_other_side_is_reported_and_one_s_own_is_not(
    shop: Shop, work: Work, signed_in: SignedIn, purchase: str
) -> None:
    seller = shop.seller
    with work() as session:
        position = messages.post_message(session, seller, purchase, "Remove your review first.", NOW).message.position
    address = f"/purchases/{purchase}/messages/{position}/report"
    assert address in signed_in(BUYER).get(f"/purchases/{purchase}").text
    assert address not in signed_in(SELLER).get(f"/purchases/{purchase}").text
    answer = signed_in(BUYER).post(address, data={"kind": "", "text": "Look at this"})
    assert answer.status_code == 422
    assert "Look at this" in answer.text
    assert signed_in(BUYER).post(address, data={"kind": KINDS[0], "text": ""}).status_code == 303
    assert "A demand to remove or change a review" in signed_in(SELLER).get(f"/purchases/{purchase}").text


def test_how_long_an_offer_stands_is_said_once_and_with_the_offset(
    shop: Shop, work: Work, signed_in: SignedIn, purchase: str, dispute_id: UUID
) -> None:
    seller = shop.seller
    with work() as session:
        offers.make_offer(session, seller, dispute_id, "part_refund", 500, "Half of it?", NOW)
    page = text_of(signed_in(BUYER).get(f"/purchases/{purchase}").text)
    head = page[page.index("You have an offer.") : page.index("How this time was worked out")]
    assert re.search(r"You can answer it until [^.]* \(UTC[^)]*\)\.", head)
    assert head.count("2026") == 1
    assert "It stands until" not in page


def test_whoever_has_an_offer_answers_it_and_is_not_asked_for_one_beside_it(
    shop: Shop, work: Work, signed_in: SignedIn, purchase: str, dispute_id: UUID
) -> None:
    seller = shop.seller
    assert "Make an offer" in text_of(signed_in(BUYER).get(f"/purchases/{purchase}").text)
    with work() as session:
        offers.make_offer(session, seller, dispute_id, "part_refund", 500, "Half of it?", NOW)
    page = text_of(signed_in(BUYER).get(f"/purchases/{purchase}").text)
    assert "Offer something else" in page
    assert "Make an offer" not in page


@pytest.mark.usefixtures("dispute_id")
def test_the_seller_admits_and_asks_for_an_answer(signed_in: SignedIn, purchase: str) -> None:
    seller = signed_in(SELLER)
    assert seller.post(f"/purchases/{purchase}/facts/admitted_by_seller/yes", data={"text": ""}).status_code == 303
    page = text_of(seller.get(f"/purchases/{purchase}").text)
    assert "The seller admits that what the buyer says is so." in page
    assert "I admit that the buyer is right" not in page
    seller.post(f"/purchases/{purchase}/messages", data={"text": "Which region are you in?", "asks": "true"})
    page = text_of(signed_in(BUYER).get(f"/purchases/{purchase}").text)
    assert "Asks the buyer for an answer" in page
    assert "You have until" in page
    assert "1 waits for you" in page


def test_the_list_of_disputes_tells_those_that_wait_for_one(
    shop: Shop, work: Work, signed_in: SignedIn, dispute_id: UUID
) -> None:
    buyer, seller = signed_in(BUYER), signed_in(SELLER)
    assert "Snow Harbour" in seller.get("/disputes?show=mine").text
    assert "Snow Harbour" not in buyer.get("/disputes?show=mine").text
    assert "Snow Harbour" in buyer.get("/disputes").text
    actor = shop.buyer
    with work() as session:
        talks.withdraw(session, actor, dispute_id, "", NOW)
    assert "Snow Harbour" not in buyer.get("/disputes").text
    assert "Withdrawn" in buyer.get("/disputes?show=closed").text


def test_an_appeal_before_there_is_a_ruling_is_told_so_and_loses_no_word(
    signed_in: SignedIn, purchase: str, dispute_id: UUID
) -> None:
    assert purchase
    words = "The arbiter never saw the second screenshot."
    answer = signed_in(BUYER).post(
        f"/disputes/{dispute_id}/appeal", data={"ground": "bias", "text": words, "ruling": ""}
    )
    assert answer.status_code == 409
    assert words in unescape(answer.text)


def test_the_first_field_to_be_corrected_has_the_focus(signed_in: SignedIn, dispute_id: UUID) -> None:
    seller, form = signed_in(SELLER), f"/disputes/{dispute_id}/offer"
    assert "autofocus" not in seller.get(form).text
    nothing = seller.post(form, data={"remedy": ""}).text
    assert re.findall(r"<[^>]* autofocus[^>]*>", nothing)[0].startswith('<input type="radio" id="act-remedy-refund"')
    too_much = seller.post(form, data={"remedy": "part_refund", "amount": "99.00"}).text
    (field,) = re.findall(r"<[^>]* autofocus[^>]*>", too_much)
    assert 'id="act-amount"' in field
    assert 'aria-describedby="act-amount-fault' in field


def test_who_delivers_is_told_for_whom_and_for_which_purchase(signed_in: SignedIn, shop: Shop, purchase: str) -> None:
    other = shop.purchase(
        listing={"title": "Pine Valley, key for Playgate"}, buyer={"name": "Nadia Ferris", "email": "nadia@example.com"}
    )
    seller = signed_in(SELLER)
    for number, told in ((purchase, "Marcus Lowe · Snow Harbour"), (other, "Nadia Ferris · Pine Valley")):
        page = text_of(seller.get(f"/purchases/{number}/replacements/new").text)
        assert f"{told}, key for Playgate · {number}" in page
