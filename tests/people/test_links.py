"""Sign-in links: one use, ten minutes, the newest wins, and nothing stored that would open a door."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.db import db, unit_of_work
from arbitration.domain.docket import INSTALLATION
from arbitration.models import BrowserSession, DocketEntry, Intent, Person, SignInLink
from arbitration.services import installation, people, sessions, sign_in
from arbitration.services.sign_in import DeadLinkError
from tests.moments import NOW

Work = Callable[[], AbstractContextManager[Session]]
MINUTE = timedelta(minutes=1)
EMAIL = "marcus@example.com"
BROWSER = "Firefox/Linux"


@pytest.fixture
def marcus(work: Work) -> Person:
    with work() as session:
        return people.find_or_add(session, EMAIL, NOW)


def link(work: Work, now: datetime = NOW) -> str:
    with work() as session:
        issued = sign_in.issue_link(session, EMAIL, now)
        assert issued is not None
        return issued[0]


@pytest.mark.usefixtures("marcus")
def test_asking_does_the_same_for_known_and_unknown_addresses(work: Work) -> None:
    with work() as session:
        sign_in.ask(session, EMAIL, NOW, "/purchases/A1")
        sign_in.ask(session, "nobody@example.com", NOW, "/purchases/A1")
        asked = session.scalars(select(Intent).order_by(Intent.id)).all()
        assert [(each.kind, each.person_id, each.payload) for each in asked] == [
            ("sign_in_link", None, {"lands_on": "/purchases/A1", "language": "en"})
        ] * 2
        assert [each.address for each in asked] == [EMAIL, "nobody@example.com"]
        assert session.scalars(select(SignInLink)).all() == []


def test_asking_keeps_no_way_to_another_site(work: Work) -> None:
    with work() as session:
        sign_in.ask(session, EMAIL, NOW, "//evil.example")
        assert session.scalars(select(Intent)).one().payload["lands_on"] is None


@pytest.mark.usefixtures("marcus")
def test_nobody_gets_a_link_who_is_unknown_or_suspended(work: Work) -> None:
    with work() as session:
        assert sign_in.issue_link(session, "nobody@example.com", NOW) is None
        session.scalars(select(Person).where(Person.email == EMAIL)).one().suspended_at = NOW
        session.flush()
        assert sign_in.issue_link(session, EMAIL, NOW) is None


@pytest.mark.usefixtures("marcus")
def test_only_a_hash_of_the_link_is_stored(work: Work) -> None:
    token = link(work)
    with work() as session:
        stored = session.scalars(select(SignInLink)).one()
        assert token not in str(vars(stored))
        entries = session.scalars(select(DocketEntry.body).where(DocketEntry.chain_id == INSTALLATION)).all()
        assert not [body for body in entries if token in body or EMAIL in body]


@pytest.mark.usefixtures("marcus")
def test_a_link_signs_in_once(work: Work) -> None:
    token = link(work)
    with work() as session:
        secret = sign_in.enter(session, token, NOW, BROWSER)
    with work() as session:
        assert sessions.who_is(session, secret, NOW) is not None
    with pytest.raises(DeadLinkError), work() as session:
        sign_in.enter(session, token, NOW, BROWSER)


@pytest.mark.usefixtures("marcus")
def test_looking_at_a_link_uses_nothing_up(work: Work) -> None:
    token = link(work)
    with work() as session:
        for _ in range(3):
            assert sign_in.look(session, token, NOW) is not None
        assert sign_in.enter(session, token, NOW, BROWSER)


@pytest.mark.usefixtures("marcus")
def test_a_link_works_for_ten_minutes_and_no_longer(work: Work) -> None:
    token = link(work)
    with work() as session:
        assert sign_in.look(session, token, NOW + 10 * MINUTE) is not None
        assert sign_in.look(session, token, NOW + 10 * MINUTE + timedelta(microseconds=1)) is None
    with pytest.raises(DeadLinkError), work() as session:
        sign_in.enter(session, token, NOW + 11 * MINUTE, BROWSER)


@pytest.mark.usefixtures("marcus")
def test_the_newest_link_ends_those_before(work: Work) -> None:
    first, second = link(work), link(work, NOW + MINUTE)
    with work() as session:
        assert sign_in.look(session, first, NOW + MINUTE) is None
        assert sign_in.look(session, second, NOW + MINUTE) is not None


@pytest.mark.usefixtures("marcus")
def test_of_two_who_use_a_link_at_once_one_gets_in(app: Flask, work: Work) -> None:
    token = link(work)
    barrier = threading.Barrier(2)
    told: list[str] = []

    def use() -> None:
        with app.app_context():
            try:
                barrier.wait(timeout=10)
                with unit_of_work() as session:
                    sign_in.enter(session, token, NOW, BROWSER)
                told.append("in")
            except DeadLinkError:
                told.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(told) == ["in", "refused"]
    with work() as session:
        assert len(session.scalars(select(BrowserSession)).all()) == 1


@pytest.mark.usefixtures("marcus")
def test_a_link_can_be_used_while_the_next_one_is_being_issued(app: Flask, work: Work) -> None:
    barrier = threading.Barrier(2)
    troubles: list[Exception] = []
    tokens = [link(work)]

    def hurry(act: Callable[[Session], object]) -> None:
        with app.app_context():
            for _ in range(15):
                try:
                    barrier.wait(timeout=10)
                    with unit_of_work() as session:
                        act(session)
                except DeadLinkError:
                    pass
                except Exception as trouble:
                    troubles.append(trouble)
                    barrier.abort()
                    break
            db.session.remove()

    def issue(session: Session) -> None:
        issued = sign_in.issue_link(session, EMAIL, NOW)
        assert issued is not None
        tokens.append(issued[0])

    acts = (issue, lambda session: sign_in.enter(session, tokens[-1], NOW, BROWSER))
    threads = [threading.Thread(target=hurry, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert troubles == []


def test_signing_in_is_written_to_the_docket(work: Work, marcus: Person) -> None:
    token = link(work)
    with work() as session:
        sign_in.enter(session, token, NOW, BROWSER)
        entry = session.scalars(select(DocketEntry).where(DocketEntry.kind == "person.signed_in")).one()
        assert str(marcus.id) in entry.body


def test_a_link_of_the_demo_works_again_for_a_day(work: Work, marcus: Person) -> None:
    with work() as session:
        installation.mark_demo(session)
        token = sign_in.demo_link(session, marcus.id, NOW, "/purchases")
        assert sign_in.enter(session, token, NOW, BROWSER, loopback=True)
        assert sign_in.enter(session, token, NOW + timedelta(hours=24), BROWSER, loopback=True)
        assert sign_in.look(session, token, NOW + timedelta(hours=24, seconds=1), loopback=True) is None


@pytest.mark.parametrize(("demo", "loopback"), [(False, True), (True, False), (False, False)])
def test_a_link_of_the_demo_opens_nothing_elsewhere(work: Work, marcus: Person, demo: bool, loopback: bool) -> None:
    with work() as session:
        if demo:
            installation.mark_demo(session)
        token = sign_in.demo_link(session, marcus.id, NOW)
    with pytest.raises(DeadLinkError), work() as session:
        sign_in.enter(session, token, NOW, BROWSER, loopback=loopback)
