"""An arbiter's day: what waits for somebody, what is one's own, and what comes first."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from arbitration.domain.actors import Actor
from arbitration.domain.refusals import ForbiddenError, InvalidError
from arbitration.services.disputes import queue
from arbitration.services.disputes.arbiters import hand_over, take
from tests.disputes.hearing import Hearing, Work, at
from tests.support.shop import Shop
from tests.workplace.conftest import browser, watch

__all__ = ["browser", "watch"]
Browser = Callable[[Actor], FlaskClient]


def waiting(hearing: Hearing, actor, **asked):
    with hearing.work() as session:
        page = queue.waiting(session, actor, at(1000), **asked)
        return [line.external_id for line in page.items], page


def test_own_cases_and_free_ones_come_by_what_is_due(work: Work, shop: Shop) -> None:
    Hearing.opened(work, shop)  # still negotiated
    cases = [Hearing.opened(work, shop).called() for _ in range(4)]
    first, second, third, fourth = cases
    helen = first.arbiter()
    for case in cases:
        case.staff = first.staff
    second.taken(25)
    third.taken(30, "oskar")
    fourth.taken(26)
    fourth.do(hand_over, helen, None, "language", "", at(27))
    names, page = waiting(first, helen)
    assert names == [first.purchase, second.purchase]
    assert [(line.own, line.due_at) for line in page.items] == [(False, at(24)), (True, at(25 + 168))]
    seen_by_oskar, _ = waiting(first, first.arbiter("oskar"))
    assert seen_by_oskar == [first.purchase, fourth.purchase, third.purchase]
    with pytest.raises(ForbiddenError):
        waiting(first, first.operator)


def test_the_address_of_a_buyer_without_a_name_is_nobodys_to_read(work: Work, shop: Shop, browser: Browser) -> None:
    case = Hearing.opened(work, shop, buyer={"email": "eve@example.com", "name": None}).called()
    helen = case.arbiter()
    of_arbiters = ("/cases", f"/cases/{case.dispute_id}", "/notices")
    of_parties = ("/purchases", f"/purchases/{case.purchase}", "/disputes", f"/disputes/{case.dispute_id}", "/notices")
    for actor, pages in ((helen, of_arbiters), (case.seller, of_parties)):
        client = browser(actor)
        for page in pages:
            shown = client.get(page, follow_redirects=True)
            assert (shown.status_code, "eve@example.com" in shown.text) == (200, False), page
    assert "Buyer / " in re.sub(r"<[^>]+>", "", browser(helen).get("/cases").text)


def test_the_queue_goes_on_and_is_narrowed_by_stage_and_text(work: Work, shop: Shop) -> None:
    titles = {"Snow Harbour": "1", "Ice Harbour": "2", "Sun Harbour": "3"}
    listings = [{"title": title, "external_id": number} for title, number in titles.items()]
    cases = [Hearing.opened(work, shop, listing=listing).called() for listing in listings]
    helen = cases[0].arbiter()
    names, page = waiting(cases[0], helen, limit=2)
    rest, last = waiting(cases[0], helen, limit=2, cursor=page.next)
    assert sorted(names + rest) == sorted(case.purchase for case in cases)
    assert last.next is None
    assert waiting(cases[0], helen, text="ICE harbour")[0] == [cases[1].purchase]
    assert waiting(cases[0], helen, stage="appeal")[0] == []
    with pytest.raises(InvalidError):
        waiting(cases[0], helen, stage="negotiation")


def test_a_long_queue_takes_no_more_queries_than_a_short_one(work: Work, shop: Shop) -> None:
    def queries() -> int:
        counted = []
        with work() as session:
            bind = session.get_bind()
            listener = lambda *_: counted.append(1)  # noqa: E731
            event.listen(bind, "before_cursor_execute", listener)
            page = queue.waiting(session, helen, at(1000))
            assert all(line.title and all(line.addresses) for line in page.items)
            event.remove(bind, "before_cursor_execute", listener)
        return len(counted)

    first = Hearing.opened(work, shop).called()
    helen = first.arbiter()
    few = queries()
    others = [Hearing.opened(work, shop).called() for _ in range(3)]
    others[0].staff = first.staff
    others[0].do(take, helen, at(25))
    assert queries() == few
