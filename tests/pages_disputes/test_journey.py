"""A dispute from what went wrong to the replacement that is opened, by buyer and seller in a real browser."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from arbitration.clock import now
from arbitration.domain.opening import Claim
from arbitration.services.disputes import offers, opening
from tests.support.browser import DESK, PHONE, Page, Visit, look, violations
from tests.support.shop import BUYER, SELLER, Shop

KEY = "NEWKEY-12345-ABCDE"
Work = Callable[[], AbstractContextManager[Session]]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


@pytest.mark.in_turn
@pytest.mark.parametrize("scripts", [False, True], ids=["no scripts", "scripts"])
def test_a_dispute_is_opened_settled_and_the_replacement_opened(visit: Visit, shop: Shop, scripts: bool) -> None:
    purchase = shop.purchase()
    buyer = visit(BUYER, scripts=scripts, viewport=PHONE)
    buyer.goto(f"/purchases/{purchase}")
    follow(buyer, "Something is wrong?")
    buyer.get_by_label("The key or login never worked").check()
    buyer.get_by_label("In a few words: what exactly?").fill("used key")
    buyer.get_by_label("Tell what happened").fill("It says the key is used already.")
    buyer.get_by_label("A replacement", exact=True).check()
    assert violations(buyer) == [] if scripts else True
    press(buyer, "See what the agreement says")
    expect(buyer.get_by_role("heading", level=1)).to_have_text("What the agreement says")
    expect(buyer.locator(".slip .badge")).to_have_text("Covered")
    assert violations(buyer) == [] if scripts else True
    press(buyer, "Change something")
    expect(buyer.get_by_label("Tell what happened")).to_have_value("It says the key is used already.")
    press(buyer, "See what the agreement says")
    press(buyer, "Open the dispute")
    expect(buyer.locator("#dispute [aria-current=step]")).to_contain_text("Negotiation")
    expect(buyer.locator("#dispute .dispute__state")).to_contain_text("The seller has until")
    expect(buyer.locator("#dispute")).to_contain_text("The arbiter can be called from")

    seller = visit(SELLER, scripts=scripts)
    seller.goto("/disputes?show=mine")
    seller.get_by_role("link", name="Snow Harbour").click()
    expect(seller.locator("#dispute .dispute__state")).to_contain_text("You have until")
    follow(seller, "Make an offer")
    seller.get_by_label("A replacement", exact=True).check()
    seller.get_by_label("What you want to say with it").fill("Sorry, here is another.")
    press(seller, "Make this offer")
    expect(seller.locator(".event--offer")).to_contain_text("Sorry, here is another.")

    buyer.goto(f"/purchases/{purchase}")
    expect(buyer.locator(".offer__what")).to_have_text("Replacement")
    for scheme in ("light", "dark") if scripts else ():
        look(buyer, DESK, scheme)
        assert violations(buyer) == []
    follow(buyer, "Accept")
    expect(buyer.get_by_text("This can't be undone.")).to_be_visible()
    press(buyer, "Accept the offer")
    expect(buyer.locator("#dispute [aria-current=step]")).to_contain_text("Being carried out")

    seller.goto(f"/purchases/{purchase}")
    follow(seller, "Deliver the replacement")
    seller.get_by_label("The key, the code or the login").fill(KEY)
    press(seller, "Deliver it")
    expect(seller.locator("#dispute .badge").first).to_have_text("Settled by agreement")
    expect(seller.locator("body")).not_to_contain_text(KEY)

    buyer.goto(f"/purchases/{purchase}")
    expect(buyer.locator("body")).not_to_contain_text(KEY)
    follow(buyer, "Open the replacement")
    expect(buyer.locator("body")).not_to_contain_text(KEY)
    press(buyer, "Open the replacement")
    expect(buyer.locator("#sealed")).to_have_text(KEY)
    buyer.goto(f"/purchases/{purchase}")
    expect(buyer.locator(".event--replacement_opened")).to_be_visible()
    expect(buyer.get_by_role("link", name="Reopen the dispute")).to_be_visible()


@pytest.mark.in_turn
def test_who_is_asked_once_more_meets_what_follows_before_any_field_or_button(
    visit: Visit, shop: Shop, work: Work
) -> None:
    purchase, claim = shop.purchase(), Claim("invalid", "refund", "It is used.")
    by, to = shop.seller, shop.buyer
    with work() as session:
        case = opening.open_dispute(session, to, purchase, claim, now())
        offers.make_offer(session, by, case.dispute.id, "refund", None, "", now())
    buyer = visit(BUYER, viewport=PHONE)
    buyer.goto(f"/purchases/{purchase}")
    for name, asked in (("Accept", "Accept this offer?"), ("Withdraw the dispute", "Withdraw the dispute?")):
        buyer.get_by_role("link", name=name, exact=True).first.focus()
        buyer.keyboard.press("Enter")
        expect(buyer.get_by_role("heading", name=asked)).to_be_focused()
        buyer.keyboard.press("Enter")
        expect(buyer.get_by_role("dialog", name=asked)).to_be_visible()
        buyer.keyboard.press("Escape")


@pytest.mark.in_turn
def test_what_was_written_on_a_phone_is_there_again_when_the_phone_dropped_the_page(visit: Visit, shop: Shop) -> None:
    told, form = "It says the key is used already.", f"/purchases/{shop.purchase()}/dispute/new"
    page = visit(BUYER, viewport=PHONE)
    page.goto(form)
    page.get_by_label("Tell what happened").fill(told)
    page.goto(form)
    expect(page.get_by_label("Tell what happened")).to_have_value(told)
    page.get_by_label("The key or login never worked").check()
    page.get_by_label("A replacement", exact=True).check()
    press(page, "See what the agreement says")
    expect(page.get_by_role("heading", level=1)).to_have_text("What the agreement says")
    page.goto(form)
    expect(page.get_by_label("Tell what happened")).to_have_value(told)
    page.get_by_label("The key or login never worked").check()
    page.get_by_label("A replacement", exact=True).check()
    press(page, "See what the agreement says")
    press(page, "Open the dispute")
    expect(page.locator("#dispute")).to_be_visible()
    page.wait_for_function("() => !Object.keys(sessionStorage).some((key) => key.startsWith('draft:act:'))")


@pytest.mark.in_turn
def test_a_key_that_is_being_delivered_is_not_kept_in_the_tab(visit: Visit, shop: Shop) -> None:
    form = f"/purchases/{shop.purchase()}/replacements/new"
    page = visit(SELLER, viewport=PHONE)
    page.goto(form)
    page.get_by_label("The key, the code or the login").fill(KEY)
    assert KEY not in page.evaluate("JSON.stringify(sessionStorage)")


@pytest.mark.appearance
def test_a_long_name_of_a_stage_takes_no_room_from_a_title_on_a_phone(visit: Visit, shop: Shop, work: Work) -> None:
    purchase = shop.purchase(listing={"title": "Snow Harbour, key for Playgate, all regions, with every addition"})
    with work() as session:
        opening.open_dispute(session, shop.buyer, purchase, Claim("invalid", "refund", "It never worked."), now())
    page = visit(BUYER, viewport=PHONE)
    page.goto("/disputes?show=open")
    wide = "(it) => it.getBoundingClientRect().width"
    assert page.locator(".ledger__title").evaluate(wide) == page.locator(".ledger__state").evaluate(wide)
