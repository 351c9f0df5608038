"""The list of all disputes: what is due first, then what nobody waits for, each once, however it is cut into pages."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from arbitration.services.disputes import listing
from arbitration.services.disputes.talks import withdraw
from tests.disputes.hearing import Hearing, at
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]


@pytest.mark.parametrize("viewer", ["operator", "seller", "buyer"])
def test_pages_of_any_size_hold_each_dispute_once_in_the_same_order(work: Work, shop: Shop, viewer: str) -> None:
    opened = [Hearing.opened(work, shop) for _ in range(5)]
    for number, hearing in enumerate(opened[1:4]):
        hearing.do(withdraw, hearing.buyer, "", at(1 + number))
    opened[4].called()
    actor = getattr(opened[0], viewer)
    with work() as session:
        whole = listing.list_disputes(session, actor).items
    due = [each.due_at for each in whole if each.due_at is not None]
    assert (len(whole), due) == (5, sorted(due))
    assert [each.due_at is None for each in whole] == sorted(each.due_at is None for each in whole)
    for size in (1, 2, 3, 5):
        seen: list[UUID] = []
        cursor: str | None = None
        while True:
            with work() as session:
                page = listing.list_disputes(session, actor, cursor=cursor, limit=size)
                seen += [line.id for line in page.items]
            if (cursor := page.next) is None:
                break
        assert seen == [each.id for each in whole], size


def test_an_operator_reads_who_sold_to_whom_and_is_taken_for_neither_of_them(
    hearing: Hearing, operator: FlaskClient
) -> None:
    page = operator.get(f"/purchases/{hearing.purchase}").text
    assert "Seller: " in page
    assert "Sold to" not in page
    assert "see everything written here" not in page
