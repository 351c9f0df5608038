"""An arbiter's day in a real browser, with scripts off; and every page of the workplace held to what axe-core finds."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from arbitration.services.facts import state_fact
from tests.disputes.hearing import REASONS, Hearing, at
from tests.support.browser import PHONE, Page, violations
from tests.workplace.conftest import Watch

Window = Callable[..., Page]


@pytest.mark.in_turn
def test_an_arbiters_day_without_scripts(hearing: Hearing, window: Window) -> None:
    with hearing.work() as session:
        state_fact(session, hearing.seller, hearing.purchase, "can_replace", False, at(24.5))
    page = window(hearing.arbiter(), scripts=False, viewport=PHONE)
    page.goto("/")
    page.get_by_role("button", name="Take").click()
    expect(page.get_by_text("You have this case.")).to_be_visible()

    page.get_by_text("Ask for an exhibit").click()
    page.get_by_label("Of whom").select_option("buyer")
    page.get_by_label("What", exact=True).nth(1).select_option("screenshot")
    page.get_by_label("Until when").fill(at(49).strftime("%Y-%m-%d %H:%M"))
    page.get_by_label("What it should show").fill("The refusal.")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("You have asked for it.")).to_be_visible()
    hearing.exhibit("buyer", "screenshot", 25.5)

    page.get_by_text("Decide about it").click()
    page.get_by_label("It is", exact=True).select_option("confirmed")
    page.locator("#facts").get_by_label("Your reason").first.fill("Nobody contests it.")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Confirmed:").first).to_be_visible()

    page.get_by_label("Write a note").fill("A plain case.")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("A plain case.")).to_be_visible()

    page.get_by_role("link", name="Write the ruling").first.click()
    expect(page.get_by_role("checkbox", name="E1")).to_be_disabled()
    page.get_by_label("Full refund").check()
    page.get_by_label("Reasons", exact=True).fill("Too short.")
    page.get_by_role("button", name="See it as the parties will read it").click()
    expect(page.get_by_text("Give your reasons, in at least 30 characters")).to_be_visible()
    page.get_by_label("Reasons", exact=True).fill(REASONS)
    page.get_by_role("button", name="See it as the parties will read it").click()
    expect(page.get_by_role("heading", name="Issue this ruling?")).to_be_visible()
    page.get_by_role("button", name="Issue the ruling").click()
    expect(page.get_by_text("Your ruling is issued.")).to_be_visible()
    assert hearing.dispute().stage == "ruled"


@pytest.mark.appearance
def test_the_pages_are_for_everybody(hearing: Hearing, window: Window, watch: Watch) -> None:
    arbiter = hearing.arbiter()
    page = window(arbiter)
    page.goto("/cases")
    assert violations(page) == []
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Snow Harbour")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.get_by_role("button", name="Take this case")).to_be_visible()
    hearing.taken()
    hearing.exhibit("buyer", "video", 25)
    page.reload()
    page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert violations(page) == []
    page.goto(f"/cases/{hearing.dispute_id}/ruling")
    assert violations(page) == []
    page.get_by_label("Full refund").check()
    page.get_by_label("Reasons", exact=True).fill(REASONS)
    page.get_by_role("button", name="See it as the parties will read it").click()
    assert violations(page) == []
    page.get_by_role("button", name="Issue the ruling").click()
    expect(page.get_by_text("Your ruling is issued.")).to_be_visible()
    page.close()
    hearing.run_out("appeal")
    watch.to(26 + 168 + 1)
    desk = window(hearing.operator)
    for where in ("/operations", "/operations/disputes", f"/operations/disputes/{hearing.dispute_id}"):
        desk.goto(where)
        assert violations(desk) == []
    desk.get_by_role("link", name="It was paid").click()
    expect(desk.get_by_role("dialog")).to_be_visible()
    assert violations(desk) == []


@pytest.mark.appearance
def test_the_head_of_a_wide_page_begins_where_the_page_does(hearing: Hearing, window: Window) -> None:
    page = window(hearing.arbiter(), viewport={"width": 1920, "height": 900})
    for where in ("/cases", f"/cases/{hearing.dispute_id}", "/settings"):
        page.goto(where)
        brand, title = page.locator(".brand").bounding_box(), page.locator("h1").bounding_box()
        assert brand is not None
        assert title is not None
        assert abs(brand["x"] - title["x"]) < 2, where
