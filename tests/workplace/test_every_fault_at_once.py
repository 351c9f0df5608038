"""Whoever sends a form that lacks several things is told all of them at once, each beside its field."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from arbitration.domain.actors import Actor
from arbitration.models import Person
from arbitration.services import messages, objections, readings
from arbitration.services.disputes import rulings
from arbitration.services.disputes.objections_to_arbiters import object_to
from arbitration.services.facts import state_fact
from tests.disputes.hearing import REFUND, Hearing, Work, at
from tests.people.pages import fields
from tests.support.browser import PHONE, Page
from tests.support.shop import Shop
from tests.workplace.conftest import Watch

Browser = Callable[[Actor], FlaskClient]
Window = Callable[..., Page]
FAULTS = re.compile(r'<p class="field__fault" id="([^"]+)-fault"')


def told(client: FlaskClient, page: str, action: str, **said: str) -> list[str]:
    """The fields beside which something is said to be wrong, in the order of the page, after the form was sent."""
    form = fields(client.get(page), action)
    unseen = {name: form[name] for name in ("idempotency_key", "seen", "ruling") if name in form}
    answer = client.post(action, data=unseen | said)
    assert answer.status_code == 422, answer.status_code
    return FAULTS.findall(answer.text)


def test_an_empty_ruling(hearing: Hearing, browser: Browser) -> None:
    helen = browser(hearing.taken())
    form = f"/cases/{hearing.dispute_id}/ruling"
    assert told(helen, form, form) == ["remedy", "reasons"]
    assert told(helen, form, form, remedy="part_refund", amount="a lot") == [
        "amount",
        "reasons",
        "departs_because",
    ]
    wrong = {"remedy": "part_refund", "exhibits": "7", "messages": "99", "findings": "none-of-them"}
    assert told(helen, form, form, **wrong) == [
        "findings",
        "exhibits",
        "messages",
        "amount",
        "reasons",
        "departs_because",
    ]


def test_an_empty_ruling_that_departs_from_the_rules(hearing: Hearing, browser: Browser) -> None:
    helen = browser(hearing.taken())
    form = f"/cases/{hearing.dispute_id}/ruling"
    assert told(helen, form, form, remedy="dismissal") == ["reasons", "departs_because"]


def test_the_forms_of_a_case(hearing: Hearing, browser: Browser) -> None:
    with hearing.work() as session:
        messages.post_message(session, hearing.seller, hearing.purchase, "You thief.", at(24))
        fact = state_fact(session, hearing.buyer, hearing.purchase, "checked_at", at(-5), at(24.1)).id
    helen, case = browser(hearing.taken()), f"/cases/{hearing.dispute_id}"
    assert told(helen, case, f"{case}/request", what="screenshot") == ["request-from", "request-due"]
    assert told(helen, case, f"{case}/fact/{fact}", decision="corrected", moment="") == [
        f"moment-{fact}",
        f"reason-{fact}",
    ]
    assert told(helen, case, f"{case}/new-fact") == ["new-name", "new-reason"]
    assert told(helen, case, f"{case}/new-fact", name="can_replace") == ["new-answer", "new-reason"]
    assert told(helen, case, f"{case}/hiding") == ["hide-position", "hide-reason"]
    assert told(helen, "/staff/ties", "/staff/ties") == ["tied_to", "reason"]


def test_how_a_listing_reads(work: Work, shop: Shop, browser: Browser) -> None:
    listing = {"terms": None, "description": "A key for Playgate. Two weeks of warranty."}
    hearing = Hearing.opened(work, shop, listing=listing, delivered_at="2026-11-10T10:02:00Z").called()
    with work() as session:
        readings.keep(session, readings.read(readings.waiting(session)), at(2))
    page = f"/purchases/{hearing.purchase}"
    objecting = f"{page}/readings/warranty/objection"
    seller = browser(hearing.seller)
    assert told(seller, page, f"{objecting}#term-warranty", kind="period", reason=" ") == [
        "reason-warranty",
        "count-warranty",
    ]
    with work() as session:
        made = objections.object_to_reading(session, hearing.seller, hearing.purchase, "warranty", "Three days.", at(3))
    helen, case = browser(hearing.taken()), f"/cases/{hearing.dispute_id}"
    assert told(helen, case, f"{case}/reading/{made.id}", kind="period", unit="days", count="") == [
        f"count-{made.id}",
        f"reason-{made.id}",
    ]


def test_the_forms_of_the_two_sides(hearing: Hearing, browser: Browser, watch: Watch) -> None:
    helen = hearing.taken()
    buyer, dispute = browser(hearing.buyer), f"/disputes/{hearing.dispute_id}"
    assert told(buyer, f"{dispute}/objection", f"{dispute}/objection") == ["act-ground", "act-text"]
    hearing.do(rulings.issue, helen, REFUND, at(26))
    watch.to(27)
    assert told(buyer, f"{dispute}/appeal", f"{dispute}/appeal") == ["act-ground", "act-text"]


def test_more_time_and_a_new_dispute(work: Work, shop: Shop, browser: Browser, watch: Watch) -> None:
    hearing = Hearing.opened(work, shop)
    watch.to(1)
    seller, buyer = browser(hearing.seller), browser(hearing.buyer)
    extend = f"/disputes/{hearing.dispute_id}/extend"
    assert told(seller, extend, extend, until="", reason="") == ["act-until", "act-reason"]
    assert told(seller, extend, extend, until="2030-01-01T10:00", reason="") == ["act-until", "act-reason"]
    opening = f"/purchases/{shop.purchase()}/dispute/new"
    assert told(buyer, opening, opening, preview="1") == ["act-reason", "act-statement", "act-requested"]


def test_the_operators_forms(hearing: Hearing, browser: Browser) -> None:
    helen = hearing.taken()
    operator = browser(hearing.operator)
    for page, wrong in (
        ("/operations/people/new", ["email", "role"]),
        ("/operations/tokens/new", ["email", "role"]),
        (f"/operations/arbiters/{helen.person_id}/absence", ["from", "until"]),
    ):
        assert told(operator, page, page) == wrong
    assert told(operator, "/operations/tokens/new", "/operations/tokens/new", days="x") == ["email", "role", "days"]
    hearing.do(object_to, hearing.buyer, "partiality", "They are friends.", at(25))
    case = f"/operations/disputes/{hearing.dispute_id}"
    assert told(operator, case, f"{case}/objection") == ["granted", "text"]


@pytest.mark.appearance
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_first_field_to_be_corrected_has_the_focus(hearing: Hearing, window: Window, scripts: bool) -> None:
    helen = window(hearing.taken(), scripts=scripts, viewport=PHONE)
    helen.goto(f"/cases/{hearing.dispute_id}/ruling")
    helen.get_by_role("button", name="See it as the parties will read it").click()
    expect(helen.locator(".field__fault")).to_have_count(2)
    expect(helen.get_by_label("Full refund")).to_be_focused()
    buyer = window(hearing.buyer, scripts=scripts, viewport=PHONE)
    buyer.goto(f"/disputes/{hearing.dispute_id}/objection")
    buyer.locator("form .button--main, form .button--danger").first.click()
    expect(buyer.locator(".field__fault")).to_have_count(2)
    expect(buyer.locator("input[type=radio]").first).to_be_focused()


def test_an_exhibit_is_called_in_persian_as_it_is_in_its_list(hearing: Hearing, browser: Browser) -> None:
    helen, arbiter = hearing.taken(), hearing.arbiter()
    with hearing.work() as session:
        session.get_one(Person, arbiter.person_id).language = "fa"
    form, client = f"/cases/{hearing.dispute_id}/ruling", browser(helen)
    page = client.post(form, data=fields(client.get(form), form) | {"remedy": "refund", "exhibits": "7"})
    assert "مدرک E7 وجود ندارد" in page.text
