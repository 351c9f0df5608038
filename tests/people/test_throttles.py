"""Whoever tries too often waits; the count is one for all processes, and holds no address."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.db import db, unit_of_work
from arbitration.domain.refusals import TooOftenError
from arbitration.models import Throttle
from arbitration.services import throttles
from tests.moments import NOW

Work = Callable[[], AbstractContextManager[Session]]
WINDOW = timedelta(minutes=15)


def tries(work: Work, number: int, key: str = "a@example.com", after: timedelta = timedelta(0)) -> int:
    """How many of so many tries were let through."""
    through = 0
    for _ in range(number):
        try:
            with work() as session:
                throttles.count(session, ("links", key), NOW + after, 5, WINDOW)
            through += 1
        except TooOftenError:
            pass
    return through


def test_so_many_are_let_through_and_no_more(work: Work) -> None:
    assert tries(work, 8) == 5


def test_one_address_does_not_count_for_another(work: Work) -> None:
    assert tries(work, 5) == 5
    assert tries(work, 5, "b@example.com") == 5


def test_the_next_window_begins_anew(work: Work) -> None:
    assert tries(work, 6) == 5
    assert tries(work, 6, after=WINDOW) == 5


def test_a_refusal_says_when_to_try_again(work: Work) -> None:
    tries(work, 5, after=timedelta(minutes=4, seconds=30))
    with pytest.raises(TooOftenError) as raised, work() as session:
        throttles.count(session, ("links", "a@example.com"), NOW + timedelta(minutes=4, seconds=30), 5, WINDOW)
    assert raised.value.seconds == 630


def test_a_refused_try_leaves_the_count_as_it_was(work: Work) -> None:
    tries(work, 9)
    with work() as session:
        assert session.scalars(select(Throttle.count)).all() == [5]


def test_no_address_can_be_read_from_the_counts(work: Work) -> None:
    tries(work, 1)
    with work() as session:
        row = session.scalars(select(Throttle)).one()
        assert "example" not in row.key
        assert len(row.key) == 64


def test_two_at_once_do_not_get_more_between_them(app: Flask) -> None:
    barrier = threading.Barrier(2)
    through: list[int] = []

    def hurry() -> None:
        with app.app_context():
            barrier.wait(timeout=10)
            for _ in range(20):
                try:
                    with unit_of_work() as session:
                        throttles.count(session, ("links", "a@example.com"), NOW, 25, WINDOW)
                    through.append(1)
                except TooOftenError:
                    pass
            db.session.remove()

    threads = [threading.Thread(target=hurry) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(through) == 25


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("nonsense", "", True),
    ],
)
def test_a_household_is_one_place(one: str, other: str, same: bool) -> None:
    assert (throttles.place_of(one) == throttles.place_of(other)) is same
