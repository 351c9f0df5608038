"""Tokens of the API: stored hashed, each with its role, ended by time, by hand, or with their person."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.domain.refusals import ConflictError, ForbiddenError, InvalidError, NotFoundError
from arbitration.ids import new_id
from arbitration.models import DocketEntry, Person, Token
from arbitration.services import people, tokens
from tests.moments import NOW

Work = Callable[[], AbstractContextManager[Session]]
OPERATOR = Actor(role=Role.OPERATOR)
EMAIL = "seller@example.net"


def made(work: Work, role: str = "seller", days: int | None = None) -> str:
    with work() as session:
        return tokens.new_token(session, role, EMAIL, NOW, days)


def who_is(work: Work, token: str, after: timedelta = timedelta(0)) -> Actor | None:
    with work() as session:
        return tokens.actor_of(session, token, NOW + after)


@pytest.mark.parametrize(
    ("role", "acts_as"),
    [
        ("operator", Role.OPERATOR),
        ("arbiter", Role.ARBITER),
        ("seller", Role.PARTY),
        ("buyer", Role.PARTY),
        ("gateway", Role.GATEWAY),
    ],
)
def test_a_token_acts_in_its_role_for_its_person(work: Work, role: str, acts_as: Role) -> None:
    token = made(work, role)
    with work() as session:
        person = session.scalars(select(Person)).one()
        assert person.email == EMAIL
    assert who_is(work, token) == Actor(person.id, acts_as)


def test_two_tokens_of_an_address_are_of_one_person(work: Work) -> None:
    one, other = who_is(work, made(work)), who_is(work, made(work, "buyer"))
    assert one == other


def test_a_token_is_stored_hashed_and_the_docket_holds_no_address(work: Work) -> None:
    token = made(work)
    with work() as session:
        row = session.scalars(select(Token)).one()
        assert token not in str(vars(row))
        bodies = session.scalars(select(DocketEntry.body).where(DocketEntry.kind == "token.made")).all()
        assert len(bodies) == 1
        assert str(row.id) in bodies[0]
        assert token not in bodies[0]
        assert "@" not in bodies[0]


def test_a_token_ends_after_its_days(work: Work) -> None:
    token = made(work, days=3)
    assert who_is(work, token, timedelta(days=3)) is not None
    assert who_is(work, token, timedelta(days=3, seconds=1)) is None


def test_a_revoked_token_opens_nothing(work: Work) -> None:
    token, other = made(work), made(work)
    with work() as session:
        id_ = tokens.list_tokens(session, OPERATOR)[0].id
        tokens.revoke(session, OPERATOR, id_, NOW)
    assert sorted([who_is(work, token) is None, who_is(work, other) is None]) == [False, True]
    with pytest.raises(ConflictError), work() as session:
        tokens.revoke(session, OPERATOR, id_, NOW)


def test_revoking_what_is_not_there_is_told(work: Work) -> None:
    with pytest.raises(NotFoundError, match="no token with this id"), work() as session:
        tokens.revoke(session, OPERATOR, new_id(), NOW)


def test_the_token_of_a_suspended_person_opens_nothing_until_they_are_restored(work: Work) -> None:
    token = made(work)
    with work() as session:
        people.suspend(session, OPERATOR, EMAIL, NOW)
    assert who_is(work, token) is None
    with work() as session:
        people.restore(session, OPERATOR, EMAIL, NOW)
    assert who_is(work, token) is not None


@pytest.mark.parametrize("invented", ["", "arb_", "arb_" + "a" * 43, "a" * 43, "arb_\x00", "é" * 47])
def test_an_invented_token_is_nobodys(work: Work, invented: str) -> None:
    made(work)
    assert who_is(work, invented) is None


@pytest.mark.parametrize(
    ("role", "email", "days", "named"),
    [
        ("king", EMAIL, None, "role"),
        ("seller", "nowhere", None, "email"),
        ("seller", EMAIL, 0, "days"),
        ("seller", EMAIL, 10**9, "days"),
    ],
)
def test_a_token_that_can_not_be_made_says_why(work: Work, role: str, email: str, days: int | None, named: str) -> None:
    with pytest.raises(InvalidError) as raised, work() as session:
        tokens.new_token(session, role, email, NOW, days)
    assert [fault.path for fault in raised.value.faults] == [named]


def test_a_party_sees_and_revokes_no_tokens(work: Work) -> None:
    party = who_is(work, made(work))
    assert party is not None
    with pytest.raises(ForbiddenError), work() as session:
        tokens.list_tokens(session, party)
    with pytest.raises(ForbiddenError), work() as session:
        tokens.revoke(session, party, new_id(), NOW)
