"""On a phone, whatever can be pressed is large enough for a finger, on every page that links lead to."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from arbitration.services import heartbeat, messages, outbox, tokens
from arbitration.services.disputes import rulings
from arbitration.services.disputes.conduct import report_conduct
from arbitration.services.disputes.objections_to_arbiters import object_to
from arbitration.services.facts import state_fact
from tests.disputes.hearing import REFUND, Hearing, at
from tests.support.browser import PHONE, Page
from tests.support.fingers import too_small
from tests.workplace.conftest import Watch

Window = Callable[..., Page]
NO_PAGE = re.compile(r"/content|/export/|\.json|\.toml|/static/")
ONE_OF_MANY = re.compile(r"(?<=/)([0-9a-f-]{36}|[0-9A-Z]{8,}|E?\d+)(?=/|$)|(?<==)[^&]*")


@pytest.fixture
def busy(hearing: Hearing, watch: Watch) -> Hearing:
    """A case in which something of each kind has happened."""
    hearing.exhibit("buyer", "screenshot", 24.1)
    hearing.exhibit("seller", "video", 24.1)
    with hearing.work() as session:
        messages.post_message(session, hearing.seller, hearing.purchase, "You thief.", at(24.2))
        state_fact(session, hearing.buyer, hearing.purchase, "checked_at", at(-5), at(24.3))
    with hearing.work() as session:
        position = hearing.purchase_row(session).last_position - 1
        report_conduct(session, hearing.buyer, hearing.purchase, position, "abuse", at(24.4))
        heartbeat.beat(session, heartbeat.SCHEDULER, "one:1", at(25))
        intent = outbox.queue(session, "event", at(25), person_id=hearing.buyer.person_id)
        intent.error, intent.attempts = "450 4.2.0 try again later", 2
        tokens.new_token(session, "buyer", "marcus.lowe@example.com", at(24))
    hearing.taken()
    watch.to(80)
    return hearing


def smallness(page: Page, start: str) -> dict[str, list[str]]:
    """What is too small on the pages to which links lead from a page, by their addresses; one page of each kind."""
    found, waiting, seen = {}, [start], set()
    while waiting:
        path = waiting.pop(0)
        kind = ONE_OF_MANY.sub("…", path)
        if kind in seen:
            continue
        seen.add(kind)
        page.goto(path)
        found[path] = too_small(page)
        links = page.evaluate(
            "() => [...document.querySelectorAll('a[href^=\"/\"]')].map((it) => it.getAttribute('href'))"
        )
        waiting += [link.partition("#")[0] for link in links if not NO_PAGE.search(link)]
    assert len(found) > 5, found
    return {path: small for path, small in found.items() if small}


@pytest.mark.appearance
def test_nothing_is_too_small_for_buyer_and_seller(busy: Hearing, window: Window) -> None:
    for who in (busy.buyer, busy.seller):
        assert smallness(window(who, viewport=PHONE, has_touch=True), "/purchases") == {}
    busy.do(rulings.issue, busy.arbiter(), replace(REFUND, exhibits=(1,), messages=(4,)), at(79))
    page = window(busy.buyer, viewport=PHONE, has_touch=True)
    page.goto(f"/purchases/{busy.purchase}")
    assert too_small(page) == []


@pytest.mark.appearance
def test_nothing_is_too_small_for_arbiters(busy: Hearing, window: Window) -> None:
    assert smallness(window(busy.arbiter(), viewport=PHONE, has_touch=True), "/cases") == {}


@pytest.mark.appearance
def test_nothing_is_too_small_for_operators(busy: Hearing, window: Window) -> None:
    busy.do(object_to, busy.buyer, "partiality", "They are friends.", at(26))
    assert smallness(window(busy.operator, viewport=PHONE, has_touch=True), "/operations") == {}


@pytest.mark.appearance
@pytest.mark.parametrize("path", ["/", "/sign-in", "/staff/sign-in", "/purchases/NOTHING", "/api"])
def test_nothing_is_too_small_for_who_is_signed_out(visit: Window, path: str) -> None:
    page = visit(viewport=PHONE, has_touch=True)
    page.goto(path)
    assert too_small(page) == []
