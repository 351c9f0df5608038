"""The operators' pages in a real browser: for everybody to use, on a phone, mirrored, with scripts off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from arbitration.models import Person
from arbitration.services import heartbeat, outbox
from tests.disputes.hearing import Hearing, at
from tests.support.browser import DESK, PHONE, Page, look, violations

Window = Callable[..., Page]


@pytest.fixture
def busy(hearing: Hearing) -> Hearing:
    """An installation in which something of each kind is there."""
    hearing.ruled(24.9)
    assert hearing.buyer.person_id is not None
    with hearing.work() as session:
        heartbeat.beat(session, heartbeat.SCHEDULER, "one:1", at(20))
        intent = outbox.queue(session, "event", at(25), person_id=hearing.buyer.person_id)
        intent.error, intent.attempts = "450 4.2.0 try again later", 2
    return hearing


@pytest.mark.appearance
def test_pages_are_for_everybody_and_fit_a_phone(busy: Hearing, window: Window) -> None:
    page = window(busy.operator)
    person = f"/operations/people/{busy.buyer.person_id}"
    for where in ("/operations/numbers", "/operations/outbox?show=troubled", person, "/operations/installation"):
        page.goto(where)
        for size, scheme in ((DESK, "light"), (PHONE, "dark")):
            look(page, size, scheme)
            assert violations(page) == [], where
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where


@pytest.mark.in_turn
def test_an_act_asks_in_a_dialog_and_leaves_by_the_keyboard(busy: Hearing, window: Window) -> None:
    page = window(busy.operator)
    page.goto(f"/operations/people/{busy.buyer.person_id}")
    link = page.get_by_role("link", name="Keep them out")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Keep")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Kept out, and signed out everywhere.")).to_be_visible()


@pytest.mark.in_turn
def test_everything_works_without_scripts(busy: Hearing, window: Window) -> None:
    page = window(busy.operator, scripts=False, viewport=PHONE)
    page.goto("/operations")
    page.get_by_text("All pages of operations").click()
    page.get_by_role("link", name="Outbox", exact=True).first.click()
    page.get_by_role("link", name="Hold everything back").click()
    page.get_by_role("button", name="Hold everything back").click()
    expect(page.get_by_text("Everything is held back from now on.")).to_be_visible()


CUT = """
() => [...document.querySelectorAll("select")].filter((select) => {
  const alone = select.cloneNode(false);
  alone.append(select.selectedOptions[0].cloneNode(true));
  alone.style.cssText = "position: absolute; inline-size: max-content; max-inline-size: none";
  select.parentElement.append(alone);
  const wide = alone.offsetWidth;
  alone.remove();
  return wide > select.offsetWidth;
}).map((select) => `${select.name}: ${select.selectedOptions[0].text}`)
"""


@pytest.mark.appearance
@pytest.mark.parametrize("language", ["pl", "fr", "uk", "ru"])
def test_what_is_chosen_can_be_read_whole_on_a_phone(busy: Hearing, window: Window, language: str) -> None:
    operator = busy.operator
    with busy.work() as session:
        session.get_one(Person, operator.person_id).language = language
    page = window(operator, viewport=PHONE)
    for where in (
        "disputes",
        "deadlines?show=all",
        "people",
        "people/new",
        "tokens",
        "tokens/new",
        "imports",
        "numbers",
    ):
        page.goto(f"/operations/{where}")
        assert page.evaluate(CUT) == [], where
