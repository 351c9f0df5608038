"""Somebody with a purchase open in two tabs, in both of which something happens at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.services import messages, purchases
from tests.moments import NOW
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]
Tab = Callable[[Session, Actor, str], object]
TIMES = 25


def reading(session: Session, reader: Actor, purchase: str) -> None:
    messages.mark_shown(session, reader, purchase, 1, NOW)


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
