"""Sessions live on the server: they run out, are ended, and their secrets are nowhere to be read."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.domain.refusals import NotFoundError
from arbitration.models import BrowserSession, Person
from arbitration.services import people, sessions
from tests.moments import NOW

Work = Callable[[], AbstractContextManager[Session]]
DAY = timedelta(days=1)
EMAIL = "marcus@example.com"


@pytest.fixture
def marcus(work: Work) -> Actor:
    with work() as session:
        return Actor(people.find_or_add(session, EMAIL, NOW).id)


def opened(work: Work, who: Actor, now: datetime = NOW) -> str:
    with work() as session:
        assert who.person_id is not None
        return sessions.open_session(session, who.person_id, now, "Firefox/Linux")


def who_is(work: Work, secret: str, now: datetime) -> Actor | None:
    with work() as session:
        found = sessions.who_is(session, secret, now)
    return Actor(found.person_id, Role(found.role)) if found else None


def test_a_session_tells_who_is_there(work: Work, marcus: Actor) -> None:
    assert who_is(work, opened(work, marcus), NOW) == marcus


@pytest.mark.parametrize("secret", ["", "x", "a" * 43, "a" * 5000, "\x00" * 43])
def test_an_invented_secret_is_nobodys(work: Work, marcus: Actor, secret: str) -> None:
    opened(work, marcus)
    assert who_is(work, secret, NOW) is None


def test_only_a_hash_of_the_secret_is_stored(work: Work, marcus: Actor) -> None:
    secret = opened(work, marcus)
    with work() as session:
        row = session.scalars(select(BrowserSession)).one()
        assert secret not in str(vars(row))


def test_a_session_nobody_uses_ends_after_seven_days(work: Work, marcus: Actor) -> None:
    secret = opened(work, marcus)
    assert who_is(work, secret, NOW + 7 * DAY) == marcus
    assert who_is(work, secret, NOW + 7 * DAY + timedelta(seconds=1)) is None


def test_a_session_in_use_ends_after_thirty_days(work: Work, marcus: Actor) -> None:
    secret = opened(work, marcus)
    for day in range(5, 31, 5):
        with work() as session:
            found = sessions.find_session(session, secret, NOW + day * DAY)
            assert found is not None
            sessions.note_seen(session, found.id, NOW + day * DAY)
    assert who_is(work, secret, NOW + 30 * DAY) == marcus
    assert who_is(work, secret, NOW + 30 * DAY + timedelta(seconds=1)) is None


def test_signing_out_ends_this_session_and_no_other(work: Work, marcus: Actor) -> None:
    here, there = opened(work, marcus), opened(work, marcus)
    with work() as session:
        sessions.leave(session, here, NOW)
    assert who_is(work, here, NOW) is None
    assert who_is(work, there, NOW) == marcus


def test_a_suspended_person_is_out_everywhere(work: Work, marcus: Actor) -> None:
    secret = opened(work, marcus)
    with work() as session:
        session.get_one(Person, marcus.person_id).suspended_at = NOW
    assert who_is(work, secret, NOW) is None


def test_one_ends_ones_own_sessions_and_nobody_elses(work: Work, marcus: Actor) -> None:
    secret = opened(work, marcus)
    with work() as session:
        stranger = Actor(people.find_or_add(session, "stranger@example.com", NOW).id)
        id_ = sessions.list_sessions(session, marcus, NOW)[0].id
        assert sessions.list_sessions(session, stranger, NOW) == []
    with pytest.raises(NotFoundError), work() as session:
        sessions.end_session(session, stranger, id_, NOW)
    assert who_is(work, secret, NOW) == marcus
    with work() as session:
        sessions.end_session(session, marcus, id_, NOW)
    assert who_is(work, secret, NOW) is None
