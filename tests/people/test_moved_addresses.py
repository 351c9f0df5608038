"""An address moves by the operator alone, and takes all access along."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.domain.docket import INSTALLATION
from arbitration.domain.refusals import ConflictError, ForbiddenError, NotFoundError
from arbitration.models import DocketEntry, FormerAddress
from arbitration.services import people, sessions, sign_in
from tests.moments import NOW

Work = Callable[[], AbstractContextManager[Session]]
OPERATOR = Actor(role=Role.OPERATOR)
OLD, NEW = "marcus@example.com", "lowe@example.org"


@pytest.fixture
def marcus(work: Work) -> Actor:
    with work() as session:
        return Actor(people.find_or_add(session, OLD, NOW).id)


def move(work: Work, old: str = OLD, new: str = NEW, actor: Actor = OPERATOR) -> None:
    with work() as session:
        people.move(session, actor, old, new, NOW + timedelta(minutes=1))


def test_links_go_to_the_new_address_and_no_more_to_the_old(work: Work, marcus: Actor) -> None:
    move(work, new="Lowe@Example.org")
    with work() as session:
        assert sign_in.issue_link(session, OLD, NOW) is None
        issued = sign_in.issue_link(session, NEW, NOW)
        assert issued is not None
        assert (issued[1].id, issued[1].email, issued[1].written_as) == (marcus.person_id, NEW, "Lowe@Example.org")


def test_what_was_open_under_the_old_address_ends(work: Work, marcus: Actor) -> None:
    assert marcus.person_id is not None
    with work() as session:
        secret = sessions.open_session(session, marcus.person_id, NOW, "Firefox/Linux")
        issued = sign_in.issue_link(session, OLD, NOW)
        assert issued is not None
    move(work)
    with work() as session:
        assert sessions.who_is(session, secret, NOW + timedelta(minutes=1)) is None
        assert sign_in.look(session, issued[0], NOW + timedelta(minutes=1)) is None


def test_the_old_address_is_remembered_and_may_come_back(work: Work, marcus: Actor) -> None:
    move(work)
    move(work, NEW, OLD)
    with work() as session:
        former = session.scalars(select(FormerAddress)).all()
        assert [(each.person_id, each.email) for each in former] == [(marcus.person_id, NEW)]


@pytest.mark.usefixtures("marcus")
def test_nobody_is_moved_onto_another_person(work: Work) -> None:
    with work() as session:
        people.find_or_add(session, NEW, NOW)
    with pytest.raises(ConflictError, match="another person's address"):
        move(work, new="LOWE@example.org")


@pytest.mark.usefixtures("marcus")
def test_nobody_is_moved_onto_themselves(work: Work) -> None:
    with pytest.raises(ConflictError, match="already"):
        move(work, new="Marcus@Example.com")


def test_an_unknown_address_can_not_be_moved(work: Work) -> None:
    with pytest.raises(NotFoundError, match=r"nobody@example\.com"):
        move(work, "nobody@example.com")


@pytest.mark.parametrize("role", [Role.PARTY, Role.ARBITER, Role.GATEWAY])
def test_only_an_operator_moves_addresses(work: Work, marcus: Actor, role: Role) -> None:
    with pytest.raises(ForbiddenError):
        move(work, actor=Actor(marcus.person_id, role))


def test_the_docket_tells_who_was_moved_and_no_address(work: Work, marcus: Actor) -> None:
    move(work)
    with work() as session:
        people.suspend(session, OPERATOR, NEW, NOW)
        people.restore(session, OPERATOR, NEW, NOW)
        people.sign_out(session, OPERATOR, NEW, NOW)
        entries = session.scalars(select(DocketEntry).where(DocketEntry.chain_id == INSTALLATION)).all()
        told = [entry for entry in entries if str(marcus.person_id) in entry.body]
        kinds = ["person.moved", "person.suspended", "person.restored", "person.signed_out_everywhere"]
        assert [entry.kind for entry in told] == kinds
        assert not [entry for entry in entries if "@" in entry.body]


@pytest.mark.usefixtures("marcus")
def test_suspending_and_restoring_twice_is_told(work: Work) -> None:
    with work() as session:
        people.suspend(session, OPERATOR, OLD, NOW)
    with pytest.raises(ConflictError, match="suspended already"), work() as session:
        people.suspend(session, OPERATOR, OLD, NOW)
    with work() as session:
        people.restore(session, OPERATOR, OLD, NOW)
    with pytest.raises(ConflictError, match="not suspended"), work() as session:
        people.restore(session, OPERATOR, OLD, NOW)
