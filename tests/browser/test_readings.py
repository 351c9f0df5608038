"""The page of a purchase whose terms were read out of the listing, in a real browser: seen, used and objected to."""

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import update

from arbitration.clock import now
from arbitration.i18n import Reader
from arbitration.models import Person
from arbitration.scheduler.readings import read_waiting
from tests.support.browser import DESK, PHONE, Visit, look, violations
from tests.support.shop import BUYER, SELLER, Shop, Work

LISTINGS = {
    "en": "A key for Playgate, worldwide.\nWarranty: 30 days from delivery.\n"
    "Claims are accepted only with a video recording of the activation.\nThe warranty period is 7 days.",
    "uk": "Ключ для Playgate.\nГарантія 30 днів з моменту видачі.\n"
    "Претензії приймаються лише за наявності відео активації.\nГарантія 2 тижні.",
    "fa": "کلید بازی برای Playgate.\nگارانتی ۳۰ روز از زمان تحویل.\n"
    "بدون فیلم از لحظه پرداخت اعتراضی پذیرفته نمی‌شود.\nگارانتی ۷ روز.",
}


def bought(shop: Shop, app: Flask, work: Work, language: str) -> str:
    purchase = shop.purchase(
        listing={"description": LISTINGS[language], "language": language, "terms": None},
        buyer={"language": language},
        seller={"language": language},
    )
    with work() as session:
        session.execute(update(Person).values(language=language))
    sum(read_waiting(app, now()))
    return purchase


@pytest.mark.appearance
@pytest.mark.parametrize("language", LISTINGS)
def test_the_words_that_count_are_marked_and_everybody_can_use_the_page(
    visit: Visit, shop: Shop, app: Flask, work: Work, language: str
) -> None:
    purchase, say = bought(shop, app, work, language), Reader(language)
    page = visit(BUYER, locale=language, viewport=PHONE)
    page.goto(f"/purchases/{purchase}")
    page.locator("#term-warranty summary").click()
    for size, scheme in ((PHONE, "light"), (DESK, "dark")):
        look(page, size, scheme)
        expect(page.locator("#listing mark").first).to_be_visible()
        expect(page.locator("#term-warranty")).to_contain_text(say.duration("P30D"))
        expect(page.locator("#term-warranty mark, #term-warranty .quote").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == []


@pytest.mark.in_turn
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_buyer_objects_and_the_seller_sees_it_and_the_buyer_takes_it_back(
    visit: Visit, shop: Shop, app: Flask, work: Work, scripts: bool
) -> None:
    purchase = bought(shop, app, work, "en")
    buyer = visit(BUYER, scripts=scripts, viewport=PHONE)
    buyer.goto(f"/purchases/{purchase}")
    form = buyer.locator("#term-warranty")
    form.get_by_text("This was read wrongly").click()
    form.get_by_label("What is wrong, and which words say so?").fill("The ad said a year.")
    form.get_by_label("How should it read?").select_option("period")
    form.get_by_role("button", name="Object").click()
    expect(form.locator(".field__fault")).to_contain_text("Say how long the period is")
    expect(form.get_by_label("What is wrong, and which words say so?")).to_have_value("The ad said a year.")
    form.get_by_label("How many").fill("1")
    form.get_by_label("Unit of time").select_option("years")
    form.get_by_role("button", name="Object").click()
    expect(buyer.locator(".notice--success")).to_contain_text("Your objection is on record")
    expect(form.locator(".objection")).to_contain_text("The ad said a year.")
    assert violations(buyer) == [] if scripts else True

    seller = visit(SELLER, scripts=scripts)
    seller.goto(f"/purchases/{purchase}#term-warranty")
    expect(seller.locator("#term-warranty .objection")).to_contain_text("Marcus Lowe objected")
    expect(seller.locator("#term-warranty .objection")).to_contain_text("1 year from the delivery")

    form.get_by_role("link", name="Take the objection back").click()
    buyer.get_by_role("button", name="Take the objection back").click()
    expect(buyer.locator(".notice--success")).to_contain_text("You took your objection back")
    expect(form.locator(".objection")).to_have_count(0)
