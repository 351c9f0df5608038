"""A buyer and a seller at work in a real browser: signing in, reading, writing, answering, in three languages."""

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from arbitration.clock import now
from arbitration.config import Settings
from arbitration.i18n import Reader
from arbitration.scheduler.sweep import sweep
from tests.support.browser import DESK, PHONE, Page, Visit, look, violations
from tests.support.mailbox import letters
from tests.support.shop import BUYER, SELLER, Shop

LANGUAGES = ("en", "uk", "fa")
WAYS = [("en", True), ("uk", False), ("fa", True), ("fa", False)]
"""Languages take turns with and without scripts; what is mirrored has both."""
LOOKS = ((DESK, "light"), (PHONE, "dark"))
PEOPLE = {
    "en": ("Hi, the key says «already used».", "Sorry! Here is another one."),
    "uk": ("Вітаю, ключ пише «вже використано».", "Перепрошую! Ось інший."),
    "fa": ("سلام، کلید می‌گوید «قبلاً استفاده شده».", "ببخشید! این یکی را امتحان کنید."),
}


def purchase_in(shop: Shop, language: str) -> str:
    return shop.purchase(buyer={"language": language}, seller={"language": language})


def send(page: Page, reader: Reader, text: str, *, reports_problem: bool = False) -> None:
    page.get_by_label(reader.gettext("Write a message")).fill(text)
    if reports_problem:
        page.get_by_label(reader.gettext("This reports a problem")).check()
    page.get_by_role("button", name=reader.gettext("Send"), exact=True).click()


@pytest.mark.in_turn
@pytest.mark.parametrize(("language", "scripts"), WAYS, ids=["en", "uk, no scripts", "fa", "fa, no scripts"])
def test_a_buyer_signs_in_reports_a_problem_and_the_seller_answers(
    visit: Visit, shop: Shop, app: Flask, settings: Settings, language: str, scripts: bool
) -> None:
    external_id, say = purchase_in(shop, language), Reader(language)
    asked, answered = PEOPLE[language]

    buyer = visit(scripts=scripts, locale=language, viewport=PHONE)
    buyer.goto("/sign-in")
    expect(buyer.locator("html")).to_have_attribute("dir", "rtl" if language == "fa" else "ltr")
    buyer.get_by_label(say.gettext("E-mail address")).fill(BUYER)
    buyer.get_by_role("button", name=say.gettext("Send me a link")).click()
    expect(buyer.get_by_role("heading", level=1)).to_have_text(say.gettext("Look into your mail"))
    sweep(app, now())
    (link,) = re.findall(r"http://\S+/sign-in/\S+", letters(settings.instance)[-1])
    buyer.goto(link)
    assert link.rsplit("/", 1)[-1] not in buyer.url
    buyer.get_by_role("button", name=say.gettext("Sign in")).click()
    buyer.get_by_role("link", name="Snow Harbour").click()
    send(buyer, say, asked, reports_problem=True)
    expect(buyer.locator(".message").last).to_contain_text(asked)
    expect(buyer.locator(".message").last).to_contain_text(say.gettext("Reports a problem"))
    expect(buyer.locator(".message").last).to_contain_text(say.gettext("Not read yet"))

    seller = visit(SELLER, scripts=scripts, locale=language)
    seller.goto(f"/purchases/{external_id}")
    expect(seller.locator(".message").last).to_contain_text(asked)
    send(seller, say, answered)
    expect(seller.locator(".message").last).to_contain_text(answered)

    if not scripts:
        buyer.reload()
    expect(buyer.locator(".message").last).to_contain_text(answered)
    expect(buyer.locator(".message--own").last).not_to_contain_text(say.gettext("Not read yet"))


@pytest.mark.appearance
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_can_be_used_by_everybody(visit: Visit, shop: Shop, language: str) -> None:
    external_id, say = purchase_in(shop, language), Reader(language)
    page = visit(BUYER, locale=language)
    page.goto(f"/purchases/{external_id}")
    send(page, say, PEOPLE[language][0])
    expect(page.locator(".message").last).to_contain_text(PEOPLE[language][0])
    for summary in page.locator("details > summary").all():
        summary.click()
    turn = LANGUAGES.index(language)
    fits_everybody(page, turn)
    paths = ("/purchases", "/purchases?q=nothing-like-this", "/settings", "/purchases/NOWHERE", "/")
    for number, path in enumerate(paths, 1):
        page.goto(path)
        fits_everybody(page, turn + number)


def fits_everybody(page: Page, turn: int) -> None:
    """The page as it stands is no wider than its window, and has no fault: on a desk in the light, or on a phone in
    the dark, in turn, so that the next language has the other one."""
    for number, (size, scheme) in enumerate(LOOKS):
        look(page, size, scheme)
        if turn % len(LOOKS) == number:
            assert violations(page) == [], (page.url, scheme)
        assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.appearance
@pytest.mark.parametrize("path", ["/", "/sign-in", "/purchases/ANYTHING"])
def test_the_open_pages_can_be_used_by_everybody(visit: Visit, path: str) -> None:
    page = visit()
    page.goto(path)
    assert violations(page) == []


@pytest.mark.in_turn
def test_a_purchase_is_read_and_answered_by_keyboard_alone(visit: Visit, shop: Shop) -> None:
    external_id = purchase_in(shop, "en")
    page = visit(BUYER)
    page.goto(f"/purchases/{external_id}")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator("textarea:focus").count():
            break
    page.keyboard.type("Written without a mouse.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message").last).to_contain_text("Written without a mouse.")


def test_new_messages_appear_without_a_reload_and_keep_what_is_being_written(visit: Visit, shop: Shop) -> None:
    external_id, say = purchase_in(shop, "en"), Reader("en")
    buyer, seller = visit(BUYER), visit(SELLER)
    buyer.goto(f"/purchases/{external_id}")
    buyer.get_by_label("Write a message").fill("Half a sentence")
    seller.goto(f"/purchases/{external_id}")
    send(seller, say, "We are looking into it.")
    expect(buyer.locator(".message").last).to_contain_text("We are looking into it.")
    expect(buyer.get_by_label("Write a message")).to_have_value("Half a sentence")


@pytest.mark.in_turn
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_text_survives_a_session_that_ended_meanwhile(
    visit: Visit, shop: Shop, app: Flask, settings: Settings, scripts: bool
) -> None:
    external_id, say = purchase_in(shop, "en"), Reader("en")
    page = visit(BUYER, scripts=scripts)
    page.goto(f"/purchases/{external_id}")
    page.context.clear_cookies()
    send(page, say, "A long and careful text.\nWith two lines.", reports_problem=True)
    expect(page.get_by_text("your text is safe")).to_be_visible()
    page.get_by_label("E-mail address").fill(BUYER)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    sweep(app, now())
    page.goto(re.findall(r"http://\S+/sign-in/\S+", letters(settings.instance)[-1])[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Write a message")).to_have_value("A long and careful text.\nWith two lines.")
    expect(page.get_by_label("This reports a problem")).to_be_checked()
    assert page.locator(".message").count() == 0
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message").last).to_contain_text("With two lines.")


@pytest.mark.in_turn
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_one_changes_and_deletes_what_one_wrote(visit: Visit, shop: Shop, scripts: bool) -> None:
    external_id, say = purchase_in(shop, "en"), Reader("en")
    page = visit(BUYER, scripts=scripts)
    page.goto(f"/purchases/{external_id}")
    send(page, say, "The kee does not work")
    page.locator(".message").last.get_by_role("link", name="Edit").click()
    page.get_by_role("textbox").fill("The key does not work")
    page.get_by_role("button", name="Save the change").click()
    expect(page.locator(".message").last).to_contain_text("The key does not work")
    expect(page.locator(".message").last).to_contain_text("Edited")
    page.locator(".message").last.get_by_role("link", name="Delete").click()
    expect(page.locator("[data-dialog-content]")).to_be_visible()
    page.get_by_role("button", name=re.compile("Delete")).click()
    expect(page.locator(".message").last).to_contain_text("You deleted this message")
    expect(page.get_by_text("The key does not work")).to_have_count(0)


@pytest.mark.appearance
def test_a_finger_meets_what_can_be_done_with_a_message(visit: Visit, shop: Shop) -> None:
    external_id, say = purchase_in(shop, "en"), Reader("en")
    page = visit(BUYER, viewport=PHONE)
    page.goto(f"/purchases/{external_id}")
    send(page, say, "The key does not work")
    for link in page.locator(".message").last.get_by_role("link").all():
        assert (link.bounding_box() or {"height": 0})["height"] >= 44, link.inner_text()


@pytest.mark.in_turn
def test_what_may_be_demanded_is_told_for_any_day(visit: Visit, shop: Shop) -> None:
    external_id = purchase_in(shop, "en")
    page = visit(BUYER)
    page.goto(f"/purchases/{external_id}?on=2026-12-11T10:00")
    demand = page.locator("#demand")
    expect(demand).to_contain_text("Not covered")
    page.goto(f"/purchases/{external_id}?on=2026-11-12T10:00")
    expect(page.locator("#demand")).to_contain_text("10 December 2026")


@pytest.mark.appearance
def test_no_page_is_wider_than_the_smallest_phone(visit: Visit, shop: Shop) -> None:
    external_id = purchase_in(shop, "fa")
    page = visit(BUYER, viewport={"width": 320, "height": 640}, locale="fa")
    for path in ("/", "/purchases", f"/purchases/{external_id}", "/settings"):
        page.goto(path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320, path
