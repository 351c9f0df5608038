"""The sweep does all that is due; tidying up happens once an hour, whoever comes first."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Semaphore

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.models import BrowserSession, IdempotentAnswer, Intent, KeptText, SignInLink, Throttle
from arbitration.scheduler import clock, sweep
from arbitration.scheduler.clock import Clock
from arbitration.services import drafts, heartbeat, idempotency, installation, sign_in, throttles, tidying
from tests.moments import NOW
from tests.support.shop import BUYER, Shop

Work = Callable[[], AbstractContextManager[Session]]
MONTHS = timedelta(days=60)


def rows(work: Work) -> dict[str, int]:
    tables = BrowserSession, SignInLink, KeptText, Throttle, IdempotentAnswer, Intent
    with work() as session:
        return {table.__name__: session.scalar(select(func.count()).select_from(table)) for table in tables}


@pytest.fixture
def leftovers(work: Work, shop: Shop) -> None:
    """One of everything that has its time."""
    shop.purchase()
    with work() as session:
        person = shop_buyer(session)
        sign_in.open_session(session, person, NOW, "Tests")
        sign_in.issue_link(session, BUYER, NOW)
        drafts.keep(session, "", "AAAA", "Hello", NOW)
        throttles.take(session, throttles.DEAD_LINKS, "place", NOW)
        idempotency.claim(session, "scope", "operation", "key", "fingerprint", NOW)
        sign_in.ask(session, "stranger@example.com", NOW)


def shop_buyer(session: Session) -> object:
    from arbitration.models import Person

    return session.scalars(select(Person.id).where(Person.email == BUYER)).one()


@pytest.mark.usefixtures("leftovers")
def test_what_has_had_its_time_is_let_go(app: Flask, work: Work) -> None:
    sweep.sweep(app, NOW)
    assert set(rows(work).values()) == {1}
    done = sweep.sweep(app, NOW + MONTHS)
    assert done == {"tidied": 6}
    assert set(rows(work).values()) == {0}


def test_tidying_happens_once_an_hour(app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    times = []
    monkeypatch.setattr(tidying, "tidy", lambda _session, now: times.append(now) or 0)
    for minutes in (0, 1, 59, 60, 61, 120):
        sweep.sweep(app, NOW + timedelta(minutes=minutes))
    assert [moment - NOW for moment in times] == [timedelta(hours=hours) for hours in range(3)]
    with work() as session:
        assert not installation.claim(session, "tidied", f"{NOW + timedelta(hours=2):%Y-%m-%dT%H}")


def test_a_tick_that_fails_is_logged_and_the_next_goes_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticks = []

    def stumble(_app: Flask, now: object, *_rest: object) -> dict[str, int]:
        ticks.append(now)
        raise OSError("the disk is full")

    monkeypatch.setattr(clock, "sweep", stumble)
    metronome = Clock(app)
    metronome.tick()
    metronome.tick()
    assert len(ticks) == 2
    assert "this tick failed" in caplog.text


def test_a_tick_shows_that_the_scheduler_is_alive(app: Flask, work: Work) -> None:
    Clock(app).tick()
    with work() as session:
        assert heartbeat.any_alive(session, clock.clock.now())


def test_a_clock_that_is_set_back_or_forward_does_not_stop_the_ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    ticked = Semaphore(0)
    monkeypatch.setattr(Clock, "tick", lambda _self: ticked.release())
    monkeypatch.setattr(clock, "EVERY", timedelta(seconds=1))
    metronome = Clock(Flask("none"))
    with time_machine.travel(NOW) as machine:
        metronome.start()
        for hours in (0, -1, 24 * 365):
            machine.shift(timedelta(hours=hours))
            for _ in range(2):
                assert ticked.acquire(timeout=60)
        metronome.stop()
