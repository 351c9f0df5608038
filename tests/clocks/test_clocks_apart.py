"""Schedulers on machines whose clocks differ go by the database's: nobody's time ends early, nothing is sent twice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from threading import Semaphore
from time import monotonic

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration import clock, postgresql
from arbitration.db import db
from arbitration.models import Dispute, Message
from arbitration.postgresql import keep_to_its_clock
from arbitration.scheduler.clock import Clock
from arbitration.services import database_time, heartbeat, messages, outbox
from tests.clocks.conftest import Opened
from tests.moments import NOW
from tests.support.shop import BUYER, Shop

Work = Callable[[], AbstractContextManager[Session]]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def database_shows(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[datetime | None], None]]:
    yield lambda moment: monkeypatch.setattr(database_time, "of", lambda _session: moment)
    clock.keep_to(datetime.now(UTC))


@pytest.mark.parametrize(("shown", "stage"), [(NOW, "negotiation"), (NOW + 3 * MINUTE, "arbitration")])
def test_a_scheduler_that_is_five_minutes_ahead_takes_nobody_five_minutes(
    app: Flask,
    work: Work,
    opened: Opened,
    database_shows: Callable[[datetime | None], None],
    shown: datetime,
    stage: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    opened(NOW + 2 * MINUTE - 72 * HOUR)
    database_shows(shown)
    with time_machine.travel(NOW + 5 * MINUTE, tick=False):
        Clock(app).tick()
        assert clock.now() == shown
    with work() as session:
        assert session.scalars(select(Dispute.stage)).one() == stage
    assert "which counts" in caplog.text


def test_a_scheduler_that_is_an_hour_behind_does_what_is_due_by_the_database(
    app: Flask, work: Work, opened: Opened, database_shows: Callable[[datetime | None], None]
) -> None:
    opened(NOW - 72 * HOUR)
    database_shows(NOW)
    with time_machine.travel(NOW - HOUR, tick=False):
        Clock(app).tick()
    with work() as session:
        assert session.scalars(select(Dispute.stage)).one() == "arbitration"
        assert heartbeat.any_alive(session, NOW), "servers go by the database's clock as well"


def test_what_a_server_takes_in_is_dated_by_the_database_whatever_its_machine_shows(
    app: Flask,
    work: Work,
    shop: Shop,
    signed_in: Callable[[str], FlaskClient],
    backend: str,
    database_shows: Callable[[datetime | None], None],  # noqa: ARG001 - it sets the clock right again
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    purchase, browser, real = shop.purchase(), signed_in(BUYER), datetime.now(UTC)
    monkeypatch.setattr(postgresql, "LOOK_EVERY", 0.0)
    with time_machine.travel(real + 5 * MINUTE), app.app_context():
        keep_to_its_clock(db.engine, clock.keep_to)
        if backend == "postgresql":
            assert browser.post(f"/purchases/{purchase}/messages", data={"text": "In time"}).status_code == 303
    with work() as session:
        if backend == "postgresql":
            assert abs(session.scalars(select(Message.posted_at)).one() - real) < MINUTE
            assert outbox.any_due(session, real + 2 * MINUTE), "the mail would wait as long as the clock is ahead"
    with time_machine.travel(real - HOUR), app.app_context():
        browser.get("/purchases")
        assert (abs(clock.now() - real) < MINUTE) == (backend == "postgresql")


def test_it_ticks_every_two_seconds_and_no_oftener(
    app: Flask, database_shows: Callable[[datetime | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    database_shows(clock.machine_time() - 5 * MINUTE)
    ticks, ticked = [], Semaphore(0)
    does = Clock.tick

    def counted(self: Clock) -> None:
        does(self)
        ticks.append(monotonic())
        ticked.release()

    monkeypatch.setattr(Clock, "tick", counted)
    ticking = Clock(app)
    ticking.start()
    assert all(ticked.acquire(timeout=60) for _ in range(3))
    ticking.stop()
    assert ticks[2] - ticks[0] > 2


def test_nor_does_it_send_what_another_is_sending(
    app: Flask, work: Work, shop: Shop, database_shows: Callable[[datetime | None], None]
) -> None:
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session:
        messages.post_message(session, buyer, purchase, "Hello", NOW - HOUR)
        assert outbox.take(session, NOW, NOW)
    database_shows(NOW + timedelta(seconds=2))
    with time_machine.travel(NOW + 5 * MINUTE, tick=False):
        Clock(app).tick()
    with work() as session:
        assert outbox.any_due(session, NOW + HOUR)
        assert outbox.standing(session, NOW).waiting == 1


def test_the_database_of_this_machine_shows_what_it_shows(app: Flask, work: Work, backend: str) -> None:
    with work() as session:
        shown = database_time.of(session)
    assert (shown is None) == (backend == "sqlite")
    assert shown is None or abs(shown - clock.now()) < MINUTE
    Clock(app).tick()
