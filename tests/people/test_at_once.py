"""Two acts at the same moment that each find an address nobody is known by yet."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.models import Person
from arbitration.services import imports, tokens
from tests.moments import NOW
from tests.support.shop import OPERATOR, Shop

Work = Callable[[], AbstractContextManager[Session]]
Act = Callable[[Session, Shop, str], object]
TIMES = 20


def token(session: Session, _shop: Shop, address: str) -> None:
    tokens.new_token(session, "buyer", address, NOW)


def purchase(session: Session, shop: Shop, address: str) -> None:
    (row,) = imports.take_in(session, OPERATOR, [shop.row(buyer={"email": address})], NOW)
    assert row.result == "created"


@pytest.mark.parametrize("other", [token, purchase])
def test_two_who_meet_a_new_address_make_one_person(shop: Shop, work: Work, other: Act) -> None:
    addresses = [f"new{number}@example.org" for number in range(TIMES)]
    together = Barrier(2)

    def each(act: Act) -> None:
        try:
            for address in addresses:
                together.wait(30)
                with work() as session:
                    act(session, shop, address)
        except BaseException:
            together.abort()
            raise

    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(each, act) for act in (token, other)]:
            done.result()
    with work() as session:
        people = select(func.count()).select_from(Person).where(Person.email.in_(addresses))
        assert session.scalar(people) == TIMES
