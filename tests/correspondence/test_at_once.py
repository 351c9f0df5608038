"""Somebody with a purchase open in two tabs, in both of which something happens at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier, Event

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.models import Purchase
from arbitration.services import messages, purchases
from tests.moments import NOW
from tests.support.shop import SELLER, Shop
from tests.support.showing import mark_shown

Work = Callable[[], AbstractContextManager[Session]]
Tab = Callable[[Session, Actor, str], object]
TIMES = 25


def reading(session: Session, reader: Actor, purchase: str) -> None:
    mark_shown(session, reader, purchase, 1, NOW)


def answering(session: Session, reader: Actor, purchase: str) -> None:
    messages.post_message(session, reader, purchase, "Answered", NOW)


@pytest.mark.parametrize("other", [reading, answering])
def test_reading_for_the_first_time_in_two_tabs_at_once_hinders_neither(shop: Shop, work: Work, other: Tab) -> None:
    unread = [shop.purchase() for _ in range(TIMES)]
    buyer, seller = shop.buyer, shop.seller
    for purchase in unread:
        with work() as session:
            messages.post_message(session, buyer, purchase, "Is anybody there?", NOW)
    together = Barrier(2)

    def each(tab: Tab) -> None:
        try:
            for purchase in unread:
                together.wait(30)
                with work() as session:
                    tab(session, seller, purchase)
        except BaseException:
            together.abort()
            raise

    with ThreadPoolExecutor(2) as tabs:
        for done in [tabs.submit(each, tab) for tab in (reading, other)]:
            done.result()
    with work() as session:
        page = purchases.list_purchases(session, seller)
        assert [summary.unread for summary in page.items] == [0] * TIMES


def test_a_page_is_shown_while_an_act_that_takes_long_holds_its_purchase(
    shop: Shop, work: Work, signed_in: Callable[[str], FlaskClient]
) -> None:
    purchase, buyer, seller = shop.purchase(), shop.buyer, shop.seller
    with work() as session:
        messages.post_message(session, buyer, purchase, "Is anybody there?", NOW)
    browser, held, shown = signed_in(SELLER), Event(), Event()

    def act() -> bool:
        with work() as session:
            query = select(Purchase).where(Purchase.external_id == purchase)
            session.scalars(query.with_for_update(key_share=True)).one()
            held.set()
            return shown.wait(60)

    with ThreadPoolExecutor(1) as other:
        meanwhile = other.submit(act)
        assert held.wait(30)
        page = browser.get(f"/purchases/{purchase}")
        shown.set()
        assert meanwhile.result(), "the page waited for the act"
    assert "Is anybody there?" in page.text
    with work() as session:
        assert [each.unread for each in purchases.list_purchases(session, seller).items] == [1]
    browser.get(f"/purchases/{purchase}")
    with work() as session:
        assert [each.unread for each in purchases.list_purchases(session, seller).items] == [0]
