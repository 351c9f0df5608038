"""An arbiter's first day in a real browser: the account is set up, without scripts too, and opened again."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from arbitration.clock import now
from tests.support.browser import PHONE, Visit, violations
from tests.support.staff import ARBITER, PASSWORD, code_at, invited

Work = Callable[[], AbstractContextManager[Session]]


@pytest.mark.in_turn
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_arbiter_sets_up_the_account_and_signs_in(visit: Visit, work: Work, scripts: bool) -> None:
    page = visit(scripts=scripts, viewport=PHONE)
    link = f"/staff/set-up/{invited(work, now())}"
    page.goto(link)
    assert link not in page.url
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a password")
    if scripts:
        assert violations(page) == []
    for label in ("Password", "The same again"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_role("img", name="The square code")).to_be_visible()
    if scripts:
        assert violations(page) == []
    secret = re.sub(r"\s", "", page.locator("#secret").inner_text())
    page.get_by_label("Code", exact=True).fill(code_at(secret, now()))
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#codes li")).to_have_count(10)
    recovery = page.locator("#codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator(".brand__role")).to_have_text("Arbiter")

    page.get_by_role("button", name="Sign out").click()
    page.goto("/staff/sign-in")
    page.get_by_label("E-mail address").fill("vera")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".field__fault")).to_have_count(2)  # all at once, where a browser would name the first
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.get_by_label("E-mail address").fill(ARBITER)
    password = page.get_by_label("Password", exact=True)
    password.fill(PASSWORD)
    if scripts:
        page.get_by_role("button", name="Show what is written").click()
        expect(password).to_have_attribute("type", "text")
        assert violations(page) == []
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Code", exact=True).fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".brand__role")).to_have_text("Arbiter")
    page.get_by_role("link", name="Ties").first.click()
    page.get_by_label("Address or domain").fill("keys.example")
    page.get_by_label("What ties you").fill("I worked there.")
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("heading", name="keys.example")).to_be_visible()
    if scripts:
        assert violations(page) == []
